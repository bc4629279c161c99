//! Native work beside a lock, in real browsers.

use anyhow::{Context, Result, ensure};
use fib_lab::exhibits::c_extension;
use fib_lab::host::browser::Settings;

use crate::any_run;
use crate::lanes::{overlap, slack_ms, stretches};
use crate::visit::{Visit, site, values};

pub async fn native_work_without_the_lock_overlaps(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    let report = visit.run("c-extension.html?n=29&workers=2&seconds=3").await?;
    ensure!(values(&report) == ["514229"; 2], "{}", report["checks"]);
    let blocks = report["blocks"].as_array().context("no blocks")?;
    let points = report["points"].as_array().context("no points")?;
    let points: Vec<_> = points.iter().filter(|point| point["quantity"] == "speed-up").collect();
    let shares: Vec<f64> = points.iter().filter_map(|point| point["x"].as_f64()).collect();
    ensure!(shares == [0.0, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0], "{shares:?}");
    for point in points {
        ensure!(point["blocks"] == blocks.len(), "{point}");
        // Every point is an arm of every block.
        let arm = point["arm"].as_str().context("a point of no arm")?;
        ensure!(blocks.iter().all(|block| block["ms"][arm].as_f64().is_some()), "{arm}");
    }
    ensure!(!stretches(&report, "free").is_empty());
    let holds = stretches(&report, "holds");
    ensure!(!overlap(&holds, slack_ms(&report)), "two held the lock: {holds:?}");
    visit.until("document.querySelector('[data-exhibit=c-extension] .sweep .curve')").await?;

    let report = visit.run("c-extension.html?n=29&workers=2&seconds=2&release=no").await?;
    ensure!(values(&report) == ["514229"; 2], "{}", report["checks"]);
    ensure!(stretches(&report, "free").is_empty(), "it was released");
    visit.browser.close().await
}

pub async fn long_native_work_ends_in_its_time(settings: Settings) -> Result<()> {
    any_run::one_holds(settings, &c_extension::EXHIBIT, &[("n", "40"), ("seconds", "2")]).await
}
