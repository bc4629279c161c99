//! What the scheduler synchronises with: the standard library, or, where the model of
//! `tests/scheduler_model` walks through all interleavings, loom's doubles of it.

#[cfg(not(loom))]
mod real {
    pub use std::hint::spin_loop;
    pub use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, AtomicUsize, fence};
    pub use std::sync::{Condvar, Mutex};
    pub use std::thread::{Thread, current, park};

    /// So many looks in vain before a worker goes to sleep: some tenths of a millisecond.
    pub const SPINS: u32 = 20_000;
    /// A hungry worker asks again after so many looks.
    pub const LOOKS_PER_QUESTION: u32 = 64;
}

#[cfg(loom)]
mod real {
    pub use loom::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, AtomicUsize, fence};
    pub use loom::sync::{Condvar, Mutex};
    pub use loom::thread::{Thread, current, park, yield_now as spin_loop};

    /// The model is about sleeping: whoever finds nothing goes to sleep at once.
    pub const SPINS: u32 = 0;
    /// One look, one question.
    pub const LOOKS_PER_QUESTION: u32 = 1;
}

pub use real::*;
