//! The same counting by threads of the operating system: what `cargo lab bench` compares the
//! browser with.

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::entrant::elapsed_ms;
use super::program::Way;
use super::worker::{AddOrder, Added, CountError, add, set_up};
use crate::runtime::program::{Call, Here, Program};

/// Who counts how far, and how.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NativeOrder {
    /// How they count.
    pub way: Way,
    /// How many threads count.
    pub workers: u32,
    /// How many times each of them adds 1.
    pub times: u32,
}

/// Counts with so many threads, and ends with the time from the first start to the last end,
/// in milliseconds.
pub struct Natively;

impl Program for Natively {
    type Input = NativeOrder;
    type Output = f64;
    type Error = CountError;
    const CALL: Call<NativeOrder, f64> = Call::named("counter-natively");

    async fn run(order: NativeOrder, _: Rc<Here>) -> Result<f64, CountError> {
        let NativeOrder { way, workers, times } = order;
        set_up(workers);
        let added: Result<Vec<Added>, CountError> = std::thread::scope(|scope| {
            let start = |me| scope.spawn(move || add(&AddOrder { me, way, times }));
            let threads: Vec<_> = (0..workers).map(start).collect();
            let ended = threads.into_iter().map(|thread| match thread.join() {
                Ok(added) => added,
                Err(_) => Err(CountError::Died),
            });
            ended.collect()
        });
        Ok(elapsed_ms(&added?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_of_the_system_count_within_what_is_possible() {
        for way in Way::ALL {
            let order = NativeOrder { way, workers: 2, times: 100_000 };
            let here = Rc::new(Here::new(|_| {}));
            let ms = futures_executor::block_on(Natively::run(order, here)).unwrap();
            assert!(ms > 0.0, "{way:?}: {ms}");
            let here = Rc::new(Here::new(|_| {}));
            let count = super::super::worker::Count::run(way, here);
            let (low, high) = way.bounds(2, 100_000);
            let count = futures_executor::block_on(count).unwrap();
            assert!((low..=high).contains(&count), "{way:?}: {count}");
        }
    }
}
