//! Threads that hold a lock against the serial program, in blocks; what is swept beside
//! them stands in the same blocks.
//!
//! The threads are workers of the threaded engine that share one memory, each with an
//! event loop of its own, because what they wait for outside, a request or a database,
//! answers through one. The serial program runs on one of them, without any lock: an
//! interpreter's speed hangs on how its loop happens to be compiled, and the plain engine's
//! was 11 % slower (Chromium 156), which would have looked like a speed-up of the lock.

use super::audit::{Audit, LockThreads, elapsed_ms};
use super::messages::Locks;
use super::sizing::{Device, Sized};
use super::work::Work;
use crate::fib;
use crate::interpreter::lanes;
use crate::interpreter::log::ThreadLog;
use crate::interpreter::thread::MOST_STRETCHES;
use crate::measure::sampling::{Arm, WarmUp};
use crate::measure::stats::middle;
use crate::report::{Answer, Ideal, IdealSlot, Report, Series, Status};
use crate::runtime::blocks::{self, Comparison};
use crate::runtime::budget::{SHORT_TIMEOUT_MS, kernel_window_ms};
use crate::runtime::engine::Fault;
use crate::runtime::progress::Listener;
use crate::runtime::rig::{Rig, WARM_UP_MS};
use crate::runtime::run::{Ended, Run};

/// What is compared.
pub struct Compared<W> {
    /// What one thread does, without a lock, for all.
    pub serial: W,
    /// What each thread does.
    pub parallel: W,
    /// The name of what is swept beside it, and its points.
    pub sweep: Option<(&'static str, Vec<(f64, W)>)>,
}

/// The threads of a run, up and warm.
pub fn threads<'a>(run: &Run, rig: &'a Rig, locks: Locks) -> LockThreads<'a> {
    LockThreads {
        rig,
        workers: run.workers(),
        locks,
        interval_ms: run.spec().real("interval_ms").unwrap_or(5.0),
        small_file: run.small_file(),
        audit: Audit::default(),
    }
}

/// Compares the threads with the serial program.
pub async fn compare<W: Work>(
    run: &Run,
    threads: &mut LockThreads<'_>,
    compared: Compared<W>,
) -> Result<Report, Ended> {
    let (rig, workers) = (threads.rig, threads.workers);
    let unit_ms = warm_up(run, threads, &compared).await?;
    let device = Device {
        workers,
        cores: run.cores(),
        locks: threads.locks,
        interval_ms: threads.interval_ms,
        unit_ms,
        clock_step_ms: rig.clock_step_ms,
        seconds: run.seconds(),
        spent_ms: run.spent_ms(),
    };
    let points = compared.sweep.as_ref().map_or(0, |(_, points)| points.len());
    let n = run.spec().whole("n");
    let sized = Sized::new(device, &compared.parallel, points, n)?;

    let mut arms =
        vec![Arm::Serial, Arm::OneWorker, Arm::Parallel, Arm::KernelAlone, Arm::KernelTogether];
    arms.extend((0..points).map(Arm::Point));
    let mut samples = Samples { logs: Vec::new(), swept: vec![Vec::new(); points] };
    let sample = async |arm| sample(threads, &mut samples, &compared, sized, arm).await;
    let blocks = blocks::take(run, &arms, sized.stopping, sized.timeout_ms, sample).await?;

    let times: Vec<f64> = samples.logs.iter().map(|logs| elapsed_ms(logs)).collect();
    let shown = middle(&times).and_then(|at| samples.logs.get(at));
    let shown = shown.map(Vec::as_slice).unwrap_or_default();
    let stretches = shown.iter().map(|log| log.stretches.len()).sum::<usize>();
    let sweep: Vec<Series> = compared
        .sweep
        .iter()
        .flat_map(|(name, points)| points.iter().map(move |(x, _)| (name, *x)))
        .zip(samples.swept)
        .map(|((name, x), parallel_ms)| Series {
            name: (*name).to_owned(),
            x,
            unit: "speed-up".to_owned(),
            samples: blocks
                .iter()
                .zip(parallel_ms)
                .filter_map(|(block, ms)| Some(block.serial_ms? / ms))
                .collect(),
        })
        .collect();
    let computes = compared.parallel.source().is_none();
    let ideal = computes.then(|| ideal(compared.parallel.argument(), workers));
    let (stopping, readings) = (sized.stopping, 2.0 * stretches as f64);
    let mut report = Comparison { run, rig, blocks, stopping, ideal, readings }.report();
    report.repeats = sized.rounds;
    report.series.extend(sweep);
    describe(&mut report, shown, &[compared.parallel.argument()], threads);
    Ok(report)
}

/// What was sampled, besides the times.
struct Samples {
    /// The logs of each parallel sample.
    logs: Vec<Vec<ThreadLog>>,
    /// The times at each point of the sweep, per round.
    swept: Vec<Vec<f64>>,
}

