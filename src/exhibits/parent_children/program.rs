//! The life of a child. It knows nothing of workers or ports.

use std::hint::black_box;

use super::messages::ChildError;
use crate::fib;
use crate::report::LineKind::{self, Begins, Done, Works};

/// How many parts the work of a child has.
pub const PARTS: u32 = 5;

/// What a child can do.
pub trait Child {
    /// Prints a line.
    fn say(&mut self, kind: LineKind, text: &str);
    /// Does a part of its work.
    fn work(&mut self, part: u32) -> impl Future<Output = Result<(), ChildError>>;
    /// Tells the store that it is done, and waits until the store knows.
    fn done(&mut self) -> impl Future<Output = Result<(), ChildError>>;
    /// Dies, if it is the one that has to.
    fn half_way(&mut self) -> impl Future<Output = ()>;
}

// [shown
/// The life of a child.
pub async fn life(child: &mut impl Child) -> Result<(), ChildError> {
    child.say(Begins, "starting work");
    for part in 0..PARTS {
        child.work(part).await?;
        child.say(Works, "work");
        if part == PARTS / 2 {
            child.half_way().await;
        }
    }
    child.done().await?;
    child.say(Done, "done working");
    Ok(())
}
// shown]

/// The part of fib(n) that a child computes in one part of its work: the sum over all
/// parts is fib(n).
pub fn compute(n: u32, part: u32) -> u64 {
    // fib(n) = 3 fib(n−3) + 2 fib(n−4), in five parts of nearly equal size.
    let smaller = if part < 3 { n - 3 } else { n - 4 };
    fib::naive(black_box(smaller))
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_child_add_up_to_fib() {
        for n in [20, 23, 27] {
            let sum: u64 = (0..PARTS).map(|part| compute(n, part)).sum();
            assert_eq!(sum, fib::iterative(n));
        }
    }

    struct Recorded(Vec<(LineKind, String)>, bool);

    impl Child for Recorded {
        fn say(&mut self, kind: LineKind, text: &str) {
            self.0.push((kind, text.to_owned()));
        }
        async fn work(&mut self, part: u32) -> Result<(), ChildError> {
            if self.1 && part == 3 { Err(ChildError::NoStore) } else { Ok(()) }
        }
        async fn done(&mut self) -> Result<(), ChildError> {
            Ok(())
        }
        async fn half_way(&mut self) {}
    }

    #[test]
    fn a_child_says_what_the_chapters_children_say() {
        let mut child = Recorded(Vec::new(), false);
        assert_eq!(futures_executor::block_on(life(&mut child)), Ok(()));
        let said = ["starting work", "work", "work", "work", "work", "work", "done working"];
        assert_eq!(child.0.iter().map(|line| line.1.as_str()).collect::<Vec<_>>(), said);
        let kinds = [Begins, Works, Works, Works, Works, Works, Done];
        assert_eq!(child.0.iter().map(|line| line.0).collect::<Vec<_>>(), kinds);
        let mut broken = Recorded(Vec::new(), true);
        assert!(futures_executor::block_on(life(&mut broken)).is_err());
        assert_eq!(broken.0.len(), 4);
    }
}
