//! The whole tree of a small fib, call by call: who computed which. Every call also computes for
//! a fixed while, so that others have time to take some; nothing of it is used for a figure.

use std::hint::black_box;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::fib;
use crate::measure::clock::now_ms;
use crate::params::RunSpec;
use crate::scheduler::{Context, join_with};

/// The largest and the smallest tree that is shown.
pub const LARGEST_TREE: u32 = 14;
const SMALLEST_TREE: u32 = 5;

/// What every call computes besides: about a fifth of a millisecond.
const BESIDE: u32 = 27;

/// A call that was computed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Visit {
    /// The argument of fib.
    pub n: u32,
    /// The place of the call that it is a half of; its own for the first.
    pub parent: u32,
    /// Who computed it.
    pub worker: u32,
    /// From when, on the worker's clock.
    pub start_ms: f64,
    /// Until when.
    pub end_ms: f64,
}

/// The tree that a run asks for; `None` of 0.
pub fn asked_tree(spec: &RunSpec) -> Option<u32> {
    let n = spec.whole("tree");
    (n > 0).then(|| n.clamp(SMALLEST_TREE, LARGEST_TREE))
}

/// The tree of fib(n), with room for every call, in the order of the recursion.
pub struct Tree {
    calls: Vec<OnceLock<Visit>>,
}

impl Tree {
    /// The tree of fib(n), of which nothing has been computed.
    pub fn new(n: u32) -> Tree {
        Tree { calls: (0..fib::calls(n)).map(|_| OnceLock::new()).collect() }
    }

    /// Computes fib(n), whose place is `own`.
    pub fn grow(&self, context: Context<'_>, n: u32, own: u32, parent: u32) -> u64 {
        let (worker, start_ms) = (context.worker(), now_ms());
        black_box(fib::naive(black_box(BESIDE)));
        let visit = Visit { n, parent, worker, start_ms, end_ms: now_ms() };
        if let Some(place) = self.calls.get(own as usize) {
            // Every call is computed once.
            let _ = place.set(visit);
        }
        if n <= 2 {
            return u64::from(n.min(1));
        }
        // Behind a call stands its first half with all that is below it, then the second.
        let (first, second) = (own + 1, own + 1 + fib::calls(n - 1) as u32);
        join_with(
            context,
            move |context: Context<'_>| self.grow(context, n - 1, first, own),
            move |context: Context<'_>| self.grow(context, n - 2, second, own),
            |first, second| first + second,
        )
    }

    /// Every call that was computed, in the order of the recursion.
    pub fn visits(self) -> Vec<Visit> {
        self.calls.into_iter().filter_map(OnceLock::into_inner).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scheduler::Pool;

    #[test]
    fn every_call_has_its_place_and_the_call_it_is_a_half_of() {
        for workers in [1, 3] {
            let tree = Tree::new(8);
            assert_eq!(Pool::new(workers).on_threads(|context| tree.grow(context, 8, 0, 0)), 21);
            let visits = tree.visits();
            assert_eq!(visits.len() as u64, fib::calls(8));
            for (own, visit) in visits.iter().enumerate().skip(1) {
                let parent = visits[visit.parent as usize];
                assert!(parent.n == visit.n + 1 || parent.n == visit.n + 2, "{own}: {visit:?}");
                assert!((visit.parent as usize) < own && visit.worker < workers);
            }
        }
    }
}
