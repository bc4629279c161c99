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

use crate::analysis::why::{off, percents};
use crate::exhibits::card::{
    Card, Front, Headline, Landmark, Lanes, Measured, Question, Sweep, Trials,
};
use crate::exhibits::locks::messages::Locks;
use crate::exhibits::locks::thread::{SetUp, ThreadProgram};
use crate::exhibits::locks::{FALLBACK, SPEED_UP};
use crate::measure::block::{Estimate, Role, Verdict};
use crate::measure::stats::{Standing, median};
use crate::measure::summary::Quantity;
use crate::measure::unit::Unit;
use crate::params::{COMMON, Kind, Parameter, RunSpec};
use crate::report::{Report, Series, SeriesName};
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
    if workers == 1.0 {
        return Some("With one thread there is nobody to take turns with.".to_owned());
    }
    Some(match (load, locks) {
        ("cpu", Locks::One) => turns_why(report, speedup),
        ("cpu", _) => free_why(report, locks, workers),
        _ => outside_why(report, speedup, load, workers),
    })
}

/// Computing threads under one lock: together they can do no more than one.
fn turns_why(report: &Report, speedup: &Estimate) -> String {
    let waited = share(report, Quantity::LockWait).map_or(String::new(), |share| {
        format!(" On average each waited for the lock for {} of the time.", percents(&share))
    });
    let (digits, low, high) = (speedup.digits().max(1), speedup.low, speedup.high);
    match speedup.standing(1.0) {
        Standing::AsTheory => format!(
            "As theory allows: the threads took turns, and the whole interval lies within 3 % of 1.\
             {waited} While one held the lock, no other ran a single instruction, however many cores \
             were free."
        ),
        Standing::Beyond => off(speedup),
        Standing::Short => format!(
            "The threads took turns and were slower than one: by {:.0} %, which theory does not count \
             on, because its lock changes hands in no time.{waited} What the handing over cost was \
             not measured by itself.",
            (1.0 - speedup.median) * 100.0
        ),
        Standing::Unclear => format!(
            "One lock allows no more than 1, and the interval, {low:.digits$} to {high:.digits$}, is too \
             wide to say how near to that they came.{waited}"
        ),
    }
}

/// Computing threads that nothing holds up: they can get what independent kernels get.
fn free_why(report: &Report, locks: Locks, workers: f64) -> String {
    let whose = match locks {
        Locks::Each => "Each thread has an interpreter and a lock of its own",
        _ => "There is no lock",
    };
    let Some(reached) = &report.capacity_efficiency else {
        return format!("{whose}; what the machine could have given was not measured.");
    };
    let kappa = report.core_equivalents.as_ref().map_or(String::new(), |kappa| {
        let digits = kappa.digits();
        format!(" ({:.digits$} cores' worth for {workers})", kappa.median)
    });
    let allowed = "what the machine gives to independent kernels";
    match reached.standing(1.0) {
        Standing::AsTheory => format!(
            "As theory allows: {whose_lower}, so nobody waited, and the threads got {} of {allowed}\
             {kappa}.",
            percents(reached),
            whose_lower = lower(whose)
        ),
        Standing::Beyond => off(reached),
        Standing::Short => format!(
            "{whose}, and still the threads got only {} of {allowed}{kappa}. {}",
            percents(reached),
            match share(report, Quantity::LockWait) {
                Some(share) =>
                    format!("They waited for their locks for {} of the time.", percents(&share)),
                None => "No cause can be named: nothing that was measured beside it explains \
                         that."
                    .to_owned(),
            }
        ),
        Standing::Unclear => format!(
            "{whose}. The threads got {} of {allowed}{kappa}: too wide an interval to say whether that \
             is all of it. More seconds, or fewer other programs, would narrow it.",
            percents(reached)
        ),
    }
}

