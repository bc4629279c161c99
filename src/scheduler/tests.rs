//! What can be seen on one thread, so that Miri can look at it too.

use super::{
    ARENA_BYTES, Clock, Context, Pool, QUANTUM_US, Site, Task, auto, fork, join, join_with,
};

fn fib(context: Context<'_>, n: u32) -> u64 {
    if n <= 2 {
        return 1;
    }
    let left = move |context: Context<'_>| fib(context, n - 1);
    let right = move |context: Context<'_>| fib(context, n - 2);
    join_with(context, left, right, |left, right| left + right)
}

/// Alone on one seat.
fn alone<R>(task: impl FnOnce(Context<'_>) -> R) -> R {
    Pool::new(1).lead(task).unwrap().0
}

#[test]
fn one_worker_gets_the_right_answer() {
    assert_eq!(alone(|context| fib(context, 15)), 610);
    assert_eq!(alone(|context| join(context, |_| "a", |_| vec![1])), ("a", vec![1]));
}

#[test]
fn an_arena_that_is_full_has_both_branches_run_in_place_and_counts_them() {
    fn deep(context: Context<'_>, depth: u32) -> u32 {
        if depth == 0 {
            return 0;
        }
        let below = move |context: Context<'_>| deep(context, depth - 1);
        join_with(context, below, move |_| depth, |below, own| below + own)
    }
    let clock = Clock { now_ms: || 0.0, step_ms: f64::INFINITY };
    for arena in [8, 64, 1000] {
        let pool = Pool::with(1, clock, arena);
        let (sum, log) = pool.lead(|context| deep(context, 200)).unwrap();
        let frame = 32;
        let fit = (arena as u32).next_multiple_of(8) / frame;
        assert_eq!((sum, log.overflows), (200 * 201 / 2, 200 - fit), "{arena} bytes");
    }
    let (_, log) = Pool::new(1).lead(|context| deep(context, 200)).unwrap();
    assert_eq!(log.overflows, 0, "{ARENA_BYTES} bytes are enough");
}

#[test]
fn what_is_borrowed_returned_or_dropped_is_so_once() {
    let words = ["a".to_owned(), "b".to_owned()];
    let mut out = [String::new(), String::new()];
    let [x, y] = &mut out;
    alone(|mut context| {
        join(context.again(), |_| x.push_str(&words[0]), |_| y.push_str(&words[1]));
        let (a, b) = join(context, |_| Box::new(words.clone()), |_| Some(words.to_vec()));
        assert_eq!((a.len(), b.map(|b| b.len())), (2, Some(2)));
    });
    assert_eq!(out, words);
}

#[test]
fn automatic_grain_learns_what_is_too_short() {
    use std::cell::Cell;
    thread_local! {
        static NOW_MS: Cell<f64> = const { Cell::new(0.0) };
    }
    // A piece with key k takes 2^k µs of this clock, whichever way it is done.
    let now_ms = || NOW_MS.with(Cell::get);
    fn piece(context: Context<'_>, site: &Site, key: u32, serially: &Cell<u64>) {
        let serial = |()| {
            serially.set(serially.get() | 1 << key);
            NOW_MS.with(|now| now.set(now.get() + f64::from(1u32 << key) / 1e3));
        };
        let split = |mut context: Context<'_>, ()| match key {
            0 => NOW_MS.with(|now| now.set(now.get() + 1e-3)),
            _ => {
                piece(context.again(), site, key - 1, serially);
                piece(context, site, key - 1, serially);
            }
        };
        auto(context, site, key, (), split, serial);
    }
    let (site, serially) = (Site::new(), Cell::new(0));
    let pool = Pool::clocked(1, Clock { now_ms, step_ms: 0.005 });
    let ((), log) = pool.lead(|context| piece(context, &site, 12, &serially)).unwrap();
    for key in 0..=12 {
        let wanted = f32::from(1u16 << key);
        let found = site.estimate_us(key).unwrap();
        assert!((found / wanted - 1.0).abs() < 0.2, "{key}: {found} instead of {wanted}");
    }
    // 16 µs is too short to be shared, 32 µs is not.
    assert_eq!(serially.get() >> 4, 1);
    assert!(log.forks >= 1 << 7 && log.forks < 1 << 9, "{}", log.forks);

    // A clock that goes in longer steps than the quantum decides nothing.
    serially.set(0);
    let coarse = Clock { now_ms, step_ms: f64::from(QUANTUM_US) / 1e3 * 1.1 };
    let ((), log) =
        Pool::clocked(1, coarse).lead(|context| piece(context, &site, 6, &serially)).unwrap();
    assert_eq!((serially.get(), log.forks), (0, (1 << 7) - 1));
}

#[test]
fn a_task_has_a_label_and_runs_like_a_closure() {
    struct Ten(u32);
    impl Task for Ten {
        type Output = u32;
        fn run(self, context: Context<'_>) -> u32 {
            self.0 * 10 + context.worker()
        }
        fn label(&self) -> u32 {
            self.0
        }
    }
    assert_eq!(Ten(4).label(), 4);
    assert_eq!(alone(|context| fork(context, |_| 1, Ten(4), |a, b| a + b)), 41);
}
