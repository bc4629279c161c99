//! What threads of an interpreter are asked to do.

use serde::{Deserialize, Serialize};

use crate::runtime::program::Call;

/// How long a thread waits for the lock before it asks for it, where nothing else is asked for:
/// as long as in CPython.
pub const SWITCH_INTERVAL_MS: f64 = 5.0;

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

/// What the threads of a program will share: made anew before each, by the first of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Setup {
    /// How many threads take part.
    pub threads: u32,
    /// What they have to hold.
    pub locks: Locks,
    /// The switch interval.
    pub interval_ms: f64,
}

/// Makes what the threads of a program will share.
pub const SET_UP: Call<Setup, ()> = Call::named("lock-set-up");

/// What one thread has to do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ThreadOrder<W> {
    /// Its number, from 0.
    pub me: u32,
    /// Whether it takes part in what was set up and starts together with the others; else it
    /// runs alone and without a lock.
    pub together: bool,
    /// What it does.
    pub work: W,
    /// How many times, one after another.
    pub rounds: u32,
    /// Absolute address of a small file, for work that sends requests.
    pub address: String,
}
