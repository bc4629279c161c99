//! The timeline: one named lane per worker, a block for everything it did with its name
//! and time, idle time hatched, and the ideal schedule as a dashed outline behind.

mod draw;
mod replay;

use std::rc::Rc;

use maud::Markup;

use super::chart::{Chart, legend};
use super::table::{folded, table};
use super::words;
use crate::exhibits::Card;
use crate::fib;
use crate::interpreter::lanes as locked;
use crate::measure::stats::median;
use crate::report::Report;
use crate::runtime::capabilities::Backend;
use crate::trace::{Event, Kind};
pub use draw::LOCK_KEYS;
use draw::message;

/// Tables show so many events at the most; the saved report has all of them.
const MOST_ROWS: usize = 300;

/// What a timeline draws, in milliseconds.
pub struct Timeline {
    /// The name of the exhibit.
    pub(super) exhibit: &'static str,
    /// How many lanes there are.
    pub(super) lanes: u32,
    /// Every event, by lane.
    pub(super) events: Vec<Event>,
    /// The ideal schedule.
    pub(super) ghosts: Vec<Event>,
    /// Absent where nothing serial was measured.
    pub(super) serial_ms: Option<f64>,
    /// Whether the workers are threads that have to hold a lock.
    pub(super) locked: bool,
    /// What the lanes are called, and the number of the first.
    pub(super) names: (&'static str, u32),
    /// When the last worker ended.
    pub(super) parallel_ms: f64,
    /// What the scale has to hold.
    pub(super) span_ms: f64,
    /// The work, divided by the lanes.
    pub(super) share_ms: f64,
    /// The longest task.
    pub(super) longest_ms: f64,
    /// What the picture shows, in a sentence.
    pub(super) summary: String,
}

impl Timeline {
    pub(super) fn new(exhibit: &Card, report: &Report) -> Option<Timeline> {
        let lanes = lanes(report);
        let locked = exhibit.lowest == Backend::Threads;
        // Of the pool the last repetition is shown, of threads under a lock all of them.
        let repeats = if locked { f64::from(report.repeats) } else { 1.0 };
        let serial: Vec<f64> = report.blocks.iter().filter_map(|block| block.serial_ms).collect();
        let serial_ms = median(&serial).map(|ms| ms * repeats);
        if report.trace.is_empty() {
            return None;
        }
        // Nothing ends before it begins, whichever of two clocks is ahead.
        let whole = |event: &Event| {
            let end_ms = event.start_ms + event.length_ms();
            Event { end_ms, ..event.clone() }
        };
        let events: Vec<Event> = report.trace.iter().map(whole).collect();
        let parallel_ms = events.iter().map(|event| event.end_ms).fold(0.0, f64::max);
        let calls = |n: u32| fib::calls(n) as f64;
        let ideal_calls =
            report.ideal.as_ref().map(|ideal| ideal.makespan_calls as f64 * ideal.speedup);
        let call_ms = serial_ms.unwrap_or_default() / ideal_calls.unwrap_or(1.0).max(1.0);
        let longest = report.results.iter().map(|answer| calls(answer.n)).fold(0.0, f64::max);
        let ghosts = report
            .ideal
            .iter()
            .flat_map(|ideal| &ideal.schedule)
            .map(|slot| Event {
                worker: slot.worker,
                label: format!("fib({})", slot.n),
                kind: Kind::Work,
                start_ms: slot.start as f64 * call_ms,
                end_ms: slot.end as f64 * call_ms,
            })
            .collect();
        let ghosts = matched(ghosts, &report.trace, lanes);
        let ideal_ms = ghosts.iter().map(|ghost| ghost.end_ms).fold(0.0, f64::max);
        let mut timeline = Timeline {
            exhibit: exhibit.name,
            lanes,
            events,
            ghosts,
            serial_ms,
            locked,
            names: exhibit.lanes,
            parallel_ms,
            span_ms: serial_ms.unwrap_or_default().max(parallel_ms).max(ideal_ms),
            share_ms: serial_ms.unwrap_or_default() / f64::from(lanes),
            longest_ms: longest * call_ms,
            summary: String::new(),
        };
        timeline.summary = timeline.summarized();
        Some(timeline)
    }

    /// One sentence that says what the picture shows.
    fn summarized(&self) -> String {
        if self.locked {
            return self.locked_summarized();
        }
        let messages = self.events.iter().filter(|event| message(event).is_some()).count();
        let Some(serial_ms) = self.serial_ms else {
            let took = words::time(self.parallel_ms);
            let lanes = self.lanes;
            return match messages {
                0 => format!(
                    "{lanes} lanes, one for each {}; all of it took {took}.",
                    self.names.0.to_ascii_lowercase()
                ),
                _ => format!("{messages} messages between {lanes} ranks; all of it took {took}."),
            };
        };
        let mut busy = vec![0.0; self.lanes as usize];
        for event in self.events.iter().filter(|event| event.kind == Kind::Work) {
            if let Some(lane) = busy.get_mut(event.worker as usize) {
                *lane += event.length_ms();
            }
        }
        let idlest = (0..busy.len()).min_by(|&a, &b| busy[a].total_cmp(&busy[b])).unwrap_or(0);
        let share = 1.0 - busy.get(idlest).copied().unwrap_or(0.0) / self.parallel_ms.max(1e-9);
        format!(
            "In parallel it took {}, one after another {}. {} {} was without a task for {:.0} % of \
             the time.",
            words::time(self.parallel_ms),
            words::time(serial_ms),
            self.names.0,
            idlest as u32 + self.names.1,
            (share * 100.0).max(0.0),
        )
    }

