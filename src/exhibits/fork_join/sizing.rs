//! How long samples are, how many blocks there are, and which cut-offs are measured.

use crate::exhibits::splitting::asked::Asked;
use crate::exhibits::splitting::grain::{Grain, UNCUT};
use crate::exhibits::splitting::sort;
use crate::fib;
use crate::measure::sampling::{FIRST_LOOK, Stopping, seen_ms};
use crate::runtime::budget::{Fits, LONGEST_RUN_MS, Refusal, kernel_window_ms, timeout_ms};
use crate::runtime::rig::Rig;
use crate::runtime::run::Run;
use crate::trace::Divisible;

/// A sample of the serial program takes at least this long, and so many steps of the clock.
const SAMPLE_MS: f64 = 30.0;
const STEPS: f64 = 200.0;
/// Where there is no time for that, at least this long.
const LEAST_MS: f64 = 3.0;
/// So many cut-offs are measured at the most, with the one that is asked for.
const MOST_CUTOFFS: u32 = 10;

/// A run, sized for the device.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sized {
    /// How many times the task is done in a sample.
    pub repeats: u32,
    /// When to stop.
    pub stopping: Stopping,
    /// A sample that takes longer than this will not come.
    pub timeout_ms: u32,
}

impl Sized {
    /// Refuses a fib that would take longer than a run may; all that can be sorted or searched
    /// takes less.
    pub fn refuse(asked: Asked, call_ms: f64) -> Result<(), Refusal> {
        if asked.of != Divisible::Fib {
            return Ok(());
        }
        // Serial, one worker, one worker without a cut-off, all workers, at the worst.
        let block_ms = |n: u32| fib::calls(n) as f64 * call_ms * (2.0 + 2.0 * UNCUT);
        Refusal::if_too_long(block_ms(asked.size), || {
            let fits = (1..asked.size).rev().find(|&n| block_ms(n) <= LONGEST_RUN_MS);
            Fits::LargestN(fits.unwrap_or(1))
        })
    }

    /// The run of a task that the serial program does in `serial_ms`, with so many arms, and some
    /// more that take `further_ms`.
    pub fn new(run: &Run, rig: &Rig, serial_ms: f64, arms: usize, further_ms: f64) -> Sized {
        let kernels_ms = 2.0 * kernel_window_ms(rig.clock_step_ms) + further_ms;
        // The kernels are two of the arms, and one of the others has no cut-off.
        let block_ms = |repeats: f64| {
            repeats * serial_ms * ((arms.saturating_sub(3)) as f64 + UNCUT) + kernels_ms
        };
        let left_ms = run.left_ms();
        let least_ms = seen_ms(SAMPLE_MS, STEPS, rig.clock_step_ms);
        let wished = (least_ms / serial_ms).ceil().max(1.0);
        let most_ms = left_ms / FIRST_LOOK as f64;
        let fit = ((most_ms - kernels_ms) / (block_ms(1.0) - kernels_ms)).floor();
        // However little time is left, the clock has to see something.
        let shortest_ms = serial_ms / f64::from(run.workers().min(run.cores()).max(1));
        let least = (seen_ms(LEAST_MS, 0.0, rig.clock_step_ms) / shortest_ms).ceil();
        let repeats = wished.min(fit).max(least).clamp(1.0, 1e6);
        Sized {
            repeats: repeats as u32,
            stopping: Stopping::new(run.seconds(), run.spent_ms(), block_ms(repeats)),
            timeout_ms: timeout_ms(block_ms(repeats)),
        }
    }
}

/// Rayon's arms take about this long in a block.
pub const RAYON_MS: f64 = 120.0;
/// Without a cut-off rayon's join took up to so many times as long as the serial program.
const RAYON: f64 = 45.0;

/// The n that rayon's join is measured at: the run's own with a cut-off, else a smaller one, since
/// its overhead is the same for each call.
pub fn rayon_n(n: u32, grain: Grain, call_ms: f64) -> u32 {
    if matches!(grain, Grain::CutOff(_)) {
        return n;
    }
    let fits = |n: u32| RAYON * fib::calls(n) as f64 * call_ms <= RAYON_MS / 2.0;
    (2..=n).rev().find(|&n| fits(n)).unwrap_or(2)
}

/// The cut-offs that are measured beside each other, `own` among them: from no cut-off at all
/// to nothing that is split.
pub fn cutoffs(asked: Asked, own: u32) -> Vec<u32> {
    let (first, last) = match asked.of {
        Divisible::Sort => (5, sort::key(asked.size as usize)),
        Divisible::Queens => (0, asked.size),
        _ => (2, asked.size),
    };
    let steps = last.saturating_sub(first).clamp(1, MOST_CUTOFFS - 2);
    let at = |step: u32| first + last.saturating_sub(first) * step / steps;
    let mut cutoffs: Vec<u32> = (0..=steps).map(at).chain([own.clamp(first, last)]).collect();
    cutoffs.sort_unstable();
    cutoffs.dedup();
    cutoffs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cut_offs_go_from_none_to_no_split_and_have_ones_own_among_them() {
        let asked = |of, size| Asked { of, size, seed: 1 };
        let fib = cutoffs(asked(Divisible::Fib, 36), 20);
        assert_eq!((fib.first(), fib.last()), (Some(&2), Some(&36)));
        assert!(fib.contains(&20) && fib.len() <= MOST_CUTOFFS as usize, "{fib:?}");
        assert_eq!(cutoffs(asked(Divisible::Queens, 4), 40), [0, 1, 2, 3, 4]);
        assert_eq!(cutoffs(asked(Divisible::Sort, 1024), 2), [5, 6, 7, 8, 9, 10, 11]);
        assert_eq!(cutoffs(asked(Divisible::Fib, 20), 40).last(), Some(&20));
    }
}
