//! What the visitor's runs say to the exercises of the lesson.

use super::program::BETTER;
use crate::exhibits::card::{Progress, both, last};
use crate::exhibits::exercise::{Shows, shows, undecided};
use crate::fib;
use crate::measure::block::{Estimate, Role, with_role};
use crate::measure::stats::{LEAST_FOR_VERDICT, estimate};
use crate::measure::summary::{column, ratios, units};
use crate::report::Report;

/// The least coverage of an interval.
const COVERAGE: f64 = 0.95;

/// How long the better algorithm took, in nanoseconds, with its interval.
fn better_ns(run: &Report) -> Option<Estimate> {
    let ns = units(&run.blocks, |own| column(own, BETTER));
    let ns: Vec<f64> = ns.into_iter().map(|ms| ms * 1e6).collect();
    estimate(&ns, COVERAGE)
}

/// Both better algorithms, at the same n. Fast doubling has fewer steps, so it is expected to
/// be the faster one.
pub fn another_better_one(runs: &[Report]) -> Option<Progress> {
    let with = |name: &str| last(runs, |spec| spec.name("algorithm") == name);
    let next = ["Now iterating.", "Now fast doubling."];
    both(with("iterating"), with("fast-doubling"), next, |looped, doubled| {
        let n = |run: &Report| run.spec.as_ref().map(|spec| spec.whole("n"));
        let (n, same) = (n(looped)?, n(doubled)?);
        let (loop_ns, doubling_ns) = (better_ns(looped)?, better_ns(doubled)?);
        let what = format!(
            "Iterating took {:.0} ns ({:.0} to {:.0}) for n = {n}, fast doubling {:.0} ns ({:.0} to {:.0}) \
             for n = {same}.",
            loop_ns.median,
            loop_ns.low,
            loop_ns.high,
            doubling_ns.median,
            doubling_ns.low,
            doubling_ns.high
        );
        if n != same {
            return Some(Progress::Open(format!(
                "{what} Measure both for the same n to compare them."
            )));
        }
        // The larger time is expected of the loop.
        let shows = shows(&loop_ns, &doubling_ns);
        let because = match shows {
            Shows::Expected => format!(
                " Its {} multiplications took less than {n} additions.",
                fib::multiplications(n)
            ),
            Shows::Opposite => format!(
                " Your runs show the opposite of what the number of steps suggests, because {} \
                 multiplications and the looking at bits are dearer than {n} additions.",
                fib::multiplications(n)
            ),
            Shows::Neither => undecided(&loop_ns, &doubling_ns),
        };
        Some(shows.progress(format!("{what}{because}")))
    })
}

/// How many workers the recursion would need to catch up, and whether any number would do:
/// its longest chain of calls cannot be shared.
pub fn catch_up(runs: &[Report]) -> Option<Progress> {
    let run = last(runs, |_| true)?;
    let n = run.spec.as_ref()?.whole("n");
    let serial = with_role(&run.arms, Role::Serial)?;
    let needed = estimate(&units(&run.blocks, |own| ratios(own, &serial.id, BETTER)), COVERAGE)?;
    let what = format!(
        "For n = {n}, the recursion would need {} perfect workers ({} to {}).",
        rounded(needed.median),
        rounded(needed.low),
        rounded(needed.high)
    );
    if needed.blocks < LEAST_FOR_VERDICT {
        return Some(Progress::Open(format!(
            "{what} More seconds give enough blocks to say that."
        )));
    }
    // With as many workers as it likes it still takes its longest chain of n − 1 calls.
    let most = fib::calls(n) as f64 / f64::from(n.saturating_sub(1).max(1));
    Some(if needed.low > most {
        Progress::Solved(format!(
            "{what} No number would do: its longest chain of {} calls allows a speed-up of {} at the most.",
            n - 1,
            rounded(most)
        ))
    } else if needed.high < most {
        Progress::Solved(format!(
            "{what} On paper that is possible: its longest chain of {} calls would allow a speed-up of {}.",
            n - 1,
            rounded(most)
        ))
    } else {
        Progress::Open(format!(
            "{what} Whether its longest chain of {} calls allows that, the interval does not tell.",
            n - 1
        ))
    })
}

/// A large factor with no more than two digits that say something: `1.2 million`.
pub fn rounded(factor: f64) -> String {
    match factor {
        f if f >= 1e6 => format!("{:.1} million", f / 1e6),
        f if f >= 1e3 => format!("{:.0} thousand", f / 1e3),
        f => format!("{f:.1}"),
    }
}
