//! The same counting by threads of the operating system: what `cargo lab bench` compares the
//! browser with.

use std::rc::Rc;
use std::sync::Barrier;

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
    /// How many times each of them adds 1 in a sample.
    pub times: u32,
    /// How many samples the same threads take: the system gives threads that are new no cores of
    /// their own for a while, and a browser's workers are not new either.
    pub samples: u32,
}

/// Counts with so many threads, and ends with the time from the first start to the last end of
/// each sample, in milliseconds.
pub struct Natively;

impl Program for Natively {
    type Input = NativeOrder;
    type Output = Vec<f64>;
    type Error = CountError;
    const CALL: Call<NativeOrder, Vec<f64>> = Call::named("counter-natively");

    async fn run(order: NativeOrder, _: Rc<Here>) -> Result<Vec<f64>, CountError> {
        let NativeOrder { way, workers, times, samples } = order;
        // All threads, and the one that sets up the counters.
        let turn = Barrier::new(workers as usize + 1);
        let count = |me| -> Result<Vec<Added>, CountError> {
            let sample = |_| {
                turn.wait();
                let added = add(&AddOrder { me, way, times });
                turn.wait();
                added
            };
            // Every turn is taken, also after a failure: the others wait for it.
            let all: Vec<_> = (0..samples).map(sample).collect();
            all.into_iter().collect()
        };
        let count = &count;
        let lanes: Result<Vec<Vec<Added>>, CountError> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..workers).map(|me| scope.spawn(move || count(me))).collect();
            for _ in 0..samples {
                set_up(workers);
                turn.wait();
                turn.wait();
            }
            let ended = threads.into_iter().map(|thread| thread.join());
            ended.map(|lane| lane.unwrap_or(Err(CountError::Died))).collect()
        });
        let lanes = lanes?;
        let sample = |at: usize| -> Vec<Added> {
            lanes.iter().filter_map(|lane| lane.get(at).cloned()).collect()
        };
        Ok((0..samples as usize).map(|at| elapsed_ms(&sample(at))).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_of_the_system_count_within_what_is_possible() {
        for way in Way::ALL {
            let order = NativeOrder { way, workers: 2, times: 100_000, samples: 3 };
            let here = Rc::new(Here::new(|_| {}));
            let all_ms = futures_executor::block_on(Natively::run(order, here)).unwrap();
            assert!(all_ms.len() == 3 && all_ms.iter().all(|ms| *ms > 0.0), "{way:?}: {all_ms:?}");
            let here = Rc::new(Here::new(|_| {}));
            let count = super::super::worker::Count::run(way, here);
            let (low, high) = way.bounds(2, 100_000);
            let count = futures_executor::block_on(count).unwrap();
            assert!((low..=high).contains(&count), "{way:?}: {count}");
        }
    }
}
