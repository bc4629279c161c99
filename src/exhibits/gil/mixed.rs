//! The mixed load: one thread computes, the others wake up and want the lock.

use super::INTERVALS_MS;
use super::program::{GilWork, SMALL_N};
use crate::exhibits::locks::audit::LockThreads;
use crate::exhibits::locks::compared::describe;
use crate::report::{Report, Series, SeriesName};
use crate::runtime::blocks::Comparison;
use crate::runtime::budget::timeout_ms;
use crate::runtime::engine::Fault;
use crate::runtime::io::IoSource;
use crate::runtime::progress::Listener;
use crate::runtime::run::Run;

/// At each switch interval the lock is waited for so often.
const DELAYS: u32 = 12;

/// How long a thread that wakes up waits for the lock, for every switch interval.
pub async fn measure(run: &Run, threads: &mut LockThreads<'_>) -> Result<Report, Fault> {
    let n = run.spec().whole("n").max(1);
    let (busy, waiter) = (GilWork::Busy { n }, GilWork::Outside { source: IoSource::Timer });
    let asked_ms = threads.interval_ms;
    // What was asked for comes first: there may be no time for the others.
    let mut intervals = vec![asked_ms];
    intervals.extend(INTERVALS_MS.into_iter().filter(|&interval_ms| interval_ms != asked_ms));
    let waiters = threads.workers - 1;
    let rounds = (DELAYS.div_ceil(waiters) * run.seconds()).div_ceil(10).max(2);
    let mut shown = Vec::new();
    let mut series = Vec::new();
    for (at, &interval_ms) in intervals.iter().enumerate() {
        if run.ends_before(at, "all switch intervals were measured") {
            break;
        }
        threads.interval_ms = interval_ms;
        let once_ms = 30.0 + f64::from(threads.workers) * interval_ms;
        let timeout_ms = timeout_ms(f64::from(rounds) * once_ms);
        run.say("Measuring", at as u32, intervals.len() as u32, timeout_ms);
        let logs = threads.mixed(&busy, &waiter, rounds, timeout_ms).await?;
        let waits = logs.iter().skip(1).flat_map(|log| log.delays_ms.clone()).collect();
        series.push(Series::ms(SeriesName::LockWait, interval_ms, waits));
        if interval_ms == asked_ms {
            shown = logs;
        }
    }
    threads.interval_ms = asked_ms;
    let mut report = Comparison::without_blocks(run, threads.rig).report();
    report.series.extend(series);
    describe(&mut report, &shown, &[n, SMALL_N], threads);
    Ok(report)
}
