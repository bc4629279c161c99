//! The parts of a report.

use serde::{Deserialize, Serialize};

use crate::measure::block::{Estimate, Verdict};
use crate::measure::unit::Unit;

/// Where the figures come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// Measured in this browser, now.
    #[default]
    Measured,
    /// Shipped with the page; the machine and the date are in it.
    Recorded,
    /// Read from a file.
    Imported,
}

/// How the run ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It ran to its end, or to a deadlock that was asked for; no answer is wrong.
    #[default]
    Complete,
    /// Somebody pressed Stop.
    Stopped,
    /// Something broke, or an answer is wrong; the warnings say what.
    Failed,
}

/// How a run ended that did not end by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Outcome {
    /// Every rank that had not ended waited, and no message was on its way.
    Deadlock {
        /// Who waited for whom.
        waits: Vec<RankWait>,
    },
}

/// A rank that waits for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RankWait {
    /// The rank that waits.
    pub who: u32,
    /// The rank that it waits for; there may be no such rank.
    pub whom: i32,
}

/// What ran the run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Environment {
    /// The browser's own description.
    pub user_agent: String,
    /// How many cores the browser claims.
    pub hardware_concurrency: u32,
    /// Whether the page is cross-origin isolated, which shared memory needs.
    pub isolated: bool,
    /// The smallest step of the clock, in microseconds.
    pub timer_step_us: f64,
    /// How far the workers' clocks may be apart, in microseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock_alignment_us: Option<f64>,
    /// Whether the page was visible throughout.
    pub visible: bool,
    /// What was measured.
    pub build: Build,
}

/// Version and optimisation of the engines.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Build {
    /// The version of the lab.
    pub version: String,
    /// The cargo profile, its optimisation level, and how each engine was built.
    pub profile: String,
    /// The fingerprint of the engine files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub engines: Option<String>,
}

/// What a perfect machine would have done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ideal {
    /// Total work ÷ makespan.
    pub speedup: f64,
    /// When the last worker would end, in calls of fib.
    pub makespan_calls: u64,
    /// Who would do what when, in calls of fib.
    pub schedule: Vec<IdealSlot>,
}

/// One task of the ideal schedule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdealSlot {
    /// The worker, from 0.
    pub worker: u32,
    /// The argument of fib.
    pub n: u32,
    /// Start, in calls of fib.
    pub start: u64,
    /// End, in calls of fib.
    pub end: u64,
}

/// Where the workers' time went, in shares of p·Tp: together with the share of the serial
/// program's work, the four are 1 in every block.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct LostTime {
    /// How much longer work takes with others at work, by the kernels of the same block. Until
    /// November 2026: how much longer the tasks took than in the serial program.
    pub work_inflation: Estimate,
    /// Workers that had no task left.
    pub idle: Estimate,
    /// Workers that had tasks left but were not computing.
    pub overhead: Estimate,
    /// What the others do not explain.
    pub residual: Estimate,
}

/// A law that is fitted to what was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Law {
    /// 1 / (f + (1 − f)/p).
    Amdahl,
    /// p − f(p − 1).
    Gustafson,
    /// p / (1 + α(p − 1) + βp(p − 1)), the universal scalability law.
    Usl,
    /// Threads under one lock that is held several times.
    OneLock,
    /// α + β · bytes.
    Message,
    /// The serial program's time, and the same for every join.
    ForkJoin,
    /// A law that this build does not know.
    #[serde(other)]
    Unknown,
}

/// A parameter of a [`Law`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Constant {
    /// The serial share f.
    SerialShare,
    /// α: contention, or the time that a message takes before its first byte.
    Alpha,
    /// β: coherence, or the time for each byte.
    Beta,
    /// The time that a lock needs to change hands.
    HandOver,
    /// The time of a join that nobody takes part in.
    Join,
    /// A parameter that this build does not know.
    #[serde(other)]
    Unknown,
}

/// A parameter of a law, fitted to what was measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fit {
    /// The law.
    pub law: Law,
    /// Its parameter.
    pub parameter: Constant,
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

impl Fit {
    /// A parameter of a law, with the interval that the blocks give it.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::measure::block::Estimate;
    /// use fib_lab::report::{Constant, Fit, Law};
    /// let fit = Fit::new(Law::OneLock, Constant::HandOver, Estimate::single(0.02));
    /// assert_eq!((fit.law, fit.median, fit.blocks), (Law::OneLock, 0.02, 1));
    /// ```
    pub fn new(law: Law, parameter: Constant, estimate: Estimate) -> Fit {
        let Estimate { median, low, high, confidence, blocks } = estimate;
        Fit { law, parameter, median, low, high, confidence, blocks }
    }
}

