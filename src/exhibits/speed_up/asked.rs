//! What a run is asked: which work, how it depends on the number of workers, and what that
//! allows on paper.

use crate::params::RunSpec;
use crate::theory::laws::CHAPTER_TASKS;
use crate::theory::schedule::{in_order, makespan, simulate, work};

/// A run of one worker and all of them takes at most so many seconds.
pub const ENDS_SECONDS: u32 = 4;

/// What is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// Small tasks of one size, as many for each worker.
    Equal,
    /// The six tasks of the chapter.
    Six,
    /// One task that splits itself, fib of a number that suits the device.
    Split,
}

/// How the work depends on the number of workers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scaling {
    /// It stays the same: strong scaling.
    Strong,
    /// Each worker has as much to do: weak scaling.
    Weak,
}

impl Work {
    /// What this run asks for.
    pub fn of(spec: &RunSpec) -> Work {
        match spec.name("work") {
            "six" => Work::Six,
            "split" => Work::Split,
            _ => Work::Equal,
        }
    }

    /// The speed-up of p equal workers whose messages and joins cost nothing.
    pub fn ideal(self, scaling: Scaling, p: u32) -> f64 {
        match self {
            Work::Equal | Work::Split => f64::from(p),
            Work::Six => {
                let tasks = six(scaling, p);
                let work = work(&tasks);
                let ends = makespan(&simulate(&work, p as usize, &in_order(&tasks)));
                work.iter().sum::<u64>() as f64 / ends.max(1) as f64
            }
        }
    }
}

/// The six tasks for p workers: as they are, or so many times over.
pub fn six(scaling: Scaling, p: u32) -> Vec<u32> {
    let times = if scaling == Scaling::Weak { p.max(1) as usize } else { 1 };
    CHAPTER_TASKS.repeat(times)
}

impl Scaling {
    /// What this run asks for.
    pub fn of(spec: &RunSpec) -> Scaling {
        if spec.name("scaling") == "weak" { Scaling::Weak } else { Scaling::Strong }
    }

    /// How many jobs p workers do together. A job is the work that the serial program does.
    pub fn jobs(self, p: u32) -> f64 {
        if self == Scaling::Weak { f64::from(p) } else { 1.0 }
    }
}
