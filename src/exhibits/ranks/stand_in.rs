//! What ranks that scatter and gather do where a stand-in plays their workers.

use super::messages::{Pattern, RANK, RankLog, RankOrder};
use crate::fib;
use crate::runtime::payload::Payload;
use crate::runtime::stand_in::Conditions;
use crate::trace::sample::TaskSpan;

/// A list on its way, and its answers.
const MESSAGE_MS: f64 = 0.05;

/// Plays a rank that computes its list. Rank 0 is done when the longest of the lists is.
pub fn played(name: &str, input: &Payload, conditions: Conditions) -> Option<(Payload, f64)> {
    let order: RankOrder = (name == RANK.name).then(|| input.read().ok())??;
    let Pattern::ScatterGather { lists } = order.pattern else { return None };
    let call_ms = conditions.call_ms * conditions.crowding();
    let ms = |list: &[u32]| list.iter().map(|&n| fib::calls(n) as f64 * call_ms).sum::<f64>();
    let own = lists.get(order.me as usize).map(Vec::as_slice).unwrap_or_default();
    let longest_ms = lists.iter().map(|list| ms(list)).fold(0.0, f64::max);
    let took_ms = match order.me {
        0 => longest_ms + MESSAGE_MS * lists.len().saturating_sub(1) as f64,
        _ => ms(own),
    };
    let [start_ms, end_ms] = [0.0, took_ms].map(|ms| conditions.read(conditions.start_ms + ms));
    let span = |&n: &u32| TaskSpan { task: n, value: fib::iterative(n), start_ms, end_ms };
    let spans = own.iter().map(span).collect();
    let log = RankLog { start_ms, end_ms, spans, ..RankLog::default() };
    Some((Payload::of(&log).ok()?, took_ms))
}
