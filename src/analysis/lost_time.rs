//! Where the workers' time went: `p·Tp = Ts + work inflation + idle + overhead`.
//!
//! Each of the four is measured by itself: Ts in the serial program of the same block;
//! inflation from the tasks' own times; idle from the trace, as the time for which a
//! worker that found no more work waited for the last one; overhead by the same program
//! on empty tasks. What the four do not explain is the residual, the check on them all.

use crate::report::LostTime;
use crate::trace::{Event, Kind};

/// The lost time of one parallel sample of `parallel_ms` on `workers` workers, whose
/// tasks take `serial_ms` in the serial program, and which takes `empty_ms` when every
/// task is empty.
///
/// All times are in milliseconds; inflation and residual can be negative.
///
/// # Examples
///
/// ```
/// use fib_lab::analysis::lost_time::lost_time;
/// use fib_lab::trace::{Event, Kind};
///
/// let event = |worker, kind, start_ms, end_ms| Event {
///     worker,
///     label: String::new(),
///     kind,
///     start_ms,
///     end_ms,
/// };
/// // Worker 1 is done after 30 ms and waits for worker 0; tasks take as long as serially.
/// let trace = [
///     event(0, Kind::Work, 0.0, 50.0),
///     event(0, Kind::Idle, 50.0, 50.0),
///     event(1, Kind::Work, 0.0, 30.0),
///     event(1, Kind::Idle, 30.0, 50.0),
/// ];
/// let lost = lost_time(&trace, 2, 80.0, 50.0, 0.0);
/// assert_eq!((lost.work_inflation_ms, lost.idle_ms, lost.residual_ms), (0.0, 20.0, 0.0));
/// ```
pub fn lost_time(
    trace: &[Event],
    workers: u32,
    serial_ms: f64,
    parallel_ms: f64,
    empty_ms: f64,
) -> LostTime {
    let workers = f64::from(workers);
    let length = |event: &&Event| event.end_ms - event.start_ms;
    let work_ms: f64 =
        trace.iter().filter(|event| event.kind == Kind::Work).map(|e| length(&e)).sum();
    let idle = || trace.iter().filter(|event| event.kind == Kind::Idle);
    // Idle blocks last until the end of the job; the last worker's own is no waiting for
    // anyone, but the end of the job itself, which the empty program has as well.
    let ending_ms = idle().map(|event| length(&event)).fold(f64::INFINITY, f64::min);
    let idle_ms: f64 = idle().map(|event| length(&event) - ending_ms).sum();
    let work_inflation_ms = work_ms - serial_ms;
    let overhead_ms = workers * empty_ms;
    LostTime {
        serial_ms,
        work_inflation_ms,
        idle_ms,
        overhead_ms,
        residual_ms: workers * parallel_ms
            - (serial_ms + work_inflation_ms + idle_ms + overhead_ms),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(worker: u32, kind: Kind, start_ms: f64, end_ms: f64) -> Event {
        Event { worker, label: String::new(), kind, start_ms, end_ms }
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
        let lost = lost_time(&trace, 2, 90.0, 62.0, 2.0);
        assert_eq!(
            (lost.work_inflation_ms, lost.idle_ms, lost.overhead_ms, lost.residual_ms),
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
        assert_eq!(lost_time(&trace, 1, 20.0, 50.0, 0.0).residual_ms, 30.0);
    }
}
