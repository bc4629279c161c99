//! fib in native code, part of it under the lock.

use std::hint::black_box;

use serde::{Deserialize, Serialize};

use crate::exhibits::locks::fellows::Fellows;
use crate::exhibits::locks::messages::ThreadOrder;
use crate::exhibits::locks::work::Work;
use crate::fib;
use crate::interpreter::log::ThreadLog;
use crate::interpreter::thread::Thread;
use crate::measure::clock::now_ms;
use crate::runtime::io::{IoError, IoSource};
use crate::runtime::program::Call;
use crate::theory::laws::amdahl;
use crate::trace::Kind;

/// How deep fib(n) is divided into pieces.
const DEPTH: u32 = 15;

// [shown
/// fib(n) in native code, in `holds` rounds: first the part under the lock, then the
/// rest without it, as between `Py_BEGIN_ALLOW_THREADS` and `Py_END_ALLOW_THREADS`.
pub fn extension(thread: &mut Thread, work: &NativeWork) {
    let &NativeWork { n, held, holds, release } = work;
    // About a thousand smaller ones, which can be done one by one.
    let pieces = fib::pieces(n, DEPTH);
    let mut answer = 0;
    let mut compute = |from: f64, to: f64| {
        for &piece in share(&pieces, from, to) {
            answer += fib::naive(black_box(piece));
        }
    };
    for hold in 0..holds {
        let [start, end_of_hold, end] =
            [0.0, held, 1.0].map(|part| (f64::from(hold) + part) / f64::from(holds));
        compute(start, end_of_hold);
        if release {
            thread.give_up();
            let start_ms = now_ms();
            compute(end_of_hold, end);
            thread.note(Kind::Work, start_ms);
            thread.take();
        } else {
            compute(end_of_hold, end);
        }
    }
    thread.answer(answer);
}
// shown]

/// The pieces between two shares of the whole, 0 to 1, by number: neighbouring pieces
/// alternate between two sizes, so shares of their number are shares of the work.
fn share(pieces: &[u32], from: f64, to: f64) -> &[u32] {
    let at = |share: f64| ((share * pieces.len() as f64).round() as usize).min(pieces.len());
    pieces.get(at(from)..at(to)).unwrap_or_default()
}

/// fib(n) in native code, part of it under the lock.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NativeWork {
    /// The argument of fib.
    pub n: u32,
    /// The share of the work that is done under the lock, from 0 to 1.
    pub held: f64,
    /// How many times the lock is held; 1 or more.
    pub holds: u32,
    /// Whether it is dropped between the holds: else everything is done under it.
    pub release: bool,
}

impl Work for NativeWork {
    const CALL: Call<ThreadOrder<NativeWork>, ThreadLog> = Call::named("c-extension-thread");

    fn argument(&self) -> u32 {
        self.n
    }

    fn source(&self) -> Option<IoSource> {
        None
    }

    fn overlap(&self, _: f64, cores: f64, locked: bool) -> f64 {
        // What is done under the lock is done one after another: Amdahl's law, at the worst.
        match (locked, self.release) {
            (false, _) => cores,
            (true, true) => amdahl(self.held, cores),
            (true, false) => 1.0,
        }
    }

    async fn run(
        &self,
        thread: &mut Thread<'_>,
        rounds: u32,
        fellows: &Fellows<'_>,
    ) -> Result<(), IoError> {
        for round in 0..rounds {
            // Every round begins together: else the rounds of different threads would
            // overlap, and one hold each would be as good as many.
            if round > 0 {
                fellows.meet(thread);
            }
            extension(thread, self);
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
    fn the_pieces_add_up_to_fib_and_shares_of_them_to_shares_of_the_work() {
        for n in [20, 27, 34] {
            let pieces = fib::pieces(n, DEPTH);
            let sum: u64 = pieces.iter().map(|&piece| fib::iterative(piece)).sum();
            assert_eq!(sum, fib::iterative(n));
            let work = |pieces: &[u32]| pieces.iter().map(|&n| fib::calls(n)).sum::<u64>() as f64;
            for (from, to) in [(0.0, 0.2), (0.2, 0.5), (0.31, 0.32), (0.0, 1.0)] {
                let found = work(share(&pieces, from, to)) / work(&pieces);
                assert!((found - (to - from)).abs() < 0.003, "{found} of {from} to {to}");
            }
        }
    }

    #[test]
    fn the_answer_is_right_however_the_work_is_divided() {
        let lock = Lock::new(1, Duration::from_millis(5));
        for (held, holds) in [(0.0, 1), (0.2, 1), (0.2, 100), (1.0, 7)] {
            for release in [true, false] {
                let mut thread = Thread::new(Some(&lock), 0);
                thread.start();
                extension(&mut thread, &NativeWork { n: 22, held, holds, release });
                let turn = thread.end();
                assert_eq!(turn.values, [17_711]);
                assert_eq!(turn.takes, if release { holds + 1 } else { 1 });
            }
        }
    }
}
