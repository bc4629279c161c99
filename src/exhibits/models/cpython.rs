//! The Python program beside the lesson gives the same answers by each of its ways.

use fib_lab::fib;

use crate::python;

#[test]
fn cpython_gives_the_same_answers_by_every_way() {
    let printed = python("models", &["18", "17", "16"]);
    let answers = [18, 17, 16].map(|n| fib::iterative(n).to_string()).join(" ");
    assert_eq!(printed[0], format!("{answers} by every way"));
    for (line, name) in printed[1..].iter().zip(["loop", "threads", "pool"]) {
        assert!(line.starts_with(name) && line.contains("speed-up"), "{line}");
    }
    assert_eq!(printed.len(), 4);
}
