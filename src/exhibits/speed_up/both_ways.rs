//! Runs that show what the exercises expect, and runs that show the opposite.

use fib_lab::measure::block::Estimate;
use fib_lab::measure::point::{Point, Quantity};
use fib_lab::measure::unit::Unit;
use fib_lab::report::{Constant, Fit, Law, Report};

use crate::{BothWays, between, fast, run};

/// A run on 2 claimed cores with these speed-ups over the number of workers.
fn curve(work: &str, speedups: &[(f64, f64)]) -> Report {
    let most = speedups.last().map_or(1.0, |(p, _)| *p);
    let asked = run("speed-up", &[("work", work), ("workers", &most.to_string())]);
    let point = |quantity, p: f64, value: f64| {
        let Estimate { median, low, high, confidence, blocks } =
            between(0.99 * value, 1.01 * value);
        let (arm, x) = (format!("workers-{p}"), Some(p));
        Point { quantity, arm, x, unit: Unit::SpeedUp, median, low, high, confidence, blocks }
    };
    let points = speedups.iter().flat_map(|&(p, speedup)| {
        [point(Quantity::SpeedUp, p, speedup), point(Quantity::Efficiency, p, speedup / p)]
    });
    let last = speedups.last().map_or(1.0, |(_, speedup)| *speedup);
    let mut report = Report { points: points.collect(), ..fast(asked, 0.99 * last, 1.01 * last) };
    report.environment.hardware_concurrency = 2;
    report
}

pub fn both_ways() -> Vec<BothWays> {
    let bent = [(1.0, 1.0), (2.0, 1.95), (3.0, 1.96), (4.0, 1.96), (6.0, 1.96)];
    let straight = [(1.0, 1.0), (2.0, 1.98), (3.0, 2.95), (4.0, 3.9), (6.0, 5.8)];
    let read = |low: f64, high: f64| {
        let (law, parameter) = (Law::Amdahl, Constant::SerialShare);
        let fit = Fit::new(law, parameter, between(low, high));
        Report { fits: vec![fit], ..curve("six", &bent) }
    };
    vec![
        [vec![read(0.3, 0.34)], vec![read(-0.1, -0.05)]],
        [vec![curve("equal", &bent)], vec![curve("equal", &straight)]],
        [vec![curve("equal", &bent)], vec![curve("equal", &straight)]],
    ]
}
