//! A worker's part in counting together, as programs of its engine.
//!
//! The counters are an ordinary static: in the threaded engine all workers have one memory,
//! and so one set of statics. The conductor has them made anew before each sample, and reads
//! them after all workers have answered.

use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Barrier, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::program::{Counters, Way};
use crate::measure::clock::now_ms;
use crate::runtime::program::{Call, Here, Program};

/// Whoever waits for the last to arrive looks so many times before it begins without it: with
/// more workers than cores the last may not be running at all.
const MOST_LOOKS: u32 = 20_000;

/// What the workers of a sample share.
struct Shared {
    counters: Counters,
    workers: u32,
    start: Barrier,
    /// How many have left the barrier.
    awake: AtomicU32,
}

static SHARED: Mutex<Option<Arc<Shared>>> = Mutex::new(None);

/// Why a worker could not do its part.
#[derive(Debug, thiserror::Error)]
pub enum CountError {
    /// Nothing was set up for it.
    #[error("nobody has set up the counters")]
    NotSetUp,
    /// It was set up for fewer workers.
    #[error("there is no worker {0}")]
    NoSuchWorker(u32),
    /// A thread of the system did not come to its end.
    #[cfg(not(target_arch = "wasm32"))]
    #[error("a thread died")]
    Died,
}

fn shared() -> Result<Arc<Shared>, CountError> {
    SHARED.lock().unwrap_or_else(PoisonError::into_inner).clone().ok_or(CountError::NotSetUp)
}

/// Makes the counters for so many workers.
pub struct SetUp;

impl Program for SetUp {
    type Input = u32;
    type Output = ();
    type Error = CountError;
    const CALL: Call<u32, ()> = Call::named("counter-set-up");

    async fn run(workers: u32, _: Rc<Here>) -> Result<(), CountError> {
        set_up(workers);
        Ok(())
    }
}

/// Makes the counters for so many workers, in place of those that were there.
pub fn set_up(workers: u32) {
    let shared = Shared {
        counters: Counters::default(),
        workers,
        start: Barrier::new(workers as usize),
        awake: AtomicU32::new(0),
    };
    *SHARED.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(shared));
}

/// What one worker has to do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AddOrder {
    /// Its number, from 0.
    pub me: u32,
    /// How it counts.
    pub way: Way,
    /// How many times it adds 1.
    pub times: u32,
}

/// When it did so, on the clock of its worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Added {
    /// When all workers were there.
    pub start_ms: f64,
    /// When it was done.
    pub end_ms: f64,
}

/// Adds, together with all others that the counters were set up for.
pub struct Add;

impl Program for Add {
    type Input = AddOrder;
    type Output = Added;
    type Error = CountError;
    const CALL: Call<AddOrder, Added> = Call::named("counter-add");

    async fn run(order: AddOrder, _: Rc<Here>) -> Result<Added, CountError> {
        add(&order)
    }
}

/// Adds, once all workers are there.
///
/// # Errors
///
/// If no counters were set up, or for fewer workers.
pub fn add(&AddOrder { me, way, times }: &AddOrder) -> Result<Added, CountError> {
    let shared = shared()?;
    if me >= shared.workers {
        return Err(CountError::NoSuchWorker(me));
    }
    shared.begin();
    let start_ms = now_ms();
    shared.counters.add(way, me, times);
    Ok(Added { start_ms, end_ms: now_ms() })
}

impl Shared {
    /// Waits until all workers are here, and then until all of them are awake: waking one up
    /// takes as long as thousands of additions, and nobody is to be done before others begin.
    fn begin(&self) {
        self.start.wait();
        self.awake.fetch_add(1, Ordering::Relaxed);
        for _ in 0..MOST_LOOKS {
            if self.awake.load(Ordering::Relaxed) >= self.workers {
                break;
            }
            std::hint::spin_loop();
        }
    }
}

/// What was counted in this way, once all workers have answered.
pub struct Count;

impl Program for Count {
    type Input = Way;
    type Output = u32;
    type Error = CountError;
    const CALL: Call<Way, u32> = Call::named("counter-count");

    async fn run(way: Way, _: Rc<Here>) -> Result<u32, CountError> {
        Ok(shared()?.counters.count(way))
    }
}
