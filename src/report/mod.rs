//! What a run answers: the report, schema 1. Times are milliseconds of one clock
//! unless a name says otherwise; fields that do not apply are absent, never zero.

pub mod browser;
pub mod chrome;
pub mod csv;

use serde::{Deserialize, Serialize};

use crate::measure::block::{Block, Ratio, Verdict};
use crate::params::RunSpec;
use crate::trace::Event;

/// The schema this build writes, and the newest it reads.
pub const SCHEMA: u32 = 1;

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
    /// It ran to its end.
    #[default]
    Complete,
    /// Somebody pressed Stop.
    Stopped,
    /// Something broke; the warnings say what.
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
}

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The argument of fib.
    pub n: u32,
    /// fib(n), as a decimal string.
    pub value: String,
    /// Who computed it in the parallel program, from 0.
    pub worker: u32,
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

/// Where the workers' time went: p·Tp = serial + inflation + idle + overhead + residual.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LostTime {
    /// What the serial program takes.
    pub serial_ms: f64,
    /// How much longer the tasks took than in the serial program.
    pub work_inflation_ms: f64,
    /// Workers that had no task left.
    pub idle_ms: f64,
    /// Workers that had tasks left but were not computing.
    pub overhead_ms: f64,
    /// What the four do not explain.
    pub residual_ms: f64,
}

/// Named measurements over a quantity that was swept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// What it is.
    pub name: String,
    /// The value of the swept quantity.
    pub x: f64,
    /// The unit of the samples.
    pub unit: String,
    /// Every sample.
    pub samples: Vec<f64>,
}

/// A line that a program printed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LogLine {
    /// Who printed it, from 0.
    pub worker: u32,
    /// When, since the job started.
    pub at_ms: f64,
    /// What.
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
    /// Its unit, such as `speed-up`.
    pub unit: String,
}

/// Everything a run has to say.
///
/// # Examples
///
// `wasm-pack test` compiles examples too, and there is no serde_json for wasm.
#[cfg_attr(not(target_arch = "wasm32"), doc = "```")]
#[cfg_attr(target_arch = "wasm32", doc = "```ignore")]
/// use fib_lab::report::{Report, SCHEMA};
/// let report = Report { schema: SCHEMA, exhibit: "pool-map".into(), ..Report::default() };
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
    pub results: Vec<Answer>,
    /// What the random order was started from.
    pub seed: u32,
    /// How many times the whole job runs in one sample.
    pub repeats: u32,
    /// The largest task of the list that was scaled down for a slow device.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scaled_from: Option<u32>,
    /// Every sample.
    pub blocks: Vec<Block>,
    /// Serial ÷ parallel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speedup: Option<Ratio>,
    /// One worker ÷ parallel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relative_speedup: Option<Ratio>,
    /// One worker ÷ serial.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub work_overhead: Option<Ratio>,
    /// What the interval of the speed-up allows one to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// What a perfect machine would have done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ideal: Option<Ideal>,
    /// Speed-up ÷ workers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub efficiency: Option<f64>,
    /// κp: what the machine gives to p independent kernels, in cores.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub core_equivalents: Option<f64>,
    /// Speed-up ÷ min(ideal, κp).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity_efficiency: Option<f64>,
    /// Last serial sample ÷ first, minus one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drift: Option<f64>,
    /// Where the workers' time went.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lost_time: Option<LostTime>,
    /// Who did what when, in the parallel sample that is the median.
    pub trace: Vec<Event>,
    /// Sweeps, delays, latencies.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub series: Vec<Series>,
    /// The comparisons of an honesty check.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rounds: Vec<Round>,
    /// What programs printed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub log: Vec<LogLine>,
    /// What the visitor expected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prediction: Option<Prediction>,
    /// Everything a reader of the figures should know, in sentences.
    pub warnings: Vec<String>,
}
