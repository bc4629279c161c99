//! What carries programs in a browser: workers, the engines in them, teams of engines, and
//! runs, whatever they measure. It knows no exhibit: programs are asked for by name.
//!
//! What touches the browser is [`worker`](self), `loader`, `message`, `executor` and
//! `pool_clocks`; everything else is plain Rust and is tested natively, with a stand-in for
//! the workers. `src/runtime/README.md` says how a run is carried.

pub mod blocks;
pub mod budget;
pub mod capabilities;
pub mod engine;
pub mod environment;
pub mod fault;
pub mod io;
pub mod kernel;
mod merge;
pub mod misread;
pub mod patience;
pub mod payload;
pub mod pool;
pub mod ports;
pub mod program;
pub mod progress;
pub mod protocol;
pub mod rig;
pub mod run;
#[cfg(all(test, not(target_arch = "wasm32")))]
pub mod stand_in;
pub mod starts;
pub mod team;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
pub mod timer;
pub mod wrong_answers;

#[cfg(target_arch = "wasm32")]
pub mod executor;
#[cfg(target_arch = "wasm32")]
pub mod loader;
#[cfg(target_arch = "wasm32")]
pub mod message;
#[cfg(all(target_arch = "wasm32", feature = "threads"))]
pub mod pool_clocks;
#[cfg(target_arch = "wasm32")]
pub mod turn;
#[cfg(target_arch = "wasm32")]
pub mod worker;
