//! The Python program beside the lesson gives the answers of the lab.

use crate::python;

#[test]
fn lanes_by_hand_in_cpython_give_the_same_answers() {
    let printed = python("playground", &["0.2_1", "20", "19", "18"]);
    assert_eq!(printed[0], "[6765, 4181, 2584]");
    assert!(printed[1].starts_with("makespan ") && printed[1].ends_with(" in 2 lanes"));
}
