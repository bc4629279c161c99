//! One job, every way: the same list by every programming model of the lab, each beside its own
//! serial program.
//!
//! Expected: threads, processes, ranks and native code that has dropped the lock are about
//! equally fast, and faster than a loop; threads that have to hold one lock gain nothing;
//! JavaScript workers may gain as much as threads do and be slower than a loop in native code
//! all the same. A good speed-up of a slow program is not a fast program.
//!
//! Its limit: six whole tasks. How fast each model would be on other work, the other exhibits
//! say.

mod entrant;
mod exercises;
pub mod program;
pub mod run;
mod sizing;
#[cfg(all(test, not(target_arch = "wasm32")))]
pub mod stand_in;
mod teams;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
mod why;

use crate::exhibits::card::{Card, Front, Lanes, Question, Recording, Trials};
use crate::exhibits::locks::thread::ThreadProgram;
use crate::measure::unit::Unit;
use crate::params::{COMMON, Kind, Parameter, SECONDS, SEED, STARTS};
use crate::runtime::capabilities::Backend;
use crate::runtime::program::Entry;

/// The cards of this folder.
pub static CARDS: &[&Card] = &[&EXHIBIT];

/// What engines run for it, besides what other exhibits show.
pub static PROGRAMS: &[Entry] = &[Entry::of::<ThreadProgram<program::PartWork>>()];

/// The list: CPython and bytecode take seconds for the chapter's.
pub const TASKS: [u32; 6] = [31, 30, 29, 28, 27, 26];

/// A block holds the list in bytecode twice, and so takes seconds on a slow device: in the usual
/// ten there would not be enough of them for a verdict.
const SECONDS_OF_ALL: Parameter =
    Parameter { kind: Kind::Whole { min: 1, max: 60, default: 30 }, ..SECONDS };

/// The exhibit.
pub static EXHIBIT: Card = Card {
    front: &Front {
        name: "models",
        folder: "models",
        title: "One job, every way",
        own_parameters: &[
            Parameter {
                name: "tasks",
                label: "Tasks",
                help: "The numbers that fib is applied to, separated by commas: the same for every \
                       model.",
                kind: Kind::Tasks { default: &TASKS },
            },
            Parameter {
                name: "python",
                label: "CPython",
                help: "Whether to ask for CPython's Pool as well. It is loaded only when you press \
                       for it.",
                kind: Kind::Choice { options: &[("0", "no"), ("1", "ask for it")], default: "0" },
            },
        ],
        shared_parameters: &[COMMON[0], STARTS, SECONDS_OF_ALL, SEED],
        lowest: Backend::Processes,
        fallback: "Every model but the loop needs workers, and this browser offers none. What \
                   there is to see is a recorded run. A current browser runs the exhibit.",
        question: |_| Question {
            text: "How many milliseconds will the fastest of all ways take for the list?",
            unit: Unit::Ms,
        },
    },
    landmarks: |_| Vec::new(),
    why: why::why,
    headline: why::headline,
    lanes: Lanes::WORKERS,
    known: |_| None,
    sweep: |_| None,
    simplifies: "Each model does the list as its own exhibit does: threads, processes and \
                 JavaScript workers claim task after task; ranks and threads under the lock have \
                 theirs dealt out beforehand, longest first. The workers of all models are up all \
                 the time, and only one model is awake. A short job is done several times over in \
                 a sample, and its time is that of one.",
    exercises: &[
        exercises::better_speedup_slower_program,
        exercises::workers_against_the_loop,
        exercises::small_tasks,
    ],
    trials: Trials {
        long: "tasks=30,29,28&workers=2&seconds=60",
        short: &["tasks=24,23,22&workers=2&seconds=4"],
    },
    recordings: &[Recording { name: "models", query: "workers=2&seconds=40" }],
};
