//! The Python program beside the lesson gives the answers of the lab.

use crate::python;

#[test]
fn the_cpython_pool_gives_the_same_answers() {
    let printed = python("pool_map", &["20", "19", "18"]);
    assert_eq!(printed[0], "[6765, 4181, 2584]");
    // Serial against pool: else the chapter's figure is not to be seen.
    assert!(printed[1].starts_with("serial ") && printed[1].contains(", ratio "), "{printed:?}");
}
