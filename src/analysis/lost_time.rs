//! Where the workers' time went: `p·Tp = Ts + work inflation + idle + overhead + residual`.
//!
//! The first four are measured by themselves, in every block: Ts in its serial sample;
//! inflation from what the kernels lost to one another; idle from the trace, as the time for
//! which a worker that found no more work waited for the last one; overhead by the same program
//! on empty tasks. None of them is what the others leave, so the residual can fail: where Ts is
//! wrong, or tasks took longer than the machine explains, it shows. As shares of p·Tp the five
//! add up to 1 in every block; their medians need not.

use crate::measure::block::Estimate;
use crate::measure::stats::estimate;
use crate::report::LostTime;
use crate::sort::argsort;
use crate::trace::{Event, Kind};

/// A residual whose whole interval is larger than this share of the workers' time fails.
const FAILS: f64 = 0.03;

/// The parts of one parallel sample, in milliseconds of all workers together.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Parts {
    /// What the serial program takes.
    pub serial_ms: f64,
    /// How much longer work takes with others at work, as the kernels of the block tell.
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
    /// is empty. The machine gave `kappa` cores' worth to as many independent kernels in the
    /// same block.
    ///
    /// While m workers are at work together the machine is taken to give them m cores' worth,
    /// as long as that is less than κ, and κ from there on: each is then m/κ times as slow.
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
    /// // Worker 1 is done after 30 ms and waits for worker 0; nobody slows the other down.
    /// let trace = [
    ///     event(0, Kind::Work, 0.0, 50.0),
    ///     event(0, Kind::Idle, 50.0, 50.0),
    ///     event(1, Kind::Work, 0.0, 30.0),
    ///     event(1, Kind::Idle, 30.0, 50.0),
    /// ];
    /// let parts = Parts::of(&trace, 2, 80.0, 50.0, 0.0, 2.0);
    /// assert_eq!((parts.work_inflation_ms, parts.idle_ms, parts.residual_ms), (0.0, 20.0, 0.0));
    /// ```
    pub fn of(
        trace: &[Event],
        workers: u32,
        serial_ms: f64,
        parallel_ms: f64,
        empty_ms: f64,
        kappa: f64,
    ) -> Parts {
        let workers = f64::from(workers);
        let of_kind = |kind| trace.iter().filter(move |event| event.kind == kind);
        // Idle blocks last until the end of the job; the last worker's own is no waiting for
        // anyone, but the end of the job itself, which the empty program has as well.
        let ending_ms = of_kind(Kind::Idle).map(Event::length_ms).fold(f64::INFINITY, f64::min);
        let idle_ms: f64 = of_kind(Kind::Idle).map(|event| event.length_ms() - ending_ms).sum();
        let slowness = |at_work: f64| {
            // All together are as slow as the kernels were, even if noise made those faster.
            if at_work < workers && at_work <= kappa { 1.0 } else { at_work / kappa.max(1e-9) }
        };
        let work_inflation_ms = together(of_kind(Kind::Work))
            .map(|(at_work, ms)| at_work * ms * (1.0 - 1.0 / slowness(at_work)))
            .sum();
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

/// How many events went on together, for how many milliseconds: a stretch for each time that
/// one began or ended.
fn together<'a>(events: impl Iterator<Item = &'a Event>) -> impl Iterator<Item = (f64, f64)> {
    let ends = |event: &Event| [(event.start_ms, 1.0), (event.start_ms + event.length_ms(), -1.0)];
    let mut changes: Vec<(f64, f64)> = events.flat_map(ends).collect();
    let order = argsort(changes.len(), &mut |a, b| changes[a].0.total_cmp(&changes[b].0));
    changes = order.into_iter().map(|at| changes[at]).collect();
    let (mut count, mut since_ms) = (0.0, 0.0);
    changes.into_iter().filter_map(move |(at_ms, change)| {
        let stretch = (count, at_ms - since_ms);
        (count, since_ms) = (count + change, at_ms);
        (stretch.0 > 0.0).then_some(stretch)
    })
}

