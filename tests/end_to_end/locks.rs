//! Threads that have to hold a lock: what their reports say, and what the page says where
//! there can be none.

use anyhow::{Context, Result, ensure};
use fib_lab::host::browser::Settings;
use serde_json::Value;

use super::visit::{Visit, site, values};

/// A stretch of a lane: worker, start and end in milliseconds.
type Stretch = (u64, f64, f64);

/// The stretches of a report's trace with this detail, in order of their start.
fn stretches(report: &Value, detail: &str) -> Vec<Stretch> {
    let events = report["trace"].as_array().map(Vec::as_slice).unwrap_or_default();
    let own = events.iter().filter(|event| event["detail"] == detail);
    let mut stretches: Vec<Stretch> = own
        .filter_map(|event| {
            let (start, end) = (event["start_ms"].as_f64()?, event["end_ms"].as_f64()?);
            Some((event["worker"].as_u64()?, start, end))
        })
        .collect();
    stretches.sort_by(|a, b| a.1.total_cmp(&b.1));
    stretches
}

/// Whether two workers do the same thing at the same time, by more than clocks may err.
fn overlap(stretches: &[Stretch], slack_ms: f64) -> bool {
    stretches.iter().any(|a| {
        stretches.iter().any(|b| a.0 != b.0 && a.1 + slack_ms < b.2 && b.1 + slack_ms < a.2)
    })
}

/// How far the clocks of the lanes may be apart, in milliseconds.
fn slack_ms(report: &Value) -> f64 {
    2.0 * report["environment"]["clock_alignment_us"].as_f64().unwrap_or(0.0) / 1e3 + 0.05
}

/// The samples of the series with this name, by what was swept.
fn points(report: &Value, name: &str) -> Vec<(f64, Vec<f64>)> {
    let series = report["series"].as_array().map(Vec::as_slice).unwrap_or_default();
    let own = series.iter().filter(|series| series["name"] == name);
    own.filter_map(|series| {
        let samples = series["samples"].as_array()?.iter().filter_map(Value::as_f64).collect();
        Some((series["x"].as_f64()?, samples))
    })
    .collect()
}

async fn run(visit: &Visit, query: &str) -> Result<Value> {
    visit.open(&format!("{query}&run=1")).await?;
    visit.done().await.with_context(|| query.to_owned())
}

pub async fn threads_under_one_lock_take_turns(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    let report = run(&visit, "gil.html?n=20&workers=3&seconds=2&interval_ms=1").await?;
    ensure!(values(&report) == ["6765"; 3], "{}", report["checks"]);
    ensure!(report["spec"]["runtime"] == "threads");
    let holds = stretches(&report, "holds");
    ensure!(holds.len() >= 3, "{holds:?}");
    ensure!(!overlap(&holds, slack_ms(&report)), "two held the lock: {holds:?}");
    ensure!(!stretches(&report, "asks").is_empty(), "nobody asked for the lock");
    let taken = points(&report, "lock-taken");
    ensure!(taken.first().is_some_and(|(_, times)| times[0] > 3.0), "{taken:?}");
    ensure!(report["speedup"]["low"].as_f64().is_some_and(|low| low > 0.0));

    // Without the lock nobody waits for one.
    for lock in ["free-threaded", "per-interpreter"] {
        let query = format!("gil.html?n=20&workers=2&seconds=2&lock={lock}");
        let report = run(&visit, &query).await?;
        ensure!(values(&report) == ["6765"; 2], "{}", report["checks"]);
        ensure!(stretches(&report, "asks").is_empty(), "{lock}: somebody asked");
    }
    visit.browser.close().await
}

pub async fn threads_that_wait_outside_do_it_together(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    for load in ["waiting", "requests", "database"] {
        let query = format!("gil.html?load={load}&workers=3&seconds=3");
        let report = run(&visit, &query).await?;
        ensure!(values(&report) == ["55"; 3], "{load}: {}", report["checks"]);
        let outside = stretches(&report, "outside");
        ensure!(overlap(&outside, slack_ms(&report)), "{load}: no two waits overlap");
        let holds = stretches(&report, "holds");
        ensure!(!overlap(&holds, slack_ms(&report)), "{load}: two held the lock");
    }
    visit.browser.close().await
}

