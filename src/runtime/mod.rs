//! What carries programs in a browser: workers, the engines in them, and the
//! conductor that owns a run. [`fit`], [`ladder`] and [`standstill`] are plain Rust; the
//! rest needs a browser. `src/runtime/README.md` says how a run is carried.

pub mod fit;
pub mod ladder;
pub mod standstill;

#[cfg(target_arch = "wasm32")]
pub mod algorithms;
#[cfg(all(target_arch = "wasm32", feature = "threads"))]
pub mod align;
#[cfg(target_arch = "wasm32")]
pub mod bench;
#[cfg(target_arch = "wasm32")]
pub mod blocks;
#[cfg(target_arch = "wasm32")]
pub mod child;
#[cfg(target_arch = "wasm32")]
pub mod conductor;
#[cfg(target_arch = "wasm32")]
pub mod crew;
#[cfg(target_arch = "wasm32")]
pub mod drive;
#[cfg(target_arch = "wasm32")]
pub mod engine;
#[cfg(target_arch = "wasm32")]
pub mod engines;
#[cfg(target_arch = "wasm32")]
pub mod family;
#[cfg(target_arch = "wasm32")]
pub mod locked;
#[cfg(target_arch = "wasm32")]
pub mod message;
#[cfg(target_arch = "wasm32")]
pub mod outside;
#[cfg(target_arch = "wasm32")]
pub mod ports;
#[cfg(target_arch = "wasm32")]
pub mod rank;
#[cfg(target_arch = "wasm32")]
pub mod ranks;
#[cfg(target_arch = "wasm32")]
pub mod rounds;
#[cfg(target_arch = "wasm32")]
pub mod run;
#[cfg(target_arch = "wasm32")]
pub mod store;
#[cfg(target_arch = "wasm32")]
pub mod team;
#[cfg(target_arch = "wasm32")]
pub mod turn;
#[cfg(target_arch = "wasm32")]
pub mod worker;
