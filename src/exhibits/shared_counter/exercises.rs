//! What the visitor's runs say to the exercises of the lesson that are checked by runs. The
//! scheduler's is checked where its steps are chosen.

use super::program::Way;
use super::why::{line_sentence, of_one_line, percent, point};
use crate::exhibits::card::{Progress, both, last};
use crate::measure::block::Verdict;
use crate::measure::summary::Quantity;
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

/// Two workers against eight: is a larger share lost?
pub fn few_and_many(runs: &[Report]) -> Option<Progress> {
    let with = |workers: u32| {
        let run = last(runs, |spec| {
            spec.whole("workers") == workers && ["all", "unprotected"].contains(&spec.name("way"))
        })?;
        point(run, Quantity::LostShare, Way::Unprotected.name())
    };
    let next = [
        "Now with 2 workers, unprotected, in a run of six blocks or more.",
        "Now with 8 workers, unprotected, in a run of six blocks or more.",
    ];
    both(with(2), with(8), next, |few, many| {
        // A share can be 0, so the intervals are compared as they are, and no ratio of them.
        let (is_more, is_less) = (few.high < many.low, many.high < few.low);
        let what = format!("Two workers lost {}, eight {}.", percent(&few), percent(&many));
        Some(if is_more {
            Progress::Solved(format!("{what} Eight workers lost a larger share."))
        } else if is_less {
            Progress::Opposite(format!(
                "{what} Your runs show the opposite: eight workers lost a smaller share, because \
                 those that wait for a core meet nobody."
            ))
        } else {
            Progress::Solved(format!("{what} Your runs show no difference: the intervals overlap."))
        })
    })
}
