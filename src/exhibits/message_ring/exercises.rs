//! What the visitor's runs say to the exercises of the lesson.

use crate::exhibits::card::{Progress, last};
use crate::measure::line_fit::fitted_line;
use crate::measure::stats::estimate;
use crate::report::{Outcome, RankWait, Report, Series, SeriesName};

/// The bugs of the bench.
const BUGS: [&str; 4] = ["lost-first", "lost-reply", "source-minus-one", "everyone-receives"];

/// Who waited for whom at the end of a run, if it stood still.
fn waits(run: &Report) -> Option<&[RankWait]> {
    match run.outcome.as_ref()? {
        Outcome::Deadlock { waits } => Some(waits),
    }
}

/// Whether whoever follows the waits from rank to rank comes back to where they began.
fn is_closed(waits: &[RankWait]) -> bool {
    let Some(first) = waits.first() else { return false };
    let next = |who: i32| waits.iter().find(|wait| wait.who as i32 == who).map(|wait| wait.whom);
    let mut at = first.whom;
    for _ in 0..waits.len() {
        if at == first.who as i32 {
            return true;
        }
        match next(at) {
            Some(whom) => at = whom,
            None => return false,
        }
    }
    false
}

/// All four bugs of the bench.
pub fn four_bugs(runs: &[Report]) -> Option<Progress> {
    let seen: Vec<(&str, &Report)> = BUGS
        .into_iter()
        .filter_map(|bug| Some((bug, last(runs, |spec| spec.name("bug") == bug)?)))
        .collect();
    if seen.is_empty() {
        return None;
    }
    if let Some((bug, _)) = seen.iter().find(|(_, run)| waits(run).is_none()) {
        return Some(Progress::Opposite(format!(
            "Your runs show the opposite: with the bug “{bug}” the ranks did not stand still, because \
             the run was broken off before. Run it again."
        )));
    }
    if seen.len() < BUGS.len() {
        return Some(Progress::Open(format!("{} of the {} bugs so far.", seen.len(), BUGS.len())));
    }
    let closed = seen.iter().filter(|(_, run)| waits(run).is_some_and(is_closed));
    let closed: Vec<String> = closed.map(|(bug, _)| format!("“{bug}”")).collect();
    Some(match closed.as_slice() {
        [one] => Progress::Solved(format!(
            "You have seen all four stand still. The graph is a closed circle in one of them, {one}; in \
             the others the waits lead to a rank that has ended, or to none."
        )),
        [] => Progress::Opposite(
            "You have seen all four stand still, but your runs show the opposite of a circle, because in none of \
             them the waits lead back to where they began."
                .to_owned(),
        ),
        several => Progress::Opposite(format!(
            "You have seen all four stand still, but your runs show the opposite, because in {} of them the waits lead \
             back to where they began: {}.",
            several.len(),
            several.join(", ")
        )),
    })
}

/// The least coverage of an interval over messages.
const COVERAGE: f64 = 0.95;

/// The size at which a message takes twice as long as the smallest.
pub fn twice_as_long(runs: &[Report]) -> Option<Progress> {
    let run = last(runs, |spec| spec.name("pattern") == "ping-pong")?;
    let sizes: Vec<&Series> = run.series_named(SeriesName::Message).collect();
    let messages = sizes.iter().map(|series| series.samples.len()).min()?;
    let largest = sizes.iter().map(|series| series.x).reduce(f64::max)?;
    // A line through the first message of every size, one through the second, and so on.
    let lines = (0..messages).filter_map(|at| {
        let points: Vec<_> = sizes.iter().map(|size| (size.x, size.samples[at])).collect();
        fitted_line(&points)
    });
    let doubled: Vec<f64> =
        lines.map(|(alpha, beta)| alpha.max(0.0) / beta.max(1e-15) + 2.0).collect();
    let Some(doubled) = estimate(&doubled, COVERAGE).filter(|_| sizes.len() > 2) else {
        return Some(Progress::Open("Run it for the sweep of sizes.".to_owned()));
    };
    let what = format!(
        "By the lines through your points a message takes twice as long as the smallest from {:.0} bytes \
         on ({:.0} to {:.0}).",
        doubled.median, doubled.low, doubled.high
    );
    Some(if doubled.high < largest {
        Progress::Solved(format!(
            "{what} Smaller ones pay for the sending, larger ones for the copying."
        ))
    } else if doubled.low > largest {
        Progress::Opposite(format!(
            "{what} Your run shows the opposite of a limit within the sweep, because even {largest:.0} \
             bytes cost less than the sending itself."
        ))
    } else {
        Progress::Open(format!(
            "{what} That is too uncertain: run it again when the machine is idle."
        ))
    })
}
