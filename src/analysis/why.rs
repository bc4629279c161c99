//! The main reason why a speed-up is not larger, chosen from what was measured. Nothing is said
//! that the intervals do not carry: "as theory allows" needs the whole interval near theory,
//! and a cause is named only if its own interval excludes zero.

use super::lost_time::failure;
use crate::measure::block::Estimate;
use crate::measure::stats::Standing;
use crate::report::{LostTime, Report};

/// Losses below this share of all the workers' time explain nothing.
const SMALL: f64 = 0.01;

/// What a speed-up is lost to.
#[derive(Clone, Copy)]
enum Cause {
    Imbalance,
    Machine,
    Overhead,
}

/// One sentence or two that name the main reason, or say that the figures support none.
///
/// # Examples
///
/// ```
/// use fib_lab::report::Report;
/// use fib_lab::analysis::why::why;
/// // Where nothing was compared there is nothing to explain.
/// assert_eq!(why(&Report::default()), None);
/// ```
pub fn why(report: &Report) -> Option<String> {
    report.speedup.as_ref()?;
    let ideal = report.ideal.as_ref()?.speedup;
    let workers = report.spec.as_ref()?.whole("workers").max(1);
    let lost = report.lost_time.as_ref()?;
    if workers == 1 {
        return Some(
            "With one worker there is nobody to share with: what is measured is the cost of \
                     the pool itself."
                .to_owned(),
        );
    }
    let reached = report.capacity_efficiency.as_ref();
    let standing = reached.map_or(Standing::Unclear, |reached| reached.standing(1.0));
    Some(match (reached, standing) {
        (Some(reached), Standing::AsTheory) => format!(
            "As theory allows: the pool reached {} of min(ideal, κ), the less of what no schedule of \
             this kind exceeds ({ideal:.2} times) and what the machine gave to {workers} independent \
             kernels{}.",
            percents(reached),
            cores(report)
        ),
        (Some(reached), Standing::Beyond) => off(reached),
        _ => match (failure(lost), named(lost, ideal, workers, report)) {
            (Some(failure), None) => {
                format!("{failure} Most likely something else used the cores.")
            }
            (Some(failure), Some(named)) => format!("{named} {failure}"),
            (None, Some(named)) => named,
            (None, None) => undecided(reached, standing),
        },
    })
}

/// Says that an interval lies above what is possible.
pub fn off(reached: &Estimate) -> String {
    format!(
        "The instrument is off: {} of what is possible would be more than all of it. The serial \
         program and the parallel one did not meet the same machine, or the browser made slower code \
         of one of them; this figure is not to be trusted.",
        percents(reached)
    )
}

/// The largest losses whose own intervals exclude zero.
fn named(lost: &LostTime, ideal: f64, workers: u32, report: &Report) -> Option<String> {
    let causes = [
        (&lost.idle, Cause::Imbalance),
        (&lost.work_inflation, Cause::Machine),
        (&lost.overhead, Cause::Overhead),
    ];
    let mut told: Vec<_> = causes
        .into_iter()
        .filter(|(share, _)| share.lies_above(0.0) && share.median >= SMALL)
        .collect();
    told.sort_by(|a, b| b.0.median.total_cmp(&a.0.median));
    let (share, cause) = told.first()?;
    let first = match cause {
        Cause::Imbalance => format!(
            "Mainly imbalance: for {} of their time workers had no task left and waited for the last \
             one. The schedule's own limit is {ideal:.2} times.",
            percents(share)
        ),
        Cause::Machine => format!(
            "Mainly the machine: {} of the workers' time went into work that takes longer with \
             {workers} workers at once, as kernels in the same blocks show{}.",
            percents(share),
            cores(report)
        ),
        Cause::Overhead => format!(
            "Mainly overhead: starting, handing out and collecting took {} of the workers' time, as the \
             same program on empty tasks shows.",
            percents(share)
        ),
    };
    let further: Vec<String> = told
        .iter()
        .skip(1)
        .map(|(share, cause)| {
            let name = match cause {
                Cause::Imbalance => "imbalance",
                Cause::Machine => "the machine",
                Cause::Overhead => "overhead",
            };
            format!("{name} {}", percents(share))
        })
        .collect();
    Some(match further.is_empty() {
        true => first,
        false => format!("{first} Beside it: {}.", further.join("; ")),
    })
}

/// What can be said where no cause can be named.
fn undecided(reached: Option<&Estimate>, standing: Standing) -> String {
    let reached = reached.map_or(String::new(), |reached| match standing {
        Standing::Short => format!(
            " Still the pool reached only {} of what schedule and machine allow.",
            percents(reached)
        ),
        _ => format!(
            " The pool reached {} of what schedule and machine allow: too wide an interval to say \
             whether that is all of it. More seconds, or fewer other programs, would narrow it.",
            percents(reached)
        ),
    });
    format!(
        "No cause can be named: every measured loss is below {:.0} % of the workers' time, or its \
         interval contains zero.{reached}",
        SMALL * 100.0
    )
}

/// What independent kernels got, as the end of a phrase.
fn cores(report: &Report) -> String {
    report.core_equivalents.as_ref().map_or(String::new(), |kappa| {
        let digits = kappa.digits();
        format!(" (κ = {:.digits$} cores' worth)", kappa.median)
    })
}

