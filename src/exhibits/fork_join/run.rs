//! How a task that splits itself is measured: the serial program, the same split on one worker and
//! on all of them, and always the program without any cut-off on one worker, as arms of the same
//! blocks. With a cut-off, further ones beside it are points of them too.

use std::rc::Rc;

use super::asked::asked;
use super::beside::{self, Pools};
use super::grow::{grow, tree_events};
use super::measured::{CUT_OFF, NO_CUT_OFF};
use super::sizing::{RAYON_MS, Sized, cutoffs, rayon_n};
use super::theory;
use super::tree::asked_tree;
use super::wake::wake;
use crate::exhibits::splitting::asked::Asked;
use crate::exhibits::splitting::grain::{Grain, splits_all};
use crate::exhibits::splitting::job::Timed;
use crate::exhibits::splitting::lanes::events;
use crate::exhibits::splitting::team::{Split, Splitting};
use crate::measure::block::{Arm, Block, Role};
use crate::measure::point::{Point, Quantity, points};
use crate::measure::sampling::cost_ms;
use crate::measure::stats::{estimate, middle};
use crate::measure::summary::{column, ratios};
use crate::measure::unit::Unit;
use crate::params::Value;
use crate::report::{Check, Constant, Fit, Ideal, Law, Report, Series, SeriesName, Want, What};
use crate::runtime::blocks::{self, Comparison};
use crate::runtime::budget::{Refusal, START_TIMEOUT_MS, kernel_window_ms};
use crate::runtime::engine::Fault;
use crate::runtime::progress::Listener;
use crate::runtime::rig::{Needs, Rig};
use crate::runtime::run::{Ended, Run};
use crate::trace::{Divisible, Kind};

/// Runs the program that splits itself, and says what came of it.
pub async fn run(run: Rc<Run>) -> Result<Report, Ended> {
    let (asked, clamped) = asked(run.spec(), run.seed());
    if let Some(sentence) = clamped {
        run.warn(sentence);
    }
    let grain = Grain::of(run.spec());
    let both = run.spec().name("scheduler") == "both";
    if both && asked.of != Divisible::Fib {
        return Err(Ended::Refused(Refusal::Contradiction(
            "Rayon's join is set beside the lab's for the work fib alone; choose that, or the lab's \
             scheduler.",
        )));
    }
    let rig = run.rig(Needs::EventLoops, run.workers()).await?;
    Sized::refuse(asked, rig.call_ms)?;
    run.say("Warming up", 0, 0, START_TIMEOUT_MS);
    let workers = Splitting::new(&rig, asked, START_TIMEOUT_MS).await?;
    let rayon = match both {
        true => Some(Pools::start(&run, rayon_n(asked.size, grain, rig.call_ms), grain).await?),
        false => None,
    };
    let serial_ms = warm_up(&workers, &run, grain, rig.clock_step_ms).await?;
    let mut arms = arms(asked, grain);
    let further_ms = if rayon.is_some() { RAYON_MS } else { 0.0 };
    let sized = Sized::new(&run, &rig, serial_ms, arms.len(), further_ms);
    let mut repeats = [1; 3];
    if let Some(rayon) = &rayon {
        arms.extend(beside::arms(rayon.n));
        for (which, repeats) in repeats.iter_mut().enumerate() {
            let sample = async |times| {
                beside_sample(&workers, rayon, which, times, START_TIMEOUT_MS).await.map(|it| it.ms)
            };
            let job_ms = cost_ms(rig.clock_step_ms, sample).await?;
            *repeats = beside::repeats(job_ms, rig.clock_step_ms);
        }
    }

    let mut samples = Samples::default();
    let sample = async |arm: &Arm| match (&rayon, beside::ARMS.iter().position(|id| *id == arm.id))
    {
        (Some(rayon), Some(which)) => {
            let timed =
                beside_sample(&workers, rayon, which, repeats[which], sized.timeout_ms).await?;
            run.wrong().count(timed.wrong as usize);
            Ok(timed.ms)
        }
        _ => take(&run, &rig, &workers, sized, (arm, grain), &mut samples).await,
    };
    let blocks = blocks::take(&run, &arms, sized.stopping, sized.timeout_ms, sample).await?;
    let grown = match asked_tree(run.spec()) {
        Some(n) => Some((n, grow(&workers, run.workers(), n, sized.timeout_ms).await?)),
        None => None,
    };
    let woken = wake(&workers, run.workers(), sized.timeout_ms).await?;
    let mut report =
        describe(&run, &rig, (asked, grain), (arms, blocks), &sized, &workers, samples);
    if !woken.is_empty() {
        let p = f64::from(run.workers());
        report.series.push(Series::ms(SeriesName::WakeUp, p, woken));
    }
    if let Some((n, (answer, visits))) = grown {
        report.trace = tree_events(&visits);
        report.checks.push(Check::fib(n, answer, 0));
    }
    Ok(run.close(report))
}

