//! A stand-in for the workers of a browser, so that rigs, teams, blocks and whole runs are
//! tested natively: its time is virtual, and its engines can be slow, silent, wrong or dead.
//!
//! Whoever waits for an engine lets the time pass that its work takes, on as many cores as the
//! device has; the clock that everything reads is [`crate::measure::clock::stand_in`]'s.

mod answers;
mod device;
mod link;

pub use self::device::{Conditions, Mood, Played, SOUND, StandIn};
