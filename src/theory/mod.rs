//! What a perfect machine could reach: schedules, bounds and laws, in exact
//! terms of work. Nothing here knows of time, threads or the page.

pub mod by_hand;
pub mod halving;
pub mod interleavings;
pub mod laws;
pub mod one_lock;
pub mod puzzles;
pub mod scaling;
pub mod schedule;
