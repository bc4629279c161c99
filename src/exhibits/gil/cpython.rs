//! The Python program beside the lesson gives the answers of the lab.

use fib_lab::exhibits::gil;
use fib_lab::fib;
use fib_lab::params::{Device, RunSpec};

use crate::python;

#[test]
fn the_cpython_threads_give_the_same_answers_under_the_same_switch_interval() {
    let spec = RunSpec::defaults(&gil::EXHIBIT, Device { cores: 2, seed: 1 });
    let printed = python("gil", &[]);
    let answer = fib::iterative(spec.whole("n"));
    assert_eq!(printed[0], format!("{answer} {answer}"));
    let interval_ms = spec.real("interval_ms").unwrap();
    assert_eq!(printed[1], format!("switch interval {interval_ms} ms"));
}
