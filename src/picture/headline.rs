//! What a figure says before it draws: where the numbers come from, the main result, and
//! what everybody should know.

use maud::{Markup, html};

use super::words::{self, Units};
use crate::exhibits::card::{Card, Headline};
use crate::measure::block::{Role, Verdict};
use crate::measure::point::{Point, Quantity};
use crate::measure::power::seen;
use crate::measure::unit::Unit;
use crate::report::browser::short_name;
use crate::report::{Environment, Origin, Report};

/// Says where the figures come from, unless they were just measured here.
pub fn origin(report: &Report) -> Markup {
    let what = match report.origin {
        Origin::Measured => return Markup::default(),
        Origin::Recorded => "A recorded run, not yours",
        Origin::Imported => "Imported from a file",
    };
    let day = report.started_at.get(..10).unwrap_or("an unknown day");
    let Environment { user_agent, hardware_concurrency, .. } = &report.environment;
    html! {
        p.origin title=(user_agent) {
            (what) ": " (day) ", on a machine with " (hardware_concurrency) " cores, in "
            (short_name(user_agent))
        }
    }
}

/// The main result in words, with the two medians it compares.
pub fn headline(exhibit: &Card, report: &Report) -> Markup {
    if let Some(lost) = lost(report) {
        return lost;
    }
    let serial_ms = report.median_ms(Role::Serial);
    let parallel_ms = report.median_ms(Role::Parallel);
    match (&report.speedup, serial_ms, parallel_ms) {
        (Some(speedup), Some(serial_ms), Some(parallel_ms)) => {
            let (subject, plural) = subject(report);
            let words = format!("{subject} {}", words::speedup(speedup, report.verdict, plural));
            let units = Units::of(report);
            let small = format!(
                ": {}{}.{} Medians: serial {}, parallel {}.",
                words::blocks(speedup, units),
                match (report.verdict, units) {
                    (Some(_), _) => "",
                    (None, Units::Blocks) =>
                        ", too few for a verdict, which more seconds would give",
                    (None, Units::Starts) => ", too few for a verdict, which takes six",
                },
                match report.verdict {
                    Some(Verdict::NoDifference) =>
                        format!(" {}", seen("This run", report.smallest_difference())),
                    _ => String::new(),
                },
                words::time(serial_ms),
                words::time(parallel_ms),
            );
            big(&format!("{}×", words::ratio(speedup)), &words, &small)
        }
        _ => match ((exhibit.headline)(report), serial_ms) {
            (Some(Headline { ms, words }), _) => {
                let predicted = report.prediction.as_ref().filter(|p| p.unit == Unit::Ms);
                let score = predicted.map_or(String::new(), |prediction| {
                    format!(" Your prediction was {}.", words::time(prediction.value))
                });
                big(&words::time(ms), &words, &score)
            }
            (None, Some(serial_ms)) => big(
                &words::time(serial_ms),
                "is the median of the serial program. Nothing ran in parallel, so nothing is \
                 compared.",
                "",
            ),
            (None, None) => Markup::default(),
        },
    }
}

/// The share of counts that were lost, where that is what was measured.
fn lost(report: &Report) -> Option<Markup> {
    let lost = report.points.iter().find(|point| point.quantity == Quantity::LostShare)?;
    let Point { arm, median, low, high, confidence, blocks, .. } = lost;
    let predicted = report.prediction.as_ref().filter(|p| p.unit == Unit::Percent);
    let small = format!(
        ": between {} and {}, from {} ({:.1} % confidence).{}",
        words::share(*low),
        words::share(*high),
        Units::of(report).count(*blocks),
        confidence * 100.0,
        predicted.map_or(String::new(), |guess| format!(" Your prediction was {} %.", guess.value))
    );
    let words = format!("of all additions were lost by the workers that counted {arm}");
    Some(big(&words::share(*median), &words, &small))
}

fn big(number: &str, words: &str, small: &str) -> Markup {
    html! {
        p.headline {
            strong.big { (number) }
            span { (words) small { (small) } }
        }
    }
}

/// What everybody should know who reads the figures.
pub fn warnings(report: &Report) -> Markup {
    html! {
        @if !report.warnings.is_empty() {
            ul.warnings {
                @for warning in &report.warnings {
                    li { (warning) }
                }
            }
        }
    }
}

/// Who was compared with the serial program, and whether that is a plural.
fn subject(report: &Report) -> (String, bool) {
    let Some(spec) = &report.spec else { return ("The parallel program".to_owned(), false) };
    let workers = spec.whole("workers");
    let runtime = match spec.name("runtime") {
        "threads" => "thread",
        "processes" => "process",
        _ => "worker",
    };
    let plural = if runtime == "process" { "es" } else { "s" };
    match (spec.list("tasks").is_empty(), workers) {
        (false, 1) => (format!("A pool of one {runtime}"), false),
        (false, _) => (format!("A pool of {workers} {runtime}{plural}"), false),
        (true, 1) => (format!("One {runtime}"), false),
        (true, _) => (format!("{workers} {runtime}{plural} together"), true),
    }
}
