//! fib that splits itself. The serial program beside it is plain double recursion.

use super::grain::Cut;
use crate::fib;
use crate::scheduler::{Context, Task, fork};

// [shown
/// fib(n), where every call offers its second half to whoever has nothing to do.
pub fn split<C: Cut>(context: Context<'_>, n: u32, cut: C) -> u64 {
    if n <= 2 {
        return u64::from(n.min(1));
    }
    let both = move |context: Context<'_>, n: u32| {
        let first = move |context: Context<'_>| split(context, n - 1, cut);
        fork(context, first, Second { n: n - 2, cut }, |first, second| first + second)
    };
    // A piece that is too short to be worth a join is left to the serial program.
    cut.piece(context, n, n, both, fib::naive)
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
