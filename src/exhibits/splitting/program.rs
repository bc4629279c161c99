//! fib that splits itself. The serial program beside it is plain double recursion.

use super::grain::{Cut, Piece};
use crate::fib;
use crate::scheduler::{Context, Task, fork};

// [shown
/// fib(n), where every call offers its second half to whoever has nothing to do.
pub fn split<C: Cut>(context: Context<'_>, n: u32, cut: C) -> u64 {
    if n <= 2 {
        return u64::from(n.min(1));
    }
    // A piece that is too short to be worth a join is left to the serial program.
    cut.piece(context, n, Whole(n))
}

/// A call that is not the last of its kind: fib(n).
struct Whole(u32);

impl Piece for Whole {
    type Output = u64;

    #[inline(always)]
    fn split<C: Cut>(self, context: Context<'_>, cut: C) -> u64 {
        let n = self.0;
        let first = move |context: Context<'_>| split(context, n - 1, cut);
        fork(context, first, Second { n: n - 2, cut }, |first, second| first + second)
    }

    fn serial(self) -> u64 {
        fib::naive(self.0)
    }
}

/// The second half of a call: fib(n), by whoever takes it.
struct Second<C> {
    n: u32,
    cut: C,
}

impl<C: Cut> Task for Second<C> {
    type Output = u64;

    #[inline(always)]
    fn run(self, context: Context<'_>) -> u64 {
        split(context, self.n, self.cut)
    }

    /// What the timeline calls it.
    fn label(&self) -> u32 {
        self.n
    }
}
// shown]
