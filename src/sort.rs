//! Sorting, in one place: every call of a stable sort of the standard library is a copy of
//! it, 5 KB of what a visitor loads.

use std::cmp::Ordering;

/// The places of `count` things in their order; equal ones stay as they are.
///
/// ```
/// use fib_lab::sort::argsort;
/// let words = ["two", "three", "one"];
/// let by_length = argsort(3, &mut |a, b| words[a].len().cmp(&words[b].len()));
/// assert_eq!(by_length, [0, 2, 1]);
/// ```
pub fn argsort(count: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_unstable_by(|&a, &b| compare(a, b).then(a.cmp(&b)));
    order
}
