//! What a report means: where the time went, and the sentence that says why.

pub mod cpython_pool;
pub mod ideal;
pub mod limit;
pub mod lost_time;
pub mod rows;
pub mod why;
