//! The pool: a team that maps fib over a list, and the serial program that it is compared
//! with. The programs themselves are those that `pool-map` shows; every run that needs a
//! list of tasks done asks for them here.

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use serde::{Deserialize, Serialize};

use super::engine::{Engine, Fault};
use super::program::Call;
use super::team::{Members, Team};
use crate::fib;
use crate::measure::clock::now_ms;
use crate::report::Check;
use crate::theory::schedule::{Dealer, Plan};
use crate::trace::sample::{Lane, Sample, TaskSpan};

/// The serial program: one task after another on the engine's own thread.
pub const SERIAL: Call<List, Sample> = Call::named("serial");
/// The parallel program on the engine's pool of threads.
pub const POOL: Call<Shared, Sample> = Call::named("pool");

/// A list of tasks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct List {
    /// The arguments of fib.
    pub tasks: Vec<u32>,
    /// How many times the whole list is computed.
    pub repeats: u32,
}

/// A list of tasks, and who takes what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shared {
    /// The arguments of fib.
    pub tasks: Vec<u32>,
    /// Who takes what.
    pub plan: Plan,
    /// How many times the whole list is computed.
    pub repeats: u32,
}

impl Team {
    /// One sample of the parallel program. For threads the engine's own clock counts;
    /// for processes the coordinator's, from the first message sent to the last received.
    pub async fn map(&self, job: &Shared, timeout_ms: u32) -> Result<Sample, Fault> {
        self.map_on(usize::MAX, job, timeout_ms).await
    }

    /// The same on the first `members`, where the team is one of engines; a pool of threads
    /// takes part as a whole.
    pub async fn map_on(
        &self,
        members: usize,
        job: &Shared,
        timeout_ms: u32,
    ) -> Result<Sample, Fault> {
        let mut sample = match &self.members {
            Members::Pool(engine) => engine.call(&POOL, job, timeout_ms).await?,
            Members::Each(engines) => {
                let engines = engines.get(..members).unwrap_or(engines);
                let first_ms = now_ms();
                let mut sample = Sample::default();
                for _ in 0..job.repeats.max(1) {
                    sample.start_ms = now_ms();
                    sample.lanes = coordinate(engines, &job.tasks, &job.plan, timeout_ms).await?;
                }
                let end_ms = now_ms();
                sample.last_ms = end_ms - sample.start_ms;
                sample.ms = (end_ms - first_ms) / f64::from(job.repeats.max(1));
                sample
            }
        };
        let coordinated = matches!(self.members, Members::Each(_));
        for (lane, alignment) in sample.lanes.iter_mut().zip(&self.alignments) {
            for span in &mut lane.spans {
                span.start_ms = alignment.here(span.start_ms);
                span.end_ms = alignment.here(span.end_ms);
            }
            // For processes the coordinator itself noted when a worker was free.
            if !coordinated {
                lane.free_ms = alignment.here(lane.free_ms);
            }
        }
        Ok(sample)
    }
}

/// Hands out the plan to processes: whoever has sent back its answers gets the next
/// tasks. Only arguments and answers travel.
async fn coordinate(
    engines: &[Engine],
    tasks: &[u32],
    plan: &Plan,
    timeout_ms: u32,
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
                let list = List { tasks: arguments, repeats: 1 };
                (worker, dealt, engines[worker].call(&SERIAL, &list, timeout_ms).await)
            });
            false
        });
        let Some((worker, dealt, sample)) = busy.next().await else { return Ok(lanes) };
        let spans = sample?.lanes.into_iter().flat_map(|lane| lane.spans);
        let named = spans.zip(dealt).map(|(span, task)| TaskSpan { task: task as u32, ..span });
        lanes[worker].spans.extend(named);
        lanes[worker].free_ms = now_ms();
        idle.push(worker);
    }
}

/// The answers of these lanes, in the order of the tasks.
pub fn answers(tasks: &[u32], lanes: &[Lane]) -> Vec<Check> {
    let mut answers: Vec<(u32, Check)> = lanes
        .iter()
        .enumerate()
        .flat_map(|(worker, lane)| lane.spans.iter().map(move |span| (worker as u32, span)))
        .filter_map(|(worker, span)| {
            let n = *tasks.get(span.task as usize)?;
            Some((span.task, Check::fib(n, span.value, worker)))
        })
        .collect();
    answers.sort_by_key(|(task, _)| *task);
    answers.into_iter().map(|(_, answer)| answer).collect()
}

/// How many tasks have no right answer, or more than one answer.
///
/// # Examples
///
/// ```
/// use fib_lab::runtime::pool::wrong_answers;
/// use fib_lab::trace::sample::{Lane, TaskSpan};
/// let span = |task, value| TaskSpan { task, value, ..TaskSpan::default() };
/// let lane = Lane { spans: vec![span(0, 6765), span(1, 4181)], free_ms: 0.0 };
/// assert_eq!(wrong_answers(&[20, 19], &[lane.clone()]), 0);
/// // One is wrong, one is missing.
/// assert_eq!(wrong_answers(&[20, 20, 5], &[lane]), 2);
/// ```
pub fn wrong_answers(tasks: &[u32], lanes: &[Lane]) -> usize {
    let mut answered = vec![0usize; tasks.len()];
    let mut wrong = 0;
    for span in lanes.iter().flat_map(|lane| &lane.spans) {
        match (tasks.get(span.task as usize), answered.get_mut(span.task as usize)) {
            (Some(&n), Some(times)) => {
                *times += 1;
                wrong += usize::from(*times > 1 || span.value != fib::iterative(n));
            }
            _ => wrong += 1,
        }
    }
    wrong + answered.iter().filter(|times| **times == 0).count()
}
