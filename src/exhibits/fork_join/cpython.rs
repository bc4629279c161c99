//! What stands beside the lesson is true: the Python program gives the answers of the lab, and the
//! numbers are those of theory.

use fib_lab::exhibits::fork_join::theory::cut_fib;
use fib_lab::fib;

use crate::{grouped, page, python};

#[test]
fn the_cpython_program_splits_as_often_and_gives_the_same_answer() {
    let printed = python("fork_join", &["20", "15"]);
    assert_eq!(printed[0], "6765");
    let pieces = cut_fib(20, 15.0).joins + 1.0;
    assert!(printed[1].starts_with(&format!("{pieces} pieces: serial ")), "{printed:?}");
}

#[test]
fn the_numbers_of_splits_and_calls_are_those_of_theory() {
    let (lesson, teaching) = (page("fork-join.html"), page("teaching.html"));
    let (joins, calls) = (cut_fib(36, 2.0).joins as u64, fib::calls(36));
    assert!(lesson.contains(&format!("is {} splits", grouped(joins))));
    assert!(lesson.contains(&format!("is {} calls of work and 35 of span", grouped(calls))));
    assert!(teaching.contains(&format!("35 calls, of {}:", grouped(calls))));
    // The first answer: five steps of the cut-off leave an eleventh of the joins.
    let of = |cutoff| cut_fib(36, cutoff).joins;
    assert_eq!((of(2.0) / of(7.0)).round(), 11.0);
}
