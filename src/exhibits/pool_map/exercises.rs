//! What the visitor's runs say to the exercises of the lesson.

use crate::exhibits::card::{Progress, last, measured};
use crate::exhibits::exercise::{fewer_cores, on_paper};
use crate::measure::stats::Standing;
use crate::report::Report;
use crate::theory::laws::{CHAPTER_TASKS, PHI};

/// The list turned round and claimed in order, on two workers: exactly φ on paper. Other
/// assignments do not take the largest last.
pub fn largest_last(runs: &[Report]) -> Option<Progress> {
    let mut rising = CHAPTER_TASKS;
    rising.reverse();
    let turned = last(runs, |spec| spec.list("tasks") == rising && spec.whole("workers") == 2)?;
    let in_order = |spec: &crate::params::RunSpec| {
        spec.list("tasks") == rising
            && spec.whole("workers") == 2
            && (spec.name("assignment") == "in-order"
                || spec.name("assignment") == "chunks" && spec.whole("chunk") == 1)
    };
    let Some(run) = last(runs, in_order) else {
        let assignment = turned.spec.as_ref()?.name("assignment").to_owned();
        return Some(Progress::Open(format!(
            "The assignment “{assignment}” does not hand the list out from its start to its end: \
             choose “in order, one by one”."
        )));
    };
    let what =
        format!("Largest last, you measured {}; on paper it is φ = {PHI:.3}.", measured(run)?);
    Some(match on_paper(run, PHI) {
        Some(Standing::AsTheory) => {
            Progress::Solved(format!("{what} fib(38) starts when nothing else is left."))
        }
        Some(Standing::Short) => match fewer_cores(run) {
            Some(cores) => Progress::Solved(format!(
                "{what} Your run shows less, because {cores}; the order costs its part of that."
            )),
            None => Progress::Opposite(format!(
                "{what} Your run shows less, and neither the order nor the cores are the reason: \
                 something else took its time, which “Where did the time go?” may name."
            )),
        },
        Some(Standing::Beyond) => Progress::Opposite(format!(
            "{what} Your run shows the opposite, because serial and parallel samples did not meet the \
             same machine: no order of work allows more than paper does."
        )),
        Some(Standing::Unclear) | None => Progress::Open(format!(
            "{what} The interval is too wide to tell it from 2: more seconds narrow it."
        )),
    })
}

/// Six tasks that three workers can do three times as fast.
pub fn three_times(runs: &[Report]) -> Option<Progress> {
    let run = last(runs, |spec| spec.list("tasks").len() == 6 && spec.whole("workers") == 3)?;
    let ideal = run.ideal.as_ref()?.speedup;
    if ideal < 2.995 {
        return Some(Progress::Open(format!(
            "The ideal of your last list of six is {ideal:.2}: one worker has more to do than the \
             others."
        )));
    }
    let what =
        format!("The ideal of your list is {ideal:.2}, and you measured {}.", measured(run)?);
    Some(match on_paper(run, ideal) {
        Some(Standing::AsTheory) => {
            Progress::Solved(format!("{what} Three workers were three times as fast."))
        }
        Some(Standing::Short) => {
            let cores = fewer_cores(run);
            let why =
                cores.unwrap_or_else(|| "something other than the list took its time".to_owned());
            Progress::Solved(format!(
                "{what} The list allows it, but your machine does not: {why}."
            ))
        }
        Some(Standing::Beyond) => Progress::Opposite(format!(
            "{what} Your run shows more than three workers can do, because serial and parallel samples \
             did not meet the same machine."
        )),
        Some(Standing::Unclear) | None => Progress::Open(format!(
            "{what} The interval is too wide to tell whether it was reached: more seconds narrow it."
        )),
    })
}
