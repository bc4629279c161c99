//! Why the speed-up, or the wait for the lock, is what it is, as far as the intervals allow a
//! reason.

use super::asked::{locks, own_waits};
use crate::analysis::why::{off, percents};
use crate::exhibits::locks::messages::Locks;
use crate::measure::block::{Estimate, Role, Verdict};
use crate::measure::point::Quantity;
use crate::measure::power::seen;
use crate::measure::stats::{Standing, median};
use crate::report::Report;

/// Why the speed-up, or the wait, is what it is.
pub fn why(report: &Report) -> Option<String> {
    let spec = report.spec.as_ref()?;
    let load = spec.name("load");
    let locks = locks(Some(spec));
    if load == "mixed" {
        return mixed_why(report, locks);
    }
    let speedup = report.speedup.as_ref()?;
    let workers = f64::from(spec.whole("workers").max(1));
    if workers == 1.0 {
        return Some("With one thread there is nobody to take turns with.".to_owned());
    }
    Some(match (load, locks) {
        ("cpu", Locks::One) => turns_why(report, speedup),
        ("cpu", _) => free_why(report, locks, workers),
        _ => outside_why(report, speedup, load, workers),
    })
}

/// Computing threads under one lock: together they can do no more than one.
fn turns_why(report: &Report, speedup: &Estimate) -> String {
    let waited = share(report, Quantity::LockWait).map_or(String::new(), |share| {
        format!(" On average each waited for the lock for {} of the time.", percents(&share))
    });
    let (digits, low, high) = (speedup.digits().max(1), speedup.low, speedup.high);
    match speedup.standing(1.0) {
        Standing::AsTheory => format!(
            "As theory allows: the threads took turns, and the whole interval lies within 3 % of 1.\
             {waited} While one held the lock, no other ran a single instruction, however many cores \
             were free."
        ),
        Standing::Beyond => off(speedup),
        Standing::Short => format!(
            "The threads took turns and were slower than one: by {:.0} %, which theory does not count \
             on, because its lock changes hands in no time.{waited} What the handing over cost was \
             not measured by itself.",
            (1.0 - speedup.median) * 100.0
        ),
        Standing::Unclear => format!(
            "One lock allows no more than 1, and the interval, {low:.digits$} to {high:.digits$}, is too \
             wide to say how near to that they came.{waited}"
        ),
    }
}

/// Computing threads that nothing holds up: they can get what independent kernels get.
fn free_why(report: &Report, locks: Locks, workers: f64) -> String {
    let whose = match locks {
        Locks::Each => "Each thread has an interpreter and a lock of its own",
        _ => "There is no lock",
    };
    let Some(reached) = &report.capacity_efficiency else {
        return format!("{whose}; what the machine could have given was not measured.");
    };
    let kappa = report.core_equivalents.as_ref().map_or(String::new(), |kappa| {
        let digits = kappa.digits();
        format!(" ({:.digits$} cores' worth for {workers})", kappa.median)
    });
    let allowed = "what the machine gives to independent kernels";
    match reached.standing(1.0) {
        Standing::AsTheory => format!(
            "As theory allows: {whose_lower}, so nobody waited, and the threads got {} of {allowed}\
             {kappa}.",
            percents(reached),
            whose_lower = lower(whose)
        ),
        Standing::Beyond => off(reached),
        Standing::Short => format!(
            "{whose}, and still the threads got only {} of {allowed}{kappa}. {}",
            percents(reached),
            match share(report, Quantity::LockWait) {
                Some(share) =>
                    format!("They waited for their locks for {} of the time.", percents(&share)),
                None => "No cause can be named: nothing that was measured beside it explains \
                         that."
                    .to_owned(),
            }
        ),
        Standing::Unclear => format!(
            "{whose}. The threads got {} of {allowed}{kappa}: too wide an interval to say whether that \
             is all of it. More seconds, or fewer other programs, would narrow it.",
            percents(reached)
        ),
    }
}

/// Threads that wait outside the lock: all waits can go on at the same time.
fn outside_why(report: &Report, speedup: &Estimate, load: &str, workers: f64) -> String {
    let spent = match (share(report, Quantity::OutsideWait), share(report, Quantity::LockWait)) {
        (Some(outside), Some(lock)) => format!(
            " On average each spent {} of the time waiting outside and {} waiting for the lock.",
            percents(&outside),
            percents(&lock)
        ),
        (Some(outside), None) => format!(
            " On average each spent {} of the time waiting outside; waiting for the lock cannot be \
             told from nothing.",
            percents(&outside)
        ),
        _ => String::new(),
    };
    match speedup.standing(workers) {
        Standing::AsTheory => format!(
            "As theory allows: a thread that waits has dropped the lock, so all the waits overlapped.\
             {spent}"
        ),
        Standing::Beyond => {
            let Estimate { median, low, high, confidence, blocks } = *speedup;
            let [median, low, high] = [median, low, high].map(|it| it / workers);
            off(&Estimate { median, low, high, confidence, blocks })
        }
        _ if report.verdict == Some(Verdict::Faster) => format!(
            "The waits overlapped, but not all of them all of the time{}.{spent}",
            match load {
                "requests" =>
                    ": the server and the browser's network on this very machine share its cores, or \
                     queue for one another",
                "database" =>
                    ": the stores on this very machine share its cores, or queue for one another",
                _ => "",
            }
        ),
        _ => format!(
            "Overlap of the waits cannot be told from none here. {}{spent}",
            seen("This run", report.smallest_difference())
        ),
    }
}

