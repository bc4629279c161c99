//! The Python program beside the lesson gives the answers of the lab.

use fib_lab::fib;

use crate::python;

#[test]
fn the_cpython_extension_gives_both_threads_the_same_digest() {
    let printed = python("c_extension", &[]);
    let answer = fib::iterative(22);
    assert_eq!(printed[0], format!("{answer} {answer}"));
    let digests: Vec<_> = printed[1].split(' ').collect();
    assert_eq!(digests, ["8f64ef62163af950"; 2]);
}
