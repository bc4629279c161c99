//! What threads under the lock do where a stand-in plays their workers.

use super::program::{Code, PartWork};
use crate::exhibits::locks::stand_in::{Round, play};
use crate::fib;
use crate::runtime::payload::Payload;
use crate::runtime::stand_in::Conditions;

/// Bytecode takes so many times as long as the same program in native code.
const SLOWER: f64 = 30.0;

/// Plays a thread that does its part of the list.
pub fn played(name: &str, input: &Payload, conditions: Conditions) -> Option<(Payload, f64)> {
    play((name, input), conditions, |work: &PartWork, call_ms| {
        let ms: f64 = work.tasks.iter().map(|&n| fib::calls(n) as f64 * call_ms).sum();
        match work.code {
            Code::Bytecode => Round { held_ms: ms * SLOWER, free_ms: 0.0, outside_ms: 0.0 },
            Code::Native => Round { held_ms: 0.0, free_ms: ms, outside_ms: 0.0 },
        }
    })
}
