//! What is measured of one way to count, and what a sample of it is.

use super::program::Way;
use super::worker::Added;
use crate::measure::block::Arm;

/// One way, counted by so many workers: an arm, and what it takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Entrant {
    /// The arm.
    pub arm: Arm,
    /// How it counts.
    pub way: Way,
    /// How many workers count.
    pub workers: u32,
    /// How many times each of them adds in one job.
    pub times: u32,
    /// How often the job runs in a sample: in one go, on the same counter.
    pub rounds: u32,
    /// How long a job takes, in milliseconds, as far as the warm-up knows.
    pub job_ms: f64,
}

/// One sample, with what it counted.
#[derive(Clone, Debug, PartialEq)]
pub struct Sampled {
    /// The id of its arm.
    pub arm: String,
    /// What the counter said at the end.
    pub count: u32,
    /// When each worker began and ended, on the conductor's clock.
    pub lanes: Vec<Added>,
}

impl Sampled {
    /// When the first worker began.
    pub fn start_ms(&self) -> f64 {
        start_ms(&self.lanes)
    }

    /// From the first start to the last end, in milliseconds.
    pub fn elapsed_ms(&self) -> f64 {
        elapsed_ms(&self.lanes)
    }
}

fn start_ms(lanes: &[Added]) -> f64 {
    lanes.iter().map(|lane| lane.start_ms).fold(f64::INFINITY, f64::min)
}

/// From the first start to the last end of workers that counted together, in milliseconds.
pub fn elapsed_ms(lanes: &[Added]) -> f64 {
    let start_ms = start_ms(lanes);
    lanes.iter().map(|lane| lane.end_ms).fold(start_ms, f64::max) - start_ms
}
