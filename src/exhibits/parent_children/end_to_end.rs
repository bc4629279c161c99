//! A parent and its children, in real browsers.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use fib_lab::host::browser::Settings;
use fib_lab::host::server::Mishap;
use fib_lab::host::soak::share::Share;

use crate::lanes::{list, printed, swept};
use crate::visit::{Visit, plain_host, values};

pub async fn children_live_side_by_side_or_one_by_one(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, plain_host()?).await?;
    let query = "parent-children.html?children=3&n=25&poll_ms=20&seconds=6";
    let report = visit.run(query).await?;
    ensure!(report["environment"]["isolated"] == false, "this host isolates nothing");
    ensure!(report["spec"]["runtime"] == "processes");
    ensure!(values(&report) == ["75025"; 3], "{}", report["checks"]);
    let life = ["starting work", "work", "work", "work", "work", "work", "done working"];
    for child in 0..3 {
        ensure!(printed(&report, child) == life, "{:?}", printed(&report, child));
    }
    let parent = printed(&report, 3);
    ensure!(parent.iter().any(|line| line.contains("questions that 3 are done")), "{parent:?}");
    // Side by side: everyone has begun before anyone has ended.
    let kinds: Vec<_> = list(&report, "log").iter().map(|line| &line["kind"]).collect();
    let last_start = kinds.iter().rposition(|kind| *kind == "begins");
    let first_end = kinds.iter().position(|kind| *kind == "done");
    ensure!(last_start.is_some() && last_start < first_end, "{kinds:?}");
    let polls = swept(&report, "detection-delay");
    ensure!(polls.len() >= 6 && polls.contains(&20.0), "{polls:?}");
    ensure!(swept(&report, "questions-in-vain") == polls);
    ensure!(swept(&report, "notification-delay").len() == 1);

    let report = visit
        .run("parent-children.html?children=2&n=27&mode=computing&start=one-by-one&seconds=5")
        .await?;
    ensure!(values(&report) == ["196418"; 2], "{}", report["checks"]);
    let workers: Vec<_> =
        list(&report, "log").iter().filter_map(|l| l["worker"].as_u64()).collect();
    let children: Vec<_> = workers.into_iter().filter(|worker| *worker < 2).collect();
    ensure!(children.is_sorted(), "one by one means that lives do not mix: {children:?}");
    visit.browser.close().await
}

pub async fn a_child_that_dies_is_reported_and_the_others_finish(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, plain_host()?).await?;
    let query = "parent-children.html?children=3&kill=2&n=24&mode=computing&notice=notify";
    let report = visit.run(query).await?;
    ensure!(values(&report) == ["46368"; 2], "{}", report["checks"]);
    let dead = printed(&report, 1);
    ensure!(dead.last() == Some(&"is dead; the others go on"), "{dead:?}");
    ensure!(!dead.contains(&"done working"), "{dead:?}");
    for child in [0, 2] {
        ensure!(printed(&report, child).last() == Some(&"done working"));
    }
    let told = printed(&report, 3);
    ensure!(told.iter().any(|line| line.contains("told by the store that 2 are done")), "{told:?}");
    for mode in ["requests", "database"] {
        let query =
            format!("parent-children.html?children=2&n=24&mode={mode}&poll_ms=10&seconds=4");
        let report = visit.run(&query).await?;
        ensure!(values(&report) == ["46368"; 2], "{mode}: {}", report["checks"]);
    }
    visit.browser.close().await
}

/// Whoever waits for children whose requests fail hears of it in seconds, from each by name.
pub async fn children_whose_requests_begin_to_fail_are_named(settings: Settings) -> Result<()> {
    for notice in ["notify", "poll"] {
        let site = plain_host()?;
        let set = |mishaps: &[(&str, Mishap)]| {
            let mishaps = mishaps.iter().map(|(path, it)| ((*path).to_owned(), it.clone()));
            site.mishaps.lock().map(|mut list| *list = mishaps.collect()).is_ok()
        };
        // Each request takes a second, so that they are in the middle of it.
        set(&[("worker.js", Mishap::Slow(1)), ("service-worker.js", Mishap::Missing)]);
        let visit = Visit::new(settings, site.clone()).await?;
        let query = format!("?children=2&n=24&mode=requests&notice={notice}&seconds=2&run=1");
        visit.open(&format!("parent-children.html{query}")).await?;
        visit.until("document.querySelector('main .phase')?.textContent.includes('live')").await?;
        tokio::time::sleep(Duration::from_secs(3)).await;
        set(&[("worker.js", Mishap::Missing)]);
        let failing = Instant::now();
        let sentence = visit.broken().await?;
        let took = failing.elapsed();
        ensure!(took < Duration::from_secs(15), "{notice}: it took {took:?}");
        for child in [1, 2] {
            let named = format!("Child {child} did not get to its end: ");
            ensure!(sentence.contains(&named), "{notice}: {sentence}");
        }
        ensure!(sentence.contains("a request failed: 404"), "{notice}: {sentence}");
        let report = visit.browser.report().await?;
        ensure!(report["status"] == "failed", "{notice}: {}", report["status"]);
        ensure!(list(&report, "checks").is_empty(), "{notice}: {report}");
        // The next run is right.
        set(&[("service-worker.js", Mishap::Missing)]);
        let report = visit.run("parent-children.html?children=1&n=24&mode=requests&seconds=1");
        ensure!(values(&report.await?) == ["46368"]);
        visit.browser.close().await?;
    }
    Ok(())
}

/// Children that live one after another for longer than any of them is waited for.
pub async fn slow_children(settings: Settings, share: &Share) -> Result<()> {
    let site = plain_host()?;
    if let Ok(mut mishaps) = site.mishaps.lock() {
        mishaps.push(("worker.js".to_owned(), Mishap::Slow(1)));
    }
    let visit = Visit::new(settings, site).await?;
    while share.goes_on() {
        // Each sends 25 requests.
        let query = "parent-children.html?children=3&start=one-by-one&mode=requests&seconds=1&n=20";
        visit.open(&format!("{query}&run=1")).await?;
        let begun = Instant::now();
        let ended = visit.done().await;
        let long = begun.elapsed() > Duration::from_secs(61);
        let ended = ended.and_then(|report| {
            ensure!(long && values(&report) == ["6765"; 3], "{:?}: {report}", begun.elapsed());
            Ok(())
        });
        share.note(query, &ended.context("slow children"));
    }
    visit.browser.close().await
}
