//! Runs that show what the exercises expect, and runs that show the opposite.

use fib_lab::report::{Ideal, Report};

use crate::{BothWays, between, fast, run};

pub fn both_ways() -> Vec<BothWays> {
    let turned = |assignment: &str, low, high| {
        let parameters =
            [("tasks", "33,34,35,36,37,38"), ("workers", "2"), ("assignment", assignment)];
        fast(run("pool-map", &parameters), low, high)
    };
    let thrice = |low, high, kappa| {
        let ideal = Ideal { speedup: 3.0, makespan_calls: 1, schedule: Vec::new() };
        let equal = run("pool-map", &[("tasks", "35,35,35,35,35,35"), ("workers", "3")]);
        let core_equivalents = Some(between(kappa - 0.01, kappa));
        Report { ideal: Some(ideal), core_equivalents, ..fast(equal, low, high) }
    };
    // Another assignment does not take the largest last.
    let longest_first = turned("longest-first", 1.6, 1.63);
    assert!(matches!(
        (fib_lab::exhibits::named("pool-map").expect("a pool").exercises[0])(&[longest_first]),
        Some(fib_lab::exhibits::card::Progress::Open(_))
    ));
    vec![
        [vec![turned("in-order", 1.6, 1.63)], vec![turned("in-order", 1.8, 1.9)]],
        [vec![thrice(2.95, 3.02, 3.0)], vec![thrice(1.85, 1.95, 1.95)]],
    ]
}