/// One sample of an arm, in milliseconds per round.
async fn sample<W: Work>(
    threads: &mut LockThreads<'_>,
    samples: &mut Samples,
    compared: &Compared<W>,
    Sized { rounds, timeout_ms, .. }: Sized,
    arm: Arm,
) -> Result<f64, Fault> {
    let (rig, workers) = (threads.rig, threads.workers);
    let point = |at: usize| {
        let point = compared.sweep.as_ref().and_then(|(_, points)| points.get(at));
        point.map_or(&compared.parallel, |(_, work)| work)
    };
    let logs = match arm {
        Arm::KernelAlone | Arm::KernelTogether => {
            let window_ms = kernel_window_ms(rig.clock_step_ms);
            return rig.kernel_ms(arm == Arm::KernelTogether, window_ms, timeout_ms).await;
        }
        Arm::Serial => {
            vec![threads.alone(&compared.serial, workers * rounds, timeout_ms).await?]
        }
        Arm::OneWorker => {
            threads.together(1, &compared.parallel, workers * rounds, timeout_ms).await?
        }
        Arm::Parallel => threads.together(workers, &compared.parallel, rounds, timeout_ms).await?,
        Arm::Point(at) => threads.together(workers, point(at), rounds, timeout_ms).await?,
    };
    let ms = elapsed_ms(&logs) / f64::from(rounds);
    match arm {
        Arm::Parallel => samples.logs.push(logs),
        Arm::Point(at) => samples.swept[at].push(ms),
        _ => {}
    }
    Ok(ms)
}

/// Warms up both programs and returns how long the serial one takes for one round.
async fn warm_up<W: Work>(
    run: &Run,
    threads: &mut LockThreads<'_>,
    compared: &Compared<W>,
) -> Result<f64, Fault> {
    run.say("Warming up", 0, 0, 60_000);
    let least_ms = WARM_UP_MS.max(100.0 * threads.rig.clock_step_ms);
    let mut rounds = 1;
    while rounds < 1 << 20 {
        let log = threads.alone(&compared.serial, rounds, SHORT_TIMEOUT_MS).await?;
        if log.end_ms - log.start_ms >= least_ms {
            break;
        }
        rounds *= 2;
    }
    let mut unit_ms = f64::INFINITY;
    let mut warm_up = WarmUp::default();
    loop {
        let log = threads.alone(&compared.serial, rounds, SHORT_TIMEOUT_MS).await?;
        let ms = log.end_ms - log.start_ms;
        unit_ms = unit_ms.min(ms / f64::from(rounds));
        if !warm_up.again(ms) {
            break;
        }
    }
    let mut warm_up = WarmUp::default();
    let workers = threads.workers;
    loop {
        let logs = threads.together(workers, &compared.parallel, rounds, SHORT_TIMEOUT_MS).await?;
        if !warm_up.again(elapsed_ms(&logs)) {
            return Ok(unit_ms);
        }
    }
}

/// Puts the threads that are shown into the report: answers, trace, and what the audit of
/// the lock found. Of the arguments of fib the last holds for all further threads.
pub fn describe(
    report: &mut Report,
    logs: &[ThreadLog],
    arguments: &[u32],
    threads: &LockThreads<'_>,
) {
    let argument = |at: usize| arguments.get(at).or(arguments.last()).copied();
    report.results = logs
        .iter()
        .enumerate()
        .map(|(worker, log)| Answer {
            n: argument(worker).unwrap_or_default(),
            value: log.values.last().copied().unwrap_or_default().to_string(),
            worker: worker as u32,
        })
        .collect();
    report.trace = lanes::events(logs, threads.locks != Locks::None);
    if logs.iter().any(|log| log.stretches.len() >= MOST_STRETCHES) {
        report.warnings.push(format!(
            "The timeline shows the first {MOST_STRETCHES} stretches of each thread."
        ));
    }
    let Audit { takes, wrong_answers, shared } = threads.audit;
    if threads.locks != Locks::None {
        report.series.push(Series {
            name: "lock taken".to_owned(),
            x: f64::from(threads.workers),
            unit: "times".to_owned(),
            samples: vec![takes as f64],
        });
    }
    if wrong_answers > 0 {
        let sentence = format!("{wrong_answers} answers are wrong or missing, over all samples.");
        report.warnings.push(sentence);
    }
    if shared {
        let sentence = "Two threads held the lock at once: a ticket was drawn twice.";
        report.warnings.push(sentence.to_owned());
    }
    if wrong_answers > 0 || shared {
        report.status = Status::Failed;
    }
}

/// What p equal cores would do if nobody had to hold anything.
fn ideal(n: u32, workers: u32) -> Ideal {
    let end = fib::calls(n);
    let slot = |worker| IdealSlot { worker, n, start: 0, end };
    Ideal {
        speedup: f64::from(workers),
        makespan_calls: end,
        schedule: (0..workers).map(slot).collect(),
    }
}
