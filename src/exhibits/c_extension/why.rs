//! Why the speed-up is what it is, as far as the intervals allow a reason.

use super::expected::{held, released, theory};
use super::hand_over;
use crate::measure::stats::Standing;
use crate::report::{Fit, Report};
use crate::trace::{self, Event};

/// Why the speed-up is what it is.
pub fn why(report: &Report) -> Option<String> {
    let spec = report.spec.as_ref()?;
    let speedup = report.speedup.as_ref()?;
    let workers = f64::from(spec.whole("workers").max(1));
    if workers == 1.0 {
        return Some("With one thread nobody else wants the lock.".to_owned());
    }
    let expected = theory(spec, held(spec), hand_over::share(report));
    let cost = cost(report, held(spec) == 1.0 && !released(spec));
    Some(match speedup.standing(expected) {
        Standing::Beyond => format!(
            "Above the {expected:.2} that theory allows, so the instrument is off: the serial samples \
             and the parallel ones did not meet the same machine. More seconds give more blocks."
        ),
        _ if !released(spec) && speedup.high < 1.05 => {
            "Somebody forgot to release the lock: the work is native, and still only one thread at a \
             time may do it. Native code alone gives no speed-up."
                .to_owned()
        }
        Standing::AsTheory => format!(
            "As theory says, to within 3 %: {expected:.2} with {} holds of each thread.{cost}",
            spec.whole("holds")
        ),
        Standing::Unclear => format!(
            "Theory says {expected:.2}. The interval is too wide to tell whether anything else \
             matters here; more seconds narrow it.{cost}"
        ),
        Standing::Short => {
            let missing = (1.0 - speedup.median / expected) * 100.0;
            let kappa = report.core_equivalents.as_ref();
            match kappa.filter(|kappa| kappa.standing(workers) == Standing::Short) {
                Some(kappa) => format!(
                    "{missing:.0} % below theory, which counts on {workers} equal cores: independent \
                     kernels got {:.2} cores' worth here ({:.2} to {:.2}).{cost}",
                    kappa.median, kappa.low, kappa.high
                ),
                None => format!(
                    "{missing:.0} % below theory, and nothing that was measured beside it says why: \
                     independent kernels got a core each, as far as can be told.{cost}"
                ),
            }
        }
    })
}

/// What the lock cost: the hand-over, as far as it was measured, and the waits for it.
fn cost(report: &Report, never_dropped: bool) -> String {
    let waits = report.trace.iter().filter(|event| event.kind == trace::Kind::Lock);
    let waited_ms: f64 = waits.map(Event::length_ms).sum();
    let all_ms: f64 = report.trace.iter().map(Event::length_ms).sum();
    let waiting = waited_ms / all_ms.max(1e-9) * 100.0;
    let hand_over = hand_over::fitted(report).filter(|_| !never_dropped).map(in_words);
    format!(
        " The threads spent {waiting:.0} % of their time waiting for the lock{}.",
        hand_over.map_or(String::new(), |words| format!(", and {words}"))
    )
}

/// What a hand-over costs, in words with its interval.
pub fn in_words(fit: &Fit) -> String {
    let [median, low, high] = [fit.median, fit.low, fit.high].map(|ms| ms * 1e3);
    if low > 0.0 {
        format!("handing it over cost {median:.0} µs ({low:.0} to {high:.0})")
    } else {
        format!("handing it over cost less than {:.0} µs", high.max(1.0))
    }
}
