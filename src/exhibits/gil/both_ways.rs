//! Runs that show what the exercises expect, and runs that show the opposite.

use fib_lab::report::{Report, Series, SeriesName};

use crate::{BothWays, fast, run};

pub fn both_ways() -> Vec<BothWays> {
    let load =
        |load: &str, low, high| fast(run("gil", &[("load", load), ("workers", "8")]), low, high);
    let mixed = |at_1_ms: f64| {
        let series = [(0.5, 0.8), (1.0, at_1_ms), (5.0, 5.4)]
            .map(|(x, ms)| Series::ms(SeriesName::LockWait, x, vec![ms * at_1_ms / 1.2; 30]));
        Report { series: series.into(), ..run("gil", &[("load", "mixed")]) }
    };
    vec![
        [
            vec![load("cpu", 0.97, 1.01), load("waiting", 7.2, 7.8)],
            vec![load("cpu", 1.2, 1.3), load("waiting", 0.98, 1.02)],
        ],
        [vec![mixed(1.2)], vec![mixed(9.0)]],
    ]
}
