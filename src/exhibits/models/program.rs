//! What each thread under the lock does with its part of the list: in bytecode, or in native
//! code without the lock.

use std::hint::black_box;

use serde::{Deserialize, Serialize};

use crate::exhibits::locks::fellows::Fellows;
use crate::exhibits::locks::messages::ThreadOrder;
use crate::exhibits::locks::work::Work;
use crate::fib;
use crate::interpreter::bytecode::FIB;
use crate::interpreter::interpret::interpret;
use crate::interpreter::log::ThreadLog;
use crate::interpreter::thread::Thread;
use crate::measure::clock::now_ms;
use crate::runtime::io::{IoError, IoSource};
use crate::runtime::program::Call;
use crate::trace::Kind;

// [shown
/// One task in bytecode: whoever runs it holds the lock.
pub fn in_bytecode(thread: &mut Thread, n: u32) -> u64 {
    interpret(thread, FIB, u64::from(n))
}

/// One task in native code, for which the lock is dropped and then taken again.
pub fn in_native_code(thread: &mut Thread, n: u32) -> u64 {
    thread.give_up();
    let start_ms = now_ms();
    let answer = fib::naive(black_box(n));
    thread.note(Kind::Work, start_ms);
    thread.take();
    answer
}
// shown]

/// In which code a thread computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Code {
    /// In bytecode, under the lock.
    Bytecode,
    /// In native code, without it.
    Native,
}

/// A thread's part of the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PartWork {
    /// The arguments of fib; nothing where there are more threads than tasks.
    pub tasks: Vec<u32>,
    /// In which code.
    pub code: Code,
}

impl Work for PartWork {
    const CALL: Call<ThreadOrder<PartWork>, ThreadLog> = Call::named("models-thread");

    fn argument(&self) -> u32 {
        self.tasks.first().copied().unwrap_or_default()
    }

    fn arguments(&self) -> Vec<u32> {
        self.tasks.clone()
    }

    fn source(&self) -> Option<IoSource> {
        None
    }

    fn overlap(&self, _: f64, cores: f64, locked: bool) -> f64 {
        if locked && self.code == Code::Bytecode { 1.0 } else { cores }
    }

    async fn run(
        &self,
        thread: &mut Thread<'_>,
        rounds: u32,
        fellows: &Fellows<'_>,
    ) -> Result<(), IoError> {
        for round in 0..rounds {
            // A job is done when all of its parts are; only then the next one begins.
            if round > 0 {
                fellows.meet(thread);
            }
            for &n in &self.tasks {
                let answer = match self.code {
                    Code::Bytecode => in_bytecode(thread, n),
                    Code::Native => in_native_code(thread, n),
                };
                // The answers of the last round are sent, as those of a pool are.
                if round + 1 == rounds {
                    thread.answer(answer);
                }
            }
        }
        Ok(())
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use futures_executor::block_on;

    use super::*;

    #[test]
    fn a_part_is_answered_once_however_often_it_is_done() {
        for code in [Code::Bytecode, Code::Native] {
            for (tasks, answers) in [(vec![12, 10], vec![144, 55]), (vec![], vec![])] {
                let mut thread = Thread::new(None, 0);
                thread.start();
                let work = PartWork { tasks, code };
                let alone = Fellows { shared: None, io: None };
                block_on(work.run(&mut thread, 3, &alone)).unwrap();
                assert_eq!(thread.end().values, answers, "{code:?}");
            }
        }
    }
}
