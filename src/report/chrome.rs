//! The trace in the format that chrome://tracing and ui.perfetto.dev open
//! ("Trace Event Format", Google, complete events).

use serde::Serialize;

use crate::report::Report;
use crate::trace::{Event, Kind};

/// A file of trace events.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChromeTrace {
    trace_events: Vec<ChromeEvent>,
    display_time_unit: &'static str,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct ChromeEvent {
    name: String,
    cat: &'static str,
    /// "X": a complete event, with its duration.
    ph: &'static str,
    /// Microseconds.
    ts: f64,
    /// Microseconds.
    dur: f64,
    pid: u32,
    tid: u32,
}

/// The trace of a report, one thread per worker. `name` words an event: words are the
/// pictures' business.
///
/// Threads are numbered from 1, and times are in microseconds, as the format has them.
///
/// # Examples
///
/// ```
/// use fib_lab::picture::words;
/// use fib_lab::report::{Report, chrome::chrome_trace};
/// use fib_lab::trace::{Detail, Event, Kind};
///
/// let event = Event::new(0, Kind::Work, Detail::Task { n: 20 }, 1.0, 4.0);
/// let report = Report { trace: vec![event], ..Report::default() };
/// let file = chrome_trace(&report, words::event);
/// let json = serde_json::to_value(&file).unwrap();
/// assert_eq!(json["traceEvents"][0]["name"], "fib(20)");
/// assert_eq!(json["traceEvents"][0]["ts"], 1000.0);
/// assert_eq!(json["traceEvents"][0]["tid"], 1);
/// ```
pub fn chrome_trace(report: &Report, name: impl Fn(&Event) -> String) -> ChromeTrace {
    let trace_events = report
        .trace
        .iter()
        .map(|event| ChromeEvent {
            name: name(event),
            cat: match event.kind {
                Kind::Work => "work",
                Kind::Wait => "wait",
                Kind::Lock => "lock",
                Kind::Message => "message",
                Kind::Idle => "idle",
            },
            ph: "X",
            ts: event.start_ms * 1e3,
            dur: event.length_ms() * 1e3,
            pid: 1,
            tid: event.worker + 1,
        })
        .collect();
    ChromeTrace { trace_events, display_time_unit: "ms" }
}
