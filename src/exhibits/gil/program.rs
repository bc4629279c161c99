//! What the threads of the small interpreter run: fib in bytecode, and waits.

use serde::{Deserialize, Serialize};

use crate::exhibits::locks::fellows::Fellows;
use crate::exhibits::locks::messages::ThreadOrder;
use crate::exhibits::locks::work::Work;
use crate::interpreter::bytecode::FIB;
use crate::interpreter::interpret::interpret;
use crate::interpreter::log::ThreadLog;
use crate::interpreter::thread::Thread;
use crate::measure::clock::now_ms;
use crate::runtime::io::{IoError, IoSource};
use crate::runtime::program::Call;
use crate::trace::Kind;

/// What a thread computes after it has waited outside: next to nothing.
pub const SMALL_N: u32 = 10;

// [shown
/// fib in bytecode.
pub fn compute(thread: &mut Thread, n: u32) -> u64 {
    interpret(thread, FIB, u64::from(n))
}

/// A thread that computes.
pub fn computing(thread: &mut Thread, n: u32, rounds: u32) {
    for _ in 0..rounds {
        let answer = compute(thread, n);
        thread.answer(answer);
    }
}

/// A thread that waits for something outside, again and again, without the lock, and
/// notes how long the lock takes to come back.
pub async fn waiting(
    thread: &mut Thread<'_>,
    rounds: u32,
    fellows: &Fellows<'_>,
) -> Result<(), IoError> {
    for _ in 0..rounds {
        thread.give_up();
        let start_ms = now_ms();
        let outcome = fellows.wait_outside().await;
        thread.note(Kind::Wait, start_ms);
        let delay_ms = thread.take();
        thread.delay(delay_ms);
        outcome?;
        let answer = compute(thread, SMALL_N);
        thread.answer(answer);
    }
    Ok(())
}
// shown]

/// A thread that computes as long as others are at work.
pub fn busy(thread: &mut Thread, n: u32, fellows: &Fellows) {
    loop {
        let answer = compute(thread, n);
        if !fellows.at_work() {
            return thread.answer(answer);
        }
    }
}

/// What a thread does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GilWork {
    /// fib(n) in bytecode.
    Bytecode {
        /// The argument of fib.
        n: u32,
    },
    /// Waits for something outside, notes how long the lock then takes to come back, and
    /// runs a little bytecode.
    Outside {
        /// What it waits for.
        source: IoSource,
    },
    /// fib(n) in bytecode again and again, until all other threads are done.
    Busy {
        /// The argument of fib.
        n: u32,
    },
}

impl Work for GilWork {
    const CALL: Call<ThreadOrder<GilWork>, ThreadLog> = Call::named("gil-thread");

    fn argument(&self) -> u32 {
        match *self {
            GilWork::Bytecode { n } | GilWork::Busy { n } => n,
            GilWork::Outside { .. } => SMALL_N,
        }
    }

    fn source(&self) -> Option<IoSource> {
        match *self {
            GilWork::Outside { source } => Some(source),
            _ => None,
        }
    }

    fn overlap(&self, workers: f64, cores: f64, locked: bool) -> f64 {
        match self {
            GilWork::Outside { .. } => workers,
            _ if locked => 1.0,
            _ => cores,
        }
    }

    async fn run(
        &self,
        thread: &mut Thread<'_>,
        rounds: u32,
        fellows: &Fellows<'_>,
    ) -> Result<(), IoError> {
        match *self {
            GilWork::Bytecode { n } => computing(thread, n, rounds),
            GilWork::Busy { n } => busy(thread, n, fellows),
            GilWork::Outside { .. } => waiting(thread, rounds, fellows).await?,
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interpreter::lock::Lock;
    use std::time::Duration;

    #[test]
    fn threads_that_compute_under_one_lock_get_right_answers_and_never_overlap() {
        let lock = Lock::new(3, Duration::from_micros(500));
        let logs: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..3)
                .map(|me| {
                    let lock = &lock;
                    scope.spawn(move || {
                        let mut thread = Thread::new(Some(lock), me);
                        thread.start();
                        computing(&mut thread, 19, 3);
                        thread.end()
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let mut held: Vec<(f64, f64)> = Vec::new();
        for log in &logs {
            assert_eq!(log.values, [4181; 3]);
            assert!(log.alone && log.takes >= 1);
            let work = log.stretches.iter().filter(|s| s.kind == Kind::Work);
            held.extend(work.map(|stretch| (stretch.start_ms, stretch.end_ms)));
        }
        held.sort_by(|a, b| a.0.total_cmp(&b.0));
        assert!(held.windows(2).all(|pair| pair[0].1 <= pair[1].0), "{held:?}");
    }
}
