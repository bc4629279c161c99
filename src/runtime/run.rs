//! One run, from the order to the report: preflight, warm-up, blocks, figures.

use std::cell::Cell;
use std::rc::Rc;

use super::crew::Crew;
use super::fit::{Device, Fitted};
use super::ladder::Rung;
use super::message::{environment, post, surroundings};
use super::worker::Fault;
use crate::exhibits::pool_map;
use crate::fib;
use crate::measure::clock::now_ms;
use crate::measure::plan::{Arm, Orders};
use crate::measure::summary::{Summary, drift_sentence, ratios};
use crate::protocol::{Lane, News, Progress, RunOrder, Sample};
use crate::report::{Answer, Block, Environment, Report, SCHEMA, Series, Status};
use crate::spec::Value;
use crate::theory::laws;
use crate::trace;
use crate::trace::lost_time::lost_time;

/// How both engines were built: the build says so, and builds both with one profile.
pub const PROFILE: &str = match option_env!("FIB_LAB_PROFILE") {
    Some(profile) => profile,
    None => "unknown",
};

/// How often a device that seems too slow for a run is measured again.
const FURTHER_LOOKS: u32 = 5;

/// Why a run ended without a report.
pub enum Ended {
    /// It was not started: the sentence says what would be allowed.
    Refused(String),
    /// Something broke.
    Broke(Fault),
}

impl From<Fault> for Ended {
    fn from(fault: Fault) -> Ended {
        Ended::Broke(fault)
    }
}

impl Ended {
    /// The message for the page.
    pub fn news(self) -> News {
        match self {
            Ended::Refused(sentence) => News::Refused { sentence },
            Ended::Broke(fault) => News::Failed {
                sentence: format!(
                    "{}. Its engines were taken down; press Run to start fresh ones.",
                    fault.phrase()
                ),
            },
        }
    }
}

/// Runs the order and says what came of it.
pub async fn complete(order: RunOrder, hidden: Rc<Cell<bool>>) -> Result<Report, Ended> {
    let begun_ms = now_ms();
    let started_at = String::from(js_sys::Date::new_0().to_iso_string());
    let here = surroundings();
    let mut warnings = Vec::new();
    let workers = order.spec.whole("workers").max(1);

    say("Starting the workers", 0, 0, 30_000);
    let mut crew = Crew::gather(&order.engines, here, &order.spec, &mut warnings).await?;
    let mut fitted = fit(&crew, &order, here.cores, begun_ms);
    // A browser that has not yet found its best code seems too slow: look again.
    for _ in 0..FURTHER_LOOKS {
        if fitted.as_ref().is_ok_and(|fitted| fitted.scaled_from.is_none()) {
            break;
        }
        crew.warm_up_serial().await?;
        fitted = fit(&crew, &order, here.cores, begun_ms);
    }
    let fitted = fitted.map_err(Ended::Refused)?;
    if let Some(from) = fitted.scaled_from {
        let to = fitted.tasks.iter().max().copied().unwrap_or(0);
        warnings.push(format!("The list was scaled from {from} to {to} to fit this device."));
    }

    let empty_ms = crew.empty_ms(&fitted).await?;
    let compares = crew.rung != Rung::Serial;
    let seed = order.spec.whole("seed");
    let mut orders = Orders::new(crew.arms(), seed);
    let mut blocks: Vec<Block> = Vec::new();
    let mut parallel: Vec<Sample> = Vec::new();
    let mut serial_lanes = Vec::new();
    let mut wrong = 0;
    loop {
        let most = fitted.stopping.most as u32;
        say("Measuring", blocks.len() as u32, most, fitted.patience_ms.saturating_mul(6));
        let mut block = Block { tainted: hidden.get(), ..Block::default() };
        for arm in orders.next().unwrap_or_default() {
            let sample = crew.sample(arm, &fitted).await?;
            block.order.push(arm.name().to_owned());
            if matches!(arm, Arm::Serial | Arm::OneWorker | Arm::Parallel) {
                wrong += wrong_answers(&fitted.tasks, &sample.lanes);
            }
            let ms = Some(sample.ms);
            match arm {
                Arm::Serial => {
                    block.serial_ms = ms;
                    serial_lanes = sample.lanes;
                }
                Arm::OneWorker => block.one_worker_ms = ms,
                Arm::KernelAlone => block.kernel_alone_ms = ms,
                Arm::KernelTogether => block.kernel_together_ms = ms,
                Arm::Parallel => {
                    block.parallel_ms = ms;
                    parallel.push(sample);
                }
            }
        }
        block.tainted |= hidden.get();
        post(&News::Block { block: block.clone() });
        blocks.push(block);
        let speedups = ratios(&blocks, |b| b.serial_ms, |b| b.parallel_ms);
        let all = blocks.len() >= fitted.stopping.most;
        if all || (compares && fitted.stopping.enough(&speedups)) {
            break;
        }
    }

    let summary = Summary::new(&blocks, fitted.stopping, workers);
    let ideal = compares.then(|| pool_map::ideal(&fitted.tasks, &fitted.plan, workers));
    let shown = median_sample(&parallel);
    let trace = shown.map(|at| trace::events(&parallel[at], &fitted.tasks)).unwrap_or_default();
    let results = answers(&fitted.tasks, shown.map_or(&serial_lanes, |at| &parallel[at].lanes));
    if wrong > 0 {
        warnings.push(format!("{wrong} answers are wrong or missing, over all samples."));
    }
    warnings.extend(drift_sentence(summary.drift));
    let tainted = blocks.iter().filter(|block| block.tainted).count();
    if tainted > 0 {
        warnings.push(format!("{tainted} blocks ran while the page was hidden."));
    }

    // Two readings for each task, and one more for each worker.
    let readings = (2 * fitted.tasks.len()) as f64 + f64::from(workers);
    let tracing_ms = compares.then_some(readings * crew.clock_read_ms);
    let speedup = summary.speedup.as_ref().map(|ratio| ratio.median);
    let capacity_efficiency = match (speedup, &ideal, summary.core_equivalents) {
        (Some(speedup), Some(ideal), Some(kappa)) => {
            Some(laws::capacity_efficiency(speedup, ideal.speedup, kappa))
        }
        _ => None,
    };
    let mut spec = order.spec;
    spec.values.insert("runtime".to_owned(), Value::Name(crew.rung.name().to_owned()));
    spec.values.insert("tasks".to_owned(), Value::List(fitted.tasks.clone()));
    Ok(Report {
        schema: SCHEMA,
        status: if wrong > 0 { Status::Failed } else { Status::Complete },
        started_at,
        exhibit: spec.exhibit.clone(),
        spec: Some(spec),
        environment: Environment {
            clock_alignment_us: crew.alignment_error_ms().map(|ms| (ms * 1e4).round() / 10.0),
            ..environment(here, crew.clock_step_ms, tainted == 0, PROFILE)
        },
        results,
        seed,
        repeats: fitted.repeats,
        scaled_from: fitted.scaled_from,
        lost_time: shown.and_then(|at| {
            let serial_ms = blocks.get(at)?.serial_ms?;
            Some(lost_time(&trace, workers, serial_ms, parallel[at].last_ms, empty_ms?))
        }),
        verdict: summary.speedup.as_ref().map(|ratio| ratio.verdict()),
        efficiency: speedup.map(|speedup| laws::efficiency(speedup, f64::from(workers))),
        speedup: summary.speedup,
        relative_speedup: summary.relative_speedup,
        work_overhead: summary.work_overhead,
        core_equivalents: summary.core_equivalents,
        capacity_efficiency,
        drift: summary.drift,
        ideal,
        trace,
        blocks,
        series: [
            ("start-up", crew.start_up_ms),
            ("empty tasks", empty_ms),
            ("tracing", tracing_ms),
        ]
        .into_iter()
        .filter_map(|(name, ms)| {
            Some(Series {
                name: name.to_owned(),
                x: f64::from(workers),
                unit: "ms".to_owned(),
                samples: vec![ms?],
            })
        })
        .collect(),
        prediction: order.prediction,
        warnings,
        ..Report::default()
    })
}

