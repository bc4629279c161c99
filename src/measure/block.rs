//! What a run compares: arms, as in a trial, and blocks, each with a sample of every arm,
//! close together in time.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::unit::Unit;

/// What an arm is there for. Everything that is derived goes by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// The best serial program, on the plain engine.
    Serial,
    /// The parallel program on one worker.
    OneWorker,
    /// The parallel program on all workers.
    Parallel,
    /// A kernel on one worker while the others sleep.
    KernelAlone,
    /// The same kernel on every worker at once, at their mean rate.
    KernelTogether,
    /// A program at a point of what the run sweeps.
    Point,
}

impl Role {
    /// The id of an arm that is the only one with this role.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::measure::block::Role;
    /// assert_eq!(Role::OneWorker.id(), "one-worker");
    /// ```
    pub fn id(self) -> &'static str {
        match self {
            Role::Serial => "serial",
            Role::OneWorker => "one-worker",
            Role::Parallel => "parallel",
            Role::KernelAlone => "kernel-alone",
            Role::KernelTogether => "kernel-together",
            Role::Point => "point",
        }
    }
}

/// Something that is sampled once in every block.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Arm {
    /// Tells it from all others of the run.
    pub id: String,
    /// What it is there for.
    pub role: Role,
    /// The value of what is swept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub x: Option<f64>,
    /// The unit of what is swept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Unit>,
}

impl Arm {
    /// The only arm with this role.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::measure::block::{Arm, Role};
    /// assert_eq!(Arm::only(Role::Serial).id, "serial");
    /// ```
    pub fn only(role: Role) -> Arm {
        Arm { id: role.id().to_owned(), role, x: None, unit: None }
    }

    /// A point of what is swept.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::measure::block::{Arm, Role};
    /// use fib_lab::measure::unit::Unit;
    /// let arm = Arm::point("held", 0.25, Unit::Share);
    /// assert_eq!((arm.id.as_str(), arm.role, arm.x), ("held-0.25", Role::Point, Some(0.25)));
    /// ```
    pub fn point(name: &str, x: f64, unit: Unit) -> Arm {
        Arm { id: format!("{name}-{x}"), role: Role::Point, x: Some(x), unit: Some(unit) }
    }
}

/// One block: a sample of everything that is compared, close together in time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Block {
    /// The ids of the arms in the order in which they were run.
    pub order: Vec<String>,
    /// How long each took, per job, by the arm's id.
    pub ms: BTreeMap<String, f64>,
    /// Which fresh start of the engines the block belongs to, from 0.
    pub start: u32,
    /// Something disturbed the block: it ran while the page was hidden, or the device slept.
    pub tainted: bool,
}

impl Block {
    /// How long this arm took.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::measure::block::Block;
    /// let block = Block::from([("serial", 6.0)]);
    /// assert_eq!((block.ms_of("serial"), block.ms_of("parallel")), (Some(6.0), None));
    /// ```
    pub fn ms_of(&self, arm: &str) -> Option<f64> {
        self.ms.get(arm).copied()
    }

    /// κ of this block: how many cores' worth the machine gave to so many independent kernels.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::measure::block::Block;
    /// let block = Block::from([("kernel-alone", 1.0), ("kernel-together", 1.25)]);
    /// assert_eq!(block.kappa(2), Some(1.6));
    /// ```
    pub fn kappa(&self, workers: u32) -> Option<f64> {
        let of = |role: Role| self.ms_of(role.id());
        Some(f64::from(workers) * of(Role::KernelAlone)? / of(Role::KernelTogether)?)
    }

    /// Takes a sample of an arm: the next in its order.
    pub fn take(&mut self, arm: &str, ms: f64) {
        self.order.push(arm.to_owned());
        self.ms.insert(arm.to_owned(), ms);
    }
}

impl<const N: usize> From<[(&str, f64); N]> for Block {
    fn from(samples: [(&str, f64); N]) -> Block {
        let mut block = Block::default();
        for (arm, ms) in samples {
            block.take(arm, ms);
        }
        block
    }
}

/// Whether every arm stood at every place equally often and directly behind every other arm
/// equally often: so it is after whole squares of [`williams`](super::sampling::williams).
/// `None` of nothing, and where nobody knows in which order all samples were taken.
///
/// # Examples
///
/// ```
/// use fib_lab::measure::block::{Block, balanced};
/// let there = Block::from([("serial", 6.0), ("parallel", 4.0)]);
/// let back = Block::from([("parallel", 4.0), ("serial", 6.0)]);
/// assert_eq!(balanced(&[there.clone(), back.clone()]), Some(true));
/// assert_eq!(balanced(&[there.clone(), back, there]), Some(false));
/// assert_eq!(balanced(&[]), None);
/// // Rotations alone keep neighbours: here b always follows a.
/// let order = |arms: [&str; 3]| Block::from(arms.map(|arm| (arm, 1.0)));
/// let rotated = [["a", "b", "c"], ["b", "c", "a"], ["c", "a", "b"]].map(order);
/// assert_eq!(balanced(&rotated), Some(false));
/// ```
pub fn balanced(blocks: &[Block]) -> Option<bool> {
    if blocks.iter().any(|block| block.order.len() != block.ms.len()) {
        return None;
    }
    let arms = blocks.first()?.order.len();
    let mut places: BTreeMap<(usize, &str), usize> = BTreeMap::new();
    let mut followed: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for block in blocks {
        for (place, arm) in block.order.iter().enumerate() {
            *places.entry((place, arm)).or_default() += 1;
        }
        for pair in block.order.windows(2) {
            *followed.entry((&pair[0], &pair[1])).or_default() += 1;
        }
    }
    let even = |counts: &mut dyn Iterator<Item = usize>, of: usize| {
        let counts: Vec<usize> = counts.collect();
        counts.len() == of && counts.windows(2).all(|pair| pair[0] == pair[1])
    };
    let everywhere = even(&mut places.into_values(), arms * arms);
    Some(everywhere && even(&mut followed.into_values(), arms * arms.saturating_sub(1)))
}

/// A derived quantity: its median over the blocks, and the interval that it lies in.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
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

impl Estimate {
    /// A value of which no more is known: an interval that covers nothing else, with
    /// confidence 0.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::measure::block::Estimate;
    /// let one = Estimate::single(1.8);
    /// assert_eq!((one.low, one.high, one.confidence, one.blocks), (1.8, 1.8, 0.0, 1));
    /// ```
    pub fn single(value: f64) -> Estimate {
        Estimate { median: value, low: value, high: value, confidence: 0.0, blocks: 1 }
    }
}

/// What the interval allows one to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The whole interval lies above 1.01.
    Faster,
    /// The whole interval lies below 0.99.
    Slower,
    /// Anything else.
    NoDifference,
}

/// The arm with this role; the first, if there are several.
///
/// # Examples
///
/// ```
/// use fib_lab::measure::block::{Arm, Role, with_role};
/// let arms = [Role::Serial, Role::Parallel].map(Arm::only);
/// assert_eq!(with_role(&arms, Role::Parallel).map(|arm| arm.id.as_str()), Some("parallel"));
/// assert_eq!(with_role(&arms, Role::OneWorker), None);
/// ```
pub fn with_role(arms: &[Arm], role: Role) -> Option<&Arm> {
    arms.iter().find(|arm| arm.role == role)
}
