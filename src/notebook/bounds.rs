//! What a report from a file may say: each parameter what its own check takes, and nothing
//! longer or larger than a run makes it.

use thiserror::Error;

use super::quiz;
use crate::analysis::cpython_pool::{PYTHON, checked_spec};
use crate::exhibits::{self, Card};
use crate::measure::block::Estimate;
use crate::params::{COMMON, MAX_TASKS, MAX_WORKERS, RunSpec, Value};
use crate::report::limits::{
    MOST_ARMS, MOST_BLOCKS, MOST_CHECKS, MOST_EVENTS, MOST_ID, MOST_LINES, MOST_OTHERS,
    MOST_ROUNDS, MOST_SAMPLES, MOST_SERIES, MOST_TEXT, MOST_TEXTS,
};
use crate::report::{Outcome, RankWait, Report, Want, What};
use crate::trace::Detail;

/// The largest argument of fib whose answer has a place in 64 bits.
const MOST_N: u32 = 92;
/// No number of a report is this large: as milliseconds, it is thirty years.
const MOST_NUMBER: f64 = 1e12;

/// What is wrong with a report.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Flaw {
    /// Another exhibit, or none.
    #[error("it names no exhibit of this page")]
    Exhibit,
    /// No parameters, or those of another exhibit.
    #[error("it does not say what was run")]
    Spec,
    /// A parameter that no run can have.
    #[error("{0}")]
    Parameter(String),
    /// A list that is too long.
    #[error("it is longer than any run")]
    Length,
    /// Arms that its blocks do not know, or with names that no exhibit gives.
    #[error("its blocks and its arms do not belong together")]
    Arms,
    /// Answers of another kind.
    #[error("its answers are out of range")]
    Answers,
    /// Events of workers that there cannot be.
    #[error("its timeline is out of range")]
    Timeline,
    /// Ranks that there cannot be.
    #[error("its deadlock is out of range")]
    Deadlock,
    /// A text that is too long.
    #[error("its texts are too long")]
    Texts,
    /// Infinite numbers, or none.
    #[error("some of its numbers are none")]
    Numbers,
}

/// Takes a report as it is if a run of this build can have made it. Parameters and questions of
/// the quiz that this build does not know are left out.
///
/// # Errors
///
/// What is wrong with it.
///
/// # Examples
///
/// ```
/// use fib_lab::exhibits::MAIN;
/// use fib_lab::notebook::bounds::{Flaw, checked};
/// use fib_lab::params::{Device, RunSpec, Value};
/// use fib_lab::report::Report;
///
/// let mut spec = RunSpec::defaults(MAIN, Device { cores: 2, seed: 1 });
/// let exhibit = MAIN.name.to_owned();
/// let report = Report { exhibit, spec: Some(spec.clone()), ..Report::default() };
/// assert_eq!(checked(report.clone()), Ok(report.clone()));
/// spec.values.insert("workers".to_owned(), Value::Whole(4_000_000_000));
/// let many = checked(Report { spec: Some(spec), ..report }).unwrap_err();
/// assert!(many.to_string().contains("allowed is a whole number from 1 to 64"), "{many}");
/// ```
pub fn checked(report: Report) -> Result<Report, Flaw> {
    let spec = if report.exhibit == PYTHON {
        report.spec.as_ref().and_then(checked_spec).ok_or(Flaw::Spec)?
    } else {
        let exhibit = exhibits::named(&report.exhibit).ok_or(Flaw::Exhibit)?;
        parameters(exhibit, report.spec.as_ref().ok_or(Flaw::Spec)?)?
    };
    for (is_wrong, flaw) in [
        (is_too_long(&report), Flaw::Length),
        (!arms_are_possible(&report), Flaw::Arms),
        (!answers_are_possible(&report), Flaw::Answers),
        (!timeline_is_possible(&report), Flaw::Timeline),
        (!deadlock_is_possible(&report), Flaw::Deadlock),
        (texts_are_too_long(&report), Flaw::Texts),
        (!numbers(&report).all(|number| number.abs() < MOST_NUMBER), Flaw::Numbers),
    ] {
        if is_wrong {
            return Err(flaw);
        }
    }
    let quiz = quiz::known(report.quiz);
    Ok(Report { spec: Some(spec), quiz, ..report })
}

