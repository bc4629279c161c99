//! Small runs, walked through.

use std::sync::atomic::Ordering::{Acquire, Release};

use loom::cell::UnsafeCell;
use loom::model::Builder;
use loom::sync::Arc;
use loom::sync::atomic::AtomicBool;
use loom::thread::{self, yield_now};

use crate::scheduler::{Clock, Context, Log, Pool, join_with};

/// Tokens that the tasks write and read without any protection of their own: loom complains if
/// a hand-over does not order who wrote and who reads.
struct Tokens(Vec<UnsafeCell<u32>>);

// SAFETY: what the model is about: the scheduler alone keeps accesses apart, and loom checks it.
unsafe impl Sync for Tokens {}
unsafe impl Send for Tokens {}

impl Tokens {
    fn add(&self, at: usize) {
        // SAFETY: loom panics if another thread is at it.
        self.0[at].with_mut(|token| unsafe { *token += 1 });
    }

    fn get(&self, at: usize) -> u32 {
        // SAFETY: as above.
        self.0[at].with(|token| unsafe { *token })
    }
}

/// The tree of fib(levels + 2). Each node writes its token before it splits, which whoever runs its
/// second branch reads, and the second branch writes one that its parent reads.
fn tree(context: Context<'_>, tokens: &Tokens, node: usize, levels: u32) -> u32 {
    tokens.add(node);
    if levels == 0 {
        return 1;
    }
    join_with(
        context,
        move |context: Context<'_>| tree(context, tokens, 2 * node, levels.saturating_sub(2)),
        move |context: Context<'_>| {
            assert_eq!(tokens.get(node), 1, "the second branch runs once, after its parent");
            tree(context, tokens, 2 * node + 1, levels - 1)
        },
        move |left, right| {
            assert_eq!(tokens.get(2 * node + 1), 1, "the second branch has run");
            left + right
        },
    )
}

/// Goes on splitting until somebody else has a part, who does `then` with it.
fn until_taken(
    mut context: Context<'_>,
    taken: &AtomicBool,
    then: impl Fn(Context<'_>) -> u32 + Copy + Send,
) -> u32 {
    let me = context.worker();
    let mut leaves = 0;
    while !taken.load(Acquire) {
        let part = move |context: Context<'_>| {
            if context.worker() == me {
                return 0;
            }
            taken.store(true, Release);
            then(context)
        };
        leaves = join_with(context.again(), |_| yield_now(), part, |(), leaves| leaves);
    }
    leaves
}

/// So many more preemptions are allowed, for who has more than seconds.
fn deeper() -> usize {
    std::env::var("FIB_LAB_MODEL_DEEPER").ok().and_then(|more| more.parse().ok()).unwrap_or(0)
}

/// Runs a task on so many workers in all orders with at most so many preemptions, and returns
/// what was seen in some of them. What the task returns has to be `leaves`.
fn walk(
    workers: u32,
    preemptions: usize,
    leaves: u32,
    task: impl Fn(Context<'_>, &Tokens) -> u32 + Send + Sync + 'static,
) -> Seen {
    let mut builder = Builder::new();
    builder.preemption_bound = Some(preemptions + deeper());
    builder.max_branches = 100_000;
    let seen = std::sync::Arc::new(std::sync::Mutex::new(Seen::default()));
    let shared = std::sync::Arc::clone(&seen);
    builder.check(move || {
        let clock = Clock { now_ms: || 0.0, step_ms: f64::INFINITY };
        let pool = Arc::new(Pool::with(workers, clock, 4096));
        let helpers: Vec<_> = (1..workers)
            .map(|me| {
                let pool = Arc::clone(&pool);
                thread::spawn(move || pool.help(me).unwrap())
            })
            .collect();
        let tokens = Tokens((0..8).map(|_| UnsafeCell::new(0)).collect());
        let (found, log) = pool.lead(|context| task(context, &tokens)).unwrap();
        assert_eq!(found, leaves);
        let mut seen = shared.lock().unwrap();
        seen.helped |= log.steals > 0;
        for log in helpers.into_iter().map(|helper| helper.join().unwrap()).chain([log]) {
            seen.add(&log);
        }
    });
    let seen = seen.lock().unwrap();
    seen.clone()
}

/// What happened in at least one order.
#[derive(Clone, Default, Debug)]
struct Seen {
    runs: u32,
    stolen: bool,
    slept: bool,
    taken_back: bool,
    /// The leader helped the thief of its own job.
    helped: bool,
}

impl Seen {
    fn add(&mut self, log: &Log) {
        self.runs += 1;
        self.stolen |= log.steals > 0;
        self.slept |= log.parks > 0;
        self.taken_back |= log.offers > 0 && log.steals == 0;
    }
}

#[test]
fn one_join_is_handed_over_slept_for_and_taken_back() {
    let seen = walk(2, 2, 2, |context, tokens| tree(context, tokens, 1, 1));
    assert!(seen.stolen && seen.slept && seen.taken_back, "{seen:?}");
}

#[test]
fn two_nested_joins_on_two_workers_never_hang() {
    let seen = walk(2, 2, 3, |context, tokens| tree(context, tokens, 1, 2));
    assert!(seen.stolen && seen.slept && seen.taken_back, "{seen:?}");
}

#[test]
fn who_waits_for_a_thief_helps_it() {
    // The thief splits what it took until somebody has a part, and there is nobody but the owner.
    let task = |context: Context<'_>, tokens: &Tokens| {
        let taken = [false, false].map(AtomicBool::new);
        until_taken(context, &taken[0], |context| {
            until_taken(context, &taken[1], |context| tree(context, tokens, 1, 1))
        })
    };
    let seen = walk(2, 2, 2, task);
    assert!(seen.stolen && seen.helped, "{seen:?}");
}

#[test]
fn two_thieves_of_one_worker_run_each_job_once() {
    let seen = walk(3, 1, 2, |context, tokens| tree(context, tokens, 1, 1));
    assert!(seen.stolen && seen.slept, "{seen:?}");
}
