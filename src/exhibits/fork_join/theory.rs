//! What theory says of a task that splits itself: its work, its span, and what follows for every
//! scheduler that never leaves a worker idle while there is something to do.
//!
//! Work T1 is the time on one worker, span T∞ that of the longest chain of pieces that have to
//! wait for each other. No schedule takes less than max(T1/p, T∞), and every greedy one at most
//! T1/p + T∞·(1 − 1/p) (R. L. Graham, "Bounds on multiprocessing timing anomalies", SIAM Journal
//! on Applied Mathematics 17, 1969; R. P. Brent, "The parallel evaluation of general arithmetic
//! expressions", Journal of the ACM 21, 1974). Work stealing reaches T1/p + O(T∞) in the mean
//! (R. D. Blumofe, C. E. Leiserson, "Scheduling multithreaded computations by work stealing",
//! Journal of the ACM 46, 1999).

use crate::fib;
use crate::trace::Divisible;

/// The longest that any greedy scheduler takes on `workers` equal workers, in the unit of both
/// times.
///
/// # Examples
///
/// ```
/// use fib_lab::exhibits::fork_join::theory::greedy_bound;
/// // What is not divisible at all takes its time on any number of workers.
/// assert_eq!(greedy_bound(8.0, 8.0, 4.0), 8.0);
/// assert_eq!(greedy_bound(8.0, 0.0, 4.0), 2.0);
/// ```
pub fn greedy_bound(work: f64, span: f64, workers: f64) -> f64 {
    work / workers + span * (1.0 - 1.0 / workers)
}

/// Which share of the serial program's work no number of workers can divide, where every piece
/// is split. Of fib that is the chain of n − 1 calls; of sorting, all last merges: half of the
/// elements of the merge above it each, 2 − 2/size in all for each of the log₂ size levels; of
/// queens, one square of each row, as good as nothing.
///
/// # Examples
///
/// ```
/// use fib_lab::exhibits::fork_join::theory::span;
/// use fib_lab::trace::Divisible;
/// assert!(span(Divisible::Fib, 36) < 1e-5);
/// assert!((span(Divisible::Sort, 1 << 20) - 0.1).abs() < 1e-6);
/// ```
pub fn span(of: Divisible, size: u32) -> f64 {
    let whole = f64::from(size.max(1));
    match of {
        Divisible::Fib => (whole - 1.0) / fib::calls(size) as f64,
        Divisible::Sort if size > 1 => (2.0 - 2.0 / whole) / whole.log2(),
        _ => 0.0,
    }
}

/// Which share of the serial program's work the longest chain of a merge sort is whose lists with at
/// most so many binary digits in their length are left whole: one merge of each length above them, and
/// one list that is left whole.
///
/// # Examples
///
/// ```
/// use fib_lab::exhibits::fork_join::theory::cut_sort;
/// // All of it is one piece; or one half, and the merge of both.
/// assert_eq!(cut_sort(1 << 20, 21.0), 1.0);
/// assert_eq!(cut_sort(1 << 20, 20.0), (19.0 / 2.0 + 1.0) / 20.0);
/// ```
pub fn cut_sort(size: u32, cutoff: f64) -> f64 {
    let digits = |length: f64| length.max(1.0).log2().floor() + 1.0;
    let whole = f64::from(size.max(2));
    let (mut length, mut chain) = (whole, 0.0);
    while digits(length) > cutoff && length >= 2.0 {
        chain += length;
        length /= 2.0;
    }
    (chain + length * length.log2().max(0.0)) / (whole * whole.log2())
}

/// The best speed-up on so many equal workers when splitting costs nothing: p, but of sorting
/// less, since the merge of a level keeps as many workers busy as there are pieces.
///
/// # Examples
///
/// ```
/// use fib_lab::exhibits::fork_join::theory::best;
/// use fib_lab::trace::Divisible;
/// assert_eq!(best(Divisible::Queens, 12, 2.0), 2.0);
/// // One merge of twenty is done by one worker.
/// assert!((best(Divisible::Sort, 1 << 20, 2.0) - 20.0 / 10.5).abs() < 1e-9);
/// ```
pub fn best(of: Divisible, size: u32, workers: f64) -> f64 {
    match of {
        Divisible::Sort if size > 1 => {
            let levels = f64::from(size).log2().round();
            let level = |at: u32| (0.5f64).powi(at as i32).max(1.0 / workers);
            levels / (0..levels as u32).map(level).sum::<f64>()
        }
        Divisible::Fib => workers.min(1.0 / span(of, size)),
        _ => workers,
    }
}

/// What theory says of fib(n) that is split down to a cut-off.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CutFib {
    /// How many joins there are.
    pub joins: f64,
    /// The calls of the longest chain.
    pub span_calls: f64,
}

/// fib(n) with pieces of fib(cutoff) and below left whole: leaves fib(n − cutoff + 2), one join
/// fewer; on the longest chain n − cutoff joins and one whole piece.
///
/// # Examples
///
/// ```
/// use fib_lab::exhibits::fork_join::theory::cut_fib;
/// // A cut-off of 2 is none.
/// assert_eq!(cut_fib(10, 2.0).joins, 54.0);
/// assert_eq!(cut_fib(10, 10.0).joins, 0.0);
/// assert_eq!(cut_fib(10, 10.0).span_calls, 109.0);
/// ```
pub fn cut_fib(n: u32, cutoff: f64) -> CutFib {
    let whole = f64::from(n);
    let cutoff = cutoff.clamp(2.0, whole.max(2.0));
    let joins = between(whole - cutoff + 2.0, |n| fib::iterative(n) as f64) - 1.0;
    let leaf = between(cutoff, |n| fib::calls(n) as f64);
    CutFib { joins, span_calls: whole - cutoff + leaf }
}

/// A function of whole numbers, between them on the line between its values.
fn between(x: f64, of: impl Fn(u32) -> f64) -> f64 {
    let below = x.clamp(0.0, 90.0) as u32;
    let (low, high) = (of(below), of(below + 1));
    low + (high - low) * (x - f64::from(below))
}
