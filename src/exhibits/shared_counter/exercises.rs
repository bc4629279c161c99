//! What the visitor's runs say to the exercises of the lesson that are checked by runs. The
//! scheduler's is checked where its steps are chosen.

use super::program::Way;
use super::why::{counts, line_sentence, of_one_line, percent, point};
use crate::exhibits::card::{Progress, both, last};
use crate::measure::block::Verdict;
use crate::measure::point::Quantity;
use crate::measure::two_samples::shift;
use crate::report::Report;

/// Own counters on one line against own counters apart.
pub fn false_sharing(runs: &[Report]) -> Option<Progress> {
    let run = last(runs, |spec| spec.name("way") == "all")?;
    let Some(ratio) = of_one_line(run) else {
        return Some(Progress::Open(
            "Six blocks are needed; give the run more seconds.".to_owned(),
        ));
    };
    let found = line_sentence(run, &ratio);
    Some(match ratio.verdict() {
        Some(Verdict::Slower) => Progress::Opposite(found),
        _ => Progress::Solved(found),
    })
}

/// The least coverage of an interval between two runs.
const COVERAGE: f64 = 0.95;

/// Two workers against eight: is a larger share lost?
pub fn few_and_many(runs: &[Report]) -> Option<Progress> {
    let unprotected = Way::Unprotected;
    let with = |workers: u32| {
        let run = last(runs, |spec| {
            spec.whole("workers") == workers && ["all", "unprotected"].contains(&spec.name("way"))
        })?;
        Some((
            point(run, Quantity::LostShare, unprotected.name())?,
            counts(run, unprotected)?.lost(),
        ))
    };
    let next = [
        "Now with 2 workers, unprotected, in a run of six blocks or more.",
        "Now with 8 workers, unprotected, in a run of six blocks or more.",
    ];
    both(with(2), with(8), next, |(few, of_few), (many, of_many)| {
        // A share can be 0, so it is how much more is lost, and not how many times as much.
        let more = shift(&of_many, &of_few, COVERAGE)?;
        let what = format!("Two workers lost {}, eight {}.", percent(&few), percent(&many));
        Some(if more.lies_above(0.0) {
            Progress::Solved(format!("{what} Eight workers lost a larger share."))
        } else if more.lies_below(0.0) {
            Progress::Opposite(format!(
                "{what} Your runs show the opposite: eight workers lost a smaller share, because \
                 those that wait for a core meet nobody."
            ))
        } else {
            Progress::Solved(format!(
                "{what} Your runs show no measurable difference: eight workers lost between {:+.1} and \
                 {:+.1} percentage points more, and anything in between would look like this.",
                more.low * 100.0,
                more.high * 100.0
            ))
        })
    })
}
