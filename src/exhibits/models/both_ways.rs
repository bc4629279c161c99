//! Runs that show what the exercises expect, and runs that show the opposite.

use fib_lab::measure::block::{Arm, Block, Role};
use fib_lab::measure::point::{Point, Quantity};
use fib_lab::measure::stats::estimate;
use fib_lab::measure::summary::{column, ratios};
use fib_lab::report::{Model, Report, Row};

use crate::{BothWays, run};

/// Eight blocks of a loop, processes and JavaScript workers; the last two are given as their
/// serial program's time and that of all workers.
fn measured(tasks: &str, processes_ms: f64, javascript: [f64; 2]) -> Report {
    let block = |at: u32| {
        let noise = 1.0 + f64::from(at) / 1e3;
        let [one, all] = javascript;
        let own = [
            (Model::Serial.id(), 10.0),
            (Model::Processes.id(), processes_ms),
            (Model::Javascript.base(), one),
            (Model::Javascript.id(), all),
        ];
        Block::from(own.map(|(arm, ms)| (arm, ms * noise)))
    };
    let blocks: Vec<Block> = (0..8).map(block).collect();
    let mut points = Vec::new();
    let mut put = |quantity, id: &str, values: &[f64]| {
        let arm = Arm { id: id.to_owned(), ..Arm::only(Role::Point) };
        points.extend(estimate(values, 0.95).map(|found| Point::new(quantity, &arm, found)));
    };
    let models = [Model::Serial, Model::Processes, Model::Javascript];
    for model in models {
        for id in [model.base(), model.id()] {
            put(Quantity::Time, id, &column(&blocks, id));
        }
        if model.base() != model.id() {
            put(Quantity::SpeedUp, model.id(), &ratios(&blocks, model.base(), model.id()));
        }
    }
    let rows = models.map(Row::measured).to_vec();
    Report { blocks, points, rows, ..run("models", &[("tasks", tasks)]) }
}

pub fn both_ways() -> Vec<BothWays> {
    let six = "31,30,29,28,27,26";
    let small = "15,14,13";
    vec![
        // The better speed-up belongs to the slower program, or to the faster one.
        [vec![measured(six, 7.0, [40.0, 20.0])], vec![measured(six, 5.0, [40.0, 30.0])]],
        // JavaScript workers are slower than the loop, or have caught up.
        [vec![measured(six, 7.0, [40.0, 20.0])], vec![measured(six, 7.0, [15.0, 8.0])]],
        [vec![measured(small, 30.0, [40.0, 60.0])], vec![measured(small, 7.0, [40.0, 60.0])]],
    ]
}
