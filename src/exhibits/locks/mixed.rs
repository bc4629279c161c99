//! The mixed load: one thread computes, the others wake up and want the lock.

use super::run::{Run, describe};
use crate::exhibits::gil;
use crate::exhibits::locks::audit::Bench;
use crate::exhibits::pool_map::run::{Ended, say};
use crate::exhibits::pool_map::sizing::patience_ms;
use crate::report::{Report, Series};
use crate::runtime::blocks::Comparison;
use crate::runtime::protocol::Program;

/// At each switch interval the lock is waited for so often.
const DELAYS: u32 = 12;

impl Run<'_> {
    /// How long a thread that wakes up waits for the lock, for every switch interval.
    pub async fn mixed(self, bench: &mut Bench<'_>) -> Result<Report, Ended> {
        let spec = &self.order.spec;
        let n = spec.whole("n").max(1);
        let asked_ms = bench.interval_ms;
        let mut intervals = gil::INTERVALS_MS.to_vec();
        if !intervals.contains(&asked_ms) {
            intervals.push(asked_ms);
            intervals.sort_by(f64::total_cmp);
        }
        let waiters = bench.workers - 1;
        let seconds = spec.whole("seconds").max(1);
        let rounds = (DELAYS.div_ceil(waiters) * seconds).div_ceil(10).max(2);
        let mut shown = Vec::new();
        let mut series = Vec::new();
        for (at, &interval_ms) in intervals.iter().enumerate() {
            bench.interval_ms = interval_ms;
            let once_ms = 30.0 + f64::from(bench.workers) * interval_ms;
            let patience_ms = patience_ms(f64::from(rounds) * once_ms);
            say("Measuring", at as u32, intervals.len() as u32, patience_ms);
            let turns = bench.mixed(n, rounds, patience_ms).await?;
            series.push(Series {
                name: gil::LATENCY.to_owned(),
                x: interval_ms,
                unit: "ms".to_owned(),
                samples: turns.iter().skip(1).flat_map(|turn| turn.delays_ms.clone()).collect(),
            });
            if interval_ms == asked_ms {
                shown = turns;
            }
        }
        bench.interval_ms = asked_ms;
        let (order, started_at, here, rig) = (self.order, self.started_at, self.here, bench.rig);
        let mut report = Comparison::without_blocks(order, started_at, here, rig).report();
        report.environment.visible = !self.hidden.get();
        report.series.extend(series);
        describe(&mut report, &shown, &Program::Bytecode { n }, bench.locks);
        for (answer, turn) in report.results.iter_mut().zip(&shown).skip(1) {
            answer.n = gil::SMALL_N;
            answer.value = turn.values.last().copied().unwrap_or_default().to_string();
        }
        Ok(report)
    }
}