/// One sample of what is set beside the lab's own arms, by its place among them.
async fn beside_sample(
    workers: &Splitting<'_>,
    rayon: &Pools,
    which: usize,
    repeats: u32,
    timeout_ms: u32,
) -> Result<Timed, Fault> {
    match which {
        0 => workers.small(rayon.n, repeats, timeout_ms).await,
        _ => rayon.sample(which == 2, repeats, timeout_ms).await,
    }
}

/// What is compared.
fn arms(asked: Asked, grain: Grain) -> Vec<Arm> {
    use Role::*;
    let mut arms =
        [Serial, OneWorker, Parallel, KernelAlone, KernelTogether].map(Arm::only).to_vec();
    if grain != Grain::None {
        arms.push(Arm { id: NO_CUT_OFF.to_owned(), ..Arm::only(OneWorker) });
    }
    if let Grain::CutOff(own) = grain {
        let point = |cutoff: u32| Arm::point(CUT_OFF, f64::from(cutoff), Unit::N);
        arms.extend(cutoffs(asked, own).into_iter().map(point));
    }
    arms
}

/// Warms up what is compared, and returns how long the serial program takes, at its best so far.
async fn warm_up(
    workers: &Splitting<'_>,
    run: &Run,
    grain: Grain,
    clock_step_ms: f64,
) -> Result<f64, Fault> {
    use crate::measure::sampling::WarmUp;
    let least_ms = WarmUp::least_job_ms(clock_step_ms);
    let (mut repeats, mut best_ms, mut warm_up) = (1, f64::INFINITY, WarmUp::default());
    loop {
        let Timed { ms, .. } = workers.alone(repeats, START_TIMEOUT_MS).await?;
        if ms * f64::from(repeats) < least_ms && repeats < 1 << 20 {
            repeats *= 2;
            continue;
        }
        best_ms = best_ms.min(ms);
        if !warm_up.again(best_ms * f64::from(repeats)) {
            break;
        }
    }
    let grains = if grain == Grain::None { vec![grain] } else { vec![Grain::None, grain] };
    for grain in grains {
        let mut warm_up = WarmUp::default();
        loop {
            let split = workers.together(1, grain, repeats, START_TIMEOUT_MS).await?;
            if !warm_up.again(split.timed.ms * f64::from(repeats)) {
                break;
            }
        }
    }
    // The code is the same; all that is left is to meet once.
    workers.together(run.workers(), grain, repeats, START_TIMEOUT_MS).await?;
    Ok(best_ms.max(clock_step_ms / f64::from(repeats)))
}

/// What was sampled, besides the times.
#[derive(Default)]
struct Samples {
    parallel: Vec<Split>,
    overflows: u64,
}

/// One sample of an arm.
async fn take(
    run: &Run,
    rig: &Rig,
    workers: &Splitting<'_>,
    sized: Sized,
    (arm, grain): (&Arm, Grain),
    samples: &mut Samples,
) -> Result<f64, Fault> {
    let Sized { repeats, timeout_ms, .. } = sized;
    let (count, grain) = match arm.role {
        Role::KernelAlone | Role::KernelTogether => {
            let window_ms = kernel_window_ms(rig.clock_step_ms);
            let together = arm.role == Role::KernelTogether;
            return rig.kernel_ms(together, window_ms, timeout_ms).await;
        }
        Role::Serial => {
            let timed = workers.alone(repeats, timeout_ms).await?;
            run.wrong().count(timed.wrong as usize);
            return Ok(timed.ms);
        }
        Role::OneWorker if arm.id == NO_CUT_OFF => (1, Grain::None),
        Role::OneWorker => (1, grain),
        Role::Point => (run.workers(), Grain::CutOff(arm.x.unwrap_or(2.0) as u32)),
        Role::Parallel => (run.workers(), grain),
    };
    let split = workers.together(count, grain, repeats, timeout_ms).await?;
    run.wrong().count(split.timed.wrong as usize);
    samples.overflows += split.sum(|told| u64::from(told.overflows));
    let ms = split.timed.ms;
    if arm.role == Role::Parallel {
        samples.parallel.push(split);
    }
    Ok(ms)
}

