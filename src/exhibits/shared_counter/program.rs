//! The five ways to count together: what every worker runs.
//!
//! All of it is defined behaviour. Two workers that write one ordinary variable would be a
//! data race, and a program with a data race has no meaning at all: the compiler may keep the
//! counter in a register and store it once, and then nothing is lost and nothing is shown. So
//! each step is an atomic operation by itself, with the weakest order there is, and only what
//! lies between two steps is left unprotected.
//!
//! The loops stay loops: LLVM may merge atomic operations of this order, k `fetch_add`s or k
//! stores in a row, and so far leaves them one by one. So a counter of one's own is loaded
//! and stored for every addition too, and all five are compared as what they are. Tests hold
//! that in real browsers: an addition that takes less time than a store can was folded.

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::params::MAX_WORKERS;

/// How workers count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// One counter for all; load, add, store.
    Unprotected,
    /// One counter for all; an atomic addition.
    Atomic,
    /// One counter for all, behind a lock.
    Lock,
    /// A counter for each worker, side by side on a cache line.
    OwnSharedLine,
    /// A counter for each worker, on a cache line of its own.
    OwnApart,
}

impl Way {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Way; 5] =
        [Way::Unprotected, Way::Atomic, Way::Lock, Way::OwnSharedLine, Way::OwnApart];

    /// Its name in addresses and reports.
    pub fn name(self) -> &'static str {
        match self {
            Way::Unprotected => "unprotected",
            Way::Atomic => "atomic",
            Way::Lock => "lock",
            Way::OwnSharedLine => "own-shared-line",
            Way::OwnApart => "own-apart",
        }
    }

    /// What the counter can say after `workers` have added `times` each: the least and the
    /// most. Where nothing protects it, the least is derived in `src/theory/interleavings.rs`.
    ///
    /// ```
    /// use fib_lab::exhibits::shared_counter::program::Way;
    /// assert_eq!(Way::Unprotected.bounds(2, 1_000), (2, 2_000));
    /// assert_eq!(Way::Unprotected.bounds(2, 1), (1, 2));
    /// // Alone there is nobody to lose counts to.
    /// assert_eq!(Way::Unprotected.bounds(1, 1_000), (1_000, 1_000));
    /// assert_eq!(Way::Atomic.bounds(2, 1_000), (2_000, 2_000));
    /// ```
    pub fn bounds(self, workers: u32, times: u32) -> (u32, u32) {
        let all = workers.saturating_mul(times);
        match self {
            Way::Unprotected if workers > 1 => (times.min(2), all),
            _ => (all, all),
        }
    }
}

// [shown
/// A counter on cache lines of its own. Lines have 64 or 128 bytes, and many processors fetch
/// them in pairs.
#[repr(align(128))]
#[derive(Default)]
struct Apart(AtomicU32);

/// A counter for each worker, side by side: sixteen share a line of 64 bytes.
#[repr(align(128))]
struct SideBySide([AtomicU32; MAX_WORKERS as usize]);

/// What all workers share.
pub struct Counters {
    one: Apart,
    locked: Mutex<u32>,
    side_by_side: SideBySide,
    apart: [Apart; MAX_WORKERS as usize],
}

/// Three steps. Between the load and the store another worker may store, and what it
/// stored is lost.
fn load_add_store(counter: &AtomicU32, times: u32) {
    for _ in 0..times {
        let value = counter.load(Relaxed);
        let value = value.wrapping_add(1);
        counter.store(value, Relaxed);
    }
}

/// One step.
fn fetch_add(counter: &AtomicU32, times: u32) {
    for _ in 0..times {
        counter.fetch_add(1, Relaxed);
    }
}

/// Three steps, and nobody else in between.
fn under_lock(counter: &Mutex<u32>, times: u32) {
    for _ in 0..times {
        *counter.lock().unwrap_or_else(PoisonError::into_inner) += 1;
    }
}

impl Counters {
    /// What worker `me` does: adds 1, `times` times.
    pub fn add(&self, way: Way, me: u32, times: u32) {
        let me = (me % MAX_WORKERS) as usize;
        match way {
            Way::Unprotected => load_add_store(&self.one.0, times),
            Way::Atomic => fetch_add(&self.one.0, times),
            Way::Lock => under_lock(&self.locked, times),
            // The very same code as unprotected: nobody else writes this counter.
            Way::OwnSharedLine => load_add_store(&self.side_by_side.0[me], times),
            Way::OwnApart => load_add_store(&self.apart[me].0, times),
        }
    }

    /// What was counted, once all workers are done.
    pub fn count(&self, way: Way) -> u32 {
        let sum = |counters: &mut dyn Iterator<Item = &AtomicU32>| {
            counters.map(|counter| counter.load(Relaxed)).sum()
        };
        match way {
            Way::Unprotected | Way::Atomic => self.one.0.load(Relaxed),
            Way::Lock => *self.locked.lock().unwrap_or_else(PoisonError::into_inner),
            Way::OwnSharedLine => sum(&mut self.side_by_side.0.iter()),
            Way::OwnApart => sum(&mut self.apart.iter().map(|own| &own.0)),
        }
    }
}
// shown]

impl Default for Counters {
    fn default() -> Counters {
        Counters {
            one: Apart::default(),
            locked: Mutex::new(0),
            side_by_side: SideBySide([const { AtomicU32::new(0) }; MAX_WORKERS as usize]),
            apart: std::array::from_fn(|_| Apart::default()),
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    fn counted(way: Way, workers: u32, times: u32) -> u32 {
        let counters = Counters::default();
        std::thread::scope(|scope| {
            for me in 0..workers {
                let counters = &counters;
                scope.spawn(move || counters.add(way, me, times));
            }
        });
        counters.count(way)
    }

    #[test]
    fn every_count_lies_within_what_is_possible() {
        for way in Way::ALL {
            for workers in [1, 2, 3, 64] {
                let (low, high) = way.bounds(workers, 2_000);
                let count = counted(way, workers, 2_000);
                assert!((low..=high).contains(&count), "{way:?}: {count}, {workers} workers");
            }
        }
    }

    #[test]
    fn own_counters_lie_on_lines_as_their_names_say() {
        let counters = Counters::default();
        let line = |counter: &AtomicU32| std::ptr::from_ref(counter) as usize / 64;
        let side = &counters.side_by_side.0;
        assert!(side[..16].iter().all(|own| line(own) == line(&side[0])));
        let lines: std::collections::BTreeSet<usize> =
            counters.apart.iter().map(|own| line(&own.0) / 2).collect();
        assert_eq!(lines.len(), MAX_WORKERS as usize);
    }

    #[test]
    fn names_are_those_of_reports() {
        for way in Way::ALL {
            assert_eq!(serde_json::to_value(way).unwrap(), way.name());
        }
    }
}
