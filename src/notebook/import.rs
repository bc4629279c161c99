//! Reports from files: taken as they are, or refused with a sentence.

use thiserror::Error;

use crate::exhibits;
use crate::measure::block::Estimate;
use crate::params::{MAX_TASKS, MAX_WORKERS};
use crate::report::read::{self, Source, Unreadable};
use crate::report::{Origin, Outcome, RankWait, Report, What};
use crate::trace::Detail;

/// Files larger than this are not read.
pub const MOST_BYTES: f64 = 4e6;
const MOST_BLOCKS: usize = 1_000;
const MOST_EVENTS: usize = 20_000;
const MOST_TEXT: usize = 2_000;
/// The largest argument of fib whose answer has a place in 64 bits.
const MOST_N: u32 = 92;

/// Why a file is not taken. Its sentence is for the visitor.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refused {
    /// It is no report, or a newer one.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// It says something that no run says.
    #[error("This is not a report of the lab: {0}.")]
    NotOurs(Flaw),
}

/// What is wrong with a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Flaw {
    /// Another exhibit, or none.
    #[error("it names no exhibit of this page")]
    Exhibit,
    /// No parameters.
    #[error("it does not say what was run")]
    Spec,
    /// Too many workers.
    #[error("its number of workers is out of range")]
    Workers,
    /// A list that is too long.
    #[error("it is longer than any run")]
    Length,
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

/// Reads a report from a file, of whichever schema it is, and checks it.
///
/// # Errors
///
/// If it is no report, a newer one, or one that no run of this build can have made.
///
/// # Examples
///
// `wasm-pack test` compiles examples too, and reports are read from JavaScript there.
#[cfg_attr(not(target_arch = "wasm32"), doc = "```")]
#[cfg_attr(target_arch = "wasm32", doc = "```ignore")]
/// use fib_lab::notebook::import::report;
/// let refused = report(&serde_json::json!({ "schema": 1, "exhibit": "juggling" })).unwrap_err();
/// assert!(refused.to_string().contains("no exhibit of this page"));
/// ```
pub fn report(source: &impl Source) -> Result<Report, Refused> {
    Ok(imported(read::report(source)?)?)
}

/// Reads all the reports of a file: one, or a list of them.
///
/// # Errors
///
/// If one of them is refused.
pub fn reports(source: &impl Source) -> Result<Vec<Report>, Refused> {
    match source.items() {
        Some(items) => items.iter().map(report).collect(),
        None => Ok(vec![report(source)?]),
    }
}

impl From<Flaw> for Refused {
    fn from(flaw: Flaw) -> Refused {
        Refused::NotOurs(flaw)
    }
}

/// Takes a report that was read from a file: marked as imported, otherwise unchanged.
///
/// # Errors
///
/// What is wrong with it, if it names no exhibit of this build, or anything in it is longer
/// or larger than a run can make it.
///
/// # Examples
///
/// ```
/// use fib_lab::exhibits::MAIN;
/// use fib_lab::notebook::import::{Flaw, imported};
/// use fib_lab::params::{Device, RunSpec};
/// use fib_lab::report::{Origin, Report, SCHEMA};
///
/// let spec = Some(RunSpec::defaults(MAIN, Device { cores: 2, seed: 1 }));
/// let report = Report { schema: SCHEMA, exhibit: MAIN.name.into(), spec, ..Report::default() };
/// assert_eq!(imported(report).unwrap().origin, Origin::Imported);
/// assert_eq!(imported(Report::default()), Err(Flaw::Exhibit));
/// ```
pub fn imported(report: Report) -> Result<Report, Flaw> {
    if exhibits::named(&report.exhibit).is_none() {
        return Err(Flaw::Exhibit);
    }
    let spec = report.spec.as_ref().ok_or(Flaw::Spec)?;
    if !(1..=MAX_WORKERS).contains(&spec.whole("workers").max(1)) {
        return Err(Flaw::Workers);
    }
    if is_too_long(&report) {
        return Err(Flaw::Length);
    }
    let out_of_range = |what: What| matches!(what, What::Fib(n) if n > MOST_N);
    if report.checks.iter().any(|check| out_of_range(check.what)) {
        return Err(Flaw::Answers);
    }
    if !timeline_is_possible(&report) {
        return Err(Flaw::Timeline);
    }
    if let Some(Outcome::Deadlock { waits }) = &report.outcome {
        let known = |wait: &RankWait| wait.who < MAX_WORKERS && wait.whom < MAX_WORKERS as i32;
        if waits.len() > MAX_WORKERS as usize || !waits.iter().all(known) {
            return Err(Flaw::Deadlock);
        }
    }
    if texts(&report).any(|text| text.len() > MOST_TEXT) {
        return Err(Flaw::Texts);
    }
    if !numbers(&report).all(|number| number.is_finite() && number.abs() < 1e12) {
        return Err(Flaw::Numbers);
    }
    Ok(Report { origin: Origin::Imported, ..report })
}

fn is_too_long(report: &Report) -> bool {
    report.checks.len() > MAX_TASKS
        || report.arms.len() > MOST_BLOCKS
        || report.points.len() > MOST_BLOCKS
        || report.blocks.len() > MOST_BLOCKS
        || report.rounds.len() > MOST_BLOCKS
        || report.series.len() > MOST_BLOCKS
        || report.trace.len() > MOST_EVENTS
        || report.warnings.len() > MOST_BLOCKS
}

