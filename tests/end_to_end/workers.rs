//! What is left behind, and what a hidden page does to a measurement.

use anyhow::{Result, ensure};
use fib_lab::host::browser::Settings;
use serde_json::Value;

use super::visit::{Visit, main_page, site};

/// The workers that the browser has, by its developer tools.
pub async fn workers(visit: &Visit) -> Result<Vec<Value>> {
    let filter = serde_json::json!({ "filter": [{}] });
    let targets = visit.browser.driver()?.cdp().send_raw("Target.getTargets", filter).await?;
    let list = targets["targetInfos"].as_array().cloned().unwrap_or_default();
    Ok(list.into_iter().filter(|target| target["type"] == "worker").collect())
}

pub async fn twenty_stops_in_a_row_leave_no_worker(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    visit.open(&main_page("")).await?;
    visit.browser.wait_for(&["ready"]).await?;
    visit.set("tasks", "40,40,40").await?;
    visit.set("workers", "3").await?;
    let mut most = 0;
    for _ in 0..20 {
        visit.press("run").await?;
        // In the middle of a sample. Not while workers start: chromedriver attaches to each
        // new worker, and one that ends meanwhile stays in its list, though not in the browser.
        visit.until("document.querySelector('progress[value]')").await?;
        most = most.max(workers(&visit).await?.len());
        visit.press("stop").await?;
        visit.browser.wait_for(&["ready"]).await?;
    }
    // The conductor, the plain engine, two pools and their threads were really there.
    ensure!(most >= 4, "only {most} workers were ever seen");
    // Browsers take a moment to end a worker that is computing.
    for _ in 0..100 {
        if workers(&visit).await?.is_empty() {
            visit.short_run().await?;
            return visit.browser.close().await;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    anyhow::bail!("after 10 s these are left: {:?}", workers(&visit).await?)
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
