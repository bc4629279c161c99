//! The Python program beside the lesson gives the answers of the lab.

use fib_lab::exhibits::message_ring;
use fib_lab::fib;

use crate::python;

#[test]
fn the_cpython_ring_returns_the_same_token_and_gathers_the_same_answers() {
    let printed = python("message_ring", &[]);
    assert!(printed.contains(&format!("ring {}", message_ring::token(4))), "{printed:?}");
    let answers = [20, 19, 18, 17, 16, 15].map(fib::iterative);
    assert!(printed.contains(&format!("scatter-gather {answers:?}")), "{printed:?}");
    let ranks = printed.iter().filter(|line| line.contains(" of 4 on node ")).count();
    assert_eq!(ranks, 4);
}
