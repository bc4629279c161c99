//! Exhibits that need threads: what the page says where there can be none.

use anyhow::{Result, ensure};
use fib_lab::exhibits::FRONTS;
use fib_lab::host::browser::Settings;
use fib_lab::runtime::capabilities::Backend;

use super::visit::{Visit, site};

/// The names of the exhibits that need threads.
fn need_threads() -> impl Iterator<Item = &'static str> {
    FRONTS.iter().filter(|front| front.lowest == Backend::Threads).map(|front| front.name)
}

pub async fn a_lock_needs_threads_and_says_so(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    for exhibit in need_threads() {
        visit.open(&format!("{exhibit}.html?runtime=processes&run=1")).await?;
        let sentence = visit.broken().await?;
        ensure!(sentence.contains("this exhibit needs threads"), "{sentence}");
    }
    visit.short_run().await?;
    visit.browser.close().await
}

pub async fn without_shared_memory_the_recorded_run_shows(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    for exhibit in need_threads() {
        visit.open(&format!("{exhibit}.html")).await?;
        visit.browser.wait_for(&["ready"]).await?;
        let figure = format!("[data-exhibit={exhibit}]");
        let missing = visit.text(&format!("{figure} .fallback")).await?;
        ensure!(missing.contains("SharedArrayBuffer"), "{missing}");
        let origin = visit.recorded(&figure).await?;
        ensure!(origin.contains("A recorded run, not yours"), "{origin}");
        visit.open(&format!("{exhibit}.html?run=1")).await?;
        let sentence = visit.broken().await?;
        ensure!(sentence.contains("memory that all threads share"), "{sentence}");
        // Whoever asks for a run that cannot be made here sees the recorded one, uncovered.
        visit.until(&format!("document.querySelector('{figure} .outcome .origin')")).await?;
    }
    visit.browser.close().await
}