    fn locked_summarized(&self) -> String {
        let all_ms = self.parallel_ms * f64::from(self.lanes);
        let percent = |label: &str| {
            let own = self.events.iter().filter(|event| event.label == label);
            own.map(Event::length_ms).sum::<f64>() / all_ms.max(1e-9) * 100.0
        };
        let parts: Vec<String> =
            [locked::HOLDS, locked::COMPUTES, locked::FREE, locked::OUTSIDE, locked::WANTS]
                .into_iter()
                .filter(|label| percent(label) >= 0.05)
                .map(|label| format!("{label} for {:.1} %", percent(label)))
                .collect();
        let taken = self.events.iter().filter(|event| event.label == locked::HOLDS).count();
        let asked = self.events.iter().filter(|event| event.label == locked::ASKS).count();
        let hands = match (taken, asked) {
            (0, _) => String::new(),
            (_, 0) => format!(" The lock was held {taken} times; nobody had to ask for it."),
            _ => format!(
                " The lock was held {taken} times; {asked} times a thread had to ask for it."
            ),
        };
        format!(
            "All threads took {}. Of its time, a thread on average {}.{hands}",
            words::time(self.parallel_ms),
            parts.join(", ")
        )
    }
}

/// How many lanes a report's timeline has.
pub fn lanes(report: &Report) -> u32 {
    let asked = report.spec.as_ref().map_or(1, |spec| spec.whole("workers").max(1));
    let used = report.trace.iter().map(|event| event.worker + 1).max().unwrap_or(1);
    let children = report.spec.as_ref().map_or(0, |spec| spec.whole("children"));
    if children > 0 { children } else { asked.max(used) }
}

/// Gives each ideal lane to the worker that really began with the same task: which
/// worker claims first is chance, and must not look like a difference.
fn matched(mut ghosts: Vec<Event>, trace: &[Event], lanes: u32) -> Vec<Event> {
    fn first(events: &[Event], worker: u32) -> Option<String> {
        let own = events.iter().filter(|e| e.worker == worker && e.kind == Kind::Work);
        let first = own.min_by(|a, b| a.start_ms.total_cmp(&b.start_ms));
        first.map(|event| event.label.clone())
    }
    let mut free: Vec<u32> = (0..lanes).collect();
    let mut place = vec![None; lanes as usize];
    for ideal in 0..lanes {
        let label = first(&ghosts, ideal);
        let same = free.iter().position(|&w| label.is_some() && first(trace, w) == label);
        place[ideal as usize] = same.map(|at| free.remove(at));
    }
    for slot in place.iter_mut().filter(|slot| slot.is_none()) {
        *slot = (!free.is_empty()).then(|| free.remove(0));
    }
    for ghost in &mut ghosts {
        if let Some(Some(worker)) = place.get(ghost.worker as usize) {
            ghost.worker = *worker;
        }
    }
    ghosts
}

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
    let occurs = |label: &str| drawn.events.iter().any(|event| event.label == label);
    let mut keys: Vec<(&str, &str)> = LOCK_KEYS.into_iter().filter(|key| occurs(key.1)).collect();
    let arrows = drawn.events.iter().any(|event| message(event).is_some());
    let of_kind = |kind| !drawn.locked && drawn.events.iter().any(|event| event.kind == kind);
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
    if drawn.events.iter().any(|event| event.kind == Kind::Idle) {
        keys.push(("idle", "idle"));
    }
    if !drawn.ghosts.is_empty() {
        let what = if drawn.locked { "without any lock, on equal cores" } else { "ideal schedule" };
        keys.push(("ghost", what));
    }
    legend(keys)
}

/// Each task and each wait of every worker, as rows.
fn as_table(drawn: &Timeline) -> Markup {
    let mut rows = drawn.events.iter().take(MOST_ROWS).map(|event| {
        vec![
            format!("{} {}", drawn.names.0.to_ascii_lowercase(), event.worker + drawn.names.1),
            event.label.clone(),
            words::time(event.start_ms),
            words::time(event.end_ms),
            words::time(event.length_ms()),
        ]
    });
    let headings = ["Worker", "What", "#From", "#To", "#Took"];
    table("Timeline as a table", None, &headings, &mut rows)
}
