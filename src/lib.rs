//! Fib Lab: parallel programs that run on the visitor's own cores.
//!
//! The README's table of rooms says what each module holds and what it must not
//! know. Everything outside `page`, `host` and most of `runtime` is plain Rust that also
//! builds and tests natively.

pub mod analysis;
pub mod exhibits;
pub mod fib;
pub mod interpreter;
pub mod measure;
pub mod notebook;
pub mod params;
pub mod picture;
pub mod report;
#[cfg(target_arch = "wasm32")]
pub mod roles;
pub mod runtime;
pub mod scheduler;
pub mod sort;
pub mod theory;
pub mod trace;

#[cfg(all(target_arch = "wasm32", feature = "page"))]
pub mod page;

#[cfg(all(not(target_arch = "wasm32"), feature = "host"))]
pub mod host;
