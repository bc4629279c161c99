//! A parent starts children in the background, and asks a store whether they are done.
//!
//! Expected: children that wait are done together in the time of one, on any number of
//! cores; children that compute need cores. A parent that asks every τ hears of an event
//! τ/2 late on average, and of its questions those are in vain that fit into the wait for
//! it: wait/τ.
//!
//! Its limit: a browser's worker stands for a process. It has a memory of its own, but
//! lives and dies with the page.

pub mod asking;
#[cfg(target_arch = "wasm32")]
pub mod child;
mod exercises;
pub mod messages;
pub mod program;
pub mod run;
#[cfg(target_arch = "wasm32")]
pub mod store;

use self::asking::MEAN_WAIT_MS;
use self::exercises::all_ms;
use self::messages::{Mode, mode};
use crate::exhibits::card::{
    Beside, Card, Front, Headline, LaneStyle, Lanes, Level, Measured, Question, Recording, Sweep,
    Trials,
};
use crate::measure::stats::median;
use crate::measure::unit::Unit;
use crate::params::{Kind, PROCESSES, Parameter, SECONDS, SEED, STARTS};
use crate::report::{Report, SeriesName};
use crate::runtime::capabilities::Backend;
use crate::runtime::program::Entry;

/// The cards of this folder.
pub static CARDS: &[&Card] = &[&EXHIBIT];

/// What engines run for it.
#[cfg(target_arch = "wasm32")]
pub static PROGRAMS: &[Entry] =
    &[Entry::of::<child::ChildProgram>(), Entry::of::<store::StoreProgram>()];
/// Natively there are no ports for children: tests of the runs play them.
#[cfg(not(target_arch = "wasm32"))]
pub static PROGRAMS: &[Entry] = &[];

/// The exhibit.
pub static EXHIBIT: Card = Card {
    front: &Front {
        name: "parent-children",
        folder: "parent_children",
        title: "A parent starts children",
        own_parameters: &[
            Parameter {
                name: "children",
                label: "Children",
                help: "How many children the parent starts.",
                kind: Kind::Whole { min: 1, max: 16, default: 5 },
            },
            Parameter {
                name: "mode",
                label: "Work",
                help: "What the work of each child consists of.",
                kind: Kind::Choice {
                    options: &[
                        ("waiting", "waiting"),
                        ("computing", "computing"),
                        ("requests", "sending requests"),
                        ("database", "using a database"),
                    ],
                    default: "waiting",
                },
            },
            Parameter {
                name: "n",
                label: "n",
                help: "The argument of every child; in computing, it computes fib(n).",
                kind: Kind::Whole { min: 20, max: 42, default: 36 },
            },
            Parameter {
                name: "start",
                label: "Start",
                help: "All in the background at once, or each after the one before has ended.",
                kind: Kind::Choice {
                    options: &[("background", "in the background"), ("one-by-one", "one by one")],
                    default: "background",
                },
            },
            Parameter {
                name: "notice",
                label: "Notice",
                help: "How the parent hears that all are done.",
                kind: Kind::Choice {
                    options: &[("poll", "it asks the store"), ("notify", "the store tells it")],
                    default: "poll",
                },
            },
            Parameter {
                name: "poll_ms",
                label: "Ask every (ms)",
                help: "The time between two questions of the parent.",
                kind: Kind::Whole { min: 1, max: 1000, default: 100 },
            },
            Parameter {
                name: "kill",
                label: "Dies half-way",
                help: "The number of the child that dies half-way; 0 for none.",
                kind: Kind::Whole { min: 0, max: 16, default: 0 },
            },
        ],
        shared_parameters: &[PROCESSES, STARTS, SECONDS, SEED],
        lowest: Backend::Processes,
        fallback: "Every child is a worker, and this browser offers none. What there is to see is a recorded \
               run. A current browser runs the exhibit.",
        question: |_| Question {
            text: "How many milliseconds until all children are done?",
            unit: Unit::Ms,
        },
    },
    landmarks: |_| Vec::new(),
    why,
    headline,
    lanes: Lanes { name: "Child", first: 1, parameter: "children", style: LaneStyle::Children },
    known: |_| None,
    sweep: |report| {
        report.spec.as_ref()?;
        Some(Sweep {
            title: "How late a parent that asks hears of it, and how often it asks in vain",
            measured: Measured::Series(SeriesName::DetectionDelay),
            x: "time between two questions (ms)",
            y: "delay until the parent knows (ms)",
            unit: Unit::Ms,
            logarithmic: true,
            level: Some((
                Level::Series(SeriesName::NotificationDelay),
                "told by the store instead",
            )),
            beside: Some(Beside {
                series: SeriesName::QuestionsInVain,
                heading: "#In vain",
                y: "questions in vain, for each event",
                unit: Unit::Questions,
                curve_name: "the time that is waited, divided by that between two questions: \
                             the mean, in theory",
                curve: |_, poll_ms| MEAN_WAIT_MS / poll_ms,
            }),
            predicted: false,
            curve_name: "half the time between two questions: the mean, in theory",
            curve: |_, poll_ms| poll_ms / 2.0,
        })
    },
    simplifies: "Children are workers of the page instead of processes of the operating system, so \
                 starting one costs less and nothing is inherited. The store is a worker too.",
    exercises: &[exercises::the_third_dies, exercises::sixteen],
    trials: Trials {
        long: "children=2&mode=computing&n=42",
        short: &["children=3&n=25&poll_ms=20"],
    },
    recordings: &[Recording { name: "parent-children", query: "seconds=20" }],
};

