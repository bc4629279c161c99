//! What all workers of a run have in common, besides their seats.

use std::any::Any;
use std::panic::resume_unwind;
use std::sync::PoisonError;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use super::sync::{AtomicBool, AtomicU32, Mutex};

/// A clock for logs and estimates.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    /// Reads it, in milliseconds.
    pub now_ms: fn() -> f64,
    /// Its smallest step, in milliseconds.
    pub step_ms: f64,
}

/// What all workers of a run have in common.
pub struct Common {
    pub clock: Clock,
    sleepers: AtomicU32,
    over: AtomicBool,
    /// What the first job that panicked did so with.
    panic: Mutex<Option<Box<dyn Any + Send>>>,
}

impl Common {
    pub fn new(clock: Clock) -> Common {
        Common {
            clock,
            sleepers: AtomicU32::new(0),
            over: AtomicBool::new(false),
            panic: Mutex::new(None),
        }
    }

    /// Another run begins.
    pub fn reset(&mut self) {
        *self = Common::new(self.clock);
    }

    /// The run is over. Whoever sleeps has to be woken after this.
    pub fn end(&self) {
        self.over.store(true, Release);
    }

    pub fn is_over(&self) -> bool {
        self.over.load(Acquire)
    }

    pub fn has_sleepers(&self) -> bool {
        self.sleepers.load(Relaxed) > 0
    }

    pub fn count_sleeper(&self) {
        self.sleepers.fetch_add(1, Relaxed);
    }

    pub fn uncount_sleeper(&self) {
        self.sleepers.fetch_sub(1, Relaxed);
    }

    /// Keeps the first panic for whoever waits for its job.
    pub fn keep_panic(&self, panic: Box<dyn Any + Send>) {
        self.panic.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(panic);
    }

    /// Goes on with the panic of a job on the worker that waited for it.
    pub fn resume(&self) -> ! {
        let panic = self.panic.lock().unwrap_or_else(PoisonError::into_inner).take();
        // Where two jobs panicked, the second owner finds nothing left to say.
        resume_unwind(panic.unwrap_or_else(|| Box::new("another part of the task panicked")))
    }
}
