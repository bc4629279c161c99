//! Threads under one lock: the global interpreter lock.
//!
//! Expected: threads that compute take turns and are together no faster than one. Threads
//! that wait for something outside drop the lock meanwhile and overlap, up to p times.
//! Without the lock, or with an interpreter for each thread, computing is up to κp times
//! as fast.
//!
//! Its limit: the interpreter knows numbers and calls, not objects. What a real one has
//! to protect, such as reference counts, is not there; only the lock is.

pub mod asked;
mod exercises;
mod mixed;
pub mod program;
pub mod run;
#[cfg(all(test, not(target_arch = "wasm32")))]
pub mod stand_in;
mod why;

use self::asked::{locks, own_waits};
use crate::exhibits::card::{
    Card, Front, Headline, Landmark, Lanes, Measured, Question, Recording, Sweep, Trials,
};
use crate::exhibits::locks::messages::Locks;
use crate::exhibits::locks::thread::{SetUp, ThreadProgram};
use crate::exhibits::locks::{FALLBACK, SPEED_UP};
use crate::measure::point::Quantity;
use crate::measure::stats::median;
use crate::measure::unit::Unit;
use crate::params::{COMMON, Kind, Parameter};
use crate::report::{Report, SeriesName};
use crate::runtime::capabilities::Backend;
use crate::runtime::program::Entry;

/// The cards of this folder.
pub static CARDS: &[&Card] = &[&EXHIBIT];

/// What engines run for it.
pub static PROGRAMS: &[Entry] =
    &[Entry::of::<SetUp>(), Entry::of::<ThreadProgram<program::GilWork>>()];

/// The exhibit.
pub static EXHIBIT: Card = Card {
    front: &Front {
        name: "gil",
        folder: "gil",
        title: "Threads under one lock",
        own_parameters: &[
            Parameter {
                name: "load",
                label: "Load",
                help: "What every thread does. In mixed, one computes and the others wait.",
                kind: Kind::Choice {
                    options: &[
                        ("cpu", "computing"),
                        ("waiting", "waiting for timers"),
                        ("requests", "sending requests"),
                        ("database", "using a database"),
                        ("mixed", "mixed: one computes"),
                    ],
                    default: "cpu",
                },
            },
            Parameter {
                name: "lock",
                label: "Lock",
                help: "What a thread must hold to run bytecode.",
                kind: Kind::Choice {
                    options: &[
                        ("gil", "one lock for all"),
                        ("free-threaded", "no lock"),
                        ("per-interpreter", "a lock for each"),
                    ],
                    default: "gil",
                },
            },
            Parameter {
                name: "n",
                label: "n",
                help: "Each computing thread runs fib(n) in bytecode.",
                kind: Kind::Whole { min: 10, max: 32, default: 24 },
            },
            Parameter {
                name: "interval_ms",
                label: "Switch interval (ms)",
                help: "How long a thread waits for the lock before it asks for it.",
                kind: Kind::Real { min: 0.5, max: 50.0, default: 5.0 },
            },
        ],
        shared_parameters: COMMON,
        lowest: Backend::Threads,
        fallback: FALLBACK,
        question: |spec| match spec.name("load") {
            "mixed" => Question {
                text: "How many milliseconds will a thread that wakes up wait for the lock?",
                unit: Unit::Ms,
            },
            _ => SPEED_UP,
        },
    },
    landmarks,
    why: why::why,
    headline,
    lanes: Lanes::LOCKED,
    known: |_| None,
    sweep: |report| {
        let mixed = report.spec.as_ref()?.name("load") == "mixed";
        mixed.then_some(Sweep {
            title: "How long a thread that wakes up waits for the lock",
            measured: Measured::blocks_or(report, SeriesName::LockWait),
            x: "switch interval (ms)",
            y: "wait for the lock (ms)",
            unit: Unit::Ms,
            logarithmic: true,
            level: None,
            beside: None,
            predicted: true,
            curve_name: "the switch interval itself",
            curve: |report, interval_ms| match locks(report.spec.as_ref()) {
                Locks::One => interval_ms,
                _ => 0.0,
            },
        })
    },
    simplifies: "The interpreter is a small one, and its threads share nothing but the lock. \
                 CPython lets the operating system choose who gets the lock next; here it is the \
                 one that has waited longest. A browser's thread that waits outside cannot block, \
                 so it goes back to its event loop meanwhile.",
    exercises: &[exercises::computing_and_waiting, exercises::short_enough],
    trials: Trials {
        long: "n=24&workers=2&seconds=60",
        short: &["n=20&workers=2&seconds=3", "load=mixed&n=18&workers=2&seconds=2"],
    },
    recordings: &[Recording { name: "gil", query: "workers=2&seconds=20" }],
};

/// Switch intervals that the mixed load is measured at, in milliseconds.
pub const INTERVALS_MS: [f64; 7] = [0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0];

/// What the measured speed-up can be compared with.
fn landmarks(report: &Report) -> Vec<Landmark> {
    let Some(spec) = &report.spec else { return Vec::new() };
    let workers = f64::from(spec.whole("workers"));
    match (spec.name("load"), locks(Some(spec))) {
        ("cpu", Locks::One) => vec![
            Landmark { name: "One thread at a time".to_owned(), class: "ideal", value: 1.0 },
            Landmark {
                name: "Without the lock, ideal".to_owned(),
                class: "further",
                value: workers,
            },
        ],
        ("cpu", _) => {
            vec![Landmark {
                name: format!("{workers} equal cores"),
                class: "ideal",
                value: workers,
            }]
        }
        _ => vec![Landmark {
            name: "All waits at the same time".to_owned(),
            class: "ideal",
            value: workers,
        }],
    }
}

/// The wait for the lock at the switch interval that was asked for.
fn headline(report: &Report) -> Option<Headline> {
    let interval_ms = report.spec.as_ref()?.real("interval_ms")?;
    let own = own_waits(report, interval_ms)?;
    let point = report.swept(Quantity::Time).find(|point| point.x == Some(interval_ms));
    let within = point.map_or(String::new(), |point| {
        format!(
            ": between {:.1} and {:.1} ms, over {} medians ({:.1} % confidence)",
            point.low,
            point.high,
            point.blocks,
            point.confidence * 100.0
        )
    });
    let words = format!(
        "is the median wait for the lock at a switch interval of {interval_ms} ms, of {} waits{within}.",
        own.samples.len()
    );
    Some(Headline { ms: median(&own.samples)?, words })
}
