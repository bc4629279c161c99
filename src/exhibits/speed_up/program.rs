//! What is done with each number of workers.
//!
//! Whatever the number, the same workers are asked, and those beyond it sleep. All of them were
//! started once, before anything was measured.

use futures_util::future::join_all;

use crate::fib;
use crate::measure::clock::now_ms;
use crate::runtime::engine::{Engine, Fault};
use crate::runtime::pool::{List, SERIAL};
use crate::trace::sample::Sample;

/// The task of which equal work is made: some tens of microseconds, so that the work can be
/// divided by any number of workers.
pub const UNIT_N: u32 = 20;

// [shown
/// Equal work: each of these workers computes fib(20) `each` times over. The time runs from
/// the first message sent to the last answer received.
pub async fn together(engines: &[Engine], each: u32, timeout_ms: u32) -> Result<Parts, Fault> {
    let work = List { tasks: vec![UNIT_N], repeats: each };
    let start_ms = now_ms();
    let parts = engines.iter().map(|engine| engine.call(&SERIAL, &work, timeout_ms));
    let samples = join_all(parts).await.into_iter().collect::<Result<Vec<_>, _>>()?;
    Ok(Parts { start_ms, ms: now_ms() - start_ms, samples })
}

// shown]

/// What the workers did, each its part.
pub struct Parts {
    /// When it began, on the clock of whoever asked.
    pub start_ms: f64,
    /// How long all of it took.
    pub ms: f64,
    /// The answer of each worker.
    pub samples: Vec<Sample>,
}

impl Parts {
    /// What each worker answered to fib(20) at last.
    pub fn answers(&self) -> impl Iterator<Item = Option<u64>> {
        let spans = |sample: &Sample| Some(sample.lanes.first()?.spans.last()?.value);
        self.samples.iter().map(spans)
    }

    /// How many workers gave no right answer.
    pub fn wrong(&self) -> usize {
        let right = fib::iterative(UNIT_N);
        self.answers().filter(|answer| *answer != Some(right)).count()
    }
}