/// Threads that wait outside the lock: all waits can go on at the same time.
fn outside_why(report: &Report, speedup: &Estimate, load: &str, workers: f64) -> String {
    let spent = match (share(report, Quantity::OutsideWait), share(report, Quantity::LockWait)) {
        (Some(outside), Some(lock)) => format!(
            " On average each spent {} of the time waiting outside and {} waiting for the lock.",
            percents(&outside),
            percents(&lock)
        ),
        (Some(outside), None) => format!(
            " On average each spent {} of the time waiting outside; waiting for the lock cannot be \
             told from nothing.",
            percents(&outside)
        ),
        _ => String::new(),
    };
    match speedup.standing(workers) {
        Standing::AsTheory => format!(
            "As theory allows: a thread that waits has dropped the lock, so all the waits overlapped.\
             {spent}"
        ),
        Standing::Beyond => {
            let Estimate { median, low, high, confidence, blocks } = *speedup;
            let [median, low, high] = [median, low, high].map(|it| it / workers);
            off(&Estimate { median, low, high, confidence, blocks })
        }
        _ if report.verdict == Some(Verdict::Faster) => format!(
            "The waits overlapped, but not all of them all of the time{}.{spent}",
            match load {
                "requests" =>
                    ": the server and the browser's network on this very machine share its cores, or \
                     queue for one another",
                "database" =>
                    ": the stores on this very machine share its cores, or queue for one another",
                _ => "",
            }
        ),
        _ => format!("Overlap of the waits cannot be told from none here.{spent}"),
    }
}

/// A share of the threads' time, if its interval tells it from none.
fn share(report: &Report, quantity: Quantity) -> Option<Estimate> {
    report.quantity(quantity, Role::Parallel).filter(|share| share.lies_above(0.0))
}

/// A sentence's beginning, further on in another.
fn lower(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or(String::new(), |first| first.to_lowercase().chain(letters).collect())
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

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::measure::block::Arm;
    use crate::measure::summary::Point;

    fn about(median: f64, half: f64) -> Estimate {
        let (low, high) = (median - half, median + half);
        Estimate { median, low, high, confidence: 0.99, blocks: 8 }
    }

    /// A run of two threads, and what it says.
    fn said(load: &str, lock: &str, speedup: Estimate, lock_wait: Estimate) -> String {
        let mut spec = RunSpec { exhibit: EXHIBIT.name.to_owned(), values: Default::default() };
        for (name, value) in [("workers", "2"), ("load", load), ("lock", lock)] {
            spec.set(&EXHIBIT, name, value).unwrap();
        }
        let arms = vec![Arm::only(Role::Parallel)];
        let points = vec![
            Point::new(Quantity::LockWait, &arms[0], lock_wait),
            Point::new(Quantity::OutsideWait, &arms[0], about(0.4, 0.05)),
        ];
        let Estimate { median, low, high, .. } = speedup;
        let capacity =
            Estimate { median: median / 2.0, low: low / 2.0, high: high / 2.0, ..speedup };
        let verdict = speedup.verdict();
        let report = Report {
            spec: Some(spec),
            arms,
            points,
            verdict,
            speedup: Some(speedup),
            capacity_efficiency: Some(capacity),
            ..Report::default()
        };
        why(&report).unwrap()
    }

    #[test]
    fn only_intervals_decide_what_is_said() {
        #[track_caller]
        fn case(said: String, part: &str) {
            assert!(said.contains(part), "{said}");
        }
        let half = || about(0.5, 0.02);
        case(said("cpu", "gil", about(0.99, 0.015), half()), "As theory allows: the threads took");
        case(said("cpu", "gil", about(0.99, 0.015), half()), "for 50 % (48 to 52) of the time");
        case(said("cpu", "gil", about(1.02, 0.04), half()), "too wide");
        case(said("cpu", "gil", about(1.06, 0.02), half()), "The instrument is off");
        case(said("cpu", "gil", about(0.9, 0.02), half()), "slower than one: by 10 %");
        let none = || about(0.0, 0.01);
        case(
            said("cpu", "free-threaded", about(1.98, 0.03), none()),
            "As theory allows: there is no",
        );
        case(said("cpu", "free-threaded", about(1.8, 0.03), none()), "No cause can be named");
        case(said("cpu", "per-interpreter", about(1.8, 0.03), half()), "waited for their locks");
        case(said("cpu", "free-threaded", about(1.9, 0.2), none()), "too wide an interval");
        case(said("cpu", "free-threaded", about(2.1, 0.02), none()), "The instrument is off");
        case(said("waiting", "gil", about(1.99, 0.03), none()), "As theory allows");
        case(said("waiting", "gil", about(1.99, 0.03), none()), "cannot be told from nothing");
        case(said("requests", "gil", about(1.5, 0.2), half()), "queue for one another");
        case(said("database", "gil", about(1.0, 0.2), none()), "cannot be told from none");
    }
}
