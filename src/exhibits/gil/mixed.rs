//! The mixed load: one thread computes, the others wake up and want the lock. Every switch
//! interval is an arm of the same blocks.

use super::INTERVALS_MS;
use super::program::{GilWork, SMALL_N};
use crate::exhibits::locks::audit::LockThreads;
use crate::exhibits::locks::compared::describe;
use crate::measure::block::Arm;
use crate::measure::point::{Quantity, points};
use crate::measure::sampling::Stopping;
use crate::measure::stats::median;
use crate::measure::unit::Unit;
use crate::report::limits::MOST_SAMPLES;
use crate::report::{Report, Series, SeriesName};
use crate::runtime::blocks::{self, Comparison};
use crate::runtime::budget::timeout_ms;
use crate::runtime::engine::Fault;
use crate::runtime::io::IoSource;
use crate::runtime::run::Run;

/// In a sample each waiter waits for the lock so often.
const ROUNDS: u32 = 2;

/// How long a thread that wakes up waits for the lock, for every switch interval.
pub async fn measure(run: &Run, threads: &mut LockThreads<'_>) -> Result<Report, Fault> {
    let n = run.spec().whole("n").max(1);
    let (busy, waiter) = (GilWork::Busy { n }, GilWork::Outside { source: IoSource::Timer });
    let asked_ms = threads.interval_ms;
    let mut intervals = vec![asked_ms];
    intervals.extend(INTERVALS_MS.into_iter().filter(|&interval_ms| interval_ms != asked_ms));
    let arms: Vec<Arm> = intervals
        .iter()
        .map(|&interval_ms| Arm::point("interval", interval_ms, Unit::Ms))
        .collect();
    let mut series: Vec<Series> = intervals
        .iter()
        .map(|&interval_ms| Series::ms(SeriesName::LockWait, interval_ms, Vec::new()))
        .collect();
    let once_ms = |interval_ms: f64| 30.0 + f64::from(threads.workers) * interval_ms;
    let sample_ms = |interval_ms: f64| f64::from(ROUNDS) * once_ms(interval_ms);
    let longest_ms = intervals.iter().copied().fold(0.0, f64::max);
    let timeout_ms = timeout_ms(sample_ms(longest_ms));
    let block_ms = intervals.iter().copied().map(sample_ms).sum::<f64>();
    let waits = (ROUNDS * threads.workers.saturating_sub(1)).max(1) as usize;
    let most = Stopping::new(run.seconds(), run.spent_ms(), block_ms).most;
    let stopping = Stopping { most: most.min(MOST_SAMPLES / waits).max(1), early: false };
    let mut shown = Vec::new();
    let sample = async |arm: &Arm| {
        let interval_ms = arm.x.unwrap_or(asked_ms);
        threads.interval_ms = interval_ms;
        let logs = threads.mixed(&busy, &waiter, ROUNDS, timeout_ms).await?;
        let own: Vec<f64> = logs.iter().skip(1).flat_map(|log| log.delays_ms.clone()).collect();
        let ms = median(&own).unwrap_or_default();
        if let Some(series) = series.iter_mut().find(|series| series.x == interval_ms) {
            series.samples.extend(own);
        }
        if interval_ms == asked_ms {
            shown = logs;
        }
        Ok(ms)
    };
    let blocks = blocks::take(run, &arms, stopping, timeout_ms, sample).await?;
    threads.interval_ms = asked_ms;
    let points = points(&arms, &blocks, Quantity::Time, stopping.least_coverage(blocks.len()));
    let empty = Comparison::without_blocks(run, threads.rig);
    let mut report = Comparison { arms, blocks, stopping, ..empty }.report();
    report.points = points;
    report.series.extend(series);
    describe(&mut report, &shown, &[n, SMALL_N], threads);
    Ok(report)
}
