//! Threads that hold a lock against the serial program, in blocks; what is swept beside
//! them stands in the same blocks.
//!
//! The threads are workers of the threaded engine that share one memory, each with an
//! event loop of its own, because what they wait for outside, a request or a database,
//! answers through one. The serial program runs on one of them, without any lock: an
//! interpreter's speed hangs on how its loop happens to be compiled, and the plain engine's
//! was 11 % slower (Chromium 156), which would have looked like a speed-up of the lock.

use super::audit::{Audit, LockThreads, TWO_HOLDERS, elapsed_ms};
use super::messages::{Locks, SWITCH_INTERVAL_MS};
use super::sizing::{Device, Sized};
use super::work::Work;
use crate::fib;
use crate::interpreter::lanes;
use crate::interpreter::log::ThreadLog;
use crate::interpreter::thread::MOST_STRETCHES;
use crate::measure::block::{Arm, Role};
use crate::measure::point::{Point, Quantity, points};
use crate::measure::sampling::WarmUp;
use crate::measure::stats::{estimate, middle};
use crate::measure::unit::Unit;
use crate::report::{Check, Ideal, IdealSlot, Report, Series, SeriesName, Status};
use crate::runtime::blocks::{self, Comparison};
use crate::runtime::budget::{SHORT_TIMEOUT_MS, START_TIMEOUT_MS, kernel_window_ms};
use crate::runtime::engine::Fault;
use crate::runtime::progress::Listener;
use crate::runtime::rig::Rig;
use crate::runtime::run::{Ended, Run};
use crate::trace::{Event, Kind};

/// What is compared.
pub struct Compared<W> {
    /// What one thread does, without a lock, for all.
    pub serial: W,
    /// What each thread does.
    pub parallel: W,
    /// What each thread does at the points of what is swept beside it.
    pub points: Vec<(Arm, W)>,
}

/// The threads of a run, up and warm.
pub fn threads<'a>(run: &Run, rig: &'a Rig, locks: Locks) -> Result<LockThreads<'a>, Fault> {
    Ok(LockThreads {
        rig,
        team: rig.team()?,
        workers: run.workers(),
        locks,
        interval_ms: run.spec().real("interval_ms").unwrap_or(SWITCH_INTERVAL_MS),
        small_file: run.small_file(),
        audit: Audit::new(run.wrong().clone()),
    })
}

/// What is compared in every run, whatever is swept.
const COMPARED: [Role; 5] =
    [Role::Serial, Role::OneWorker, Role::Parallel, Role::KernelAlone, Role::KernelTogether];

/// Compares the threads with the serial program.
pub async fn compare<W: Work>(
    run: &Run,
    threads: &mut LockThreads<'_>,
    compared: Compared<W>,
) -> Result<Report, Ended> {
    let (rig, workers) = (threads.rig, threads.workers);
    let (unit_ms, rounds) = warm_up_serial(run, threads, &compared.serial).await?;
    let (locks, interval_ms) = (threads.locks, threads.interval_ms);
    let size = || {
        let device = Device {
            workers,
            cores: run.cores(),
            locks,
            interval_ms,
            unit_ms,
            clock_step_ms: rig.clock_step_ms,
            seconds: run.seconds(),
            spent_ms: run.spent_ms(),
        };
        Sized::new(device, &compared.parallel, &compared.points, run.spec().whole("n"))
    };
    // What is too much is refused before all threads have done it.
    let first = size()?;
    warm_up_together(threads, &compared.parallel, rounds, first.timeout_ms).await?;
    let sized = size()?;

    let mut arms = COMPARED.map(Arm::only).to_vec();
    arms.extend(compared.points.iter().map(|(arm, _)| arm.clone()));
    // The logs of each parallel sample.
    let mut samples: Vec<Vec<ThreadLog>> = Vec::new();
    let sample = async |arm: &Arm| {
        let logs = match arm.role {
            Role::KernelAlone | Role::KernelTogether => {
                let window_ms = kernel_window_ms(rig.clock_step_ms);
                let together = arm.role == Role::KernelTogether;
                return rig.kernel_ms(together, window_ms, sized.timeout_ms).await;
            }
            _ => sample(threads, &compared, sized, arm).await?,
        };
        let ms = elapsed_ms(&logs) / f64::from(sized.rounds);
        if arm.role == Role::Parallel {
            samples.push(logs);
        }
        Ok(ms)
    };
    let blocks = blocks::take(run, &arms, sized.stopping, sized.timeout_ms, sample).await?;

    let times: Vec<f64> = samples.iter().map(|logs| elapsed_ms(logs)).collect();
    let shown = middle(&times).and_then(|at| samples.get(at));
    let shown = shown.map(Vec::as_slice).unwrap_or_default();
    let stretches = shown.iter().map(|log| log.stretches.len()).sum::<usize>();
    let computes = compared.parallel.source().is_none();
    let ideal = computes.then(|| ideal(compared.parallel.argument(), workers));
    let (stopping, readings) = (sized.stopping, 2.0 * stretches as f64);
    let least = stopping.least_coverage(blocks.len());
    let mut derived = points(&arms, &blocks, Quantity::SpeedUp, least);
    derived.extend(waits(&samples, least));
    let mut report = Comparison { run, rig, arms, blocks, stopping, ideal, readings }.report();
    report.points = derived;
    report.repeats = sized.rounds;
    describe(&mut report, shown, &[compared.parallel.argument()], threads);
    Ok(report)
}

