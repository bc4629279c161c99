//! Several workers that do one parallel program together, in three ways: a pool of
//! threads, threads with an event loop each, or processes with a memory each that exchange
//! messages.

use futures_util::StreamExt;
use futures_util::future::join_all;
use futures_util::stream::FuturesUnordered;

use super::worker::{Boot, Engine, Fault};
use crate::measure::clock::{now_ms, read_ms, step_ms};
use crate::measure::clock_sync::Alignment;
use crate::measure::clock_sync::Clocks;
use crate::roles::engine::kernel_ms;
use crate::runtime::protocol::{Job, Locks, Turn, TurnOrder};
use crate::theory::schedule::{Dealer, Plan};
use crate::trace::sample::{Lane, Mark, Sample};

/// Workers that do a parallel program together.
pub struct Team {
    members: Members,
    /// Where each worker's clock stands, seen from the clock that times the samples.
    alignments: Vec<Alignment>,
}

enum Members {
    /// One threaded engine with a pool: its threads share one memory.
    Pool(Engine),
    /// An engine for each worker. Whether they share one memory or have one each, they
    /// are asked and answer by messages.
    Each(Vec<Engine>),
}

impl Team {
    /// Starts a threaded engine with a pool of `workers` threads. A pool that does not
    /// come up within `patience_ms` is a fault: the browser never says so itself.
    pub async fn pool(boot: &Boot, workers: u32, patience_ms: u32) -> Result<Team, Fault> {
        let boot = Boot { threads: workers, ..boot.clone() };
        let members = Members::Pool(Engine::start(&boot, patience_ms).await?);
        Ok(Team { members, alignments: Vec::new() })
    }

    /// Starts `workers` plain engines.
    pub async fn processes(boot: &Boot, workers: u32, patience_ms: u32) -> Result<Team, Fault> {
        let engines = start_all(boot, workers, patience_ms).await?;
        Ok(Team { members: Members::Each(engines), alignments: Vec::new() })
    }

    /// Starts `workers` threaded engines that share the memory of the first.
    pub async fn loops(boot: &Boot, workers: u32, patience_ms: u32) -> Result<Team, Fault> {
        let (first, memory) = Engine::start_sharing(boot, patience_ms).await?;
        let boot = Boot { memory: Some(memory), ..boot.clone() };
        let mut engines = vec![first];
        engines.extend(start_all(&boot, workers - 1, patience_ms).await?);
        Ok(Team { members: Members::Each(engines), alignments: Vec::new() })
    }

    /// The engine of each worker, and where its clock stands.
    pub fn each(&self) -> Result<(&[Engine], &[Alignment]), Fault> {
        match &self.members {
            Members::Each(engines) => Ok((engines, &self.alignments)),
            Members::Pool(_) => Err(Fault::Broke("a pool is one engine".to_owned())),
        }
    }

    /// A program of one thread, on the first of several with an event loop.
    pub async fn alone(&self, order: TurnOrder, patience_ms: u32) -> Result<Turn, Fault> {
        match &self.members {
            Members::Each(engines) if !engines.is_empty() => {
                engines[0].turn(order, patience_ms).await
            }
            _ => Err(Fault::Broke("a pool has no event loops".to_owned())),
        }
    }

    /// One program of several threads, each with an event loop: `order` says what each of
    /// the first `workers` runs. Times are on the clock of this very worker.
    pub async fn turns(
        &self,
        workers: u32,
        locks: Locks,
        interval_ms: f64,
        order: impl Fn(u32) -> TurnOrder,
        patience_ms: u32,
    ) -> Result<Vec<Turn>, Fault> {
        let Members::Each(engines) = &self.members else {
            return Err(Fault::Broke("a pool has no event loops".to_owned()));
        };
        let Some(first) = engines.first() else { return Ok(Vec::new()) };
        first.call(&Job::Arena { threads: workers, locks, interval_ms }, patience_ms).await?;
        let turns =
            engines.iter().zip(0..workers).map(|(engine, me)| engine.turn(order(me), patience_ms));
        let mut turns = join_all(turns).await.into_iter().collect::<Result<Vec<_>, _>>()?;
        for (turn, alignment) in turns.iter_mut().zip(&self.alignments) {
            turn.map_times(|ms| alignment.here(ms));
        }
        Ok(turns)
    }

    /// Finds out what the clocks are like, and aligns the workers' with the one that times
    /// the samples.
    pub async fn align(&mut self, patience_ms: u32) -> Result<Clocks, Fault> {
        let mut clocks;
        match &self.members {
            Members::Pool(engine) => clocks = engine.clocks(patience_ms).await?,
            Members::Each(engines) => {
                // The coordinator's own clock times the samples.
                let step_ms = step_ms(now_ms, 50);
                clocks = Clocks { step_ms, read_ms: read_ms(), threads: Vec::new() };
                for engine in engines {
                    clocks.threads.push(engine.align(step_ms, patience_ms).await?);
                }
            }
        }
        self.alignments.clone_from(&clocks.threads);
        Ok(clocks)
    }

