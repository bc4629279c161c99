//! A parent starts children in the background, and asks a store whether they are done.
//!
//! Expected: children that wait are done together in the time of one, on any number of
//! cores; children that compute need cores. A parent that asks every τ hears of an event
//! τ/2 late on average, and most of its questions are in vain.
//!
//! Its limit: a browser's worker stands for a process. It has a memory of its own, but
//! lives and dies with the page.

#[cfg(target_arch = "wasm32")]
pub mod child;
pub mod messages;
pub mod program;
pub mod run;
#[cfg(target_arch = "wasm32")]
pub mod store;

use self::messages::Mode;
use crate::exhibits::card::{
    Card, Front, Headline, LaneStyle, Lanes, Level, Measured, Progress, Question, Sweep, Trials,
    both, last,
};
use crate::measure::stats::median;
use crate::measure::unit::Unit;
use crate::params::{Kind, PROCESSES, Parameter, RunSpec, SECONDS, SEED};
use crate::report::{LineKind, Report, SeriesName};
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
        shared_parameters: &[PROCESSES, SECONDS, SEED],
        lowest: Backend::Processes,
        fallback: "Every child is a worker, and this browser offers none. What you see is a recorded \
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
            title: "How late a parent that asks hears of it",
            measured: Measured::Series(SeriesName::DetectionDelay),
            x: "time between two questions (ms)",
            y: "delay until the parent knows (ms)",
            unit: Unit::Ms,
            logarithmic: true,
            level: Some((
                Level::Series(SeriesName::NotificationDelay),
                "told by the store instead",
            )),
            beside: Some((SeriesName::QuestionsInVain, "#In vain")),
            predicted: false,
            curve_name: "half the time between two questions: the mean, in theory",
            curve: |_, poll_ms| poll_ms / 2.0,
        })
    },
    simplifies: "Children are workers of the page instead of processes of the operating system, so \
                 starting one costs less and nothing is inherited. The store is a worker too.",
    exercises: &[the_third_dies, sixteen],
    trials: Trials {
        long: "children=2&mode=computing&n=42",
        short: &["children=3&n=25&poll_ms=20"],
    },
};

/// Child 3 dies half-way, and the others go on.
fn the_third_dies(runs: &[Report]) -> Option<Progress> {
    let run = last(runs, |spec| spec.whole("kill") == 3 && spec.whole("children") > 3)?;
    let ended = run.log.iter().filter(|line| line.kind == LineKind::Done).count();
    Some(Progress::Solved(format!(
        "{ended} of {} children came to their end, and the parent was told of the third, which \
         never says that it is done.",
        run.spec.as_ref()?.whole("children")
    )))
}

/// Sixteen children that wait, and sixteen that compute.
fn sixteen(runs: &[Report]) -> Option<Progress> {
    let time = |wanted: Mode| {
        let asked =
            |spec: &RunSpec| (spec.whole("children"), spec.name("start")) == (16, "background");
        only(last(runs, |spec| asked(spec) && mode(spec) == wanted)?, SeriesName::AllChildren)
    };
    let next = ["Now sixteen that wait.", "Now sixteen that compute."];
    both(time(Mode::Waiting), time(Mode::Computing), next, |waiting_ms, computing_ms| {
        Some(format!(
            "Waiting took {:.1} s, about one life; computing took {:.1} s, all the work divided by the \
             cores that you have.",
            waiting_ms / 1e3,
            computing_ms / 1e3
        ))
    })
}

/// Times between two questions that are measured in every run, in milliseconds.
pub const POLLS_MS: [u32; 6] = [5, 10, 20, 40, 70, 100];
/// What the children of a run do.
pub fn mode(spec: &RunSpec) -> Mode {
    match spec.name("mode") {
        "computing" => Mode::Computing,
        "requests" => Mode::Requests,
        "database" => Mode::Database,
        _ => Mode::Waiting,
    }
}

/// How long it took until all children were done.
fn headline(report: &Report) -> Option<Headline> {
    let children = report.spec.as_ref()?.whole("children");
    let words = format!("went by until the lives of all {children} children were over.");
    Some(Headline { ms: only(report, SeriesName::AllChildren)?, words })
}

fn only(report: &Report, name: SeriesName) -> Option<f64> {
    report.series_named(name).next()?.samples.first().copied()
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
    let together_ms = only(report, SeriesName::AllChildren)?;
    let lives: Vec<f64> = report
        .series_named(SeriesName::ChildLife)
        .flat_map(|series| series.samples.clone())
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
