//! The pages as a whole: how one comes to them, and what holds on each.

use anyhow::{Context, Result, ensure};
use fib_lab::host::browser::Settings;
use serde_json::json;

use super::visit::{Visit, every_page, site, values};

/// Where the browser is, behind the last slash.
async fn here(visit: &Visit) -> Result<String> {
    let here = visit.script("return location.href.split('/').pop()").await?;
    Ok(here.as_str().unwrap_or_default().to_owned())
}

pub async fn old_addresses_lead_to_the_same_run(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    for (old, new) in [
        ("?exhibit=pool-map&tasks=27,26&workers=2&seconds=1&run=1", "pool-map.html"),
        ("?exhibit=pool-map&tasks=27,26&workers=2&seconds=1&run=1#pool-map", "pool-map.html"),
        ("gil.html?exhibit=pool-map&tasks=27,26&workers=2&seconds=1&run=1", "pool-map.html"),
    ] {
        // Away first: else only the fragment changes, and the browser stays where it is.
        visit.browser.open("about:blank").await?;
        visit.open(old).await?;
        let report = visit.done().await.with_context(|| old.to_owned())?;
        ensure!(values(&report) == ["196418", "121393"], "{report}");
        let here = here(&visit).await?;
        ensure!(here.starts_with(new) && here.contains("tasks=27,26"), "{old} led to {here}");
    }
    for (old, new) in [
        ("#gil", "gil.html"),
        ("#teaching", "teaching.html"),
        ("#known-ratio", "honesty.html#known-ratio"),
        ("?exhibit=aa&rounds=5", "honesty.html?exhibit=aa&rounds=5#aa"),
    ] {
        visit.browser.open("about:blank").await?;
        visit.open(old).await?;
        visit.until(&format!("location.href.endsWith('/{new}')")).await.context(old)?;
        visit.browser.wait_for(&["ready"]).await?;
    }
    visit.browser.close().await
}

pub async fn a_wrong_name_is_said_on_the_page(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    for address in ["?exhibit=nonsense&run=1", "#nonsense", "gil.html?exhibit=nonsense&run=1"] {
        visit.browser.open("about:blank").await?;
        visit.open(address).await?;
        visit.browser.wait_for(&["ready"]).await?;
        let notice = visit.text(".notices").await?;
        ensure!(notice.contains("There is no exhibit “nonsense”"), "{address}: {notice}");
    }
    visit.browser.close().await
}

pub async fn a_figure_can_stand_alone(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    let shown = "return ['.bar', 'footer', '.exercises', '.neighbours', '[data-exhibit]']
        .map(css => [...document.querySelectorAll(css)].filter(it => it.getClientRects().length).length)";
    visit.open("honesty.html?exhibit=known-ratio&only=1").await?;
    visit.browser.wait_for(&["ready"]).await?;
    ensure!(visit.script(shown).await? == json!([0, 0, 0, 0, 1]));
    ensure!(visit.script("return document.querySelectorAll('.notices').length").await? == 0);
    visit.open("pool-map.html?tasks=27,26&workers=2&seconds=1&only=1&run=1").await?;
    visit.done().await?;
    ensure!(here(&visit).await?.ends_with("&only=1"), "a reload stays alone");
    visit.browser.close().await
}

/// Shows what is covered and unfolds everything: what is hidden is never too wide.
async fn open_all(visit: &Visit) -> Result<()> {
    visit.script("document.querySelectorAll('.show-me').forEach(it => it.click())").await?;
    visit.until("document.querySelector('.show-me') === null").await?;
    visit.script("document.querySelectorAll('details').forEach(it => it.open = true)").await?;
    Ok(())
}

pub async fn no_page_is_wider_than_the_window(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    for page in every_page()? {
        visit.open(&page).await?;
        visit.browser.wait_for(&["ready"]).await?;
        open_all(&visit).await?;
        for width in [320, 1280] {
            let metrics =
                json!({ "width": width, "height": 800, "deviceScaleFactor": 1, "mobile": false });
            let driver = visit.browser.driver()?;
            driver.cdp().send_raw("Emulation.setDeviceMetricsOverride", metrics).await?;
            visit.until(&format!("innerWidth === {width}")).await?;
            let fits = "document.documentElement.scrollWidth <= innerWidth";
            visit.until(fits).await.with_context(|| format!("{page} at {width}"))?;
        }
    }
    visit.browser.close().await
}

pub async fn every_page_prints(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    for page in every_page()? {
        visit.open(&page).await?;
        visit.browser.wait_for(&["ready"]).await?;
        let print = json!({ "media": "print" });
        visit.browser.driver()?.cdp().send_raw("Emulation.setEmulatedMedia", print).await?;
        let seen = "const seen = css => [...document.querySelectorAll(css)]
                .filter(it => it.getClientRects().length > 0).length;
            return [seen('.bar, .skip, .neighbours, button, .code'), seen('h1'),
                seen('.exhibit'), seen('.exhibit .why'), seen('.exhibit .predict')]";
        let seen = visit.script(seen).await?;
        ensure!(seen[0] == 0 && seen[1] == 1, "{page}: {seen}");
        // Covered runs are printed too, in words, and there is room for a guess.
        ensure!(seen[3] == seen[2] && seen[4] == seen[2], "{page}: {seen}");
    }
    visit.browser.close().await
}
