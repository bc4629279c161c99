//! What an engine measured: one sample of a program, and what each worker did in it.

use serde::{Deserialize, Serialize};

/// What an engine measured.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// Start of the last repetition, on [`crate::measure::clock`].
    pub start_ms: f64,
    /// Elapsed time of one repetition, the mean over all of them.
    pub ms: f64,
    /// Elapsed time of the last repetition, which the lanes describe.
    pub last_ms: f64,
    /// What each worker did in the last repetition.
    pub lanes: Vec<Lane>,
}

/// What one worker did.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Lane {
    /// Its tasks in order.
    pub spans: Vec<TaskSpan>,
    /// When it found nothing more to do, on [`crate::measure::clock`].
    pub free_ms: f64,
}

/// One task on one worker.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TaskSpan {
    /// The index of the task in the list; of a kernel, how many times it ran.
    pub task: u32,
    /// The answer.
    pub value: u64,
    /// When it began, on [`crate::measure::clock`].
    pub start_ms: f64,
    /// When it ended, on [`crate::measure::clock`].
    pub end_ms: f64,
}
