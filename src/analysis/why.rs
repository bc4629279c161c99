//! The main reason why a speed-up is not larger, chosen from what was measured.

use crate::report::Report;

/// The interval is called wide from this half-width on, relative to the median.
const WIDE: f64 = 0.10;
/// Losses below this share of all the workers' time explain nothing.
const SMALL: f64 = 0.03;

/// What a speed-up is lost to.
#[derive(Clone, Copy)]
enum Cause {
    Imbalance,
    Machine,
    Overhead,
    Residual,
}

/// One sentence that names the main reason, or says that the figures support none.
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
    let speedup = report.speedup.as_ref()?;
    let ideal = report.ideal.as_ref()?.speedup;
    let workers = f64::from(report.spec.as_ref()?.whole("workers").max(1));
    let lost = report.lost_time.as_ref()?;
    let kappa = report.core_equivalents.as_ref().map_or(workers, |kappa| kappa.median);

    if workers == 1.0 {
        return Some(
            "With one worker there is nobody to share with: what is measured is the cost of \
                     the pool itself."
                .to_owned(),
        );
    }
    if speedup.high >= ideal * 0.97 && speedup.half_width() <= WIDE {
        return Some(format!(
            "The pool reached what its schedule allows: no schedule of this kind is faster than \
             {ideal:.2} times."
        ));
    }
    // What imbalance, the machine and the runtime each cost, as shares of the workers' time.
    let causes = [
        (lost.idle.median, Cause::Imbalance),
        (lost.work_inflation.median, Cause::Machine),
        (lost.overhead.median, Cause::Overhead),
        (lost.residual.median.abs(), Cause::Residual),
    ];
    let (size, cause) = causes.into_iter().max_by(|a, b| a.0.total_cmp(&b.0))?;
    let percent = size * 100.0;
    if speedup.half_width() > WIDE.max(size) {
        return Some(format!(
            "Mostly noise: the samples vary so much that the interval is ±{:.0} % wide. More seconds, \
             or fewer other programs, would narrow it.",
            speedup.half_width() * 100.0
        ));
    }
    Some(match cause {
        _ if size < SMALL => {
            "No single reason stands out: every measured loss is below 3 % of the \
                              workers' time."
                .to_owned()
        }
        Cause::Imbalance => format!(
            "Mainly imbalance: for {percent:.0} % of their time workers had no task left and waited \
             for the last one. The schedule's own limit is {ideal:.2} times."
        ),
        Cause::Machine => format!(
            "Mainly the machine: with {workers:.0} workers at once the same tasks took \
             {percent:.0} % of the workers' time more than one after another. Independent kernels \
             get {kappa:.2} cores' worth of it."
        ),
        Cause::Overhead => format!(
            "Mainly overhead: starting, handing out and collecting took {percent:.0} % of the \
             workers' time, as the same program on empty tasks shows."
        ),
        Cause::Residual => format!(
            "{percent:.0} % of the workers' time is in none of the measured parts: most likely \
             something else used the cores."
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    use crate::measure::block::Estimate;
    use crate::params::{RunSpec, Value};
    use crate::report::{Ideal, LostTime};

    fn report(lost: LostTime, median: f64, half: f64, ideal: f64) -> Report {
        let (low, high) = (median - half, median + half);
        let values = BTreeMap::from([("workers".to_owned(), Value::Whole(4))]);
        Report {
            spec: Some(RunSpec { exhibit: "a pool".to_owned(), values }),
            speedup: Some(Estimate { median, low, high, confidence: 0.97, blocks: 6 }),
            ideal: Some(Ideal { speedup: ideal, makespan_calls: 1, schedule: Vec::new() }),
            lost_time: Some(lost),
            ..Report::default()
        }
    }

    #[test]
    fn the_sentence_names_the_largest_cause_that_the_figures_support() {
        #[track_caller]
        fn case(report: Report, part: &str) {
            let sentence = why(&report).unwrap();
            assert!(sentence.contains(part), "{sentence}");
        }
        // In milliseconds, beside 100 ms of serial work.
        let lost = |idle_ms: f64, inflation_ms: f64, overhead_ms: f64, residual_ms: f64| {
            let all_ms = 100.0 + idle_ms + inflation_ms + overhead_ms + residual_ms;
            let [idle, work_inflation, overhead, residual] =
                [idle_ms, inflation_ms, overhead_ms, residual_ms]
                    .map(|ms| Estimate::single(ms / all_ms));
            LostTime { work_inflation, idle, overhead, residual }
        };
        case(report(lost(60.0, 5.0, 1.0, 0.0), 2.0, 0.02, 2.47), "imbalance");
        case(report(lost(5.0, 60.0, 1.0, 0.0), 2.0, 0.02, 2.47), "Mainly the machine");
        case(report(lost(5.0, 6.0, 30.0, 0.0), 2.0, 0.02, 2.47), "Mainly overhead");
        case(report(lost(5.0, 6.0, 3.0, 40.0), 2.0, 0.02, 2.47), "none of the measured parts");
        case(report(lost(1.0, 1.0, 1.0, 0.0), 2.0, 0.02, 2.47), "No single reason");
        case(report(lost(9.0, 5.0, 1.0, 0.0), 2.0, 0.5, 2.47), "Mostly noise");
        // A loss that is larger than the noise is still a reason.
        case(report(lost(60.0, 5.0, 1.0, 0.0), 2.0, 0.5, 2.47), "imbalance");
        case(
            report(lost(60.0, 0.0, 1.0, 0.0), 2.46, 0.02, 2.47),
            "reached what its schedule allows",
        );
        assert_eq!(why(&Report::default()), None);
    }
}
