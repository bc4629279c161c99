//! A pool of workers maps fib over a list, as `multiprocessing.Pool.map` does.
//!
//! Expected: with p workers the list is done up to p times as fast as by the serial
//! program, but never faster than its largest task alone. For 38, 37 … 33 that
//! ceiling is 4/φ ≈ 2.47, however many cores there are.
//!
//! Its limit: only whole tasks are shared. `fib(38)` itself is never split.

mod exercises;
pub mod program;
pub mod run;

use crate::exhibits::card::{Card, Front, Landmark, Lanes, Question, Recording, Trials};
use crate::measure::block::Role;
use crate::measure::stats::median;
use crate::measure::unit::Unit;
use crate::params::{COMMON, Kind, Parameter};
use crate::report::{Report, SeriesName};
use crate::runtime::capabilities::Backend;
use crate::runtime::program::Entry;
use crate::theory::laws::{CHAPTER_TASKS, SIX_TASK_CEILING};

/// What engines run for it.
pub static PROGRAMS: &[Entry] = &[Entry::of::<program::Serial>(), Entry::of::<program::Pool>()];

/// The speed-up that the chapter reports for its list on a dual processor.
pub const CHAPTER_SPEEDUP: f64 = 1.8;

/// The cards of this folder.
pub static CARDS: &[&Card] = &[&EXHIBIT];

/// The exhibit.
pub static EXHIBIT: Card = Card {
    front: &Front {
        name: "pool-map",
        folder: "pool_map",
        title: "A pool maps fib over a list",
        own_parameters: &[
            Parameter {
                name: "tasks",
                label: "Tasks",
                help: "The numbers that fib is applied to, separated by commas.",
                kind: Kind::Tasks { default: &CHAPTER_TASKS },
            },
            Parameter {
                name: "assignment",
                label: "Assignment",
                help: "Which worker takes which task.",
                kind: Kind::Choice {
                    options: &[
                        ("in-order", "in order, one by one"),
                        ("chunks", "in order, by chunks"),
                        ("blocks", "fixed blocks"),
                        ("cyclic", "fixed, in turn"),
                        ("longest-first", "longest first"),
                        ("halving", "by halving, as rayon"),
                    ],
                    default: "in-order",
                },
            },
            Parameter {
                name: "chunk",
                label: "Chunk",
                help: "How many tasks a worker claims at a time, when it claims by chunks.",
                kind: Kind::Whole { min: 1, max: 64, default: 1 },
            },
        ],
        shared_parameters: COMMON,
        lowest: Backend::Serial,
        fallback: "This browser offers no workers, so only the serial program runs.",
        question: |_| Question {
            text: "How many times as fast as the serial program will the pool be?",
            unit: Unit::SpeedUp,
        },
    },
    landmarks,
    why: crate::analysis::why::why,
    headline: |_| None,
    lanes: Lanes::WORKERS,
    known: |_| None,
    sweep: |_| None,
    simplifies: "Blocks show elapsed time, not which core ran them: the operating system may \
                 move a worker between cores or give its core to another program.",
    exercises: &[exercises::largest_last, exercises::three_times],
    trials: Trials {
        long: "tasks=36,35,34&workers=2&seconds=60",
        short: &["tasks=30,29,28&workers=2&seconds=3"],
    },
    recordings: &[Recording {
        name: "pool-map",
        query: "tasks=38,37,36,35,34,33&workers=2&seconds=20",
    }],
};

/// What the measured speed-up can be compared with.
fn landmarks(report: &Report) -> Vec<Landmark> {
    let landmark = |name: &str, class, value| Landmark { name: name.to_owned(), class, value };
    let ideal = report.ideal.as_ref();
    let ideal = ideal.map(|ideal| landmark("Ideal for this list", "ideal", ideal.speedup));
    let mut spans: Vec<Landmark> = ideal.into_iter().collect();
    let javascript = report.series_named(SeriesName::JavascriptWorkers).next();
    if let (Some(serial_ms), Some(javascript_ms)) =
        (report.median_ms(Role::Serial), javascript.and_then(|series| median(&series.samples)))
    {
        spans.push(landmark("The same pool in JavaScript", "chapter", serial_ms / javascript_ms));
    }
    if report.spec.as_ref().is_some_and(|spec| spec.list("tasks") == CHAPTER_TASKS) {
        spans.push(landmark("Ceiling, any cores (4/φ)", "ideal", SIX_TASK_CEILING));
        spans.push(landmark("The chapter, 2 processors", "chapter", CHAPTER_SPEEDUP));
    }
    spans
}
