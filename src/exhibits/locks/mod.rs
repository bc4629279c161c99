//! Threads that have to hold a lock: what `gil` and `c-extension` share. Each of them brings
//! its own [`work::Work`]; here is how threads do it together, and what their logs show.

pub mod audit;
pub mod compared;
pub mod fellows;
pub mod messages;
pub mod sizing;
#[cfg(all(test, not(target_arch = "wasm32")))]
pub mod stand_in;
pub mod thread;
pub mod work;

use super::card::Question;
use crate::measure::unit::Unit;

/// Where they do not run, and what would bring them.
pub const FALLBACK: &str = "The lock is a piece of memory that all threads share, and this \
                            browser, or this way of opening the page, shares none. What there \
                            is to see is a recorded run. A page that is isolated, in a browser that offers \
                            SharedArrayBuffer, runs the exhibit.";

/// What is asked before threads that all do the same are run.
pub const SPEED_UP: Question = Question {
    text: "How many times as fast as one thread will all of them together be?",
    unit: Unit::SpeedUp,
};
