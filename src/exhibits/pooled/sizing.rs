//! Sizes a job to a device: how often to repeat it, how many blocks there will be,
//! what is too much, and what is scaled down.

use super::planned;
use crate::analysis::ideal::ideal;
use crate::measure::sampling::{FIRST_LOOK, Stopping, repeats};
use crate::params::RunSpec;
use crate::runtime::budget::{Fits, LONGEST_RUN_MS, Refusal, kernel_window_ms, timeout_ms};
use crate::theory::schedule::{Plan, work};

/// JavaScript is about so many times as slow as wasm on this work, at most.
const JAVASCRIPT_SLOWER: f64 = 5.0;
/// So many samples of it are taken, in at most this share of a run's time.
const JAVASCRIPT_SAMPLES: u32 = 2;
const JAVASCRIPT_SHARE: f64 = 0.35;
/// What a shorter job costs is measured.
const SHORT_MS: f64 = 10.0;

/// What the preflight found out.
#[derive(Clone, Copy, Debug)]
pub struct Device {
    /// How long one call of fib takes in the serial program.
    pub call_ms: f64,
    /// The largest step among the clocks that time samples.
    pub clock_step_ms: f64,
    /// How many cores the browser claims.
    pub cores: u32,
    /// How many arms each block has.
    pub arms: u32,
    /// How long the pool takes for a job whose tasks are empty.
    pub empty_ms: f64,
    /// How long the preflight took.
    pub spent_ms: f64,
    /// What a job costs in each arm, where it is so short that this was measured.
    pub measured: Option<Jobs>,
}

/// What a job costs in each arm, in milliseconds, or how often it runs in a sample there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Jobs<T = f64> {
    /// In the serial program.
    pub serial: T,
    /// By one worker.
    pub one_worker: T,
    /// By all.
    pub parallel: T,
}

/// The job of a run, sized for the device.
#[derive(Clone, Debug, PartialEq)]
pub struct Sized {
    /// The arguments of fib.
    pub tasks: Vec<u32>,
    /// Who takes what.
    pub plan: Plan,
    /// How many times the whole job runs in one sample of each arm.
    pub repeats: Jobs<u32>,
    /// How long the kernel that measures the machine runs, in milliseconds.
    pub kernel_window_ms: f64,
    /// When to stop.
    pub stopping: Stopping,
    /// How many samples of the same pool in plain JavaScript there is time for.
    pub javascript: u32,
    /// A sample that takes longer than this will not come.
    pub timeout_ms: u32,
    /// The largest task of the list before it was scaled down.
    pub scaled_from: Option<u32>,
}

impl Sized {
    /// Sizes the run. What was asked for is run as asked, in fewer blocks where there is little
    /// time; only the exhibit's own list (`default_tasks`) is scaled down, on a device on which a
    /// single block would take longer than a run may.
    ///
    /// # Errors
    ///
    /// A list of which a single block would take longer than a run may.
    pub fn new(spec: &RunSpec, default_tasks: bool, device: Device) -> Result<Sized, Refusal> {
        let workers = spec.whole("workers").max(1);
        let seconds = spec.whole("seconds").max(1);
        let asked = spec.list("tasks");
        let largest = asked.iter().copied().max().unwrap_or(1);
        let one_block = |tasks: &[u32]| block_ms(spec, tasks, device);

        let mut tasks = asked.to_vec();
        let budget_ms = f64::from(seconds) * 1e3 - device.spent_ms;
        if default_tasks {
            let mut shift = 0;
            while one_block(&tasks) > LONGEST_RUN_MS && largest > 20 + shift {
                shift += 1;
                tasks = asked.iter().map(|&n| n.saturating_sub(shift).max(1)).collect();
            }
        }
        Refusal::if_too_long(one_block(&tasks), || {
            let lowered = |n: u32| asked.iter().map(|&task| task.min(n)).collect::<Vec<_>>();
            let fits = (1..largest).rev().find(|&n| one_block(&lowered(n)) <= LONGEST_RUN_MS);
            fits.map_or(Fits::FewerTasks, Fits::LargestN)
        })?;
        let scaled = tasks != asked;
        let repeats = sample_repeats(spec, &tasks, device);
        let block_ms = block_ms(spec, &tasks, device);
        // JavaScript gets a part of the time, where that is enough for some samples of it.
        let javascript_ms =
            JAVASCRIPT_SLOWER * f64::from(repeats.parallel) * jobs(spec, &tasks, device).parallel;
        let share_ms = JAVASCRIPT_SHARE * budget_ms.max(0.0);
        let fit = (share_ms / javascript_ms.max(1e-3)) as u32;
        let javascript = if device.arms > 1 { fit.min(JAVASCRIPT_SAMPLES) } else { 0 };
        let spent_ms = device.spent_ms + f64::from(javascript) * javascript_ms;
        Ok(Sized {
            javascript,
            plan: planned(spec, &tasks, workers),
            repeats,
            kernel_window_ms: kernel_window_ms(device.clock_step_ms),
            stopping: Stopping::new(seconds, spent_ms, block_ms),
            timeout_ms: timeout_ms(block_ms),
            scaled_from: scaled.then_some(largest),
            tasks,
        })
    }
}

