//! A schedule by hand: the visitor fills the lanes, and workers do exactly that.
//!
//! The board is drawn and heard by the page; what is measured is a pool whose plan is fixed
//! beforehand. Expected: the list takes as long as its longest lane, and no schedule is shorter
//! than the work shared evenly, or than the largest task.
//!
//! Source of the bounds: R. L. Graham, "Bounds on multiprocessing timing anomalies", SIAM J. Appl.
//! Math. 17, 1969; of the hardness: R. M. Karp, "Reducibility among combinatorial problems", 1972.

mod exercises;
pub mod run;

use super::card::{Card, Front, Landmark, Lanes, Question, Recording, Trials};
use crate::measure::unit::Unit;
use crate::params::{Kind, Parameter, RUNTIME, SECONDS, SEED, STARTS};
use crate::report::Report;
use crate::runtime::capabilities::Backend;
use crate::runtime::program::Entry;
use crate::theory::by_hand::MOST_LANES;
use crate::theory::laws::CHAPTER_TASKS;
use crate::theory::puzzles::HOW_MANY;
use crate::theory::schedule::{Assignment, makespan, optimum, plan, simulate, work};

/// What engines run for it: a pool's programs, which its own folder registers.
pub static PROGRAMS: &[Entry] = &[];

/// The cards of this folder.
pub static CARDS: &[&Card] = &[&EXHIBIT];

/// The exhibit.
pub static EXHIBIT: Card = Card {
    front: &Front {
        name: "playground",
        folder: "playground",
        title: "Make your own schedule",
        own_parameters: &[
            Parameter {
                name: "tasks",
                label: "Tasks",
                help: "The numbers that fib is applied to, separated by commas.",
                kind: Kind::Tasks { default: &CHAPTER_TASKS },
            },
            Parameter {
                name: "workers",
                label: "Lanes",
                help: "How many workers there are, a lane each.",
                kind: Kind::Whole { min: 1, max: MOST_LANES as u32, default: 2 },
            },
            Parameter {
                name: "lanes",
                label: "Who does what",
                help: "Lanes separated by _, each with the places of its tasks in the list, from 0.",
                kind: Kind::Lanes,
            },
            Parameter {
                name: "puzzle",
                label: "Puzzle",
                help: "Which puzzle the board shows, 0 for none. Choose it above the board.",
                kind: Kind::Whole { min: 0, max: HOW_MANY as u32, default: 0 },
            },
        ],
        shared_parameters: &[RUNTIME, STARTS, SECONDS, SEED],
        lowest: Backend::Serial,
        fallback: "This browser offers no workers, so only the serial program runs. The board and its \
                   puzzles need none.",
        question: |_| Question {
            text: "How many times as fast as one worker will your schedule be?",
            unit: Unit::SpeedUp,
        },
    },
    landmarks,
    why: crate::analysis::why::why,
    headline: |_| None,
    lanes: Lanes { name: "Lane", ..Lanes::WORKERS },
    known: |_| None,
    sweep: |_| None,
    simplifies: "A block of the board is as long as its work; a measured one is as long as its \
                 time, and your cores need not be equally fast.",
    exercises: &[exercises::twice],
    trials: Trials {
        long: "tasks=36,35,34&lanes=0_1.2&seconds=60",
        short: &["tasks=30,29,28&lanes=0_1.2&seconds=3"],
    },
    recordings: &[Recording { name: "playground", query: "lanes=0.4.5_1.2.3&seconds=20" }],
};

/// What the measured speed-up can be compared with: the schedule itself, the best that there is,
/// and what a pool makes of the list.
fn landmarks(report: &Report) -> Vec<Landmark> {
    let Some(spec) = &report.spec else { return Vec::new() };
    let (work, lanes) = (work(spec.list("tasks")), spec.whole("workers") as usize);
    let total: u64 = work.iter().sum();
    let of = |name: &str, class, makespan: u64| Landmark {
        name: name.to_owned(),
        class,
        value: total as f64 / makespan.max(1) as f64,
    };
    let own = report.ideal.as_ref().map(|ideal| of("Your schedule", "ideal", ideal.makespan_calls));
    let best = optimum(&work, lanes).map(|best| of("The best possible", "ideal", best));
    let in_order = simulate(&work, lanes, &plan(&work, lanes, Assignment::InOrder, 1));
    let pool = of("As a pool hands it out", "chapter", makespan(&in_order));
    own.into_iter().chain(best).chain([pool]).collect()
}
