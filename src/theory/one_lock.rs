//! The law of one lock that p threads hold several times each, where handing it over costs
//! time.
//!
//! # Derivation
//!
//! Each of p threads has the same work, which is the unit of time here. It does it in k
//! rounds: it takes the lock, holds it for f/k, drops it, and works on for (1 − f)/k. The
//! lock is served first come, first served. Whoever finds it free has it at once; whoever has
//! to wait gets it w after it was dropped, because a thread that sleeps has to be woken. All
//! want it at the start, so the thread that comes last waits for p − 1 holds and as many
//! hand-overs. What follows depends on whether the first is back before the last has dropped
//! it, that is on whether (1 − f)/k is less than (p − 1)·(f/k + w):
//!
//! - *The lock is always wanted.* Then it is held or being handed over all the time: p·k
//!   holds and p·k − 1 hand-overs follow one another, and the last thread still has its last
//!   free part to do. Time: `p·f + (p·k − 1)·w + (1 − f)/k`.
//! - *It is never wanted again.* From the second round on everyone finds it free, in the
//!   order in which the first round put them. The last thread ends as much later as it began.
//!   Time: `1 + (p − 1)·(f/k + w)`.
//!
//! With w = 0 this is the larger of the two times. With w > 0 there is a step between them:
//! where the threads begin to wait, they pay k times for what they paid for once before. So
//! many short holds are better than a long one, because held and free parts overlap, until
//! the hand-overs cost more than the overlap gains.
//!
//! For k → ∞ and w = 0 the speed-up tends to min(p, 1/f), the asymptotic bound of operational
//! analysis (P. J. Denning, J. P. Buzen, ACM Computing Surveys 10, 1978). That time under
//! locks is the serial part of Amdahl's law: S. Eyerman, L. Eeckhout, ISCA 2010. That a
//! busy lock spends its time on waking threads: the convoys of M. Blasgen, J. Gray, M. Mitoma,
//! T. Price, ACM SIGOPS Operating Systems Review 13, 1979.

