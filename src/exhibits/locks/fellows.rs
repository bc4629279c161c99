//! What the threads of one program share, and how a thread's work sees its fellows.

use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

use super::messages::{Locks, Setup};
use crate::interpreter::lock::Lock;
use crate::interpreter::thread::Thread;
use crate::measure::clock::now_ms;
use crate::runtime::io::{Io, IoError};
use crate::trace::Kind;

/// What the threads of one program share.
pub struct SharedState {
    locks: Vec<Lock>,
    start: Barrier,
    /// How many threads have not ended yet.
    at_work: AtomicU32,
}

impl SharedState {
    /// What the threads of this program will share.
    pub fn new(setup: &Setup) -> SharedState {
        let &Setup { threads, interval_ms, .. } = setup;
        let interval = Duration::from_secs_f64(interval_ms.clamp(0.01, 1e4) / 1e3);
        let locks = match setup.locks {
            Locks::None => 0,
            Locks::One => 1,
            Locks::Each => threads,
        };
        SharedState {
            locks: (0..locks).map(|_| Lock::new(threads, interval)).collect(),
            start: Barrier::new(threads as usize),
            at_work: AtomicU32::new(threads),
        }
    }

    /// The lock that this thread has to hold, if there is one; the error is that there is no
    /// such thread.
    pub fn lock(&self, me: u32) -> Result<Option<&Lock>, NoSuchThread> {
        let lock =
            if self.locks.len() > 1 { self.locks.get(me as usize) } else { self.locks.first() };
        match lock {
            Some(lock) if me >= lock.threads() => Err(NoSuchThread(me)),
            lock => Ok(lock),
        }
    }

    /// Waits until all threads are here.
    pub fn begin(&self) {
        self.start.wait();
    }

    /// One thread has ended.
    pub fn end(&self) {
        self.at_work.fetch_sub(1, Relaxed);
    }
}

/// A thread takes part that nothing was set up for.
#[derive(Debug, thiserror::Error)]
#[error("there is no thread {0}")]
pub struct NoSuchThread(u32);

/// The other threads of the program, and the world outside, as a thread's work sees them.
pub struct Fellows<'a> {
    /// What they share; absent where a thread runs alone.
    pub shared: Option<&'a SharedState>,
    /// How to wait outside, for work that does.
    pub io: Option<&'a Io>,
}

impl Fellows<'_> {
    /// Whether others have not ended yet.
    pub fn at_work(&self) -> bool {
        self.shared.is_some_and(|shared| shared.at_work.load(Relaxed) > 1)
    }

    /// Waits without the lock until all others are here as well. Alone there is nobody to
    /// wait for.
    pub fn meet(&self, thread: &mut Thread) {
        if let Some(shared) = self.shared {
            thread.give_up();
            let start_ms = now_ms();
            shared.start.wait();
            thread.note(Kind::Idle, start_ms);
            thread.take();
        }
    }

    /// Waits once for what the work waits for outside.
    pub async fn wait_outside(&self) -> Result<(), IoError> {
        match self.io {
            Some(io) => io.wait().await,
            None => Ok(()),
        }
    }
}
