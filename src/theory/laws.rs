//! The laws of parallel speed-up, each with its source.
//!
//! Speed-ups and shares are plain ratios without a unit; `p` is a number of workers, at
//! least 1; work and span are in any one unit. Arguments outside these ranges give
//! meaningless numbers, never a panic.

/// The golden ratio φ.
pub const PHI: f64 = 1.618_033_988_749_895;

/// The list of the chapter.
pub const CHAPTER_TASKS: [u32; 6] = [38, 37, 36, 35, 34, 33];

/// The ceiling for any list n, n − 1, … n − 5 of whole tasks, on any number of workers:
/// `4/φ ≈ 2.4721`, because `fib(n)` alone is φ/4 of the work.
///
/// # Examples
///
/// ```
/// use fib_lab::fib::calls;
/// use fib_lab::theory::laws::SIX_TASK_CEILING;
///
/// let work: u64 = (33..=38).map(calls).sum();
/// let longest = calls(38);
/// assert!((work as f64 / longest as f64 - SIX_TASK_CEILING).abs() < 1e-6);
/// ```
pub const SIX_TASK_CEILING: f64 = 4.0 / PHI;

/// Efficiency: the speed-up per worker.
///
/// # Examples
///
/// ```
/// use fib_lab::theory::laws::efficiency;
/// // The speed-up that the chapter reports for two processors.
/// assert_eq!(efficiency(1.8, 2.0), 0.9);
/// ```
pub fn efficiency(speedup: f64, p: f64) -> f64 {
    speedup / p
}

/// Capacity efficiency: the speed-up as a share of what was possible, which is the
/// smaller of the ideal schedule's speed-up and κ, the core-equivalents of the machine.
///
/// # Examples
///
/// ```
/// use fib_lab::theory::laws::capacity_efficiency;
/// // Sixteen workers on sixteen cores cannot do better than the longest task allows.
/// assert_eq!(capacity_efficiency(2.4, 2.5, 16.0), 0.96);
/// // Two workers on a machine that gives them 1.9 cores' worth.
/// assert_eq!(capacity_efficiency(1.9, 2.0, 1.9), 1.0);
/// ```
pub fn capacity_efficiency(speedup: f64, ideal: f64, kappa: f64) -> f64 {
    speedup / ideal.min(kappa)
}

/// The Work Law and the Span Law together: no speed-up on p workers exceeds
/// `min(p, work / span)` (Cormen et al., "Introduction to Algorithms", ch. 26).
///
/// # Examples
///
/// ```
/// use fib_lab::theory::laws::speedup_limit;
/// // A hundred units of work, of which forty follow one another.
/// assert_eq!(speedup_limit(100.0, 40.0, 2.0), 2.0);
/// assert_eq!(speedup_limit(100.0, 40.0, 64.0), 2.5);
/// ```
pub fn speedup_limit(work: f64, span: f64, p: f64) -> f64 {
    p.min(work / span)
}

/// The greedy bound: a scheduler that never lets a worker idle while a task is ready ends
/// within `work / p + span` (R. L. Graham 1966; R. P. Brent, J. ACM 21, 1974).
///
/// The result is a time, in the unit of `work` and `span`.
///
/// # Examples
///
/// ```
/// use fib_lab::theory::laws::{greedy_bound, speedup_limit};
/// let (work, span, p) = (100.0, 40.0, 4.0);
/// let (least, most) = (work / speedup_limit(work, span, p), greedy_bound(work, span, p));
/// assert_eq!((least, most), (40.0, 65.0));
/// ```
pub fn greedy_bound(work: f64, span: f64, p: f64) -> f64 {
    work / p + span
}

/// How far list scheduling can be from the best makespan: `2 − 1/p`
/// (R. L. Graham, Bell System Technical Journal 45, 1966).
///
/// The result is a ratio of two makespans.
///
/// # Examples
///
/// ```
/// use fib_lab::theory::laws::list_scheduling_bound;
/// use fib_lab::theory::schedule::{Assignment, makespan, optimum, plan, simulate};
/// // The long task comes last: as bad as it can be for two workers.
/// let work = [1, 1, 2];
/// let listed = makespan(&simulate(&work, 2, &plan(&work, 2, Assignment::InOrder, 1)));
/// let best = optimum(&work, 2).unwrap();
/// assert_eq!(listed as f64 / best as f64, list_scheduling_bound(2.0));
/// ```
pub fn list_scheduling_bound(p: f64) -> f64 {
    2.0 - 1.0 / p
}

/// How far longest-first can be from the best makespan: `4/3 − 1/(3p)`
/// (R. L. Graham, SIAM J. Appl. Math. 17, 1969).
///
/// The result is a ratio of two makespans.
///
/// # Examples
///
/// ```
/// use fib_lab::theory::laws::longest_first_bound;
/// use fib_lab::theory::schedule::{Assignment, makespan, optimum, plan, simulate};
/// // Graham's own worst case for two workers.
/// let work = [3, 3, 2, 2, 2];
/// let listed = makespan(&simulate(&work, 2, &plan(&work, 2, Assignment::LongestFirst, 1)));
/// let best = optimum(&work, 2).unwrap();
/// assert!((listed as f64 / best as f64 - longest_first_bound(2.0)).abs() < 1e-12);
/// ```
pub fn longest_first_bound(p: f64) -> f64 {
    4.0 / 3.0 - 1.0 / (3.0 * p)
}

