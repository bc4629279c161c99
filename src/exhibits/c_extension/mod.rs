//! Native code that drops the interpreter's lock while it works: a C extension with
//! `Py_BEGIN_ALLOW_THREADS`.
//!
//! Expected: p threads that hold the lock for the share f of their work, k times each,
//! are as fast as [`laws::one_lock`] says: Amdahl's law for one hold, more for many. With
//! the lock held throughout, nothing is gained.
//!
//! Its limit: the work under the lock and the work without it are the same kind of work.

pub mod program;
pub mod run;

use crate::exhibits::card::{
    Card, Front, Landmark, Lanes, Measured, Progress, Sweep, Trials, both, last, measured,
};
use crate::exhibits::locks::thread::ThreadProgram;
use crate::exhibits::locks::{FALLBACK, SPEED_UP};
use crate::measure::summary::Quantity;
use crate::measure::unit::Unit;
use crate::params::{COMMON, Kind, Parameter, RunSpec};
use crate::report::Report;
use crate::runtime::capabilities::Backend;
use crate::runtime::program::Entry;
use crate::theory::laws;
use crate::trace::{self, Event};

/// The cards of this folder.
pub static CARDS: &[&Card] = &[&EXHIBIT];

/// What engines run for it.
pub static PROGRAMS: &[Entry] = &[Entry::of::<ThreadProgram<program::NativeWork>>()];

/// The exhibit.
pub static EXHIBIT: Card = Card {
    front: &Front {
        name: "c-extension",
        folder: "c_extension",
        title: "Release the lock around native work",
        own_parameters: &[
            Parameter {
                name: "held",
                label: "Held",
                help: "The share of its work that each thread does under the lock.",
                kind: Kind::Real { min: 0.0, max: 1.0, default: 0.2 },
            },
            Parameter {
                name: "holds",
                label: "Holds",
                help: "How many times each thread takes the lock for that.",
                kind: Kind::Whole { min: 1, max: 100, default: 1 },
            },
            Parameter {
                name: "release",
                label: "Release",
                help: "Whether the lock is dropped around the rest, or somebody forgot.",
                kind: Kind::Choice {
                    options: &[("yes", "yes"), ("no", "forgot to release")],
                    default: "yes",
                },
            },
            Parameter {
                name: "n",
                label: "n",
                help: "Each thread computes fib(n) in native code, in all.",
                kind: Kind::Whole { min: 20, max: 40, default: 34 },
            },
        ],
        shared_parameters: COMMON,
        lowest: Backend::Threads,
        fallback: FALLBACK,
        question: |_| SPEED_UP,
    },
    landmarks: |report| {
        let Some(spec) = &report.spec else { return Vec::new() };
        let workers = f64::from(spec.whole("workers"));
        let mark = |name: &str, class, value| Landmark { name: name.to_owned(), class, value };
        vec![
            mark("Theory for this lock", "ideal", theory(spec, held(spec))),
            mark("Amdahl's law (one hold)", "further", laws::amdahl(held(spec), workers)),
        ]
    },
    why,
    headline: |_| None,
    lanes: Lanes::LOCKED,
    known: |_| None,
    sweep: |report| {
        report.spec.as_ref()?;
        Some(Sweep {
            title: "Speed-up against the share of work under the lock",
            measured: Measured::Points(Quantity::SpeedUp),
            x: "share of the work under the lock",
            y: "speed-up",
            unit: Unit::SpeedUp,
            logarithmic: false,
            level: None,
            beside: None,
            predicted: false,
            curve_name: "theory for this number of holds, equal cores",
            curve: |report, held| report.spec.as_ref().map_or(1.0, |spec| theory(spec, held)),
        })
    },
    simplifies: "Theory knows p equal cores and a lock that changes hands in no time. Real cores \
                 are shared with other programs, and a thread that waited has to be woken.",
    exercises: &[once_and_a_hundred_times, forgotten],
    trials: Trials { long: "n=36&workers=2&seconds=60", short: &["n=28&workers=2&seconds=3"] },
};

