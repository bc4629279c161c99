//! One run, from the order to the report: preflight, warm-up, blocks, figures.

use std::cell::Cell;
use std::rc::Rc;

use crate::analysis::lost_time::lost_time;
use crate::exhibits::pool_map::sizing::{Device, Fitted};
use crate::exhibits::pool_map::{self, JAVASCRIPT};
use crate::fib;
use crate::measure::clock::now_ms;
use crate::measure::sampling::Arm;
use crate::measure::stats::middle;
use crate::params::Value;
use crate::report::{Answer, Report, Series, Status};
use crate::runtime::blocks::{self, Comparison, one_sample};
use crate::runtime::capabilities::Backend;
use crate::runtime::loader::Engines;
use crate::runtime::message::{post, surroundings};
use crate::runtime::protocol::{News, Progress, RunOrder};
use crate::runtime::rig::Rig;
use crate::runtime::worker::Fault;
use crate::trace;
use crate::trace::sample::{Lane, Sample};

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
    let mut rig = Rig::gather(&order.engines, here, &order.spec, &mut warnings).await?;
    let mut fitted = fit(&rig, &order, here.cores, begun_ms);
    // A browser that has not yet found its best code seems too slow: look again.
    for _ in 0..FURTHER_LOOKS {
        if fitted.as_ref().is_ok_and(|fitted| fitted.scaled_from.is_none()) {
            break;
        }
        rig.warm_up_serial().await?;
        fitted = fit(&rig, &order, here.cores, begun_ms);
    }
    let fitted = fitted.map_err(Ended::Refused)?;
    if let Some(from) = fitted.scaled_from {
        let to = fitted.tasks.iter().max().copied().unwrap_or(0);
        warnings.push(format!("The list was scaled from {from} to {to} to fit this device."));
    }

    let empty_ms = rig.empty_ms(&fitted).await?;
    let compares = rig.rung != Backend::Serial;
    let seed = order.spec.whole("seed");
    let mut parallel: Vec<Sample> = Vec::new();
    let mut serial_lanes = Vec::new();
    let mut wrong = 0;
    let sample = async |arm| {
        let sample = match arm {
            Arm::Serial => rig.serial(&fitted).await?,
            Arm::OneWorker => rig.parallel(&fitted, false).await?,
            Arm::KernelAlone | Arm::KernelTogether => {
                let together = arm == Arm::KernelTogether;
                return rig.kernel_ms(together, fitted.kernel_ms, fitted.patience_ms).await;
            }
            _ => rig.parallel(&fitted, true).await?,
        };
        wrong += wrong_answers(&fitted.tasks, &sample.lanes);
        let ms = sample.ms;
        match arm {
            Arm::Serial => serial_lanes = sample.lanes,
            Arm::Parallel => parallel.push(sample),
            _ => {}
        }
        Ok(ms)
    };
    let Fitted { stopping, patience_ms, .. } = fitted;
    let blocks = blocks::take(rig.arms(), seed, stopping, patience_ms, &hidden, sample).await?;

    let javascript_ms = javascript(&order, workers, &fitted, &mut warnings).await?;

    let shown = median_sample(&parallel);
    let trace = shown.map(|at| trace::events(&parallel[at], &fitted.tasks)).unwrap_or_default();
    let results = answers(&fitted.tasks, shown.map_or(&serial_lanes, |at| &parallel[at].lanes));
    if wrong > 0 {
        warnings.push(format!("{wrong} answers are wrong or missing, over all samples."));
    }
    let lost_time = shown.and_then(|at| {
        let serial_ms = blocks.get(at)?.serial_ms?;
        Some(lost_time(&trace, workers, serial_ms, parallel[at].last_ms, empty_ms?))
    });
    let ideal = compares.then(|| pool_map::ideal(&fitted.tasks, &fitted.plan, workers));
    // Two readings for each task, and one more for each worker.
    let readings = (2 * fitted.tasks.len()) as f64 + f64::from(workers);
    let (order, rig) = (&order, &rig);
    let mut report =
        Comparison { order, started_at, here, rig, blocks, stopping, ideal, readings }.report();
    warnings.append(&mut report.warnings);
    if let Some(spec) = &mut report.spec {
        spec.values.insert("tasks".to_owned(), Value::List(fitted.tasks.clone()));
    }
    let empty_ms = empty_ms.map(|ms| one_sample("empty tasks", f64::from(workers), ms));
    report.series.extend(empty_ms);
    if !javascript_ms.is_empty() {
        report.series.push(Series {
            name: JAVASCRIPT.to_owned(),
            x: f64::from(workers),
            unit: "ms".to_owned(),
            samples: javascript_ms,
        });
    }
    Ok(Report {
        status: if wrong > 0 { Status::Failed } else { Status::Complete },
        results,
        repeats: fitted.repeats,
        scaled_from: fitted.scaled_from,
        lost_time,
        trace,
        warnings,
        ..report
    })
}

/// The same pool in plain JavaScript: how long each sample took, per job. A browser that
/// cannot run it is no reason to lose the rest.
async fn javascript(
    order: &RunOrder,
    workers: u32,
    fitted: &Fitted,
    warnings: &mut Vec<String>,
) -> Result<Vec<f64>, Fault> {
    let mut samples = Vec::new();
    if fitted.javascript == 0 {
        return Ok(samples);
    }
    say("Measuring JavaScript", 0, 0, fitted.patience_ms.saturating_mul(fitted.javascript + 2));
    let team = match Engines::new(&order.engines).javascript(workers).await {
        Ok(team) => team,
        Err(fault) => {
            warnings.push(format!("Plain JavaScript was not measured. {}.", fault.phrase()));
            return Ok(samples);
        }
    };
    // A short list warms it up.
    let warm_up = vec![28; 2 * workers as usize];
    team.map(&warm_up, &pool_map::in_order(&warm_up), 1, fitted.patience_ms).await?;
    for _ in 0..fitted.javascript {
        let sample = team.map(&fitted.tasks, &fitted.plan, fitted.repeats, fitted.patience_ms);
        let sample = sample.await?;
        if wrong_answers(&fitted.tasks, &sample.lanes) > 0 {
            warnings.push("Plain JavaScript gave wrong answers.".to_owned());
        }
        samples.push(sample.ms);
    }
    Ok(samples)
}

/// The job, fitted to what the rig is able to do by now.
fn fit(rig: &Rig, order: &RunOrder, cores: u32, begun_ms: f64) -> Result<Fitted, String> {
    let device = Device {
        call_ms: rig.call_ms,
        clock_step_ms: rig.clock_step_ms,
        cores,
        arms: rig.arms().len() as u32,
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
    middle(&samples.iter().map(|sample| sample.ms).collect::<Vec<_>>())
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
