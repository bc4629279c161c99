//! What a run could have seen: without that, "no difference" says nothing.

use fastrand::Rng;

use super::sampling::Stopping;
use super::stats::{FASTER, LEAST_FOR_VERDICT, estimate, median};

/// So many runs are simulated.
const RUNS: usize = 1_000;
/// The share of runs that have to see the difference.
const POWER: f64 = 0.8;

/// The smallest true ratio above 1 that a run under this rule would call "faster" with a
/// probability of 80 %, if its blocks scatter as these `ratios` do. `None` of fewer blocks
/// than a verdict needs.
///
/// Runs are simulated whose ratios are drawn from these, with replacement, around a ratio
/// of 1 (a bootstrap: B. Efron, Annals of Statistics 7, 1979). A true ratio of R multiplies
/// all of them by R and leaves the rule's decisions alone, so one simulation tells for each
/// run which R it would have needed. From few blocks the scatter is known badly, and so is
/// this. `seed` makes it the same each time.
///
/// # Examples
///
/// ```
/// use fib_lab::measure::power::smallest_difference;
/// use fib_lab::measure::sampling::Stopping;
/// let rule = Stopping { most: 12, early: true };
/// let quiet = smallest_difference(&[1.8; 6], rule, 1).unwrap();
/// assert!((quiet - 1.01).abs() < 1e-9);
/// let noisy = [1.6, 1.7, 1.8, 1.8, 1.9, 2.0];
/// assert!(smallest_difference(&noisy, rule, 1).unwrap() > 1.03);
/// assert_eq!(smallest_difference(&[1.8; 5], rule, 1), None);
/// ```
pub fn smallest_difference(ratios: &[f64], rule: Stopping, seed: u32) -> Option<f64> {
    if ratios.len() < LEAST_FOR_VERDICT {
        return None;
    }
    let middle = median(ratios)?;
    let mut rng = Rng::with_seed(u64::from(seed));
    let mut needed: Vec<f64> = (0..RUNS)
        .filter_map(|_| {
            let mut drawn = Vec::new();
            while !rule.enough(&drawn) {
                drawn.push(ratios[rng.usize(0..ratios.len())] / middle);
            }
            let low = estimate(&drawn, rule.least_coverage(drawn.len()))?.low;
            Some(FASTER / low)
        })
        .collect();
    needed.sort_unstable_by(f64::total_cmp);
    needed.get((POWER * needed.len() as f64).ceil() as usize - 1).copied()
}

/// What a reader has to know where no difference was measured: which one would have been seen.
/// `who` is the run, as the subject of the sentence. Nothing is said of one with fewer blocks than a verdict needs.
///
/// # Examples
///
/// ```
/// use fib_lab::measure::power::seen;
/// assert_eq!(
///     seen("This run", Some(1.042)),
///     "This run would have seen a ratio of 1.05 or more in four cases of five."
/// );
/// assert_eq!(seen("This run", None), "");
/// ```
pub fn seen(who: &str, smallest: Option<f64>) -> String {
    // Rounded up: less than it is would be a promise.
    let up = |ratio: f64| (ratio * 100.0 - 1e-9).ceil() / 100.0;
    smallest.map_or(String::new(), |ratio| {
        format!("{who} would have seen a ratio of {:.2} or more in four cases of five.", up(ratio))
    })
}
