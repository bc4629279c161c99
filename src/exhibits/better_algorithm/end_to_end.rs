//! A better algorithm, in real browsers.

use anyhow::{Context, Result, ensure};
use fib_lab::exhibits::better_algorithm;
use fib_lab::host::browser::Settings;
use serde_json::Value;

use crate::any_run;
use crate::visit::{Visit, site, values};

pub async fn a_better_algorithm_beats_the_pool(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    // Processes share no memory, so they are dealt tasks; on threads one task splits itself.
    let dealt =
        visit.run("better-algorithm.html?n=27&workers=2&seconds=1&runtime=processes").await?;
    ensure!(values(&dealt) == ["196418"] && shows(&dealt, "task")?, "{dealt}");
    let report = visit.run("better-algorithm.html?n=27&workers=2&seconds=1").await?;
    ensure!(values(&report) == ["196418"] && shows(&report, "piece")?, "{report}");
    let blocks = report["blocks"].as_array().context("no blocks")?;
    let median = |arm: &str| {
        let samples = blocks.iter().filter_map(|block| block["ms"][arm].as_f64());
        let mut samples: Vec<f64> = samples.collect();
        samples.sort_by(f64::total_cmp);
        samples.get(samples.len() / 2).copied()
    };
    let pool_ms = median("pool-27").context("the pool was not measured")?;
    let better_ms = median("better").context("no better algorithm")?;
    ensure!(0.0 < better_ms && better_ms < pool_ms, "{better_ms} ms, {pool_ms} ms");
    visit.browser.close().await
}

pub async fn sixty_four_workers_end_in_their_time(settings: Settings) -> Result<()> {
    any_run::one_holds(settings, &better_algorithm::EXHIBIT, &[("workers", "64"), ("seconds", "2")])
        .await
}

/// Whether the timeline has an event of this kind.
fn shows(report: &Value, kind: &str) -> Result<bool> {
    let trace = report["trace"].as_array().context("no trace")?;
    Ok(trace.iter().any(|event| !event["detail"][kind].is_null()))
}
