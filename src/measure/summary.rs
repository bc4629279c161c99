//! From raw samples to what may be said: derived figures never replace the samples.

use serde::{Deserialize, Serialize};

use super::block::{Arm, Block, Estimate, Role, with_role};
use super::power::smallest_difference;
use super::sampling::Stopping;
use super::stats::{estimate, median};
use super::trend::trend;
use super::unit::Unit;

/// A quantity that is derived from samples, by its standard name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Quantity {
    /// Serial ÷ this arm.
    SpeedUp,
    /// Speed-up ÷ workers.
    Efficiency,
    /// κ: what the machine gives to independent kernels, in cores.
    CoreEquivalents,
    /// How long this arm took.
    Time,
    /// This arm, on one worker ÷ serial.
    WorkOverhead,
    /// The share of all threads' time that went into waiting for a lock.
    LockWait,
    /// The share of all threads' time that went into waiting outside of it.
    OutsideWait,
    /// How long this arm took for each addition, over all of its workers.
    PerIncrement,
    /// Which share of its additions this arm lost.
    LostShare,
    /// How many times as long as the other this arm took.
    TimesAsLong,
    /// How far ratios of two fresh starts are from 1, in the middle.
    BetweenStarts,
    /// How far ratios within the same two starts are from their median, in the middle.
    WithinStarts,
    /// A quantity that this build does not know.
    #[serde(other)]
    Unknown,
}

impl Quantity {
    /// The unit of its values.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::measure::{summary::Quantity, unit::Unit};
    /// assert_eq!(Quantity::Time.unit(), Unit::Ms);
    /// ```
    pub fn unit(self) -> Unit {
        match self {
            Quantity::SpeedUp => Unit::SpeedUp,
            Quantity::Efficiency | Quantity::LockWait | Quantity::OutsideWait => Unit::Share,
            Quantity::WorkOverhead | Quantity::TimesAsLong => Unit::Ratio,
            Quantity::CoreEquivalents => Unit::Workers,
            Quantity::Time => Unit::Ms,
            Quantity::PerIncrement => Unit::Ns,
            Quantity::LostShare | Quantity::BetweenStarts | Quantity::WithinStarts => Unit::Share,
            Quantity::Unknown => Unit::Unknown,
        }
    }
}

/// What is derived for one arm.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// What it is.
    pub quantity: Quantity,
    /// The arm's id.
    pub arm: String,
    /// The value of what is swept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub x: Option<f64>,
    /// The unit of the quantity.
    pub unit: Unit,
    /// The median over the blocks.
    pub median: f64,
    /// The lower end of the interval.
    pub low: f64,
    /// The upper end of the interval.
    pub high: f64,
    /// The coverage of the interval, from 0 to 1.
    pub confidence: f64,
    /// How many blocks it comes from.
    pub blocks: usize,
}

impl Point {
    /// A quantity of an arm.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::measure::block::{Arm, Estimate, Role};
    /// use fib_lab::measure::summary::{Point, Quantity};
    /// use fib_lab::measure::unit::Unit;
    /// let (arm, share) = (Arm::only(Role::Parallel), Estimate::single(0.5));
    /// let point = Point::new(Quantity::LockWait, &arm, share);
    /// assert_eq!((point.arm.as_str(), point.unit, point.median), ("parallel", Unit::Share, 0.5));
    /// ```
    pub fn new(quantity: Quantity, arm: &Arm, estimate: Estimate) -> Point {
        let Estimate { median, low, high, confidence, blocks } = estimate;
        let (arm, x, unit) = (arm.id.clone(), arm.x, quantity.unit());
        Point { quantity, arm, x, unit, median, low, high, confidence, blocks }
    }

    /// The median with its interval.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::measure::block::{Arm, Block};
    /// use fib_lab::measure::summary::{Quantity, points};
    /// use fib_lab::measure::unit::Unit;
    /// let (arm, blocks) = (Arm::point("n", 20.0, Unit::N), [Block::from([("n-20", 4.0)])]);
    /// let point = &points(&[arm], &blocks, Quantity::Time, 0.95)[0];
    /// assert_eq!((point.estimate().median, point.estimate().blocks), (4.0, 1));
    /// ```
    pub fn estimate(&self) -> Estimate {
        let Point { median, low, high, confidence, blocks, .. } = *self;
        Estimate { median, low, high, confidence, blocks }
    }
}

/// A quantity of every arm that is a point of what is swept, block by block: its time, or
/// its speed-up over the serial arm. `least` is the least coverage of an interval.
///
/// # Examples
///
/// ```
/// use fib_lab::measure::block::{Arm, Block, Role};
/// use fib_lab::measure::summary::{Quantity, points};
/// use fib_lab::measure::unit::Unit;
/// let arms = [Arm::only(Role::Serial), Arm::point("held", 0.5, Unit::Share)];
/// let blocks = vec![Block::from([("serial", 6.0), ("held-0.5", 4.0)]); 6];
/// let points = points(&arms, &blocks, Quantity::SpeedUp, 0.95);
/// assert_eq!((points.len(), points[0].x, points[0].median), (1, Some(0.5), 1.5));
/// ```
pub fn points(arms: &[Arm], blocks: &[Block], quantity: Quantity, least: f64) -> Vec<Point> {
    let serial = with_role(arms, Role::Serial);
    let values = |arm: &Arm| match (quantity, serial) {
        (Quantity::Time, _) => column(blocks, &arm.id),
        (Quantity::SpeedUp, Some(serial)) => ratios(blocks, &serial.id, &arm.id),
        _ => Vec::new(),
    };
    let point = |arm: &Arm| Some(Point::new(quantity, arm, estimate(&values(arm), least)?));
    arms.iter().filter(|arm| arm.role == Role::Point).filter_map(point).collect()
}

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
