//! What threads that have to hold a lock do where a stand-in plays their workers.

use super::messages::{SET_UP, ThreadOrder};
use super::work::Work;
use crate::fib;
use crate::interpreter::log::ThreadLog;
use crate::runtime::payload::Payload;
use crate::runtime::stand_in::Conditions;

/// How long one round of a thread's work takes: what is done while nobody else can do it, and
/// the rest.
pub struct Round {
    /// Under the lock, where there is one.
    pub held_ms: f64,
    /// Without it.
    pub free_ms: f64,
    /// Without it, and without a core.
    pub outside_ms: f64,
}

/// Plays a thread that does this work.
pub fn play<W: Work>(
    (name, input): (&str, &Payload),
    conditions: Conditions,
    round: impl Fn(&W, f64) -> Round,
) -> Option<(Payload, f64)> {
    if name == SET_UP.name {
        return Some((Payload::of(&()).ok()?, 0.0));
    }
    let order: ThreadOrder<W> = (name == W::CALL.name).then(|| input.read().ok())??;
    let Round { held_ms, free_ms, outside_ms } = round(&order.work, conditions.call_ms);
    let together = if order.together { conditions.together } else { 1.0 };
    let round_ms = held_ms * together + free_ms * conditions.crowding() + outside_ms;
    let ms = round_ms * f64::from(order.rounds);
    let Conditions { start_ms, .. } = conditions;
    let log = ThreadLog {
        start_ms: conditions.read(start_ms),
        end_ms: conditions.read(start_ms + ms),
        values: order.work.arguments().into_iter().map(fib::iterative).collect(),
        alone: true,
        ..ThreadLog::default()
    };
    Some((Payload::of(&log).ok()?, ms))
}
