//! How the ways to count are measured: each by all workers, and by one worker who does all of
//! it, every one an arm of the same blocks.

use std::rc::Rc;

use futures_util::future::join_all;

use super::asked::{arms_of, increments, ways};
use super::entrant::{Entrant, Sampled};
use super::program::Way;
use super::report::describe;
use super::worker::{Add, AddOrder, Added, Count, SetUp};
use crate::measure::block::{Arm, Role};
use crate::measure::sampling::{FIRST_LOOK, Stopping, WarmUp, repeats};
use crate::report::Report;
use crate::runtime::blocks::{self, Comparison};
use crate::runtime::budget::{
    Fits, LONGEST_RUN_MS, Refusal, SHORT_TIMEOUT_MS, START_TIMEOUT_MS, kernel_window_ms, timeout_ms,
};
use crate::runtime::engine::Fault;
use crate::runtime::program::Program;
use crate::runtime::progress::Listener;
use crate::runtime::rig::{Needs, Rig};
use crate::runtime::run::{Ended, Run};

/// A warm-up begins with so many additions by each worker, and takes four times as many until
/// they can be timed.
const FIRST_TIMES: u32 = 1_000;
/// It takes no more than so many.
const MOST_TIMES: u32 = 16_000_000;

/// Runs every way that was asked for and says what came of it.
pub async fn run(run: Rc<Run>) -> Result<Report, Ended> {
    let rig = run.rig(Needs::EventLoops, run.workers()).await?;
    let mut entrants = Vec::new();
    for way in ways(run.spec()) {
        entrants.extend(warm_up(&run, &rig, way).await?);
    }
    let job = Job::new(&run, &rig, entrants)?;

    let mut counted: Vec<Sampled> = Vec::new();
    let sample = async |arm: &Arm| {
        let Some(entrant) = job.entrants.iter().find(|entrant| entrant.arm.id == arm.id) else {
            let together = arm.role == Role::KernelTogether;
            let window_ms = kernel_window_ms(rig.clock_step_ms);
            return rig.kernel_ms(together, window_ms, job.timeout_ms).await;
        };
        let sampled = sample(&rig, entrant, job.timeout_ms).await?;
        let ms = sampled.elapsed_ms() / f64::from(entrant.rounds);
        counted.push(sampled);
        Ok(ms)
    };
    let arms = job.arms();
    let blocks = blocks::take(&run, &arms, job.stopping, job.timeout_ms, sample).await?;

    let Job { entrants, stopping, .. } = job;
    let (rig, readings) = (&rig, 2.0 * f64::from(run.workers()));
    let compared =
        Comparison { run: &run, rig, arms, blocks, stopping, ideal: None, readings }.report();
    let report = describe(compared, &entrants, &counted, stopping);
    Ok(run.close(report))
}

/// A run, sized for the device.
struct Job {
    entrants: Vec<Entrant>,
    stopping: Stopping,
    timeout_ms: u32,
}

impl Job {
    /// Sizes a run of these entrants.
    fn new(run: &Run, rig: &Rig, mut entrants: Vec<Entrant>) -> Result<Job, Refusal> {
        let kernels_ms = 2.0 * kernel_window_ms(rig.clock_step_ms);
        let jobs_ms: f64 = entrants.iter().map(|entrant| entrant.job_ms).sum();
        // A block of single jobs, the shortest there can be.
        Refusal::if_too_long(jobs_ms + kernels_ms, || {
            let share = (LONGEST_RUN_MS - kernels_ms) / jobs_ms;
            let most = share * f64::from(increments(run.spec()));
            // To a round number below.
            let round = 10f64.powf((most.log10() - 1.0).floor());
            Fits::AboutIncrements(((most / round).floor() * round) as u32)
        })?;
        let left_ms = run.left_ms();
        let samples = (FIRST_LOOK * entrants.len()) as f64;
        let share_ms = (left_ms - kernels_ms * FIRST_LOOK as f64).max(0.0) / samples;
        for entrant in &mut entrants {
            // Counters count to 2^32.
            let most = u32::MAX / entrant.times.saturating_mul(entrant.workers);
            let rounds = repeats(entrant.job_ms, rig.clock_step_ms, share_ms);
            entrant.rounds = rounds.min(most).max(1);
        }
        let sample_ms = |entrant: &Entrant| entrant.job_ms * f64::from(entrant.rounds);
        let block_ms = entrants.iter().map(sample_ms).sum::<f64>() + kernels_ms;
        let stopping = Stopping::new(run.seconds(), run.spent_ms(), block_ms);
        // Only one ratio can end a run early, and only where there is one.
        let early = stopping.early && entrants.len() == 2;
        Ok(Job {
            entrants,
            stopping: Stopping { early, ..stopping },
            timeout_ms: timeout_ms(block_ms),
        })
    }

    /// What every block holds a sample of.
    fn arms(&self) -> Vec<Arm> {
        let kernels = [Role::KernelAlone, Role::KernelTogether].map(Arm::only);
        self.entrants.iter().map(|entrant| entrant.arm.clone()).chain(kernels).collect()
    }
}

