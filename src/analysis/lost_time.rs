//! Where the workers' time went: `p·Tp = Ts + work inflation + idle + overhead + residual`.
//!
//! The first four are measured by themselves, in every block: Ts in its serial sample;
//! inflation from the tasks' own times; idle from the trace, as the time for which a worker
//! that found no more work waited for the last one; overhead by the same program on empty
//! tasks. What they do not explain is the residual, the check on them all. As shares of
//! p·Tp the five add up to 1 in every block; their medians need not.

use crate::measure::block::Estimate;
use crate::measure::stats::estimate;
use crate::report::LostTime;
use crate::trace::{Event, Kind};

/// The parts of one parallel sample, in milliseconds of all workers together.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Parts {
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

impl Parts {
    /// The parts of one parallel sample of `parallel_ms` on `workers` workers, whose tasks
    /// take `serial_ms` in the serial program, and which takes `empty_ms` when every task
    /// is empty.
    ///
    /// All times are in milliseconds; inflation and residual can be negative.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::analysis::lost_time::Parts;
    /// use fib_lab::trace::{Detail, Event, Kind};
    ///
    /// let event = |worker, kind, start_ms, end_ms| {
    ///     Event::new(worker, kind, Detail::Idle, start_ms, end_ms)
    /// };
    /// // Worker 1 is done after 30 ms and waits for worker 0; tasks take as long as serially.
    /// let trace = [
    ///     event(0, Kind::Work, 0.0, 50.0),
    ///     event(0, Kind::Idle, 50.0, 50.0),
    ///     event(1, Kind::Work, 0.0, 30.0),
    ///     event(1, Kind::Idle, 30.0, 50.0),
    /// ];
    /// let parts = Parts::of(&trace, 2, 80.0, 50.0, 0.0);
    /// assert_eq!((parts.work_inflation_ms, parts.idle_ms, parts.residual_ms), (0.0, 20.0, 0.0));
    /// ```
    pub fn of(
        trace: &[Event],
        workers: u32,
        serial_ms: f64,
        parallel_ms: f64,
        empty_ms: f64,
    ) -> Parts {
        let workers = f64::from(workers);
        let of_kind = |kind| trace.iter().filter(move |event| event.kind == kind);
        let work_ms: f64 = of_kind(Kind::Work).map(Event::length_ms).sum();
        // Idle blocks last until the end of the job; the last worker's own is no waiting for
        // anyone, but the end of the job itself, which the empty program has as well.
        let ending_ms = of_kind(Kind::Idle).map(Event::length_ms).fold(f64::INFINITY, f64::min);
        let idle_ms: f64 = of_kind(Kind::Idle).map(|event| event.length_ms() - ending_ms).sum();
        let work_inflation_ms = work_ms - serial_ms;
        let overhead_ms = workers * empty_ms;
        Parts {
            serial_ms,
            work_inflation_ms,
            idle_ms,
            overhead_ms,
            residual_ms: workers * parallel_ms
                - (serial_ms + work_inflation_ms + idle_ms + overhead_ms),
        }
    }

    /// What all parts add up to: p·Tp.
    fn all_ms(&self) -> f64 {
        self.serial_ms + self.work_inflation_ms + self.idle_ms + self.overhead_ms + self.residual_ms
    }
}

/// The lost time over all blocks, as shares of p·Tp; `least` is the least coverage of an
/// interval. `None` of no blocks.
///
/// # Examples
///
/// ```
/// use fib_lab::analysis::lost_time::{Parts, lost_time};
/// let parts = Parts { serial_ms: 90.0, idle_ms: 10.0, ..Parts::default() };
/// let lost = lost_time(&[parts; 6], 0.95).unwrap();
/// assert_eq!((lost.idle.median, lost.idle.blocks, lost.residual.high), (0.1, 6, 0.0));
/// assert_eq!(lost_time(&[], 0.95), None);
/// ```
pub fn lost_time(blocks: &[Parts], least: f64) -> Option<LostTime> {
    let share = |of: fn(&Parts) -> f64| -> Option<Estimate> {
        let shares: Vec<f64> =
            blocks.iter().map(|parts| of(parts) / parts.all_ms().max(1e-9)).collect();
        estimate(&shares, least)
    };
    Some(LostTime {
        work_inflation: share(|parts| parts.work_inflation_ms)?,
        idle: share(|parts| parts.idle_ms)?,
        overhead: share(|parts| parts.overhead_ms)?,
        residual: share(|parts| parts.residual_ms)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::Detail;

    fn event(worker: u32, kind: Kind, start_ms: f64, end_ms: f64) -> Event {
        Event::new(worker, kind, Detail::Idle, start_ms, end_ms)
    }

    #[test]
    fn a_run_without_surprises_has_no_residual() {
        // Starting and ending take 1 ms each; worker 1 waits 20 ms for worker 0.
        let trace = [
            event(0, Kind::Work, 1.0, 61.0),
            event(0, Kind::Idle, 61.0, 62.0),
            event(1, Kind::Work, 1.0, 41.0),
            event(1, Kind::Idle, 41.0, 62.0),
        ];
        let parts = Parts::of(&trace, 2, 90.0, 62.0, 2.0);
        assert_eq!(
            (parts.work_inflation_ms, parts.idle_ms, parts.overhead_ms, parts.residual_ms),
            (10.0, 20.0, 4.0, 0.0)
        );
    }

    #[test]
    fn what_nothing_explains_is_the_residual() {
        // Between two tasks the worker was away for 30 ms.
        let trace = [
            event(0, Kind::Work, 0.0, 10.0),
            event(0, Kind::Work, 40.0, 50.0),
            event(0, Kind::Idle, 50.0, 50.0),
        ];
        assert_eq!(Parts::of(&trace, 1, 20.0, 50.0, 0.0).residual_ms, 30.0);
    }

    #[test]
    fn every_block_counts_with_its_own_shares() {
        // The same 10 ms of waiting weigh less in a block in which everything took longer.
        let parts =
            |all_ms: f64| Parts { serial_ms: all_ms - 10.0, idle_ms: 10.0, ..Parts::default() };
        let blocks = [100.0, 100.0, 100.0, 200.0, 50.0, 100.0].map(parts);
        let idle = lost_time(&blocks, 0.95).unwrap().idle;
        assert_eq!((idle.low, idle.median, idle.high, idle.blocks), (0.05, 0.1, 0.2, 6));
    }
}
