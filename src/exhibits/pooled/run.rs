//! How the pool is measured: against the serial program and against itself with one worker,
//! in blocks; then, where there is time, the same pool in plain JavaScript.

use std::rc::Rc;

use super::planned;
use super::sizing::{Device, Jobs, Sized, is_short};
use crate::analysis::ideal::ideal;
use crate::analysis::lost_time::{Parts, failure, lost_time};
use crate::measure::block::{Arm, Block, Role};
use crate::measure::clock::{now_ms, step_ms};
use crate::measure::sampling::{self, cost_ms};
use crate::measure::stats::middle;
use crate::params::Value;
use crate::report::{Report, Series, SeriesName};
use crate::runtime::blocks::{self, Comparison};
use crate::runtime::budget::SHORT_TIMEOUT_MS;
use crate::runtime::capabilities::Backend;
use crate::runtime::engine::Fault;
use crate::runtime::pool::{List, Shared, answers, wrong_answers};
use crate::runtime::progress::Listener;
use crate::runtime::rig::{Needs, Rig};
use crate::runtime::run::{Ended, Run};
use crate::theory::schedule::in_order;
use crate::trace;
use crate::trace::sample::{Lane, Sample};

/// How often a device that seems too slow for a run is measured again.
const FURTHER_LOOKS: u32 = 5;

/// Runs the pool and says what came of it.
pub async fn run(run: Rc<Run>) -> Result<Report, Ended> {
    let mut rig = run.rig(Needs::Pool, run.workers()).await?;
    let asked = run.spec().list("tasks");
    let plan = planned(run.spec(), asked, run.workers());
    let empty_ms = rig.empty_ms(asked.len(), &plan).await?;
    let job = size(&run, &mut rig, empty_ms.unwrap_or(0.0)).await?;
    let arms: Vec<Arm> = rig.arms().iter().map(|&role| Arm::only(role)).collect();
    let (blocks, samples) = compare(&run, &rig, &job, &arms).await?;
    // Once more, now that the browser has its best code: what the report tells of an empty job.
    let empty_ms = rig.empty_ms(asked.len(), &plan).await?;
    let javascript_ms = javascript(&run, &job).await;
    let mut report = describe(&run, &rig, &job, (arms, blocks), &samples, empty_ms);
    let workers = f64::from(run.workers());
    let empty = empty_ms.map(|ms| Series::ms(SeriesName::EmptyTasks, workers, vec![ms]));
    report.series.extend(empty);
    if !javascript_ms.is_empty() {
        report.series.push(Series::ms(SeriesName::JavascriptWorkers, workers, javascript_ms));
    }
    Ok(run.close(report))
}

/// The job, sized for what the rig is able to do by now. A browser that has not yet found
/// its best code seems too slow: then it is looked at again.
async fn size(run: &Run, rig: &mut Rig, empty_ms: f64) -> Result<Sized, Ended> {
    let device = |rig: &Rig, measured| Device {
        call_ms: rig.call_ms,
        clock_step_ms: rig.clock_step_ms,
        cores: run.cores(),
        arms: rig.arms().len() as u32,
        empty_ms,
        spent_ms: run.spent_ms(),
        measured,
    };
    let measured = match is_short(run.spec(), device(rig, None)) {
        true => Some(measured(run, rig).await?),
        false => None,
    };
    let sized = |rig: &Rig| Sized::new(run.spec(), run.order.default_tasks, device(rig, measured));
    let mut job = sized(rig);
    for _ in 0..FURTHER_LOOKS {
        if job.as_ref().is_ok_and(|job| job.scaled_from.is_none()) {
            break;
        }
        rig.warm_up_serial().await?;
        job = sized(rig);
    }
    let job = job?;
    if let Some(from) = job.scaled_from {
        let to = job.tasks.iter().max().copied().unwrap_or(0);
        run.warn(format!("The list was scaled from {from} to {to} to fit this device."));
    }
    Ok(job)
}

