//! How often each thread does its work in a sample, and how many blocks there are.

use super::messages::Locks;
use super::work::Work;
use crate::measure::block::Arm;
use crate::measure::sampling::{FIRST_LOOK, LAST_LOOK, QUICK_SECONDS, Stopping, seen_ms};
use crate::runtime::budget::{Fits, LONGEST_RUN_MS, Refusal, kernel_window_ms, timeout_ms};
use crate::theory::laws::PHI;

/// A sample of the parallel program takes at least this long.
const SAMPLE_MS: f64 = 50.0;
/// Where there is no time for that, at least this long.
const LEAST_MS: f64 = 3.0;
/// Blocks of a quick run take this share of its time.
const SHARE: f64 = 0.8;
/// The locks change hands at least so often in a sample in which threads compute.
const SWITCHES: f64 = 4.0;

/// What is known of the device and of the run.
#[derive(Clone, Copy, Debug)]
pub struct Device {
    /// How many threads there are.
    pub workers: u32,
    /// How many cores the browser claims.
    pub cores: u32,
    /// What the threads have to hold.
    pub locks: Locks,
    /// The switch interval.
    pub interval_ms: f64,
    /// How long one round of the serial program takes.
    pub unit_ms: f64,
    /// The largest step among the clocks that time samples.
    pub clock_step_ms: f64,
    /// How long the measurement may take.
    pub seconds: u32,
    /// How long the run has been going on.
    pub spent_ms: f64,
}

/// A run, sized for the device.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sized {
    /// How often each thread does its work in a sample.
    pub rounds: u32,
    /// When to stop.
    pub stopping: Stopping,
    /// A sample that takes longer than this will not come.
    pub timeout_ms: u32,
}

impl Sized {
    /// Sizes a run that compares `parallel` with the serial program, and has these points of a
    /// sweep in its blocks. `n` is the argument that the visitor can lower.
    ///
    /// # Errors
    ///
    /// A run that would take longer than a run may.
    pub fn new<W: Work>(
        device: Device,
        parallel: &W,
        points: &[(Arm, W)],
        n: u32,
    ) -> Result<Sized, Refusal> {
        let Device { seconds, spent_ms, clock_step_ms, .. } = device;
        let workers = f64::from(device.workers);
        let computes = parallel.source().is_none();
        let cores = workers.min(f64::from(device.cores)).max(1.0);
        let locked = device.locks == Locks::One;
        let overlap = parallel.overlap(workers, cores, locked);
        // How many serial programs the parallel one and the points take together.
        let works = [parallel].into_iter().chain(points.iter().map(|(_, work)| work));
        let parallel_jobs: f64 =
            works.map(|work| 1.0 / work.overlap(workers, cores, locked).max(1e-3)).sum();
        let turns_ms = if computes && overlap == 1.0 { SWITCHES * device.interval_ms } else { 0.0 };
        let least_ms = seen_ms(SAMPLE_MS, 200.0, clock_step_ms).max(turns_ms);
        let all_ms = workers * device.unit_ms;
        let block_ms = |rounds: f64| {
            let kernels_ms = 2.0 * kernel_window_ms(clock_step_ms);
            rounds * all_ms * (2.0 + parallel_jobs) + kernels_ms
        };
        let left_ms = |seconds: u32| f64::from(seconds) * 1e3 - spent_ms;
        // Longer samples where there is time: they even out more of the noise.
        let share_ms = SHARE * left_ms(seconds.min(QUICK_SECONDS)) / LAST_LOOK as f64;
        let rounds_in = |ms: f64| ((ms - block_ms(0.0)) / (block_ms(1.0) - block_ms(0.0))).floor();
        let least = (least_ms * overlap / all_ms).ceil();
        let mut rounds = least.max(rounds_in(share_ms)).max(1.0);
        // Where there is little time each does it less often, so that there are some blocks.
        let most_ms = left_ms(seconds) / FIRST_LOOK as f64;
        rounds = rounds.min(rounds_in(most_ms));
        // However little time is left, the clock has to see something.
        let seen = (seen_ms(LEAST_MS, 0.0, clock_step_ms) * overlap.max(cores) / all_ms).ceil();
        rounds = rounds.max(seen).max(1.0);
        let one_ms = block_ms(rounds);
        Refusal::if_too_long(one_ms, || {
            // Each step of n multiplies the work by φ.
            let steps = (one_ms / LONGEST_RUN_MS).log(PHI).ceil().max(1.0) as u32;
            match n.checked_sub(steps) {
                Some(n) if computes => Fits::AboutN(n),
                _ => Fits::FewerWorkers,
            }
        })?;
        Ok(Sized {
            rounds: rounds as u32,
            stopping: Stopping::new(seconds, spent_ms, one_ms),
            timeout_ms: timeout_ms(one_ms),
        })
    }
}
