//! The timeline: one named lane per worker, a block for everything it did with its name
//! and time, idle time hatched, and the ideal schedule as a dashed outline behind.

mod draw;
pub mod model;
mod replay;
mod tree;

use std::rc::Rc;

use maud::Markup;

use self::model::message;
pub use self::model::{LOCK_KEYS, Timeline, count};
use super::chart::{Chart, legend};
use super::table::{MOST_ROWS, folded, table};
use super::words;
use crate::exhibits::card::Card;
use crate::report::Report;
use crate::trace::{Detail, Event, Kind};

/// The timeline of a report, with its table.
pub fn timeline(exhibit: &Card, report: &Report) -> Option<Chart> {
    let timeline = Rc::new(Timeline::new(exhibit, report)?);
    Some(Chart {
        below: keys(&timeline),
        table: folded("The timeline as a table", &as_table(&timeline)),
        timeline: Some(Rc::clone(&timeline)),
        ..Chart::new("Who did what when", &timeline.summary.clone(), move |width| {
            timeline.drawing(width, None)
        })
    })
}

/// What the looks of the blocks mean, as far as they occur.
fn keys(drawn: &Timeline) -> Markup {
    let occurs = |detail: &Detail| drawn.events.iter().any(|event| event.detail == *detail);
    let mut keys: Vec<(&str, &str)> = LOCK_KEYS
        .iter()
        .filter(|key| occurs(&key.1))
        .map(|(class, detail)| (*class, words::detail(detail)))
        .collect();
    let arrows = drawn.events.iter().any(|event| message(event).is_some());
    let of_kind = |kind| !drawn.is_locked() && drawn.events.iter().any(|event| event.kind == kind);
    let kinds = [
        (Kind::Work, "work", "computing, from small to large tasks"),
        (Kind::Wait, "outside", "waiting"),
        (
            Kind::Message,
            if arrows { "message" } else { "starting" },
            if arrows { "on its way" } else { "being started" },
        ),
    ];
    let kinds = kinds.into_iter().filter(|(kind, ..)| of_kind(*kind));
    keys.extend(kinds.map(|(_, class, words)| (class, words)));
    let taken = |event: &Event| matches!(event.detail, Detail::Piece { from: Some(from), .. } if from < drawn.count);
    if drawn.events.iter().any(taken) {
        keys.push(("message", "taken from another worker"));
    }
    if drawn.events.iter().any(|event| event.kind == Kind::Idle) {
        keys.push(("idle", "idle"));
    }
    if !drawn.ghosts.is_empty() {
        let what =
            if drawn.is_locked() { "without any lock, on equal cores" } else { "ideal schedule" };
        keys.push(("ghost", what));
    }
    legend(keys)
}

/// Each task and each wait of every worker, as rows.
fn as_table(drawn: &Timeline) -> Markup {
    let name = drawn.lanes.name.to_ascii_lowercase();
    let mut rows = drawn.events.iter().take(MOST_ROWS).map(|event| {
        vec![
            format!("{name} {}", event.worker + drawn.lanes.first),
            words::event(event),
            words::time(event.start_ms),
            words::time(event.end_ms),
            words::time(event.length_ms()),
        ]
    });
    let headings = ["Worker", "What", "#From", "#To", "#Took"];
    table("Timeline as a table", None, &headings, &mut rows)
}