/// What a series measures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SeriesName {
    /// How long the workers took to start; x: how many.
    StartUp,
    /// How long the recording of the trace took; x: how many workers.
    Tracing,
    /// The parallel program on empty tasks; x: how many workers.
    EmptyTasks,
    /// The same pool in plain JavaScript; x: how many workers.
    JavascriptWorkers,
    /// How many times the lock was taken; x: how many workers.
    LockTaken,
    /// How long the lock took to come; x: the switch interval in milliseconds.
    LockWait,
    /// How long the token took to go round; x: how many ranks.
    RingRound,
    /// How long a message took; x: its bytes.
    Message,
    /// How late a parent that asks heard of an event; x: milliseconds between two questions.
    DetectionDelay,
    /// How many questions were in vain; x: milliseconds between two questions.
    QuestionsInVain,
    /// How late a parent that is told heard of an event.
    NotificationDelay,
    /// How long a child lived; x: its number, from 1.
    ChildLife,
    /// From the first start of a child to the last end; x: how many children.
    AllChildren,
    /// How many pieces of a task were taken from another worker; x: how many workers.
    Steals,
    /// How many times a task was split; x: how many workers.
    Joins,
    /// From a split until a worker that had slept ran a half of it; x: how many workers.
    WakeUp,
    /// A series that this build does not know.
    #[default]
    #[serde(other)]
    Unknown,
}

impl SeriesName {
    /// The name in files and tables.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::report::SeriesName;
    /// assert_eq!(SeriesName::StartUp.name(), "start-up");
    /// ```
    pub fn name(self) -> &'static str {
        match self {
            SeriesName::StartUp => "start-up",
            SeriesName::Tracing => "tracing",
            SeriesName::EmptyTasks => "empty-tasks",
            SeriesName::JavascriptWorkers => "javascript-workers",
            SeriesName::LockTaken => "lock-taken",
            SeriesName::LockWait => "lock-wait",
            SeriesName::RingRound => "ring-round",
            SeriesName::Message => "message",
            SeriesName::DetectionDelay => "detection-delay",
            SeriesName::QuestionsInVain => "questions-in-vain",
            SeriesName::NotificationDelay => "notification-delay",
            SeriesName::ChildLife => "child-life",
            SeriesName::AllChildren => "all-children",
            SeriesName::Steals => "steals",
            SeriesName::Joins => "joins",
            SeriesName::WakeUp => "wake-up",
            SeriesName::Unknown => "unknown",
        }
    }
}

/// Measurements over a quantity that was swept, outside of blocks.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Series {
    /// What it is.
    pub name: SeriesName,
    /// The value of the swept quantity.
    pub x: f64,
    /// The unit of the samples.
    pub unit: Unit,
    /// Every sample.
    pub samples: Vec<f64>,
}

impl Series {
    /// Times in milliseconds.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::measure::unit::Unit;
    /// use fib_lab::report::{Series, SeriesName};
    /// let series = Series::ms(SeriesName::StartUp, 2.0, vec![31.5]);
    /// assert_eq!((series.unit, series.samples.len()), (Unit::Ms, 1));
    /// ```
    pub fn ms(name: SeriesName, x: f64, samples: Vec<f64>) -> Series {
        Series { name, x, unit: Unit::Ms, samples }
    }
}

/// What the samples of an arm counted, block by block. That counts are lost may be what is
/// shown: then the least that is possible is below the most.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Counted {
    /// The arm's id.
    pub arm: String,
    /// The least that a sample can count.
    pub low: f64,
    /// The most: everything.
    pub high: f64,
    /// What each sample counted.
    pub samples: Vec<f64>,
}

impl Counted {
    /// The share of the counts that each sample lost.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::report::Counted;
    /// let counted = Counted { high: 200.0, samples: vec![200.0, 150.0], ..Counted::default() };
    /// assert_eq!(counted.lost(), [0.0, 0.25]);
    /// ```
    pub fn lost(&self) -> Vec<f64> {
        self.samples.iter().map(|count| 1.0 - count / self.high.max(1.0)).collect()
    }
}

/// What a line that a program printed tells, for whoever goes by it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LineKind {
    /// The program begins its work.
    Begins,
    /// A part of the work is done.
    Works,
    /// All of the work is done.
    Done,
    /// The program dies.
    Dies,
    /// Anything else.
    #[default]
    #[serde(other)]
    Says,
}

/// A line that a program printed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct LogLine {
    /// Who printed it, from 0.
    pub worker: u32,
    /// When, since the job started.
    pub at_ms: f64,
    /// What it tells.
    pub kind: LineKind,
    /// What it says.
    pub text: String,
}

/// One complete comparison of an honesty check.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Round {
    /// The median of the ratios.
    pub median: f64,
    /// The lower end of the interval.
    pub low: f64,
    /// The upper end of the interval.
    pub high: f64,
    /// What the interval allows one to say.
    pub verdict: Verdict,
}

/// What the visitor expected.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Prediction {
    /// The number.
    pub value: f64,
    /// Its unit.
    pub unit: Unit,
}

/// Who ran it, if the visitor wants that in the file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Visitor {
    /// What the visitor typed as a name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// What the visitor typed as a class.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub class: String,
}

/// When a visitor answered the questions of the quiz.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum When {
    /// Before the lesson.
    #[default]
    Before,
    /// After it.
    After,
}

/// An answer that the visitor gave to a question of the quiz.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct QuizAnswer {
    /// When it was given.
    pub when: When,
    /// Which question, by its id.
    pub question: String,
    /// What was chosen.
    pub answer: String,
    /// Whether it is right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub right: Option<bool>,
}
