//! The honesty checks, in a real browser.

use anyhow::{Context, Result, ensure};
use fib_lab::host::browser::Settings;

use crate::visit::{Visit, number, site};

pub async fn the_honesty_checks_run_through_the_same_conductor(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    visit.open("honesty.html?exhibit=aa&rounds=3&run=1").await?;
    let report = visit.done().await?;
    let rounds = report["rounds"].as_array().context("no rounds")?;
    ensure!(rounds.len() == 3, "{rounds:?}");
    ensure!(report["blocks"].as_array().is_some_and(|blocks| blocks.len() >= 18));
    visit.open("honesty.html?exhibit=known-ratio&ratio=4&rounds=2&run=1").await?;
    let report = visit.done().await?;
    for round in report["rounds"].as_array().context("no rounds")? {
        let median = number(&round["median"])?;
        // Only that it measures this ratio at all: how well, cargo lab bench says.
        ensure!(median > 2.0 && median < 8.0, "{round}");
    }
    visit.open("honesty.html?exhibit=known-ratio&ratio=8&rounds=100&run=1").await?;
    let refusal = visit.broken().await?;
    ensure!(refusal.contains("rounds fit here"), "{refusal}");
    visit.browser.close().await
}
