//! What every worker did when: events on lanes, and where the time went.

pub mod sample;

use serde::{Deserialize, Serialize};

use self::sample::Sample;

/// What a worker was doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Computing.
    Work,
    /// Waiting for something outside: a timer, a request, a database.
    Wait,
    /// Holding or wanting a lock.
    Lock,
    /// Sending or receiving.
    Message,
    /// Nothing to do.
    Idle,
}

/// One block on a worker's lane. Times are milliseconds since the job started,
/// on the clock of whoever started it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// The worker, from 0.
    pub worker: u32,
    /// What the block is called, such as `fib(38)`.
    pub label: String,
    /// What the worker was doing.
    pub kind: Kind,
    /// When it began.
    pub start_ms: f64,
    /// When it ended.
    pub end_ms: f64,
}

impl Event {
    /// How long it lasted, in milliseconds. Its two times may come from two clocks, and its
    /// report from a file: nothing ends before it begins all the same.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::trace::{Event, Kind};
    /// let event = |start_ms, end_ms| {
    ///     let label = "0 → 1: P0".to_owned();
    ///     Event { worker: 1, label, kind: Kind::Message, start_ms, end_ms }
    /// };
    /// assert_eq!(event(1.0, 3.0).length_ms(), 2.0);
    /// assert_eq!(event(3.0, 2.0).length_ms(), 0.0);
    /// ```
    pub fn length_ms(&self) -> f64 {
        (self.end_ms - self.start_ms).max(0.0)
    }
}

/// The events of a parallel sample: every task, and every worker's wait for the end.
///
/// Marks name their tasks by the index in `tasks`.
///
/// # Examples
///
/// ```
/// use fib_lab::trace::sample::{Lane, Mark, Sample};
/// use fib_lab::trace::{Kind, events};
///
/// let mark = Mark { task: 0, value: 6765, start_ms: 101.0, end_ms: 104.0 };
/// let lane = Lane { marks: vec![mark], free_ms: 104.0 };
/// let sample = Sample { start_ms: 100.0, ms: 5.0, last_ms: 5.0, lanes: vec![lane] };
/// let events = events(&sample, &[20]);
/// assert_eq!((events[0].label.as_str(), events[0].start_ms), ("fib(20)", 1.0));
/// assert_eq!((events[1].kind, events[1].end_ms), (Kind::Idle, 5.0));
/// ```
pub fn events(sample: &Sample, tasks: &[u32]) -> Vec<Event> {
    let mut events = Vec::new();
    for (worker, lane) in sample.lanes.iter().enumerate() {
        let worker = worker as u32;
        let since_start = |ms: f64| ms - sample.start_ms;
        for mark in &lane.marks {
            let n = tasks.get(mark.task as usize).copied().unwrap_or_default();
            events.push(Event {
                worker,
                label: format!("fib({n})"),
                kind: Kind::Work,
                start_ms: since_start(mark.start_ms),
                end_ms: since_start(mark.end_ms),
            });
        }
        // Who hands out the tasks may have another clock than who does them.
        let done_ms = lane.marks.iter().map(|mark| mark.end_ms).fold(lane.free_ms, f64::max);
        let free_ms = since_start(done_ms);
        events.push(Event {
            worker,
            label: "idle".to_owned(),
            kind: Kind::Idle,
            start_ms: free_ms,
            end_ms: sample.last_ms.max(free_ms),
        });
    }
    events
}
