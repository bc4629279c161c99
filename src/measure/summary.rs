//! From raw samples to what may be said: derived figures never replace the samples.

use super::sampling::Stopping;
use super::stats::{median, ratio};
use crate::measure::block::{Block, Ratio};

/// The ratios of two columns, block by block.
///
/// A block that lacks one of the two gives none.
///
/// # Examples
///
/// ```
/// use fib_lab::measure::summary::ratios;
/// use fib_lab::measure::block::Block;
/// let whole = Block { serial_ms: Some(6.0), parallel_ms: Some(4.0), ..Block::default() };
/// let without = Block { serial_ms: Some(6.0), ..Block::default() };
/// let found = ratios(&[whole, without], |b| b.serial_ms, |b| b.parallel_ms);
/// assert_eq!(found, [1.5]);
/// ```
pub fn ratios(
    blocks: &[Block],
    above: impl Fn(&Block) -> Option<f64>,
    below: impl Fn(&Block) -> Option<f64>,
) -> Vec<f64> {
    blocks.iter().filter_map(|block| Some(above(block)? / below(block)?)).collect()
}

/// Everything that is derived from the blocks alone.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// Serial ÷ parallel.
    pub speedup: Option<Ratio>,
    /// One worker ÷ parallel.
    pub relative_speedup: Option<Ratio>,
    /// One worker ÷ serial.
    pub work_overhead: Option<Ratio>,
    /// κp = p · (kernel alone ÷ kernel together), the median over the blocks.
    pub core_equivalents: Option<f64>,
    /// Last serial sample ÷ first, minus one.
    pub drift: Option<f64>,
}

impl Summary {
    /// The summary of these blocks, taken under this stopping rule on `workers` workers.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::measure::sampling::Stopping;
    /// use fib_lab::measure::summary::Summary;
    /// use fib_lab::measure::block::Block;
    /// // The machine slows down to a half meanwhile, and the speed-up does not notice.
    /// let blocks = [100.0, 120.0, 140.0, 160.0, 180.0, 200.0].map(|ms| Block {
    ///     serial_ms: Some(ms),
    ///     parallel_ms: Some(ms / 1.8),
    ///     ..Block::default()
    /// });
    /// let summary = Summary::new(&blocks, Stopping { most: 12, early: true }, 2);
    /// assert!((summary.speedup.unwrap().median - 1.8).abs() < 1e-12);
    /// assert_eq!(summary.drift, Some(1.0));
    /// assert_eq!(summary.core_equivalents, None);
    /// ```
    pub fn new(blocks: &[Block], stopping: Stopping, workers: u32) -> Summary {
        let least = stopping.least_coverage(blocks.len());
        let of = |above: fn(&Block) -> Option<f64>, below: fn(&Block) -> Option<f64>| {
            ratio(&ratios(blocks, above, below), least)
        };
        let kernels = ratios(blocks, |b| b.kernel_alone_ms, |b| b.kernel_together_ms);
        let serial: Vec<f64> = blocks.iter().filter_map(|b| b.serial_ms).collect();
        Summary {
            speedup: of(|b| b.serial_ms, |b| b.parallel_ms),
            relative_speedup: of(|b| b.one_worker_ms, |b| b.parallel_ms),
            work_overhead: of(|b| b.one_worker_ms, |b| b.serial_ms),
            core_equivalents: median(&kernels).map(|share| share * f64::from(workers)),
            drift: match serial.as_slice() {
                [first, .., last] => Some(last / first - 1.0),
                _ => None,
            },
        }
    }
}

/// A drift of more than this share is said.
const DRIFT_SAID: f64 = 0.05;

/// What a reader should know of a machine that got slower or faster meanwhile.
///
/// Drifts of up to 5 % are not worth a sentence.
///
/// # Examples
///
/// ```
/// use fib_lab::measure::summary::drift_sentence;
/// assert_eq!(drift_sentence(Some(0.04)), None);
/// assert!(drift_sentence(Some(0.2)).unwrap().contains("20 % longer"));
/// ```
pub fn drift_sentence(drift: Option<f64>) -> Option<String> {
    let percent = drift.filter(|drift| drift.abs() > DRIFT_SAID)? * 100.0;
    let (changed, percent) =
        if percent > 0.0 { ("longer", percent) } else { ("shorter", -percent) };
    Some(format!(
        "The machine drifted: the last serial sample took {percent:.0} % {changed} than the first. \
         The speed-up is taken within blocks, so most of that cancels."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(serial: f64, one: f64, parallel: f64) -> Block {
        Block {
            serial_ms: Some(serial),
            one_worker_ms: Some(one),
            parallel_ms: Some(parallel),
            ..Block::default()
        }
    }

    #[test]
    fn the_speed_up_is_the_median_of_the_ratios_within_blocks() {
        // The machine gets slower and slower; the ratios do not care.
        let blocks: Vec<_> =
            (1..=6).map(|k| f64::from(k) * 100.0).map(|ms| block(ms, ms * 1.1, ms / 2.0)).collect();
        let summary = Summary::new(&blocks, Stopping { most: 12, early: true }, 2);
        let speedup = summary.speedup.unwrap();
        assert_eq!((speedup.low, speedup.median, speedup.high), (2.0, 2.0, 2.0));
        assert!((summary.relative_speedup.unwrap().median - 2.2).abs() < 1e-9);
        assert!((summary.work_overhead.unwrap().median - 1.1).abs() < 1e-9);
        assert!((summary.drift.unwrap() - 5.0).abs() < 1e-9);
    }

    #[test]
    fn what_was_not_measured_is_absent() {
        let block = Block { serial_ms: Some(3.0), ..Block::default() };
        let summary = Summary::new(&[block], Stopping { most: 6, early: false }, 2);
        assert_eq!((summary.speedup, summary.core_equivalents, summary.drift), (None, None, None));
    }
}
