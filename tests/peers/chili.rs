//! fib without a cut-off, split by chili's join on one worker, beside the serial program: what
//! `cargo lab bench --only joins` sets beside the lab's and rayon's. Prints both times as JSON,
//! in milliseconds.

#[cfg(target_arch = "wasm32")]
fn main() {}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    use std::hint::black_box;
    use std::num::NonZero;
    use std::time::Instant;

    use chili::{Config, Scope, ThreadPool};
    use fib_lab::fib;

    /// fib(n), split at every call.
    fn split(scope: &mut Scope<'_>, n: u32) -> u64 {
        if n <= 2 {
            return u64::from(n.min(1));
        }
        let (first, second) = scope.join(|s| split(s, n - 1), |s| split(s, n - 2));
        first + second
    }

    /// How long it takes, the second time.
    fn ms(n: u32, mut run: impl FnMut(u32) -> u64) -> f64 {
        let mut took_ms = 0.0;
        for _ in 0..2 {
            let start = Instant::now();
            let got = run(black_box(n));
            took_ms = start.elapsed().as_secs_f64() * 1e3;
            assert_eq!(got, fib::fast_doubling(n));
        }
        took_ms
    }

    const N: u32 = 36;
    let one = Config { thread_count: NonZero::new(1), ..Config::default() };
    let pool = ThreadPool::with_config(one);
    let mut scope = pool.scope();
    println!("[{}, {}]", ms(N, fib::naive), ms(N, |n| split(&mut scope, n)));
}
