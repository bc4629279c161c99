//! The lanes of threads that have to hold a lock: holding it, wanting it, and without it.

use super::log::ThreadLog;
use crate::trace::{Detail, Event, Kind, numbered};

/// The events of threads that ran together, in milliseconds since the first began.
///
/// `locked` says whether there was a lock at all.
///
/// # Examples
///
/// ```
/// use fib_lab::interpreter::log::{Stretch, ThreadLog};
/// use fib_lab::interpreter::lanes;
/// use fib_lab::trace::{Detail, Kind};
///
/// let stretch = Stretch {
///     kind: Kind::Lock,
///     held: false,
///     start_ms: 10.0,
///     end_ms: 16.0,
///     requested_ms: Some(15.0),
/// };
/// let log = ThreadLog {
///     start_ms: 10.0,
///     end_ms: 16.0,
///     stretches: vec![stretch],
///     ..ThreadLog::default()
/// };
/// let events = lanes::events(&[log], true);
/// assert_eq!((&events[0].detail, events[0].end_ms), (&Detail::Wants, 6.0));
/// assert_eq!((&events[1].detail, events[1].start_ms), (&Detail::Asks, 5.0));
/// ```
pub fn events(turns: &[ThreadLog], locked: bool) -> Vec<Event> {
    let start_ms = turns.iter().map(|turn| turn.start_ms).fold(f64::INFINITY, f64::min);
    let end_ms = turns.iter().map(|turn| turn.end_ms).fold(start_ms, f64::max);
    let mut events = Vec::new();
    for (worker, turn) in (0..).zip(turns) {
        let mut push = |detail, kind, from_ms: f64, to_ms: f64| {
            events.push(Event::new(worker, kind, detail, from_ms - start_ms, to_ms - start_ms));
        };
        for stretch in &turn.stretches {
            let detail = match (stretch.kind, stretch.held, locked) {
                (Kind::Lock, ..) => Detail::Wants,
                (Kind::Wait, ..) => Detail::Outside,
                (Kind::Idle, ..) => Detail::Idle,
                (_, true, _) => Detail::Holds,
                (_, false, true) => Detail::Free,
                _ => Detail::Computes,
            };
            push(detail, stretch.kind, stretch.start_ms, stretch.end_ms);
            if let Some(requested_ms) = stretch.requested_ms {
                push(Detail::Asks, Kind::Lock, requested_ms, requested_ms);
            }
        }
        push(Detail::Idle, Kind::Idle, turn.end_ms, end_ms);
    }
    numbered(events)
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
            events.iter().map(|e| (e.id, e.worker, &e.detail, e.start_ms, e.end_ms)).collect();
        assert_eq!(
            found,
            [
                (0, 0, &Detail::Wants, 0.0, 6.0),
                (1, 0, &Detail::Asks, 5.0, 5.0),
                (2, 0, &Detail::Holds, 6.0, 10.0),
                (3, 0, &Detail::Outside, 10.0, 20.0),
                (4, 0, &Detail::Idle, 20.0, 25.0),
                (5, 1, &Detail::Idle, 25.0, 25.0),
            ]
        );
    }
}
