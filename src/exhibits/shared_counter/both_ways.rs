//! Runs that show what the exercises expect, and runs that show the opposite.

use fib_lab::measure::block::{Arm, Block, Role};
use fib_lab::measure::point::{Point, Quantity};
use fib_lab::report::{Counted, Report};

use crate::{BothWays, between, run};

pub fn both_ways() -> Vec<BothWays> {
    let lines = |line_ms: f64| {
        let block = |at: u32| {
            let noise = 1.0 + f64::from(at) / 1e3;
            Block::from([("own-shared-line", line_ms * noise), ("own-apart", 5.0 * noise)])
        };
        Report { blocks: (0..8).map(block).collect(), ..run("shared-counter", &[("way", "all")]) }
    };
    let lost = |workers: &str, low: f64, high: f64| {
        let arm = Arm { id: "unprotected".to_owned(), ..Arm::only(Role::Parallel) };
        let points = vec![Point::new(Quantity::LostShare, &arm, between(low, high))];
        let all = 1e6;
        let samples = (0..8).map(|at| all - all * (low + (high - low) * f64::from(at) / 7.0));
        let counted = Counted { samples: samples.collect(), high: all, ..Counted::default() };
        let counts = vec![Counted { arm: arm.id.clone(), ..counted }];
        let parameters = [("way", "unprotected"), ("workers", workers)];
        Report { points, counts, ..run("shared-counter", &parameters) }
    };
    vec![
        [vec![lines(40.0)], vec![lines(2.0)]],
        // One of them may have lost nothing at all.
        [
            vec![lost("2", 0.0, 0.1), lost("8", 0.6, 0.7)],
            vec![lost("2", 0.6, 0.7), lost("8", 0.0, 0.0)],
        ],
    ]
}
