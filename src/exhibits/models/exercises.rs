//! What the visitor's runs say to the exercises of the lesson.

use super::why::{better_and_faster, better_but_slower, enough, named, slow_gainer, with_interval};
use crate::analysis::rows::{Figures, times_as_long};
use crate::exhibits::card::{Progress, last};
use crate::measure::block::{Estimate, Verdict};
use crate::report::{Model, Report};

const TOO_FEW: &str = "Six blocks are needed; give the run more seconds.";

fn too_few() -> Option<Progress> {
    Some(Progress::Open(TOO_FEW.to_owned()))
}

/// Two models of which the one with the better speed-up is the slower program.
pub fn better_speedup_slower_program(runs: &[Report]) -> Option<Progress> {
    let run = last(runs, |_| true).filter(|run| !run.rows.is_empty())?;
    let Some(all) = enough(run) else { return too_few() };
    if let Some((slow, fast, ratio)) = better_but_slower(run, &all) {
        return Some(Progress::Solved(format!(
            "{}: the better speed-up, and {} times as long as {}.",
            named(slow),
            with_interval(&ratio),
            named(fast)
        )));
    }
    Some(match better_and_faster(run, &all) {
        Some((fast, slow, ratio)) => Progress::Opposite(format!(
            "Your runs show the opposite: wherever two speed-ups differ measurably, the better one \
             belongs to the faster program, as with {} against {}, which took {} times as long; \
             because here the slow programs are also those whose workers hold each other up.",
            named(fast),
            named(slow),
            with_interval(&inverse(&ratio))
        )),
        None => Progress::Open(
            "No two speed-ups of this run differ measurably and belong to programs that do. More \
             seconds narrow the intervals."
                .to_owned(),
        ),
    })
}

/// The same ratio the other way round.
fn inverse(ratio: &Estimate) -> Estimate {
    let Estimate { median, low, high, .. } = *ratio;
    Estimate { median: 1.0 / median, low: 1.0 / high, high: 1.0 / low, ..ratio.clone() }
}

/// Whether JavaScript workers catch up with the loop without workers.
pub fn workers_against_the_loop(runs: &[Report]) -> Option<Progress> {
    let run = last(runs, |_| true).filter(|run| !run.rows.is_empty())?;
    let Some(all) = enough(run) else { return too_few() };
    if let Some((slow, ratio)) = slow_gainer(run, &all) {
        return Some(Progress::Solved(format!(
            "{} took {} times as long as the loop without workers: all of them together do not make \
             up for the slower program.",
            named(slow),
            with_interval(&ratio)
        )));
    }
    let of = |model: Model| all.iter().find(|figures: &&Figures| figures.model == model);
    let ratio = times_as_long(run, of(Model::Javascript)?, of(Model::Serial)?)?;
    let found = format!("JavaScript workers took {} times as long as", with_interval(&ratio));
    Some(match ratio.verdict() {
        Some(Verdict::Slower) => Progress::Opposite(format!(
            "{found} the loop without workers. Your runs show the opposite: they have caught up, \
             because there are more of them than their program is slower."
        )),
        _ => Progress::Open(format!(
            "{found} the loop, and no model that gained is measurably slower than it. Try fewer \
             workers, or more seconds."
        )),
    })
}

/// The largest task of a list that counts as small.
const SMALL: u32 = 22;

/// Whether processes lose their gain where the tasks are small.
pub fn small_tasks(runs: &[Report]) -> Option<Progress> {
    let is_small = |tasks: &[u32]| tasks.iter().all(|&n| n <= SMALL);
    let run = last(runs, |spec| is_small(spec.list("tasks")))?;
    let Some(all) = enough(run) else { return too_few() };
    let processes = all.iter().find(|figures| figures.model == Model::Processes)?;
    let found = named(processes);
    Some(match processes.speedup.as_ref()?.verdict() {
        Some(Verdict::Slower) => Progress::Solved(format!(
            "{found}: the messages cost more than the small tasks bring, and the loop alone is \
             faster."
        )),
        Some(Verdict::Faster) => Progress::Opposite(format!(
            "{found}. Your runs show the opposite: they still gain, because a message costs little \
             here beside these tasks. Try smaller ones."
        )),
        _ => Progress::Open(format!("{found}: no measurable difference yet. Try smaller tasks.")),
    })
}