/// Amdahl's law: the speed-up when the share `f` of the one-worker run is serial
/// (G. M. Amdahl, AFIPS 1967).
///
/// # Examples
///
/// ```
/// assert_eq!(fib_lab::theory::laws::amdahl(0.0, 8.0), 8.0);
/// ```
pub fn amdahl(f: f64, p: f64) -> f64 {
    1.0 / (f + (1.0 - f) / p)
}

/// Gustafson's law: the scaled speed-up when the share `f` of the parallel run is serial
/// and the work grows with p (J. L. Gustafson, Comm. ACM 31, 1988).
///
/// # Examples
///
/// ```
/// use fib_lab::theory::laws::{amdahl, gustafson};
/// // A tenth is serial: with the work fixed, and with work that grows with the workers.
/// assert!((amdahl(0.1, 64.0) - 8.77).abs() < 0.01);
/// assert!((gustafson(0.1, 64.0) - 57.7).abs() < 0.01);
/// ```
pub fn gustafson(f: f64, p: f64) -> f64 {
    p - f * (p - 1.0)
}

/// The Karp–Flatt metric: the serial share that Amdahl's law would need to explain this
/// speed-up (A. H. Karp, H. P. Flatt, Comm. ACM 33, 1990). It also rises with imbalance.
///
/// With p = 1 it is not defined, and the result is not a number.
///
/// # Examples
///
/// ```
/// use fib_lab::theory::laws::{SIX_TASK_CEILING, amdahl, karp_flatt};
/// assert!((karp_flatt(amdahl(0.2, 8.0), 8.0) - 0.2).abs() < 1e-12);
/// // Six whole tasks on sixteen workers have no serial part at all.
/// assert!(karp_flatt(SIX_TASK_CEILING, 16.0) > 0.36);
/// ```
pub fn karp_flatt(speedup: f64, p: f64) -> f64 {
    (1.0 / speedup - 1.0 / p) / (1.0 - 1.0 / p)
}

/// The Universal Scalability Law with contention α and coherency β
/// (N. J. Gunther, "Guerrilla Capacity Planning", 2007).
///
/// # Examples
///
/// ```
/// use fib_lab::theory::laws::universal_scalability;
/// // With coherency there is a number of workers from which on more are slower.
/// let speedup = |p| universal_scalability(0.05, 0.01, p);
/// assert!(speedup(4.0) < speedup(9.0) && speedup(9.0) > speedup(32.0));
/// ```
pub fn universal_scalability(alpha: f64, beta: f64, p: f64) -> f64 {
    p / (1.0 + alpha * (p - 1.0) + beta * p * (p - 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn close(a: f64, b: f64) {
        assert!((a - b).abs() <= 1e-9 * b.abs().max(1.0), "{a} against {b}");
    }

    const PS: [f64; 5] = [1.0, 2.0, 3.0, 8.0, 64.0];

    #[test]
    fn laws_at_their_limits() {
        for p in PS {
            close(amdahl(0.0, p), p);
            close(amdahl(1.0, p), 1.0);
            close(gustafson(0.0, p), p);
            close(gustafson(1.0, p), 1.0);
            close(universal_scalability(0.0, 0.0, p), p);
            close(speedup_limit(10.0, 10.0, p), 1.0);
            close(speedup_limit(1e9, 1.0, p), p);
        }
        assert!(amdahl(0.1, 1e12) < 10.0 && amdahl(0.1, 1e12) > 9.99);
        close(list_scheduling_bound(1.0), 1.0);
        close(longest_first_bound(1.0), 1.0);
    }

    #[test]
    fn usl_without_coherency_is_amdahl() {
        for p in PS {
            close(universal_scalability(0.2, 0.0, p), amdahl(0.2, p));
        }
    }

    #[test]
    fn karp_flatt_undoes_amdahl_and_misreads_the_six_tasks() {
        for f in [0.0, 0.1, 0.7] {
            close(karp_flatt(amdahl(f, 8.0), 8.0), f);
        }
        // Nothing in six whole tasks is serial, yet the metric rises with the workers.
        let of = |p| karp_flatt(SIX_TASK_CEILING, p);
        assert!(of(3.0) < of(4.0) && of(4.0) < of(6.0) && of(16.0) > 0.36);
    }

    #[test]
    fn efficiencies_relate_a_speed_up_to_what_was_possible() {
        close(efficiency(1.8, 2.0), 0.9);
        close(capacity_efficiency(1.8, 2.0, 1.9), 1.8 / 1.9);
        close(capacity_efficiency(1.8, 2.0, 4.0), 0.9);
        close(greedy_bound(100.0, 10.0, 5.0), 30.0);
    }
}
