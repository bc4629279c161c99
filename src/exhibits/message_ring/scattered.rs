//! Rank 0 scatters the chapter's list, everyone computes, rank 0 gathers: against the serial
//! program, in blocks.

use crate::analysis::ideal::ideal;
use crate::analysis::lost_time::{Parts, failure, lost_time};
use crate::exhibits::ranks::messages::Pattern;
use crate::exhibits::ranks::play::play;
use crate::exhibits::ranks::played::Played;
use crate::measure::block::{Arm, Role};
use crate::measure::sampling::Stopping;
use crate::measure::stats::{median, middle};
use crate::report::{Check, Report, Series, SeriesName};
use crate::runtime::blocks::{self, Comparison};
use crate::runtime::budget::{LONGEST_RUN_MS, kernel_window_ms, timeout_ms};
use crate::runtime::engine::Fault;
use crate::runtime::progress::Listener;
use crate::runtime::rig::Rig;
use crate::runtime::run::{Ended, Run};
use crate::theory::laws::CHAPTER_TASKS;
use crate::theory::schedule::{Plan, dealt, work};
use crate::trace::{Detail, Event, Kind};

/// The program on empty tasks is sampled so many times.
const EMPTY_SAMPLES: usize = 8;

/// The job, sized for the device.
struct Job {
    tasks: Vec<u32>,
    /// The places in the list that each rank gets.
    places: Vec<Vec<usize>>,
    stopping: Stopping,
    kernel_window_ms: f64,
    timeout_ms: u32,
}

impl Job {
    fn new(run: &Run, rig: &Rig, ranks: u32) -> Job {
        let spent_ms = run.spent_ms();
        let kernel_window_ms = kernel_window_ms(rig.clock_step_ms);
        let cores = f64::from(ranks.min(run.cores())).max(1.0);
        let block_ms = |tasks: &[u32]| {
            let serial_ms = work(tasks).iter().sum::<u64>() as f64 * rig.call_ms;
            serial_ms * (1.0 + 1.0 / cores) + 2.0 * kernel_window_ms
        };
        let mut tasks = CHAPTER_TASKS.to_vec();
        while block_ms(&tasks) > LONGEST_RUN_MS && tasks.iter().all(|&n| n > 20) {
            tasks.iter_mut().for_each(|n| *n -= 1);
        }
        let places = dealt(&work(&tasks), ranks as usize);
        let block_ms = block_ms(&tasks);
        Job {
            places,
            stopping: Stopping::new(run.seconds(), spent_ms, block_ms),
            kernel_window_ms,
            timeout_ms: timeout_ms(block_ms),
            tasks,
        }
    }

    /// The arguments of fib that each rank gets.
    fn lists(&self) -> Vec<Vec<u32>> {
        let list = |own: &Vec<usize>| own.iter().map(|&at| self.tasks[at]).collect();
        self.places.iter().map(list).collect()
    }
}

