//! The workload: Fibonacci numbers by plain double recursion, on purpose.
//!
//! `fib(n) = fib(n − 1) + fib(n − 2)` with `fib(1) = fib(2) = 1` is written as an exactly
//! known amount of work (see [`calls`]), needs no memory, and nothing in it can
//! be shared or cached by accident. That makes it a good ruler for parallel
//! programs and a bad way to compute Fibonacci numbers: no number of cores makes
//! up for the algorithm, as [`iterative`] and [`fast_doubling`] show.

/// The largest `n` the lab accepts: `fib(45)` is 1,134,903,170 and takes seconds.
pub const MAX_N: u32 = 45;

/// Computes `fib(n)` by double recursion. As it is written it makes exactly [`calls`]`(n)`
/// calls; `fib(0)` is 0.
///
/// What a machine executes is the compilers' choice. This one is told not to inline the
/// function into its callers, so that all programs of one build, serial or parallel, start from
/// one copy of it. rustc's LLVM then turns the second call into a loop, and only about half of
/// the calls are left. The compilers of browsers see the finished wasm, where nothing forbids
/// inlining, and may put the function into itself several levels deep, as gcc does at -O2: most
/// of the calls are gone then, and each engine of a browser has code of its own. Ratios of
/// programs that use the same copy are comparable; times per call are not the price of a call.
///
/// # Examples
///
/// ```
/// assert_eq!(fib_lab::fib::naive(20), 6765);
/// ```
#[inline(never)]
pub fn naive(n: u32) -> u64 {
    // One comparison decides: fib(0) = 0, and fib(1) = fib(2) = 1.
    if n <= 2 { u64::from(n.min(1)) } else { naive(n - 1) + naive(n - 2) }
}

/// How many calls [`naive`]`(n)` makes: `2·fib(n) − 1` for n ≥ 1, one for n = 0.
///
/// Exact for every `n` up to 92.
///
/// # Examples
///
/// ```
/// let six: u64 = [38, 37, 36, 35, 34, 33].map(fib_lab::fib::calls).iter().sum();
/// assert_eq!(six, 193_262_530);
/// ```
pub fn calls(n: u32) -> u64 {
    (2 * iterative(n)).saturating_sub(1).max(1)
}

/// Computes `fib(n)` with `n` additions; exact for every `n` up to 93.
///
/// # Examples
///
/// ```
/// assert_eq!(fib_lab::fib::iterative(38), 39_088_169);
/// ```
pub fn iterative(n: u32) -> u64 {
    let (mut low, mut high) = (0u64, 1u64);
    for _ in 0..n {
        (low, high) = (high, low.wrapping_add(high));
    }
    low
}

/// Computes `fib(n)` with about `3·log₂ n` multiplications, by the identities
/// `fib(2k) = fib(k)·(2·fib(k+1) − fib(k))` and `fib(2k+1) = fib(k)² + fib(k+1)²`
/// (E. W. Dijkstra, "In honour of Fibonacci", EWD654, 1978).
///
/// Exact for every `n` up to 93.
///
/// # Examples
///
/// ```
/// assert_eq!(fib_lab::fib::fast_doubling(93), 12_200_160_415_121_876_738);
/// ```
pub fn fast_doubling(n: u32) -> u64 {
    let (mut a, mut b) = (0u64, 1u64);
    for bit in (0..u32::BITS - n.leading_zeros()).rev() {
        let even = a.wrapping_mul(b.wrapping_mul(2).wrapping_sub(a));
        let odd = a.wrapping_mul(a).wrapping_add(b.wrapping_mul(b));
        (a, b) = if n >> bit & 1 == 0 { (even, odd) } else { (odd, even.wrapping_add(odd)) };
    }
    a
}

/// How many multiplications [`fast_doubling`]`(n)` makes: three for each bit of n.
///
/// # Examples
///
/// ```
/// // Six bits, against 36 additions.
/// assert_eq!(fib_lab::fib::multiplications(36), 18);
/// ```
pub fn multiplications(n: u32) -> u32 {
    3 * (u32::BITS - n.leading_zeros())
}

/// Divides fib(n) into smaller ones whose sum it is, in the order in which the recursion
/// meets them: each call becomes two, to this depth, so that all have about the same work.
///
/// ```
/// use fib_lab::fib::{naive, pieces};
/// let pieces = pieces(20, 4);
/// assert_eq!(pieces, [16, 15, 16, 16, 15, 16, 15, 16]);
/// assert_eq!(pieces.into_iter().map(naive).sum::<u64>(), naive(20));
/// ```
pub fn pieces(n: u32, depth: u32) -> Vec<u32> {
    fn divide(n: u32, depth: u32, pieces: &mut Vec<u32>) {
        if depth == 0 || n <= 2 {
            return pieces.push(n);
        }
        divide(n - 1, depth - 1, pieces);
        divide(n - 2, depth.saturating_sub(2), pieces);
    }
    let mut pieces = Vec::new();
    divide(n, depth, &mut pieces);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_six_tasks_of_the_chapter_have_their_exact_answers() {
        assert_eq!(
            [38, 37, 36, 35, 34, 33].map(iterative),
            [39_088_169, 24_157_817, 14_930_352, 9_227_465, 5_702_887, 3_524_578]
        );
        assert_eq!([1, 2, 3, 28, 30].map(naive), [1, 1, 2, 317_811, 832_040]);
    }

    #[test]
    fn every_way_to_compute_fib_agrees() {
        for n in 0..=27 {
            assert_eq!(naive(n), iterative(n), "n = {n}");
        }
        for n in 0..=93 {
            assert_eq!(fast_doubling(n), iterative(n), "n = {n}");
        }
    }

    #[test]
    fn the_number_of_calls_is_what_the_recursion_makes() {
        fn counted(n: u32) -> u64 {
            if n <= 2 { 1 } else { 1 + counted(n - 1) + counted(n - 2) }
        }
        for n in 0..=25 {
            assert_eq!(calls(n), counted(n), "n = {n}");
        }
    }
}
