//! What the two programs of a check run on: the same engine, the engines of the two builds, or
//! two engines that were started for this one round.

use crate::measure::sampling::WarmUp;
use crate::params::RunSpec;
use crate::runtime::budget::{Refusal, SHORT_TIMEOUT_MS};
use crate::runtime::capabilities::Backend;
use crate::runtime::engine::Fault;
use crate::runtime::pool::List;
use crate::runtime::rig::{Needs, Rig};
use crate::runtime::run::{Ended, Run};

/// Across what a program is compared with itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Across {
    /// Nothing: both run on the same engine.
    Same,
    /// The plain engine and the threaded one: the same function in two builds.
    Engines,
    /// Two plain engines that are started anew for every round.
    Starts,
}

impl Across {
    /// What a run asks for; the same engine where there is no such parameter.
    pub fn of(spec: &RunSpec) -> Across {
        match spec.name("across") {
            "engines" => Across::Engines,
            "starts" => Across::Starts,
            _ => Across::Same,
        }
    }
}

/// The engines of both sides, up and warm.
pub struct Sides {
    first: Rig,
    /// Where there are two starts.
    second: Option<Rig>,
    across: Across,
}

impl Sides {
    /// Starts what is compared.
    pub async fn start(run: &Run, across: Across) -> Result<Sides, Ended> {
        let (needs, second) = match across {
            Across::Same => (Needs::Nothing, None),
            Across::Engines => (Needs::Pool, None),
            Across::Starts => (Needs::Nothing, Some(run.rig(Needs::Nothing, 1).await?)),
        };
        let first = run.rig(needs, 1).await?;
        if across == Across::Engines && first.backend != Backend::Threads {
            return Err(Ended::Refused(Refusal::Contradiction(
                "There are two builds only where threads can run; here they cannot. Compare across \
                 fresh starts, or in the same engine.",
            )));
        }
        Ok(Sides { first, second, across })
    }

    /// The rig that knows the clocks and the speed.
    pub fn rig(&self) -> &Rig {
        &self.first
    }

    /// One sample of one of the two sides, in milliseconds.
    pub async fn sample(&self, side: usize, tasks: &[u32]) -> Result<f64, Fault> {
        let list = List { tasks: tasks.to_vec(), repeats: 1 };
        let sample = match (&self.second, self.across, side) {
            (_, Across::Engines, 0) => self.first.serial_in_plain(&list, SHORT_TIMEOUT_MS).await?,
            (Some(second), _, 0) => second.serial(&list, SHORT_TIMEOUT_MS).await?,
            _ => self.first.serial(&list, SHORT_TIMEOUT_MS).await?,
        };
        Ok(sample.ms)
    }

    /// Warms up both sides with what they will run.
    pub async fn warm_up(&self, programs: &[Vec<u32>; 2]) -> Result<(), Fault> {
        for (side, tasks) in programs.iter().enumerate() {
            let mut warm_up = WarmUp::default();
            while warm_up.again(self.sample(side, tasks).await?) {}
        }
        Ok(())
    }
}
