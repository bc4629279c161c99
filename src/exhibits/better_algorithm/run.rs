//! How both are measured: every n of the recursion on all cores, the recursion and the better
//! algorithm on one are arms of the same blocks.
//!
//! On threads the recursion splits itself; processes, which share no memory, are dealt a few
//! dozen tasks instead.

use std::rc::Rc;

use super::program::{better, tasks};
use super::{BELOW, BETTER, POOL};
use crate::exhibits::splitting::asked::Asked;
use crate::exhibits::splitting::grain::{Grain, splits_all};
use crate::exhibits::splitting::lanes;
use crate::exhibits::splitting::team::{Split, Splitting};
use crate::fib;
use crate::measure::block::{Arm, Role};
use crate::measure::point::{Quantity, points};
use crate::measure::sampling::{Stopping, cost_ms, seen_ms};
use crate::measure::unit::Unit;
use crate::report::{Check, Report};
use crate::runtime::blocks::{self, Comparison};
use crate::runtime::budget::{Fits, LONGEST_RUN_MS, Refusal, timeout_ms};
use crate::runtime::capabilities::Backend;
use crate::runtime::engine::Fault;
use crate::runtime::pool::{List, Shared};
use crate::runtime::progress::Listener;
use crate::runtime::rig::{Needs, Rig};
use crate::runtime::run::{Ended, Run};
use crate::theory::schedule::in_order;
use crate::trace::sample::Sample;
use crate::trace::{self, Divisible};

/// A sample lasts at least so many steps of the clock.
const STEPS: f64 = 100.0;
/// What the serial program takes longer for need not be measured before it is sampled.
const LONG_MS: f64 = 20.0;
/// A run has at most so many blocks.
const MOST_BLOCKS: usize = 30;

/// Runs all programs and says what came of it.
pub async fn run(run: Rc<Run>) -> Result<Report, Ended> {
    let rig = run.rig(Needs::Members, run.workers()).await?;
    let job = Job::new(&run, &rig).await?;
    if let Some(sentence) = splits_all(rig.clock_step_ms).filter(|_| splits(&rig)) {
        run.warn(sentence);
    }
    let mut found = Found::default();
    let arms = job.arms();
    let sample = async |arm: &Arm| job.sample(&run, &rig, arm, &mut found).await;
    let blocks = blocks::take(&run, &arms, job.stopping, job.timeout_ms, sample).await?;

    let Job { n, stopping, .. } = job;
    let least = stopping.least_coverage(blocks.len());
    let swept = points(&arms, &blocks, Quantity::Time, least);
    let (run, rig) = (run.as_ref(), &rig);
    let compared = Comparison { run, rig, arms, blocks, stopping, ideal: None, readings: 0.0 };
    let mut report = compared.report();
    report.points = swept;
    let (trace, answer) = match &found.shown {
        Some(Shown::Split(split)) => (lanes::events(split, Divisible::Fib, n), split.timed.got),
        Some(Shown::Tasks(sample)) => (trace::events(sample, &tasks(n)), sum(sample)),
        None => (Vec::new(), 0),
    };
    if found.shown.is_some() {
        report.trace = trace;
        report.checks = vec![Check::fib(n, answer, 0)];
    }
    Ok(run.close(report))
}

/// Whether the recursion splits itself on these workers: they share one memory.
fn splits(rig: &Rig) -> bool {
    rig.backend == Backend::Threads
}

/// fib of this number, as a task that splits itself.
fn asked(size: u32) -> Asked {
    Asked { of: Divisible::Fib, size, seed: 0 }
}

/// The programs, sized for the device.
struct Job {
    n: u32,
    algorithm: String,
    workers: u32,
    /// What is done on all workers for n, and for each number below it that is measured.
    pools: Vec<(u32, Shared)>,
    /// How often the better algorithm runs in a sample.
    repeats: u32,
    /// How often the recursion does: a coarse clock would not see it once.
    serial_repeats: u32,
    stopping: Stopping,
    timeout_ms: u32,
}

