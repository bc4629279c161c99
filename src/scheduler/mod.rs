//! Fork–join: a task that splits itself, and workers that take parts of it from each other.
//!
//! ```
//! use fib_lab::scheduler::{Context, Pool, join_with};
//!
//! fn sum(context: Context<'_>, of: &[u64]) -> u64 {
//!     if of.len() < 4 {
//!         return of.iter().sum();
//!     }
//!     let (left, right) = of.split_at(of.len() / 2);
//!     join_with(context, move |c| sum(c, left), move |c| sum(c, right), |l, r| l + r)
//! }
//!
//! let numbers: Vec<u64> = (1..=1000).collect();
//! assert_eq!(Pool::new(3).on_threads(|context| sum(context, &numbers)), 500_500);
//! ```
//!
//! A join that nobody takes part in costs two stores, three loads, two branches and two calls:
//! nothing on the heap, nothing atomic that is more than a plain load. It works by *sharing on
//! demand*: a worker keeps the other halves of its joins to itself, and offers the oldest of them
//! when somebody is hungry. `src/scheduler/README.md` goes through all of it: the frame, the one
//! word that asks two questions, the three races that need sequential consistency, what was
//! tried and is worse.
//!
//! The invariants, by which every unsafe block says why it is sound:
//!
//! 1. Frames below the mark of a worker are shared, those from the mark to the top are private,
//!    and the elders of a shared frame are shared.
//! 2. Tag and mark, like everything of a seat that is not atomic, are touched by its owner alone.
//! 3. A worker has one offer at most, which only it fills.
//! 4. A job is run once, by whoever takes it out of the offer, or by its owner while it is private.
//! 5. When a join ends, the mark is not above its frame.
//!
//! This room knows nothing of browsers, exhibits or clocks: a clock is handed in.

mod arena;
mod common;
mod context;
mod frame;
mod grain;
mod header;
mod join;
mod log;
mod pool;
mod seat;
mod sync;
#[cfg(all(test, not(loom), not(target_arch = "wasm32")))]
mod tests;
#[cfg(panic = "unwind")]
mod unwind;

pub use arena::ARENA_BYTES;
pub use common::Clock;
pub use context::Context;
pub use frame::Task;
pub use grain::{QUANTUM_US, Site, auto};
pub use join::{fork, join, join_with};
pub use log::{Doing, Log, Stretch};
pub use pool::{NoSeat, Pool};
