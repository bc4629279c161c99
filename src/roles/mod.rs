//! The two roles that a worker can have: the conductor of a run, and an engine.

pub mod conductor;
pub mod engine;
