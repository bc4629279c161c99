//! A pool: seats for workers, and what they have in common for the length of one run.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::PoisonError;
use std::sync::atomic::Ordering::{AcqRel, Relaxed, SeqCst};

use super::arena::ARENA_BYTES;
use super::common::{Clock, Common};
use super::context::Context;
use super::log::{Doing, Log};
use super::seat::Seat;
use super::sync::{AtomicBool, Condvar, Mutex, current, fence};

/// Why a thread cannot take part in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoSeat {
    /// There are not so many seats.
    NoSuchSeat(u32),
    /// Somebody sits there, or did in this run.
    Taken(u32),
}

impl std::fmt::Display for NoSeat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            NoSeat::NoSuchSeat(seat) => write!(f, "the pool has no seat {seat}"),
            NoSeat::Taken(seat) => write!(f, "seat {seat} of the pool is taken"),
        }
    }
}

impl std::error::Error for NoSeat {}

/// Workers for one run. Threads take part by sitting down: one [`leads`](Pool::lead), the others
/// [`help`](Pool::help) until it is over. The pool starts no thread by itself, except in
/// [`on_threads`](Pool::on_threads).
pub struct Pool {
    seats: Box<[Seat]>,
    common: Common,
    /// Which seats were taken in this run.
    taken: Box<[AtomicBool]>,
    /// How many sit.
    seated: Mutex<usize>,
    all_seated: Condvar,
}

impl Pool {
    /// A pool of so many workers, at least one, without a clock: nothing is clocked in it.
    pub fn new(workers: u32) -> Pool {
        Pool::with(workers, Clock { now_ms: || 0.0, step_ms: f64::INFINITY }, ARENA_BYTES)
    }

    /// A pool of so many workers, at least one, with a clock.
    pub fn clocked(workers: u32, clock: Clock) -> Pool {
        Pool::with(workers, clock, ARENA_BYTES)
    }

    /// A pool of so many workers, at least one, with a clock and so many bytes for the frames of
    /// each.
    pub fn with(workers: u32, clock: Clock, arena_bytes: usize) -> Pool {
        let workers = workers.max(1);
        Pool {
            seats: (0..workers).map(|index| Seat::new(index, arena_bytes)).collect(),
            common: Common::new(clock),
            taken: (0..workers).map(|_| AtomicBool::new(false)).collect(),
            seated: Mutex::new(0),
            all_seated: Condvar::new(),
        }
    }

    /// How many workers it has.
    pub fn workers(&self) -> u32 {
        self.seats.len() as u32
    }

    /// Takes seat 0, waits until every other seat is taken, and runs the task. The run is over
    /// when it returns: all helpers get up.
    ///
    /// # Errors
    ///
    /// The pool has had its run.
    ///
    /// # Panics
    ///
    /// With what the task, or a part of it on whichever worker, panicked with.
    pub fn lead<R>(&self, task: impl FnOnce(Context<'_>) -> R) -> Result<(R, Log), NoSeat> {
        let seat = self.sit(0)?;
        self.wait_for_all();
        seat.open(None);
        seat.turn_to(Doing::Root, true);
        // SAFETY: this thread sits on the seat, and it has no frame yet.
        let root = || task(unsafe { Context::at(seat.bottom(), seat) });
        let result = catch_unwind(AssertUnwindSafe(root));
        seat.turn_to(Doing::Nothing, false);
        self.common.end();
        // Pairs with the fence of `Seat::sleep`: either a sleeper sees the end, or its bell is seen.
        fence(SeqCst);
        seat.ring_all();
        let log = seat.leave();
        match result {
            Ok(result) => Ok((result, log)),
            Err(panic) => resume_unwind(panic),
        }
    }

    /// Takes a seat other than 0 and works until the run is over.
    ///
    /// # Errors
    ///
    /// There is no such seat, or it was taken in this run.
    pub fn help(&self, me: u32) -> Result<Log, NoSeat> {
        if me == 0 {
            return Err(NoSeat::Taken(0));
        }
        let seat = self.sit(me)?;
        // SAFETY: this thread sits on the seat, and it has no frame.
        unsafe { seat.serve() };
        Ok(seat.leave())
    }

    /// Makes the pool ready for another run.
    pub fn reset(&mut self) {
        for taken in &self.taken {
            taken.store(false, Relaxed);
        }
        self.common.reset();
        *self.seated.lock().unwrap_or_else(PoisonError::into_inner) = 0;
    }
}

#[cfg(not(loom))]
impl Pool {
    /// Runs the task on threads of its own, which end with it. For programs that have no
    /// threads yet.
    ///
    /// # Panics
    ///
    /// With what the task panicked with.
    pub fn on_threads<R>(&self, task: impl FnOnce(Context<'_>) -> R) -> R {
        let pool = self;
        std::thread::scope(|scope| {
            for me in 1..self.workers() {
                scope.spawn(move || pool.help(me));
            }
            match self.lead(task) {
                Ok((result, _)) => result,
                Err(taken) => panic!("{taken}"),
            }
        })
    }
}

impl Pool {
    fn sit(&self, me: u32) -> Result<&Seat, NoSeat> {
        let seat = self.seats.get(me as usize).ok_or(NoSeat::NoSuchSeat(me))?;
        // Acquire and Release: whoever sits down sees what the last one left.
        if self.taken[me as usize].swap(true, AcqRel) {
            return Err(NoSeat::Taken(me));
        }
        // SAFETY: the swap gave the seat to this thread alone until the pool is reset, for which it
        // must not be borrowed; all of this is borrowed from the pool, so it stays where it is.
        unsafe { seat.sit(&self.common, &*self.seats, current()) };
        let mut seated = self.seated.lock().unwrap_or_else(PoisonError::into_inner);
        *seated += 1;
        if *seated == self.seats.len() {
            self.all_seated.notify_all();
        }
        Ok(seat)
    }

    fn wait_for_all(&self) {
        let mut seated = self.seated.lock().unwrap_or_else(PoisonError::into_inner);
        while *seated < self.seats.len() {
            seated = self.all_seated.wait(seated).unwrap_or_else(PoisonError::into_inner);
        }
    }
}
