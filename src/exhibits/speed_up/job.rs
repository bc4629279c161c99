//! Which numbers of workers are measured, and how much work makes a sample, on a device as fast
//! as this one.

use super::asked::{ENDS_SECONDS, Scaling, Work};
use super::program::UNIT_N;
use crate::exhibits::splitting::grain::{UNCUT, splits_all};
use crate::fib;
use crate::measure::sampling::{FIRST_LOOK, Stopping, seen_ms};
use crate::measure::stats::LEAST_FOR_VERDICT;
use crate::params::RunSpec;
use crate::runtime::budget::{Fits, Refusal, kernel_window_ms, timeout_ms};
use crate::theory::laws::CHAPTER_TASKS;
use crate::theory::schedule::work;

/// The numbers of workers of the curve, up to the largest, which is always there too.
const CURVE: [u32; 12] = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64];
/// A sample on all workers should last so long, and at least so many steps of the clock.
const SAMPLE_MS: f64 = 100.0;
const SAMPLE_STEPS: f64 = 200.0;
/// Where there is little time it is shorter, down to this.
const SHORT_MS: f64 = 10.0;
const SHORT_STEPS: f64 = 20.0;
/// A task that splits itself is fib of at least this, so that there is something to split, and
/// of this at the most.
const SPLIT_N: (u32, u32) = (24, 42);
/// Of its four seconds a race leaves so much to starting late and to drawing.
const RACE_SHARE: f64 = 0.85;
/// What had to be loaded first takes of these seconds as well, but no more than this: on a slow line a
/// race is late, and not short.
const MOST_LOADED_MS: f64 = 1_500.0;

/// The device that a run takes place on.
#[derive(Clone, Copy, Debug)]
pub struct Device {
    /// How long one call of fib takes.
    pub call_ms: f64,
    /// The step of the clock.
    pub clock_step_ms: f64,
    /// How many cores it claims.
    pub cores: u32,
    /// How much of the run's time is gone.
    pub spent_ms: f64,
    /// How long the visitor had waited before it began.
    pub loaded_ms: f64,
}

/// What is measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// The work.
    pub work: Work,
    /// Whether it stays the same, or grows with the workers.
    pub scaling: Scaling,
    /// The numbers of workers, rising. The last is the largest.
    pub counts: Vec<u32>,
    /// How many there would be if there were time for all of them.
    pub wished: usize,
    /// Whether a race takes longer than its four seconds, because the clock is coarse.
    pub longer: bool,
    /// How many times fib of [`UNIT_N`] is computed, where the work is made of it: in all, or,
    /// where it grows, by each worker. Every number of workers divides it.
    pub units: u32,
    /// How long the serial program takes.
    pub serial_ms: f64,
    /// The list that is computed where the work is one.
    pub tasks: Vec<u32>,
    /// The argument of fib where one task splits itself: once, or, where the work grows, once for
    /// each worker.
    pub n: u32,
    /// How long the kernel that measures the machine runs.
    pub kernel_window_ms: f64,
    /// When there are enough blocks.
    pub stopping: Stopping,
    /// How long a sample may take.
    pub timeout_ms: u32,
}

