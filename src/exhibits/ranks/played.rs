//! What a program of ranks came to: whether it stood still, and what its report says.
//!
//! Its times come from as many clocks as there are ranks. They may be apart by a step of
//! the clock or a little more, so a message can look received before it was sent, or after
//! the end of the run. What happened is therefore never read off the times: who waited in
//! the end is data, and the times only say how long things took.

use super::messages::{RankLog, Waiting};
use crate::fib;
use crate::report::{LineKind, LogLine, Outcome, RankWait, Report};
use crate::trace::{Detail, Event, Kind, numbered};

/// What a program of ranks came to.
#[derive(Clone, Debug, Default)]
pub struct Played {
    /// When the conductor began.
    pub start_ms: f64,
    /// When the last rank had ended, or nothing could happen any more.
    pub end_ms: f64,
    /// What each rank ended with; absent for those that still waited.
    pub turns: Vec<Option<RankLog>>,
    /// For whom each rank waited in the end, and since when.
    pub waits: Vec<Option<(Waiting, f64)>>,
    /// What the ranks printed.
    pub log: Vec<LogLine>,
}

impl Played {
    /// The deadlock in which the program ended; `None` where every rank came to its end.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::exhibits::ranks::played::Played;
    /// use fib_lab::report::{Outcome, RankWait};
    /// use fib_lab::exhibits::ranks::messages::Waiting;
    ///
    /// let waiting = Waiting { from: 1, sent: Vec::new(), arrived: 0 };
    /// let played = Played { waits: vec![Some((waiting, 0.0)), None], ..Played::default() };
    /// let waits = vec![RankWait { who: 0, whom: 1 }];
    /// assert_eq!(played.outcome(), Some(Outcome::Deadlock { waits }));
    /// assert_eq!(Played::default().outcome(), None);
    /// ```
    pub fn outcome(&self) -> Option<Outcome> {
        let waits = (0..).zip(&self.waits);
        let waits: Vec<RankWait> = waits
            .filter_map(|(who, wait)| Some(RankWait { who, whom: wait.as_ref()?.0.from }))
            .collect();
        (!waits.is_empty()).then_some(Outcome::Deadlock { waits })
    }

    /// How long rank 0 took by its own clock, from the first message that it sent to the last
    /// that it received; `None` where it has not come to its end.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::exhibits::ranks::messages::RankLog;
    /// use fib_lab::exhibits::ranks::played::Played;
    ///
    /// let first = RankLog { start_ms: 2.0, end_ms: 9.0, ..RankLog::default() };
    /// let played = Played { turns: vec![Some(first), None], ..Played::default() };
    /// assert_eq!(played.first_ms(), Some(7.0));
    /// assert_eq!(Played::default().first_ms(), None);
    /// ```
    pub fn first_ms(&self) -> Option<f64> {
        let first = self.turns.first()?.as_ref()?;
        Some(first.end_ms - first.start_ms)
    }

    /// How many of these tasks have no right answer.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::exhibits::ranks::messages::RankLog;
    /// use fib_lab::exhibits::ranks::played::Played;
    /// use fib_lab::trace::sample::TaskSpan;
    ///
    /// let span = |task, value| TaskSpan { task, value, ..TaskSpan::default() };
    /// let first = RankLog { spans: vec![span(20, 6765), span(19, 4180)], ..RankLog::default() };
    /// let played = Played { turns: vec![Some(first)], ..Played::default() };
    /// // One is right, one wrong, one missing.
    /// assert_eq!(played.wrong(&[20, 19, 18]), 2);
    /// ```
    pub fn wrong(&self, tasks: &[u32]) -> usize {
        let spans = self.turns.iter().flatten().flat_map(|turn| &turn.spans);
        let right = spans.filter(|span| span.value == fib::iterative(span.task)).count();
        tasks.len() - right.min(tasks.len())
    }

