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

/// Tasks that split themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Divisible {
    /// fib of a number.
    Fib,
    /// Sorting by merging.
    Sort,
    /// Queens on a board that do not attack each other.
    Queens,
    /// A task that this build does not know.
    #[default]
    #[serde(other)]
    Unknown,
}

/// What exactly: everything that a picture needs to draw an event, and to name it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Detail {
    /// Nothing to do.
    Idle,
    /// Computing fib(n).
    Task {
        /// The argument of fib.
        n: u32,
    },
    /// A piece of a task that was split.
    Piece {
        /// Of what.
        of: Divisible,
        /// Its size: the argument of fib, how many elements are sorted, how many rows are left.
        size: u32,
        /// From which worker it was taken; absent where a worker goes on with its own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<u32>,
    },
    /// A part of a longer work.
    Part {
        /// Which, from 1.
        k: u32,
    },
    /// Being started.
    Starting,
    /// Working, and holding the lock.
    Holds,
    /// Waiting until the lock is one's own.
    Wants,
    /// Asking the holder to drop the lock: an event without length.
    Asks,
    /// Working without the lock.
    Free,
    /// Working where there is no lock.
    Computes,
    /// Waiting for something outside.
    Outside,
    /// A message on its way, on the lane of who receives it.
    Message {
        /// The sender.
        from: u32,
        /// The receiver.
        to: u32,
        /// What it says.
        words: String,
    },
    /// Waiting for a message.
    WaitsFor {
        /// From whom; there may be no such rank.
        whom: i32,
    },
    /// Something that this build does not know.
    #[default]
    #[serde(other)]
    Unknown,
}

/// One block on a worker's lane. Times are milliseconds since the job started,
/// on the clock of whoever started it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Tells it from all others of the trace.
    pub id: u32,
    /// The event that it is a part of, or that brought it about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<u32>,
    /// The worker, from 0.
    pub worker: u32,
    /// What the worker was doing.
    pub kind: Kind,
    /// What exactly.
    pub detail: Detail,
    /// When it began.
    pub start_ms: f64,
    /// When it ended.
    pub end_ms: f64,
}

impl Event {
    /// An event without a parent. Its id is 0 until the trace is [`numbered`].
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::trace::{Detail, Event, Kind};
    /// let event = Event::new(1, Kind::Work, Detail::Task { n: 20 }, 1.0, 3.0);
    /// assert_eq!((event.worker, event.parent, event.length_ms()), (1, None, 2.0));
    /// ```
    pub fn new(worker: u32, kind: Kind, detail: Detail, start_ms: f64, end_ms: f64) -> Event {
        Event { id: 0, parent: None, worker, kind, detail, start_ms, end_ms }
    }

    /// How long it lasted, in milliseconds. Its two times may come from two clocks, and its
    /// report from a file: nothing ends before it begins all the same.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::trace::{Detail, Event, Kind};
    /// let event = |start_ms, end_ms| {
    ///     let detail = Detail::Message { from: 0, to: 1, words: "P0".to_owned() };
    ///     Event::new(1, Kind::Message, detail, start_ms, end_ms)
    /// };
    /// assert_eq!(event(1.0, 3.0).length_ms(), 2.0);
    /// assert_eq!(event(3.0, 2.0).length_ms(), 0.0);
    /// ```
    pub fn length_ms(&self) -> f64 {
        (self.end_ms - self.start_ms).max(0.0)
    }
}

/// The trace with the place of each event as its id. Parents are left as they are: this is
/// for traces that have none.
///
/// # Examples
///
/// ```
/// use fib_lab::trace::{Detail, Event, Kind, numbered};
/// let idle = || Event::new(0, Kind::Idle, Detail::Idle, 0.0, 1.0);
/// let ids: Vec<u32> = numbered(vec![idle(), idle()]).iter().map(|event| event.id).collect();
/// assert_eq!(ids, [0, 1]);
/// ```
pub fn numbered(mut events: Vec<Event>) -> Vec<Event> {
    for (id, event) in (0..).zip(&mut events) {
        event.id = id;
    }
    events
}

/// The events of a parallel sample: every task, and every worker's wait for the end.
///
/// Marks name their tasks by the index in `tasks`.
///
/// # Examples
///
/// ```
/// use fib_lab::trace::sample::{Lane, TaskSpan, Sample};
/// use fib_lab::trace::{Detail, Kind, events};
///
/// let span = TaskSpan { task: 0, value: 6765, start_ms: 101.0, end_ms: 104.0 };
/// let lane = Lane { spans: vec![span], free_ms: 104.0 };
/// let sample = Sample { start_ms: 100.0, ms: 5.0, last_ms: 5.0, lanes: vec![lane] };
/// let events = events(&sample, &[20]);
/// assert_eq!((&events[0].detail, events[0].start_ms), (&Detail::Task { n: 20 }, 1.0));
/// assert_eq!((events[1].kind, events[1].end_ms), (Kind::Idle, 5.0));
/// ```
pub fn events(sample: &Sample, tasks: &[u32]) -> Vec<Event> {
    let mut events = Vec::new();
    for (worker, lane) in sample.lanes.iter().enumerate() {
        let worker = worker as u32;
        let since_start = |ms: f64| ms - sample.start_ms;
        for span in &lane.spans {
            let n = tasks.get(span.task as usize).copied().unwrap_or_default();
            let (start_ms, end_ms) = (since_start(span.start_ms), since_start(span.end_ms));
            events.push(Event::new(worker, Kind::Work, Detail::Task { n }, start_ms, end_ms));
        }
        // Who hands out the tasks may have another clock than who does them.
        let done_ms = lane.spans.iter().map(|span| span.end_ms).fold(lane.free_ms, f64::max);
        let free_ms = since_start(done_ms);
        let end_ms = sample.last_ms.max(free_ms);
        events.push(Event::new(worker, Kind::Idle, Detail::Idle, free_ms, end_ms));
    }
    numbered(events)
}
