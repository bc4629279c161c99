//! Two lists of tasks whose work stands in a known ratio.

use crate::params::RunSpec;

/// The task of which both programs are made: long enough that the loop around it does
/// not count, short enough that ratios come out finely.
const UNIT_N: u32 = 20;

/// The arms: the shorter program, and the one that does so many times its work.
pub const ONE: &str = "one";
/// Where both do the same, it is the one on the other side.
pub const MORE: &str = "more";

/// The ratio that a run asks for: 1 where there is no such parameter.
pub fn ratio(spec: &RunSpec) -> f64 {
    spec.real("ratio").unwrap_or(1.0)
}

// [shown
/// The two lists: the second does `ratio` times the work of the first. Both are run by
/// the same serial program, on the same engine.
pub fn programs(ratio: f64, units: usize) -> [Vec<u32>; 2] {
    let more = (units as f64 * ratio).round() as usize;
    [vec![UNIT_N; units], vec![UNIT_N; more]]
}
// shown]

/// How many units make a sample of at least this length at this speed.
pub fn units(least_ms: f64, call_ms: f64) -> usize {
    let unit_ms = crate::fib::calls(UNIT_N) as f64 * call_ms;
    // From 1000 units on, any ratio is met to a tenth of a percent.
    ((least_ms / unit_ms.max(1e-9)).ceil() as usize).clamp(1_000, 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_program_does_the_stated_multiple_of_the_work() {
        for ratio in [1.0, 1.25, 2.0, 4.0, 7.77] {
            let [one, more] = programs(ratio, units(50.0, 1.7e-6));
            let found = more.len() as f64 / one.len() as f64;
            assert!((found / ratio - 1.0).abs() < 1e-3, "{found} for {ratio}");
        }
    }
}
