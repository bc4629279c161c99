//! The pictures of a report: plain functions that turn it into HTML and SVG.
//!
//! They know nothing of a document, of time or of what can be pressed. So the page, the
//! build and the tests all draw with the same code:
//!
//! ```
//! use fib_lab::{exhibits::MAIN, picture, report::Report};
//! let report = Report { warnings: vec!["a < b".into()], ..Report::default() };
//! let markup = picture::outcome(MAIN, &report, 640.0).into_string();
//! assert!(markup.contains("<li>a &lt; b</li>"));
//! ```
//!
//! Texts of a report may come from a file that somebody was sent. `maud` escapes all that
//! is put into its templates; nothing here goes around that.

mod answers;
mod chart;
mod compare;
mod graph;
mod headline;
mod hero;
mod log;
mod lost;
mod machine;
pub mod notebook;
mod progress;
mod rounds;
mod samples;
mod speedup;
mod svg;
mod sweep;
mod table;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
mod timeline;
pub mod words;

pub use answers::{answers, instrument};
pub use chart::Chart;
pub use compare::compare;
pub use graph::graph;
pub use headline::{headline, origin, warnings};
pub use hero::hero;
pub use log::log;
pub use lost::lost;
pub use machine::{Machine, machine};
pub use progress::progress;
pub use rounds::rounds;
pub use samples::samples;
pub use speedup::speedup;
pub use sweep::sweep;
pub use timeline::{Timeline, timeline};

use maud::{Markup, html};

use crate::exhibits::card::Card;
use crate::report::Report;

/// A piece of an outcome.
pub enum Part {
    /// It looks the same at every width.
    Still(Markup),
    /// It is drawn for a width.
    Chart(Chart),
}

/// The pieces of the outcome of a run, in their order.
pub fn parts(exhibit: &Card, report: &Report) -> Vec<Part> {
    let mut parts = vec![Part::Still(html! {
        (origin(report))
        (headline(exhibit, report))
        (warnings(report))
        @if let Some(sentence) = exhibit.reason(report) {
            p.why { strong { "Why? " } (sentence) }
        }
    })];
    parts.extend(graph(exhibit, report).map(Part::Still));
    parts.extend(timeline(exhibit, report).map(Part::Chart));
    parts.extend(log(exhibit, report).map(Part::Still));
    parts.extend(sweep(exhibit, report).map(Part::Chart));
    if report.speedup.is_some() {
        parts.push(Part::Chart(speedup(exhibit, report)));
        parts.extend(lost(report).map(Part::Chart));
        parts.push(Part::Chart(samples(report)));
        parts.push(Part::Still(html! { p.note { (instrument(report)) } }));
    }
    parts.extend(rounds(exhibit, report).map(Part::Chart));
    parts.push(Part::Still(answers(report)));
    parts
}

/// What the pictures of an exhibit leave out.
pub fn simplifies(exhibit: &Card) -> Markup {
    html! {
        p.simplifies { strong { "What the picture leaves out. " } (exhibit.simplifies) }
    }
}

/// The whole outcome of a run, with charts of this width: what there is without a script.
pub fn outcome(exhibit: &Card, report: &Report, width: f64) -> Markup {
    html! {
        div.outcome {
            @for part in parts(exhibit, report) {
                @match part {
                    Part::Still(markup) => (markup),
                    Part::Chart(chart) => (chart.markup(width)),
                }
            }
            (simplifies(exhibit))
        }
    }
}
