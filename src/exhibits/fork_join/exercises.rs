//! What the visitor's runs say to the exercises of the lesson.

use super::measured::uncut;
use super::why::largest_taken;
use crate::exhibits::card::{Progress, last, measured};
use crate::measure::stats::{LEAST_FOR_VERDICT, Standing};
use crate::report::Report;

/// What joins may cost.
const ALLOWED: f64 = 1.05;

/// The smallest cut-off that costs one worker 5 % at most.
pub fn five_percent(runs: &[Report]) -> Option<Progress> {
    let of = |run: &Report| -> Option<(u32, f64, f64, f64)> {
        let spec = run.spec.as_ref()?;
        let asked = spec.name("grain") == "cut-off" && spec.name("work") == "fib";
        let overhead = run.work_overhead.as_ref().filter(|_| asked)?;
        Some((spec.whole("cutoff"), overhead.median, overhead.low, overhead.high))
    };
    let found: Vec<_> = runs.iter().filter_map(of).collect();
    let (own, median, low, high) = *found.last()?;
    let cheap = found.iter().filter(|(.., high)| *high <= ALLOWED).min_by_key(|run| run.0);
    Some(match cheap {
        Some((cutoff, median, low, high)) => Progress::Solved(format!(
            "A cut-off of {cutoff} costs {:+.1} % here ({:+.1} to {:+.1}); of your runs it is the smallest \
             that costs 5 % at most.",
            (median - 1.0) * 100.0,
            (low - 1.0) * 100.0,
            (high - 1.0) * 100.0
        )),
        None if low > ALLOWED => Progress::Open(format!(
            "A cut-off of {own} still costs {:.0} %: a larger one makes fewer joins.",
            (median - 1.0) * 100.0
        )),
        None => Progress::Open(format!(
            "The joins of a cut-off of {own} cost between {:+.1} and {:+.1} %, and that does not tell \
             whether it is more than 5 %: more seconds narrow it.",
            (low - 1.0) * 100.0,
            (high - 1.0) * 100.0
        )),
    })
}

/// Whether more cores repay what joins cost without a cut-off.
pub fn more_cores(runs: &[Report]) -> Option<Progress> {
    let run = last(runs, |spec| spec.name("grain") == "none" && spec.whole("workers") > 1)?;
    let workers = run.spec.as_ref()?.whole("workers");
    let (uncut, speedup) = (uncut(run)?, run.speedup.as_ref()?);
    let what = format!(
        "One worker took {:.2} times as long as the serial program ({:.2} to {:.2}), and {workers} were \
         {} times as fast as it.",
        uncut.median,
        uncut.low,
        uncut.high,
        measured(run)?
    );
    if speedup.blocks < LEAST_FOR_VERDICT {
        return Some(Progress::Open(format!(
            "{what} More seconds give enough blocks to judge that."
        )));
    }
    Some(match speedup.standing(1.0) {
        Standing::Beyond => Progress::Solved(format!(
            "{what} They repay it: every worker pays for the joins it makes, so the price divides \
             among them as the work does."
        )),
        Standing::Short => Progress::Opposite(format!(
            "{what} Here they do not repay it, because a join costs more than so many cores give back; \
             a cut-off, or more of them, would."
        )),
        _ => Progress::Open(format!("{what} That does not tell whether they repay it.")),
    })
}

/// The largest subtree that changed hands.
pub fn largest_half(runs: &[Report]) -> Option<Progress> {
    let run = last(runs, |spec| {
        spec.name("work") == "fib" && spec.whole("tree") == 0 && spec.whole("workers") > 1
    })?;
    let n = run.spec.as_ref()?.whole("n");
    let Some((_, size)) = largest_taken(run) else {
        return Some(Progress::Open(
            "Nothing changed hands in the run that is shown: a larger n gives the others time."
                .to_owned(),
        ));
    };
    Some(if size + 4 >= n {
        Progress::Solved(format!(
            "fib({size}) was taken, of fib({n}): who is hungry gets the oldest half that was put by, \
             and the oldest is the largest."
        ))
    } else {
        Progress::Opposite(format!(
            "The largest that was taken is fib({size}), far below fib({n}), because the others came \
             late: they slept, or another program had their core, and the large halves were already \
             under way."
        ))
    })
}
