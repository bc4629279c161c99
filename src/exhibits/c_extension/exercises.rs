//! What the visitor's runs say to the exercises of the lesson.

use super::expected::{held, released, theory};
use super::hand_over::{fitted, share};
use super::why::in_words;
use crate::exhibits::card::{Progress, both, last, measured};
use crate::exhibits::exercise::{Shows, shows, undecided};
use crate::params::RunSpec;
use crate::report::Report;

/// The last run in which this share is held in so many holds.
fn with(runs: &[Report], part: f64, holds: u32) -> Option<&Report> {
    last(runs, |spec: &RunSpec| {
        released(spec) && held(spec) == part && spec.whole("holds") == holds
    })
}

/// A quarter of the work under the lock, in one hold and in ten: the held parts of one thread
/// overlap with the free parts of the others.
pub fn once_and_ten_times(runs: &[Report]) -> Option<Progress> {
    let (once, often) = (with(runs, 0.25, 1), with(runs, 0.25, 10));
    let next = ["Now the same quarter in a single hold.", "Now the same quarter in ten holds."];
    both(once, often, next, |once, often| {
        let what = format!("Held once: {}. Held ten times: {}.", measured(once)?, measured(often)?);
        let (larger, smaller) = (often.speedup.as_ref()?, once.speedup.as_ref()?);
        let shows = shows(larger, smaller);
        let because = match shows {
            Shows::Expected => {
                " The held parts of one thread overlapped with the free parts of the others."
                    .to_owned()
            }
            Shows::Opposite => format!(
                " Your runs show the opposite, because {}.",
                lost_to(often).unwrap_or_else(|| "something else used the cores".to_owned())
            ),
            Shows::Neither => undecided(larger, smaller),
        };
        Some(shows.progress(format!("{what}{because}")))
    })
}

/// Half of the work under the lock, in ten holds and in a hundred: the lock is never free, and
/// every hand-over costs.
pub fn ten_and_a_hundred_times(runs: &[Report]) -> Option<Progress> {
    let (ten, hundred) = (with(runs, 0.5, 10), with(runs, 0.5, 100));
    let next = ["Now the same half in ten holds.", "Now the same half in a hundred holds."];
    both(ten, hundred, next, |ten, hundred| {
        let what =
            format!("In ten holds: {}. In a hundred: {}.", measured(ten)?, measured(hundred)?);
        let (larger, smaller) = (ten.speedup.as_ref()?, hundred.speedup.as_ref()?);
        let shows = shows(larger, smaller);
        let cost = fitted(hundred).map(in_words);
        let because = match (shows, cost) {
            (Shows::Expected, Some(cost)) => {
                format!(" The lock was never free, and {cost}, ten times as often.")
            }
            (Shows::Expected, None) => {
                " The lock was never free, and it changed hands ten times as \
                                         often."
                    .to_owned()
            }
            (Shows::Opposite, cost) => format!(
                " Your runs show the opposite, because the overlap gained more than the hand-overs \
                 took: {}.",
                cost.unwrap_or_else(|| "they cost next to nothing here".to_owned())
            ),
            (Shows::Neither, _) => undecided(larger, smaller),
        };
        Some(shows.progress(format!("{what}{because}")))
    })
}

/// The lock is never released.
pub fn forgotten(runs: &[Report]) -> Option<Progress> {
    let run = last(runs, |spec| spec.name("release") == "no" && spec.whole("workers") > 1)?;
    let speedup = run.speedup.as_ref()?;
    let what = format!("With the lock never released you measured {}.", measured(run)?);
    let (progress, because): (fn(String) -> Progress, _) = if speedup.high < 1.05 {
        (
            Progress::Solved,
            " More workers do not help: Amdahl's law says 1 for f = 1, for any number.",
        )
    } else if speedup.low > 1.05 {
        (
            Progress::Opposite,
            " Your run shows the opposite, because the serial samples and the parallel ones did not \
             meet the same machine: under a lock that is never dropped nothing can be gained.",
        )
    } else {
        (
            Progress::Open,
            " The interval is too wide to say that nothing was gained; more seconds tell.",
        )
    };
    Some(progress(what + because))
}

/// What kept many holds from being faster, if the figures say so.
fn lost_to(run: &Report) -> Option<String> {
    let spec = run.spec.as_ref()?;
    let cost = share(run);
    let dear = theory(spec, held(spec), cost) < 0.9 * theory(spec, held(spec), 0.0);
    fitted(run).filter(|_| dear).map(in_words)
}
