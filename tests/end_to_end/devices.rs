//! Devices that claim one core or very many, and clocks that move in long steps.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use fib_lab::host::browser::Settings;
use fib_lab::host::server::{Mishap, Site};
use serde_json::json;

use super::lanes::list;
use super::visit::{Visit, main_page, site};

/// The boot file of every worker, as it is served.
pub fn boot_file(site: &Site) -> Result<String> {
    let folders = std::fs::read_dir(&site.folder)?.flatten().map(|entry| entry.path());
    let file = folders.map(|folder| folder.join("worker.js")).find(|file| file.is_file());
    Ok(std::fs::read_to_string(file.context("no worker.js is built")?)?)
}

/// A page on a device that claims so many cores, to the page and to every worker.
async fn claiming(settings: Settings, cores: u32) -> Result<Visit> {
    let site = site(true)?;
    let stub = format!(
        "Object.defineProperty(navigator, 'hardwareConcurrency', {{ get: () => {cores} }});\n"
    );
    if let Ok(mut mishaps) = site.mishaps.lock() {
        let boot = format!("{stub}{}", boot_file(&site)?);
        mishaps.push(("worker.js".to_owned(), Mishap::Replaced(boot.into_bytes().into())));
    }
    let visit = Visit::new(settings, site).await?;
    let script = json!({ "source": stub });
    let cdp = visit.browser.driver()?.cdp();
    cdp.send_raw("Page.addScriptToEvaluateOnNewDocument", script).await?;
    Ok(visit)
}

pub async fn one_claimed_core_or_very_many_make_sense(settings: Settings) -> Result<()> {
    // One core: two workers, and that is said.
    let visit = claiming(settings, 1).await?;
    visit.open(&main_page("?tasks=30,29&seconds=2&run=1")).await?;
    let report = visit.done().await?;
    ensure!(report["environment"]["hardware_concurrency"] == 1, "{}", report["environment"]);
    ensure!(report["spec"]["workers"] == 2, "{}", report["spec"]);
    let said = visit.content("main .backend").await?;
    ensure!(said.contains("claims one core. Two workers run all the same"), "{said}");
    visit.browser.close().await?;
    // Very many: as many as the lab has at the most, and each has its time to start.
    let visit = claiming(settings, 128).await?;
    visit.open(&main_page("?seconds=1&tasks=28,27,26&run=1")).await?;
    let begun = Instant::now();
    let report = visit.done().await?;
    ensure!(report["spec"]["workers"] == 64, "{}", report["spec"]);
    ensure!(report["environment"]["hardware_concurrency"] == 128, "{}", report["environment"]);
    ensure!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
    ensure!(!visit.content("main .backend").await?.contains("claims one core"));
    visit.browser.close().await
}

pub async fn a_default_run_completes_on_a_clock_of_sixteen_milliseconds(
    settings: Settings,
) -> Result<()> {
    let settings = Settings { resists_fingerprinting: true, ..settings };
    let visit = Visit::new(settings, site(true)?).await?;
    let begun = Instant::now();
    visit.open(&main_page("?run=1")).await?;
    let report = visit.done().await?;
    ensure!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
    let step_ms = report["environment"]["timer_step_us"].as_f64().unwrap_or_default() / 1e3;
    ensure!(step_ms > 10.0, "the clock is not coarse: {}", report["environment"]);
    ensure!(report["scaled_from"].is_null(), "{}", report["scaled_from"]);
    let blocks = list(&report, "blocks");
    let all_seen = |ms: &serde_json::Value| ms.as_f64().is_some_and(|ms| ms > 0.0);
    let seen = |block: &serde_json::Value| {
        block["ms"].as_object().is_some_and(|all| all.values().all(all_seen))
    };
    ensure!(!blocks.is_empty() && blocks.iter().all(seen), "{report}");
    visit.browser.close().await
}
