//! What its threads do where a stand-in plays their workers.

use super::program::GilWork;
use crate::exhibits::locks::stand_in::{Round, play};
use crate::fib;
use crate::runtime::payload::Payload;
use crate::runtime::stand_in::Conditions;

/// Bytecode takes so many times as long as the same program in wasm.
const SLOWER: f64 = 30.0;
/// A wait outside.
const WAIT_MS: f64 = 30.0;

/// Plays a thread of the interpreter.
pub fn played(name: &str, input: &Payload, conditions: Conditions) -> Option<(Payload, f64)> {
    play((name, input), conditions, |work: &GilWork, call_ms| match *work {
        GilWork::Bytecode { n } | GilWork::Busy { n } => {
            let held_ms = fib::calls(n) as f64 * call_ms * SLOWER;
            Round { held_ms, free_ms: 0.0, outside_ms: 0.0 }
        }
        GilWork::Outside { .. } => Round { held_ms: 0.0, free_ms: 0.01, outside_ms: WAIT_MS },
    })
}
