//! Medians and what can be said about them without assuming a distribution.
//!
//! The interval between the k-th smallest and the k-th largest of n independent
//! samples covers the true median with probability `1 − 2·P(B < k)`, where B is
//! binomial(n, ½) (W. R. Thompson, "On confidence ranges for the median", Annals
//! of Mathematical Statistics 7, 1936).

use super::block::{Estimate, Verdict};
use crate::sort::argsort;

/// A speed-up is called one when its interval lies wholly above this.
pub const FASTER: f64 = 1.01;
/// From fewer blocks than this nothing is concluded: their interval covers too little.
pub const LEAST_FOR_VERDICT: usize = 6;

/// What is measured is called as theory allows if its whole interval is so near to that.
pub const TOLERANCE: f64 = 0.03;

/// How an interval lies to a value that theory allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Wholly within 3 % of it.
    AsTheory,
    /// Wholly above that: more than is possible, so the instrument is off.
    Beyond,
    /// Wholly below that.
    Short,
    /// Too wide to say, or from too few blocks.
    Unclear,
}

/// The median; `None` of nothing.
///
/// # Examples
///
/// ```
/// use fib_lab::measure::stats::median;
/// assert_eq!(median(&[3.0, 1.0, 200.0]), Some(3.0));
/// assert_eq!(median(&[1.0, 2.0]), Some(1.5));
/// assert_eq!(median(&[]), None);
/// ```
pub fn median(samples: &[f64]) -> Option<f64> {
    let sorted = sorted(samples);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        n if n % 2 == 1 => Some(sorted[middle]),
        _ => Some((sorted[middle - 1] + sorted[middle]) / 2.0),
    }
}

/// Which of the samples is the median, the upper one of two; `None` of nothing.
///
/// # Examples
///
/// ```
/// use fib_lab::measure::stats::middle;
/// // The sample that is shown: the one of 3 ms.
/// assert_eq!(middle(&[9.0, 3.0, 1.0]), Some(1));
/// assert_eq!(middle(&[]), None);
/// ```
pub fn middle(samples: &[f64]) -> Option<usize> {
    ascending(samples).get(samples.len() / 2).copied()
}

fn sorted(samples: &[f64]) -> Vec<f64> {
    ascending(samples).into_iter().map(|at| samples[at]).collect()
}

/// The places of the samples, from the smallest to the largest.
pub fn ascending(samples: &[f64]) -> Vec<usize> {
    argsort(samples.len(), &mut |a, b| samples[a].total_cmp(&samples[b]))
}

/// The coverage of the interval from the k-th smallest to the k-th largest of n samples.
///
/// # Examples
///
/// ```
/// use fib_lab::measure::stats::coverage;
/// assert_eq!(coverage(6, 1), 1.0 - 2.0 / 64.0);
/// ```
pub fn coverage(n: usize, k: usize) -> f64 {
    let mut term = 0.5f64.powi(n as i32);
    let mut below = 0.0;
    for i in 0..k {
        below += term;
        term *= (n - i) as f64 / (i + 1) as f64;
    }
    (1.0 - 2.0 * below).max(0.0)
}

/// The median with the narrowest interval between order statistics whose coverage is
/// at least `least`; with too few samples for that, from the smallest to the largest,
/// and the coverage says how little that means. `None` of nothing.
///
/// `least` is a probability, from 0 to 1.
///
/// # Examples
///
/// ```
/// use fib_lab::measure::stats::estimate;
/// let six = estimate(&[1.7, 1.9, 1.8, 1.8, 1.6, 1.9], 0.95).unwrap();
/// assert_eq!((six.low, six.median, six.high), (1.6, 1.8, 1.9));
/// assert_eq!(six.confidence, 0.96875);
/// // Five samples allow no interval of 95 %.
/// assert!(estimate(&[1.7, 1.9, 1.8, 1.8, 1.6], 0.95).unwrap().confidence < 0.95);
/// ```
pub fn estimate(samples: &[f64], least: f64) -> Option<Estimate> {
    let sorted = sorted(samples);
    let n = sorted.len();
    let k = (1..=n / 2).rev().find(|&k| coverage(n, k) >= least).unwrap_or(1);
    Some(Estimate {
        median: median(&sorted)?,
        low: *sorted.get(k - 1)?,
        high: *sorted.get(n - k)?,
        confidence: coverage(n, k),
        blocks: n,
    })
}