impl Job {
    /// What this run asks for, sized for the device.
    ///
    /// # Errors
    ///
    /// [`Refusal::TooLong`] where one block would take more than a minute.
    pub fn new(spec: &RunSpec, device: Device) -> Result<Job, Refusal> {
        let most = spec.whole("workers").max(1);
        let (work, scaling) = (Work::of(spec), Scaling::of(spec));
        let ends = spec.name("points") == "ends";
        let mut counts: Vec<u32> = CURVE.into_iter().filter(|&p| p < most && !ends).collect();
        counts.extend([1, most]);
        counts.sort_unstable();
        counts.dedup();
        let wished = counts.len();
        let mut sizes = Sizes { work, scaling, device, units: 0 };
        if ends {
            sizes.device.spent_ms += device.loaded_ms.min(MOST_LOADED_MS);
        }
        let device = sizes.device;
        let stated = spec.whole("seconds").max(1);
        let left_ms = |seconds: u32| (f64::from(seconds) * 1e3 - device.spent_ms).max(0.0);
        let race = stated.min(ENDS_SECONDS);
        // A coarse clock needs longer samples than four seconds have room for.
        let needed_ms = LEAST_FOR_VERDICT as f64 * sizes.least_block_ms(&counts);
        let longer = ends && needed_ms > left_ms(race) && race < stated;
        let seconds = if ends && !longer { race } else { stated };
        let used = if ends && !longer { RACE_SHARE } else { 1.0 };
        let share_ms = used * left_ms(seconds) / FIRST_LOOK as f64;
        while sizes.least_block_ms(&counts) > share_ms && counts.len() > 2 {
            counts.remove(nearest_to_its_neighbours(&counts));
        }
        sizes.units = sizes.fitting_units(&counts, share_ms);
        let n = sizes.fitting_n();
        let block_ms = sizes.block_ms(&counts);
        Refusal::if_too_long(block_ms, || Fits::FewerWorkers)?;
        let stopping = Stopping::new(seconds, device.spent_ms, block_ms);
        let stopping = match ends {
            true => Stopping { most: stopping.most.min(FIRST_LOOK), early: false },
            false => stopping,
        };
        Ok(Job {
            work,
            scaling,
            wished,
            longer,
            units: sizes.units,
            serial_ms: sizes.serial_ms(),
            tasks: match work {
                Work::Equal | Work::Split => Vec::new(),
                Work::Six => CHAPTER_TASKS.to_vec(),
            },
            n,
            kernel_window_ms: kernel_window_ms(device.clock_step_ms),
            stopping,
            timeout_ms: timeout_ms(block_ms),
            counts,
        })
    }
}

/// The place of the inner number that is missed least: the one whose neighbours are nearest to
/// each other.
fn nearest_to_its_neighbours(counts: &[u32]) -> usize {
    let apart = |at: &usize| f64::from(counts[at + 1]) / f64::from(counts[at - 1]);
    let inner = 1..counts.len().saturating_sub(1);
    inner.min_by(|a, b| apart(a).total_cmp(&apart(b))).unwrap_or(1)
}

/// How long things take on the device.
struct Sizes {
    work: Work,
    scaling: Scaling,
    device: Device,
    units: u32,
}

impl Sizes {
    /// How many times as fast p workers can be here at the best.
    fn capacity(&self, p: u32) -> f64 {
        self.work.ideal(self.scaling, p).min(f64::from(self.device.cores.max(1)))
    }

    /// How many serial jobs' time a block takes: the serial program, and each number of workers.
    fn jobs(&self, counts: &[u32]) -> f64 {
        let grows = |p: u32| if self.scaling == Scaling::Weak { f64::from(p) } else { 1.0 };
        // Where the clock does not say which pieces are short, every piece is split.
        let all_split = self.work == Work::Split && splits_all(self.step_ms()).is_some();
        let each = if all_split { UNCUT } else { 1.0 };
        1.0 + counts.iter().map(|&p| each * grows(p) / self.capacity(p)).sum::<f64>()
    }

    /// The kernels of a block.
    fn kernels_ms(&self, counts: &[u32]) -> f64 {
        counts.len() as f64 * kernel_window_ms(self.device.clock_step_ms)
    }

    fn unit_ms(&self) -> f64 {
        (fib::calls(UNIT_N) as f64 * self.device.call_ms).max(1e-9)
    }

    fn serial_ms(&self) -> f64 {
        match self.work {
            Work::Equal => f64::from(self.units) * self.unit_ms(),
            Work::Six => work(&CHAPTER_TASKS).iter().sum::<u64>() as f64 * self.device.call_ms,
            Work::Split => fib::calls(self.fitting_n()) as f64 * self.device.call_ms,
        }
    }

    /// The largest fib that has no more calls than the units of equal work together.
    fn fitting_n(&self) -> u32 {
        let calls = fib::calls(UNIT_N).saturating_mul(u64::from(self.units));
        let (least, most) = SPLIT_N;
        (least..=most).rev().find(|&n| fib::calls(n) <= calls).unwrap_or(least)
    }

