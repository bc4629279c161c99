//! What a run answers: the report, schema 2. Times are milliseconds of one clock
//! unless a name says otherwise; fields that do not apply are absent, never zero.
//!
//! Everything that a program decides by is data: ids, enums, numbers. Sentences are for
//! people, and any of them could be worded otherwise. Reports of schema 1 are read by
//! `schema_1.rs` and are of schema 2 from then on.

pub mod browser;
pub mod check;
pub mod chrome;
pub mod csv;
mod data;
pub mod limits;
pub mod read;
mod row;
mod schema_1;
pub mod sheet;

use serde::{Deserialize, Serialize};

use crate::measure::block::{Arm, Block, Estimate, Role, Verdict, with_role};
use crate::measure::point::{Point, Quantity};
use crate::measure::power::smallest_difference;
use crate::measure::sampling::Stopping;
use crate::measure::stats::median;
use crate::measure::summary::{column, role_ratios, units};
use crate::params::RunSpec;
use crate::trace::Event;
pub use check::{Check, Want, What};
pub use data::{
    Build, Constant, Counted, Environment, Fit, Ideal, IdealSlot, Law, LineKind, LogLine, LostTime,
    Origin, Outcome, Prediction, QuizAnswer, RankWait, Round, Series, SeriesName, Status, Visitor,
    When,
};
pub use row::{Model, Row};

/// The schema this build writes, and the newest it reads.
pub const SCHEMA: u32 = 2;

/// Everything a run has to say.
///
/// # Examples
///
/// ```
/// use fib_lab::report::{Report, SCHEMA};
/// let report = Report { schema: SCHEMA, exhibit: "a-pool".into(), ..Report::default() };
/// let json = serde_json::to_string(&report).unwrap();
/// // What was not measured is absent.
/// assert!(!json.contains("speedup"));
/// assert_eq!(serde_json::from_str::<Report>(&json).unwrap(), report);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Report {
    /// [`SCHEMA`].
    pub schema: u32,
    /// Where the figures come from.
    pub origin: Origin,
    /// How the run ended.
    pub status: Status,
    /// Absent where the run ended by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// ISO 8601, UTC.
    pub started_at: String,
    /// Which exhibit.
    pub exhibit: String,
    /// Every parameter, and the runtime as it really ran.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spec: Option<RunSpec>,
    /// What ran the run.
    pub environment: Environment,
    /// The answers, in the order of the tasks.
    pub checks: Vec<Check>,
    /// What the random order was started from.
    pub seed: u32,
    /// How many times the whole job runs in one sample.
    pub repeats: u32,
    /// The largest task of the list that was scaled down for a slow device.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scaled_from: Option<u32>,
    /// What every block holds a sample of.
    pub arms: Vec<Arm>,
    /// Whether every arm stood at every place equally often, and followed every other arm
    /// equally often.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub balanced: Option<bool>,
    /// Every sample of every arm.
    pub blocks: Vec<Block>,
    /// What is derived per arm.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub points: Vec<Point>,
    /// Laws that were fitted to what was measured.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fits: Vec<Fit>,
    /// Serial ÷ parallel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speedup: Option<Estimate>,
    /// One worker ÷ parallel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relative_speedup: Option<Estimate>,
    /// One worker ÷ serial.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub work_overhead: Option<Estimate>,
    /// What the interval of the speed-up allows one to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// The smallest ratio above 1 that this run could have told from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub smallest_difference: Option<f64>,
    /// What a perfect machine would have done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ideal: Option<Ideal>,
    /// Speed-up ÷ workers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub efficiency: Option<Estimate>,
    /// κp: what the machine gives to p independent kernels, in cores.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub core_equivalents: Option<Estimate>,
    /// Speed-up ÷ min(ideal, κp).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity_efficiency: Option<Estimate>,
    /// How much longer the serial program took in the end than at first, along the Theil–Sen
    /// line through all its samples; absent where Kendall's test finds no trend. Reports until
    /// November 2026 have the last sample ÷ the first here, minus one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drift: Option<f64>,
    /// Where the workers' time went.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lost_time: Option<LostTime>,
    /// Who did what when, in the parallel sample that is the median.
    pub trace: Vec<Event>,
    /// Measurements outside of blocks: delays, latencies.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub series: Vec<Series>,
    /// What the samples of each arm counted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub counts: Vec<Counted>,
    /// The programming models that were compared, or could not be.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<Row>,
    /// The comparisons of an honesty check.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rounds: Vec<Round>,
    /// What programs printed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub log: Vec<LogLine>,
    /// What the visitor expected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prediction: Option<Prediction>,
    /// Who ran it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visitor: Option<Visitor>,
    /// What the visitor answered to the questions of the quiz, if that may stand in files.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub quiz: Vec<QuizAnswer>,
    /// Everything a reader of the figures should know, in sentences.
    pub warnings: Vec<String>,
}

