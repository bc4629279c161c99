//! What a worker does that has nothing of its own to do: it waits for its thief and helps it, takes
//! from others, sleeps, and is woken.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::PoisonError;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release, SeqCst};

use super::Seat;
use crate::scheduler::header::{DONE, Header, PANICKED, RUNNING};
use crate::scheduler::log::Doing;
use crate::scheduler::sync::{LOOKS_PER_QUESTION, SPINS, fence, park, spin_loop};

impl Seat {
    /// Waits until the thief of this frame is done, and helps it meanwhile. Returns whether there
    /// is a result; if not, the job panicked.
    ///
    /// # Safety
    ///
    /// As for [`take_back`](Seat::take_back), and somebody has taken the frame.
    pub unsafe fn wait_for(&self, frame: *mut Header) -> bool {
        let seats = self.seats();
        // SAFETY: the frame is this thread's until this function returns.
        let (header, above) = unsafe {
            let kind = (*frame).kind.get();
            (&*frame, frame.cast::<u8>().add((*kind).size))
        };
        // Acquire: publishes the result.
        let state = || header.state.load(Acquire);
        if state() == RUNNING {
            let before = self.turn_to(Doing::Nothing, false);
            let mut looks = 0;
            while state() == RUNNING {
                // Acquire: the thief's own words may be looked at.
                let thief = header.thief.load(Acquire).checked_sub(1);
                let Some(thief) = thief.and_then(|thief| seats.get(thief as usize)) else {
                    spin_loop();
                    continue;
                };
                // What the thief of this job offers is a part of this job, so helping it keeps
                // the stack bounded by the depth of the program.
                if let Some(job) = thief.take_offer() {
                    // SAFETY: taken from the offer, by this thread alone (invariant 4); all that is
                    // above the waiting frame is free.
                    unsafe { self.run_stolen(job, thief, above) };
                    looks = 0;
                    continue;
                }
                if looks % LOOKS_PER_QUESTION == 0 {
                    thief.ask();
                }
                looks += 1;
                if looks > SPINS {
                    let found = || state() != RUNNING || thief.has_offer();
                    self.sleep(|| thief.ask(), found);
                    looks = 0;
                    continue;
                }
                spin_loop();
            }
            self.turn_to(before, false);
        }
        self.mark.set(frame.cast());
        state() == DONE
    }

    /// Runs a job that was taken from `victim`, on this worker's arena from `top` on.
    ///
    /// # Safety
    ///
    /// The calling thread sits here and got `frame` out of the victim's offer; its own arena is
    /// free from `top` on.
    pub unsafe fn run_stolen(&self, frame: *mut Header, victim: &Seat, top: *mut u8) {
        let common = self.common();
        self.open(Some(victim));
        self.mark.set(top);
        // SAFETY: the frame stays where it is until its state says that it is done: its owner waits for
        // that. The job is there, and this thread's to run (invariant 4). After the store of the
        // state nothing of the frame is touched.
        unsafe {
            // Release: whoever helps may look at this worker's words.
            (*frame).thief.store(self.index + 1, Release);
            let kind = &*(*frame).kind.get();
            let doing = Doing::Stolen { victim: victim.index, label: (kind.label)(frame) };
            let before = self.turn_to(doing, true);
            self.log.borrow_mut().steals += 1;
            let run = || (kind.run)(frame, self.place(top));
            let state = match catch_unwind(AssertUnwindSafe(run)) {
                Ok(()) => DONE,
                Err(panic) => {
                    common.keep_panic(panic);
                    PANICKED
                }
            };
            self.turn_to(before, false);
            // Release: publishes the result.
            (*frame).state.store(state, Release);
        }
        // Pairs with the fence of `sleep`: either the owner sees the state, or its bell is seen.
        fence(SeqCst);
        victim.ring();
    }

    /// This worker begins a task: it is asked to share if anybody sleeps, so that wake-ups
    /// spread, and so is the victim that the task came from.
    pub fn open(&self, victim: Option<&Seat>) {
        self.limit.store(self.arena.end(), Relaxed);
        // As in `promote`.
        fence(SeqCst);
        if self.common().has_sleepers() {
            self.ask();
            if let Some(victim) = victim {
                victim.ask();
            }
        }
    }

    /// Nothing to do, until the run is over.
    ///
    /// # Safety
    ///
    /// The calling thread sits here and has no frame in use.
    pub unsafe fn serve<'s>(&'s self) {
        let common = self.common();
        let (before, from) = self.seats().split_at(self.index as usize);
        // Beginning with the right neighbour, so that not all ask the same one first.
        let others: Vec<&'s Seat> = from.iter().skip(1).chain(before).collect();
        let mut looks = 0;
        while !common.is_over() {
            let take = |victim: &&'s Seat| Some((*victim, victim.take_offer()?));
            if let Some((victim, job)) = others.iter().find_map(take) {
                // SAFETY: taken from the offer, by this thread alone (invariant 4); the arena is free.
                unsafe { self.run_stolen(job, victim, self.arena.base()) };
                looks = 0;
                continue;
            }
            let ask = || others.iter().for_each(|other| other.ask());
            if looks % LOOKS_PER_QUESTION == 0 {
                ask();
            }
            looks += 1;
            if looks * others.len() as u32 > SPINS {
                let found = || common.is_over() || others.iter().any(|other| other.has_offer());
                self.sleep(ask, found);
                looks = 0;
                continue;
            }
            spin_loop();
        }
    }

    /// Sleeps until the bell rings, unless something turns up when all others can know of it.
    fn sleep(&self, ask: impl FnOnce(), found: impl FnOnce() -> bool) {
        let common = self.common();
        // Every change of a bell or an offer reads what it replaces, so that all of them form one
        // chain: loom orders a plain store and the swap of another thread too loosely.
        self.bell.swap(1, Relaxed);
        common.count_sleeper();
        // Bell and sleeper are told before anything is asked or looked at. Pairs with the fences of
        // `promote`, `open`, `run_stolen` and `Pool::lead`.
        fence(SeqCst);
        ask();
        if !found() {
            self.log.borrow_mut().parks += 1;
            while self.bell.load(Acquire) == 1 {
                park();
            }
        }
        common.uncount_sleeper();
        self.bell.swap(0, Relaxed);
    }

    /// Wakes everybody who sleeps. A fence has to come before.
    pub fn ring_all(&self) {
        for seat in self.seats() {
            seat.ring();
        }
    }

    /// Wakes the owner if it sleeps. A fence has to come before.
    fn ring(&self) {
        if self.bell.swap(0, AcqRel) == 1 {
            let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(thread) = thread.as_ref() {
                thread.unpark();
            }
        }
    }
}