    fn block_ms(&self, counts: &[u32]) -> f64 {
        self.serial_ms() * self.jobs(counts) + self.kernels_ms(counts)
    }

    /// How long the serial program has to take for a sample on all workers of `sample_ms`.
    fn serial_for(&self, counts: &[u32], sample_ms: f64) -> f64 {
        let most = counts.last().copied().unwrap_or(1);
        match self.scaling {
            Scaling::Strong => sample_ms * self.capacity(most),
            // Each worker has as much to do as the serial program.
            Scaling::Weak => sample_ms,
        }
    }

    fn step_ms(&self) -> f64 {
        self.device.clock_step_ms
    }

    /// The shortest block that says something with these numbers of workers.
    fn least_block_ms(&self, counts: &[u32]) -> f64 {
        let serial_ms = match self.work {
            Work::Equal | Work::Split => {
                self.serial_for(counts, seen_ms(SHORT_MS, SHORT_STEPS, self.step_ms()))
            }
            Work::Six => self.serial_ms(),
        };
        serial_ms * self.jobs(counts) + self.kernels_ms(counts)
    }

    /// The units that fill a block of `share_ms`, within what a sample needs and what is enough.
    fn fitting_units(&self, counts: &[u32], share_ms: f64) -> u32 {
        let [least, enough] = [
            seen_ms(SHORT_MS, SHORT_STEPS, self.step_ms()),
            seen_ms(SAMPLE_MS, SAMPLE_STEPS, self.step_ms()),
        ]
        .map(|sample_ms| self.serial_for(counts, sample_ms));
        let fitting = (share_ms - self.kernels_ms(counts)) / self.jobs(counts);
        let units = fitting.clamp(least, enough) / self.unit_ms();
        let parts = match (self.work, self.scaling) {
            (Work::Equal, Scaling::Strong) => {
                counts.iter().fold(1, |all, &p| least_common_multiple(all, p))
            }
            _ => 1,
        };
        let parts = f64::from(parts);
        ((units / parts).floor().max(1.0) * parts).min(1e9) as u32
    }
}