    /// Puts what the ranks on this `node` did and printed into the report.
    pub fn describe(&self, node: &str, report: &mut Report) {
        let starts_ms = self.turns.iter().flatten().map(|turn| turn.start_ms);
        let start_ms = starts_ms.fold(self.start_ms, f64::min);
        let of = self.turns.len();
        for worker in 0..of as u32 {
            let text = format!("rank {worker} of {of} on {node}");
            report.log.push(LogLine { worker, at_ms: 0.0, kind: LineKind::Says, text });
        }
        let since = |line: &LogLine| LogLine { at_ms: line.at_ms - start_ms, ..line.clone() };
        report.log.extend(self.log.iter().map(since));
        let mut events = Vec::new();
        for (worker, turn) in (0..).zip(&self.turns) {
            events.extend(turn.iter().flat_map(|turn| done(worker, turn)));
        }
        // Who waits in the end waits until all of it is over, whichever clock is ahead.
        let end_ms = events.iter().map(|event| event.end_ms).fold(self.end_ms, f64::max);
        for (worker, wait) in (0..).zip(&self.waits) {
            let Some((Waiting { from, .. }, since_ms)) = wait else { continue };
            events.push(waited(worker, *from, *since_ms, end_ms));
        }
        for event in &mut events {
            event.start_ms -= start_ms;
            event.end_ms -= start_ms;
        }
        report.trace = numbered(events);
    }
}

/// What a rank did that came to its end.
fn done(worker: u32, turn: &RankLog) -> Vec<Event> {
    let mut events = Vec::new();
    for delivery in &turn.deliveries {
        let received_ms = delivery.received_ms;
        events.push(waited(worker, delivery.from as i32, delivery.wanted_ms, received_ms));
        let words = delivery.words.clone();
        let message = Detail::Message { from: delivery.from, to: worker, words };
        // Sent before it was received, whatever two clocks say.
        let sent_ms = delivery.sent_ms.min(received_ms);
        events.push(Event::new(worker, Kind::Message, message, sent_ms, received_ms));
    }
    events.extend(turn.spans.iter().map(|span| {
        let task = Detail::Task { n: span.task };
        Event::new(worker, Kind::Work, task, span.start_ms, span.end_ms)
    }));
    events
}

fn waited(worker: u32, from: i32, start_ms: f64, end_ms: f64) -> Event {
    Event::new(worker, Kind::Wait, Detail::WaitsFor { whom: from }, start_ms, end_ms)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exhibits::ranks::messages::Delivery;

    /// Rank 1 of 4 took the token and died with it. Its clock and that of rank 0 may be
    /// ahead or behind.
    fn lost_reply(ahead_ms: f64) -> Played {
        let waits = |from, since_ms| {
            let waiting = Waiting { from, sent: Vec::new(), arrived: 0 };
            Some((waiting, since_ms))
        };
        let delivery = Delivery {
            from: 0,
            words: "P0".to_owned(),
            sent_ms: 101.0,
            wanted_ms: 100.0,
            received_ms: 102.0 + ahead_ms,
        };
        let died = RankLog {
            start_ms: 100.0,
            end_ms: 102.0 + ahead_ms,
            died: true,
            deliveries: vec![delivery],
            ..RankLog::default()
        };
        Played {
            start_ms: 100.0,
            end_ms: 103.0,
            turns: vec![None, Some(died), None, None],
            waits: vec![waits(3, 101.5), None, waits(1, 100.5), waits(2, 100.5)],
            log: Vec::new(),
        }
    }

    #[test]
    fn who_waits_for_whom_does_not_depend_on_which_clock_is_ahead() {
        for ahead_ms in [-50.0, -2.0, 0.0, 0.5, 2.0, 50.0] {
            let played = lost_reply(ahead_ms);
            let wait = |(who, whom)| RankWait { who, whom };
            let waits = [(0, 3), (2, 1), (3, 2)].map(wait).to_vec();
            assert_eq!(played.outcome(), Some(Outcome::Deadlock { waits }), "{ahead_ms}");
        }
    }

    #[test]
    fn nothing_is_received_before_it_was_sent_and_the_last_waits_last_to_the_end() {
        for ahead_ms in [-50.0, -2.0, 0.0, 2.0] {
            let mut report = Report::default();
            lost_reply(ahead_ms).describe("a machine", &mut report);
            let messages = report.trace.iter().filter(|event| event.kind == Kind::Message);
            assert!(messages.clone().all(|event| event.start_ms <= event.end_ms), "{ahead_ms}");
            assert_eq!(messages.count(), 1);
            let end_ms = report.trace.iter().map(|event| event.end_ms).fold(0.0, f64::max);
            for rank in [0, 2, 3] {
                let last = report.trace.iter().rfind(|event| event.worker == rank);
                assert_eq!(last.map(|event| event.end_ms), Some(end_ms), "{ahead_ms}: {rank}");
            }
        }
    }
}
