//! The exhibits: a folder each, and this registry. A folder has everything that is special
//! about its exhibit, and one line here.
//!
//! Three lists come from that line, and must stay three: the page names only the cards, the
//! conductor only the runs, the engines only the programs, so that each build drops what it
//! does not need.

pub mod address;
pub mod card;
pub mod exercise;
/// What exhibits with a lock share.
pub mod locks;
/// What exhibits share in which a pool does a list.
pub mod pooled;
/// What exhibits share in which ranks pass messages.
pub mod ranks;
/// What exhibits share whose task splits itself.
pub mod splitting;

pub use card::{Card, Front};

use std::rc::Rc;

use futures_util::future::{FutureExt, LocalBoxFuture};

use crate::report::Report;
use crate::runtime::program::Entry;
use crate::runtime::run::{Ended, Run};

/// How a run of an exhibit is made.
pub type RunExhibit = fn(Rc<Run>) -> LocalBoxFuture<'static, Result<Report, Ended>>;

macro_rules! exhibits {
    ($($folder:ident,)*) => {
        $(pub mod $folder;)*

        /// The cards, folder by folder, in the order of the pages.
        static CARDS: &[&[&Card]] = &[$($folder::CARDS),*];

        /// How the exhibits of a folder are run.
        static RUNS: &[(&str, RunExhibit)] =
            &[$((stringify!($folder), |run| $folder::run::run(run).boxed_local())),*];

        /// What engines run, folder by folder.
        static PROGRAMS: &[&[Entry]] = &[$($folder::PROGRAMS),*];
    };
}

exhibits! {
    gil,
    c_extension,
    shared_counter,
    parent_children,
    message_ring,
    pool_map,
    playground,
    fork_join,
    speed_up,
    better_algorithm,
    models,
    honesty,
}

/// How a stand-in plays the programs that exhibits bring along.
#[cfg(all(test, not(target_arch = "wasm32")))]
pub static PLAYED: &[crate::runtime::stand_in::Played] = &[
    gil::stand_in::played,
    c_extension::stand_in::played,
    shared_counter::stand_in::played,
    fork_join::stand_in::played,
    models::stand_in::played,
    ranks::stand_in::played,
];

/// What an address without an exhibit means.
pub static MAIN: &Card = &pool_map::EXHIBIT;
/// What can be asked of it.
pub static MAIN_FRONT: &Front = MAIN.front;

/// What the front page races: one worker of the visitor's against all of them.
pub static RACE: &Card = &speed_up::EXHIBIT;
/// What its address there begins with.
pub const RACE_QUERY: &str = "points=ends";
/// The name of its recorded run.
pub const RACE_RECORDED: &str = "speed-up-race";

/// Every exhibit, in the order of the pages.
pub fn cards() -> impl Iterator<Item = &'static Card> + Clone {
    CARDS.iter().copied().flatten().copied()
}

/// How many exhibits there are.
const COUNT: usize = {
    let (mut folder, mut count) = (0, 0);
    while folder < CARDS.len() {
        count += CARDS[folder].len();
        folder += 1;
    }
    count
};

/// The front of every card, in the same order. It is worked out by the compiler, so that a
/// program which asks for fronts alone carries nothing else of the cards.
pub static FRONTS: [&Front; COUNT] = {
    let mut fronts = [MAIN.front; COUNT];
    let (mut folder, mut at) = (0, 0);
    while folder < CARDS.len() {
        let mut own = 0;
        while own < CARDS[folder].len() {
            fronts[at] = CARDS[folder][own].front;
            (own, at) = (own + 1, at + 1);
        }
        folder += 1;
    }
    fronts
};

/// The front of the card with this name.
pub fn front(name: &str) -> Option<&'static Front> {
    FRONTS.iter().copied().find(|front| front.name == name)
}

/// The exhibit with this name.
pub fn named(name: &str) -> Option<&'static Card> {
    cards().find(|card| card.name == name)
}

/// How the exhibit with this name is run.
pub fn run_of(name: &str) -> Option<RunExhibit> {
    let folder = named(name)?.folder;
    RUNS.iter().find(|(own, _)| *own == folder).map(|(_, run)| *run)
}

/// The program with this name.
pub fn program(name: &str) -> Option<&'static Entry> {
    PROGRAMS.iter().copied().flatten().find(|entry| entry.name == name)
}
