//! What the visitor's runs say to the exercises of the lesson.

use super::program::ratio;
use super::sides::Across;
use crate::exhibits::card::{Progress, last};
use crate::measure::block::Verdict;
use crate::report::Report;

/// So many rounds are asked for, and so many of them may err, as the lab demands of itself.
const ROUNDS: usize = 40;
const MAY_ERR: usize = 4;

/// How many rounds of a run found a difference.
fn different(run: &Report) -> usize {
    run.rounds.iter().filter(|round| round.verdict != Verdict::NoDifference).count()
}

/// Forty rounds of a program against itself.
pub fn forty_rounds(runs: &[Report]) -> Option<Progress> {
    let run = last(runs, |spec| Across::of(spec) == Across::Same)?;
    let (wrong, of) = (different(run), run.rounds.len());
    Some(if of < ROUNDS {
        Progress::Open(format!("{of} rounds so far in one run: {wrong} found a difference."))
    } else if wrong * ROUNDS <= MAY_ERR * of {
        Progress::Solved(format!(
            "{wrong} of {of} rounds found a difference that is not there; the lab allows itself {MAY_ERR} \
             of {ROUNDS}."
        ))
    } else {
        Progress::Opposite(format!(
            "Your run shows the opposite of an instrument to trust: {wrong} of {of} rounds found a \
             difference that is not there, because something disturbed the machine for longer than a \
             block, which pairing cannot cancel."
        ))
    })
}

/// The smallest ratio of which every round said that it is not 1.
pub fn smallest_ratio(runs: &[Report]) -> Option<Progress> {
    let asked = |run: &&Report| run.spec.as_ref().is_some_and(|spec| ratio(spec) > 1.0);
    let tried: Vec<(f64, &Report)> = runs
        .iter()
        .filter(asked)
        .filter(|run| !run.rounds.is_empty())
        .filter_map(|run| Some((ratio(run.spec.as_ref()?), run)))
        .collect();
    let (last, newest) = tried.last()?;
    let told = tried.iter().filter(|(_, run)| different(run) == run.rounds.len());
    let smallest = told.map(|(ratio, _)| *ratio).reduce(f64::min);
    Some(match smallest {
        Some(smallest) if smallest <= 1.05 => {
            Progress::Solved(format!("In every round the lab told a ratio of {smallest} from 1."))
        }
        Some(smallest) => Progress::Open(format!(
            "In every round the lab told a ratio of {smallest} from 1. Try 1.05."
        )),
        None => Progress::Opposite(format!(
            "At a ratio of {last} only {} of {} rounds found the difference, although it is there, because \
             the noise of this machine is as large as that.",
            different(newest),
            newest.rounds.len()
        )),
    })
}
