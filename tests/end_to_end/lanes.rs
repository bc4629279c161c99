//! What a report says of its lanes, its series and its log.

use serde_json::Value;

/// A stretch of a lane: worker, start and end in milliseconds.
pub type Stretch = (u64, f64, f64);

/// The stretches of a report's trace with this detail, in order of their start.
pub fn stretches(report: &Value, detail: &str) -> Vec<Stretch> {
    let events = report["trace"].as_array().map(Vec::as_slice).unwrap_or_default();
    let own = events.iter().filter(|event| event["detail"] == detail);
    let mut stretches: Vec<Stretch> = own
        .filter_map(|event| {
            let (start, end) = (event["start_ms"].as_f64()?, event["end_ms"].as_f64()?);
            Some((event["worker"].as_u64()?, start, end))
        })
        .collect();
    stretches.sort_by(|a, b| a.1.total_cmp(&b.1));
    stretches
}

/// Whether two workers do the same thing at the same time, by more than clocks may err.
pub fn overlap(stretches: &[Stretch], slack_ms: f64) -> bool {
    stretches.iter().any(|a| {
        stretches.iter().any(|b| a.0 != b.0 && a.1 + slack_ms < b.2 && b.1 + slack_ms < a.2)
    })
}

/// How far the clocks of the lanes may be apart, in milliseconds.
pub fn slack_ms(report: &Value) -> f64 {
    2.0 * report["environment"]["clock_alignment_us"].as_f64().unwrap_or(0.0) / 1e3 + 0.05
}

/// The samples of the series with this name, by what was swept.
pub fn points(report: &Value, name: &str) -> Vec<(f64, Vec<f64>)> {
    let series = report["series"].as_array().map(Vec::as_slice).unwrap_or_default();
    let own = series.iter().filter(|series| series["name"] == name);
    own.filter_map(|series| {
        let samples = series["samples"].as_array()?.iter().filter_map(Value::as_f64).collect();
        Some((series["x"].as_f64()?, samples))
    })
    .collect()
}

/// A list of a report; empty where there is none.
pub fn list<'a>(report: &'a Value, name: &str) -> &'a [Value] {
    report[name].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// What one worker printed, in order.
pub fn printed(report: &Value, worker: u64) -> Vec<&str> {
    let own = list(report, "log").iter().filter(|line| line["worker"] == worker);
    own.filter_map(|line| line["text"].as_str()).collect()
}

/// The swept values of a series.
pub fn swept(report: &Value, name: &str) -> Vec<f64> {
    let own = list(report, "series").iter().filter(|series| series["name"] == name);
    own.filter_map(|series| series["x"].as_f64()).collect()
}