pub async fn a_waiter_waits_for_the_switch_interval(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    let report = run(&visit, "gil.html?load=mixed&n=18&workers=2&seconds=5").await?;
    ensure!(report.get("speedup").is_none(), "nothing is compared with a serial program");
    let points = points(&report, "lock-wait");
    let intervals: Vec<f64> = points.iter().map(|point| point.0).collect();
    ensure!(intervals == [0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0], "{intervals:?}");
    for (interval_ms, waits) in points {
        ensure!(waits.len() >= 6, "{} waits at {interval_ms} ms", waits.len());
        // The last one may find the lock free: the thread that computes was just ending.
        let least = waits.iter().copied().fold(f64::INFINITY, f64::min);
        ensure!(least >= 0.9 * interval_ms, "{least} ms at an interval of {interval_ms} ms");
    }
    let sentence = visit.text("[data-exhibit=gil] .headline").await?;
    ensure!(sentence.contains("wait for the lock"), "{sentence}");

    visit.open("gil.html?load=mixed&workers=1&run=1").await?;
    let sentence = visit.broken().await?;
    ensure!(sentence.contains("2 workers or more"), "{sentence}");
    visit.browser.close().await
}

pub async fn native_work_without_the_lock_overlaps(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    let report = run(&visit, "c-extension.html?n=29&workers=2&seconds=3").await?;
    ensure!(values(&report) == ["514229"; 2], "{}", report["checks"]);
    let blocks = report["blocks"].as_array().context("no blocks")?;
    let points = report["points"].as_array().context("no points")?;
    let shares: Vec<f64> = points.iter().filter_map(|point| point["x"].as_f64()).collect();
    ensure!(shares == [0.0, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0], "{shares:?}");
    for point in points {
        ensure!(point["quantity"] == "speed-up" && point["blocks"] == blocks.len(), "{point}");
        // Every point is an arm of every block.
        let arm = point["arm"].as_str().context("a point of no arm")?;
        ensure!(blocks.iter().all(|block| block["ms"][arm].as_f64().is_some()), "{arm}");
    }
    ensure!(!stretches(&report, "free").is_empty());
    let holds = stretches(&report, "holds");
    ensure!(!overlap(&holds, slack_ms(&report)), "two held the lock: {holds:?}");
    visit.until("document.querySelector('[data-exhibit=c-extension] .sweep .curve')").await?;

    let report = run(&visit, "c-extension.html?n=29&workers=2&seconds=2&release=no").await?;
    ensure!(values(&report) == ["514229"; 2], "{}", report["checks"]);
    ensure!(stretches(&report, "free").is_empty(), "it was released");
    visit.browser.close().await
}

pub async fn a_lock_needs_threads_and_says_so(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    for exhibit in ["gil", "c-extension"] {
        visit.open(&format!("{exhibit}.html?runtime=processes&run=1")).await?;
        let sentence = visit.broken().await?;
        ensure!(sentence.contains("this exhibit needs threads"), "{sentence}");
    }
    visit.short_run().await?;
    visit.browser.close().await
}

pub async fn without_shared_memory_the_recorded_run_shows(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    for exhibit in ["gil", "c-extension"] {
        visit.open(&format!("{exhibit}.html")).await?;
        visit.browser.wait_for(&["ready"]).await?;
        let figure = format!("[data-exhibit={exhibit}]");
        let missing = visit.text(&format!("{figure} .fallback")).await?;
        ensure!(missing.contains("SharedArrayBuffer"), "{missing}");
        let origin = visit.recorded(&figure).await?;
        ensure!(origin.contains("A recorded run, not yours"), "{origin}");
    }
    visit.open("gil.html?run=1").await?;
    let sentence = visit.broken().await?;
    ensure!(sentence.contains("memory that all threads share"), "{sentence}");
    visit.browser.close().await
}