/// The report of the comparison.
fn describe(
    run: &Run,
    rig: &Rig,
    (asked, grain): (Asked, Grain),
    (arms, blocks): (Vec<Arm>, Vec<Block>),
    sized: &Sized,
    workers: &Splitting<'_>,
    samples: Samples,
) -> Report {
    let Sized { stopping, repeats, .. } = *sized;
    let least = stopping.least_coverage(blocks.len());
    let mut derived = points(&arms, &blocks, Quantity::Time, least);
    let uncut = if grain == Grain::None { Role::OneWorker.id() } else { NO_CUT_OFF };
    let overhead = estimate(&ratios(&blocks, uncut, Role::Serial.id()), least);
    let arm = arms.iter().find(|arm| arm.id == uncut);
    derived.extend(
        overhead.zip(arm).map(|(overhead, arm)| Point::new(Quantity::WorkOverhead, arm, overhead)),
    );
    derived.extend(beside::points(&arms, &blocks, least));
    let fits = join_ms(&blocks, uncut, workers.joins, least).into_iter().collect();
    let times: Vec<f64> = samples.parallel.iter().map(|split| split.timed.ms).collect();
    let shown = middle(&times).and_then(|at| samples.parallel.get(at));
    let p = f64::from(run.workers());
    let per_job = |of: &dyn Fn(&Split) -> u64, name| Series {
        name,
        x: p,
        unit: Unit::Times,
        samples: samples.parallel.iter().map(|it| of(it) as f64 / f64::from(repeats)).collect(),
    };
    let mut series = vec![per_job(&|it| it.sum(|told| u64::from(told.steals)), SeriesName::Steals)];
    if grain == Grain::Automatic {
        series.push(per_job(&|it| it.sum(|told| told.forks), SeriesName::Joins));
    }
    let best = theory::best(asked.of, asked.size, p);
    let calls = if asked.of == Divisible::Fib { crate::fib::calls(asked.size) as f64 } else { 0.0 };
    let ideal =
        Ideal { speedup: best, makespan_calls: (calls / best) as u64, schedule: Vec::new() };
    let trace = shown.map(|split| events(split, asked.of, asked.size)).unwrap_or_default();
    // Of the one job that is shown, as the time is that of one.
    let readings = trace.iter().filter(|event| event.kind == Kind::Work).count();
    let mut report = Comparison {
        run,
        rig,
        arms,
        blocks,
        stopping,
        ideal: Some(ideal),
        readings: 2.0 * readings as f64,
    }
    .report();
    if let Some(spec) = &mut report.spec {
        spec.values.insert("size".to_owned(), Value::Whole(size_parameter(asked)));
    }
    report.series.extend(series);
    report.warnings.extend(warnings(&samples, rig, grain));
    Report {
        points: derived,
        fits,
        repeats,
        checks: shown.map(|split| check(asked, split.timed.got)).into_iter().collect(),
        trace,
        ..report
    }
}

/// What the size parameter has to be for this job.
fn size_parameter(asked: Asked) -> u32 {
    if asked.of == Divisible::Fib { 0 } else { asked.size }
}

/// What a join costs, in milliseconds: how much longer the program without a cut-off takes on
/// one worker than the serial one, for each of its joins.
fn join_ms(blocks: &[Block], uncut: &str, joins: u64, least: f64) -> Option<Fit> {
    let (serial, split) = (column(blocks, Role::Serial.id()), column(blocks, uncut));
    let each = |(serial, split): (&f64, &f64)| (split - serial) / joins.max(1) as f64;
    let cost: Vec<f64> = serial.iter().zip(&split).map(each).collect();
    let cost = estimate(&cost, least).filter(|_| joins > 0)?;
    Some(Fit::new(Law::ForkJoin, Constant::Join, cost))
}

fn check(asked: Asked, got: u64) -> Check {
    let what = match asked.of {
        Divisible::Queens => What::Queens(asked.size),
        Divisible::Sort => What::Sorted(asked.size),
        _ => return Check::fib(asked.size, got, 0),
    };
    Check::new(what, got.to_string(), Some(Want::Value(asked.want().to_string())), 0)
}

fn warnings(samples: &Samples, rig: &Rig, grain: Grain) -> Vec<String> {
    let mut warnings = Vec::new();
    if samples.overflows > 0 {
        warnings.push(format!(
            "{} joins found no room for their frame, and ran both halves in place.",
            samples.overflows
        ));
    }
    if grain == Grain::Automatic {
        warnings.extend(splits_all(rig.clock_step_ms));
    }
    if samples.parallel.iter().any(|split| split.told.iter().any(|told| told.left_out > 0)) {
        warnings.push("The timeline shows the last pieces of each worker only.".to_owned());
    }
    warnings
}
