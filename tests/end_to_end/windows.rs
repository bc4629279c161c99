//! Several windows: they do not measure each other, and whatever a browser has no locks for goes
//! on without.

use anyhow::Result;
use fib_lab::host::browser::Settings;
use fib_lab::host::server::Mishap;

use super::devices::boot_file;
use super::visit::{Visit, main_page, site};

pub async fn windows_do_not_measure_each_other(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    visit.open(&main_page("?tasks=36,35&workers=2&seconds=5&run=1")).await?;
    visit.until("document.querySelector('progress[value]')").await?;
    let driver = visit.browser.driver()?;
    let first = driver.window().await?;
    let second = driver.new_tab().await?;
    driver.switch_to_window(second.clone()).await?;
    visit.open(&main_page("?tasks=30,29&workers=2&seconds=1&run=1")).await?;
    let waits = "document.querySelector('main .phase')?.textContent.startsWith('Another window')";
    visit.until(waits).await?;
    // Nothing of it runs yet; when the first is over, it does.
    driver.switch_to_window(first.clone()).await?;
    visit.done().await?;
    driver.switch_to_window(second.clone()).await?;
    visit.done().await?;
    // Whoever stops hands it on at once, and so does whoever closes the window.
    for closes in [false, true] {
        driver.switch_to_window(first.clone()).await?;
        visit.open(&main_page("?tasks=40,39&workers=2&seconds=20&run=1")).await?;
        visit.until("document.querySelector('progress[value]')").await?;
        driver.switch_to_window(second.clone()).await?;
        visit.press("run").await?;
        visit.until(waits).await?;
        driver.switch_to_window(first.clone()).await?;
        if closes {
            driver.close_window().await?
        } else {
            visit.press("stop").await?
        }
        driver.switch_to_window(second.clone()).await?;
        visit.done().await?;
    }
    visit.browser.close().await
}

pub async fn without_locks_a_run_begins_at_once(settings: Settings) -> Result<()> {
    let boot = boot_file(&site(true)?)?;
    let refuses = "request() { return Promise.reject(new DOMException('no', 'SecurityError')); }";
    let throws = "request() { throw new DOMException('no', 'SecurityError'); }";
    for locks in ["undefined".to_owned(), format!("({{ {refuses} }})"), format!("({{ {throws} }})")]
    {
        let site = site(true)?;
        let stub =
            format!("Object.defineProperty(navigator, 'locks', {{ value: {locks} }});\n{boot}");
        if let Ok(mut mishaps) = site.mishaps.lock() {
            mishaps.push(("worker.js".to_owned(), Mishap::Replaced(stub.into_bytes().into())));
            mishaps.push(("service-worker.js".to_owned(), Mishap::Missing));
        }
        let visit = Visit::new(settings, site).await?;
        visit.short_run().await?;
        visit.browser.close().await?;
    }
    Ok(())
}
