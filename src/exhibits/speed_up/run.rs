//! How the curve is measured: every number of workers is an arm of the same blocks, and so is
//! the kernel that says what the machine gives to as many.

use std::rc::Rc;

use super::asked::{ENDS_SECONDS, Scaling, Work, six};
use super::curve;
use super::job::{Device, Job};
use super::program::UNIT_N;
use super::sample::{Found, On};
use crate::analysis::ideal::ideal;
use crate::exhibits::splitting::asked::Asked;
use crate::exhibits::splitting::grain::splits_all;
use crate::exhibits::splitting::team::Splitting;
use crate::fib;
use crate::measure::block::{Arm, Role};
use crate::measure::clock::now_ms;
use crate::measure::sampling::{WarmUp, seen_ms};
use crate::report::{Ideal, IdealSlot, Report};
use crate::runtime::blocks::{self, Comparison};
use crate::runtime::budget::Refusal;
use crate::runtime::capabilities::Backend;
use crate::runtime::engine::Fault;
use crate::runtime::progress::Listener;
use crate::runtime::rig::{Needs, Rig};
use crate::runtime::run::{Ended, Run};
use crate::theory::schedule::in_order;
use crate::trace::{Divisible, Event, Kind};

/// The parallel program is run so often before it is measured.
const WARM_UPS: usize = 3;

/// Runs all numbers of workers and says what came of it.
pub async fn run(run: Rc<Run>) -> Result<Report, Ended> {
    let rig = run.rig(needs(&run)?, run.workers()).await?;
    let mut found = Found::default();
    let (job, splitting) = sized(&run, &rig, &mut found).await?;
    if job.counts.len() < job.wished {
        let counts: Vec<String> = job.counts.iter().map(u32::to_string).collect();
        run.warn(format!(
            "In this time the lab measures fewer numbers of workers: {}. More seconds give more.",
            counts.join(", ")
        ));
    }
    if job.longer {
        run.warn(format!(
            "This takes longer than {ENDS_SECONDS} seconds: samples that a clock with steps of {:.3} \
             ms can measure are long.",
            rig.clock_step_ms
        ));
    }
    if let Some(sentence) = splits_all(rig.clock_step_ms).filter(|_| splitting.is_some()) {
        run.warn(sentence);
    }
    let arms = arms(&job, &rig);
    let on = On { rig: &rig, job: &job, splitting, wrong: run.wrong().clone() };
    found.shown.clear();
    let take = async |arm: &Arm| on.sample(arm, &mut found).await;
    let blocks = blocks::take(&run, &arms, job.stopping, job.timeout_ms, take).await?;

    let least = job.stopping.least_coverage(blocks.len());
    let points = curve::points(&arms, &blocks, job.scaling, least);
    let fits = curve::fits(&arms, &blocks, job.scaling, least);
    let is_work = |event: &&Event| event.kind == Kind::Work;
    let read = found.shown.last().map_or(0, |shown| shown.trace.iter().filter(is_work).count());
    // Of a task that splits itself one job is shown, of all else the whole sample.
    let jobs = if job.work == Work::Split { 1.0 } else { job.scaling.jobs(run.workers()) };
    let readings = 2.0 * read as f64 / jobs;
    let mut report = Comparison {
        run: &run,
        rig: &rig,
        arms,
        blocks,
        stopping: job.stopping,
        ideal: (rig.backend != Backend::Serial).then(|| perfect(&job)),
        readings,
    }
    .report();
    (report.points, report.fits) = (points, fits);
    found.describe(&mut report);
    Ok(run.close(report))
}

/// Which workers the work takes. A task that splits itself lies in memory that all share.
fn needs(run: &Run) -> Result<Needs, Refusal> {
    let threads = run.place.here.backend(run.spec().name("runtime")) == Backend::Threads;
    match (Work::of(run.spec()), threads) {
        (Work::Split, true) => Ok(Needs::EventLoops),
        (Work::Split, false) => Err(Refusal::Contradiction(
            "A task that splits itself lies in memory that all workers share, so it runs on threads \
             alone: on a page that is isolated, in a browser that offers SharedArrayBuffer. Equal \
             parts and the six tasks run on processes too.",
        )),
        _ => Ok(Needs::Members),
    }
}