    /// How far an event in a trace may be off, in milliseconds.
    pub fn alignment_error_ms(&self) -> f64 {
        self.alignments.iter().map(|alignment| alignment.error_ms).fold(0.0, f64::max)
    }

    /// One sample of the parallel program. For threads the engine's own clock counts;
    /// for processes the coordinator's, from the first message sent to the last received.
    pub async fn map(
        &self,
        tasks: &[u32],
        plan: &Plan,
        repeats: u32,
        patience_ms: u32,
    ) -> Result<Sample, Fault> {
        let mut sample = match &self.members {
            Members::Pool(engine) => {
                let job = Job::Pool { tasks: tasks.to_vec(), plan: plan.clone(), repeats };
                engine.call(&job, patience_ms).await?
            }
            Members::Each(engines) => {
                let first_ms = now_ms();
                let mut sample = Sample::default();
                for _ in 0..repeats.max(1) {
                    sample.start_ms = now_ms();
                    sample.lanes = coordinate(engines, tasks, plan, patience_ms).await?;
                }
                let end_ms = now_ms();
                sample.last_ms = end_ms - sample.start_ms;
                sample.ms = (end_ms - first_ms) / f64::from(repeats.max(1));
                sample
            }
        };
        let shared_clock = matches!(self.members, Members::Each(_));
        for (lane, alignment) in sample.lanes.iter_mut().zip(&self.alignments) {
            for mark in &mut lane.marks {
                mark.start_ms = alignment.here(mark.start_ms);
                mark.end_ms = alignment.here(mark.end_ms);
            }
            // For processes the coordinator itself noted when a worker was free.
            if !shared_clock {
                lane.free_ms = alignment.here(lane.free_ms);
            }
        }
        Ok(sample)
    }

    /// The same work on each of the first `workers` workers, for a while, each clocked by
    /// itself.
    pub async fn kernel(
        &self,
        n: u32,
        window_ms: f64,
        workers: u32,
        patience_ms: u32,
    ) -> Result<Sample, Fault> {
        match &self.members {
            Members::Pool(engine) => {
                let job = Job::Kernel { n, window_ms, workers, begun_ms: None };
                engine.call(&job, patience_ms).await
            }
            Members::Each(engines) => {
                let start_ms = now_ms();
                let begun_ms = Some(start_ms);
                let job = Job::Kernel { n, window_ms, workers: 1, begun_ms };
                let calls = engines
                    .iter()
                    .take(workers as usize)
                    .map(|engine| engine.call(&job, patience_ms));
                let samples = join_all(calls).await.into_iter().collect::<Result<Vec<_>, _>>()?;
                let lanes: Vec<Lane> = samples.into_iter().flat_map(|s| s.lanes).collect();
                Ok(Sample { start_ms, ms: kernel_ms(&lanes), last_ms: now_ms() - start_ms, lanes })
            }
        }
    }
}

/// Starts several engines at once.
async fn start_all(boot: &Boot, number: u32, patience_ms: u32) -> Result<Vec<Engine>, Fault> {
    let starts = (0..number).map(|_| Engine::start(boot, patience_ms));
    join_all(starts).await.into_iter().collect()
}

/// Hands out the plan to processes: whoever has sent back its answers gets the next
/// tasks. Only arguments and answers travel.
async fn coordinate(
    engines: &[Engine],
    tasks: &[u32],
    plan: &Plan,
    patience_ms: u32,
) -> Result<Vec<Lane>, Fault> {
    let mut dealer = Dealer::new(plan, tasks.len(), engines.len());
    let mut lanes = vec![Lane::default(); engines.len()];
    let mut idle: Vec<usize> = (0..engines.len()).collect();
    let mut busy = FuturesUnordered::new();
    loop {
        idle.retain(|&worker| {
            let Some(dealt) = dealer.deal(worker) else { return true };
            let arguments = dealt.iter().map(|&task| tasks[task]).collect();
            busy.push(async move {
                let job = Job::Serial { tasks: arguments, repeats: 1 };
                (worker, dealt, engines[worker].call(&job, patience_ms).await)
            });
            false
        });
        let Some((worker, dealt, sample)) = busy.next().await else { return Ok(lanes) };
        let marks = sample?.lanes.into_iter().flat_map(|lane| lane.marks);
        let named = marks.zip(dealt).map(|(mark, task)| Mark { task: task as u32, ..mark });
        lanes[worker].marks.extend(named);
        lanes[worker].free_ms = now_ms();
        idle.push(worker);
    }
}
