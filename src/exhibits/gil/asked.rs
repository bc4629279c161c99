//! What a run asks of the lock, and where its report answers for the switch interval that was
//! asked for.

use crate::exhibits::locks::messages::Locks;
use crate::params::RunSpec;
use crate::report::{Report, Series, SeriesName};

/// The locks that a run asks for.
pub fn locks(spec: Option<&RunSpec>) -> Locks {
    match spec.map_or("", |spec| spec.name("lock")) {
        "free-threaded" => Locks::None,
        "per-interpreter" => Locks::Each,
        _ => Locks::One,
    }
}

/// The waits for the lock at this switch interval.
pub fn own_waits(report: &Report, interval_ms: f64) -> Option<&Series> {
    report.series_named(SeriesName::LockWait).find(|series| series.x == interval_ms)
}
