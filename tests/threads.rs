//! Threads that share memory, in a dedicated worker of a real browser.
#![cfg(all(target_arch = "wasm32", target_feature = "atomics", feature = "threads"))]

mod trees;

use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use fib_lab::fib;
use fib_lab::interpreter::bytecode::{FIB, Machine};
use fib_lab::interpreter::lock::Lock;
use fib_lab::interpreter::thread::Thread;
use fib_lab::measure::clock::now_ms;
use fib_lab::roles::engine;
use fib_lab::runtime::payload::Payload;
use fib_lab::runtime::pool::{POOL, Shared};
use fib_lab::runtime::program::Here;
use fib_lab::runtime::protocol::{Reply, Request};
use fib_lab::scheduler::{ARENA_BYTES, Clock, Pool};
use fib_lab::theory::schedule::{Assignment, Plan, plan, work};
use fib_lab::trace::sample::Sample;
use trees::Tree;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

const WORKERS: usize = 8;

/// Starts the pool of this test binary, which can only have one.
async fn pool() {
    static STARTED: AtomicBool = AtomicBool::new(false);
    if !STARTED.swap(true, Ordering::SeqCst) {
        JsFuture::from(wasm_bindgen_rayon::init_thread_pool(WORKERS)).await.unwrap();
    }
    assert_eq!(rayon::current_num_threads(), WORKERS);
}

/// One sample of the pool, through the engine's own door.
async fn pool_sample(tasks: &[u32], plan: Plan, repeats: u32) -> Sample {
    let shared = Shared { tasks: tasks.to_vec(), plan, repeats };
    let input = Payload::of(&shared).unwrap();
    match engine::run(POOL.name, input, Rc::new(Here::new(|_| {}))).await {
        Reply::Output(sample) => sample.read().unwrap(),
        other => panic!("{other:?}"),
    }
}

#[wasm_bindgen_test]
async fn every_assignment_does_every_task_once_and_right() {
    pool().await;
    let tasks = vec![27, 26, 25, 24, 23, 22, 5];
    for (name, assignment) in Assignment::ALL {
        let plan = plan(&work(&tasks), WORKERS, assignment, 2);
        let sample = pool_sample(&tasks, plan, 2).await;
        assert_eq!(sample.lanes.len(), WORKERS);
        let mut spans: Vec<_> = sample.lanes.iter().flat_map(|lane| &lane.spans).collect();
        spans.sort_by_key(|span| span.task);
        let answers: Vec<_> = spans.iter().map(|span| span.value).collect();
        let right: Vec<_> = tasks.iter().map(|&n| fib::iterative(n)).collect();
        assert_eq!(answers, right, "{name}");
    }
}

#[wasm_bindgen_test]
async fn the_blocks_of_a_worker_never_overlap_and_lie_within_the_job() {
    pool().await;
    let tasks: Vec<u32> = (18..26).rev().collect();
    let plan = plan(&work(&tasks), WORKERS, Assignment::InOrder, 1);
    let sample = pool_sample(&tasks, plan, 1).await;
    // Clocks of different workers agree only to a few steps.
    let slack_ms = 1.0;
    for lane in &sample.lanes {
        assert!(lane.spans.windows(2).all(|pair| pair[0].end_ms <= pair[1].start_ms));
        assert!(lane.spans.iter().all(|span| span.start_ms <= span.end_ms));
        let end_ms = sample.start_ms + sample.last_ms;
        assert!(lane.spans.iter().all(|span| span.start_ms >= sample.start_ms - slack_ms));
        assert!(lane.free_ms <= end_ms + slack_ms, "{} after {end_ms}", lane.free_ms);
    }
}

#[wasm_bindgen_test]
async fn the_kernel_runs_on_as_many_workers_as_it_is_told() {
    pool().await;
    for workers in 1..=WORKERS as u32 {
        let kernel = Request::Kernel { n: 22, window_ms: 5.0, workers, begun_ms: None };
        let Reply::Sample(sample) = engine::answer(&kernel) else { panic!("no sample") };
        let answers: Vec<_> = sample.lanes.iter().flat_map(|l| &l.spans).map(|m| m.value).collect();
        assert_eq!(answers, vec![17_711; workers as usize]);
        let spans = sample.lanes.iter().flat_map(|lane| &lane.spans);
        assert!(spans.clone().all(|span| span.end_ms - span.start_ms >= 5.0));
        assert!(spans.clone().all(|span| span.task >= 1) && sample.ms > 0.0);
    }
}

#[wasm_bindgen_test]
async fn no_two_threads_ever_hold_the_lock_together() {
    pool().await;
    let lock = Lock::new(WORKERS as u32, Duration::from_micros(300));
    let turns = rayon::broadcast(|worker| {
        let mut thread = Thread::new(Some(&lock), worker.index() as u32);
        thread.start();
        for _ in 0..4 {
            let mut machine = Machine::new(FIB, 18);
            let answer = loop {
                if let Some(answer) = machine.step() {
                    break answer;
                }
                thread.after_instruction();
            };
            thread.answer(answer);
        }
        thread.end()
    });
    assert!(turns.iter().all(|turn| turn.alone && turn.values == [2584; 4]));
    let takes: u32 = turns.iter().map(|turn| turn.takes).sum();
    let mut tickets: Vec<u64> = turns.into_iter().flat_map(|turn| turn.tickets).collect();
    tickets.sort_unstable();
    assert_eq!(tickets, (0..u64::from(takes)).collect::<Vec<_>>());
    assert!(takes > WORKERS as u32, "the lock never changed hands: {takes}");
}

#[wasm_bindgen_test]
async fn random_trees_of_joins_have_the_same_value_and_visits_on_one_to_eight_workers() {
    pool().await;
    let begun_ms = now_ms();
    let (mut seed, mut steals, mut overflows) = (0, 0, 0);
    while now_ms() - begun_ms < 2_000.0 || steals == 0 {
        for workers in 1..=WORKERS as u32 {
            seed += 1;
            let arena = if seed % 3 == 0 { 2048 } else { ARENA_BYTES };
            let tree = Tree::random(seed, 3_000);
            let (wanted, visited) = (AtomicU64::new(0), AtomicU64::new(0));
            let value = tree.serial(&wanted);
            let joins = Pool::with(workers, Clock { now_ms, step_ms: 0.1 }, arena);
            let logs = rayon::broadcast(|thread| match thread.index() as u32 {
                0 => {
                    let (found, log) =
                        joins.lead(|context| tree.joined(context, &visited)).unwrap();
                    assert_eq!(found, value, "tree {seed}");
                    Some(log)
                }
                me => joins.help(me).ok(),
            });
            assert_eq!(visited.into_inner(), wanted.into_inner(), "tree {seed}");
            steals += logs.iter().flatten().map(|log| log.steals).sum::<u32>();
            overflows += logs.iter().flatten().map(|log| log.overflows).sum::<u32>();
        }
    }
    assert!(overflows > 0, "no arena was ever full");
}