/// What a job costs in each arm.
async fn measured(run: &Run, rig: &Rig) -> Result<Jobs, Fault> {
    let tasks = run.spec().list("tasks").to_vec();
    let plan = planned(run.spec(), &tasks, run.workers());
    let sample = async |role: Role, repeats: u32| {
        let sample = match role {
            Role::Serial => {
                let list = List { tasks: tasks.clone(), repeats };
                rig.serial(&list, SHORT_TIMEOUT_MS).await?
            }
            _ => {
                let shared = Shared { tasks: tasks.clone(), plan: plan.clone(), repeats };
                rig.parallel(&shared, role != Role::OneWorker, SHORT_TIMEOUT_MS).await?
            }
        };
        Ok::<f64, Fault>(sample.ms)
    };
    let cost = async |role| match rig.arms().contains(&role) {
        true => cost_ms(rig.clock_step_ms, async |repeats| sample(role, repeats).await).await,
        false => Ok(0.0),
    };
    Ok(Jobs {
        serial: cost(Role::Serial).await?,
        one_worker: cost(Role::OneWorker).await?,
        parallel: cost(Role::Parallel).await?,
    })
}

/// What was sampled, besides the times.
#[derive(Default)]
struct Samples {
    parallel: Vec<Sample>,
    /// What the last serial sample did.
    serial: Vec<Lane>,
}

impl Samples {
    /// The index of the parallel sample whose time is the median: the one that is shown.
    fn median(&self) -> Option<usize> {
        middle(&self.parallel.iter().map(|sample| sample.ms).collect::<Vec<_>>())
    }
}

/// Takes the blocks.
async fn compare(
    run: &Run,
    rig: &Rig,
    job: &Sized,
    arms: &[Arm],
) -> Result<(Vec<Block>, Samples), Fault> {
    let mut samples = Samples::default();
    let Jobs { serial, one_worker, parallel } = job.repeats;
    let list = List { tasks: job.tasks.clone(), repeats: serial };
    let shared = |repeats| Shared { tasks: job.tasks.clone(), plan: job.plan.clone(), repeats };
    let (shared, one) = (shared(parallel), shared(one_worker));
    let sample = async |arm: &Arm| {
        let sample = match arm.role {
            Role::Serial => rig.serial(&list, job.timeout_ms).await?,
            Role::KernelAlone | Role::KernelTogether => {
                let together = arm.role == Role::KernelTogether;
                return rig.kernel_ms(together, job.kernel_window_ms, job.timeout_ms).await;
            }
            Role::OneWorker => rig.parallel(&one, false, job.timeout_ms).await?,
            _ => rig.parallel(&shared, true, job.timeout_ms).await?,
        };
        let ms = sample.ms;
        match arm.role {
            Role::Serial => samples.serial = sample.lanes,
            Role::Parallel => samples.parallel.push(sample),
            _ => {}
        }
        Ok(ms)
    };
    let blocks = blocks::take(run, arms, job.stopping, job.timeout_ms, sample).await?;
    Ok((blocks, samples))
}

/// The report of the comparison.
fn describe(
    run: &Run,
    rig: &Rig,
    job: &Sized,
    (arms, blocks): (Vec<Arm>, Vec<Block>),
    samples: &Samples,
    empty_ms: Option<f64>,
) -> Report {
    let workers = run.workers();
    let shown = samples.median().and_then(|at| samples.parallel.get(at));
    let trace = shown.map(|sample| trace::events(sample, &job.tasks)).unwrap_or_default();
    // Every block has one sample of each arm, so they go together.
    let parts: Vec<Parts> = blocks
        .iter()
        .zip(&samples.parallel)
        .filter_map(|(block, sample)| {
            let serial_ms = block.ms_of(Role::Serial.id())?;
            let kappa = block.kappa(workers)?;
            let trace = trace::events(sample, &job.tasks);
            Some(Parts::of(&trace, workers, serial_ms, sample.last_ms, empty_ms?, kappa))
        })
        .collect();
    let lost_time = lost_time(&parts, job.stopping.least_coverage(blocks.len()));
    let compares = rig.backend != Backend::Serial;
    let mut report = Comparison {
        run,
        rig,
        arms,
        blocks,
        stopping: job.stopping,
        ideal: compares.then(|| ideal(&job.tasks, &job.plan, workers)),
        // Two readings for each task, and one more for each worker.
        readings: (2 * job.tasks.len()) as f64 + f64::from(workers),
    }
    .report();
    if let Some(spec) = &mut report.spec {
        spec.values.insert("tasks".to_owned(), Value::List(job.tasks.clone()));
    }
    report.warnings.extend(lost_time.as_ref().and_then(failure));
    let lanes = shown.map_or(&samples.serial, |sample| &sample.lanes);
    Report {
        checks: answers(&job.tasks, lanes),
        repeats: job.repeats.parallel,
        scaled_from: job.scaled_from,
        lost_time,
        trace,
        ..report
    }
}

