//! Ranks that share nothing and pass messages: their programs, how they are run, and what they
//! came to. What is measured of them is each exhibit's own.

pub mod deadlock;
#[cfg(target_arch = "wasm32")]
pub mod mailbox;
pub mod messages;
pub mod play;
pub mod played;
pub mod program;
#[cfg(target_arch = "wasm32")]
pub mod rank;
#[cfg(all(test, not(target_arch = "wasm32")))]
pub mod stand_in;
