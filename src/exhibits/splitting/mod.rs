//! A task that splits itself on the workers of a run: what `fork-join` measures, and what other
//! exhibits use where one task is to keep all workers busy. Each of them brings its own run; here
//! are the programs, what engines do for them, and how a conductor asks.
//!
//! Its limit: it takes memory that all workers share.

pub mod asked;
pub mod grain;
pub mod job;
pub mod lanes;
pub mod member;
pub mod program;
pub mod queens;
pub mod sort;
pub mod team;
pub mod told;