/// Half of the work under the lock, in one hold and in a hundred.
fn once_and_a_hundred_times(runs: &[Report]) -> Option<Progress> {
    let half = |holds: u32| {
        last(runs, |spec| {
            let released = spec.name("release") == "yes";
            released && spec.real("held") == Some(0.5) && spec.whole("holds") == holds
        })
    };
    let next = ["Now the same half in a single hold.", "Now the same half in a hundred holds."];
    both(half(1), half(100), next, |once, often| {
        Some(format!(
            "Held once: {}. Held a hundred times: {}. The held parts of one thread overlap with the \
             free parts of the others.",
            measured(once)?,
            measured(often)?
        ))
    })
}

/// The lock is never released.
fn forgotten(runs: &[Report]) -> Option<Progress> {
    let run = last(runs, |spec| spec.name("release") == "no")?;
    Some(Progress::Solved(format!(
        "With the lock never released you measured {}; Amdahl's law says 1 for f = 1, for any \
         number of cores.",
        measured(run)?
    )))
}

/// What the arms of the sweep are called.
pub const HELD: &str = "held";
/// Shares that are measured in every run.
pub const SHARES: [f64; 7] = [0.0, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0];

/// The share of the work that is really done under the lock.
pub fn held(spec: &RunSpec) -> f64 {
    match spec.name("release") {
        "no" => 1.0,
        _ => spec.real("held").unwrap_or(0.0),
    }
}

/// The speed-up that theory expects when this share is held.
pub fn theory(spec: &RunSpec, held: f64) -> f64 {
    let workers = f64::from(spec.whole("workers").max(1));
    let held = if spec.name("release") == "no" { 1.0 } else { held };
    laws::one_lock(held, f64::from(spec.whole("holds").max(1)), workers)
}

/// Why the speed-up is what it is.
fn why(report: &Report) -> Option<String> {
    let spec = report.spec.as_ref()?;
    let speedup = report.speedup.as_ref()?;
    let workers = f64::from(spec.whole("workers").max(1));
    if workers == 1.0 {
        return Some("With one thread nobody else wants the lock.".to_owned());
    }
    if spec.name("release") == "no" {
        return Some(
            "Somebody forgot to release the lock: the work is native, and still only one thread at a \
             time may do it. Native code alone gives no speed-up."
                .to_owned(),
        );
    }
    let expected = theory(spec, held(spec));
    let kappa = report.core_equivalents.as_ref().map_or(workers, |kappa| kappa.median);
    let waits = report.trace.iter().filter(|event| event.kind == trace::Kind::Lock);
    let waited_ms: f64 = waits.map(Event::length_ms).sum();
    let all_ms: f64 = report.trace.iter().map(Event::length_ms).sum();
    let waiting = waited_ms / all_ms.max(1e-9) * 100.0;
    let residual = speedup.median / expected - 1.0;
    let nothing_held = report.swept(Quantity::SpeedUp).find(|point| point.x == Some(0.0));
    let free = nothing_held.map(|point| point.median);
    Some(if speedup.low <= expected && expected <= speedup.high {
        format!(
            "As theory says: {expected:.2} lies within the interval. The threads spent {waiting:.0} % \
             of their time waiting for the lock."
        )
    } else if residual < 0.0 && free.is_some_and(|free| free < 0.97 * workers) {
        format!(
            "{:.0} % below theory, which counts on {workers} equal cores. Even with nothing under the \
             lock the threads were only {:.2} times as fast here, and independent kernels got \
             {kappa:.2} cores' worth; {waiting:.0} % of the threads' time went into waiting for the \
             lock.",
            -residual * 100.0,
            free.unwrap_or(kappa)
        )
    } else if residual < 0.0 {
        format!(
            "{:.0} % below theory, in which a lock changes hands in no time; here {waiting:.0} % of \
             the threads' time went into waiting for it, the waking of the next thread included.",
            -residual * 100.0
        )
    } else {
        format!(
            "{:.0} % above theory: the serial samples and the parallel ones did not meet the same \
             machine. More seconds give more blocks.",
            residual * 100.0
        )
    })
}