/// The same pool in plain JavaScript: how long each sample took, per job. A browser that
/// cannot run it, or breaks off, is no reason to lose the rest.
async fn javascript(run: &Run, job: &Sized) -> Vec<f64> {
    let mut samples = Vec::new();
    if job.javascript == 0 || run.time_is_up() {
        return samples;
    }
    run.say("Measuring JavaScript", 0, 0, job.timeout_ms.saturating_mul(job.javascript + 2));
    if let Err(fault) = sample_javascript(run, job, &mut samples).await {
        run.warn(format!("Plain JavaScript was not measured to its end. {fault}."));
    }
    samples
}

async fn sample_javascript(run: &Run, job: &Sized, samples: &mut Vec<f64>) -> Result<(), Fault> {
    let workers = run.workers();
    let team = run.javascript(workers).await?;
    // A short list warms it up.
    let warm_up = vec![28; 2 * workers as usize];
    let plan = in_order(&warm_up);
    team.map(&Shared { tasks: warm_up, plan, repeats: 1 }, job.timeout_ms).await?;
    let shared = |repeats| Shared { tasks: job.tasks.clone(), plan: job.plan.clone(), repeats };
    let repeats = match job.repeats.parallel {
        1 => 1,
        // Its tasks travel as messages, which cost more than those of threads.
        _ => {
            let map = async |repeats| {
                team.map(&shared(repeats), job.timeout_ms).await.map(|sample| sample.ms)
            };
            let step_ms = step_ms(now_ms, 5);
            let share_ms = run.left_ms() / f64::from(2 * job.javascript);
            sampling::repeats(cost_ms(step_ms, map).await?, step_ms, share_ms)
        }
    };
    let shared = shared(repeats);
    for _ in 0..job.javascript {
        if run.time_is_up() {
            break;
        }
        let sample = team.map(&shared, job.timeout_ms).await?;
        run.wrong().count(wrong_answers(&job.tasks, &sample.lanes));
        samples.push(sample.ms);
    }
    Ok(())
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use futures_executor::block_on;

    use super::*;
    use crate::exhibits::{Card, MAIN};
    use crate::params::{Device, RunSpec};
    use crate::report::Status;
    use crate::runtime::stand_in::{Mood, StandIn};
    use crate::theory::laws::PHI;

    /// A run of this list on two workers of this device.
    fn run_on(device: StandIn, tasks: &str) -> Result<Report, Ended> {
        let mut spec = RunSpec::defaults(MAIN, Device { cores: 2, seed: 1 });
        spec.set(MAIN, "tasks", tasks).unwrap();
        block_on(super::run(device.run(spec).0))
    }

    #[test]
    fn lanes_that_were_filled_by_hand_are_done_exactly_so() {
        let has_lanes = |card: &&'static Card| card.parameter("lanes").is_some();
        let playground = crate::exhibits::cards().find(has_lanes).unwrap();
        for (lanes, expected) in [("0.4.5_1.2.3", 2.0), ("", 1.0), ("0_1_2.3.4.5", 4.0 / PHI)] {
            let mut spec = RunSpec::defaults(playground, Device { cores: 4, seed: 1 });
            let workers = lanes.split('_').count().max(2).to_string();
            spec.set(playground, "lanes", lanes).unwrap();
            spec.set(playground, "workers", &workers).unwrap();
            let report = block_on(super::run(StandIn::default().run(spec).0)).unwrap();
            let ideal = report.ideal.unwrap().speedup;
            assert!((ideal - expected).abs() < 1e-3, "{lanes}: {ideal}");
        }
    }

    #[test]
    fn on_a_device_without_noise_the_figures_are_those_of_theory() {
        let report = run_on(StandIn::default(), "38,37,36,35,34,33").unwrap();
        assert_eq!((report.status, report.warnings), (Status::Complete, Vec::new()));
        let speedup = report.speedup.unwrap().median;
        assert!((speedup - 2.0).abs() < 1e-3, "{speedup}");
    }

    #[test]
    fn an_answer_that_is_wrong_in_any_sample_fails_the_run() {
        // Right while it is checked and warmed up, wrong later.
        let device = StandIn { team: Mood::Wrong(40), ..StandIn::default() };
        let report = run_on(device, "38,37,36").unwrap();
        assert_eq!(report.status, Status::Failed);
        assert!(report.warnings.iter().any(|warning| warning.contains("wrong or missing")));
    }

    #[test]
    fn five_percent_of_time_that_nothing_explains_is_seen() {
        let device = StandIn { unexplained: 0.05, ..StandIn::default() };
        let report = run_on(device, "38,37,36,35,34,33").unwrap();
        let residual = report.lost_time.unwrap().residual;
        assert!(residual.low > 0.04 && residual.high < 0.06, "{residual:?}");
        let said = |report: &[String]| report.iter().any(|it| it.contains("does not add up"));
        assert!(said(&report.warnings), "{:?}", report.warnings);
        // Without it there is nothing to be seen.
        let report = run_on(StandIn::default(), "38,37,36,35,34,33").unwrap();
        assert!(report.lost_time.unwrap().residual.median.abs() < 0.005);
        assert!(!said(&report.warnings), "{:?}", report.warnings);
    }

    #[test]
    fn runs_that_once_lied_or_never_ended_end_in_their_time_with_a_true_figure() {
        let six = "38,37,36,35,34,33";
        // The list, workers, the runtime, seconds.
        let lists = [(six, "2"), (six, "4"), (six, "16"), (six, "64"), ("10", "2"), ("1", "2")];
        let threads = lists.map(|(tasks, workers)| (tasks, workers, "threads"));
        let lists = [(six, "2"), ("10,10,10", "2"), ("20,19", "2")];
        let processes = lists.map(|(tasks, workers)| (tasks, workers, "processes"));
        for (tasks, workers, runtime) in threads.into_iter().chain(processes) {
            for seconds in ["1", "2", "3"] {
                let case = format!("{tasks} {workers} {runtime} {seconds}");
                let mut spec = RunSpec::defaults(MAIN, Device { cores: 2, seed: 1 });
                let values = [("tasks", tasks), ("workers", workers), ("runtime", runtime)];
                for (name, value) in values.into_iter().chain([("seconds", seconds)]) {
                    spec.set(MAIN, name, value).unwrap();
                }
                let device = StandIn { message_ms: 0.3, call_ms: 1.5e-6, ..StandIn::default() };
                let begun_ms = now_ms();
                let report = block_on(super::run(device.run(spec).0)).unwrap();
                let spent_ms = now_ms() - begun_ms;
                assert_eq!(report.status, Status::Complete, "{case}: {:?}", report.warnings);
                assert_eq!(report.scaled_from, None, "{case}");
                // Its seconds, its start and a block: the list takes a second.
                assert!(
                    spent_ms < 1e3 * seconds.parse::<f64>().unwrap() + 8_000.0,
                    "{case}: {spent_ms}"
                );
                if tasks == six {
                    // On two cores no number of workers makes more of it, or much less.
                    let speedup = report.speedup.unwrap().median;
                    assert!((1.5..2.1).contains(&speedup), "{case}: {speedup}");
                }
            }
        }
    }

    #[test]
    fn plain_javascript_that_fails_late_takes_no_finished_run_with_it() {
        for javascript in [Mood::Dies(3), Mood::Silent] {
            let report = run_on(StandIn { javascript, ..StandIn::default() }, "36,35").unwrap();
            assert_eq!(report.status, Status::Complete, "{:?}", report.warnings);
            assert!(report.speedup.is_some());
            let said =
                report.warnings.iter().filter(|it| it.starts_with("Plain JavaScript was not"));
            assert_eq!(said.count(), 1, "{:?}", report.warnings);
        }
    }

    #[test]
    fn what_takes_more_than_a_minute_is_refused_with_what_would_fit() {
        let device = StandIn { call_ms: 1e-4, ..StandIn::default() };
        let refusal = run_on(device, "45,45").unwrap_err().to_string();
        assert!(refusal.contains("The largest n that fits here is "), "{refusal}");
    }
}