fn timeline_is_possible(report: &Report) -> bool {
    let known = |worker: u32| worker < MAX_WORKERS;
    let schedule = report.ideal.iter().flat_map(|ideal| &ideal.schedule);
    let possible = |detail: &Detail| match detail {
        Detail::Message { from, to, .. } => known(*from) && known(*to),
        _ => true,
    };
    report.trace.iter().all(|event| known(event.worker) && possible(&event.detail))
        && schedule.clone().all(|slot| known(slot.worker) && slot.n <= MOST_N)
        && schedule.count() <= MAX_TASKS
}

fn texts(report: &Report) -> impl Iterator<Item = &String> {
    let own = [&report.started_at, &report.environment.user_agent];
    let words = report.trace.iter().filter_map(|event| match &event.detail {
        Detail::Message { words, .. } => Some(words),
        _ => None,
    });
    let arms = report.arms.iter().map(|arm| &arm.id);
    let orders = report.blocks.iter().flat_map(|block| &block.order);
    let answers = report.checks.iter().map(|check| &check.got);
    let log = report.log.iter().map(|line| &line.text);
    own.into_iter()
        .chain(words)
        .chain(arms)
        .chain(orders)
        .chain(answers)
        .chain(log)
        .chain(&report.warnings)
}

fn ends(estimate: &Estimate) -> [f64; 3] {
    [estimate.median, estimate.low, estimate.high]
}

fn numbers(report: &Report) -> impl Iterator<Item = f64> {
    let estimates = [
        &report.speedup,
        &report.relative_speedup,
        &report.work_overhead,
        &report.efficiency,
        &report.core_equivalents,
        &report.capacity_efficiency,
    ];
    let estimates = estimates.into_iter().flatten().flat_map(ends);
    let lost = report
        .lost_time
        .iter()
        .flat_map(|lost| [&lost.work_inflation, &lost.idle, &lost.overhead, &lost.residual]);
    let points = report.points.iter().flat_map(|point| ends(&point.estimate()));
    let blocks = report.blocks.iter().flat_map(|block| block.ms.values().copied());
    let arms = report.arms.iter().filter_map(|arm| arm.x);
    let series = report.series.iter().flat_map(|one| one.samples.iter().copied().chain([one.x]));
    let events = report.trace.iter().flat_map(|event| [event.start_ms, event.end_ms]);
    let rounds = report.rounds.iter().flat_map(|round| [round.median, round.low, round.high]);
    let single = [
        report.drift,
        report.smallest_difference,
        report.ideal.as_ref().map(|ideal| ideal.speedup),
        report.prediction.as_ref().map(|prediction| prediction.value),
    ];
    let derived = estimates.chain(lost.flat_map(ends)).chain(points).chain(rounds);
    derived
        .chain(blocks)
        .chain(arms)
        .chain(series)
        .chain(events)
        .chain(single.into_iter().flatten())
}

// Files are read through another library on the page.
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::exhibits::MAIN;
    use crate::measure::block::Block;
    use crate::params::{Device, RunSpec};
    use crate::report::SCHEMA;
    use serde_json::json;

    fn sample() -> Report {
        let spec = RunSpec::defaults(MAIN, Device { cores: 2, seed: 1 });
        let exhibit = MAIN.name.to_owned();
        Report { schema: SCHEMA, exhibit, spec: Some(spec), ..Report::default() }
    }

    #[test]
    fn a_report_is_taken_as_it_is_and_marked() {
        let json = serde_json::to_value(sample()).unwrap();
        let expected = Report { origin: Origin::Imported, ..sample() };
        assert_eq!(report(&json), Ok(expected.clone()));
        assert_eq!(reports(&json), Ok(vec![expected.clone()]));
        assert_eq!(reports(&json!([json, json])), Ok(vec![expected.clone(), expected]));
    }

    #[test]
    fn what_the_lab_did_not_write_is_refused_with_a_sentence() {
        #[track_caller]
        fn case(change: impl FnOnce(&mut serde_json::Value), part: &str) {
            let mut json = serde_json::to_value(sample()).unwrap();
            change(&mut json);
            let sentence = report(&json).unwrap_err().to_string();
            assert!(sentence.contains(part) && sentence.ends_with('.'), "{sentence}");
        }
        case(|json| json["schema"] = json!(SCHEMA + 1), "newer lab");
        // A newer report may have fields of other kinds.
        case(|json| *json = json!({ "schema": 9, "blocks": 7 }), "newer lab");
        case(|json| *json = json!({}), "no schema");
        case(|json| *json = json!(3), "not a report");
        case(|json| *json = json!({ "schema": SCHEMA, "blocks": 7 }), "not a report");
        case(|json| json["exhibit"] = json!("x"), "no exhibit");
        case(|json| drop(json.as_object_mut().unwrap().remove("spec")), "what was run");
    }

    #[test]
    fn what_no_run_can_have_made_is_refused_with_a_sentence() {
        #[track_caller]
        fn case(report: Report, part: &str) {
            let sentence = Refused::from(imported(report).unwrap_err()).to_string();
            assert!(sentence.contains(part) && sentence.ends_with('.'), "{sentence}");
        }
        case(Report { blocks: vec![Block::default(); 5_000], ..sample() }, "longer than any run");
        case(Report { warnings: vec!["x".repeat(9_999)], ..sample() }, "too long");
        case(Report { drift: Some(f64::NAN), ..sample() }, "numbers");
        let far = RankWait { who: 99, whom: 0 };
        let outcome = Some(Outcome::Deadlock { waits: vec![far] });
        case(Report { outcome, ..sample() }, "deadlock is out of range");
    }
}
