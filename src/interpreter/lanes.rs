//! The lanes of threads that have to hold a lock: holding it, wanting it, and without it.

use super::log::ThreadLog;
use crate::trace::{Event, Kind};

/// A thread that works and holds the lock.
pub const HOLDS: &str = "holds the lock";
/// A thread that waits until the lock is its own.
pub const WANTS: &str = "waits for the lock";
/// A thread that asks the holder to drop the lock: an event without length.
pub const ASKS: &str = "asks for the lock";
/// A thread that works without the lock.
pub const FREE: &str = "works without the lock";
/// A thread that works where there is no lock.
pub const COMPUTES: &str = "computes";
/// A thread that waits for something else.
pub const OUTSIDE: &str = "waits outside";

/// The events of threads that ran together, in milliseconds since the first began.
///
/// `locked` says whether there was a lock at all.
///
/// # Examples
///
/// ```
/// use fib_lab::interpreter::log::{Stretch, ThreadLog};
/// use fib_lab::interpreter::lanes;
/// use fib_lab::trace::Kind;
///
/// let stretch = Stretch {
///     kind: Kind::Lock,
///     held: false,
///     start_ms: 10.0,
///     end_ms: 16.0,
///     requested_ms: Some(15.0),
/// };
/// let log = ThreadLog { start_ms: 10.0, end_ms: 16.0, stretches: vec![stretch], ..ThreadLog::default() };
/// let events = lanes::events(&[log], true);
/// assert_eq!((events[0].label.as_str(), events[0].end_ms), (lanes::WANTS, 6.0));
/// assert_eq!((events[1].label.as_str(), events[1].start_ms), (lanes::ASKS, 5.0));
/// ```
pub fn events(turns: &[ThreadLog], locked: bool) -> Vec<Event> {
    let start_ms = turns.iter().map(|turn| turn.start_ms).fold(f64::INFINITY, f64::min);
    let end_ms = turns.iter().map(|turn| turn.end_ms).fold(start_ms, f64::max);
    let mut events = Vec::new();
    for (worker, turn) in (0..).zip(turns) {
        let mut push = |label: &str, kind, from_ms: f64, to_ms: f64| {
            let (start_ms, end_ms) = (from_ms - start_ms, to_ms - start_ms);
            events.push(Event { worker, label: label.to_owned(), kind, start_ms, end_ms });
        };
        for stretch in &turn.stretches {
            let label = match (stretch.kind, stretch.held, locked) {
                (Kind::Lock, ..) => WANTS,
                (Kind::Wait, ..) => OUTSIDE,
                (Kind::Idle, ..) => "idle",
                (_, true, _) => HOLDS,
                (_, false, true) => FREE,
                _ => COMPUTES,
            };
            push(label, stretch.kind, stretch.start_ms, stretch.end_ms);
            if let Some(requested_ms) = stretch.requested_ms {
                push(ASKS, Kind::Lock, requested_ms, requested_ms);
            }
        }
        push("idle", Kind::Idle, turn.end_ms, end_ms);
    }
    events
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interpreter::log::Stretch;

    #[test]
    fn every_stretch_becomes_an_event_and_a_request_one_without_length() {
        let stretch = |kind, held, start_ms, end_ms, requested_ms| Stretch {
            kind,
            held,
            start_ms,
            end_ms,
            requested_ms,
        };
        let turn = ThreadLog {
            start_ms: 10.0,
            end_ms: 30.0,
            stretches: vec![
                stretch(Kind::Lock, false, 10.0, 16.0, Some(15.0)),
                stretch(Kind::Work, true, 16.0, 20.0, None),
                stretch(Kind::Wait, false, 20.0, 30.0, None),
            ],
            ..ThreadLog::default()
        };
        let later = ThreadLog { start_ms: 11.0, end_ms: 35.0, ..ThreadLog::default() };
        let events = events(&[turn, later], true);
        let found: Vec<_> =
            events.iter().map(|e| (e.worker, e.label.as_str(), e.start_ms, e.end_ms)).collect();
        assert_eq!(
            found,
            [
                (0, WANTS, 0.0, 6.0),
                (0, ASKS, 5.0, 5.0),
                (0, HOLDS, 6.0, 10.0),
                (0, OUTSIDE, 10.0, 20.0),
                (0, "idle", 20.0, 25.0),
                (1, "idle", 25.0, 25.0),
            ]
        );
    }
}