impl Estimate {
    /// Half the interval's width, relative to the median.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::measure::stats::estimate;
    /// let six = estimate(&[1.9, 2.0, 2.0, 2.0, 2.0, 2.1], 0.95).unwrap();
    /// assert!((six.half_width() - 0.05).abs() < 1e-12);
    /// ```
    pub fn half_width(&self) -> f64 {
        (self.high - self.low) / 2.0 / self.median
    }

    /// Whether the whole interval lies above this; of fewer than [`LEAST_FOR_VERDICT`] blocks
    /// nothing is said.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::measure::stats::estimate;
    /// let share = estimate(&[0.02, 0.03, 0.02, 0.04, 0.02, 0.03], 0.95).unwrap();
    /// assert!(share.lies_above(0.0) && !share.lies_above(0.02) && share.lies_below(0.05));
    /// assert!(!estimate(&[0.02; 5], 0.95).unwrap().lies_above(0.0));
    /// ```
    pub fn lies_above(&self, value: f64) -> bool {
        self.blocks >= LEAST_FOR_VERDICT && self.low > value
    }

    /// Whether the whole interval lies below this; of fewer than [`LEAST_FOR_VERDICT`] blocks
    /// nothing is said.
    pub fn lies_below(&self, value: f64) -> bool {
        self.blocks >= LEAST_FOR_VERDICT && self.high < value
    }

    /// How the whole interval lies to what theory allows.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::measure::stats::{Standing, estimate};
    /// let of = |low, high| estimate(&[low, 1.98, 1.98, 1.98, 1.98, high], 0.95).unwrap();
    /// assert_eq!(of(1.96, 2.02).standing(2.0), Standing::AsTheory);
    /// assert_eq!(of(1.92, 2.02).standing(2.0), Standing::Unclear);
    /// assert_eq!(of(1.96, 2.02).standing(1.8), Standing::Beyond);
    /// assert_eq!(of(1.96, 2.02).standing(2.2), Standing::Short);
    /// ```
    pub fn standing(&self, theory: f64) -> Standing {
        let (least, most) = (theory * (1.0 - TOLERANCE), theory * (1.0 + TOLERANCE));
        match self {
            _ if self.blocks < LEAST_FOR_VERDICT => Standing::Unclear,
            _ if self.low >= least && self.high <= most => Standing::AsTheory,
            _ if self.low > most => Standing::Beyond,
            _ if self.high < least => Standing::Short,
            _ => Standing::Unclear,
        }
    }

    /// What the interval allows one to say of a speed-up; nothing if it comes from fewer than
    /// [`LEAST_FOR_VERDICT`] blocks.
    ///
    /// A difference of less than 1 % is never called one.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::measure::stats::estimate;
    /// use fib_lab::measure::block::Verdict;
    /// let of = |samples: &[f64]| estimate(samples, 0.95).unwrap().verdict();
    /// assert_eq!(of(&[1.1, 1.2, 1.2, 1.2, 1.2, 1.3]), Some(Verdict::Faster));
    /// // One slow block of six is enough for doubt.
    /// assert_eq!(of(&[0.9, 1.2, 1.2, 1.2, 1.2, 1.3]), Some(Verdict::NoDifference));
    /// // Five blocks are not enough for anything.
    /// assert_eq!(of(&[1.2, 1.2, 1.2, 1.2, 1.2]), None);
    /// ```
    pub fn verdict(&self) -> Option<Verdict> {
        Some(match self {
            _ if self.blocks < LEAST_FOR_VERDICT => return None,
            _ if self.low > FASTER => Verdict::Faster,
            _ if self.high < 0.99 => Verdict::Slower,
            _ => Verdict::NoDifference,
        })
    }

