//! Native code that drops the interpreter's lock while it works: a C extension with
//! `Py_BEGIN_ALLOW_THREADS`.
//!
//! Expected: p threads that hold the lock for the share f of their work, k times each,
//! are as fast as [`crate::theory::one_lock`] says: Amdahl's law for one hold, more for many, because held
//! and free parts overlap; less again for very many, because each hand-over of a busy lock
//! costs the waking of a thread. With the lock held throughout, nothing is gained.
//!
//! Its limit: the work under the lock and the work without it are the same kind of work.

mod exercises;
pub mod expected;
pub mod hand_over;
pub mod program;
pub mod run;
#[cfg(all(test, not(target_arch = "wasm32")))]
pub mod stand_in;
mod why;

use self::expected::{held, theory};
use crate::exhibits::card::{Card, Front, Landmark, Lanes, Measured, Recording, Sweep, Trials};
use crate::exhibits::locks::thread::ThreadProgram;
use crate::exhibits::locks::{FALLBACK, SPEED_UP};
use crate::measure::point::Quantity;
use crate::measure::unit::Unit;
use crate::params::{COMMON, Kind, Parameter};
use crate::runtime::capabilities::Backend;
use crate::runtime::program::Entry;
use crate::theory::laws;

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
                kind: Kind::Real { min: 0.0, max: 1.0, default: 0.25 },
            },
            Parameter {
                name: "holds",
                label: "Holds",
                help: "How many times each thread takes the lock for that.",
                kind: Kind::Whole { min: 1, max: 100, default: 10 },
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
                kind: Kind::Whole { min: 20, max: 40, default: 36 },
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
            mark(
                "Theory, with this hand-over",
                "ideal",
                theory(spec, held(spec), hand_over::share(report)),
            ),
            mark("The same, handed over in no time", "further", theory(spec, held(spec), 0.0)),
            mark("Amdahl's law (one hold)", "further", laws::amdahl(held(spec), workers)),
        ]
    },
    why: why::why,
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
            curve_name: "theory for so many holds and the hand-over measured here, equal cores",
            curve: |report, held| {
                let hand_over = hand_over::share(report);
                report.spec.as_ref().map_or(1.0, |spec| theory(spec, held, hand_over))
            },
        })
    },
    simplifies: "Theory knows p equal cores, and one cost for every hand-over. Real cores are \
                 shared with other programs, and waking a thread that slept for long costs more.",
    exercises: &[
        exercises::once_and_ten_times,
        exercises::ten_and_a_hundred_times,
        exercises::forgotten,
    ],
    trials: Trials { long: "n=36&workers=2&seconds=60", short: &["n=28&workers=2&seconds=3"] },
    recordings: &[Recording { name: "c-extension", query: "workers=2&seconds=20" }],
};

/// What the arms of the sweep are called.
pub const HELD: &str = "held";
/// Shares that are measured in every run.
pub const SHARES: [f64; 7] = [0.0, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0];
