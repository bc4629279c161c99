//! What it costs to hand the lock to a thread that waits, measured in the same blocks as
//! everything else.
//!
//! One more arm does all of its work under the lock, and drops it a hundred times: the lock is
//! never free, so the program takes as long as the serial one and all of the hand-overs.

use super::program::NativeWork;
use crate::measure::block::{Role, with_role};
use crate::measure::stats::estimate;
use crate::report::{Constant, Fit, Law, Report};

/// What the arm is called.
pub const HAND_OVER: &str = "hand-over";
/// So often each thread holds the lock in it.
const HOLDS: u32 = 100;

/// What each thread does in that arm.
pub fn work(n: u32) -> NativeWork {
    NativeWork { n, held: 1.0, holds: HOLDS, release: true }
}

/// How often the lock changes hands in the arm: after each hold, and once more when the thread
/// comes back for the last time.
fn hand_overs(workers: u32) -> f64 {
    f64::from(workers) * f64::from(HOLDS + 1)
}

/// What a hand-over costs, in milliseconds, from what the arm took longer than the serial
/// program, block by block. It can come out below zero where noise is larger than the cost.
pub fn fit(report: &Report) -> Option<Fit> {
    let serial = with_role(&report.arms, Role::Serial)?;
    let hand_overs = hand_overs(report.spec.as_ref()?.whole("workers").max(1));
    let costs_ms: Vec<f64> = report
        .blocks
        .iter()
        .filter_map(|block| Some(block.ms_of(HAND_OVER)? - block.ms_of(&serial.id)?))
        .map(|longer_ms| longer_ms / hand_overs)
        .collect();
    // As wide as the interval of the speed-up from as many blocks.
    let least = report.speedup.as_ref().map_or(0.95, |speedup| speedup.confidence);
    Some(Fit::new(Law::OneLock, Constant::HandOver, estimate(&costs_ms, least)?))
}

/// What was fitted, if it was: in milliseconds.
pub fn fitted(report: &Report) -> Option<&Fit> {
    report.fits.iter().find(|fit| (fit.law, fit.parameter) == (Law::OneLock, Constant::HandOver))
}

/// What a hand-over costs in units of one thread's whole work, as the law wants it: 0 where it
/// was not measured, and where noise hides it.
pub fn share(report: &Report) -> f64 {
    let workers = report.spec.as_ref().map_or(1, |spec| spec.whole("workers").max(1));
    let own_ms = report.median_ms(Role::Serial).map(|ms| ms / f64::from(workers));
    match (fitted(report), own_ms) {
        (Some(fit), Some(own_ms)) if own_ms > 0.0 => (fit.median / own_ms).max(0.0),
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::block::{Arm, Block};
    use crate::params::{RunSpec, Value};
    use crate::theory::one_lock::one_lock;

    /// Blocks in which the arm took as long as the law says for hand-overs of so many ms.
    fn report(workers: u32, costs_ms: [f64; 6]) -> Report {
        let values = [("workers".to_owned(), Value::Whole(workers))].into();
        let spec = RunSpec { exhibit: "threads".to_owned(), values };
        let serial_ms = 14.0 * f64::from(workers);
        let block = |cost_ms: f64| {
            // The law's own last thread does not come back once more.
            let law = one_lock(1.0, f64::from(HOLDS), f64::from(workers), cost_ms / 14.0);
            let again_ms = f64::from(workers + 1) * cost_ms;
            Block::from([("serial", serial_ms), (HAND_OVER, serial_ms / law + again_ms)])
        };
        let blocks = costs_ms.map(block).to_vec();
        let arms = vec![Arm::only(Role::Serial)];
        Report { spec: Some(spec), arms, blocks, ..Report::default() }
    }

    #[test]
    fn the_cost_of_a_hand_over_is_found_again_with_its_interval() {
        for workers in [2, 4, 16] {
            let mut report = report(workers, [0.01, 0.012, 0.014, 0.016, 0.02, 0.05]);
            let fit = fit(&report).unwrap();
            for (found, cost_ms) in [(fit.low, 0.01), (fit.median, 0.015), (fit.high, 0.05)] {
                assert!((found - cost_ms).abs() < 1e-9, "{workers}: {found} ms, {cost_ms} ms");
            }
            assert_eq!((fit.blocks, share(&report)), (6, 0.0));
            report.fits.push(fit);
            assert!((share(&report) - 0.015 / 14.0).abs() < 1e-9);
        }
    }

    #[test]
    fn a_cost_that_noise_hides_is_none_for_the_law() {
        let mut report = report(2, [0.0; 6]);
        for block in &mut report.blocks {
            block.take(HAND_OVER, 27.0);
        }
        let fit = fit(&report).unwrap();
        assert!(fit.median < 0.0);
        report.fits.push(fit);
        assert_eq!(share(&report), 0.0);
    }
}
