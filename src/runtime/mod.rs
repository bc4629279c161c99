//! What carries programs in a browser: workers, the engines in them, teams of engines.
//! [`capabilities`] and [`protocol`] are plain Rust; the rest needs a browser.
//! `src/runtime/README.md` says how a run is carried.

pub mod capabilities;
pub mod protocol;

#[cfg(target_arch = "wasm32")]
pub mod blocks;
#[cfg(target_arch = "wasm32")]
pub mod executor;
#[cfg(target_arch = "wasm32")]
pub mod io;
#[cfg(target_arch = "wasm32")]
pub mod loader;
#[cfg(target_arch = "wasm32")]
pub mod message;
#[cfg(all(target_arch = "wasm32", feature = "threads"))]
pub mod pool_clocks;
#[cfg(target_arch = "wasm32")]
pub mod rig;
#[cfg(target_arch = "wasm32")]
pub mod team;
#[cfg(target_arch = "wasm32")]
pub mod worker;
