//! The recursion divided into tasks for processes, and the better algorithm on one core.

use std::hint::black_box;

use crate::fib;
use crate::measure::clock::now_ms;

/// How deep the recursion is divided into tasks for processes: a few dozen tasks.
const DEPTH: u32 = 8;

/// The id of the arm with the better algorithm on one core.
pub const BETTER: &str = "better";

// [shown
/// The slow algorithm for processes, which cannot take parts of a task from each other: tasks
/// whose answers add up to fib(n).
pub fn tasks(n: u32) -> Vec<u32> {
    fib::pieces(n, DEPTH)
}

/// The better algorithm, `repeats` times: returns fib(n) and the time for one.
pub fn better(algorithm: &str, n: u32, repeats: u32) -> (u64, f64) {
    let program = match algorithm {
        "fast-doubling" => fib::fast_doubling,
        _ => fib::iterative,
    };
    let start_ms = now_ms();
    let mut answer = 0;
    for _ in 0..repeats {
        answer = black_box(program(black_box(n)));
    }
    (answer, (now_ms() - start_ms) / f64::from(repeats))
}
// shown]
