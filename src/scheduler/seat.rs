//! A worker's seat: its arena, and the three words that it shares with the others. All roads
//! here are rare ones; the common one is `fork`.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::sync::PoisonError;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release, SeqCst};

use super::arena::Arena;
use super::common::{Clock, Common};
use super::header::{DONE, Header, PANICKED, Place, RUNNING};
use super::log::{Doing, Log, Stretch};
use super::sync::{AtomicPtr, AtomicU32, AtomicUsize, Mutex, Thread, fence, park, spin_loop};
use super::sync::{LOOKS_PER_QUESTION, SPINS};

/// A worker's seat. What others touch comes first and is atomic; the rest is the owner's alone.
#[repr(align(128))]
pub struct Seat {
    /// The end of the arena, or 0 if somebody is hungry. A hint: nothing is published by it.
    pub limit: AtomicUsize,
    /// The frame that is on offer, or null. Filled by the owner only, and emptied by whoever
    /// gets the job (invariant 3).
    offer: AtomicPtr<Header>,
    /// 1 while the owner sleeps, or is about to.
    bell: AtomicU32,
    /// Whom the bell wakes.
    thread: Mutex<Option<Thread>>,
    index: u32,
    arena: Arena,
    /// The oldest private frame, or the top: below it all frames are shared (invariant 1).
    mark: Cell<*mut u8>,
    /// What the run has in common, while somebody sits here.
    common: Cell<*const Common>,
    /// All seats of the pool, while somebody sits here.
    seats: Cell<*const [Seat]>,
    calls: Cell<u32>,
    overflows: Cell<u32>,
    forks: Cell<u64>,
    doing: Cell<(Doing, bool, f64)>,
    log: RefCell<Log>,
}

// SAFETY: `limit`, `offer`, `bell` and `thread` are made for sharing. Everything else is touched by
// the thread that sits here alone (invariant 2): `Pool` gives a seat to one thread at a time, and
// the references to a seat that leave this room are contexts, which cannot leave their thread. Who
// sits down sees what the last one left, because the seat is passed on with Release and Acquire.
unsafe impl Sync for Seat {}
// SAFETY: the raw pointers are into the seat's own arena and to the pool that it is a part of.
unsafe impl Send for Seat {}

impl Seat {
    pub fn new(index: u32, arena_bytes: usize) -> Seat {
        let arena = Arena::new(arena_bytes);
        Seat {
            limit: AtomicUsize::new(arena.end()),
            offer: AtomicPtr::new(ptr::null_mut()),
            bell: AtomicU32::new(0),
            thread: Mutex::new(None),
            index,
            mark: Cell::new(arena.base()),
            arena,
            common: Cell::new(ptr::null()),
            seats: Cell::new(ptr::slice_from_raw_parts(ptr::null(), 0)),
            calls: Cell::new(0),
            overflows: Cell::new(0),
            forks: Cell::new(0),
            doing: Cell::default(),
            log: RefCell::default(),
        }
    }

    /// The calling thread sits down.
    ///
    /// # Safety
    ///
    /// Nobody else sits here until [`leave`](Seat::leave); `common` and `seats`, of which this is
    /// one, stay where they are meanwhile.
    pub unsafe fn sit(&self, common: *const Common, seats: *const [Seat], thread: Thread) {
        self.common.set(common);
        self.seats.set(seats);
        self.mark.set(self.arena.base());
        self.overflows.set(0);
        self.forks.set(0);
        self.log.take();
        *self.thread.lock().unwrap_or_else(PoisonError::into_inner) = Some(thread);
    }

    /// The calling thread gets up, and takes along what it noted.
    pub fn leave(&self) -> Log {
        let mut log = self.log.take();
        (log.overflows, log.forks) = (self.overflows.get(), self.forks.get());
        log
    }

    /// The bottom of the arena.
    pub fn bottom(&self) -> *mut u8 {
        self.arena.base()
    }

    pub fn index(&self) -> u32 {
        self.index
    }

    fn common(&self) -> &Common {
        // SAFETY: only the thread that sits here calls this, and `sit` vouched for the pointer.
        unsafe { &*self.common.get() }
    }

    fn seats(&self) -> &[Seat] {
        // SAFETY: as above.
        unsafe { &*self.seats.get() }
    }

    fn place(&self, top: *mut u8) -> Place {
        Place { top, seat: ptr::from_ref(self).cast() }
    }

    /// The clock of the run.
    pub fn clock(&self) -> Clock {
        self.common().clock
    }

    /// Counts the calls of `auto`.
    pub fn count_call(&self) -> u32 {
        let calls = self.calls.get().wrapping_add(1);
        self.calls.set(calls);
        calls
    }

