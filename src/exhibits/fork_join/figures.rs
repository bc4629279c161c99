//! What the benchmark runs: addresses of the page, and the same programs natively.

use serde_json::json;

use super::asked::asked;
pub use super::beside::overhead as rayon_overhead;
use super::beside::{Order, RAYON};
use super::theory;
use crate::exhibits::splitting::asked::Asked;
use crate::exhibits::splitting::grain::Grain;
use crate::exhibits::splitting::member::{ALONE, GATHER, Gathering, LEAD, Lead, OTHER, SET_UP};
use crate::measure::block::{Block, Estimate, Role};
use crate::measure::stats::estimate;
use crate::report::Report;
use crate::trace::Divisible;

/// Runs on two workers, and what they are called.
pub const RUNS: [(&str, &str); 4] = [
    (
        "fib without a cut-off",
        "fork-join.html?grain=none&scheduler=both&workers=2&seconds=10&run=1",
    ),
    ("fib, automatic", "fork-join.html?workers=2&seconds=10&run=1"),
    ("merge sort, automatic", "fork-join.html?work=sort&workers=2&seconds=10&run=1"),
    ("queens, automatic", "fork-join.html?work=queens&workers=2&seconds=10&run=1"),
];

/// Words for the native engine, on one worker without a cut-off: the serial program and the
/// lab's join, and, for a smaller n, the serial program and rayon's join. Each runs once before it
/// is clocked.
pub fn native_words() -> [Vec<String>; 4] {
    let of = |size| Asked { of: Divisible::Fib, size, seed: 1 };
    let asked = |size| json!(of(size)).to_string();
    let gathering = json!(Gathering { workers: 1, clock_step_ms: 1e-3 }).to_string();
    let lead = json!(Lead { grain: Grain::None, repeats: 3 }).to_string();
    let rayon = json!(Order { n: 30, cutoff: 2, repeats: 3 }).to_string();
    let (large, small) = (asked(36), json!((of(30), 1)).to_string());
    [
        vec![SET_UP.name, &large, ALONE.name, "1", ALONE.name, "3"],
        vec![SET_UP.name, &large, GATHER.name, &gathering, LEAD.name, &lead],
        vec![OTHER.name, &small, OTHER.name, &small],
        vec![RAYON.name, &rayon, RAYON.name, &rayon],
    ]
    .map(|words| words.into_iter().map(str::to_owned).collect())
}

/// The least coverage of an interval.
const COVERAGE: f64 = 0.95;

/// What the workers got of what independent programs get in the same blocks. Where short pieces are
/// left whole that is Ts/Tp by κ; without a cut-off, where every worker pays for its joins, T1/Tp
/// by κ. No sort is asked for more than its serial last merge allows.
pub fn of_control(report: &Report) -> Option<Estimate> {
    let spec = report.spec.as_ref()?;
    let workers = spec.whole("workers");
    let base = if Grain::of(spec) == Grain::None { Role::OneWorker } else { Role::Serial };
    let (Asked { of, size, .. }, _) = asked(spec, 0);
    let most = match of {
        Divisible::Sort => theory::best(of, size, f64::from(workers)),
        _ => f64::INFINITY,
    };
    let share = |block: &Block| {
        let speedup = block.ms_of(base.id())? / block.ms_of(Role::Parallel.id())?;
        Some(speedup / block.kappa(workers)?.min(most))
    };
    let shares: Vec<f64> = report.blocks.iter().filter_map(share).collect();
    estimate(&shares, COVERAGE)
}
