//! The scheduler on real threads: random trees, panics, small arenas.
#![cfg(all(not(target_arch = "wasm32"), feature = "host"))]

mod trees;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::Stdio;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use fib_lab::host::process::Ended;
use fib_lab::host::soak::share::Share;
use fib_lab::host::test::model::deeper;
use fib_lab::measure::clock::now_ms;
use fib_lab::scheduler::{ARENA_BYTES, Clock, Context, Doing, Log, NoSeat, Pool, join, join_with};
use trees::Tree;

/// How long random trees are tried.
const TREES_TAKE: Duration = Duration::from_secs(3);

fn clock() -> Clock {
    Clock { now_ms, step_ms: 0.001 }
}

/// Runs the task on threads, and returns what each worker noted.
fn logged<R: Send>(pool: &Pool, task: impl FnOnce(Context<'_>) -> R) -> (R, Vec<Log>) {
    std::thread::scope(|scope| {
        let helpers: Vec<_> =
            (1..pool.workers()).map(|me| scope.spawn(move || pool.help(me).unwrap())).collect();
        let (result, log) = pool.lead(task).unwrap();
        let helped = helpers.into_iter().map(|helper| helper.join().unwrap());
        (result, std::iter::once(log).chain(helped).collect())
    })
}

/// A random tree on one to eight workers, on arenas that are large enough or soon full: the same
/// value and the same visits, whoever takes what. Returns how many pieces were taken, and how many
/// joins found no room.
fn tree(seed: u64) -> (u32, u32) {
    let (mut steals, mut overflows) = (0, 0);
    for workers in 1..=8 {
        let tree = Tree::random(seed, 3_000);
        let arena = if seed.is_multiple_of(3) { 2048 } else { ARENA_BYTES };
        let (wanted, visited) = (AtomicU64::new(0), AtomicU64::new(0));
        let value = tree.serial(&wanted);
        let pool = Pool::with(workers, clock(), arena);
        let (found, logs) = logged(&pool, |context| tree.joined(context, &visited));
        assert_eq!((found, visited.into_inner()), (value, wanted.into_inner()), "tree {seed}");
        steals += logs.iter().map(|log| log.steals).sum::<u32>();
        overflows += logs.iter().map(|log| log.overflows).sum::<u32>();
    }
    (steals, overflows)
}

#[test]
fn random_trees_have_the_same_value_and_visits_on_one_to_eight_workers() {
    let begun = Instant::now();
    let (mut steals, mut overflows) = (0, 0);
    for seed in (0..).take_while(|_| begun.elapsed() < TREES_TAKE) {
        let (taken, full) = tree(seed);
        (steals, overflows) = (steals + taken, overflows + full);
    }
    assert!(steals > 0, "nobody ever took anything");
    assert!(overflows > 0, "no arena was ever full");
}

#[test]
#[ignore = "cargo lab soak runs it"]
fn joins() {
    let share = Share::asked().expect("cargo lab soak starts this");
    let mut seed = share.seed;
    while share.goes_on() {
        seed = trees::mixed(seed);
        let ended = catch_unwind(|| tree(seed)).map(drop).map_err(|_| "another value or visit");
        share.note(&format!("tree {seed}"), &ended);
    }
}

/// The model of `tests/scheduler_model`, one preemption deeper each time. What has no time to end
/// is broken off and counts as nothing.
#[test]
#[ignore = "cargo lab soak runs it"]
fn model() {
    let share = Share::asked().expect("cargo lab soak starts this");
    for more in 0.. {
        let mut cargo = deeper(more);
        cargo.stdout(Stdio::null()).stderr(Stdio::null());
        let mut walk = Ended::spawn(cargo).expect("cargo starts");
        let status = loop {
            match walk.ended().expect("a child can be asked") {
                None if share.goes_on() => std::thread::sleep(Duration::from_millis(100)),
                ended => break ended,
            }
        };
        let Some(status) = status else { return };
        let ended = if status.success() { Ok(()) } else { Err(format!("it ended: {status}")) };
        share.note(&format!("{more} preemptions more than in the tests"), &ended);
    }
}

/// A task that splits so long that somebody must get a part, however busy the machine is.
fn until_taken(mut context: Context<'_>, taken: &AtomicU32) {
    while taken.load(Relaxed) == 0 {
        let me = context.worker();
        join(
            context.again(),
            |_| std::thread::yield_now(),
            |context: Context<'_>| {
                taken.fetch_add(u32::from(context.worker() != me), Relaxed);
            },
        );
    }
}

