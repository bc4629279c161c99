//! What those who count do where a stand-in plays their workers.

use std::cell::Cell;

use super::program::Way;
use super::worker::{Add, AddOrder, Added, Count, SetUp};
use crate::runtime::payload::Payload;
use crate::runtime::program::Program;
use crate::runtime::stand_in::Conditions;

thread_local! {
    /// What has been counted since the counters were set up.
    static COUNTED: Cell<u64> = const { Cell::new(0) };
}

/// An addition takes as long as so many calls of fib, alone.
const CALLS: f64 = 1.0;
/// On a cache line that others write, so many times as long for each of them.
const SHARED: f64 = 8.0;

/// Plays a worker that counts.
pub fn played(name: &str, input: &Payload, conditions: Conditions) -> Option<(Payload, f64)> {
    if name == SetUp::CALL.name {
        COUNTED.set(0);
        return Some((Payload::of(&()).ok()?, 0.0));
    }
    if name == Count::CALL.name {
        return Some((Payload::of(&(COUNTED.get() as u32)).ok()?, 0.0));
    }
    let order: AddOrder = (name == Add::CALL.name).then(|| input.read().ok())??;
    COUNTED.set(COUNTED.get() + u64::from(order.times));
    let others = conditions.together.min(conditions.cores) - 1.0;
    let slower = if order.way == Way::OwnApart { 1.0 } else { 1.0 + SHARED * others };
    let ms = f64::from(order.times) * CALLS * conditions.call_ms * slower * conditions.crowding();
    let [start_ms, end_ms] = [0.0, ms].map(|ms| conditions.read(conditions.start_ms + ms));
    Some((Payload::of(&Added { start_ms, end_ms }).ok()?, ms))
}
