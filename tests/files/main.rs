//! Files: what the lab made it can open, and nothing in any file can trap, freeze or blank
//! the page. `rows.rs` makes each fault that was seen, `largest.rs` the largest runs, and
//! `net.rs` files at random.
#![cfg(all(not(target_arch = "wasm32"), feature = "host"))]

mod class;
mod largest;
mod mutate;
mod net;
mod rows;
mod seeds;

use fib_lab::exhibits::Card;
use fib_lab::notebook::import::{Opened, Refused, file};
use fib_lab::notebook::{Entry, bounds};
use fib_lab::report::chrome::chrome_trace;
use fib_lab::report::sheet::Style;
use fib_lab::report::{Report, csv};
use fib_lab::{exhibits, picture};
use serde_json::Value;

use self::seeds::seeds;

/// The widths at which pictures are drawn: of a phone and of a desk.
const WIDTHS: [f64; 2] = [320.0, 1280.0];
/// No page of a report is larger, in bytes.
const MOST_MARKUP: usize = 2_000_000;

/// Opens a text as the page opens a file.
fn open(text: &str) -> Result<Opened, Refused> {
    file(text, |text| serde_json::from_str::<Value>(text).map_err(|error| error.to_string()))
}

/// Opens a file with one report, which is taken.
#[track_caller]
fn opened(json: &Value) -> Report {
    let mut opened = open(&json.to_string()).expect("a file that can be read");
    assert_eq!(opened.trouble(), None);
    opened.reports.pop().expect("a report")
}

/// Draws all that there is of a report, in all widths, and writes all files of it. Returns
/// the size of the largest page.
#[track_caller]
fn draw(report: &Report) -> usize {
    let exhibit = exhibits::named(&report.exhibit).expect("an exhibit");
    let entry = Entry::of(report);
    let mut largest = 0;
    for width in WIDTHS {
        let page = picture::outcome(exhibit, report, width).into_string();
        let beside = picture::compare(&[&entry, &entry]).markup(width).into_string();
        let list = picture::notebook::runs(std::slice::from_ref(&entry)).into_string();
        for markup in [page, beside, list] {
            assert!(markup.len() < MOST_MARKUP, "{} bytes of {}", markup.len(), report.exhibit);
            largest = largest.max(markup.len());
        }
    }
    if let Some(chart) = picture::timeline(exhibit, report)
        && let Some(timeline) = chart.timeline
    {
        let moment = timeline.boundary(0.0, true);
        assert!(timeline.drawing(320.0, Some(moment)).into_string().len() < MOST_MARKUP);
        assert!(timeline.describe(moment).len() < MOST_MARKUP);
    }
    for style in Style::ALL {
        assert!(csv::samples(report, style).starts_with("\u{feff}name"));
    }
    serde_json::to_value(chrome_trace(report, picture::words::event)).expect("a trace");
    for exercise in exhibit.exercises {
        exercise(std::slice::from_ref(report));
    }
    largest
}

/// What is taken can be saved, and opened again as the same.
#[track_caller]
fn assert_opens_again(report: &Report) {
    let saved = serde_json::to_string(report).expect("a report can be saved");
    let again = open(&saved).expect("a saved report can be read");
    assert_eq!(again.trouble(), None);
    assert_eq!(again.reports.len(), 1);
    assert_eq!(bounds::checked(again.reports[0].clone()).as_ref(), Ok(&again.reports[0]));
}

/// The exhibits with this parameter.
fn having(parameter: &str) -> impl Iterator<Item = &'static Card> {
    exhibits::cards().filter(move |card| card.parameter(parameter).is_some())
}

/// The recorded run of the first exhibit with this parameter.
fn recorded_with(parameter: &str) -> Value {
    recorded(having(parameter).next().expect("an exhibit").name)
}

/// The recorded run of an exhibit.
fn recorded(exhibit: &str) -> Value {
    let name = format!("/recorded/{exhibit}.json");
    let found = seeds().into_iter().find(|(path, _)| path.replace('\\', "/").ends_with(&name));
    found.unwrap_or_else(|| panic!("{exhibit} is not recorded")).1
}
