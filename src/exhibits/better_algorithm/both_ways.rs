//! Runs that show what the exercises expect, and runs that show the opposite.

use fib_lab::measure::block::{Arm, Block, Role};
use fib_lab::report::Report;

use crate::{BothWays, run};

pub fn both_ways() -> Vec<BothWays> {
    let with = |algorithm: &str, better_ns: f64| {
        let block = |at: u32| {
            let noise = 1.0 + f64::from(at) / 1e3;
            Block::from([("serial", 33.0 * noise), ("better", better_ns / 1e6)])
        };
        let (arms, blocks) = (vec![Arm::only(Role::Serial)], (0..8).map(block).collect());
        Report { arms, blocks, ..run("better-algorithm", &[("algorithm", algorithm)]) }
    };
    vec![
        [
            vec![with("iterating", 30.0), with("fast-doubling", 20.0)],
            vec![with("iterating", 15.0), with("fast-doubling", 20.0)],
        ],
        // The longest chain of calls allows or forbids that any number of workers catches up.
        [vec![with("iterating", 60.0)], vec![with("iterating", 20.0)]],
    ]
}