    pub fn note_fork(&self) {
        self.forks.set(self.forks.get() + 1);
    }

    pub fn note_overflow(&self) {
        self.overflows.set(self.overflows.get().saturating_add(1));
    }

    /// The owner turns to something else; what it did until now is noted. Returns what that was.
    pub fn turn_to(&self, doing: Doing, first: bool) -> Doing {
        let now_ms = (self.clock().now_ms)();
        let (before, first_before, start_ms) = self.doing.replace((doing, first, now_ms));
        let stretch = Stretch { doing: before, first: first_before, start_ms, end_ms: now_ms };
        self.log.borrow_mut().push(stretch);
        before
    }

    /// Whether a frame is on offer here.
    pub fn has_offer(&self) -> bool {
        !self.offer.load(Acquire).is_null()
    }

    /// Takes what is on offer here.
    pub fn take_offer(&self) -> Option<*mut Header> {
        if !self.has_offer() {
            return None;
        }
        // Acquire: what the owner wrote into the frame is seen by whoever takes it.
        let frame = self.offer.swap(ptr::null_mut(), Acquire);
        (!frame.is_null()).then_some(frame)
    }

    /// Asks this worker to share something.
    pub fn ask(&self) {
        if self.limit.load(Relaxed) != 0 {
            self.limit.store(0, Relaxed);
        }
    }

    /// Somebody is hungry, or there is no room between `next` and the end of the arena, or
    /// both. Returns whether there is room; the frame at `top` is not shared if there is none.
    ///
    /// # Safety
    ///
    /// The calling thread sits here, and its frames end at `next`, the last one beginning at `top`.
    #[cold]
    #[inline(never)]
    pub unsafe fn promote(&self, top: *mut u8, next: *mut u8) -> bool {
        let common = self.common();
        // First: a demand from now on is seen at the next join.
        self.limit.store(self.arena.end(), Relaxed);
        // Pairs with the fence of `sleep`: either its question comes after this answer, or
        // the look below sees its sleeper.
        fence(SeqCst);
        let room = next.addr() <= self.arena.end();
        let frames_end = if room { next } else { top };
        let empty = self.offer.load(Relaxed).is_null();
        let oldest = self.mark.get();
        if empty && oldest < frames_end {
            let frame = oldest.cast::<Header>();
            // SAFETY: the frames from `mark` up to `frames_end` are in use and private (invariant 1),
            // so their tags are kinds, and nobody else looks at them before they are on offer.
            unsafe {
                let kind = (*frame).tag.replace(ptr::null());
                (*frame).kind.set(kind);
                (&raw mut (*frame).state).write(AtomicU32::new(RUNNING));
                (&raw mut (*frame).thief).write(AtomicU32::new(0));
                self.mark.set(oldest.add((*kind).size));
            }
            self.log.borrow_mut().offers += 1;
            // Release: publishes the job and all of the header. A swap, as every change of an offer.
            self.offer.swap(frame, Release);
            // Pairs with the fence of `sleep`: either it sees the offer, or it is seen here.
            fence(SeqCst);
        }
        if common.has_sleepers() {
            if empty && oldest >= frames_end {
                // There was nothing to share: the question stands.
                self.ask();
            } else {
                self.ring_all();
            }
        }
        room
    }

    /// Takes a shared frame back, unless somebody has it.
    ///
    /// # Safety
    ///
    /// The calling thread sits here; `frame` is the last of its frames in use, and is shared.
    pub unsafe fn take_back(&self, frame: *mut Header) -> bool {
        // Only the owner fills the offer, so what is there is this frame or nothing (invariant 3).
        let taken = self.offer.compare_exchange(frame, ptr::null_mut(), Relaxed, Relaxed);
        if taken.is_ok() {
            self.mark.set(frame.cast());
        }
        taken.is_ok()
    }

    /// The end of a join whose frame is shared: the result is in its place afterwards.
    ///
    /// # Panics
    ///
    /// With what the job panicked with, if it did.
    ///
    /// # Safety
    ///
    /// As for [`take_back`](Seat::take_back).
    #[cold]
    #[inline(never)]
    pub unsafe fn settle(&self, frame: *mut Header) {
        // SAFETY: the frame is shared, so it has a kind; whoever took it writes no header any more.
        // Where the frame was taken back, its job is this thread's to run (invariant 4), in place.
        let done = unsafe {
            if self.take_back(frame) {
                let kind = (*frame).kind.get();
                ((*kind).run)(frame, self.place(frame.cast()));
                return;
            }
            self.wait_for(frame)
        };
        if !done {
            self.common().resume();
        }
    }

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
