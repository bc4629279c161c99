//! How long it takes to wake a worker that sleeps: from the split that has something for it until
//! it runs what it took. One worker clocks both, so no two clocks are compared.

use std::rc::Rc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::{Acquire, Release};

use crate::exhibits::splitting::member::{Absent, pool};
use crate::exhibits::splitting::team::Splitting;
use crate::measure::clock::now_ms;
use crate::runtime::engine::Fault;
use crate::runtime::program::{Call, Here, Program};
use crate::scheduler::{Context, join_with};

/// Wakes the others so many times, as the one who leads.
pub const WAKE: Call<u32, Vec<f64>> = Call::named("fork-join-wake");

/// How many times a run wakes them.
const ROUNDS: u32 = 12;
/// Whoever has found nothing for so long sleeps.
const ASLEEP_MS: f64 = 3.0;
/// Nobody is waited for longer than this: a machine may have other things to do.
const LONGEST_MS: f64 = 50.0;

/// [`WAKE`].
pub struct Waker;

impl Program for Waker {
    type Input = u32;
    type Output = Vec<f64>;
    type Error = Absent;
    const CALL: Call<u32, Vec<f64>> = WAKE;

    async fn run(rounds: u32, _: Rc<Here>) -> Result<Vec<f64>, Absent> {
        let wake = |mut context: Context<'_>| {
            (0..rounds).filter_map(|_| wake_ms(context.again())).collect()
        };
        let (times, _) = pool()?.lead(wake)?;
        Ok(times)
    }
}

/// How long it took until another worker ran the second half; `None` if nobody came.
fn wake_ms(context: Context<'_>) -> Option<f64> {
    let since = |start_ms: f64| now_ms() - start_ms;
    let idle_ms = now_ms();
    while since(idle_ms) < ASLEEP_MS {
        std::hint::spin_loop();
    }
    let (runs, begun_ms) = (&AtomicBool::new(false), now_ms());
    let wait = move |_: Context<'_>| {
        while !runs.load(Acquire) && since(begun_ms) < LONGEST_MS {
            std::hint::spin_loop();
        }
        runs.load(Acquire).then(|| since(begun_ms))
    };
    join_with(context, wait, move |_| runs.store(true, Release), |ms, ()| ms)
}

/// Wakes the workers that help, and returns how long that took, time by time.
pub async fn wake(on: &Splitting<'_>, workers: u32, timeout_ms: u32) -> Result<Vec<f64>, Fault> {
    if workers < 2 {
        return Ok(Vec::new());
    }
    let (times, _) = on.gather(workers, (&WAKE, &ROUNDS), timeout_ms).await?;
    Ok(times)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::scheduler::Pool;

    #[test]
    fn a_sleeper_takes_what_it_is_woken_for_and_alone_nobody_comes() {
        let all = |mut context: Context<'_>| -> Vec<_> {
            (0..3).map(|_| wake_ms(context.again())).collect()
        };
        let times = Pool::new(2).on_threads(all);
        assert!(
            times.iter().flatten().all(|ms| (0.0..=LONGEST_MS * 2.0).contains(ms)),
            "{times:?}"
        );
        assert_eq!(Pool::new(1).on_threads(all), [None; 3]);
    }
}
