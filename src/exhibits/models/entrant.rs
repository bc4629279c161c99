//! Who takes part: each model twice, with its own serial program and with all of its workers,
//! and what a job costs either.

use crate::fib;
use crate::measure::block::{Arm, Role};
use crate::measure::unit::Unit;
use crate::report::Model;

/// A model's serial program, or all of its workers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Who {
    /// The model.
    pub model: Model,
    /// Whether it is the serial program.
    pub alone: bool,
}

impl Who {
    /// What these models measure: a serial program that several have is measured once.
    pub fn all(models: &[Model]) -> Vec<Who> {
        let mut all: Vec<Who> = Vec::new();
        for &model in models {
            for alone in [true, false] {
                let who = Who { model, alone };
                if !all.iter().any(|other| other.id() == who.id()) {
                    all.push(who);
                }
            }
        }
        all
    }

    /// The id of its arm.
    pub fn id(self) -> &'static str {
        if self.alone { self.model.base() } else { self.model.id() }
    }

    /// Its arm.
    pub fn arm(self, workers: u32) -> Arm {
        let id = self.id().to_owned();
        match self.id() == Model::Serial.id() {
            true => Arm { id, ..Arm::only(Role::Serial) },
            false => Arm {
                id,
                role: Role::Point,
                x: Some(f64::from(if self.alone { 1 } else { workers })),
                unit: Some(Unit::Workers),
            },
        }
    }
}

/// One who takes part, and what it takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Entrant {
    /// Who it is.
    pub who: Who,
    /// How long a call of fib takes in its serial program, in milliseconds.
    pub call_ms: f64,
    /// How long a job takes, in milliseconds, as far as the warm-up knows.
    pub job_ms: f64,
    /// How often the job is done in a sample.
    pub repeats: u32,
}

impl Entrant {
    /// How long a job of these tasks should take if all workers together are so many times as
    /// fast as its serial program.
    pub fn expected_ms(&self, tasks: &[u32], faster: f64) -> f64 {
        let calls: f64 = tasks.iter().map(|&n| fib::calls(n) as f64).sum();
        let faster = match self.who {
            Who { alone: true, .. } | Who { model: Model::Serial | Model::OneLock, .. } => 1.0,
            _ => faster,
        };
        calls * self.call_ms / faster
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_several_have_in_common_is_measured_once() {
        let ids = |models: &[Model]| Who::all(models).into_iter().map(Who::id).collect::<Vec<_>>();
        assert_eq!(
            ids(&[Model::Serial, Model::Processes, Model::Ranks, Model::OneLock]),
            ["serial", "processes", "ranks", "one-lock-serial", "one-lock"]
        );
        assert_eq!(Who { model: Model::Threads, alone: true }.arm(4).x, Some(1.0));
        assert_eq!(Who { model: Model::Ranks, alone: true }.arm(4), Arm::only(Role::Serial));
    }
}
