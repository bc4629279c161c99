//! A worker's seat: its arena, and the three words that it shares with the others. All roads
//! here are rare ones; the common one is `fork`. What a worker does that has nothing to do stands
//! in `seat/idle.rs`.

mod idle;

use std::cell::{Cell, RefCell};
use std::ptr;
use std::sync::PoisonError;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release, SeqCst};

use super::arena::Arena;
use super::common::{Clock, Common};
use super::header::{Header, Place, RUNNING};
use super::log::{Doing, Log, Stretch};
use super::sync::{AtomicPtr, AtomicU32, AtomicUsize, Mutex, Thread, fence};

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
}
