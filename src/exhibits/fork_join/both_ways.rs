//! Runs that show what the exercises expect, and runs that show the opposite.

use fib_lab::measure::block::{Arm, Role};
use fib_lab::measure::point::{Point, Quantity};
use fib_lab::report::Report;
use fib_lab::trace::{Detail, Divisible, Event, Kind};

use crate::{BothWays, between, fast, run};

pub fn both_ways() -> Vec<BothWays> {
    let cut = |cutoff: &str, low, high| {
        let report = run("fork-join", &[("grain", "cut-off"), ("cutoff", cutoff)]);
        Report { work_overhead: Some(between(low, high)), ..report }
    };
    let uncut = |low, high| {
        let overhead =
            Point::new(Quantity::WorkOverhead, &Arm::only(Role::OneWorker), between(1.5, 1.6));
        let report = fast(run("fork-join", &[("grain", "none"), ("workers", "2")]), low, high);
        Report { points: vec![overhead], ..report }
    };
    let taken = |size| {
        let detail = Detail::Piece { of: Divisible::Fib, size, from: Some(0) };
        let trace = vec![Event::new(1, Kind::Work, detail, 1.0, 9.0)];
        Report { trace, ..run("fork-join", &[("n", "36"), ("workers", "2")]) }
    };
    vec![
        [vec![cut("12", 1.01, 1.04), cut("4", 1.3, 1.4)], vec![cut("4", 1.3, 1.4)]],
        // Two cores repay a join of 1.5, and do not repay one of 2.5.
        [vec![uncut(1.2, 1.3)], vec![uncut(0.7, 0.8)]],
        [vec![taken(34)], vec![taken(21)]],
    ]
}