#[test]
fn a_log_tells_who_took_what_from_whom() {
    let taken = AtomicU32::new(0);
    let (_, logs) = logged(&Pool::clocked(3, clock()), |context| until_taken(context, &taken));
    let steals: u32 = logs.iter().map(|log| log.steals).sum();
    assert!(steals >= 1 && logs.iter().map(|log| log.offers).sum::<u32>() >= steals);
    for (me, log) in (0..).zip(&logs) {
        let begun = log.stretches.iter().filter(|stretch| stretch.first);
        let stolen = begun.filter(|stretch| stretch.doing != Doing::Root).count();
        assert_eq!(stolen as u32, log.steals, "worker {me}");
        for stretch in &log.stretches {
            assert!(stretch.start_ms <= stretch.end_ms);
            if let Doing::Stolen { victim, .. } = stretch.doing {
                assert!(victim != me && victim < 3);
            }
        }
        let pairs = log.stretches.iter().zip(log.stretches.iter().skip(1));
        assert!(pairs.clone().all(|(a, b)| a.end_ms <= b.start_ms), "{log:?}");
    }
}

#[test]
fn who_sleeps_is_woken_when_there_is_something_to_take() {
    for _ in 0..20 {
        let taken = AtomicU32::new(0);
        let (_, logs) = logged(&Pool::clocked(4, clock()), |context| {
            // Long enough for all to go to sleep.
            std::thread::sleep(Duration::from_millis(20));
            until_taken(context, &taken);
        });
        assert!(logs.iter().any(|log| log.parks > 0), "nobody ever slept");
    }
}

#[test]
fn a_panic_anywhere_ends_the_run_with_it_on_every_number_of_workers() {
    // Which node panics, and so on which worker, differs from run to run.
    fn tree(context: Context<'_>, depth: u32, path: u64, bad: u64, dropped: &AtomicU32) -> u64 {
        struct Counted<'d>(&'d AtomicU32);
        impl Drop for Counted<'_> {
            fn drop(&mut self) {
                self.0.fetch_add(1, Relaxed);
            }
        }
        assert!(path != bad, "bad luck");
        if depth == 0 {
            return 1;
        }
        let kept = Counted(dropped);
        let left = move |context: Context<'_>| tree(context, depth - 1, 2 * path, bad, dropped);
        let right = move |context: Context<'_>| {
            let kept = kept;
            let sum = tree(context, depth - 1, 2 * path + 1, bad, dropped);
            (sum, kept)
        };
        join_with(context, left, right, |left, (right, _)| left + right)
    }
    std::panic::set_hook(Box::new(|_| {}));
    for workers in 1..=8 {
        for bad in [1, 2, 3, 5, 12, 100, 1000, 1023] {
            let dropped = AtomicU32::new(0);
            let pool = Pool::new(workers);
            let run = || pool.on_threads(|context| tree(context, 10, 1, bad, &dropped));
            let panic = catch_unwind(AssertUnwindSafe(run)).unwrap_err();
            assert!(panic.downcast_ref::<&str>().is_some_and(|it| it.contains("bad luck")));
        }
        // What was made is dropped, once.
        let dropped = AtomicU32::new(0);
        let pool = Pool::new(workers);
        assert_eq!(pool.on_threads(|context| tree(context, 10, 1, 0, &dropped)), 1024);
        assert_eq!(dropped.into_inner(), 1023);
    }
    let _ = std::panic::take_hook();
}

#[test]
fn a_pool_serves_one_run_on_some_of_its_seats_or_another_after_a_reset() {
    let mut pool = Pool::new(2);
    for _ in 0..3 {
        assert_eq!(pool.on_threads(|context| join(context, |_| 1, |_| 2)), (1, 2));
        assert_eq!(pool.lead(|_| ()).unwrap_err(), NoSeat::Taken(0));
        assert_eq!(pool.help(1).unwrap_err(), NoSeat::Taken(1));
        assert_eq!(pool.help(2).unwrap_err(), NoSeat::NoSuchSeat(2));
        pool.reset();
    }
}
