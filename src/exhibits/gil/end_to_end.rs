//! Threads under one lock, in real browsers.

use anyhow::{Result, ensure};
use fib_lab::host::browser::Settings;

use crate::lanes::{overlap, points, slack_ms, stretches};
use crate::service_worker::until_kept;
use crate::visit::{Visit, site, values};

pub async fn threads_under_one_lock_take_turns(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    let report = visit.run("gil.html?n=20&workers=3&seconds=2&interval_ms=1").await?;
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
        let report = visit.run(&query).await?;
        ensure!(values(&report) == ["6765"; 2], "{}", report["checks"]);
        ensure!(stretches(&report, "asks").is_empty(), "{lock}: somebody asked");
    }
    visit.browser.close().await
}

pub async fn threads_that_wait_outside_do_it_together(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    for load in ["waiting", "requests", "database"] {
        let query = format!("gil.html?load={load}&workers=3&seconds=3");
        let report = visit.run(&query).await?;
        ensure!(values(&report) == ["55"; 3], "{load}: {}", report["checks"]);
        let outside = stretches(&report, "outside");
        ensure!(overlap(&outside, slack_ms(&report)), "{load}: no two waits overlap");
        let holds = stretches(&report, "holds");
        ensure!(!overlap(&holds, slack_ms(&report)), "{load}: two held the lock");
    }
    visit.browser.close().await
}

pub async fn what_threads_wait_for_outside_comes_from_the_host(settings: Settings) -> Result<()> {
    // Also where a service worker keeps every file on the device.
    let site = site(false)?;
    let visit = Visit::new(settings, site.clone()).await?;
    visit.open("gil.html").await?;
    visit.browser.wait_for(&["ready"]).await?;
    until_kept(&visit.browser, &site.folder, 0).await?;
    let asked = || {
        let paths = site.asked.lock().map(|paths| paths.clone()).unwrap_or_default();
        paths.iter().filter(|path| path.ends_with("/worker.js")).count()
    };
    let before = asked();
    let report = visit.run("gil.html?load=requests&workers=2&seconds=1").await?;
    ensure!(report["spec"]["runtime"] == "threads", "{}", report["spec"]);
    // Its engines are on the device: what is asked for are the waits of its tasks.
    let requests = asked() - before;
    ensure!(requests >= 10, "only {requests} requests reached the host");
    visit.browser.close().await
}

pub async fn a_waiter_waits_for_the_switch_interval(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    let report = visit.run("gil.html?load=mixed&n=18&workers=2&seconds=5").await?;
    ensure!(report.get("speedup").is_none(), "nothing is compared with a serial program");
    let points = points(&report, "lock-wait");
    let mut intervals: Vec<f64> = points.iter().map(|point| point.0).collect();
    // What was asked for is measured first.
    ensure!(intervals.first() == Some(&5.0), "{intervals:?}");
    intervals.sort_by(f64::total_cmp);
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
