//! What a timeline shows: lanes, events, the ideal schedule, and all of it in a sentence.

use super::super::words;
use crate::exhibits::card::{Card, LaneStyle, Lanes};
use crate::fib;
use crate::measure::block::Role;
use crate::params::{MAX_TASKS, MAX_WORKERS};
use crate::report::{IdealSlot, Report};
use crate::sort::argsort;
use crate::trace::{Detail, Event, Kind};

/// What threads under a lock do, and how it is drawn.
pub const LOCK_KEYS: [(&str, Detail); 6] = [
    ("holds", Detail::Holds),
    ("holds", Detail::Computes),
    ("free", Detail::Free),
    ("wants", Detail::Wants),
    ("outside", Detail::Outside),
    ("asks", Detail::Asks),
];

/// A picture holds so many events at the most; tables and files have more.
const MOST_DRAWN: usize = 3_000;

/// What a timeline draws, in milliseconds.
pub struct Timeline {
    /// The name of the exhibit.
    pub(in crate::picture) exhibit: &'static str,
    /// How the lanes look, and what they are called.
    pub(in crate::picture) lanes: Lanes,
    /// How many lanes there are.
    pub(in crate::picture) count: u32,
    /// Every event, by lane.
    pub(in crate::picture) events: Vec<Event>,
    /// The places of those that are drawn, in their order.
    pub(in crate::picture) drawn: Vec<usize>,
    /// The ideal schedule.
    pub(in crate::picture) ghosts: Vec<Event>,
    /// Absent where nothing serial was measured.
    pub(in crate::picture) serial_ms: Option<f64>,
    /// When the last worker ended.
    pub(in crate::picture) parallel_ms: f64,
    /// What the scale has to hold.
    pub(in crate::picture) span_ms: f64,
    /// The work, divided by the lanes.
    pub(in crate::picture) share_ms: f64,
    /// The longest task.
    pub(in crate::picture) longest_ms: f64,
    /// What the picture shows, in a sentence.
    pub(in crate::picture) summary: String,
}

impl Timeline {
    pub(in crate::picture) fn new(exhibit: &Card, report: &Report) -> Option<Timeline> {
        let (lanes, count) = (exhibit.lanes, count(exhibit, report));
        // Of the pool the last repetition is shown, of threads under a lock all of them.
        let repeats = match lanes.style {
            LaneStyle::Lock => f64::from(report.repeats),
            _ => 1.0,
        };
        // Where nothing ran in parallel in the blocks, the trace is of something else.
        let parallel = report.median_ms(Role::Parallel);
        // So is a tree, which is grown apart from every figure.
        let is_tree = report.trace.iter().any(|event| event.parent.is_some());
        let parallel = parallel.filter(|_| !is_tree);
        let serial_ms = parallel.and(report.median_ms(Role::Serial)).map(|ms| ms * repeats);
        // Nothing ends before it begins, whichever of two clocks is ahead.
        let whole = |event: &Event| {
            let end_ms = event.start_ms + event.length_ms();
            Event { end_ms, ..event.clone() }
        };
        let known = |event: &&Event| event.worker < MAX_WORKERS;
        let events: Vec<Event> = report.trace.iter().filter(known).map(whole).collect();
        if events.is_empty() {
            return None;
        }
        let parallel_ms = events.iter().map(|event| event.end_ms).fold(0.0, f64::max);
        let calls = |n: u32| fib::calls(n) as f64;
        let ideal_calls =
            report.ideal.as_ref().map(|ideal| ideal.makespan_calls as f64 * ideal.speedup);
        let call_ms = serial_ms.unwrap_or_default() / ideal_calls.unwrap_or(1.0).max(1.0);
        let schedule = || report.ideal.iter().flat_map(|ideal| &ideal.schedule).take(MAX_TASKS);
        let longest = schedule().map(|slot| calls(slot.n)).fold(0.0, f64::max);
        let ghost = |slot: &IdealSlot| {
            let [start_ms, end_ms] = [slot.start, slot.end].map(|calls| calls as f64 * call_ms);
            let task = Detail::Task { n: slot.n };
            Event::new(slot.worker, Kind::Work, task, start_ms, end_ms)
        };
        let ghosts = matched(schedule().map(ghost).collect(), &events, count);
        let ideal_ms = ghosts.iter().map(|ghost| ghost.end_ms).fold(0.0, f64::max);
        let mut timeline = Timeline {
            exhibit: exhibit.name,
            lanes,
            drawn: longest_of(&events),
            events,
            ghosts,
            serial_ms,
            count,
            parallel_ms,
            span_ms: serial_ms.unwrap_or_default().max(parallel_ms).max(ideal_ms),
            share_ms: serial_ms.unwrap_or_default() / f64::from(count),
            longest_ms: longest * call_ms,
            summary: String::new(),
        };
        timeline.summary = timeline.summarized();
        if timeline.drawn.len() < timeline.events.len() {
            timeline.summary.push_str(&format!(
                " Of its {} events the {MOST_DRAWN} longest are drawn.",
                timeline.events.len()
            ));
        }
        Some(timeline)
    }

    /// Whether the workers are threads that have to hold a lock.
    pub(in crate::picture) fn is_locked(&self) -> bool {
        self.lanes.style == LaneStyle::Lock
    }