/// The job, fitted to what the crew is able to do by now.
fn fit(crew: &Crew, order: &RunOrder, cores: u32, begun_ms: f64) -> Result<Fitted, String> {
    let device = Device {
        call_ms: crew.call_ms,
        clock_step_ms: crew.clock_step_ms,
        cores,
        arms: crew.arms().len() as u32,
        spent_ms: now_ms() - begun_ms,
    };
    Fitted::new(&order.spec, order.default_tasks, device)
}

/// Tells the page where the run stands.
pub fn say(phase: &str, done: u32, of: u32, patience_ms: u32) {
    post(&News::Progress(Progress { phase: phase.to_owned(), done, of, patience_ms }));
}

/// The index of the sample whose time is the median: the one that is shown.
fn median_sample(samples: &[Sample]) -> Option<usize> {
    let mut order: Vec<usize> = (0..samples.len()).collect();
    order.sort_by(|&a, &b| samples[a].ms.total_cmp(&samples[b].ms));
    order.get(order.len() / 2).copied()
}

/// How many tasks have no right answer, or more than one answer.
fn wrong_answers(tasks: &[u32], lanes: &[Lane]) -> usize {
    let answers = answers(tasks, lanes);
    let right = |(n, answer): (&u32, &Answer)| {
        answer.n == *n && answer.value == fib::iterative(*n).to_string()
    };
    let matching = tasks.iter().zip(&answers).filter(|pair| right(*pair)).count();
    tasks.len().max(answers.len()) - matching
}

/// The answers of these lanes, in the order of the tasks.
fn answers(tasks: &[u32], lanes: &[Lane]) -> Vec<Answer> {
    let mut answers: Vec<(u32, Answer)> = lanes
        .iter()
        .enumerate()
        .flat_map(|(worker, lane)| lane.marks.iter().map(move |mark| (worker as u32, mark)))
        .filter_map(|(worker, mark)| {
            let n = *tasks.get(mark.task as usize)?;
            Some((mark.task, Answer { n, value: mark.value.to_string(), worker }))
        })
        .collect();
    answers.sort_by_key(|(task, _)| *task);
    answers.into_iter().map(|(_, answer)| answer).collect()
}
