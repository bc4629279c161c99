//! Threads that have to hold a lock: what `gil` and `c-extension` share. Each of them brings
//! its own [`work::Work`]; here is how threads do it together, and what their logs show.

pub mod audit;
pub mod compared;
pub mod fellows;
pub mod messages;
pub mod sizing;
pub mod thread;
pub mod work;
