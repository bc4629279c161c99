//! What threads of an interpreter are asked to do, and what they did.

use serde::{Deserialize, Serialize};

use crate::trace::Kind;

/// Which locks the threads of an interpreter have to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Locks {
    /// None.
    None,
    /// One for all of them.
    One,
    /// One for each of them.
    Each,
}

/// What one thread has to do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TurnOrder {
    /// Its number, from 0.
    pub me: u32,
    /// Whether it takes part in the arena and starts together with the others; else it
    /// runs alone and without a lock.
    pub together: bool,
    /// What it runs.
    pub program: Program,
    /// How many times, one after another.
    pub rounds: u32,
    /// Absolute address of a small file, for programs that send requests.
    pub address: String,
}

/// The programs that threads of an interpreter run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Program {
    /// fib(n) in bytecode.
    Bytecode {
        /// The argument of fib.
        n: u32,
    },
    /// Waits for something outside, notes how long the lock then takes to come back, and
    /// runs a little bytecode.
    Outside {
        /// What it waits for.
        what: Outside,
    },
    /// fib(n) in bytecode again and again, until all other threads are done.
    Busy {
        /// The argument of fib.
        n: u32,
    },
    /// fib(n) in native code, part of it under the lock.
    Native {
        /// The argument of fib.
        n: u32,
        /// The share of the work that is done under the lock, from 0 to 1.
        held: f64,
        /// How many times the lock is held.
        holds: u32,
    },
}

/// What a thread can wait for without the lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outside {
    /// A timer of 20 ms.
    Timer,
    /// A request to the page's own server.
    Request,
    /// An insert into the browser's database and a select.
    Database,
}

/// What one thread did in its turn. Times are on [`crate::measure::clock`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Turn {
    /// When it began.
    pub start_ms: f64,
    /// When it ended.
    pub end_ms: f64,
    /// The answers, one for each time the program ran.
    pub values: Vec<u64>,
    /// What it did when; the first of them, if there were too many.
    pub stretches: Vec<Stretch>,
    /// How many times it took the lock.
    pub takes: u32,
    /// The tickets that it drew under the lock; the first of them, if there were too many.
    pub tickets: Vec<u64>,
    /// Whether no other thread drew a ticket while this one held the lock.
    pub alone: bool,
    /// How long the lock took to come, where the program notes that.
    pub delays_ms: Vec<f64>,
}

impl Turn {
    /// Moves every time to another clock.
    pub fn map_times(&mut self, here: impl Fn(f64) -> f64) {
        self.start_ms = here(self.start_ms);
        self.end_ms = here(self.end_ms);
        for stretch in &mut self.stretches {
            stretch.start_ms = here(stretch.start_ms);
            stretch.end_ms = here(stretch.end_ms);
            stretch.requested_ms = stretch.requested_ms.map(&here);
        }
    }
}

/// A stretch of time in which a thread did one thing.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stretch {
    /// What: work, waiting for the lock, or waiting for something else.
    pub kind: Kind,
    /// Whether the thread held the lock meanwhile.
    pub held: bool,
    /// When it began.
    pub start_ms: f64,
    /// When it ended.
    pub end_ms: f64,
    /// When the thread asked the holder of the lock to drop it, if it had to.
    pub requested_ms: Option<f64>,
}
