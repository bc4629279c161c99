//! The main reason why a speed-up is not larger, chosen from what was measured.

use crate::report::Report;

/// The interval is called wide from this half-width on, relative to the median.
const WIDE: f64 = 0.10;
/// Losses below this share of all the workers' time explain nothing.
const SMALL: f64 = 0.03;

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
    let lost = report.lost_time?;
    let kappa = report.core_equivalents.unwrap_or(workers);
    let all = lost.serial_ms + lost.work_inflation_ms + lost.idle_ms + lost.overhead_ms;
    let share = |ms: f64| ms / all.max(1e-9);

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
        (share(lost.idle_ms), "imbalance"),
        (share(lost.work_inflation_ms), "machine"),
        (share(lost.overhead_ms), "overhead"),
        (share(lost.residual_ms.abs()), "residual"),
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
        "imbalance" => format!(
            "Mainly imbalance: for {percent:.0} % of their time workers had no task left and waited \
             for the last one. The schedule's own limit is {ideal:.2} times."
        ),
        "machine" => format!(
            "Mainly the machine: with {workers:.0} workers at once the same tasks took \
             {percent:.0} % of the workers' time more than one after another. Independent kernels \
             get {kappa:.2} cores' worth of it."
        ),
        "overhead" => format!(
            "Mainly overhead: starting, handing out and collecting took {percent:.0} % of the \
             workers' time, as the same program on empty tasks shows."
        ),
        _ => format!(
            "{percent:.0} % of the workers' time is in none of the measured parts: most likely \
             something else used the cores."
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exhibits::pool_map::EXHIBIT;
    use crate::measure::block::Ratio;
    use crate::params::{Device, RunSpec};
    use crate::report::{Ideal, LostTime};

    fn report(lost: LostTime, median: f64, half: f64, ideal: f64) -> Report {
        let (low, high) = (median - half, median + half);
        Report {
            spec: Some(RunSpec::defaults(&EXHIBIT, Device { cores: 4, seed: 0 })),
            speedup: Some(Ratio { median, low, high, confidence: 0.97, blocks: 6 }),
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
        let lost = |idle_ms, work_inflation_ms, overhead_ms, residual_ms| LostTime {
            serial_ms: 100.0,
            work_inflation_ms,
            idle_ms,
            overhead_ms,
            residual_ms,
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
