//! What a worker did in a run: written on the rare roads only, so that it costs a join nothing.

use std::collections::VecDeque;

/// So many stretches are kept, the last ones.
const MOST_STRETCHES: usize = 4096;

/// What a worker did in a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Log {
    /// What it did when, in order and without overlap; at most the last 4096 stretches.
    pub stretches: VecDeque<Stretch>,
    /// How many stretches are not kept.
    pub left_out: u32,
    /// How many jobs it took from others.
    pub steals: u32,
    /// How many frames it offered.
    pub offers: u32,
    /// How many joins found no room on the arena, and ran both branches in place.
    pub overflows: u32,
    /// How many times it slept.
    pub parks: u32,
    /// How many times [`auto`](super::auto) forked.
    pub forks: u64,
}

/// What a worker did for a while. Times are milliseconds on the clock of the pool.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    /// What it did.
    pub doing: Doing,
    /// Whether this is where it began; it may go on in later stretches.
    pub first: bool,
    /// From when.
    pub start_ms: f64,
    /// Until when.
    pub end_ms: f64,
}

/// What a worker is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Doing {
    /// Nothing: it has nothing to do, or waits for its thief.
    #[default]
    Nothing,
    /// The task that the run began with.
    Root,
    /// A job that it took.
    Stolen {
        /// From whom.
        victim: u32,
        /// What the task calls itself.
        label: u32,
    },
}

impl Log {
    /// Notes a stretch that is over.
    pub(super) fn push(&mut self, stretch: Stretch) {
        if stretch.doing == Doing::Nothing {
            return;
        }
        if self.stretches.len() == MOST_STRETCHES {
            self.stretches.pop_front();
            self.left_out += 1;
        }
        self.stretches.push_back(stretch);
    }
}