/// The parameters, each as its own check takes it.
fn parameters(exhibit: &Card, spec: &RunSpec) -> Result<RunSpec, Flaw> {
    if spec.exhibit != exhibit.name {
        return Err(Flaw::Spec);
    }
    let mut known = RunSpec { exhibit: spec.exhibit.clone(), ..RunSpec::default() };
    for (name, value) in &spec.values {
        // Every report says how it really ran, whether or not that could be asked for.
        let ran = || COMMON.iter().find(|parameter| parameter.name == name && name == "runtime");
        let own = exhibit.parameter(name).filter(|_| name != "runtime");
        let Some(parameter) = own.or_else(ran) else { continue };
        if matches!(value, Value::List(numbers) if numbers.len() > MAX_TASKS) {
            return Err(Flaw::Length);
        }
        let parsed = parameter.parse(&value.to_string()).map_err(|refusal| {
            Flaw::Parameter(refusal.sentence.trim_end_matches('.').to_owned())
        })?;
        let value = match (parsed, value) {
            // As a text it has fewer digits.
            (Value::Real(_), Value::Real(exact)) => Value::Real(*exact),
            // JSON does not tell 2 from 2.0.
            (number @ (Value::Whole(_) | Value::Real(_)), Value::Whole(_) | Value::Real(_)) => {
                number
            }
            (list @ Value::List(_), Value::List(_)) => list,
            (word @ Value::Name(_), Value::Name(_)) => word,
            _ => return Err(Flaw::Parameter(format!("{name} is not {}", parameter.allowed()))),
        };
        known.values.insert(name.clone(), value);
    }
    Ok(known)
}

fn is_too_long(report: &Report) -> bool {
    report.arms.len() > MOST_ARMS
        || report.blocks.len() > MOST_BLOCKS
        || report.checks.len() > MOST_CHECKS
        || report.counts.len() > MOST_ARMS
        || report.counts.iter().any(|counted| counted.samples.len() > MOST_BLOCKS)
        || report.fits.len() > MOST_OTHERS
        || report.log.len() > MOST_LINES
        || report.points.len() > MOST_OTHERS
        || report.quiz.len() > MOST_OTHERS
        || report.rows.len() > MOST_OTHERS
        || report.rounds.len() > MOST_ROUNDS
        || report.series.len() > MOST_SERIES
        || report.series.iter().any(|series| series.samples.len() > MOST_SAMPLES)
        || report.trace.len() > MOST_EVENTS
        || report.warnings.len() > MOST_OTHERS
}

/// Whether every sample is one of an arm, and every arm has a name of its own.
fn arms_are_possible(report: &Report) -> bool {
    let letter = |letter: u8| letter.is_ascii_alphanumeric() || b"-.".contains(&letter);
    let named = |id: &str| id.len() <= MOST_ID && id.bytes().all(letter);
    let known = |id: &String| report.arms.iter().any(|arm| arm.id == *id);
    let own = |(at, id): (usize, &str)| report.arms.iter().take(at).all(|arm| arm.id != id);
    report.arms.iter().all(|arm| named(&arm.id))
        && report.arms.iter().map(|arm| arm.id.as_str()).enumerate().all(own)
        && report.points.iter().all(|point| known(&point.arm))
        && report.counts.iter().all(|counted| known(&counted.arm))
        && report.checks.iter().filter_map(|check| check.arm.as_ref()).all(known)
        && report.blocks.iter().all(|block| {
            block.order.len() <= report.arms.len()
                && block.order.iter().all(known)
                && block.ms.keys().all(known)
        })
}

fn answers_are_possible(report: &Report) -> bool {
    let asked = |what: What| !matches!(what, What::Fib(n) if n > MOST_N);
    report.checks.iter().all(|check| asked(check.what) && check.worker < MAX_WORKERS)
}

fn timeline_is_possible(report: &Report) -> bool {
    let known = |worker: u32| worker < MAX_WORKERS;
    let schedule = report.ideal.iter().flat_map(|ideal| &ideal.schedule);
    let possible = |detail: &Detail| match detail {
        Detail::Message { from, to, .. } => known(*from) && known(*to),
        Detail::Task { n } => *n <= MOST_N,
        Detail::Piece { from, .. } => from.is_none_or(known),
        _ => true,
    };
    report.trace.iter().all(|event| known(event.worker) && possible(&event.detail))
        && schedule.clone().all(|slot| known(slot.worker) && slot.n <= MOST_N)
        && schedule.count() <= MAX_TASKS
        // The parent of all workers has the number behind theirs.
        && report.log.iter().all(|line| line.worker <= MAX_WORKERS)
}

