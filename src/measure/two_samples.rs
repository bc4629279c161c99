//! How two samples lie to each other, without assuming a distribution: the shift between them,
//! or their ratio, with an interval of its own. That two intervals overlap does not mean that
//! there is no difference.
//!
//! All differences of pairs are taken; their median is the estimate of J. L. Hodges and
//! E. L. Lehmann ("Estimates of location based on rank tests", Annals of Mathematical
//! Statistics 34, 1963), and the interval between two of them holds the true shift as often as
//! the rank test of H. B. Mann and D. R. Whitney ("On a test of whether one of two random
//! variables is stochastically larger than the other", Annals of Mathematical Statistics 18,
//! 1947) does not reject it.
//!
//! Its limit: it speaks of the two samples as they were taken. What is the same for all of one
//! sample and different in another, such as how a browser laid out its code, it cannot see.

use fastrand::Rng;

use super::block::Estimate;
use super::stats::{FASTER, LEAST_FOR_VERDICT};

/// Up to so many pairs the quantiles are exact.
const EXACT_PAIRS: usize = 2_500;
/// So many pairs of samples are simulated, fewer where each is large.
const SIMULATIONS: usize = 400;
/// So many pairs of numbers are looked at in all simulations.
const MOST_PAIRS: usize = 8_000_000;
/// The share of simulations that have to see the difference.
const POWER: f64 = 0.8;

/// How many times as large the first sample is as the second, with the narrowest interval
/// whose coverage is at least `least`; with too few samples for that, over all ratios of pairs,
/// and the coverage says how little that means. `None` of nothing. `blocks` is the size of the
/// smaller sample.
///
/// # Examples
///
/// ```
/// use fib_lab::measure::two_samples::ratio;
/// let found = ratio(&[1.8, 1.82, 1.84, 1.86, 1.88, 1.9], &[0.9; 6], 0.95).unwrap();
/// assert!((found.median - 1.85 / 0.9).abs() < 1e-9);
/// assert!((found.low - 2.0).abs() < 1e-9 && found.high < 2.12 && found.blocks == 6);
/// ```
pub fn ratio(first: &[f64], second: &[f64], least: f64) -> Option<Estimate> {
    between(first, second, least, |a, b| a / b)
}

/// How much larger the first sample is than the second, as [`ratio`] says how many times.
///
/// # Examples
///
/// ```
/// use fib_lab::measure::two_samples::shift;
/// let lost = shift(&[0.31, 0.30, 0.33, 0.32, 0.35, 0.34], &[0.0; 6], 0.95).unwrap();
/// assert!((lost.median - 0.325).abs() < 1e-12 && lost.lies_above(0.0));
/// ```
pub fn shift(first: &[f64], second: &[f64], least: f64) -> Option<Estimate> {
    between(first, second, least, |a, b| a - b)
}

fn between(
    first: &[f64],
    second: &[f64],
    least: f64,
    pair: impl Fn(f64, f64) -> f64,
) -> Option<Estimate> {
    let (m, n) = (first.len(), second.len());
    let mut all = pairs(first, second, pair);
    if all.is_empty() {
        return None;
    }
    let (k, confidence) = rank(m, n, least);
    let last = all.len() - 1;
    let (low, high) = (at(&mut all, k), at(&mut all, last - k));
    let middle = (at(&mut all, last / 2) + at(&mut all, last.div_ceil(2))) / 2.0;
    Some(Estimate { median: middle, low, high, confidence, blocks: m.min(n) })
}

fn pairs(first: &[f64], second: &[f64], pair: impl Fn(f64, f64) -> f64) -> Vec<f64> {
    first
        .iter()
        .flat_map(|&a| second.iter().map(move |&b| (a, b)))
        .map(|(a, b)| pair(a, b))
        .collect()
}

/// The so many-th smallest, from 0.
fn at(values: &mut [f64], place: usize) -> f64 {
    *values.select_nth_unstable_by(place, f64::total_cmp).1
}

/// From which place among all pairs of samples of these sizes, counted from 0 from both ends,
/// the interval goes whose coverage is at least `least`, and that coverage.
fn rank(m: usize, n: usize, least: f64) -> (usize, f64) {
    let below = if m * n <= EXACT_PAIRS { exact(m, n) } else { normal(m, n) };
    let coverage = |k: usize| (1.0 - 2.0 * below[k]).max(0.0);
    let k = (0..below.len()).rev().find(|&k| coverage(k) >= least).unwrap_or(0);
    (k, coverage(k))
}

/// The probability that Mann and Whitney's statistic of two equal samples is at most k, for all
/// k below its middle.
fn exact(m: usize, n: usize) -> Vec<f64> {
    let half = (m * n).div_ceil(2).max(1);
    // By the sizes of the samples, the second one's in the place: how likely each value is.
    let mut row: Vec<Vec<f64>> = (0..=n).map(|_| vec![1.0]).collect();
    for i in 1..=m {
        let mut next = vec![vec![1.0]];
        for j in 1..=n {
            // The largest of all is one of the first sample, above j of the other, or not.
            let share = i as f64 / (i + j) as f64;
            let mut shares = vec![0.0; (i * j + 1).min(half)];
            for (k, chance) in row[j].iter().enumerate() {
                if let Some(sum) = shares.get_mut(k + j) {
                    *sum += share * chance;
                }
            }
            for (k, chance) in next[j - 1].iter().enumerate() {
                if let Some(sum) = shares.get_mut(k) {
                    *sum += (1.0 - share) * chance;
                }
            }
            next.push(shares);
        }
        row = next;
    }
    sums(row.pop().unwrap_or_default().into_iter())
}