/// The speed-up of `p` threads that share one lock, handed over first come, first served: each
/// holds it `k` times, and for the share `f` of its work, from 0 to 1. Handing it to a thread
/// that waits costs `w`, in units of one thread's whole work.
///
/// # Examples
///
/// ```
/// use fib_lab::theory::{laws::amdahl, one_lock::one_lock};
/// // A quarter of the work under the lock, on two threads: in one hold, and in ten.
/// assert_eq!(one_lock(0.25, 1.0, 2.0, 0.0), amdahl(0.25, 2.0));
/// assert!((one_lock(0.25, 10.0, 2.0, 0.0) - 1.951).abs() < 0.001);
/// // Half of it in a hundred holds: the lock is never free, and each hand-over counts.
/// assert!((one_lock(0.5, 100.0, 2.0, 0.0) - 1.990).abs() < 0.001);
/// assert!((one_lock(0.5, 100.0, 2.0, 1.0 / 160.0) - 0.89).abs() < 0.005);
/// // Somebody forgot to release it.
/// assert_eq!(one_lock(1.0, 1.0, 64.0, 0.0), 1.0);
/// ```
pub fn one_lock(f: f64, k: f64, p: f64, w: f64) -> f64 {
    let (hold, free) = (f / k, (1.0 - f) / k);
    let first_round = (p - 1.0) * (hold + w);
    if free < first_round {
        p / (p * f + (p * k - 1.0) * w + free)
    } else {
        p / (1.0 + first_round)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::laws::amdahl;

    const PS: [usize; 5] = [1, 2, 3, 8, 64];

    #[test]
    fn held_once_it_is_amdahl_and_held_often_for_nothing_the_smaller_of_p_and_one_over_f() {
        for p in PS.map(|p| p as f64) {
            for f in [0.0, 0.05, 0.2, 0.5, 1.0] {
                assert!((one_lock(f, 1.0, p, 0.0) / amdahl(f, p) - 1.0).abs() < 1e-9);
                let limit = if f == 0.0 { p } else { p.min(1.0 / f) };
                assert!((one_lock(f, 1e9, p, 0.0) - limit).abs() < 1e-6, "f = {f}, p = {p}");
                assert!(one_lock(f, 10.0, p, 0.0) >= one_lock(f, 1.0, p, 0.0) - 1e-12);
            }
        }
    }

    /// p threads, each `k` times: wait for the lock, first come first served, hold it, drop it,
    /// work on. Nothing of the law is in here: a clock, a line of threads, and a lock that takes
    /// `w` to get to whoever sleeps.
    fn last_end(f: f64, k: u32, p: usize, w: f64) -> f64 {
        let (hold, free) = (f / f64::from(k), (1.0 - f) / f64::from(k));
        // When each thread wants the lock next, and how many holds it has to go.
        let mut threads: Vec<(f64, u32)> = vec![(0.0, k); p];
        let (mut dropped, mut last) = (f64::NEG_INFINITY, 0.0f64);
        while let Some(first) =
            threads.iter_mut().filter(|(_, left)| *left > 0).min_by(|a, b| a.0.total_cmp(&b.0))
        {
            // Rounding must not make somebody wait who comes at the very moment it is dropped.
            let waits = first.0 < dropped - 1e-12;
            let has_it = if waits { dropped + w } else { first.0 };
            dropped = has_it + hold;
            *first = (dropped + free, first.1 - 1);
            last = last.max(first.0);
        }
        last
    }

    #[test]
    fn the_law_is_what_a_simulated_queue_gives() {
        let mut busy = 0;
        for p in PS {
            for k in [1, 2, 10, 100] {
                for f in [0.001, 0.03, 0.11, 0.2, 0.25, 0.35, 0.5, 0.75, 1.0] {
                    for w in [0.0, 0.0007, 0.0013, 0.0063, 0.031] {
                        let simulated = p as f64 / last_end(f, k, p, w);
                        let law = one_lock(f, f64::from(k), p as f64, w);
                        assert!(
                            (simulated / law - 1.0).abs() < 1e-9,
                            "f {f}, k {k}, p {p}, w {w}: {simulated} {law}"
                        );
                        busy += u32::from(law < one_lock(f, f64::from(k), p as f64, 0.0) * 0.9);
                    }
                }
            }
        }
        assert!(busy > 100, "hand-overs matter in {busy} of the cases");
    }

    #[test]
    fn half_of_the_work_in_a_hundred_holds_is_slower_the_dearer_a_hand_over() {
        // 10, 20 and 50 µs, where each of two threads has 8 ms of work.
        for (w_us, speedup) in [(10.0, 1.60), (20.0, 1.33), (50.0, 0.89)] {
            let w = w_us / 8e3;
            let simulated = 2.0 / last_end(0.5, 100, 2, w);
            assert!((simulated - speedup).abs() < 0.006, "{w_us} µs: {simulated}");
            assert!((one_lock(0.5, 100.0, 2.0, w) / simulated - 1.0).abs() < 1e-9);
        }
        // The same hand-overs weigh less where each has 13 ms.
        for (w_us, speedup) in [(10.0, 1.73), (20.0, 1.52), (50.0, 1.13)] {
            let simulated = 2.0 / last_end(0.5, 100, 2, w_us / 13e3);
            assert!((simulated - speedup).abs() < 0.006, "{w_us} µs: {simulated}");
        }
    }

    #[test]
    fn where_threads_begin_to_wait_they_pay_for_every_hand_over() {
        let (k, p, w) = (10.0, 2.0, 0.004);
        // Free for as long as the other holds and hands over: f/k + w = (1 − f)/k.
        let edge = (1.0 - k * w) / 2.0;
        let [before, after] = [edge - 1e-9, edge + 1e-9].map(|f| one_lock(f, k, p, w));
        let paid = p / after - p / before;
        assert!((paid - (k - 1.0) * w).abs() < 1e-6, "{paid}");
    }
}
