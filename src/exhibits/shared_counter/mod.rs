//! Workers that add to one counter in the memory they share, and lose counts.
//!
//! Expected: load, add, store by several workers at once loses whatever one stores between
//! another's load and store. An atomic addition and a lock lose nothing and are slower than
//! one worker alone: the cache line of the counter can be in one core at a time. Counters of
//! one's own on one line lose nothing and are slow all the same; on lines of their own they
//! are as fast as the cores.
//!
//! Its limit: how many counts are lost is the machine's and chance's. Only the bounds are
//! known, and only they are checked.

mod asked;
mod entrant;
mod exercises;
#[cfg(not(target_arch = "wasm32"))]
pub mod native;
pub mod program;
mod report;
pub mod run;
#[cfg(all(test, not(target_arch = "wasm32")))]
pub mod stand_in;
mod why;
mod worker;

use crate::exhibits::card::{Card, Front, Lanes, Question, Recording, Trials};
use crate::measure::unit::Unit;
use crate::params::{COMMON, Kind, Parameter};
use crate::runtime::capabilities::Backend;
use crate::runtime::program::Entry;

/// The cards of this folder.
pub static CARDS: &[&Card] = &[&EXHIBIT];

/// What engines run for it.
pub static PROGRAMS: &[Entry] = &[
    Entry::of::<worker::SetUp>(),
    Entry::of::<worker::Add>(),
    Entry::of::<worker::Count>(),
    #[cfg(not(target_arch = "wasm32"))]
    Entry::of::<native::Natively>(),
];

/// The exhibit.
pub static EXHIBIT: Card = Card {
    front: &Front {
        name: "shared-counter",
        folder: "shared_counter",
        title: "A counter that loses counts",
        own_parameters: &[
            Parameter {
                name: "way",
                label: "Way to count",
                help: "How a worker adds 1. Own counters are added up at the end.",
                kind: Kind::Choice {
                    options: &[
                        ("all", "all five ways"),
                        ("unprotected", "load, add, store: unprotected"),
                        ("atomic", "an atomic addition"),
                        ("lock", "under a lock"),
                        ("own-shared-line", "own counters, one cache line"),
                        ("own-apart", "own counters, lines of their own"),
                    ],
                    default: "all",
                },
            },
            Parameter {
                name: "increments",
                label: "Increments",
                help: "How many times each worker adds 1.",
                kind: Kind::Whole { min: 1_000, max: 10_000_000, default: 1_000_000 },
            },
            Parameter {
                name: "workers",
                label: "Workers",
                help: "How many workers count. The default is what the browser claims to have.",
                kind: Kind::Several,
            },
        ],
        // The first of them is the number of workers from 1 on.
        shared_parameters: COMMON.split_at(1).1,
        lowest: Backend::Threads,
        fallback: "The counter is a place in memory that all threads share, and this browser, or \
                   this way of opening the page, shares none. What there is to see is a recorded run, and \
                   below it you can be the scheduler yourself. A page that is isolated, in a \
                   browser that offers SharedArrayBuffer, runs the exhibit.",
        question: |spec| match spec.name("way") {
            "all" | "unprotected" => Question {
                text: "Of 100 additions, how many will be lost where nothing protects the counter?",
                unit: Unit::Percent,
            },
            _ => Question {
                text: "How many times as fast as one worker will all of them together count?",
                unit: Unit::SpeedUp,
            },
        },
    },
    landmarks: why::landmarks,
    why: why::why,
    headline: |_| None,
    lanes: Lanes::LOCKED,
    known: |_| None,
    sweep: |_| None,
    simplifies: "The workers do nothing but count, so they meet all the time; in a program that \
                 also does something else, less is lost, and it is found later. A sample counts \
                 as often as the clock needs to see it, on the same counter. The lanes are those \
                 of the first way, in the sample with the median time.",
    exercises: &[exercises::false_sharing, exercises::few_and_many],
    trials: Trials {
        long: "way=all&workers=2&seconds=60",
        short: &["way=all&workers=2&seconds=3", "way=atomic&workers=2&seconds=2"],
    },
    recordings: &[Recording { name: "shared-counter", query: "workers=2" }],
};