fn serial_ms(tasks: &[u32], device: Device) -> f64 {
    work(tasks).iter().sum::<u64>() as f64 * device.call_ms
}

/// How long the parallel program should take: no better than its plan, nor than the cores,
/// and what an empty job costs besides.
fn parallel_ms(spec: &RunSpec, tasks: &[u32], device: Device) -> f64 {
    let workers = spec.whole("workers").max(1);
    let plan = planned(spec, tasks, workers);
    let ideal = ideal(tasks, &plan, workers).speedup;
    device.empty_ms + serial_ms(tasks, device) / ideal.min(f64::from(device.cores)).max(1.0)
}

/// What a job of these tasks costs in each arm.
fn jobs(spec: &RunSpec, tasks: &[u32], device: Device) -> Jobs {
    let serial = serial_ms(tasks, device);
    match device.measured {
        Some(measured) if tasks == spec.list("tasks") => measured,
        _ => Jobs {
            serial,
            one_worker: serial + device.empty_ms,
            parallel: parallel_ms(spec, tasks, device),
        },
    }
}

/// Whether a job is so short that it has to be measured what it costs: what it takes to hand out
/// tasks, and to read the clock, is then not little beside them.
pub fn is_short(spec: &RunSpec, device: Device) -> bool {
    parallel_ms(spec, spec.list("tasks"), device) < SHORT_MS.max(device.clock_step_ms)
}

/// Repeats that make a sample of each arm long enough for the clock.
fn sample_repeats(spec: &RunSpec, tasks: &[u32], device: Device) -> Jobs<u32> {
    let left_ms = f64::from(spec.whole("seconds").max(1)) * 1e3 - device.spent_ms;
    let share_ms = left_ms.max(0.0) / (FIRST_LOOK as f64 * f64::from(device.arms.max(1)));
    let jobs = jobs(spec, tasks, device);
    let of = |job_ms| repeats(job_ms, device.clock_step_ms, share_ms);
    Jobs { serial: of(jobs.serial), one_worker: of(jobs.one_worker), parallel: of(jobs.parallel) }
}