/// Scatters by longest first and gathers.
pub async fn scattered(run: &Run, rig: &Rig, ranks: u32) -> Result<Report, Ended> {
    let job = Job::new(run, rig, ranks);
    let pattern = Pattern::ScatterGather { lists: job.lists() };
    let mut all_played: Vec<(f64, Played)> = Vec::new();
    let roles = [Role::Serial, Role::Parallel, Role::KernelAlone, Role::KernelTogether];
    let arms = roles.map(Arm::only);
    let sample = async |arm: &Arm| match arm.role {
        Role::KernelAlone | Role::KernelTogether => {
            let together = arm.role == Role::KernelTogether;
            rig.kernel_ms(together, job.kernel_window_ms, job.timeout_ms).await
        }
        Role::Serial => rig.serial_ms(&job.tasks).await,
        _ => {
            let played = play(rig.team()?, ranks, pattern.clone(), job.timeout_ms).await?;
            let stood_still = || Fault::Broke("the ranks stood still".to_owned());
            let ms = played.first_ms().ok_or_else(stood_still)?;
            run.wrong().count(played.wrong(&job.tasks));
            all_played.push((ms, played));
            Ok(ms)
        }
    };
    let blocks = blocks::take(run, &arms, job.stopping, job.timeout_ms, sample).await?;
    // Now that the browser has its best code.
    let empty_ms = empty_ms(rig, ranks, &job).await?;
    let lost = blocks.iter().zip(&all_played).filter_map(|(block, (ms, played))| {
        let (serial_ms, kappa) = (block.ms_of(Role::Serial.id())?, block.kappa(ranks)?);
        Some(Parts::of(&lanes(played), ranks, serial_ms, *ms, empty_ms?, kappa))
    });
    let lost = lost_time(&lost.collect::<Vec<_>>(), job.stopping.least_coverage(blocks.len()));
    let ideal = Some(ideal(&job.tasks, &Plan::Fixed(job.places.clone()), ranks));
    let readings = 2.0 * job.tasks.len() as f64;
    let (arms, stopping) = (arms.to_vec(), job.stopping);
    let mut report = Comparison { run, rig, arms, blocks, stopping, ideal, readings }.report();
    let shown = middle(&all_played.iter().map(|(ms, _)| *ms).collect::<Vec<_>>());
    if let Some((_, played)) = shown.and_then(|at| all_played.get(at)) {
        played.describe(&run.place.node, &mut report);
        report.checks = answers(played);
    }
    report.warnings.extend(lost.as_ref().and_then(failure));
    report.lost_time = lost;
    let empty = empty_ms.map(|ms| Series::ms(SeriesName::EmptyTasks, f64::from(ranks), vec![ms]));
    report.series.extend(empty);
    let scaled = job.tasks != CHAPTER_TASKS;
    report.scaled_from = scaled.then_some(CHAPTER_TASKS[0]);
    if scaled {
        run.warn(format!(
            "The list was scaled from {} to {} to fit this device.",
            CHAPTER_TASKS[0], job.tasks[0]
        ));
    }
    Ok(report)
}

/// The same program on empty tasks: what starting, scattering and gathering cost. The median of
/// a few samples, the first of which warms up.
async fn empty_ms(rig: &Rig, ranks: u32, job: &Job) -> Result<Option<f64>, Fault> {
    let emptied = |list: Vec<u32>| vec![1; list.len()];
    let lists: Vec<Vec<u32>> = job.lists().into_iter().map(emptied).collect();
    let mut samples = Vec::new();
    for _ in 0..EMPTY_SAMPLES {
        let pattern = Pattern::ScatterGather { lists: lists.clone() };
        let played = play(rig.team()?, ranks, pattern, job.timeout_ms).await?;
        samples.extend(played.first_ms());
    }
    Ok(median(samples.get(1..).unwrap_or_default()))
}

/// Every task, and how long each rank had none left while others still computed.
fn lanes(played: &Played) -> Vec<Event> {
    let turns = || played.turns.iter().map(|turn| turn.iter().flat_map(|turn| &turn.spans));
    let end_ms = turns().flatten().map(|span| span.end_ms).fold(f64::NEG_INFINITY, f64::max);
    let begun_ms = turns().flatten().map(|span| span.start_ms).fold(f64::INFINITY, f64::min);
    let mut events = Vec::new();
    for (rank, spans) in (0..).zip(turns()) {
        let mut free_ms = begun_ms;
        for span in spans {
            let task = Detail::Task { n: span.task };
            events.push(Event::new(rank, Kind::Work, task, span.start_ms, span.end_ms));
            free_ms = free_ms.max(span.end_ms);
        }
        events.push(Event::new(rank, Kind::Idle, Detail::Idle, free_ms, end_ms));
    }
    events
}

/// The answers of all ranks, the largest argument first.
fn answers(played: &Played) -> Vec<Check> {
    let by_rank = played.turns.iter().flatten().zip(0..).flat_map(|(turn, worker)| {
        turn.spans.iter().map(move |span| (span.task, Check::fib(span.task, span.value, worker)))
    });
    let mut answers: Vec<(u32, Check)> = by_rank.collect();
    answers.sort_by_key(|(n, _)| std::cmp::Reverse(*n));
    answers.into_iter().map(|(_, check)| check).collect()
}
