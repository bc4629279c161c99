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

pub async fn a_program_meets_itself_across_builds_and_fresh_starts(
    settings: Settings,
) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    for (across, quantities) in [
        ("engines", &["times-as-long"][..]),
        ("starts", &["times-as-long", "between-starts", "within-starts"]),
    ] {
        visit.open(&format!("honesty.html?exhibit=aa&across={across}&rounds=6&run=1")).await?;
        let report = visit.done().await?;
        ensure!(report["rounds"].as_array().is_some_and(|rounds| rounds.len() == 6), "{across}");
        let points = report["points"].as_array().context("no points")?;
        let found: Vec<_> = points.iter().filter_map(|point| point["quantity"].as_str()).collect();
        ensure!(found == quantities, "{across}: {found:?}");
        ensure!(points.iter().all(|point| point["blocks"] == 6), "{points:?}");
        ensure!(number(&report["smallest_difference"])? >= 1.01, "{across}");
        let last = report["blocks"].as_array().and_then(|blocks| blocks.last().cloned());
        let last = last.context("no blocks")?;
        ensure!(last["start"] == if across == "starts" { 5 } else { 0 }, "{last}");
        let said = visit.text("[data-exhibit=aa] .outcome").await?;
        ensure!(said.contains("would have seen a ratio of"), "{said}");
    }
    visit.browser.close().await
}
