//! What the card says of its runs.

use super::EXHIBIT;
use super::why::why;
use crate::measure::block::{Arm, Block, Estimate, Role};
use crate::measure::point::{Point, Quantity};
use crate::params::{Device, RunSpec};
use crate::report::{Constant, Fit, Law, Report};

fn between(low: f64, high: f64) -> Estimate {
    Estimate { median: (low + high) / 2.0, low, high, confidence: 0.99, blocks: 8 }
}

fn report(grain: &str, overhead: (f64, f64), capacity: (f64, f64)) -> Report {
    let mut spec = RunSpec::defaults(&EXHIBIT, Device { cores: 2, seed: 1 });
    spec.set(&EXHIBIT, "grain", grain).unwrap();
    let arm = Arm::only(Role::OneWorker);
    Report {
        spec: Some(spec),
        blocks: vec![Block::from([("serial", 40.0), ("one-worker", 60.0)]); 8],
        points: vec![Point::new(Quantity::WorkOverhead, &arm, between(1.5, 1.6))],
        arms: vec![Arm::only(Role::Serial), arm],
        fits: vec![Fit {
            law: Law::ForkJoin,
            parameter: Constant::Join,
            median: 1.3e-6,
            low: 1.2e-6,
            high: 1.4e-6,
            confidence: 0.99,
            blocks: 8,
        }],
        speedup: Some(between(1.2, 1.3)),
        work_overhead: Some(between(overhead.0, overhead.1)),
        capacity_efficiency: Some(between(capacity.0, capacity.1)),
        ..Report::default()
    }
}

#[test]
fn the_reason_names_the_joins_only_where_they_cost_something() {
    let says = |report: &Report, part: &str| {
        let why = why(report).unwrap();
        assert!(why.contains(part), "{part}: {why}");
    };
    let uncut = report("none", (1.5, 1.6), (0.6, 0.64));
    says(&uncut, "1.55 times (1.50 to 1.60)");
    says(&uncut, "1.30 ns for each join");
    says(&uncut, "the joins are paid for on every worker, 1.55 times");
    let cheap = report("automatic", (0.99, 1.01), (0.98, 1.01));
    says(&cheap, "less than 25 µs it was 1.00 times");
    says(&cheap, "together reached 100 %");
    says(&report("automatic", (0.99, 1.01), (0.7, 0.8)), "name no reason");
    assert_eq!(why(&Report::default()), None);
}