fn deadlock_is_possible(report: &Report) -> bool {
    let Some(Outcome::Deadlock { waits }) = &report.outcome else { return true };
    let known = |wait: &RankWait| wait.who < MAX_WORKERS && wait.whom < MAX_WORKERS as i32;
    waits.len() <= MAX_WORKERS as usize && waits.iter().all(known)
}

fn texts_are_too_long(report: &Report) -> bool {
    let mut all = 0;
    texts(report).any(|text| {
        all += text.len();
        text.len() > MOST_TEXT || all > MOST_TEXTS
    })
}

/// Every text but the names of arms, of which the blocks repeat each.
fn texts(report: &Report) -> impl Iterator<Item = &String> {
    let environment = &report.environment;
    let build = &environment.build;
    let own = [&report.started_at, &environment.user_agent, &build.version, &build.profile];
    let words = report.trace.iter().filter_map(|event| match &event.detail {
        Detail::Message { words, .. } => Some(words),
        _ => None,
    });
    let answers = report.checks.iter().map(|check| &check.got);
    let right = report.checks.iter().filter_map(|check| match &check.want {
        Some(Want::Value(text)) => Some(text),
        _ => None,
    });
    let visitor = report.visitor.iter().flat_map(|visitor| [&visitor.name, &visitor.class]);
    let quiz = report.quiz.iter().flat_map(|answer| [&answer.question, &answer.answer]);
    own.into_iter()
        .chain(&build.engines)
        .chain(words)
        .chain(answers)
        .chain(right)
        .chain(report.log.iter().map(|line| &line.text))
        .chain(report.rows.iter().map(|row| &row.words))
        .chain(visitor)
        .chain(quiz)
        .chain(&report.warnings)
}

fn ends(estimate: &Estimate) -> [f64; 4] {
    [estimate.median, estimate.low, estimate.high, estimate.confidence]
}

/// Every number that is not held to something else.
fn numbers(report: &Report) -> impl Iterator<Item = f64> {
    let estimates = [
        &report.speedup,
        &report.relative_speedup,
        &report.work_overhead,
        &report.efficiency,
        &report.core_equivalents,
        &report.capacity_efficiency,
    ];
    let lost = report.lost_time.iter();
    let lost =
        lost.flat_map(|lost| [&lost.work_inflation, &lost.idle, &lost.overhead, &lost.residual]);
    let derived = estimates.into_iter().flatten().chain(lost).flat_map(ends);
    let points = report.points.iter().flat_map(|point| ends(&point.estimate()));
    let swept = report.points.iter().filter_map(|point| point.x);
    let fits = report.fits.iter().flat_map(|fit| [fit.median, fit.low, fit.high, fit.confidence]);
    let ideal = report.ideal.iter().flat_map(|ideal| {
        let calls = ideal.schedule.iter().flat_map(|slot| [slot.start, slot.end]);
        let calls = calls.chain([ideal.makespan_calls]).map(|calls| calls as f64);
        calls.chain([ideal.speedup])
    });
    let environment = &report.environment;
    let single = [
        report.drift,
        report.smallest_difference,
        report.prediction.as_ref().map(|prediction| prediction.value),
        environment.clock_alignment_us,
        Some(environment.timer_step_us),
    ];
    derived
        .chain(points)
        .chain(swept)
        .chain(fits)
        .chain(ideal)
        .chain(single.into_iter().flatten())
        .chain(measured(report))
}

/// The numbers that were measured.
fn measured(report: &Report) -> impl Iterator<Item = f64> {
    let blocks = report.blocks.iter().flat_map(|block| block.ms.values().copied());
    let arms = report.arms.iter().filter_map(|arm| arm.x);
    let series = report.series.iter().flat_map(|one| one.samples.iter().copied().chain([one.x]));
    let events = report.trace.iter().flat_map(|event| [event.start_ms, event.end_ms]);
    let rounds = report.rounds.iter().flat_map(|round| [round.median, round.low, round.high]);
    let lines = report.log.iter().map(|line| line.at_ms);
    let counts = report
        .counts
        .iter()
        .flat_map(|counted| counted.samples.iter().copied().chain([counted.low, counted.high]));
    let ranges = report.checks.iter().filter_map(|check| match check.want {
        Some(Want::Range { low, high }) => Some([low, high]),
        _ => None,
    });
    blocks
        .chain(arms)
        .chain(series)
        .chain(events)
        .chain(rounds)
        .chain(lines)
        .chain(counts)
        .chain(ranges.flatten())
}
