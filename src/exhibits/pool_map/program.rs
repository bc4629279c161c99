//! The two programs of the pool: one task after another, and a pool of threads that claim
//! tasks until none is left.

use std::convert::Infallible;
use std::hint::black_box;
use std::rc::Rc;
#[cfg(feature = "threads")]
use std::sync::{
    Mutex,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

use crate::fib;
use crate::measure::clock::now_ms;
use crate::runtime::pool::{self, List, Shared};
use crate::runtime::program::{Call, Here, Program};
#[cfg(feature = "threads")]
use crate::theory::schedule::Plan;
use crate::trace::sample::{Lane, Sample, TaskSpan};

// [shown
/// The serial program: one task after another.
pub fn serial(tasks: &[u32]) -> Lane {
    let mut lane = Lane { spans: Vec::with_capacity(tasks.len()), free_ms: 0.0 };
    for (task, &n) in tasks.iter().enumerate() {
        compute(task, n, &mut lane);
    }
    lane.free_ms = now_ms();
    lane
}

/// The parallel program: every worker of the pool claims the next chunk of tasks
/// until none is left. The counter is all that the workers share.
#[cfg(feature = "threads")]
pub fn pool_map(tasks: &[u32], chunks: &[Vec<usize>], lanes: &[Mutex<Lane>]) {
    let next = AtomicUsize::new(0);
    rayon::broadcast(|worker| {
        // Each worker has a lane of its own and takes it once: nobody ever waits here.
        let Ok(mut lane) = lanes[worker.index()].try_lock() else { return };
        while let Some(chunk) = chunks.get(next.fetch_add(1, Relaxed)) {
            for &task in chunk {
                compute(task, tasks[task], &mut lane);
            }
        }
        lane.free_ms = now_ms();
    });
}

/// One task, clocked by the worker that does it.
fn compute(task: usize, n: u32, lane: &mut Lane) {
    let start_ms = now_ms();
    let value = fib::naive(black_box(n));
    let end_ms = now_ms();
    lane.spans.push(TaskSpan { task: task as u32, value, start_ms, end_ms });
}
// shown]

/// The parallel program with a fixed list of tasks per worker.
#[cfg(feature = "threads")]
pub fn fixed_map(tasks: &[u32], lists: &[Vec<usize>], lanes: &[Mutex<Lane>]) {
    rayon::broadcast(|worker| {
        let Ok(mut lane) = lanes[worker.index()].try_lock() else { return };
        for &task in lists.get(worker.index()).into_iter().flatten() {
            compute(task, tasks[task], &mut lane);
        }
        lane.free_ms = now_ms();
    });
}

/// The parallel program as a rayon programmer writes it: halving and stealing.
#[cfg(feature = "threads")]
pub fn halving_map(tasks: &[u32], lanes: &[Mutex<Lane>]) {
    use rayon::prelude::*;
    tasks.par_iter().enumerate().for_each(|(task, &n)| {
        // A worker does one task at a time, so its lane is always free for it.
        let lane = rayon::current_thread_index().and_then(|worker| lanes.get(worker));
        if let Some(Ok(mut lane)) = lane.map(Mutex::try_lock) {
            compute(task, n, &mut lane);
            lane.free_ms = now_ms();
        }
    });
}

/// Runs the serial program `repeats` times and clocks it.
pub fn sample_serial(tasks: &[u32], repeats: u32) -> Sample {
    clocked(repeats, |_| vec![serial(tasks)])
}

/// Runs the parallel program `repeats` times on the global rayon pool and clocks it.
#[cfg(feature = "threads")]
pub fn sample_pool(tasks: &[u32], plan: &Plan, repeats: u32) -> Sample {
    // The lanes are made before the clock starts: the timed path allocates nothing.
    let mut lanes: Vec<Mutex<Lane>> = (0..rayon::current_num_threads())
        .map(|_| Mutex::new(Lane { spans: Vec::with_capacity(tasks.len()), free_ms: 0.0 }))
        .collect();
    let mut sample = clocked(repeats, |start_ms| {
        for lane in lanes.iter_mut().filter_map(|lane| lane.get_mut().ok()) {
            lane.spans.clear();
            // A worker that gets no task at all was free from the start.
            lane.free_ms = start_ms;
        }
        match plan {
            Plan::Claimed(chunks) => pool_map(tasks, chunks, &lanes),
            Plan::Fixed(lists) => fixed_map(tasks, lists, &lanes),
            Plan::Halved => halving_map(tasks, &lanes),
        }
        Vec::new()
    });
    sample.lanes = lanes.into_iter().filter_map(|lane| lane.into_inner().ok()).collect();
    sample
}

fn clocked(repeats: u32, mut job: impl FnMut(f64) -> Vec<Lane>) -> Sample {
    let first_ms = now_ms();
    let mut start_ms = first_ms;
    let mut lanes = Vec::new();
    for _ in 0..repeats.max(1) {
        start_ms = now_ms();
        lanes = job(start_ms);
    }
    let end_ms = now_ms();
    let ms = (end_ms - first_ms) / f64::from(repeats.max(1));
    Sample { start_ms, ms, last_ms: end_ms - start_ms, lanes }
}

/// The serial program, as an engine runs it.
pub struct Serial;

impl Program for Serial {
    type Input = List;
    type Output = Sample;
    type Error = Infallible;
    const CALL: Call<List, Sample> = pool::SERIAL;

    async fn run(list: List, _: Rc<Here>) -> Result<Sample, Infallible> {
        Ok(sample_serial(&list.tasks, list.repeats))
    }
}

/// The parallel program, as an engine with a pool runs it.
pub struct Pool;

/// An engine that was built without threads is asked for its pool.
#[derive(Debug, thiserror::Error)]
#[error("the plain engine has no pool")]
pub struct NoPool;

impl Program for Pool {
    type Input = Shared;
    type Output = Sample;
    type Error = NoPool;
    const CALL: Call<Shared, Sample> = pool::POOL;

    #[cfg(feature = "threads")]
    async fn run(job: Shared, _: Rc<Here>) -> Result<Sample, NoPool> {
        Ok(sample_pool(&job.tasks, &job.plan, job.repeats))
    }

    #[cfg(not(feature = "threads"))]
    async fn run(_: Shared, _: Rc<Here>) -> Result<Sample, NoPool> {
        Err(NoPool)
    }
}