fn block_ms(spec: &RunSpec, tasks: &[u32], device: Device) -> f64 {
    let (jobs, repeats) = (jobs(spec, tasks, device), sample_repeats(spec, tasks, device));
    let mut block_ms = f64::from(repeats.serial) * jobs.serial;
    if device.arms > 1 {
        block_ms += f64::from(repeats.parallel) * jobs.parallel;
        block_ms += 2.0 * kernel_window_ms(device.clock_step_ms);
    }
    if device.arms > 4 {
        block_ms += f64::from(repeats.one_worker) * jobs.one_worker;
    }
    block_ms
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exhibits::MAIN;
    use crate::params::Device as Visitor;

    const DEVICE: Device = Device {
        call_ms: 1.7e-6,
        clock_step_ms: 0.005,
        cores: 2,
        arms: 5,
        empty_ms: 0.05,
        spent_ms: 500.0,
        measured: None,
    };

    fn spec(tasks: &str) -> RunSpec {
        let mut spec = RunSpec::defaults(MAIN, Visitor { cores: 2, seed: 1 });
        spec.set(MAIN, "tasks", tasks).unwrap();
        spec
    }

    #[test]
    fn the_chapters_list_runs_as_stated_on_an_ordinary_device() {
        let sized = Sized::new(&spec("38,37,36,35,34,33"), true, DEVICE).unwrap();
        assert_eq!(sized.tasks, [38, 37, 36, 35, 34, 33]);
        assert_eq!((sized.repeats.parallel, sized.scaled_from), (1, None));
        assert!(sized.stopping.most >= 8, "{:?}", sized.stopping);
    }

    #[test]
    fn little_time_means_few_blocks_and_the_list_as_stated() {
        for (seconds, workers) in [("1", "2"), ("2", "16"), ("1", "64")] {
            let mut spec = spec("38,37,36,35,34,33");
            spec.set(MAIN, "seconds", seconds).unwrap();
            spec.set(MAIN, "workers", workers).unwrap();
            let sized = Sized::new(&spec, true, DEVICE).unwrap();
            assert_eq!((sized.tasks.len(), sized.tasks[0], sized.repeats.parallel), (6, 38, 1));
            assert!((1..=6).contains(&sized.stopping.most), "{:?}", sized.stopping);
        }
    }

    #[test]
    fn tiny_tasks_are_repeated_by_what_a_job_really_costs() {
        // A job of processes costs a message each way, whatever is in it.
        let device = Device { empty_ms: 0.3, ..DEVICE };
        for tasks in ["10", "1", "10,10,10", "20,19"] {
            let sized = Sized::new(&spec(tasks), false, device).unwrap();
            let sample_ms = f64::from(sized.repeats.parallel) * 0.3;
            assert!(sample_ms <= 60.0, "{tasks}: {:?} repeats", sized.repeats);
        }
    }

    #[test]
    fn only_the_default_list_is_scaled_and_only_where_one_block_is_too_long() {
        let slow = Device { call_ms: 10.0 * DEVICE.call_ms, ..DEVICE };
        let stated = Sized::new(&spec("38,37,36,35,34,33"), true, slow).unwrap();
        assert_eq!((stated.tasks[0], stated.scaled_from), (38, None));
        let slowest = Device { call_ms: 200.0 * DEVICE.call_ms, ..DEVICE };
        let scaled = Sized::new(&spec("38,37,36,35,34,33"), true, slowest).unwrap();
        assert_eq!(scaled.scaled_from, Some(38));
        assert!(scaled.tasks[0] < 38 && scaled.tasks[0] - scaled.tasks[5] == 5);
        assert!(Sized::new(&spec("38,37,36,35,34,33"), false, slowest).is_err());
    }

    #[test]
    fn a_run_of_more_than_a_minute_is_refused_with_the_largest_n_that_fits() {
        let ten = |n: u32| vec![n.to_string(); 10].join(",");
        let refusal = Sized::new(&spec(&ten(45)), false, DEVICE).unwrap_err();
        let Refusal::TooLong { fits: Fits::LargestN(n), .. } = refusal else { panic!("{refusal}") };
        assert!(Sized::new(&spec(&ten(n)), false, DEVICE).is_ok());
        assert!(Sized::new(&spec(&ten(n + 1)), false, DEVICE).is_err());
    }

    #[test]
    fn small_jobs_are_repeated_until_the_clock_can_see_them() {
        assert!(Sized::new(&spec("20"), false, DEVICE).unwrap().repeats.parallel > 100);
        for clock_step_ms in [1.0, 5.0, 16.7, 100.0] {
            let coarse = Device { clock_step_ms, ..DEVICE };
            let sized = Sized::new(&spec("30"), false, coarse).unwrap();
            let job_ms = parallel_ms(&spec("30"), &[30], coarse);
            assert!(f64::from(sized.repeats.parallel) * job_ms >= 3.0 * clock_step_ms, "{sized:?}");
            assert_eq!((sized.tasks, sized.scaled_from), (vec![30], None));
        }
    }
}
