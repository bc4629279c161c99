//! The workers of a run, as the conductor asks them.

use futures_util::future::{try_join, try_join_all};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::asked::Asked;
use super::grain::Grain;
use super::job::Timed;
use super::member::{ALONE, GATHER, Gathering, HELP, LEAD, Lead, OTHER, SET_UP};
use super::told::Told;
use crate::runtime::engine::{Engine, Fault};
use crate::runtime::program::Call;
use crate::runtime::rig::Rig;
use crate::trace::Divisible;

/// The workers of a run.
pub struct Splitting<'a> {
    /// The rig that they belong to.
    pub rig: &'a Rig,
    /// How many joins there are when every piece is split that can be.
    pub joins: u64,
}

/// One sample of the program that splits itself.
#[derive(Clone, Debug, Default)]
pub struct Split {
    /// How long it took, and what came out.
    pub timed: Timed,
    /// What each worker tells, with times since the last repetition began.
    pub told: Vec<Told>,
}

impl Split {
    /// Of all workers and repetitions together.
    pub fn sum(&self, of: impl Fn(&Told) -> u64) -> u64 {
        self.told.iter().map(of).sum()
    }
}

impl Splitting<'_> {
    /// The workers of this rig, with the memory for what is asked.
    pub async fn new(rig: &Rig, asked: Asked, timeout_ms: u32) -> Result<Splitting<'_>, Fault> {
        let joins = leader(rig)?.call(&SET_UP, &asked, timeout_ms).await?;
        Ok(Splitting { rig, joins })
    }

    /// The serial program, so many times.
    pub async fn alone(&self, repeats: u32, timeout_ms: u32) -> Result<Timed, Fault> {
        leader(self.rig)?.call(&ALONE, &repeats, timeout_ms).await
    }

    /// The serial program for another n of fib, so many times.
    pub async fn small(&self, n: u32, repeats: u32, timeout_ms: u32) -> Result<Timed, Fault> {
        let asked = Asked { of: Divisible::Fib, size: n, seed: 0 };
        leader(self.rig)?.call(&OTHER, &(asked, repeats), timeout_ms).await
    }

    /// The program that splits itself, so many times, on the first `workers` workers.
    pub async fn together(
        &self,
        workers: u32,
        grain: Grain,
        repeats: u32,
        timeout_ms: u32,
    ) -> Result<Split, Fault> {
        let order = Lead { grain, repeats };
        let ((timed, told), helped) = self.gather(workers, (&LEAD, &order), timeout_ms).await?;
        let (_, alignments) = self.rig.engines()?;
        let mut told: Vec<Told> = [told].into_iter().chain(helped).collect();
        let here = |worker: usize, ms: f64| alignments.get(worker).map_or(ms, |it| it.here(ms));
        let began_ms = here(0, timed.start_ms);
        for (worker, told) in told.iter_mut().enumerate() {
            for piece in &mut told.pieces {
                piece.start_ms = here(worker, piece.start_ms) - began_ms;
                piece.end_ms = here(worker, piece.end_ms) - began_ms;
            }
        }
        Ok(Split { timed, told })
    }

    /// One worker leads with this program, the others help. Returns what it ends with, and what
    /// they tell.
    pub async fn gather<I: Serialize, O: DeserializeOwned>(
        &self,
        workers: u32,
        (lead, input): (&Call<I, O>, &I),
        timeout_ms: u32,
    ) -> Result<(O, Vec<Told>), Fault> {
        let (engines, _) = self.rig.engines()?;
        let leader = leader(self.rig)?;
        let gathering = Gathering { workers, clock_step_ms: self.rig.clock_step_ms };
        leader.call(&GATHER, &gathering, timeout_ms).await?;
        let lead = leader.call(lead, input, timeout_ms);
        let helpers = engines.iter().zip(0..workers).skip(1);
        let help = helpers.map(async |(engine, me)| engine.call(&HELP, &me, timeout_ms).await);
        // Whoever breaks down is named at once: the others may wait for it for ever.
        try_join(lead, try_join_all(help)).await
    }
}

/// The worker that leads.
fn leader(rig: &Rig) -> Result<&Engine, Fault> {
    let (engines, _) = rig.engines()?;
    engines.first().ok_or_else(|| Fault::Broke("this run has no workers".to_owned()))
}
