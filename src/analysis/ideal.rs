//! What a perfect machine would do with a list of tasks.

use crate::report::{Ideal, IdealSlot};
use crate::theory::schedule::{Plan, makespan, simulate, work};

/// What equally fast workers would do with this plan if nothing else cost anything.
pub fn ideal(tasks: &[u32], plan: &Plan, workers: u32) -> Ideal {
    let work = work(tasks);
    let slots = simulate(&work, workers as usize, plan);
    let makespan_calls = makespan(&slots);
    Ideal {
        speedup: work.iter().sum::<u64>() as f64 / makespan_calls.max(1) as f64,
        makespan_calls,
        schedule: slots
            .iter()
            .map(|slot| IdealSlot {
                worker: slot.worker as u32,
                n: tasks[slot.task],
                start: slot.start,
                end: slot.end,
            })
            .collect(),
    }
}