/// One sample: new counters, all workers at once, and what was counted.
async fn sample(rig: &Rig, entrant: &Entrant, timeout_ms: u32) -> Result<Sampled, Fault> {
    let &Entrant { way, workers, times, rounds, .. } = entrant;
    let (engines, alignments) = rig.engines()?;
    let first = engines.first().ok_or_else(|| Fault::Broke("it has no threads".to_owned()))?;
    first.call(&SetUp::CALL, &workers, timeout_ms).await?;
    let calls = engines.iter().zip(0..workers).map(|(engine, me)| {
        let order = AddOrder { me, way, times: times.saturating_mul(rounds) };
        async move { engine.call(&Add::CALL, &order, timeout_ms).await }
    });
    let added = join_all(calls).await.into_iter().collect::<Result<Vec<Added>, _>>()?;
    let here = |(lane, alignment): (&Added, &crate::measure::clock_sync::Alignment)| Added {
        start_ms: alignment.here(lane.start_ms),
        end_ms: alignment.here(lane.end_ms),
    };
    let lanes = added.iter().zip(alignments).map(here).collect();
    let count = first.call(&Count::CALL, &way, timeout_ms).await?;
    Ok(Sampled { arm: entrant.arm.id.clone(), count, lanes })
}

/// Warms up one way, and finds out what it takes: by one worker who does all, and by all.
async fn warm_up(run: &Run, rig: &Rig, way: Way) -> Result<[Entrant; 2], Fault> {
    run.say("Warming up", 0, 0, START_TIMEOUT_MS);
    let (workers, own) = (run.workers(), increments(run.spec()));
    let least_ms = WarmUp::least_job_ms(rig.clock_step_ms);
    let [alone, together] = arms_of(run.spec(), way);
    let mut short = Entrant {
        arm: together,
        way,
        workers,
        times: FIRST_TIMES,
        rounds: 1,
        job_ms: f64::INFINITY,
    };
    loop {
        let ms = sample(rig, &short, SHORT_TIMEOUT_MS).await?.elapsed_ms();
        if ms >= least_ms || short.times >= MOST_TIMES / workers {
            break;
        }
        short.times *= 4;
    }
    let mut warm_up = WarmUp::default();
    loop {
        let ms = sample(rig, &short, SHORT_TIMEOUT_MS).await?.elapsed_ms();
        short.job_ms = short.job_ms.min(ms);
        if !warm_up.again(ms) {
            break;
        }
    }
    // The same code, so it is warm by now; twice, because one sample can be disturbed.
    let mut one = Entrant { arm: alone, workers: 1, times: short.times * workers, ..short.clone() };
    one.job_ms = f64::INFINITY;
    for _ in 0..2 {
        one.job_ms = one.job_ms.min(sample(rig, &one, SHORT_TIMEOUT_MS).await?.elapsed_ms());
    }
    let whole = |entrant: Entrant, times: u32| {
        let job_ms = entrant.job_ms / f64::from(entrant.times) * f64::from(times);
        Entrant { times, job_ms, ..entrant }
    };
    Ok([whole(one, own.saturating_mul(workers)), whole(short, own)])
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use futures_executor::block_on;

    use super::super::EXHIBIT;
    use super::*;
    use crate::params::{Device, RunSpec, Value};
    use crate::runtime::stand_in::StandIn;

    /// A run of one way by so many workers, of whom each adds ten million times, if a job takes
    /// so long.
    fn job(workers: u32, job_ms: f64) -> Result<Job, Refusal> {
        let mut spec = RunSpec::defaults(&EXHIBIT, Device { cores: 2, seed: 1 });
        let own = [
            ("way", Value::Name("atomic".to_owned())),
            ("increments", Value::Whole(10_000_000)),
            ("workers", Value::Whole(workers)),
        ];
        spec.values.extend(own.map(|(name, value)| (name.to_owned(), value)));
        let (times, way) = (increments(&spec), Way::Atomic);
        let arms = arms_of(&spec, way);
        let (run, _) = StandIn::default().run(spec);
        let rig = block_on(run.rig(Needs::EventLoops, workers)).unwrap();
        let entrants = arms.into_iter().zip([(1, times * workers), (workers, times)]);
        let entrants = entrants.map(|(arm, (workers, times))| Entrant {
            arm,
            way,
            workers,
            times,
            rounds: 1,
            job_ms,
        });
        Job::new(&run, &rig, entrants.collect())
    }

    #[test]
    fn what_would_take_too_long_is_refused_with_what_would_fit() {
        let refusal = job(2, 50_000.0).err().unwrap().to_string();
        // 2 × 50 s are too long; of 10,000,000 a little less than 6,000,000 fit into 60 s.
        assert!(
            refusal.ends_with("About 5900000 increments for each worker fit here."),
            "{refusal}"
        );
        assert!(job(2, 20_000.0).is_ok());
    }

    #[test]
    fn no_counter_counts_further_than_it_can() {
        for workers in [2, 64] {
            let job = job(workers, 1e-3).unwrap();
            for Entrant { workers, times, rounds, .. } in job.entrants {
                let all = u64::from(workers) * u64::from(times) * u64::from(rounds);
                assert!(rounds > 1 && all <= u64::from(u32::MAX), "{rounds} rounds");
            }
        }
    }
}
