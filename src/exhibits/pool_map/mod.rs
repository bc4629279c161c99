//! A pool of workers maps fib over a list, as `multiprocessing.Pool.map` does.
//!
//! Expected: with p workers the list is done up to p times as fast as by the serial
//! program, but never faster than its largest task alone. For 38, 37 … 33 that
//! ceiling is 4/φ ≈ 2.47, however many cores there are.
//!
//! Its limit: only whole tasks are shared. `fib(38)` itself is never split.

#[cfg(target_arch = "wasm32")]
pub mod run;
pub mod sizing;

use std::hint::black_box;
#[cfg(feature = "threads")]
use std::sync::{
    Mutex,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

use crate::exhibits::card::{Card, Front, Landmark, Progress, Question, last, measured};
use crate::fib;
use crate::measure::clock::now_ms;
use crate::measure::stats::median;
use crate::params::{COMMON, Kind, Parameter, RunSpec};
use crate::report::{Ideal, IdealSlot, Report};
use crate::runtime::capabilities::Backend;
use crate::theory::laws::SIX_TASK_CEILING;
use crate::theory::schedule::{Assignment, Plan, makespan, plan, simulate};
use crate::trace::sample::{Lane, Mark, Sample};

/// The list of the chapter.
pub const CHAPTER_TASKS: [u32; 6] = [38, 37, 36, 35, 34, 33];
/// The speed-up that the chapter reports for its list on a dual processor.
pub const CHAPTER_SPEEDUP: f64 = 1.8;

/// The name of the series of times for the same pool in plain JavaScript.
pub const JAVASCRIPT: &str = "JavaScript workers";

/// The exhibit.
pub static EXHIBIT: Card = Card {
    front: &Front {
        name: "pool-map",
        folder: "pool_map",
        title: "A pool maps fib over a list",
        own_parameters: &[
            Parameter {
                name: "tasks",
                label: "Tasks",
                help: "The numbers that fib is applied to, separated by commas.",
                kind: Kind::Tasks { default: &CHAPTER_TASKS },
            },
            Parameter {
                name: "assignment",
                label: "Assignment",
                help: "Which worker takes which task.",
                kind: Kind::Choice {
                    options: &[
                        ("in-order", "in order, one by one"),
                        ("chunks", "in order, by chunks"),
                        ("blocks", "fixed blocks"),
                        ("cyclic", "fixed, in turn"),
                        ("longest-first", "longest first"),
                        ("halving", "by halving, as rayon"),
                    ],
                    default: "in-order",
                },
            },
            Parameter {
                name: "chunk",
                label: "Chunk",
                help: "How many tasks a worker claims at a time, when it claims by chunks.",
                kind: Kind::Whole { min: 1, max: 64, default: 1 },
            },
        ],
        shared_parameters: COMMON,
        lowest: Backend::Serial,
        fallback: "This browser offers no workers, so only the serial program runs.",
        question: |_| Question {
            text: "How many times as fast as the serial program will the pool be?",
            unit: "speed-up",
        },
    },
    landmarks,
    why: crate::analysis::why::why,
    headline: |_| None,
    lanes: ("Worker", 1),
    sweep: |_| None,
    simplifies: "Blocks show elapsed time, not which core ran them: the operating system may \
                 move a worker between cores or give its core to another program.",
    exercises: &[largest_last, three_times],
};

/// The list turned round, on two workers: exactly φ on paper.
fn largest_last(runs: &[Report]) -> Option<Progress> {
    let mut rising = CHAPTER_TASKS;
    rising.reverse();
    let run = last(runs, |spec| spec.list("tasks") == rising && spec.whole("workers") == 2)?;
    Some(Progress::Solved(format!(
        "Largest last, you measured {}; on paper it is φ = 1.618, because fib(38) starts when \
         nothing else is left.",
        measured(run)?
    )))
}

/// Six tasks that three workers can do three times as fast.
fn three_times(runs: &[Report]) -> Option<Progress> {
    let run = last(runs, |spec| spec.list("tasks").len() == 6 && spec.whole("workers") == 3)?;
    let ideal = run.ideal.as_ref()?.speedup;
    Some(if ideal >= 2.995 {
        Progress::Solved(format!(
            "The ideal of your list is {ideal:.2}, and you measured {}.",
            measured(run)?
        ))
    } else {
        Progress::Open(format!(
            "The ideal of your last list of six is {ideal:.2}: one worker has more to do than the \
             others."
        ))
    })
}

/// What the measured speed-up can be compared with.
fn landmarks(report: &Report) -> Vec<Landmark> {
    let mark = |name: &str, class, value| Landmark { name: name.to_owned(), class, value };
    let ideal = report.ideal.as_ref();
    let ideal = ideal.map(|ideal| mark("Ideal for this list", "ideal", ideal.speedup));
    let mut marks: Vec<Landmark> = ideal.into_iter().collect();
    let javascript = report.series.iter().find(|series| series.name == JAVASCRIPT);
    let serial: Vec<f64> = report.blocks.iter().filter_map(|block| block.serial_ms).collect();
    if let (Some(serial_ms), Some(javascript_ms)) =
        (median(&serial), javascript.and_then(|series| median(&series.samples)))
    {
        marks.push(mark("The same pool in JavaScript", "chapter", serial_ms / javascript_ms));
    }
    if report.spec.as_ref().is_some_and(|spec| spec.list("tasks") == CHAPTER_TASKS) {
        marks.push(mark("Ceiling, any cores (4/φ)", "ideal", SIX_TASK_CEILING));
        marks.push(mark("The chapter, 2 processors", "chapter", CHAPTER_SPEEDUP));
    }
    marks
}

// [shown
/// The serial program: one task after another.
pub fn serial(tasks: &[u32]) -> Lane {
    let mut lane = Lane { marks: Vec::with_capacity(tasks.len()), free_ms: 0.0 };
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
    lane.marks.push(Mark { task: task as u32, value, start_ms, end_ms });
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
        .map(|_| Mutex::new(Lane { marks: Vec::with_capacity(tasks.len()), free_ms: 0.0 }))
        .collect();
    let mut sample = clocked(repeats, |start_ms| {
        for lane in lanes.iter_mut().filter_map(|lane| lane.get_mut().ok()) {
            lane.marks.clear();
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

/// The amounts of work in the list, in calls of fib.
pub fn work(tasks: &[u32]) -> Vec<u64> {
    tasks.iter().map(|&n| fib::calls(n)).collect()
}

/// Who takes what, as the run asks for it.
pub fn planned(spec: &RunSpec, tasks: &[u32], workers: u32) -> Plan {
    let assignment = Assignment::named(spec.name("assignment")).unwrap_or(Assignment::InOrder);
    plan(&work(tasks), workers as usize, assignment, spec.whole("chunk") as usize)
}

/// One task after another, claimed by whoever is there.
pub fn in_order(tasks: &[u32]) -> Plan {
    plan(&work(tasks), 1, Assignment::InOrder, 1)
}

/// What equally fast workers would do with this plan if nothing else cost anything.
pub fn ideal(tasks: &[u32], plan: &Plan, workers: u32) -> Ideal {
    let work = work(tasks);
    let slots = simulate(&work, workers as usize, plan);
    let makespan_calls = makespan(&slots);
    Ideal {
        speedup: work.iter().sum::<u64>() as f64 / makespan_calls.max(1) as f64,
        makespan_calls,
        schedule: slots
            .iter()
            .map(|slot| IdealSlot {
                worker: slot.worker as u32,
                n: tasks[slot.task],
                start: slot.start,
                end: slot.end,
            })
            .collect(),
    }
}