    /// One sentence that says what the picture shows.
    fn summarized(&self) -> String {
        if self.is_locked() {
            return self.locked_summarized();
        }
        let messages = self.events.iter().filter(|event| message(event).is_some()).count();
        let Some(serial_ms) = self.serial_ms else {
            let took = words::time(self.parallel_ms);
            let count = self.count;
            return match messages {
                0 => format!(
                    "{count} lanes, one for each {}; all of it took {took}.",
                    self.lanes.name.to_ascii_lowercase()
                ),
                _ => format!("{messages} messages between {count} ranks; all of it took {took}."),
            };
        };
        let mut busy = vec![0.0; self.count as usize];
        for event in self.events.iter().filter(|event| event.kind == Kind::Work) {
            if let Some(lane) = busy.get_mut(event.worker as usize) {
                *lane += event.length_ms();
            }
        }
        let idlest = (0..busy.len()).min_by(|&a, &b| busy[a].total_cmp(&busy[b])).unwrap_or(0);
        let share = 1.0 - busy.get(idlest).copied().unwrap_or(0.0) / self.parallel_ms.max(1e-9);
        format!(
            "In parallel it took {}, one after another {}. {} {} was without a task for {:.0} % of \
             the time.",
            words::time(self.parallel_ms),
            words::time(serial_ms),
            self.lanes.name,
            idlest as u32 + self.lanes.first,
            (share * 100.0).max(0.0),
        )
    }

    fn locked_summarized(&self) -> String {
        let all_ms = self.parallel_ms * f64::from(self.count);
        let percent = |detail: &Detail| {
            let own = self.events.iter().filter(|event| event.detail == *detail);
            own.map(Event::length_ms).sum::<f64>() / all_ms.max(1e-9) * 100.0
        };
        let parts: Vec<String> =
            [Detail::Holds, Detail::Computes, Detail::Free, Detail::Outside, Detail::Wants]
                .iter()
                .filter(|detail| percent(detail) >= 0.05)
                .map(|detail| format!("{} for {:.1} %", words::detail(detail), percent(detail)))
                .collect();
        let count = |detail| self.events.iter().filter(|event| event.detail == detail).count();
        let (taken, asked) = (count(Detail::Holds), count(Detail::Asks));
        let hands = match (taken, asked) {
            (0, _) => String::new(),
            (_, 0) => format!(" The lock was held {taken} times; nobody had to ask for it."),
            _ => format!(
                " The lock was held {taken} times; {asked} times a thread had to ask for it."
            ),
        };
        format!(
            "All threads took {}. Of its time, a thread on average {}.{hands}",
            words::time(self.parallel_ms),
            parts.join(", ")
        )
    }
}

/// How many lanes a report's timeline has: as many as were asked for, and one for each
/// worker that did anything.
pub fn count(exhibit: &Card, report: &Report) -> u32 {
    let asked = report.spec.as_ref().map_or(1, |spec| spec.whole(exhibit.lanes.parameter));
    let used = report.trace.iter().map(|event| event.worker.saturating_add(1)).max();
    asked.max(used.unwrap_or(1)).min(MAX_WORKERS)
}

/// The places of the longest events, so many as a picture holds, in the events' order.
fn longest_of(events: &[Event]) -> Vec<usize> {
    if events.len() <= MOST_DRAWN {
        return (0..events.len()).collect();
    }
    // Of equally long ones the earlier, so that every lane has its beginning.
    let by_length = argsort(events.len(), &mut |a, b| {
        let (a, b) = (&events[a], &events[b]);
        b.length_ms().total_cmp(&a.length_ms()).then(a.start_ms.total_cmp(&b.start_ms))
    });
    let mut kept = vec![false; events.len()];
    for at in by_length.into_iter().take(MOST_DRAWN) {
        kept[at] = true;
    }
    (0..events.len()).filter(|&at| kept[at]).collect()
}

/// What each lane begins with.
fn firsts(events: &[Event], lanes: u32) -> Vec<Option<&Event>> {
    let mut firsts: Vec<Option<&Event>> = vec![None; lanes as usize];
    for event in events.iter().filter(|event| event.kind == Kind::Work) {
        if let Some(first) = firsts.get_mut(event.worker as usize)
            && first.is_none_or(|first| event.start_ms < first.start_ms)
        {
            *first = Some(event);
        }
    }
    firsts
}

/// Gives each ideal lane to the worker that really began with the same task: which
/// worker claims first is chance, and must not look like a difference.
fn matched(mut ghosts: Vec<Event>, trace: &[Event], lanes: u32) -> Vec<Event> {
    let mut free: Vec<u32> = (0..lanes).collect();
    let mut place = vec![None; lanes as usize];
    let (planned, began) = (firsts(&ghosts, lanes), firsts(trace, lanes));
    for (place, planned) in place.iter_mut().zip(planned) {
        let Some(planned) = planned else { continue };
        let same = |&worker: &u32| {
            let began = began.get(worker as usize).copied().flatten();
            began.is_some_and(|began| began.detail == planned.detail)
        };
        *place = free.iter().position(same).map(|at| free.remove(at));
    }
    for slot in place.iter_mut().filter(|slot| slot.is_none()) {
        *slot = (!free.is_empty()).then(|| free.remove(0));
    }
    for ghost in &mut ghosts {
        if let Some(Some(worker)) = place.get(ghost.worker as usize) {
            ghost.worker = *worker;
        }
    }
    ghosts
}

/// The sender, the receiver and the words of a message on its way.
pub fn message(event: &Event) -> Option<(u32, u32, &str)> {
    match &event.detail {
        Detail::Message { from, to, words } => Some((*from, *to, words)),
        _ => None,
    }
}