/// The work, sized for the device and warmed up. Some browsers claim fewer cores than there are:
/// where that leaves a sample too short for the clock, the work is sized once more, for as many
/// cores as workers.
async fn sized<'r>(
    run: &Run,
    rig: &'r Rig,
    found: &mut Found,
) -> Result<(Job, Option<Splitting<'r>>), Ended> {
    let mut cores = run.cores();
    loop {
        let (call_ms, clock_step_ms) = (rig.call_ms, rig.clock_step_ms);
        let device = Device {
            call_ms,
            clock_step_ms,
            cores,
            spent_ms: run.spent_ms(),
            loaded_ms: run.loaded_ms(),
        };
        let job = Job::new(run.spec(), device)?;
        let splitting = match job.work {
            Work::Split => {
                let asked = Asked { of: Divisible::Fib, size: job.n, seed: 0 };
                Some(Splitting::new(rig, asked, job.timeout_ms).await?)
            }
            _ => None,
        };
        let on = On { rig, job: &job, splitting, wrong: run.wrong().clone() };
        let shortest_ms = warm_up(&on, &arms(&job, rig), found).await?;
        let On { splitting, .. } = on;
        if shortest_ms >= seen_ms(0.0, 0.0, clock_step_ms) || cores >= run.workers() {
            return Ok((job, splitting));
        }
        cores = run.workers();
    }
}

/// Runs the serial and the parallel program a few times, as far as they are short: the rig is
/// warm, and long programs warm up by themselves. Returns how long the shortest sample was, if one
/// was short.
async fn warm_up(on: &On<'_, '_>, arms: &[Arm], found: &mut Found) -> Result<f64, Fault> {
    let begun_ms = now_ms();
    let mut shortest_ms = f64::INFINITY;
    for _ in 0..WARM_UPS {
        for arm in arms.iter().filter(|arm| matches!(arm.role, Role::Serial | Role::Parallel)) {
            let jobs = arm.x.map_or(1.0, |p| on.job.scaling.jobs(p as u32));
            if now_ms() - begun_ms + jobs * on.job.serial_ms > WarmUp::MOST_MS {
                return Ok(shortest_ms);
            }
            shortest_ms = shortest_ms.min(on.sample(arm, found).await?);
        }
    }
    Ok(shortest_ms)
}

/// The serial program, every number of workers, and the kernels.
fn arms(job: &Job, rig: &Rig) -> Vec<Arm> {
    let serial = Arm::only(Role::Serial);
    if rig.backend == Backend::Serial {
        return vec![serial];
    }
    let most = job.counts.last().copied().unwrap_or(1);
    let programs = job.counts.iter().map(|&p| curve::arm(p, p == most));
    // The largest first: it is the one that stands for the run.
    let above_one = job.counts.iter().rev().filter(|p| **p > 1);
    let kernels = above_one.map(|&p| curve::kernel(p, p == most));
    let alone = (most > 1).then(|| Arm::only(Role::KernelAlone));
    [serial].into_iter().chain(programs).chain(alone).chain(kernels).collect()
}

