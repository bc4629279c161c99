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
pub mod class;
mod compare;
pub mod cpython_pool;
pub mod embed;
mod graph;
mod guesses;
mod headline;
mod log;
mod lost;
mod machine;
mod models;
pub mod notebook;
mod pairs;
pub mod playground;
mod progress;
pub mod quiz;
pub mod race;
mod rounds;
mod samples;
mod scaling;
pub mod shell;
mod speedup;
pub mod stepper;
mod svg;
mod sweep;
mod table;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
mod timeline;
mod ways;
pub mod words;

pub use answers::{answers, instrument};
pub use chart::Chart;
pub use compare::compare;
pub use graph::graph;
pub use guesses::guesses;
pub use headline::{headline, origin, warnings};
pub use log::log;
pub use lost::lost;
pub use machine::{Machine, machine};
pub use models::models;
pub use progress::progress;
pub use rounds::rounds;
pub use samples::samples;
pub use scaling::scaling;
pub use speedup::speedup;
pub use sweep::sweep;
pub use timeline::{Timeline, timeline};
pub use ways::ways;

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

/// The pieces of the outcome of a run: what it says, one picture, and further ones for who
/// wants to know more.
pub struct Outcome {
    /// The main result, and why.
    pub summary: Markup,
    /// The one picture that everybody sees.
    pub picture: Option<Part>,
    /// The others, in their order.
    pub further: Vec<Further>,
}

/// What stands folded under the question that it answers.
pub struct Further {
    /// Tells it from the others, in what the browser keeps.
    pub name: &'static str,
    /// The question.
    pub question: &'static str,
    /// The answer.
    pub parts: Vec<Part>,
}

impl Further {
    fn new(name: &'static str, question: &'static str, part: Part) -> Further {
        Further { name, question, parts: vec![part] }
    }
}

/// Where the figures come from, the main result, what everybody should know, and why.
pub fn summary(exhibit: &Card, report: &Report) -> Markup {
    html! {
        (origin(report))
        (headline(exhibit, report))
        @if let Some(sentence) = speedup::score(report) { p.score { (sentence) } }
        (warnings(report))
        @if let Some(sentence) = exhibit.reason(report) {
            p.why { strong { "Why? " } (sentence) }
        }
    }
}

/// The outcome of a run in pieces. The first of its pictures is the one that stands open.
pub fn pieces(exhibit: &Card, report: &Report) -> Outcome {
    let mut further = Vec::new();
    let ways = ways(exhibit, report).map(Part::Chart);
    further.extend(ways.map(|part| Further::new("ways", "What does each way cost?", part)));
    let rows = models(report).map(Part::Chart);
    further.extend(rows.map(|part| Further::new("rows", "How fast is each model?", part)));
    let waits = graph(exhibit, report).map(Part::Still);
    further.extend(waits.map(|part| Further::new("waits", "Who waits for whom?", part)));
    let raced = race::race(report).map(Part::Chart);
    further.extend(raced.map(|part| Further::new("race", "Who was done first?", part)));
    let curve = scaling(exhibit, report).map(Part::Chart);
    let asked = "How does the speed-up grow with the workers?";
    further.extend(curve.map(|part| Further::new("scaling", asked, part)));
    let lanes = timeline(exhibit, report).map(Part::Chart);
    further.extend(lanes.map(|part| Further::new("timeline", "Who did what when?", part)));
    let swept = sweep(exhibit, report).map(Part::Chart);
    further.extend(swept.map(|part| Further::new("sweep", "How does it change?", part)));
    let rounds = rounds(exhibit, report).map(Part::Chart);
    further.extend(rounds.map(|part| Further::new("rounds", "What did each round say?", part)));
    let lines = log(exhibit, report).map(Part::Still);
    further.extend(lines.map(|part| Further::new("log", "Who printed what when?", part)));
    if report.speedup.is_some() {
        let part = Part::Chart(speedup(exhibit, report));
        further.push(Further::new("speedup", "How near is that to what is possible?", part));
        let lost = lost(report).map(Part::Chart);
        further.extend(lost.map(|part| Further::new("lost", "Where did the time go?", part)));
        let mut dots = Further::new(
            "samples",
            "How much do the samples differ?",
            Part::Chart(samples(report)),
        );
        dots.parts.push(Part::Still(html! { p.note { (instrument(report)) } }));
        further.push(dots);
    }
    if !report.checks.is_empty() {
        let part = Part::Still(answers(report));
        further.push(Further::new("answers", "Are the answers right?", part));
    }
    let drawn = further.first().is_some_and(|first| !matches!(first.name, "log" | "answers"));
    let first = if drawn { further.remove(0).parts.into_iter().next() } else { None };
    Outcome { summary: summary(exhibit, report), picture: first, further }
}

/// What the pictures of an exhibit leave out.
pub fn simplifies(exhibit: &Card) -> Markup {
    html! {
        p.simplifies { strong { "What the picture leaves out. " } (exhibit.simplifies) }
    }
}

/// The whole outcome of a run, with charts of this width: what there is without a script.
pub fn outcome(exhibit: &Card, report: &Report, width: f64) -> Markup {
    let still = |part: &Part| match part {
        Part::Still(markup) => markup.clone(),
        Part::Chart(chart) => chart.markup(width),
    };
    let Outcome { summary, picture, further } = pieces(exhibit, report);
    html! {
        div.outcome {
            (summary)
            @if let Some(part) = &picture { (still(part)) }
            @for one in &further {
                details.fold data-fold=(one.name) {
                    summary { (one.question) }
                    @for part in &one.parts { (still(part)) }
                }
            }
            (simplifies(exhibit))
        }
    }
}
