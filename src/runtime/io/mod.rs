//! What a program can wait for outside itself: timers, requests, a database. All of them
//! are real, and all of them go on while the worker's own thread does something else.

#[cfg(target_arch = "wasm32")]
mod browser;
#[cfg(not(target_arch = "wasm32"))]
mod native;
mod source;

#[cfg(target_arch = "wasm32")]
pub use browser::Io;
#[cfg(not(target_arch = "wasm32"))]
pub use native::Io;
pub use source::{IoError, IoSource, TIMER_MS};