/// How long it took until all children were done.
fn headline(report: &Report) -> Option<Headline> {
    let children = report.spec.as_ref()?.whole("children");
    let all = all_ms(report)?;
    let within = match all.blocks {
        1 => String::new(),
        times => format!(
            ": the median of {times} times, between {:.2} and {:.2} s ({:.1} % confidence)",
            all.low / 1e3,
            all.high / 1e3,
            all.confidence * 100.0
        ),
    };
    let words = format!("went by until the lives of all {children} children were over{within}.");
    Some(Headline { ms: all.median, words })
}

/// What asking and being told cost, as far as it was measured.
fn asking(report: &Report) -> Option<String> {
    let poll_ms = f64::from(report.spec.as_ref()?.whole("poll_ms"));
    let at = |name: SeriesName| {
        let series = report.series_named(name).find(|series| series.x == poll_ms);
        series.and_then(|series| median(&series.samples))
    };
    let told = report.series_named(SeriesName::NotificationDelay).next()?;
    Some(format!(
        " Asking every {poll_ms} ms, the parent heard of an event {:.0} ms late and asked {:.1} times in \
         vain; told by the store, it was {:.1} ms late.",
        at(SeriesName::DetectionDelay)?,
        at(SeriesName::QuestionsInVain)?,
        median(&told.samples)?
    ))
}

/// Why the children took as long as they did.
fn why(report: &Report) -> Option<String> {
    let spec = report.spec.as_ref()?;
    let together_ms = all_ms(report)?.median;
    // One of each child: they may have lived several times.
    let lives: Vec<f64> = report
        .series_named(SeriesName::ChildLife)
        .filter_map(|series| median(&series.samples))
        .collect();
    let sum_ms: f64 = lives.iter().sum();
    let overlap = sum_ms / together_ms.max(1e-9);
    let cores = report.environment.hardware_concurrency;
    let children = lives.len();
    let lived = match (spec.name("start"), mode(spec)) {
        ("one-by-one", _) => format!(
            "One child after another: their {children} lives add up to {:.1} s, and so much time \
             went by.",
            sum_ms / 1e3
        ),
        (_, Mode::Computing) => format!(
            "Their lives add up to {:.2} s, {overlap:.1} times the time that went by; but a life grows \
             longer when {children} children share {cores} cores. Only a comparison with one by one \
             shows what was gained.",
            sum_ms / 1e3
        ),
        _ => format!(
            "The children were mostly waiting, which needs no core: {children} lives of about {:.1} s \
             went by in {:.1} s. That would be so on a single core as well, and says nothing about \
             computing in parallel.",
            median(&lives).unwrap_or(0.0) / 1e3,
            together_ms / 1e3
        ),
    };
    Some(format!("{lived}{}", asking(report).unwrap_or_default()))
}
