//! A browser on a served page, and what a person can do there.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use fib_lab::exhibits;
use fib_lab::host::browser::{Browser, Settings};
use fib_lab::host::server::{Mishap, Server, Site};
use fib_lab::notebook::import;
use serde_json::Value;
use thirtyfour::By;

/// The built page, on a host that sends the isolation headers or on one that does not.
pub fn site(isolated: bool) -> Result<Site> {
    let folder = std::env::var_os("FIB_LAB_SITE")
        .context("FIB_LAB_SITE is not set: run these tests with cargo lab test --only e2e")?;
    Ok(Site { folder: PathBuf::from(folder), isolated, ..Site::default() })
}

/// A host that isolates nothing: these programs need no shared memory.
pub fn plain_host() -> Result<Site> {
    let site = site(false)?;
    if let Ok(mut mishaps) = site.mishaps.lock() {
        mishaps.push(("service-worker.js".to_owned(), Mishap::Missing));
    }
    Ok(site)
}

/// The address of a run of the main exhibit, which tests use that would do with any.
pub fn main_page(query: &str) -> String {
    format!("{}.html{query}", exhibits::MAIN.name)
}

/// The address of every built page, relative to the front page, which comes first.
pub fn every_page() -> Result<Vec<String>> {
    let mut pages = vec![String::new()];
    for entry in std::fs::read_dir(site(true)?.folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".html") && name != "index.html" {
            pages.push(name);
        }
    }
    pages.sort();
    ensure!(pages.len() > exhibits::FRONTS.len(), "only these pages were built: {pages:?}");
    Ok(pages)
}

/// A browser on a served page.
pub struct Visit {
    pub browser: Browser,
    pub server: Server,
}

impl Visit {
    pub async fn new(settings: Settings, site: Site) -> Result<Visit> {
        let server = Server::start(site).await?;
        Ok(Visit { browser: Browser::start(settings).await?, server })
    }

    pub async fn open(&self, query: &str) -> Result<()> {
        self.browser.open(&self.server.address(query)).await
    }

    /// Makes the run that this address describes, and returns its report.
    pub async fn run(&self, query: &str) -> Result<Value> {
        self.open(&format!("{query}&run=1")).await?;
        self.done().await.with_context(|| query.to_owned())
    }

    /// Presses a button of the only figure of the page.
    pub async fn press(&self, button: &str) -> Result<()> {
        self.click(&format!("main button.{button}")).await
    }

    /// Clicks the first element that matches, where a visitor would have scrolled to: the bar that
    /// goes along covers the top of the page.
    pub async fn click(&self, css: &str) -> Result<()> {
        let driver = self.browser.driver()?;
        let element = driver.find(By::Css(css)).await?;
        let centred = "arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' })";
        driver.execute(centred, vec![element.to_json()?]).await?;
        Ok(element.click().await?)
    }

    /// Fills the control of a parameter of the main exhibit.
    pub async fn set(&self, parameter: &str, text: &str) -> Result<()> {
        self.fill(&format!("{}-{parameter}", exhibits::MAIN.name), text).await
    }

    pub async fn fill(&self, id: &str, text: &str) -> Result<()> {
        let field = self.browser.driver()?.find(By::Id(id)).await?;
        field.clear().await?;
        Ok(field.send_keys(text).await?)
    }

    /// The text of the first element that matches.
    pub async fn text(&self, css: &str) -> Result<String> {
        Ok(self.browser.driver()?.find(By::Css(css)).await?.text().await?)
    }

    pub async fn script(&self, script: &str) -> Result<Value> {
        Ok(self.browser.driver()?.execute(script, vec![]).await?.json().clone())
    }

    /// Looks at another tab for a moment, as a visitor does, so that this one is hidden.
    pub async fn look_elsewhere(&self) -> Result<()> {
        let driver = self.browser.driver()?;
        let lab = driver.window().await?;
        let other = driver.new_tab().await?;
        driver.switch_to_window(other).await?;
        driver.goto("about:blank").await?;
        Ok(driver.switch_to_window(lab).await?)
    }

    /// Waits until a JavaScript expression is true.
    pub async fn until(&self, expression: &str) -> Result<()> {
        let script = format!("return Boolean({expression})");
        self.browser.poll(&script, |value| value == &Value::Bool(true)).await
    }

    /// Uncovers the recorded run of a figure, and says where it comes from.
    pub async fn recorded(&self, figure: &str) -> Result<String> {
        self.click(&format!("{figure} .show-me")).await?;
        // What lies under the cover says the same, for print.
        self.until(&format!("document.querySelector('{figure} .outcome .origin')")).await?;
        self.text(&format!("{figure} .outcome .origin")).await
    }

    /// The text of the first element that matches, also where it is folded away.
    pub async fn content(&self, css: &str) -> Result<String> {
        let script = format!("return document.querySelector({css:?})?.textContent ?? ''");
        Ok(self.script(&script).await?.as_str().unwrap_or_default().to_owned())
    }

    /// Waits for the end of a run that has to succeed, and returns its report.
    pub async fn done(&self) -> Result<Value> {
        let state = self.browser.wait_for(&["done", "error"]).await?;
        ensure!(state == "done", "the page says: {}", self.alert().await);
        let report = self.browser.report().await?;
        ensure!(report["status"] == "complete", "{report}");
        // What the lab can save, it can open.
        let parse = |text: &str| serde_json::from_str::<Value>(text).map_err(|why| why.to_string());
        let opened = import::file(&report.to_string(), parse)?;
        ensure!(opened.trouble().is_none(), "{:?}: {report}", opened.trouble());
        Ok(report)
    }

    /// Waits for the end of a run that has to break off, and returns the page's sentence.
    pub async fn broken(&self) -> Result<String> {
        let state = self.browser.wait_for(&["done", "error"]).await?;
        ensure!(state == "error", "the run went well");
        Ok(self.alert().await)
    }

    /// What the page says of something that went wrong.
    pub async fn alert(&self) -> String {
        self.text("[role=alert]:not([hidden])").await.unwrap_or_else(|error| error.to_string())
    }

    /// Opens a short run on two workers, waits for its end, and returns its report.
    pub async fn short_run(&self) -> Result<Value> {
        self.open(&main_page("?tasks=30,29,28&workers=2&seconds=1&run=1")).await?;
        let report = self.done().await?;
        ensure!(values(&report) == ["832040", "514229", "317811"], "{report}");
        Ok(report)
    }
}

/// The answers of a report.
pub fn values(report: &Value) -> Vec<&str> {
    let checks = report["checks"].as_array().map(Vec::as_slice).unwrap_or_default();
    checks.iter().filter_map(|check| check["got"].as_str()).collect()
}

/// A number of a report.
pub fn number(value: &Value) -> Result<f64> {
    value.as_f64().with_context(|| format!("not a number: {value}"))
}
