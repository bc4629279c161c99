//! From raw samples to what may be said: derived figures never replace the samples.

use super::block::{Arm, Block, Estimate, Role, with_role};
use super::power::smallest_difference;
use super::sampling::Stopping;
use super::stats::{estimate, median};
use super::trend::trend;

/// The samples of one arm, block by block.
///
/// # Examples
///
/// ```
/// use fib_lab::measure::block::Block;
/// use fib_lab::measure::summary::column;
/// let blocks = [Block::from([("serial", 6.0)]), Block::default(), Block::from([("serial", 7.0)])];
/// assert_eq!(column(&blocks, "serial"), [6.0, 7.0]);
/// ```
pub fn column(blocks: &[Block], arm: &str) -> Vec<f64> {
    blocks.iter().filter_map(|block| block.ms_of(arm)).collect()
}

/// The ratios of two arms, block by block.
///
/// A block that lacks one of the two gives none.
///
/// # Examples
///
/// ```
/// use fib_lab::measure::block::Block;
/// use fib_lab::measure::summary::ratios;
/// let whole = Block::from([("serial", 6.0), ("parallel", 4.0)]);
/// let without = Block::from([("serial", 6.0)]);
/// assert_eq!(ratios(&[whole, without], "serial", "parallel"), [1.5]);
/// ```
pub fn ratios(blocks: &[Block], above: &str, below: &str) -> Vec<f64> {
    blocks.iter().filter_map(|block| Some(block.ms_of(above)? / block.ms_of(below)?)).collect()
}

/// The ratios of two roles, block by block.
///
/// # Examples
///
/// ```
/// use fib_lab::measure::block::{Arm, Block, Role};
/// use fib_lab::measure::summary::role_ratios;
/// let arms = [Role::Serial, Role::Parallel].map(Arm::only);
/// let blocks = [Block::from([("serial", 6.0), ("parallel", 4.0)])];
/// assert_eq!(role_ratios(&arms, &blocks, Role::Serial, Role::Parallel), [1.5]);
/// ```
pub fn role_ratios(arms: &[Arm], blocks: &[Block], above: Role, below: Role) -> Vec<f64> {
    match (with_role(arms, above), with_role(arms, below)) {
        (Some(above), Some(below)) => ratios(blocks, &above.id, &below.id),
        _ => Vec::new(),
    }
}

/// What `of` finds of the blocks, unit by unit: block by block in a run with one start of the
/// engines; in a run over fresh starts the median of each, because the blocks of one start are
/// alike in what another start changes.
///
/// # Examples
///
/// ```
/// use fib_lab::measure::block::Block;
/// use fib_lab::measure::summary::{ratios, units};
/// let of = |start, serial| Block { start, ..Block::from([("serial", serial), ("parallel", 4.0)]) };
/// let found = |blocks: &[Block]| units(blocks, |own| ratios(own, "serial", "parallel"));
/// assert_eq!(found(&[of(0, 6.0), of(0, 8.0)]), [1.5, 2.0]);
/// assert_eq!(found(&[of(0, 6.0), of(0, 8.0), of(1, 4.0)]), [1.75, 1.0]);
/// ```
pub fn units(blocks: &[Block], of: impl Fn(&[Block]) -> Vec<f64>) -> Vec<f64> {
    if blocks.iter().all(|block| block.start == 0) {
        return of(blocks);
    }
    let starts = blocks.chunk_by(|one, next| one.start == next.start);
    starts.filter_map(|own| median(&of(own))).collect()
}

/// What the figures of a run depend on beside its samples.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The rule that the blocks were taken under.
    pub stopping: Stopping,
    /// How many workers there were.
    pub workers: u32,
    /// The speed-up of the ideal schedule, if there is one.
    pub ideal: Option<f64>,
    /// What simulations are started from.
    pub seed: u32,
}

/// Everything that is derived from the blocks alone.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    /// Serial ÷ parallel.
    pub speedup: Option<Estimate>,
    /// One worker ÷ parallel.
    pub relative_speedup: Option<Estimate>,
    /// One worker ÷ serial.
    pub work_overhead: Option<Estimate>,
    /// Speed-up ÷ workers.
    pub efficiency: Option<Estimate>,
    /// κp = p · (kernel alone ÷ kernel together).
    pub core_equivalents: Option<Estimate>,
    /// Speed-up ÷ min(ideal, κp).
    pub capacity_efficiency: Option<Estimate>,
    /// The smallest ratio above 1 that the run could have told from 1.
    pub smallest_difference: Option<f64>,
    /// How much longer the serial program took in the end than at first; absent where there is
    /// no [`trend`].
    pub drift: Option<f64>,
}

impl Summary {
    /// The summary of these blocks.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::measure::block::{Arm, Block, Role};
    /// use fib_lab::measure::sampling::Stopping;
    /// use fib_lab::measure::summary::{Rule, Summary};
    /// // The machine slows down to a half meanwhile, and the speed-up does not notice.
    /// let blocks = [100.0, 120.0, 140.0, 160.0, 180.0, 200.0]
    ///     .map(|ms| Block::from([("serial", ms), ("parallel", ms / 1.8)]));
    /// let stopping = Stopping { most: 12, early: true };
    /// let rule = Rule { stopping, workers: 2, ideal: None, seed: 1 };
    /// let summary = Summary::new(&[Role::Serial, Role::Parallel].map(Arm::only), &blocks, rule);
    /// assert!((summary.speedup.unwrap().median - 1.8).abs() < 1e-12);
    /// assert!((summary.efficiency.unwrap().median - 0.9).abs() < 1e-12);
    /// assert!((summary.drift.unwrap() - 100.0 / 150.0).abs() < 1e-12);
    /// assert_eq!(summary.core_equivalents, None);
    /// ```
    pub fn new(arms: &[Arm], blocks: &[Block], rule: Rule) -> Summary {
        let least = rule.stopping.least_coverage(blocks.len());
        let speedups = role_ratios(arms, blocks, Role::Serial, Role::Parallel);
        Summary {
            smallest_difference: smallest_difference(&speedups, rule.stopping, rule.seed),
            ..Summary::without_power(arms, blocks, rule, least)
        }
    }

