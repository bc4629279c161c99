//! What the benchmark runs: addresses of the page, and the same programs natively.

use serde_json::json;

use super::asked::Asked;
pub use super::beside::overhead as rayon_overhead;
use super::beside::{Order, RAYON};
use super::grain::Grain;
use super::member::{ALONE, GATHER, Gathering, LEAD, Lead, OTHER, SET_UP};
use crate::trace::Divisible;

/// Runs on two workers, and what they are called.
pub const RUNS: [(&str, &str); 4] = [
    (
        "fib without a cut-off",
        "fork-join.html?grain=none&scheduler=both&workers=2&seconds=10&run=1",
    ),
    ("fib, automatic", "fork-join.html?workers=2&seconds=10&run=1"),
    ("merge sort, automatic", "fork-join.html?work=sort&workers=2&seconds=10&run=1"),
    ("queens, automatic", "fork-join.html?work=queens&workers=2&seconds=10&run=1"),
];

/// Words for the native engine, on one worker without a cut-off: the serial program and the
/// lab's join, and, for a smaller n, the serial program and rayon's join. Each runs once before it
/// is clocked.
pub fn native_words() -> [Vec<String>; 4] {
    let asked = |size| json!(Asked { of: Divisible::Fib, size, seed: 1 }).to_string();
    let gathering = json!(Gathering { workers: 1, clock_step_ms: 1e-3 }).to_string();
    let lead = json!(Lead { grain: Grain::None, repeats: 3 }).to_string();
    let rayon = json!(Order { n: 30, cutoff: 2, repeats: 3 }).to_string();
    let (large, small) = (asked(36), asked(30));
    [
        vec![SET_UP.name, &large, ALONE.name, "1", ALONE.name, "3"],
        vec![SET_UP.name, &large, GATHER.name, &gathering, LEAD.name, &lead],
        vec![OTHER.name, &small, OTHER.name, &small],
        vec![RAYON.name, &rayon, RAYON.name, &rayon],
    ]
    .map(|words| words.into_iter().map(str::to_owned).collect())
}
