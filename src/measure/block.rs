//! One block of a run, and what is derived from blocks: a ratio with its interval.

use serde::{Deserialize, Serialize};

/// One block: a sample of everything that is compared, close together in time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Block {
    /// The arms in the order in which they were run.
    pub order: Vec<String>,
    /// The serial program, per job.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub serial_ms: Option<f64>,
    /// The parallel program on one worker, per job.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub one_worker_ms: Option<f64>,
    /// The parallel program on all workers, per job.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parallel_ms: Option<f64>,
    /// One fib(20) of a kernel on one worker while the others sleep.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kernel_alone_ms: Option<f64>,
    /// The same on every worker at once, at their mean rate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kernel_together_ms: Option<f64>,
    /// Something disturbed the block: it ran while the page was hidden.
    pub tainted: bool,
}

/// A ratio with its interval.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ratio {
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