    /// The summary without what takes a simulation; `least` is the least coverage of an
    /// interval.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::measure::block::{Arm, Block, Role};
    /// use fib_lab::measure::sampling::Stopping;
    /// use fib_lab::measure::summary::{Rule, Summary};
    /// let arms = [Role::KernelAlone, Role::KernelTogether].map(Arm::only);
    /// let blocks = [Block::from([("kernel-alone", 1.0), ("kernel-together", 1.25)])];
    /// let stopping = Stopping { most: 6, early: false };
    /// let rule = Rule { stopping, workers: 2, ideal: None, seed: 1 };
    /// let summary = Summary::without_power(&arms, &blocks, rule, 0.95);
    /// assert_eq!(summary.core_equivalents.unwrap().median, 1.6);
    /// ```
    pub fn without_power(arms: &[Arm], blocks: &[Block], rule: Rule, least: f64) -> Summary {
        let workers = f64::from(rule.workers.max(1));
        let of = |above, below| role_ratios(arms, blocks, above, below);
        let scaled = |ratios: &[f64], factor: f64| -> Vec<f64> {
            ratios.iter().map(|ratio| ratio * factor).collect()
        };
        let speedups = of(Role::Serial, Role::Parallel);
        let kappas = scaled(&of(Role::KernelAlone, Role::KernelTogether), workers);
        let capacity: Vec<f64> = match rule.ideal {
            // A block that lacks one of the two has no place in either.
            Some(ideal) if kappas.len() == speedups.len() => {
                speedups.iter().zip(&kappas).map(|(s, kappa)| s / ideal.min(*kappa)).collect()
            }
            _ => Vec::new(),
        };
        let serial = with_role(arms, Role::Serial);
        let serial = serial.map(|arm| column(blocks, &arm.id)).unwrap_or_default();
        Summary {
            efficiency: estimate(&scaled(&speedups, 1.0 / workers), least),
            speedup: estimate(&speedups, least),
            relative_speedup: estimate(&of(Role::OneWorker, Role::Parallel), least),
            work_overhead: estimate(&of(Role::OneWorker, Role::Serial), least),
            core_equivalents: estimate(&kappas, least),
            capacity_efficiency: estimate(&capacity, least),
            smallest_difference: None,
            drift: trend(&serial),
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
        "The machine drifted: along the line through all serial samples (Kendall's test, Theil–Sen \
         slope) the last took {percent:.0} % {changed} than the first. The speed-up is taken within \
         blocks, so most of that cancels."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROLES: [Role; 5] =
        [Role::Serial, Role::OneWorker, Role::Parallel, Role::KernelAlone, Role::KernelTogether];

    fn rule(most: usize, early: bool) -> Rule {
        Rule { stopping: Stopping { most, early }, workers: 2, ideal: Some(2.0), seed: 7 }
    }

    #[test]
    fn the_speed_up_is_the_median_of_the_ratios_within_blocks() {
        // The machine gets slower and slower; the ratios do not care.
        let blocks: Vec<_> = (1..=6)
            .map(|k| f64::from(k) * 100.0)
            .map(|ms| {
                Block::from([
                    ("serial", ms),
                    ("one-worker", ms * 1.1),
                    ("parallel", ms / 1.8),
                    ("kernel-alone", ms / 1e3),
                    ("kernel-together", ms / 0.95 / 1e3),
                ])
            })
            .collect();
        let summary = Summary::new(&ROLES.map(Arm::only), &blocks, rule(12, true));
        let near = |estimate: Option<Estimate>, expected: f64| {
            let Estimate { low, median, high, .. } = estimate.unwrap();
            for value in [low, median, high] {
                assert!((value / expected - 1.0).abs() < 1e-9, "{value}, not {expected}");
            }
        };
        near(summary.speedup, 1.8);
        near(summary.relative_speedup, 1.98);
        near(summary.work_overhead, 1.1);
        near(summary.efficiency, 0.9);
        near(summary.core_equivalents, 1.9);
        near(summary.capacity_efficiency, 1.8 / 1.9);
        assert!((summary.drift.unwrap() - 500.0 / 350.0).abs() < 1e-9);
        assert!((summary.smallest_difference.unwrap() - 1.01).abs() < 1e-6);
    }

    #[test]
    fn the_capacity_is_that_of_the_same_block() {
        // In every other block another program takes half a core, from both alike.
        let blocks: Vec<_> = (0..6)
            .map(|at| if at % 2 == 0 { 1.0 } else { 0.75 })
            .map(|share: f64| {
                Block::from([
                    ("serial", 100.0),
                    ("parallel", 100.0 / (2.0 * share)),
                    ("kernel-alone", 1.0),
                    ("kernel-together", 1.0 / share),
                ])
            })
            .collect();
        let summary = Summary::new(&ROLES.map(Arm::only), &blocks, rule(6, false));
        let capacity = summary.capacity_efficiency.unwrap();
        assert_eq!((capacity.low, capacity.high), (1.0, 1.0));
    }

    #[test]
    fn what_was_not_measured_is_absent() {
        let blocks = [Block::from([("serial", 3.0)])];
        let summary = Summary::new(&ROLES.map(Arm::only), &blocks, rule(6, false));
        assert_eq!(summary, Summary::default());
    }
}