/// Which shares of the threads' time went into waiting for the lock and outside of it, block by
/// block.
fn waits(samples: &[Vec<ThreadLog>], least: f64) -> Vec<Point> {
    let waits = [(Quantity::LockWait, Kind::Lock), (Quantity::OutsideWait, Kind::Wait)];
    let shares: Vec<[f64; 2]> = samples
        .iter()
        .map(|logs| {
            let events = lanes::events(logs, true);
            let ms = |of: &dyn Fn(&Event) -> bool| -> f64 {
                events.iter().filter(|event| of(event)).map(Event::length_ms).sum()
            };
            let all_ms = ms(&|_| true).max(1e-9);
            waits.map(|(_, kind)| ms(&|event| event.kind == kind) / all_ms)
        })
        .collect();
    let point = |(at, (quantity, _)): (usize, (Quantity, Kind))| {
        let own: Vec<f64> = shares.iter().map(|shares| shares[at]).collect();
        Some(Point::new(quantity, &Arm::only(Role::Parallel), estimate(&own, least)?))
    };
    waits.into_iter().enumerate().filter_map(point).collect()
}

/// One sample of an arm that is no kernel.
async fn sample<W: Work>(
    threads: &mut LockThreads<'_>,
    compared: &Compared<W>,
    Sized { rounds, timeout_ms, .. }: Sized,
    arm: &Arm,
) -> Result<Vec<ThreadLog>, Fault> {
    let workers = threads.workers;
    let point = compared.points.iter().find(|(point, _)| point.id == arm.id);
    let parallel = point.map_or(&compared.parallel, |(_, work)| work);
    match arm.role {
        Role::Serial => {
            let log = threads.alone(&compared.serial, workers * rounds, timeout_ms).await?;
            Ok(vec![log])
        }
        Role::OneWorker => threads.together(1, parallel, workers * rounds, timeout_ms).await,
        _ => threads.together(workers, parallel, rounds, timeout_ms).await,
    }
}

/// Warms up the serial program; returns how long one round of it takes, and how many of them a
/// warm-up wants.
async fn warm_up_serial<W: Work>(
    run: &Run,
    threads: &mut LockThreads<'_>,
    serial: &W,
) -> Result<(f64, u32), Fault> {
    run.say("Warming up", 0, 0, START_TIMEOUT_MS);
    let least_ms = WarmUp::least_job_ms(threads.rig.clock_step_ms);
    let mut rounds = 1;
    while rounds < 1 << 20 {
        let log = threads.alone(serial, rounds, SHORT_TIMEOUT_MS).await?;
        if log.end_ms - log.start_ms >= least_ms {
            break;
        }
        rounds *= 2;
    }
    let mut unit_ms = f64::INFINITY;
    let mut warm_up = WarmUp::default();
    loop {
        let log = threads.alone(serial, rounds, SHORT_TIMEOUT_MS).await?;
        let ms = log.end_ms - log.start_ms;
        unit_ms = unit_ms.min(ms / f64::from(rounds));
        if !warm_up.again(ms) {
            return Ok((unit_ms, rounds));
        }
    }
}

/// Warms up all threads together, each with its part of so many rounds.
async fn warm_up_together<W: Work>(
    threads: &mut LockThreads<'_>,
    parallel: &W,
    rounds: u32,
    timeout_ms: u32,
) -> Result<(), Fault> {
    let workers = threads.workers;
    let each = rounds.div_ceil(workers).max(1);
    let mut warm_up = WarmUp::default();
    loop {
        let logs = threads.together(workers, parallel, each, timeout_ms).await?;
        if !warm_up.again(elapsed_ms(&logs)) {
            return Ok(());
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
    let check = |(worker, log): (usize, &ThreadLog)| {
        let value = log.values.last().copied().unwrap_or_default();
        Check::fib(argument(worker).unwrap_or_default(), value, worker as u32)
    };
    report.checks = logs.iter().enumerate().map(check).collect();
    report.trace = lanes::events(logs, threads.locks != Locks::None);
    if logs.iter().any(|log| log.stretches.len() >= MOST_STRETCHES) {
        report.warnings.push(format!(
            "The timeline shows the first {MOST_STRETCHES} stretches of each thread."
        ));
    }
    let Audit { takes, shared, .. } = threads.audit;
    if threads.locks != Locks::None {
        report.series.push(Series {
            name: SeriesName::LockTaken,
            x: f64::from(threads.workers),
            unit: Unit::Times,
            samples: vec![takes as f64],
        });
    }
    if shared {
        report.warnings.push(TWO_HOLDERS.to_owned());
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
