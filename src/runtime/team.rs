//! Several workers that do one parallel program together: a pool of threads, threads with an
//! event loop each, or processes with a memory each that exchange messages.

use futures_util::future::join_all;

use super::engine::{Engine, Fault};
use super::kernel::kernel_ms;
use super::protocol::Request;
use crate::measure::clock::{now_ms, read_ms, step_ms};
use crate::measure::clock_sync::{Alignment, Clocks};
use crate::trace::sample::{Lane, Sample};

/// What holds a team together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TeamKind {
    /// One threaded engine with a pool: its threads share one memory.
    Pool,
    /// Threads of one memory with an event loop each.
    EventLoops,
    /// Plain engines with a memory each.
    Processes,
    /// Workers that do a pool's work in plain JavaScript, for comparison.
    JavaScript,
}

/// Workers that do a parallel program together.
pub struct Team {
    pub(super) members: Members,
    /// Where each worker's clock stands, seen from the clock that times the samples.
    pub(super) alignments: Vec<Alignment>,
}

pub(super) enum Members {
    /// One engine with a pool of threads.
    Pool(Engine),
    /// An engine for each worker. Whether they share one memory or have one each, they
    /// are asked and answer by messages.
    Each(Vec<Engine>),
}

impl Team {
    /// A pool of threads in one engine.
    pub fn pool(engine: Engine) -> Team {
        Team { members: Members::Pool(engine), alignments: Vec::new() }
    }

    /// An engine for each worker.
    pub fn each(engines: Vec<Engine>) -> Team {
        Team { members: Members::Each(engines), alignments: Vec::new() }
    }

    /// The engine that has the pool, where there is one.
    pub fn pool_engine(&self) -> Option<&Engine> {
        match &self.members {
            Members::Pool(engine) => Some(engine),
            Members::Each(_) => None,
        }
    }

    /// The engine of each worker, and where its clock stands.
    pub fn engines(&self) -> Result<(&[Engine], &[Alignment]), Fault> {
        match &self.members {
            Members::Each(engines) => Ok((engines, &self.alignments)),
            Members::Pool(_) => Err(Fault::Broke("a pool is one engine".to_owned())),
        }
    }

    /// Finds out what the clocks are like, and aligns the workers' with the one that times
    /// the samples.
    pub async fn align(&mut self, timeout_ms: u32) -> Result<Clocks, Fault> {
        let mut clocks;
        match &self.members {
            Members::Pool(engine) => clocks = engine.clocks(timeout_ms).await?,
            Members::Each(engines) => {
                // The coordinator's own clock times the samples.
                let step_ms = step_ms(now_ms, 50);
                clocks = Clocks { step_ms, read_ms: read_ms(), threads: Vec::new() };
                for engine in engines {
                    clocks.threads.push(engine.align(step_ms, timeout_ms).await?);
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

    /// The same work on each of the first `workers` workers, for a while, each clocked by
    /// itself.
    pub async fn kernel(
        &self,
        n: u32,
        window_ms: f64,
        workers: u32,
        timeout_ms: u32,
    ) -> Result<Sample, Fault> {
        match &self.members {
            Members::Pool(engine) => {
                let kernel = Request::Kernel { n, window_ms, workers, begun_ms: None };
                engine.kernel(kernel, timeout_ms).await
            }
            Members::Each(engines) => {
                let start_ms = now_ms();
                let begun_ms = Some(start_ms);
                let kernel = Request::Kernel { n, window_ms, workers: 1, begun_ms };
                let calls = engines
                    .iter()
                    .take(workers as usize)
                    .map(|engine| engine.kernel(kernel.clone(), timeout_ms));
                let samples = join_all(calls).await.into_iter().collect::<Result<Vec<_>, _>>()?;
                let lanes: Vec<Lane> = samples.into_iter().flat_map(|s| s.lanes).collect();
                Ok(Sample { start_ms, ms: kernel_ms(&lanes), last_ms: now_ms() - start_ms, lanes })
            }
        }
    }
}
