//! What the visitor's runs say to the exercises of the lesson.

use crate::exhibits::card::{Progress, both, last, measured};
use crate::exhibits::exercise::{Shows, shows, undecided};
use crate::measure::tail::quantile_limit;
use crate::report::{Report, Series, SeriesName};

/// Computing and waiting, under the lock, with eight workers each.
pub fn computing_and_waiting(runs: &[Report]) -> Option<Progress> {
    let with = |load: &str| {
        last(runs, |spec| {
            spec.whole("workers") == 8 && (spec.name("load"), spec.name("lock")) == (load, "gil")
        })
    };
    let next = ["Now the same eight, computing.", "Now the same eight, waiting for timers."];
    both(with("cpu"), with("waiting"), next, |cpu, waiting| {
        let (overlapped, computed) = (waiting.speedup.as_ref()?, cpu.speedup.as_ref()?);
        let shows = shows(overlapped, computed);
        let because = match shows {
            Shows::Expected => {
                " Eight waits overlapped and eight computations did not, under the same \
                                lock; neither needs a second core."
                    .to_owned()
            }
            Shows::Opposite => {
                " Your runs show the opposite, because what was waited for came one \
                                after another, or the computing threads met a machine that became \
                                faster meanwhile."
                    .to_owned()
            }
            Shows::Neither => undecided(overlapped, computed),
        };
        let (computing, waiting) = (measured(cpu)?, measured(waiting)?);
        Some(shows.progress(format!("Computing: {computing}. Waiting: {waiting}.{because}")))
    })
}

/// A server must answer within so many milliseconds.
const WITHIN_MS: f64 = 2.0;
/// In so many of ten cases.
const OF_TEN: u32 = 9;
/// Said with this confidence.
const CONFIDENCE: f64 = 0.95;

/// The longest switch interval with which nine waits of ten are over within 2 ms. A median
/// would be content with five.
pub fn short_enough(runs: &[Report]) -> Option<Progress> {
    let run = last(runs, |spec| (spec.name("load"), spec.name("lock")) == ("mixed", "gil"))?;
    let share = f64::from(OF_TEN) / 10.0;
    let limit = |wait: &Series| quantile_limit(&wait.samples, share, CONFIDENCE);
    let waits: Vec<(f64, Option<f64>)> =
        run.series_named(SeriesName::LockWait).map(|wait| (wait.x, limit(wait))).collect();
    let shortest = waits.iter().min_by(|a, b| a.0.total_cmp(&b.0))?;
    let Some(at_shortest_ms) = shortest.1 else {
        return Some(Progress::Open(format!(
            "From so few waits nothing can be said of {OF_TEN} in ten of them with 95 % confidence: that \
             takes 29. Run it with 30 seconds."
        )));
    };
    let good = waits.iter().filter(|(_, limit)| limit.is_some_and(|ms| ms <= WITHIN_MS));
    let longest = good.max_by(|a, b| a.0.total_cmp(&b.0));
    Some(match longest {
        Some((interval_ms, limit)) => Progress::Solved(format!(
            "Up to a switch interval of {interval_ms} ms {OF_TEN} waits of ten are over within \
             {WITHIN_MS} ms here: with 95 % confidence, within {:.1} ms.",
            limit.unwrap_or(WITHIN_MS)
        )),
        None => Progress::Opposite(format!(
            "No interval keeps {OF_TEN} waits of ten within {WITHIN_MS} ms: even at {} ms they can take \
             {at_shortest_ms:.1} ms, because a thread that sleeps has to be woken, and something else may \
             have the core.",
            shortest.0
        )),
    })
}
