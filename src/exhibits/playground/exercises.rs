//! What the visitor's runs say to the exercises of the lesson.

use crate::exhibits::card::{Progress, last, measured};
use crate::exhibits::exercise::{fewer_cores, on_paper};
use crate::measure::stats::Standing;
use crate::report::Report;

/// A schedule that is twice as fast on paper, on the cores.
pub fn twice(runs: &[Report]) -> Option<Progress> {
    let run = last(runs, |spec| spec.exhibit == "playground")?;
    let ideal = run.ideal.as_ref()?.speedup;
    if ideal < 1.995 {
        return Some(Progress::Open(format!(
            "Your last schedule is {ideal:.2} times as fast on paper: its longest lane has more than half \
             of the work."
        )));
    }
    let what = format!("{ideal:.2} on paper; you measured {}.", measured(run)?);
    Some(match on_paper(run, ideal) {
        Some(Standing::AsTheory) => {
            Progress::Solved(format!("{what} Your cores did what you had drawn."))
        }
        Some(Standing::Short) => match fewer_cores(run) {
            Some(cores) => {
                Progress::Solved(format!("{what} Your schedule is not the reason: {cores}."))
            }
            None => Progress::Opposite(format!(
                "{what} Your run shows less, and not because of the cores: “Where did the time go?” may \
                 say because of what."
            )),
        },
        Some(Standing::Beyond) => Progress::Opposite(format!(
            "{what} Your run shows more than the schedule allows, because serial and parallel samples \
             did not meet the same machine."
        )),
        Some(Standing::Unclear) | None => Progress::Open(format!(
            "{what} The interval is too wide to say: more seconds narrow it."
        )),
    })
}
