//! Runs that show what the exercises expect, and runs that show the opposite.

use fib_lab::report::{Outcome, RankWait, Report, Series, SeriesName};

use crate::{BothWays, run};

pub fn both_ways() -> Vec<BothWays> {
    let stands = |bug: &str, waits: &[(u32, i32)]| {
        let waits = waits.iter().map(|&(who, whom)| RankWait { who, whom }).collect();
        let outcome = Some(Outcome::Deadlock { waits });
        Report { outcome, ..run("message-ring", &[("bug", bug), ("workers", "3")]) }
    };
    let four = |everyone: &[(u32, i32)]| {
        vec![
            stands("lost-first", &[(1, 0), (2, 1)]),
            stands("lost-reply", &[(0, 2), (2, 1)]),
            stands("source-minus-one", &[(0, -1)]),
            stands("everyone-receives", everyone),
        ]
    };
    let messages = |beta: f64| {
        let series = [1.0, 1024.0, 65_536.0, 1_048_576.0]
            .map(|bytes| Series::ms(SeriesName::Message, bytes, vec![0.05 + beta * bytes; 12]));
        Report { series: series.into(), ..run("message-ring", &[("pattern", "ping-pong")]) }
    };
    vec![
        [four(&[(0, 2), (1, 0), (2, 1)]), four(&[(0, 2), (2, 1)])],
        [vec![messages(2e-6)], vec![messages(1e-9)]],
    ]
}