/// What equal workers would do whose messages and joins cost nothing.
fn perfect(job: &Job) -> Ideal {
    let most = job.counts.last().copied().unwrap_or(1);
    match job.work {
        Work::Six => {
            let tasks = six(job.scaling, most);
            ideal(&tasks, &in_order(&tasks), most)
        }
        Work::Equal => {
            let each = if job.scaling == Scaling::Weak { job.units } else { job.units / most };
            let end = fib::calls(UNIT_N) * u64::from(each);
            let slot = |worker| IdealSlot { worker, n: UNIT_N, start: 0, end };
            Ideal {
                speedup: f64::from(most),
                makespan_calls: end,
                schedule: (0..most).map(slot).collect(),
            }
        }
        // Who computes which part is decided while it runs.
        Work::Split => {
            let calls = fib::calls(job.n);
            let each = if job.scaling == Scaling::Weak { calls } else { calls / u64::from(most) };
            Ideal { speedup: f64::from(most), makespan_calls: each, schedule: Vec::new() }
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use futures_executor::block_on;

    use super::super::EXHIBIT;
    use super::*;
    use crate::measure::point::Quantity;
    use crate::params::{self, RunSpec};
    use crate::report::Status;
    use crate::report::read;
    use crate::runtime::stand_in::{Mood, StandIn};

    fn run_on(device: StandIn, query: &[(&str, &str)]) -> Result<Report, Ended> {
        let mut spec = RunSpec::defaults(&EXHIBIT, params::Device { cores: 2, seed: 1 });
        for (name, value) in query {
            spec.set(&EXHIBIT, name, value).unwrap();
        }
        block_on(super::run(device.run(spec).0))
    }

    #[test]
    fn one_start_of_the_largest_number_serves_all() {
        let device = StandIn::default();
        let started = Rc::clone(&device.started);
        let report = run_on(device, &[("workers", "8"), ("seconds", "4")]).unwrap();
        assert_eq!(report.status, Status::Complete, "{:?}", report.warnings);
        assert_eq!(started.borrow().iter().map(|(_, workers)| *workers).collect::<Vec<_>>(), [8]);
        let points = report.points.iter().filter(|point| point.quantity == Quantity::SpeedUp);
        assert!(points.count() >= 4);
        assert!(report.checks.len() == 8 && !report.is_wrong());
    }

    #[test]
    fn the_six_tasks_are_answered_whatever_the_number_of_workers() {
        for scaling in ["strong", "weak"] {
            let asked = [("work", "six"), ("scaling", scaling), ("workers", "2")];
            let report = run_on(StandIn::default(), &asked).unwrap();
            assert_eq!(report.status, Status::Complete, "{:?}", report.warnings);
            let each = if scaling == "weak" { 12 } else { 6 };
            assert_eq!(report.checks.len(), each);
        }
    }

    #[test]
    fn what_the_largest_runs_say_can_be_opened_again() {
        for work in ["equal", "six"] {
            for scaling in ["strong", "weak"] {
                let asked =
                    [("work", work), ("scaling", scaling), ("workers", "64"), ("seconds", "60")];
                let report = run_on(StandIn::default(), &asked).unwrap();
                assert_eq!(report.status, Status::Complete, "{:?}", report.warnings);
                let arms = report.arms.len();
                let all = (work, scaling) == ("equal", "strong");
                assert!(!all || arms == 25, "{arms}, {:?}", report.warnings);
                let saved = serde_json::to_value(&report).unwrap();
                let opened = read::report(&saved);
                assert_eq!(opened.map(|opened| opened.arms.len()), Ok(arms), "{work}, {scaling}");
            }
        }
    }

    #[test]
    fn a_task_that_splits_itself_takes_memory_that_all_workers_share() {
        for runtime in ["processes", "serial"] {
            let asked = [("work", "split"), ("runtime", runtime), ("workers", "2")];
            let Err(Ended::Refused(refusal)) = run_on(StandIn::default(), &asked) else {
                panic!("{runtime}: not refused")
            };
            assert!(refusal.to_string().contains("runs on threads alone"), "{refusal}");
        }
    }

    #[test]
    fn without_workers_only_the_serial_program_runs() {
        let report = run_on(StandIn::default(), &[("runtime", "serial")]).unwrap();
        assert_eq!((report.status, report.arms.len()), (Status::Complete, 1));
        assert!(report.speedup.is_none() && !report.is_wrong());
    }

    #[test]
    fn a_wrong_answer_in_any_sample_fails_the_run() {
        let device = StandIn { team: Mood::Wrong(30), ..StandIn::default() };
        let report = run_on(device, &[("workers", "2"), ("seconds", "1")]).unwrap();
        assert_eq!(report.status, Status::Failed);
    }
}