/// A share of the threads' time, if its interval tells it from none.
fn share(report: &Report, quantity: Quantity) -> Option<Estimate> {
    report.quantity(quantity, Role::Parallel).filter(|share| share.lies_above(0.0))
}

/// A sentence's beginning, further on in another.
fn lower(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or(String::new(), |first| first.to_lowercase().chain(letters).collect())
}

fn mixed_why(report: &Report, locks: Locks) -> Option<String> {
    let spec = report.spec.as_ref()?;
    let interval_ms = spec.real("interval_ms")?;
    let wait_ms = median(&own_waits(report, interval_ms)?.samples)?;
    Some(match locks {
        Locks::One if (wait_ms / interval_ms - 1.0).abs() < 0.5 => format!(
            "A thread that wakes up waits a whole switch interval before it may even ask for the lock: \
             the median was {wait_ms:.2} ms at an interval of {interval_ms} ms. One computing thread \
             makes all others slow. This is the convoy."
        ),
        Locks::One => format!(
            "The median wait was {wait_ms:.2} ms at an interval of {interval_ms} ms: the interval \
             alone does not explain it, so waking a thread costs time here, or the cores were busy."
        ),
        _ => format!(
            "Nobody else can hold the lock, so it came at once: the median was {wait_ms:.2} ms."
        ),
    })
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::measure::block::Arm;
    use crate::measure::point::Point;
    use crate::params::{RunSpec, Value};

    fn about(median: f64, half: f64) -> Estimate {
        let (low, high) = (median - half, median + half);
        Estimate { median, low, high, confidence: 0.99, blocks: 8 }
    }

    /// A run of two threads, and what it says.
    fn said(load: &str, lock: &str, speedup: Estimate, lock_wait: Estimate) -> String {
        let name = |name: &str, value: &str| (name.to_owned(), Value::Name(value.to_owned()));
        let workers = ("workers".to_owned(), Value::Whole(2));
        let values = [workers, name("load", load), name("lock", lock)].into();
        let spec = RunSpec { exhibit: "threads".to_owned(), values };
        let arms = vec![Arm::only(Role::Parallel)];
        let points = vec![
            Point::new(Quantity::LockWait, &arms[0], lock_wait),
            Point::new(Quantity::OutsideWait, &arms[0], about(0.4, 0.05)),
        ];
        let Estimate { median, low, high, .. } = speedup;
        let capacity =
            Estimate { median: median / 2.0, low: low / 2.0, high: high / 2.0, ..speedup };
        let verdict = speedup.verdict();
        let report = Report {
            spec: Some(spec),
            arms,
            points,
            verdict,
            speedup: Some(speedup),
            capacity_efficiency: Some(capacity),
            ..Report::default()
        };
        why(&report).unwrap()
    }

    #[test]
    fn only_intervals_decide_what_is_said() {
        #[track_caller]
        fn case(said: String, part: &str) {
            assert!(said.contains(part), "{said}");
        }
        let half = || about(0.5, 0.02);
        case(said("cpu", "gil", about(0.99, 0.015), half()), "As theory allows: the threads took");
        case(said("cpu", "gil", about(0.99, 0.015), half()), "for 50 % (48 to 52) of the time");
        case(said("cpu", "gil", about(1.02, 0.04), half()), "too wide");
        case(said("cpu", "gil", about(1.06, 0.02), half()), "The instrument is off");
        case(said("cpu", "gil", about(0.9, 0.02), half()), "slower than one: by 10 %");
        let none = || about(0.0, 0.01);
        case(
            said("cpu", "free-threaded", about(1.98, 0.03), none()),
            "As theory allows: there is no",
        );
        case(said("cpu", "free-threaded", about(1.8, 0.03), none()), "No cause can be named");
        case(said("cpu", "per-interpreter", about(1.8, 0.03), half()), "waited for their locks");
        case(said("cpu", "free-threaded", about(1.9, 0.2), none()), "too wide an interval");
        case(said("cpu", "free-threaded", about(2.1, 0.02), none()), "The instrument is off");
        case(said("waiting", "gil", about(1.99, 0.03), none()), "As theory allows");
        case(said("waiting", "gil", about(1.99, 0.03), none()), "cannot be told from nothing");
        case(said("requests", "gil", about(1.5, 0.2), half()), "queue for one another");
        case(said("database", "gil", about(1.0, 0.2), none()), "cannot be told from none");
    }
}
