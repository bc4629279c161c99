//! Runs that show what the exercises expect, and runs that show the opposite.

use crate::{BothWays, fast, run};

pub fn both_ways() -> Vec<BothWays> {
    let held = |share: &str, holds: &str, low, high| {
        fast(run("c-extension", &[("held", share), ("holds", holds)]), low, high)
    };
    let forgotten = |low, high| fast(run("c-extension", &[("release", "no")]), low, high);
    vec![
        [
            vec![held("0.25", "1", 1.5, 1.6), held("0.25", "10", 1.8, 1.9)],
            vec![held("0.25", "1", 1.5, 1.6), held("0.25", "10", 1.2, 1.3)],
        ],
        [
            vec![held("0.5", "10", 1.7, 1.8), held("0.5", "100", 1.1, 1.2)],
            vec![held("0.5", "10", 1.7, 1.8), held("0.5", "100", 1.9, 1.95)],
        ],
        [vec![forgotten(0.97, 1.01)], vec![forgotten(1.3, 1.4)]],
    ]
}
