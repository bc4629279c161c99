//! What a run asks of the lock, and the speed-up that theory expects of it.

use crate::params::RunSpec;
use crate::theory::one_lock::one_lock;

/// Whether the lock is dropped around the work that does not need it.
pub fn released(spec: &RunSpec) -> bool {
    spec.name("release") == "yes"
}

/// The share of the work that is really done under the lock.
pub fn held(spec: &RunSpec) -> f64 {
    if released(spec) { spec.real("held").unwrap_or(0.0) } else { 1.0 }
}

/// The speed-up that theory expects when this share is held, where a hand-over costs so much
/// of one thread's work.
pub fn theory(spec: &RunSpec, held: f64, hand_over: f64) -> f64 {
    let workers = f64::from(spec.whole("workers").max(1));
    match released(spec) {
        true => one_lock(held, f64::from(spec.whole("holds").max(1)), workers, hand_over),
        // Each thread holds it once, and throughout.
        false => one_lock(1.0, 1.0, workers, hand_over),
    }
}
