//! What is left behind, and what a hidden page does to a measurement.

use anyhow::{Context, Result, ensure};
use fib_lab::exhibits;
use fib_lab::host::browser::Settings;
use fib_lab::runtime::capabilities::Backend;
use serde_json::Value;

use super::visit::{Visit, main_page, site};

pub async fn twenty_stops_in_a_row_leave_no_worker(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    visit.open(&main_page("")).await?;
    visit.browser.wait_for(&["ready"]).await?;
    let idle = visit.browser.workers()?;
    visit.set("tasks", "40,40,40").await?;
    visit.set("workers", "3").await?;
    let mut most = 0;
    for _ in 0..20 {
        visit.press("run").await?;
        // In the middle of a sample.
        visit.until("document.querySelector('progress[value]')").await?;
        most = most.max(visit.browser.workers()?);
        visit.press("stop").await?;
        visit.browser.wait_for(&["ready"]).await?;
    }
    // The conductor, the plain engine, two pools and their threads were really there.
    ensure!(most >= idle + 4, "only {most} workers were ever seen, and {idle} before");
    visit.browser.until_workers(idle).await?;
    visit.short_run().await?;
    visit.browser.close().await
}

/// A third of the exhibits: all of them are run again and again in `cargo lab soak`.
pub async fn no_worker_outlives_its_run(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    let mut most = 0;
    for card in exhibits::cards().filter(|card| card.lowest != Backend::Serial).step_by(3) {
        let query = card.trials.short.first().context("no short trial")?;
        visit.open(&format!("{}.html?exhibit={}&{query}", card.page(), card.name)).await?;
        visit.browser.wait_for(&["ready"]).await?;
        let idle = visit.browser.workers()?;
        let press = format!("document.querySelector('[data-exhibit={}] .run').click()", card.name);
        for _ in 0..2 {
            visit.script(&press).await?;
            visit.until("document.querySelector('progress[value]')").await?;
            most = most.max(visit.browser.workers()? - idle);
            visit.done().await.with_context(|| card.name.to_owned())?;
        }
        visit.browser.until_workers(idle).await.with_context(|| card.name.to_owned())?;
    }
    ensure!(most >= 2, "no worker was ever seen");
    visit.browser.close().await
}

pub async fn blocks_that_ran_while_the_page_was_hidden_are_marked(
    settings: Settings,
) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    visit.open(&main_page("?tasks=36,35,34&workers=2&seconds=10&run=1")).await?;
    visit.until("document.querySelector('progress[value]')").await?;
    visit.look_elsewhere().await?;
    let report = visit.done().await?;
    let blocks = report["blocks"].as_array().map(Vec::as_slice).unwrap_or_default();
    let tainted = blocks.iter().filter(|block| block["tainted"] == Value::Bool(true)).count();
    ensure!(tainted > 0, "{report}");
    ensure!(report["environment"]["visible"] == false);
    ensure!(report["warnings"].as_array().is_some_and(|said| !said.is_empty()), "{report}");
    visit.browser.close().await
}
