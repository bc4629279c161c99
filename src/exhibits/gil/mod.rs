//! Threads under one lock: the global interpreter lock.
//!
//! Expected: threads that compute take turns and are together no faster than one. Threads
//! that wait for something outside drop the lock meanwhile and overlap, up to p times.
//! Without the lock, or with an interpreter for each thread, computing is up to κp times
//! as fast.
//!
//! Its limit: the interpreter knows numbers and calls, not objects. What a real one has
//! to protect, such as reference counts, is not there; only the lock is.

mod exercises;
mod mixed;
pub mod program;
pub mod run;

use crate::exhibits::card::{
    Card, Front, Headline, Landmark, Lanes, Measured, Question, Sweep, Trials,
};
use crate::exhibits::locks::messages::Locks;
use crate::exhibits::locks::thread::{SetUp, ThreadProgram};
use crate::exhibits::locks::{FALLBACK, SPEED_UP};
use crate::measure::block::Verdict;
use crate::measure::stats::median;
use crate::measure::unit::Unit;
use crate::params::{COMMON, Kind, Parameter, RunSpec};
use crate::report::{Report, Series, SeriesName};
use crate::runtime::capabilities::Backend;
use crate::runtime::program::Entry;
use crate::trace;

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
    why,
    headline,
    lanes: Lanes::LOCKED,
    known: |_| None,
    sweep: |report| {
        let mixed = report.spec.as_ref()?.name("load") == "mixed";
        mixed.then_some(Sweep {
            title: "How long a thread that wakes up waits for the lock",
            measured: Measured::Series(SeriesName::LockWait),
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
};

/// Switch intervals that the mixed load is measured at, in milliseconds.
pub const INTERVALS_MS: [f64; 7] = [0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0];
/// The locks that a run asks for.
pub fn locks(spec: Option<&RunSpec>) -> Locks {
    match spec.map_or("", |spec| spec.name("lock")) {
        "free-threaded" => Locks::None,
        "per-interpreter" => Locks::Each,
        _ => Locks::One,
    }
}

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

/// Why the speed-up, or the wait, is what it is.
fn why(report: &Report) -> Option<String> {
    let spec = report.spec.as_ref()?;
    let load = spec.name("load");
    let locks = locks(Some(spec));
    if load == "mixed" {
        return mixed_why(report, locks);
    }
    let speedup = report.speedup.as_ref()?;
    let workers = f64::from(spec.whole("workers").max(1));
    let share = |kind| share_of(report, kind) * 100.0;
    if workers == 1.0 {
        return Some("With one thread there is nobody to take turns with.".to_owned());
    }
    Some(match (load, locks) {
        ("cpu", Locks::One) if speedup.high < 1.05 => format!(
            "The threads took turns: on average each waited for the lock {:.0} % of the time. While \
             one held it, no other ran a single instruction, however many cores were free.",
            share(trace::Kind::Lock)
        ),
        ("cpu", Locks::One) => format!(
            "The lock lets one thread run at a time, so anything above 1 is noise: the samples vary \
             by ±{:.0} %.",
            speedup.half_width() * 100.0
        ),
        ("cpu", _) => {
            let kappa = report.core_equivalents.as_ref().map_or(workers, |kappa| kappa.median);
            let whose = match locks {
                Locks::Each => "Each thread has an interpreter and a lock of its own",
                _ => "There is no lock",
            };
            if speedup.median > 0.9 * kappa {
                format!(
                    "{whose}, so nobody waited, and the threads got what the machine gives \
                     {workers} independent kernels: {kappa:.2} cores' worth."
                )
            } else {
                format!(
                    "{whose}, so nobody waited; still it is less than the {kappa:.2} cores' worth that \
                     independent kernels got: something else used the cores, or memory is shared."
                )
            }
        }
        _ if speedup.median > 0.8 * workers => format!(
            "A thread that waits has dropped the lock. On average each spent {:.0} % of the time \
             waiting outside and {:.1} % waiting for the lock, so the waits overlapped.",
            share(trace::Kind::Wait),
            share(trace::Kind::Lock)
        ),
        _ if report.verdict == Some(Verdict::Faster) => format!(
            "The waits overlapped, but what was waited for is not done by magic: {} on this very \
             machine share its cores, or queue for one another. Each thread spent {:.0} % of the \
             time outside and {:.1} % waiting for the lock.",
            if load == "requests" { "the server and the browser's network" } else { "the stores" },
            share(trace::Kind::Wait),
            share(trace::Kind::Lock)
        ),
        _ => format!(
            "The lock was not in the way ({:.1} % of the time was spent waiting for it): whatever \
             was waited for did one thing after another.",
            share(trace::Kind::Lock)
        ),
    })
}

fn mixed_why(report: &Report, locks: Locks) -> Option<String> {
    let spec = report.spec.as_ref()?;
    let interval_ms = spec.real("interval_ms")?;
    let wait_ms = median(&own_waits(report, interval_ms)?.samples)?;
    Some(match locks {
        Locks::One if (wait_ms / interval_ms - 1.0).abs() < 0.5 => format!(
            "A thread that wakes up waits a whole switch interval before it may even ask for the lock: \
             the median was {wait_ms:.2} ms at an interval of {interval_ms} ms. One computing thread \
             makes all others slow. This is the convoy."
        ),
        Locks::One => format!(
            "The median wait was {wait_ms:.2} ms at an interval of {interval_ms} ms: the interval \
             alone does not explain it, so waking a thread costs time here, or the cores were busy."
        ),
        _ => format!(
            "Nobody else can hold the lock, so it came at once: the median was {wait_ms:.2} ms."
        ),
    })
}

/// The wait for the lock at the switch interval that was asked for.
fn headline(report: &Report) -> Option<Headline> {
    let interval_ms = report.spec.as_ref()?.real("interval_ms")?;
    let own = own_waits(report, interval_ms)?;
    let words = format!(
        "is the median wait for the lock at a switch interval of {interval_ms} ms, of {} waits.",
        own.samples.len()
    );
    Some(Headline { ms: median(&own.samples)?, words })
}

/// The waits for the lock at this switch interval.
fn own_waits(report: &Report, interval_ms: f64) -> Option<&Series> {
    report.series_named(SeriesName::LockWait).find(|series| series.x == interval_ms)
}

/// The share of all threads' time that was spent like this.
fn share_of(report: &Report, kind: trace::Kind) -> f64 {
    let all = report.trace.iter().map(|event| (event.kind, event.length_ms()));
    let total: f64 = all.clone().map(|(_, ms)| ms).sum();
    all.filter(|(of, _)| *of == kind).map(|(_, ms)| ms).sum::<f64>() / total.max(1e-9)
}