/// A share in per cent, with its interval: `12 % (11 to 13)`.
///
/// # Examples
///
/// ```
/// use fib_lab::analysis::why::percents;
/// use fib_lab::measure::block::Estimate;
/// let of = |low, high| Estimate { median: 0.12, low, high, confidence: 0.99, blocks: 12 };
/// assert_eq!(percents(&of(0.08, 0.16)), "12 % (8 to 16)");
/// assert_eq!(percents(&of(0.118, 0.123)), "12.0 % (11.8 to 12.3)");
/// ```
pub fn percents(share: &Estimate) -> String {
    // No more digits than the interval supports.
    let digits = usize::from(share.high - share.low < 0.02);
    let [median, low, high] = [share.median, share.low, share.high].map(|it| it * 100.0);
    format!("{median:.digits$} % ({low:.digits$} to {high:.digits$})")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    use crate::params::{RunSpec, Value};
    use crate::report::Ideal;

    /// An interval of so many per cent to both sides.
    fn about(median: f64, half: f64) -> Estimate {
        let (low, high) = (median - half, median + half);
        Estimate { median, low, high, confidence: 0.99, blocks: 8 }
    }

    fn report(lost: LostTime, reached: Estimate) -> Report {
        let values = BTreeMap::from([("workers".to_owned(), Value::Whole(4))]);
        Report {
            spec: Some(RunSpec { exhibit: "a pool".to_owned(), values }),
            speedup: Some(about(2.0, 0.02)),
            ideal: Some(Ideal { speedup: 2.47, makespan_calls: 1, schedule: Vec::new() }),
            capacity_efficiency: Some(reached),
            lost_time: Some(lost),
            ..Report::default()
        }
    }

    /// Idle, inflation, overhead and residual in per cent, each give or take as much.
    fn lost([idle, inflation, overhead, residual]: [f64; 4], half: f64) -> LostTime {
        let of = |percent: f64| about(percent / 100.0, half / 100.0);
        LostTime {
            work_inflation: of(inflation),
            idle: of(idle),
            overhead: of(overhead),
            residual: of(residual),
        }
    }

    #[track_caller]
    fn case(report: &Report, part: &str) {
        let sentence = why(report).unwrap();
        assert!(sentence.contains(part), "{sentence}");
    }

    #[test]
    fn as_theory_allows_needs_the_whole_interval_within_three_percent() {
        let none = || lost([0.5, 0.0, 0.1, 0.0], 1.0);
        case(&report(none(), about(0.99, 0.015)), "As theory allows");
        // Reached by the upper end alone, which noise of 4 % does in most runs.
        case(&report(none(), about(0.92, 0.07)), "No cause can be named");
        case(&report(none(), about(1.0, 0.04)), "too wide an interval");
        case(&report(none(), about(0.92, 0.01)), "reached only 92 %");
        case(&report(none(), about(1.05, 0.01)), "The instrument is off");
        // The upper end alone is no reason either.
        case(&report(none(), about(1.02, 0.02)), "too wide an interval");
    }

    #[test]
    fn a_cause_is_named_only_if_its_own_interval_excludes_zero() {
        let short = || about(0.8, 0.02);
        case(&report(lost([37.0, 3.0, 0.6, 0.0], 2.0), short()), "Mainly imbalance: for 37 %");
        case(&report(lost([3.0, 37.0, 0.6, 0.0], 2.0), short()), "Mainly the machine: 37 %");
        case(&report(lost([3.0, 4.0, 21.0, 0.0], 2.5), short()), "Mainly overhead");
        case(&report(lost([3.0, 4.0, 21.0, 0.0], 2.5), short()), "Beside it: the machine 4 %");
        // The largest is noise; a smaller one is sure.
        let mut noisy = lost([10.0, 4.0, 0.0, 0.0], 2.0);
        noisy.idle = about(0.10, 0.12);
        case(&report(noisy, short()), "Mainly the machine");
        case(&report(lost([9.0, 5.0, 1.0, 0.0], 10.0), short()), "No cause can be named");
        // Five blocks name nothing.
        let few = |share: Estimate| Estimate { blocks: 5, ..share };
        let LostTime { work_inflation, idle, overhead, residual } =
            lost([37.0, 3.0, 1.0, 0.0], 1.0);
        let [work_inflation, idle, overhead] = [work_inflation, idle, overhead].map(few);
        let lost_by_few = LostTime { work_inflation, idle, overhead, residual };
        case(&report(lost_by_few, short()), "No cause can be named");
    }

    #[test]
    fn a_residual_that_fails_is_told() {
        let short = || about(0.8, 0.02);
        case(&report(lost([0.0, 0.0, 0.0, 20.0], 2.0), short()), "does not add up: 20.0 %");
        case(&report(lost([30.0, 0.0, 0.0, 20.0], 2.0), short()), "Mainly imbalance");
        case(&report(lost([30.0, 0.0, 0.0, 20.0], 2.0), short()), "does not add up");
        case(&report(lost([0.0, 0.0, 0.0, 4.0], 2.0), short()), "No cause can be named");
    }
}
