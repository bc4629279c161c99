//! The pages as a whole: how one comes to them, and what holds on each.

use anyhow::{Context, Result, ensure};
use fib_lab::exhibits::{FRONTS, MAIN_FRONT};
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
    let name = MAIN_FRONT.name;
    let run = format!("?exhibit={name}&tasks=27,26&workers=2&seconds=1&run=1");
    let elsewhere = FRONTS.iter().find(|front| front.folder != MAIN_FRONT.folder);
    let elsewhere = elsewhere.context("there is one exhibit only")?.page();
    for old in [run.clone(), format!("{run}#{name}"), format!("{elsewhere}.html{run}")] {
        // Away first: else only the fragment changes, and the browser stays where it is.
        visit.browser.open("about:blank").await?;
        visit.open(&old).await?;
        let report = visit.done().await.with_context(|| old.clone())?;
        ensure!(values(&report) == ["196418", "121393"], "{report}");
        let here = here(&visit).await?;
        let page = format!("{}.html?", MAIN_FRONT.page());
        ensure!(here.starts_with(&page) && here.contains("tasks=27,26"), "{old} led to {here}");
    }
    // Each exhibit had its place on the one page, and so had the parts that are pages by now.
    for front in FRONTS {
        let page = front.page();
        // Where several share a page, the place is there.
        let place = if page == front.name { String::new() } else { format!("#{}", front.name) };
        leads(&visit, &format!("#{}", front.name), &format!("{page}.html{place}")).await?;
        let kept = if page == front.name {
            format!("{page}.html?seconds=5")
        } else {
            format!("{page}.html?exhibit={}&seconds=5{place}", front.name)
        };
        leads(&visit, &format!("?exhibit={}&seconds=5", front.name), &kept).await?;
    }
    leads(&visit, "#teaching", "teaching.html").await?;
    leads(&visit, "#notebook", "notebook.html").await?;
    visit.browser.close().await
}

/// An old address leads to a new one.
async fn leads(visit: &Visit, old: &str, new: &str) -> Result<()> {
    visit.browser.open("about:blank").await?;
    visit.open(old).await?;
    visit
        .until(&format!("location.href.endsWith('/{new}')"))
        .await
        .with_context(|| old.to_owned())?;
    visit.browser.wait_for(&["ready"]).await.map(drop)
}

pub async fn a_wrong_name_is_said_on_the_page(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    let elsewhere = format!("{}.html?exhibit=nonsense&run=1", MAIN_FRONT.page());
    for address in ["?exhibit=nonsense&run=1", "#nonsense", &elsewhere] {
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
        .map(css => [...document.querySelectorAll(css)].filter(it => it.checkVisibility()).length)";
    // Of several on a page the one that is meant.
    for front in FRONTS {
        visit.open(&format!("{}.html?exhibit={}&only=1", front.page(), front.name)).await?;
        visit.browser.wait_for(&["ready"]).await?;
        ensure!(visit.script(shown).await? == json!([0, 0, 0, 0, 1]), "{}", front.name);
        ensure!(visit.script("return document.querySelectorAll('.notices').length").await? == 0);
    }
    let run = "tasks=27,26&workers=2&seconds=1&only=1&run=1";
    visit.open(&format!("{}.html?{run}", MAIN_FRONT.page())).await?;
    visit.done().await?;
    ensure!(here(&visit).await?.ends_with("&only=1"), "a reload stays alone");
    visit.browser.close().await
}

pub async fn nothing_moves_while_the_front_page_comes_up(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    for width in [320, 412, 768, 1280] {
        let metrics =
            json!({ "width": width, "height": 823, "deviceScaleFactor": 1, "mobile": false });
        let driver = visit.browser.driver()?;
        driver.cdp().send_raw("Emulation.setDeviceMetricsOverride", metrics).await?;
        visit.browser.open("about:blank").await?;
        visit.open("").await?;
        visit.browser.wait_for(&["ready"]).await?;
        // The browser has kept what moved from the first paint on.
        visit
            .script(
                "window.moved = null;
                new PerformanceObserver(list => { window.moved = list.getEntries()
                    .map(it => [it.value, it.sources.map(source => source.node?.nodeName)]); })
                    .observe({ type: 'layout-shift', buffered: true });
                new PerformanceObserver(() => { window.looked = true; })
                    .observe({ type: 'navigation', buffered: true });",
            )
            .await?;
        visit.until("window.looked").await?;
        let moved = visit.script("return window.moved").await?;
        ensure!(moved.is_null(), "at {width}: {moved}");
        let grown = "const race = document.querySelector('.race');
            return race.getBoundingClientRect().height - parseFloat(getComputedStyle(race).minHeight)";
        let grown = visit.script(grown).await?;
        ensure!(grown.as_f64().is_some_and(|grown| grown < 1.0), "at {width}: {grown} px");
    }
    visit.browser.close().await
}

pub async fn a_run_that_an_address_starts_is_seen(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    // The last on a page with several is the farthest below.
    let front = FRONTS.iter().rfind(|front| front.page() != front.name);
    let front = front.context("no page has several figures")?;
    let figure = format!("document.querySelector('[data-exhibit={}]')", front.name);
    let address = format!("{}.html?exhibit={}&seconds=1&run=1", front.page(), front.name);
    for alone in [false, true] {
        let only = if alone { "&only=1" } else { "" };
        visit.open(&format!("{address}{only}")).await?;
        visit.browser.wait_for(&["running", "done"]).await?;
        let top = visit.script(&format!("return {figure}.getBoundingClientRect().top")).await?;
        let height = visit.script("return innerHeight").await?.as_f64();
        ensure!(top.as_f64() >= Some(0.0) && top.as_f64() < height, "it is at {top}");
    }
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
                .filter(it => it.checkVisibility()).length;
            return [seen('.bar, .skip, .neighbours, button, .code'), seen('h1'),
                seen('.exhibit'), seen('.exhibit .why'), seen('.exhibit .predict')]";
        let seen = visit.script(seen).await?;
        ensure!(seen[0] == 0 && seen[1] == 1, "{page}: {seen}");
        // Covered runs are printed too, in words, and there is room for a guess.
        ensure!(seen[3] == seen[2] && seen[4] == seen[2], "{page}: {seen}");
    }
    visit.browser.close().await
}
