//! One lock around an interpreter, handed over as CPython hands over its global
//! interpreter lock since version 3.2.
//!
//! A thread that wants the lock waits for one interval. If no other thread got it
//! meanwhile, it raises a request. The holder sees the request after its current
//! instruction, drops the lock and stands behind everyone who waits, so that another
//! thread has it first. A thread that is about to wait for something outside drops the
//! lock by itself, as does one that ends.
//!
//! Who comes next: CPython leaves that to the operating system. Here it is first come,
//! first served, so that nobody starves, and so that the theory of a lock with a queue
//! applies ([`crate::theory::one_lock::one_lock`]).
//!
//! What holds is shown in two ways. [`Queue`] is all of the lock's logic, as plain data,
//! which a model walks through exhaustively (`lock/model.rs`). And each holder draws a
//! ticket from a counter that nothing but the lock protects: a ticket drawn twice, or a
//! counter that moved under a holder's hands, would show that two had held it at once.
//!
//! `src/interpreter/README.md` goes through its states, its fairness and its memory ordering.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::measure::clock::now_ms;

#[cfg(test)]
mod model;

// [shown
/// Who holds the lock, and who waits for it, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Queue {
    holder: Option<u32>,
    waiting: VecDeque<u32>,
    /// How often the lock was taken.
    taken: u64,
}

impl Queue {
    /// Stands behind everyone who waits already.
    fn join(&mut self, me: u32) {
        self.waiting.push_back(me);
    }

    /// Takes the lock if it is free and nobody stands before.
    fn try_take(&mut self, me: u32) -> bool {
        let mine = self.holder.is_none() && self.waiting.front() == Some(&me);
        if mine {
            self.waiting.pop_front();
            self.holder = Some(me);
            self.taken += 1;
        }
        mine
    }

    /// Gives the lock up and says whom to wake.
    fn give_up(&mut self) -> Option<u32> {
        self.holder = None;
        self.waiting.front().copied()
    }

    /// Whether the same thread has held the lock since it had been taken `taken` times.
    fn is_stuck_since(&self, taken: u64) -> bool {
        self.holder.is_some() && self.taken == taken
    }
}

/// The lock around an interpreter.
#[derive(Debug)]
pub struct Lock {
    queue: Mutex<Queue>,
    /// What each thread sleeps on.
    wakes: Vec<Condvar>,
    /// Whether somebody asks the holder to drop the lock.
    request: AtomicBool,
    /// How long a thread waits before it asks: the switch interval.
    interval: Duration,
    /// Deliberately not counted up in one atomic step: only the lock makes that right.
    tickets: AtomicU64,
}

/// Proof that the lock is held.
#[derive(Debug)]
pub struct Held {
    /// How many times the lock had been taken before.
    pub ticket: u64,
    /// When this thread asked the last holder to drop it, if it had to.
    pub requested_ms: Option<f64>,
}

impl Lock {
    /// Waits until the lock is this thread's.
    pub fn take(&self, me: u32) -> Held {
        let mut requested_ms = None;
        let mut queue = self.queue();
        queue.join(me);
        while !queue.try_take(me) {
            let taken = queue.taken;
            let timed_out;
            (queue, timed_out) = self.sleep(me, queue);
            if timed_out && queue.is_stuck_since(taken) {
                self.request.store(true, Relaxed);
                requested_ms.get_or_insert_with(now_ms);
            }
        }
        // Whoever asked is next, or will ask again.
        self.request.store(false, Relaxed);
        drop(queue);
        let ticket = self.tickets.load(Relaxed);
        self.tickets.store(ticket + 1, Relaxed);
        Held { ticket, requested_ms }
    }

    /// Whether the holder should drop the lock: looked at after every instruction.
    pub fn is_requested(&self) -> bool {
        self.request.load(Relaxed)
    }

