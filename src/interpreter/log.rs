//! What a thread of an interpreter did when, and with which answers.

use serde::{Deserialize, Serialize};

use crate::trace::Kind;

/// What one thread did while it took part in a program. Times are on [`crate::measure::clock`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ThreadLog {
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

impl ThreadLog {
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
