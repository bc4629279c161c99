//! Runs that show what the exercises expect, and runs that show the opposite.

use fib_lab::report::{LineKind, LogLine, Report, Series, SeriesName};

use crate::{BothWays, run};

pub fn both_ways() -> Vec<BothWays> {
    let dies = |done: &[u32]| {
        let line = |worker, kind| LogLine { worker, kind, ..LogLine::default() };
        let mut log: Vec<_> = done.iter().map(|&worker| line(worker, LineKind::Done)).collect();
        log.push(line(5, LineKind::Says));
        Report { log, ..run("parent-children", &[("kill", "3")]) }
    };
    let sixteen = |mode: &str, all_ms| {
        let lives = (1..=16)
            .map(|x| Series::ms(SeriesName::ChildLife, f64::from(x), vec![2_050.0 + f64::from(x)]));
        let all = Series::ms(SeriesName::AllChildren, 16.0, vec![all_ms]);
        let series = lives.chain([all]).collect();
        Report { series, ..run("parent-children", &[("children", "16"), ("mode", mode)]) }
    };
    vec![
        [vec![dies(&[0, 1, 3, 4])], vec![dies(&[0, 1])]],
        [
            vec![sixteen("computing", 900.0), sixteen("waiting", 2_100.0)],
            vec![sixteen("computing", 900.0), sixteen("waiting", 20_000.0)],
        ],
    ]
}
