//! Whether samples that were taken one after another rise or fall, and by how much.
//!
//! The last sample against the first would cry wolf: of shuffled samples with a noise of 4 %,
//! seven in ten differ by more than 5 % in that. Kendall's test asks all pairs (M. G. Kendall,
//! "A new measure of rank correlation", Biometrika 30, 1938), and the slope that is stated is
//! the median of those of all pairs (H. Theil 1950; P. K. Sen, Journal of the American
//! Statistical Association 63, 1968).

use super::stats::{LEAST_FOR_VERDICT, median};

/// A trend is one if chance alone would look like it in fewer than so many runs.
const CHANCE: f64 = 0.01;
/// Up to so many samples without ties the probability is exact.
const EXACT: usize = 40;

/// How much larger the samples became from the first to the last, along the Theil–Sen line,
/// relative to their median; `None` where Kendall's test finds no trend that chance would
/// not make in one run of a hundred, and of fewer than six samples.
///
/// # Examples
///
/// ```
/// use fib_lab::measure::trend::trend;
/// let rising: Vec<f64> = (0..12).map(|at| 100.0 + f64::from(at)).collect();
/// assert!((trend(&rising).unwrap() - 11.0 / 105.5).abs() < 1e-12);
/// // The last is a fifth larger than the first, and that is all.
/// assert_eq!(trend(&[100.0, 111.0, 104.0, 118.0, 99.0, 108.0, 101.0, 120.0]), None);
/// ```
pub fn trend(samples: &[f64]) -> Option<f64> {
    let n = samples.len();
    if n < LEAST_FOR_VERDICT || probability(samples) >= CHANCE {
        return None;
    }
    let slopes: Vec<f64> = pairs(n)
        .map(|(early, late)| (samples[late] - samples[early]) / (late - early) as f64)
        .collect();
    Some(median(&slopes)? * (n - 1) as f64 / median(samples)?)
}

/// Every pair of places, the earlier first.
fn pairs(n: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..n).flat_map(move |late| (0..late).map(move |early| (early, late)))
}

/// The probability, from 0 to 1, that samples in random order have a Kendall's τ as far from
/// zero as these.
///
/// # Examples
///
/// ```
/// use fib_lab::measure::trend::probability;
/// // Of 720 orders of six samples only the rising and the falling one are so extreme.
/// assert!((probability(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]) - 2.0 / 720.0).abs() < 1e-12);
/// assert_eq!(probability(&[3.0; 6]), 1.0);
/// ```
pub fn probability(samples: &[f64]) -> f64 {
    let n = samples.len();
    // Concordant pairs less discordant ones.
    let score: i64 = pairs(n)
        .map(|(early, late)| match samples[late].total_cmp(&samples[early]) {
            std::cmp::Ordering::Less => -1,
            std::cmp::Ordering::Equal => 0,
            std::cmp::Ordering::Greater => 1,
        })
        .sum();
    let score = score.unsigned_abs() as f64;
    let ties = ties(samples);
    if n <= EXACT && ties.is_empty() { exact(n, score) } else { normal(n, score, &ties) }
}

/// How many samples share each value that occurs more than once.
fn ties(samples: &[f64]) -> Vec<f64> {
    let same = |value: f64| samples.iter().filter(|other| **other == value).count();
    let first = |at: usize| samples[..at].iter().all(|earlier| *earlier != samples[at]);
    (0..samples.len())
        .filter(|&at| first(at))
        .map(|at| same(samples[at]) as f64)
        .filter(|count| *count > 1.0)
        .collect()
}

/// Of all orders of n values, the share in which the score is at least so far from zero.
fn exact(n: usize, score: f64) -> f64 {
    // The shares of orders by their number of discordant pairs: the k-th value can stand
    // before 0 to k − 1 of those before it, each equally often.
    let mut shares = vec![1.0];
    for k in 2..=n {
        let mut next = vec![0.0; shares.len() + k - 1];
        for (pairs, share) in shares.iter().enumerate() {
            for more in 0..k {
                next[pairs + more] += share / k as f64;
            }
        }
        shares = next;
    }
    let all = (shares.len() - 1) as f64;
    let extreme = |(discordant, _): &(usize, &f64)| (all - 2.0 * *discordant as f64).abs() >= score;
    shares.iter().enumerate().filter(extreme).map(|(_, share)| share).sum::<f64>().min(1.0)
}

/// The same by the normal distribution with the variance for these ties, and a correction for
/// continuity (M. G. Kendall, "Rank Correlation Methods", 1948).
fn normal(n: usize, score: f64, ties: &[f64]) -> f64 {
    let n = n as f64;
    let spread = |count: f64| count * (count - 1.0) * (2.0 * count + 5.0);
    let variance = (spread(n) - ties.iter().copied().map(spread).sum::<f64>()) / 18.0;
    if variance <= 0.0 {
        return 1.0;
    }
    2.0 * normal_tail((score - 1.0).max(0.0) / variance.sqrt())
}

/// The probability that a standard normal number is above this one, which is not negative.
pub(super) fn normal_tail(z: f64) -> f64 {
    complementary_error(z.max(0.0) / std::f64::consts::SQRT_2) / 2.0
}

/// The complementary error function of a number from 0 on, to 1.2e-7 (W. H. Press and others,
/// "Numerical Recipes", the rational Chebyshev fit of `erfcc`).
fn complementary_error(x: f64) -> f64 {
    const COEFFICIENTS: [f64; 10] = [
        -1.265_512_23,
        1.000_023_68,
        0.374_091_96,
        0.096_784_18,
        -0.186_288_06,
        0.278_868_07,
        -1.135_203_98,
        1.488_515_87,
        -0.822_152_23,
        0.170_872_77,
    ];
    let t = 1.0 / (1.0 + 0.5 * x);
    let sum = COEFFICIENTS.iter().rev().fold(0.0, |sum, coefficient| sum * t + coefficient);
    t * (-x * x + sum).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_are_those_of_the_tables() {
        // Four values: scores 6, 4, 2, 0 in 1, 3, 5, 6, … of 24 orders.
        for (score, orders) in [(6.0, 2.0), (4.0, 8.0), (2.0, 18.0), (0.0, 24.0)] {
            assert!((exact(4, score) - orders / 24.0).abs() < 1e-12, "{score}");
        }
        // Kendall's table: for ten values P(S ≥ 23) is 0.023.
        assert!((exact(10, 23.0) / 2.0 - 0.023).abs() < 5e-4, "{}", exact(10, 23.0));
        // For many values both agree.
        for score in [0.0, 100.0, 200.0, 300.0] {
            let apart = exact(40, score) - normal(40, score, &[]);
            assert!(apart.abs() < 0.01, "{score}: {apart}");
        }
        assert!((complementary_error(1.0) - 0.157_299_2).abs() < 1e-6);
    }

    #[test]
    fn a_clock_that_shows_the_same_value_often_makes_no_trend() {
        assert_eq!(trend(&[16.7, 16.7, 16.7, 33.4, 16.7, 16.7, 16.7, 16.7]), None);
        let steps: Vec<f64> = (0..24).map(|at| f64::from(at / 4) * 16.7 + 100.0).collect();
        assert!(trend(&steps).unwrap() > 0.4);
    }
}
