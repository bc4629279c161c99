//! A thread of an interpreter, as it sees itself: its number, the lock it has to hold,
//! and its log of what it did when.

use super::lock::{Held, Lock};
use super::log::{Stretch, ThreadLog};
use crate::measure::clock::now_ms;
use crate::trace::Kind;

/// A thread logs at most so many stretches: the timed path must not allocate.
pub const MOST_STRETCHES: usize = 400;

/// A thread that holds its lock, if there is one, between [`Thread::start`] and
/// [`Thread::end`].
pub struct Thread<'a> {
    lock: Option<&'a Lock>,
    me: u32,
    held: Option<Held>,
    since_ms: f64,
    log: ThreadLog,
}

impl<'a> Thread<'a> {
    /// The thread with this number, which has to hold `lock` to run bytecode.
    ///
    /// # Panics
    ///
    /// In [`Thread::take`], if `me` is not below [`Lock::threads`].
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::interpreter::{lock::Lock, thread::Thread};
    /// use std::time::Duration;
    ///
    /// let lock = Lock::new(1, Duration::from_millis(5));
    /// let mut thread = Thread::new(Some(&lock), 0);
    /// thread.start();
    /// thread.answer(6765);
    /// let log = thread.end();
    /// assert_eq!((log.takes, log.values, log.alone), (1, vec![6765], true));
    /// ```
    pub fn new(lock: Option<&'a Lock>, me: u32) -> Thread<'a> {
        let stretches = Vec::with_capacity(MOST_STRETCHES);
        let tickets = Vec::with_capacity(MOST_STRETCHES);
        let log = ThreadLog { stretches, tickets, alone: true, ..ThreadLog::default() };
        Thread { lock, me, held: None, since_ms: 0.0, log }
    }

    /// Begins, and takes the lock for the first time.
    pub fn start(&mut self) {
        self.log.start_ms = now_ms();
        self.take();
    }

    /// Waits for the lock; returns for how long, in milliseconds.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::interpreter::{lock::Lock, thread::Thread};
    /// let lock = Lock::new(2, std::time::Duration::from_millis(5));
    /// let mut thread = Thread::new(Some(&lock), 0);
    /// thread.start();
    /// thread.give_up();
    /// // Nobody else wants it, so it comes back at once.
    /// assert!(thread.take() < 1e3);
    /// assert_eq!(thread.end().tickets, [0, 1]);
    /// ```
    pub fn take(&mut self) -> f64 {
        let wanted_ms = now_ms();
        let Some(lock) = self.lock else {
            self.since_ms = wanted_ms;
            return 0.0;
        };
        let held = lock.take(self.me);
        self.since_ms = now_ms();
        let (start_ms, end_ms, requested_ms) = (wanted_ms, self.since_ms, held.requested_ms);
        self.log(Stretch { kind: Kind::Lock, held: false, start_ms, end_ms, requested_ms });
        if self.log.tickets.len() < MOST_STRETCHES {
            self.log.tickets.push(held.ticket);
        }
        self.log.takes += 1;
        self.held = Some(held);
        self.since_ms - wanted_ms
    }

    /// Drops the lock.
    pub fn give_up(&mut self) {
        let end_ms = now_ms();
        let held = self.held.take();
        let start_ms = self.since_ms;
        let kind = Kind::Work;
        self.log(Stretch { kind, held: held.is_some(), start_ms, end_ms, requested_ms: None });
        if let (Some(lock), Some(held)) = (self.lock, held) {
            self.log.alone &= lock.give_up(held);
        }
    }

    /// To be called after every instruction: lets another thread have the lock if one
    /// asks for it.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::interpreter::{bytecode::{FIB, Machine}, thread::Thread};
    /// // Without a lock nobody can ask for it.
    /// let mut thread = Thread::new(None, 0);
    /// thread.start();
    /// let mut machine = Machine::new(FIB, 10);
    /// let answer = loop {
    ///     if let Some(answer) = machine.step() {
    ///         break answer;
    ///     }
    ///     thread.after_instruction();
    /// };
    /// assert_eq!((answer, thread.end().takes), (55, 0));
    /// ```
    pub fn after_instruction(&mut self) {
        if self.lock.is_some_and(Lock::is_requested) {
            self.give_up();
            self.take();
        }
    }

    /// Notes that the thread did something without the lock from `start_ms` until now.
    ///
    /// `start_ms` is on [`crate::measure::clock`].
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::{interpreter::thread::Thread, measure::clock::now_ms, trace::Kind};
    /// let mut thread = Thread::new(None, 0);
    /// thread.start();
    /// thread.give_up();
    /// let start_ms = now_ms();
    /// thread.note(Kind::Wait, start_ms);
    /// thread.take();
    /// let kinds: Vec<_> = thread.end().stretches.iter().map(|stretch| stretch.kind).collect();
    /// assert_eq!(kinds, [Kind::Work, Kind::Wait, Kind::Work]);
    /// ```
    pub fn note(&mut self, kind: Kind, start_ms: f64) {
        let end_ms = now_ms();
        self.log(Stretch { kind, held: false, start_ms, end_ms, requested_ms: None });
    }

    /// Notes an answer.
    pub fn answer(&mut self, value: u64) {
        self.log.values.push(value);
    }

    /// Notes how long something took, in milliseconds.
    pub fn delay(&mut self, ms: f64) {
        self.log.delays_ms.push(ms);
    }

    /// Drops the lock for good and returns the log.
    pub fn end(mut self) -> ThreadLog {
        self.give_up();
        self.log.end_ms = now_ms();
        self.log
    }

    fn log(&mut self, stretch: Stretch) {
        if self.log.stretches.len() < MOST_STRETCHES {
            self.log.stretches.push(stretch);
        }
    }
}
