//! What its threads do where a stand-in plays their workers.

use super::program::NativeWork;
use crate::exhibits::locks::stand_in::{Round, play};
use crate::fib;
use crate::runtime::payload::Payload;
use crate::runtime::stand_in::Conditions;

/// A hand-over of the lock.
const HAND_OVER_MS: f64 = 0.02;

/// Plays a thread in native code.
pub fn played(name: &str, input: &Payload, conditions: Conditions) -> Option<(Payload, f64)> {
    play((name, input), conditions, |work: &NativeWork, call_ms| {
        let all_ms = fib::calls(work.n) as f64 * call_ms;
        let held = if work.release { work.held } else { 1.0 };
        let held_ms = held * all_ms + f64::from(work.holds) * HAND_OVER_MS;
        Round { held_ms, free_ms: (1.0 - held) * all_ms, outside_ms: 0.0 }
    })
}
