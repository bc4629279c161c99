//! What the visitor's runs say to the exercises of the lesson.

use super::messages::{Mode, mode};
use crate::exhibits::card::{Progress, both, last};
use crate::measure::block::Estimate;
use crate::measure::stats::estimate;
use crate::report::{LineKind, Report, SeriesName};

/// The least coverage of an interval over lives.
const COVERAGE: f64 = 0.95;
/// Lives that wait overlap nearly all if that many went by at the same time.
const MOST_OF_SIXTEEN: f64 = 12.0;

/// Child 3 dies half-way, and the others go on.
pub fn the_third_dies(runs: &[Report]) -> Option<Progress> {
    let run = last(runs, |spec| spec.whole("kill") == 3 && spec.whole("children") > 3)?;
    let children = run.spec.as_ref()?.whole("children");
    let done = |worker: u32| {
        run.log.iter().any(|line| line.worker == worker && line.kind == LineKind::Done)
    };
    let ended = (0..children).filter(|&child| done(child)).count() as u32;
    let what = format!("{ended} of {children} children said that they were done.");
    let parent_knows = run.log.iter().any(|line| line.worker == children);
    Some(if done(2) {
        Progress::Opposite(format!(
            "{what} Your run shows the opposite, because child 3 came to its end before it died."
        ))
    } else if ended + 1 < children {
        Progress::Opposite(format!(
            "{what} Your run shows the opposite of children that go on, because more than the third came \
             to no end: the log says which, and why."
        ))
    } else if parent_knows {
        Progress::Solved(format!(
            "{what} The third never did, the store counted {ended}, and the parent, which knew of the \
             death, waited for no more."
        ))
    } else {
        Progress::Open(format!("{what} The parent has not told what it heard of it."))
    })
}

/// How many lives of a run went by at the same time: from the interval of a life, and the time
/// that all took together.
fn at_once(run: &Report) -> Option<Estimate> {
    let lives: Vec<f64> = run
        .series_named(SeriesName::ChildLife)
        .flat_map(|series| series.samples.iter().copied())
        .collect();
    let life = estimate(&lives, COVERAGE)?;
    let children = run.series_named(SeriesName::ChildLife).count();
    let lives_per_ms = children as f64 / all_ms(run)?.median;
    let [low, median, high] = [life.low, life.median, life.high].map(|ms| ms * lives_per_ms);
    Some(Estimate { median, low, high, ..life })
}

/// Sixteen children that wait, and sixteen that compute.
pub fn sixteen(runs: &[Report]) -> Option<Progress> {
    let with = |wanted: Mode| {
        last(runs, |spec| {
            let asked = (spec.whole("children"), spec.name("start")) == (16, "background");
            asked && mode(spec) == wanted
        })
    };
    let next = ["Now sixteen that wait.", "Now sixteen that compute."];
    both(with(Mode::Waiting), with(Mode::Computing), next, |waiting, computing| {
        let seconds = |run| Some(all_ms(run)?.median / 1e3);
        let waits = at_once(waiting)?;
        let what = format!(
            "Waiting took {:.1} s, in which {:.1} lives ({:.1} to {:.1}) went by at the same time; \
             computing took {:.1} s.",
            seconds(waiting)?,
            waits.median,
            waits.low,
            waits.high,
            seconds(computing)?
        );
        Some(if waits.low > MOST_OF_SIXTEEN {
            Progress::Solved(format!(
                "{what} Sixteen that wait need no more cores than one does; what sixteen that compute \
                 take is all of their work, divided by the cores that you have."
            ))
        } else if waits.high < MOST_OF_SIXTEEN {
            Progress::Opposite(format!(
                "{what} Your runs show the opposite of waits that all overlap, because starting sixteen \
                 children took a good part of their lives here."
            ))
        } else {
            Progress::Open(format!(
                "{what} The lives differ too much to say that all waits overlapped: close other \
                 programs and run it again."
            ))
        })
    })
}

/// How long all children took together, over all times that they lived.
pub fn all_ms(report: &Report) -> Option<Estimate> {
    estimate(&report.series_named(SeriesName::AllChildren).next()?.samples, COVERAGE)
}
