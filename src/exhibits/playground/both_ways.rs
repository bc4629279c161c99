//! Runs that show what the exercise expects, and runs that show the opposite.

use fib_lab::exhibits::card::Progress;
use fib_lab::report::{Ideal, Report};

use crate::{BothWays, between, fast, run};

pub fn both_ways() -> Vec<BothWays> {
    let drawn = |speedup, low, high| {
        let ideal = Ideal { speedup, makespan_calls: 1, schedule: Vec::new() };
        let core_equivalents = Some(between(1.99, 2.0));
        let own = run("playground", &[("lanes", "0.4.5_1.2.3")]);
        Report { ideal: Some(ideal), core_equivalents, ..fast(own, low, high) }
    };
    let twice = fib_lab::exhibits::named("playground").expect("a playground").exercises[0];
    // What is slower on paper has nothing to say.
    assert!(matches!(twice(&[drawn(1.6, 1.6, 1.61)]), Some(Progress::Open(_))));
    vec![[vec![drawn(2.0, 1.97, 2.01)], vec![drawn(2.0, 1.5, 1.6)]]]
}
