//! Workers that count together, and the visitor as their scheduler, in real browsers.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use fib_lab::host::browser::Settings;
use serde_json::Value;
use thirtyfour::By;

use crate::lanes::list;
use crate::visit::{Visit, number, site};

/// The ways to count, and whether each is exact.
const WAYS: [(&str, bool); 5] = [
    ("unprotected", false),
    ("atomic", true),
    ("lock", true),
    ("own-shared-line", true),
    ("own-apart", true),
];

/// What every sample of an arm counted, and all there was to count.
fn counted(report: &Value, arm: &str) -> Result<(Vec<f64>, f64)> {
    let own = list(report, "counts").iter().find(|counted| counted["arm"] == arm);
    let own = own.with_context(|| format!("nothing was counted by {arm}: {}", report["counts"]))?;
    let samples: Vec<f64> = list(own, "samples").iter().filter_map(Value::as_f64).collect();
    ensure!(samples.len() == list(report, "blocks").len(), "{arm}: {samples:?}");
    Ok((samples, number(&own["high"])?))
}

/// Whether all of this report's counts are possible, and those that are protected exact.
fn counts_are_possible(report: &Value, ways: &[(&str, bool)], workers: f64) -> Result<()> {
    for (way, exact) in ways {
        // One worker who does all has nobody to lose counts to.
        for (arm, exact) in [(format!("{way}-one-worker"), true), ((*way).to_owned(), *exact)] {
            let (samples, all) = counted(report, &arm)?;
            ensure!(all % (workers * 1000.0) == 0.0, "{arm} counts to {all}");
            let least = if exact { all } else { 2.0 };
            ensure!(
                samples.iter().all(|count| (least..=all).contains(count)),
                "{arm}: {samples:?}"
            );
        }
        let check = list(report, "checks").iter().find(|check| check["arm"] == **way);
        let check = check.with_context(|| format!("{way} is not checked"))?;
        ensure!(check["what"] == "count" && check["right"] == true, "{check}");
        let is_range = check["want"]["low"] == 2.0;
        ensure!(is_range != *exact, "{check}");
    }
    ensure!(report["status"] == "complete", "{}", report["status"]);
    Ok(())
}

/// The points of a quantity, by arm.
fn point<'r>(report: &'r Value, quantity: &str, arm: &str) -> Result<&'r Value> {
    let own = list(report, "points").iter();
    let mut own = own.filter(|point| point["quantity"] == quantity && point["arm"] == arm);
    own.next().with_context(|| format!("{arm} has no {quantity}"))
}

pub async fn all_ways_count_within_what_is_possible(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    let report = visit.run("shared-counter.html?workers=2&increments=1000&seconds=4").await?;
    counts_are_possible(&report, &WAYS, 2.0)?;
    for (way, _) in WAYS {
        let one = point(&report, "per-increment", &format!("{way}-one-worker"))?;
        let all = point(&report, "per-increment", way)?;
        ensure!(number(&one["low"])? > 0.0 && number(&all["low"])? > 0.0, "{one} {all}");
        ensure!(one["unit"] == "ns" && one["blocks"] == all["blocks"], "{one} {all}");
        // No core loads and stores in less; a compiler that had merged the additions would.
        ensure!(number(&one["median"])? > 0.1, "{way} is folded: {one}");
        // They are arms of the same blocks.
        let blocks = list(&report, "blocks");
        ensure!(blocks.iter().all(|block| block["ms"][way].as_f64().is_some()), "{way}");
        point(&report, "speed-up", way)?;
    }
    let lost = point(&report, "lost-share", "unprotected")?;
    ensure!((0.0..1.0).contains(&number(&lost["median"])?), "{lost}");
    let headline = visit.text("[data-exhibit=shared-counter] .headline").await?;
    ensure!(headline.contains("of all additions were lost"), "{headline}");
    let picture = visit.content("[data-exhibit=shared-counter] .chart.ways").await?;
    ensure!(picture.contains("own counters, one cache line"), "{picture}");

    // One way by itself is compared with one worker who does all of it.
    let report =
        visit.run("shared-counter.html?way=atomic&workers=3&increments=5000&seconds=2").await?;
    counts_are_possible(&report, &WAYS[1..2], 3.0)?;
    ensure!(number(&report["speedup"]["median"])? > 0.0, "{}", report["speedup"]);

    // More workers than cores take turns, and the barrier lets all of them through.
    let report = visit
        .run("shared-counter.html?way=unprotected&workers=9&increments=1000&seconds=2")
        .await?;
    counts_are_possible(&report, &WAYS[..1], 9.0)?;
    visit.browser.close().await
}

pub async fn workers_with_a_core_each_lose_counts(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    let begun = Instant::now();
    loop {
        let report = visit.run("shared-counter.html?way=unprotected&workers=2&seconds=3").await?;
        counts_are_possible(&report, &WAYS[..1], 2.0)?;
        let (samples, all) = counted(&report, "unprotected")?;
        if samples.iter().any(|count| *count < all) {
            break;
        }
        // Workers that never run at the same time may lose nothing for as long as they like.
        let kappa = number(&report["core_equivalents"]["median"])?;
        if begun.elapsed() > Duration::from_secs(30) {
            ensure!(kappa < 1.5, "nothing was lost in 30 s on {kappa} cores' worth: {samples:?}");
            break;
        }
    }
    visit.browser.close().await
}

pub async fn the_visitor_is_the_scheduler(settings: Settings) -> Result<()> {
    let shared = settings.shared_memory;
    let visit = Visit::new(settings, site(true)?).await?;
    visit.open("shared-counter.html").await?;
    visit.browser.wait_for(&["ready"]).await?;
    if !shared {
        let missing = visit.text(".fallback").await?;
        ensure!(missing.contains("be the scheduler yourself"), "{missing}");
    }
    visit.script("document.querySelector('.stepper').scrollIntoView()").await?;
    visit.until("document.querySelector('.stepper .state table')").await?;
    let table = visit.content(".stepper .state").await?;
    ensure!(table.contains("of 924 interleavings") && table.contains("702"), "{table}");

    // Two workers, three additions each.
    let choose = "const choice = document.getElementById('stepper-additions'); choice.value = 3;
        choice.dispatchEvent(new Event('change', { bubbles: true }))";
    visit.script(choose).await?;
    visit.until("document.querySelector('.stepper .state').textContent.includes('648')").await?;
    let first = visit.browser.driver()?.find(By::Css(".stepper [data-act='1']")).await?;
    first.focus().await?;
    // Everything by keyboard: a step too many is taken back.
    let order = "12222221u11211u111111u122";
    for key in order.chars() {
        let focused = visit.browser.driver()?.active_element().await?;
        focused.send_keys(key.to_string()).await?;
    }
    let said = visit.content(".stepper .said").await?;
    ensure!(said.contains("the smallest there is"), "{said}");
    let found = visit.content("[data-found='shared-counter/3']").await?;
    ensure!(found.contains("Solved") && found.contains("left 2"), "{found}");
    let place = visit.script("return document.activeElement.dataset.act").await?;
    ensure!(place == "1", "the keyboard is lost: {place}");

    // What was solved is kept, as other exercises are.
    visit.open("shared-counter.html").await?;
    visit.browser.wait_for(&["ready"]).await?;
    let found = visit.content("[data-found='shared-counter/3']").await?;
    ensure!(found.contains("left 2"), "it is not kept: {found}");
    // It is a worksheet in print, and there alone.
    let printed = "return getComputedStyle(document.querySelector('.worksheet')).display";
    ensure!(visit.script(printed).await? == "none");
    visit.browser.close().await
}