fn least_common_multiple(a: u32, b: u32) -> u32 {
    fn divisor(a: u32, b: u32) -> u32 {
        if b == 0 { a.max(1) } else { divisor(b, a % b) }
    }
    a / divisor(a, b) * b
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::super::EXHIBIT;
    use super::*;
    use crate::params;

    const DEVICE: Device =
        Device { call_ms: 1.2e-6, clock_step_ms: 0.005, cores: 8, spent_ms: 500.0, loaded_ms: 0.0 };

    fn job(query: &[(&str, &str)], device: Device) -> Job {
        let visitor = params::Device { cores: device.cores, seed: 1 };
        let mut spec = RunSpec::defaults(&EXHIBIT, visitor);
        for (name, value) in query {
            spec.set(&EXHIBIT, name, value).unwrap();
        }
        Job::new(&spec, device).unwrap()
    }

    #[test]
    fn the_curve_has_a_point_for_one_worker_for_all_and_for_some_between() {
        assert_eq!(job(&[], DEVICE).counts, [1, 2, 3, 4, 6, 8]);
        assert_eq!(job(&[("workers", "5")], DEVICE).counts, [1, 2, 3, 4, 5]);
        assert_eq!(job(&[("workers", "1")], DEVICE).counts, [1]);
        assert_eq!(job(&[("points", "ends")], DEVICE).counts, [1, 8]);
    }

    #[test]
    fn every_number_of_workers_divides_equal_work() {
        for workers in ["2", "7", "12", "61", "64"] {
            let job = job(&[("workers", workers), ("seconds", "60")], DEVICE);
            assert!(job.counts.iter().all(|p| job.units.is_multiple_of(*p)), "{job:?}");
        }
    }

    #[test]
    fn a_run_on_many_cores_fits_into_its_time_with_fewer_points() {
        for (cores, seconds) in [(64, "10"), (64, "2"), (16, "3"), (2, "1")] {
            for work in ["equal", "six", "split"] {
                for scaling in ["strong", "weak"] {
                    let device = Device { cores, ..DEVICE };
                    let asked = [("seconds", seconds), ("work", work), ("scaling", scaling)];
                    let job = job(&asked, device);
                    let (first, last) = (job.counts.first(), job.counts.last());
                    assert_eq!((first, last), (Some(&1), Some(&cores)));
                    assert!(job.stopping.most >= 1 && job.counts.len() <= job.wished);
                }
            }
        }
        // A minute is enough for every point and a first look, even on 64 cores.
        let job = job(&[("seconds", "60")], Device { cores: 64, ..DEVICE });
        assert_eq!(job.counts.len(), CURVE.len());
        assert!(job.stopping.most >= FIRST_LOOK, "{job:?}");
    }

    #[test]
    fn a_task_that_splits_itself_is_as_large_as_equal_parts_or_the_next_smaller() {
        for (cores, seconds) in [(2, "10"), (8, "10"), (64, "60"), (64, "2")] {
            let device = Device { cores, ..DEVICE };
            let n = job(&[("work", "split"), ("seconds", seconds)], device).n;
            let sizes = |n: u32| fib::calls(n) as f64 * device.call_ms;
            assert!((SPLIT_N.0..=SPLIT_N.1).contains(&n));
            // Long enough for every worker to get many pieces that are worth sharing.
            assert!(sizes(n) / f64::from(cores) > 2.0, "{cores} cores: fib({n})");
        }
    }

    #[test]
    fn what_is_loaded_first_takes_of_a_races_time_and_of_no_other() {
        let race = [("points", "ends"), ("workers", "2")];
        let late = |loaded_ms| job(&race, Device { cores: 2, loaded_ms, ..DEVICE });
        let (warm, first, slow) = (late(0.0), late(1_000.0), late(60_000.0));
        assert!(first.serial_ms < 0.8 * warm.serial_ms, "{first:?}");
        assert!(slow.serial_ms < first.serial_ms && slow.stopping.most >= 6, "{slow:?}");
        let curve = |loaded_ms| job(&[], Device { loaded_ms, ..DEVICE });
        assert_eq!(curve(0.0), curve(60_000.0));
    }

    #[test]
    fn the_race_of_the_front_page_takes_four_seconds_and_its_samples_suit_the_clock() {
        for cores in [1, 2, 4, 8, 16, 64] {
            for clock_step_ms in [0.005, 0.1, 1.0] {
                let device = Device { cores, clock_step_ms, ..DEVICE };
                let job = job(&[("points", "ends"), ("workers", "64")], device);
                assert!(job.stopping.most <= FIRST_LOOK && !job.stopping.early);
                assert!(!job.longer || clock_step_ms == 1.0 || cores == 64, "{job:?}");
                let hopeless = cores == 64 && clock_step_ms == 1.0;
                assert!(
                    hopeless || job.stopping.most >= 6,
                    "{cores} cores, {clock_step_ms} ms: {job:?}"
                );
                let sizes =
                    Sizes { work: job.work, scaling: job.scaling, device, units: job.units };
                let sample_ms = sizes.serial_ms() / sizes.capacity(64);
                assert!(sample_ms >= 19.0 * clock_step_ms, "{cores}: {sample_ms} ms");
            }
        }
    }

    #[test]
    fn what_is_missed_least_is_left_out_first() {
        assert_eq!(nearest_to_its_neighbours(&[1, 2, 3, 4, 6, 8]), 2);
        assert_eq!(nearest_to_its_neighbours(&[1, 2, 64]), 1);
    }

    #[test]
    fn the_six_tasks_have_their_ceiling_and_more_of_them_have_none() {
        let strong = |p| Work::Six.ideal(Scaling::Strong, p);
        assert!((strong(2) - 2.0).abs() < 1e-6 && (strong(8) - 2.4721).abs() < 1e-4);
        let weak = Work::Six.ideal(Scaling::Weak, 8);
        assert!(weak > 6.0, "{weak}");
        assert_eq!(Work::Equal.ideal(Scaling::Strong, 8), 8.0);
    }
}
