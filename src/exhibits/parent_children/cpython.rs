//! The Python program beside the lesson gives the answers of the lab.

use fib_lab::fib;

use crate::python;

#[test]
fn the_cpython_parent_gets_the_answers_of_its_children() {
    let printed = python("parent_children", &[]);
    let answer = fib::iterative(20);
    let all = format!("5 children, answers {}", vec![answer.to_string(); 5].join(" "));
    assert!(printed.contains(&all), "{printed:?}");
    assert!(printed.iter().any(|line| line.starts_with("the store counts 5;")), "{printed:?}");
    let child: Vec<_> = printed.iter().filter_map(|line| line.strip_prefix("child 3: ")).collect();
    assert_eq!((child.first(), child.last()), (Some(&"starting work"), Some(&"done working")));
    assert_eq!(child.iter().filter(|line| **line == "work").count(), 5);
}
