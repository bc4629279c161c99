//! Quantities that are derived from samples, and what is derived for one arm: a point of what is
//! swept.

use serde::{Deserialize, Serialize};

use super::block::{Arm, Block, Estimate, Role, with_role};
use super::stats::estimate;
use super::summary::{column, ratios};
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
    /// use fib_lab::measure::{point::Quantity, unit::Unit};
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
    /// use fib_lab::measure::point::{Point, Quantity};
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
    /// use fib_lab::measure::point::{Quantity, points};
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
/// use fib_lab::measure::point::{Quantity, points};
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