impl Report {
    /// The samples of the arm with this role, block by block.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::measure::block::{Arm, Block, Role};
    /// use fib_lab::report::Report;
    /// let (arms, blocks) = (vec![Arm::only(Role::Serial)], vec![Block::from([("serial", 6.0)])]);
    /// let report = Report { arms, blocks, ..Report::default() };
    /// assert_eq!(report.samples(Role::Serial), [6.0]);
    /// assert!(report.samples(Role::Parallel).is_empty());
    /// ```
    pub fn samples(&self, role: Role) -> Vec<f64> {
        with_role(&self.arms, role).map(|arm| column(&self.blocks, &arm.id)).unwrap_or_default()
    }

    /// The speed-up of every unit of the run: of every block, or of every fresh start of the
    /// engines, where there were several.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::measure::block::{Arm, Block, Role};
    /// use fib_lab::report::Report;
    /// let blocks = vec![Block::from([("serial", 6.0), ("parallel", 4.0)])];
    /// let arms = [Role::Serial, Role::Parallel].map(Arm::only).to_vec();
    /// assert_eq!(Report { arms, blocks, ..Report::default() }.speedups(), [1.5]);
    /// ```
    pub fn speedups(&self) -> Vec<f64> {
        units(&self.blocks, |own| role_ratios(&self.arms, own, Role::Serial, Role::Parallel))
    }

    /// The smallest ratio above 1 that this run could have told from 1; worked out from its
    /// units where an older build did not put it into the report.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::measure::block::{Arm, Block, Role};
    /// use fib_lab::report::Report;
    /// let blocks = vec![Block::from([("serial", 6.0), ("parallel", 4.0)]); 6];
    /// let arms = [Role::Serial, Role::Parallel].map(Arm::only).to_vec();
    /// let report = Report { arms, blocks, ..Report::default() };
    /// assert_eq!(report.smallest_difference(), Some(1.01));
    /// assert_eq!(Report::default().smallest_difference(), None);
    /// ```
    pub fn smallest_difference(&self) -> Option<f64> {
        self.smallest_difference.or_else(|| {
            let units = self.speedups();
            let once = Stopping { most: units.len(), early: false };
            smallest_difference(&units, once, self.seed)
        })
    }

    /// The median time of the arm with this role.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::{measure::block::Role, report::Report};
    /// assert_eq!(Report::default().median_ms(Role::Serial), None);
    /// ```
    pub fn median_ms(&self, role: Role) -> Option<f64> {
        median(&self.samples(role))
    }

    /// The median time of the arm with this id.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::{measure::block::Block, report::Report};
    /// let report = Report { blocks: vec![Block::from([("loop", 0.5)])], ..Report::default() };
    /// assert_eq!(report.arm_ms("loop"), Some(0.5));
    /// ```
    pub fn arm_ms(&self, id: &str) -> Option<f64> {
        median(&column(&self.blocks, id))
    }

    /// All series of this name.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::report::{Report, Series, SeriesName};
    /// let series = vec![Series::ms(SeriesName::StartUp, 2.0, vec![31.5])];
    /// let report = Report { series, ..Report::default() };
    /// assert_eq!(report.series_named(SeriesName::StartUp).count(), 1);
    /// assert_eq!(report.series_named(SeriesName::Tracing).count(), 0);
    /// ```
    pub fn series_named(&self, name: SeriesName) -> impl Iterator<Item = &Series> {
        self.series.iter().filter(move |series| series.name == name)
    }

    /// The points of this quantity that belong to what is swept.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::{measure::point::Quantity, report::Report};
    /// assert_eq!(Report::default().swept(Quantity::SpeedUp).count(), 0);
    /// ```
    pub fn swept(&self, quantity: Quantity) -> impl Iterator<Item = &Point> {
        let is_swept = |point: &&Point| {
            self.arms.iter().any(|arm| arm.role == Role::Point && arm.id == point.arm)
        };
        self.points.iter().filter(move |point| point.quantity == quantity).filter(is_swept)
    }

    /// This quantity of the arm with this role.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::measure::block::{Arm, Estimate, Role};
    /// use fib_lab::measure::point::{Point, Quantity};
    /// use fib_lab::report::Report;
    /// let arm = Arm::only(Role::Parallel);
    /// let points = vec![Point::new(Quantity::LockWait, &arm, Estimate::single(0.5))];
    /// let report = Report { arms: vec![arm], points, ..Report::default() };
    /// let share = report.quantity(Quantity::LockWait, Role::Parallel).unwrap();
    /// assert_eq!(share.median, 0.5);
    /// ```
    pub fn quantity(&self, quantity: Quantity, role: Role) -> Option<Estimate> {
        let arm = with_role(&self.arms, role)?;
        let own = |point: &&Point| point.quantity == quantity && point.arm == arm.id;
        self.points.iter().find(own).map(Point::estimate)
    }

    /// Whether an answer is wrong.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::report::{Check, Report};
    /// let with = |value| Report { checks: vec![Check::fib(20, value, 0)], ..Report::default() };
    /// assert!(!with(6765).is_wrong() && with(6766).is_wrong());
    /// ```
    pub fn is_wrong(&self) -> bool {
        self.checks.iter().any(|check| check.right == Some(false))
    }
}