    /// Drops the lock and wakes the thread that is next. Returns whether the lock had
    /// really been this thread's alone.
    pub fn give_up(&self, held: Held) -> bool {
        let alone = self.tickets.load(Relaxed) == held.ticket + 1;
        if let Some(next) = self.queue().give_up() {
            self.wakes[next as usize].notify_one();
        }
        alone
    }
}
// shown]

impl Lock {
    /// A free lock for threads 0 to `threads` − 1.
    ///
    /// `interval` is the switch interval: how long a waiter waits before it asks.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::interpreter::lock::Lock;
    /// use std::time::Duration;
    ///
    /// let lock = Lock::new(2, Duration::from_millis(1));
    /// let tickets = std::thread::scope(|scope| {
    ///     let held = lock.take(0);
    ///     // Another thread wants it, and asks after a millisecond.
    ///     let other = scope.spawn(|| {
    ///         let held = lock.take(1);
    ///         let found = (held.ticket, held.requested_ms.is_some());
    ///         assert!(lock.give_up(held));
    ///         found
    ///     });
    ///     while !lock.is_requested() {}
    ///     let first = held.ticket;
    ///     assert!(lock.give_up(held), "nobody else has held it meanwhile");
    ///     (first, other.join().unwrap())
    /// });
    /// assert_eq!(tickets, (0, (1, true)));
    /// ```
    pub fn new(threads: u32, interval: Duration) -> Lock {
        Lock {
            queue: Mutex::default(),
            wakes: (0..threads).map(|_| Condvar::new()).collect(),
            request: AtomicBool::new(false),
            interval,
            tickets: AtomicU64::new(0),
        }
    }

    /// How many threads can use it.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::interpreter::lock::Lock;
    /// assert_eq!(Lock::new(3, std::time::Duration::from_millis(5)).threads(), 3);
    /// ```
    pub fn threads(&self) -> u32 {
        self.wakes.len() as u32
    }

    /// Sleeps until woken, but no longer than the interval; says whether that passed.
    fn sleep<'a>(&self, me: u32, queue: MutexGuard<'a, Queue>) -> (MutexGuard<'a, Queue>, bool) {
        let slept = self.wakes[me as usize].wait_timeout(queue, self.interval);
        let (queue, ended) = slept.unwrap_or_else(PoisonError::into_inner);
        (queue, ended.timed_out())
    }

    /// The queue is only changed by steps that cannot panic halfway.
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A holder that never ends has to be asked: real threads, real sleeping.
    #[test]
    fn a_thread_that_computes_for_ever_is_asked_to_drop_the_lock() {
        use std::sync::Barrier;
        let lock = Lock::new(2, Duration::from_millis(1));
        let (started, others) = (Barrier::new(2), AtomicU64::new(0));
        std::thread::scope(|scope| {
            scope.spawn(|| {
                started.wait();
                for _ in 0..20 {
                    let held = lock.take(1);
                    others.fetch_add(1, Relaxed);
                    assert!(lock.give_up(held));
                }
            });
            let mut held = lock.take(0);
            started.wait();
            while others.load(Relaxed) < 20 {
                if lock.is_requested() {
                    assert!(lock.give_up(held));
                    held = lock.take(0);
                }
            }
            assert!(lock.give_up(held));
        });
    }

    #[test]
    fn tickets_are_drawn_once_each_by_any_number_of_threads() {
        let lock = Lock::new(4, Duration::from_micros(200));
        let mut tickets = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4)
                .map(|me| {
                    let lock = &lock;
                    scope.spawn(move || {
                        let take = |_| {
                            let held = lock.take(me);
                            let ticket = held.ticket;
                            assert!(lock.give_up(held));
                            ticket
                        };
                        (0..500).map(take).collect::<Vec<_>>()
                    })
                })
                .collect();
            let drawn = threads.into_iter().map(|thread| thread.join().unwrap());
            drawn.flatten().collect::<Vec<_>>()
        });
        tickets.sort_unstable();
        assert_eq!(tickets, (0..2000).collect::<Vec<_>>());
    }
}