impl Job {
    async fn new(run: &Run, rig: &Rig) -> Result<Job, Ended> {
        let spec = run.spec();
        let (n, algorithm) = (spec.whole("n"), spec.name("algorithm").to_owned());
        let serial_ms = |n: u32| fib::calls(n) as f64 * rig.call_ms;
        // The pool at n and below takes as long as the recursion does, at the worst.
        let block_ms = |n: u32| serial_ms(n) * 2.5;
        Refusal::if_too_long(block_ms(n), || {
            let fits = (1..n).rev().find(|&n| block_ms(n) <= LONGEST_RUN_MS);
            Fits::LargestN(fits.unwrap_or(1))
        })?;
        let least_ms = seen_ms(0.0, STEPS, rig.clock_step_ms);
        let longest_ms = timeout_ms(block_ms(n));
        let (mut pools, mut pools_ms) = (Vec::new(), 0.0);
        for below in BELOW {
            let tasks = tasks(n - below);
            let job = Shared { plan: in_order(&tasks), tasks, repeats: 1 };
            let job_ms = match serial_ms(n - below) < LONG_MS {
                true => {
                    let once = async |repeats| {
                        if splits(rig) {
                            let all = Splitting::new(rig, asked(n - below), longest_ms).await?;
                            let grain = Grain::Automatic;
                            let split = all.together(run.workers(), grain, repeats, longest_ms);
                            return split.await.map(|split| split.timed.ms);
                        }
                        let job = Shared { repeats, ..job.clone() };
                        rig.parallel(&job, true, longest_ms).await.map(|sample| sample.ms)
                    };
                    cost_ms(rig.clock_step_ms, once).await?
                }
                false => serial_ms(n - below),
            };
            let repeats = (least_ms / job_ms).ceil().clamp(1.0, 1e6) as u32;
            pools_ms += f64::from(repeats) * job_ms;
            pools.push((n - below, Shared { repeats, ..job }));
        }
        let serial_repeats = (least_ms / serial_ms(n)).ceil().clamp(1.0, 1e6) as u32;
        let all_ms = serial_ms(n) * f64::from(serial_repeats) + pools_ms + least_ms;
        let most = ((run.left_ms() / all_ms).max(0.0) as usize).clamp(1, MOST_BLOCKS);
        let mut repeats = 1_000;
        while better(&algorithm, n, repeats).1 * f64::from(repeats) < least_ms && repeats < 1 << 28
        {
            repeats *= 2;
        }
        Ok(Job {
            n,
            algorithm,
            workers: run.workers(),
            pools,
            repeats,
            serial_repeats,
            stopping: Stopping { most, early: false },
            timeout_ms: timeout_ms(all_ms),
        })
    }

    /// The recursion and the better algorithm on one core, and the pools.
    fn arms(&self) -> Vec<Arm> {
        let at = |n: u32| (Some(f64::from(n)), Some(Unit::N));
        let (x, unit) = at(self.n);
        let serial = Arm { x, unit, ..Arm::only(Role::Serial) };
        let better = Arm { id: BETTER.to_owned(), ..serial.clone() };
        let pools = self.pools.iter().map(|(n, _)| Arm::point(POOL, f64::from(*n), Unit::N));
        [serial, better].into_iter().chain(pools).collect()
    }

    /// One sample of an arm.
    async fn sample(
        &self,
        run: &Run,
        rig: &Rig,
        arm: &Arm,
        found: &mut Found,
    ) -> Result<f64, Fault> {
        let is_own =
            |pool: &&(u32, Shared)| arm.role == Role::Point && arm.x == Some(f64::from(pool.0));
        let (wrong, ms) = match self.pools.iter().find(is_own) {
            Some((n, shared)) if splits(rig) => {
                let workers = Splitting::new(rig, asked(*n), self.timeout_ms).await?;
                let (p, repeats) = (self.workers, shared.repeats);
                let split = workers.together(p, Grain::Automatic, repeats, self.timeout_ms).await?;
                let (wrong, ms) = (split.timed.wrong as usize, split.timed.ms);
                if *n == self.n {
                    found.shown = Some(Shown::Split(split));
                }
                (wrong, ms)
            }
            Some((n, shared)) => {
                let sample = rig.parallel(shared, true, self.timeout_ms).await?;
                let ms = sample.ms;
                if *n == self.n {
                    found.shown = Some(Shown::Tasks(sample));
                }
                (0, ms)
            }
            None if arm.id == BETTER => {
                let (answer, ms) = better(&self.algorithm, self.n, self.repeats);
                (usize::from(answer != fib::iterative(self.n)), ms)
            }
            // On one of the threads, so that it is the same machine code.
            None if splits(rig) => {
                let workers = Splitting::new(rig, asked(self.n), self.timeout_ms).await?;
                let timed = workers.alone(self.serial_repeats, self.timeout_ms).await?;
                (timed.wrong as usize, timed.ms)
            }
            None => {
                let list = List { tasks: vec![self.n], repeats: self.serial_repeats };
                (0, rig.serial(&list, self.timeout_ms).await?.ms)
            }
        };
        // The rig counts what it samples itself.
        run.wrong().count(wrong);
        Ok(ms)
    }
}

/// What was sampled, besides the times.
#[derive(Default)]
struct Found {
    /// The last sample on all workers at n.
    shown: Option<Shown>,
}

/// A sample on all workers.
enum Shown {
    /// Threads that took parts of one task from each other.
    Split(Split),
    /// Processes that were dealt tasks.
    Tasks(Sample),
}

/// What the answers of a sample add up to.
fn sum(sample: &Sample) -> u64 {
    sample.lanes.iter().flat_map(|lane| &lane.spans).map(|span| span.value).sum()
}
