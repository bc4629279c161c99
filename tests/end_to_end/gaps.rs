//! Gaps in time: a computer that sleeps, a tab that is frozen, a page that is hidden while its
//! engines load.

use std::time::Duration;

use anyhow::{Result, ensure};
use fib_lab::host::browser::Settings;
use fib_lab::host::server::Mishap;
use serde_json::{Value, json};
use tokio::time::sleep;

use super::lanes::list;
use super::visit::{Visit, main_page, site};

/// Longer than a sample of milliseconds may take.
const ASLEEP: Duration = Duration::from_secs(12);
const FROZEN: Duration = Duration::from_secs(4);

fn tainted(report: &Value) -> usize {
    list(report, "blocks").iter().filter(|block| block["tainted"] == true).count()
}

pub async fn a_computer_that_sleeps_loses_no_run(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    visit.open(&main_page("?tasks=33,32,31&workers=2&seconds=8&run=1")).await?;
    visit.until("document.querySelector('progress')?.value >= 2").await?;
    // The whole computer falls asleep.
    visit.browser.freeze(ASLEEP).await?;
    visit.until("document.querySelector('progress')?.value >= 4").await?;
    // And the browser freezes the page, as it does with tabs in the background, which hides it.
    let cdp = visit.browser.driver()?.cdp();
    cdp.send_raw("Page.setWebLifecycleState", json!({ "state": "frozen" })).await?;
    sleep(FROZEN).await;
    cdp.send_raw("Page.setWebLifecycleState", json!({ "state": "active" })).await?;
    let report = visit.done().await?;
    let blocks = list(&report, "blocks").len();
    ensure!((1..blocks).contains(&tainted(&report)), "{} of {blocks}", tainted(&report));
    let said = list(&report, "warnings").iter().filter_map(Value::as_str);
    ensure!(said.clone().any(|it| it.contains("nothing ran, as when a device sleeps")), "{report}");
    visit.short_run().await?;
    visit.browser.close().await
}

pub async fn a_page_that_is_hidden_while_its_engines_load_is_marked(
    settings: Settings,
) -> Result<()> {
    let site = site(true)?;
    if let Ok(mut mishaps) = site.mishaps.lock() {
        mishaps.push(("plain_bg.wasm".to_owned(), Mishap::Slow(3)));
    }
    let visit = Visit::new(settings, site).await?;
    visit.open(&main_page("?tasks=30,29&workers=2&seconds=1&run=1")).await?;
    visit.until("document.documentElement.dataset.lab === 'running'").await?;
    visit.look_elsewhere().await?;
    let phase = visit.text("main .phase").await?;
    ensure!(phase == "Loading the engines", "too late: {phase}");
    let report = visit.done().await?;
    ensure!(report["environment"]["visible"] == false, "{}", report["environment"]);
    ensure!(tainted(&report) == list(&report, "blocks").len(), "{report}");
    visit.browser.close().await
}