    /// How many digits after the point the interval supports, at most two.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::measure::stats::estimate;
    /// let of = |low, high| estimate(&[low, 1.8, 1.8, 1.8, 1.8, high], 0.95).unwrap().digits();
    /// assert_eq!((of(1.79, 1.81), of(1.6, 1.9), of(1.0, 2.5)), (2, 1, 0));
    /// ```
    pub fn digits(&self) -> usize {
        let width = self.high - self.low;
        if width >= 1.0 {
            0
        } else if width >= 0.2 {
            1
        } else {
            2
        }
    }
}

/// Which samples lie outside Tukey's fences, 1.5 quartile ranges beyond the quartiles
/// (J. W. Tukey, "Exploratory Data Analysis", 1977). They are marked, never dropped.
///
/// Of fewer than four samples, none is marked.
///
/// # Examples
///
/// ```
/// use fib_lab::measure::stats::outliers;
/// let marks = outliers(&[1.0, 1.1, 0.9, 9.0, 1.0]);
/// assert_eq!(marks, [false, false, false, true, false]);
/// ```
pub fn outliers(samples: &[f64]) -> Vec<bool> {
    let sorted = sorted(samples);
    let quartile = |share: f64| -> f64 {
        let at = share * (sorted.len().saturating_sub(1)) as f64;
        let (low, high) = (sorted[at.floor() as usize], sorted[at.ceil() as usize]);
        low + (high - low) * at.fract()
    };
    if sorted.len() < 4 {
        return vec![false; samples.len()];
    }
    let (q1, q3) = (quartile(0.25), quartile(0.75));
    let fence = 1.5 * (q3 - q1);
    samples.iter().map(|&s| s < q1 - fence || s > q3 + fence).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coverages_are_the_published_ones() {
        for (n, k, expected) in [(6, 1, 0.969), (12, 2, 0.994), (9, 2, 0.961), (10, 2, 0.979)] {
            assert!((coverage(n, k) - expected).abs() < 0.0006, "n = {n}, k = {k}");
        }
        assert_eq!(coverage(1, 1), 0.0);
    }

    #[test]
    fn the_interval_of_twelve_goes_from_the_second_to_the_eleventh() {
        let samples: Vec<f64> = (1..=12).rev().map(f64::from).collect();
        let found = estimate(&samples, 0.975).unwrap();
        assert_eq!((found.low, found.median, found.high, found.blocks), (2.0, 6.5, 11.0, 12));
    }

    #[test]
    fn too_few_samples_say_so_in_their_confidence() {
        let found = estimate(&[2.0, 1.0, 3.0], 0.95).unwrap();
        assert_eq!((found.low, found.high, found.confidence), (1.0, 3.0, 0.75));
        assert_eq!(super::estimate(&[], 0.95), None);
    }

    #[test]
    fn a_verdict_needs_the_whole_interval_beyond_one_percent() {
        let of =
            |low, high| Estimate { median: 1.0, low, high, confidence: 0.97, blocks: 6 }.verdict();
        assert_eq!(of(1.011, 1.5), Some(Verdict::Faster));
        assert_eq!(of(1.009, 1.5), Some(Verdict::NoDifference));
        assert_eq!(of(0.5, 0.989), Some(Verdict::Slower));
        assert_eq!(of(0.5, 1.5), Some(Verdict::NoDifference));
    }

    #[test]
    fn outliers_are_marked_in_place() {
        assert_eq!(
            outliers(&[1.0, 1.1, 0.9, 9.0, 1.0, 1.05]),
            [false, false, false, true, false, false]
        );
        assert_eq!(outliers(&[1.0, 9.0]), [false, false]);
    }
}