/// The same by the normal distribution, with a correction for continuity.
fn normal(m: usize, n: usize) -> Vec<f64> {
    let (pairs, all) = ((m * n) as f64, (m + n + 1) as f64);
    let spread = (pairs * all / 12.0).sqrt();
    let below = |k: usize| super::trend::normal_tail((pairs / 2.0 - k as f64 - 0.5) / spread);
    (0..m * n / 2).map(below).collect()
}

fn sums(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut sum = 0.0;
    values
        .map(|value| {
            sum += value;
            sum
        })
        .collect()
}

/// The smallest true ratio above 1 that two samples which scatter as these do would have told
/// from 1 with a probability of 80 %. `None` of fewer than a verdict needs.
///
/// Pairs of samples are simulated as in [`smallest_difference`](super::power::smallest_difference).
///
/// # Examples
///
/// ```
/// use fib_lab::measure::two_samples::smallest_ratio;
/// let quiet = smallest_ratio(&[1.8; 8], &[1.7; 8], 0.95, 1).unwrap();
/// assert!((quiet - 1.01).abs() < 1e-9);
/// assert_eq!(smallest_ratio(&[1.8; 8], &[1.7; 5], 0.95, 1), None);
/// ```
pub fn smallest_ratio(first: &[f64], second: &[f64], least: f64, seed: u32) -> Option<f64> {
    if first.len().min(second.len()) < LEAST_FOR_VERDICT {
        return None;
    }
    let (k, _) = rank(first.len(), second.len(), least);
    let middles = [super::stats::median(first)?, super::stats::median(second)?];
    let mut rng = Rng::with_seed(u64::from(seed));
    let mut drawn = |from: &[f64], middle: f64| -> Vec<f64> {
        from.iter().map(|_| from[rng.usize(0..from.len())] / middle).collect()
    };
    let runs = SIMULATIONS.min(MOST_PAIRS / (first.len() * second.len())).max(20);
    let mut needed: Vec<f64> = (0..runs)
        .map(|_| {
            let (one, other) = (drawn(first, middles[0]), drawn(second, middles[1]));
            FASTER / at(&mut pairs(&one, &other, |a, b| a / b), k)
        })
        .collect();
    Some(at(&mut needed, (POWER * runs as f64).ceil() as usize - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_the_tables() {
        // P(U ≤ k) for 3 and 4: 1, 1, 2, 3, 4, 4, 5 … of 35 orders.
        let of = exact(3, 4);
        for (k, orders) in [(0, 1.0), (1, 2.0), (2, 4.0), (3, 7.0), (4, 11.0), (5, 15.0)] {
            assert!((of[k] - orders / 35.0).abs() < 1e-12, "{k}: {}", of[k]);
        }
        // The critical values of the two-sided test at 5 %, as printed everywhere: U ≤ 5 for 6
        // and 6, 13 for 8 and 8, 37 for 12 and 12, 127 for 20 and 20.
        for (n, critical) in [(6, 5), (8, 13), (12, 37), (20, 127)] {
            let below = exact(n, n);
            assert!(2.0 * below[critical] <= 0.05, "{n}: {}", below[critical]);
            assert!(2.0 * below[critical + 1] > 0.05, "{n}: {}", below[critical + 1]);
            // Where P(U ≤ k − 1) is small enough, the interval begins at the k-th smallest.
            assert_eq!(rank(n, n, 0.95).0, critical, "{n}");
        }
        // The order of the samples does not matter.
        assert_eq!(exact(5, 9).len(), exact(9, 5).len());
        assert!(exact(5, 9).iter().zip(exact(9, 5)).all(|(a, b)| (a - b).abs() < 1e-12));
    }

    #[test]
    fn for_many_pairs_both_ways_agree() {
        let (exact, normal) = (exact(40, 45), normal(40, 45));
        for k in (0..exact.len().min(normal.len())).step_by(50) {
            assert!((exact[k] - normal[k]).abs() < 0.003, "{k}: {} {}", exact[k], normal[k]);
        }
    }

    #[test]
    fn of_one_sample_there_is_nothing_to_say() {
        assert_eq!(ratio(&[], &[1.0], 0.95), None);
        let two = shift(&[3.0, 1.0], &[1.0, 0.0], 0.95).unwrap();
        assert_eq!((two.low, two.median, two.high), (0.0, 1.5, 3.0));
        assert!(two.confidence < 0.95 && two.blocks == 2);
    }

    #[test]
    fn the_first_is_as_many_times_the_second_as_the_second_is_a_part_of_the_first() {
        let (one, other) = ([1.9, 2.0, 2.2, 2.1, 2.0, 1.8, 2.3], [1.0, 1.1, 0.9, 1.0, 1.2, 1.05]);
        let (there, back) =
            (ratio(&one, &other, 0.95).unwrap(), ratio(&other, &one, 0.95).unwrap());
        assert!((there.low * back.high - 1.0).abs() < 1e-12);
        assert!((there.high * back.low - 1.0).abs() < 1e-12);
        assert_eq!(there.confidence, back.confidence);
    }
}
