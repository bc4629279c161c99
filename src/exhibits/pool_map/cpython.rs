//! The Python program beside the lesson gives the answers of the lab.

use crate::python;

#[test]
fn the_cpython_pool_gives_the_same_answers() {
    assert_eq!(python("pool_map", &["20", "19", "18"]), ["[6765, 4181, 2584]"]);
}