/// What a reader should know of a residual that fails: one whose whole interval lies beyond 3 %
/// of the workers' time.
///
/// # Examples
///
/// ```
/// use fib_lab::analysis::lost_time::{Parts, failure, lost_time};
/// let parts = |residual_ms| Parts { serial_ms: 95.0, residual_ms, ..Parts::default() };
/// assert_eq!(failure(&lost_time(&[parts(1.0); 6], 0.95).unwrap()), None);
/// let sentence = failure(&lost_time(&[parts(5.0); 6], 0.95).unwrap()).unwrap();
/// assert!(sentence.starts_with("The account of the lost time does not add up: 5.0 %"));
/// ```
pub fn failure(lost: &LostTime) -> Option<String> {
    let residual = &lost.residual;
    let (low, high) = (residual.low * 100.0, residual.high * 100.0);
    let (size, what) = if residual.lies_above(FAILS) {
        (residual.median, "is in none of the measured parts")
    } else if residual.lies_below(-FAILS) {
        (-residual.median, "is in them twice")
    } else {
        return None;
    };
    Some(format!(
        "The account of the lost time does not add up: {:.1} % of the workers' time {what} (residual \
         between {low:.1} and {high:.1} %).",
        size * 100.0
    ))
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

    /// Starting and ending take 1 ms each; worker 1 waits 20 ms for worker 0.
    fn trace() -> [Event; 4] {
        [
            event(0, Kind::Work, 1.0, 61.0),
            event(0, Kind::Idle, 61.0, 62.0),
            event(1, Kind::Work, 1.0, 41.0),
            event(1, Kind::Idle, 41.0, 62.0),
        ]
    }

    #[test]
    fn a_run_without_surprises_has_no_residual() {
        // Together for 40 ms, in which each got 4/5 of a core: 16 ms of 80 are inflation. Alone
        // for 20 ms more, with a whole core.
        let parts = Parts::of(&trace(), 2, 84.0, 62.0, 2.0, 1.6);
        let found = [parts.work_inflation_ms, parts.idle_ms, parts.overhead_ms, parts.residual_ms];
        for (found, right) in found.into_iter().zip([16.0, 20.0, 4.0, 0.0]) {
            assert!((found - right).abs() < 1e-9, "{parts:?}");
        }
    }

    #[test]
    fn a_wrong_serial_time_is_in_the_residual() {
        // The serial program seems 10 ms faster than the work that the pool really did.
        let parts = Parts::of(&trace(), 2, 74.0, 62.0, 2.0, 1.6);
        assert!((parts.residual_ms - 10.0).abs() < 1e-9, "{parts:?}");
    }

    #[test]
    fn what_nothing_explains_is_the_residual() {
        // Between two tasks the worker was away for 30 ms.
        let trace = [
            event(0, Kind::Work, 0.0, 10.0),
            event(0, Kind::Work, 40.0, 50.0),
            event(0, Kind::Idle, 50.0, 50.0),
        ];
        assert_eq!(Parts::of(&trace, 1, 20.0, 50.0, 0.0, 1.0).residual_ms, 30.0);
    }

    #[test]
    fn more_workers_than_cores_slow_one_another_down_only_while_they_are_together() {
        // Four workers on two cores: for 40 ms each has half a core, then one goes on alone.
        let mut trace = vec![event(0, Kind::Work, 0.0, 60.0)];
        trace.extend((1..4).map(|worker| event(worker, Kind::Work, 0.0, 40.0)));
        trace.extend((1..4).map(|worker| event(worker, Kind::Idle, 40.0, 60.0)));
        trace.push(event(0, Kind::Idle, 60.0, 60.0));
        let parts = Parts::of(&trace, 4, 100.0, 60.0, 0.0, 2.0);
        assert_eq!((parts.work_inflation_ms, parts.idle_ms, parts.residual_ms), (80.0, 60.0, 0.0));
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
