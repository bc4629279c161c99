//! A browser on a served page, and what a person can do there.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use fib_lab::host::browser::{Browser, Settings};
use fib_lab::host::server::{Server, Site};
use serde_json::Value;
use thirtyfour::By;

/// The built page, on a host that sends the isolation headers or on one that does not.
pub fn site(isolated: bool) -> Result<Site> {
    let folder = std::env::var_os("FIB_LAB_SITE")
        .context("FIB_LAB_SITE is not set: run these tests with cargo lab test --only e2e")?;
    Ok(Site { folder: PathBuf::from(folder), isolated, ..Site::default() })
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

    /// Presses a button of the main exhibit.
    pub async fn press(&self, button: &str) -> Result<()> {
        self.click(&format!("#pool-map button.{button}")).await
    }

    /// Clicks the first element that matches.
    pub async fn click(&self, css: &str) -> Result<()> {
        Ok(self.browser.driver()?.find(By::Css(css)).await?.click().await?)
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

    /// Waits until a JavaScript expression is true.
    pub async fn until(&self, expression: &str) -> Result<()> {
        let script = format!("return Boolean({expression})");
        self.browser.poll(&script, |value| value == &Value::Bool(true)).await
    }

    /// Goes to a figure and waits for its recorded run, which loads when the figure comes near.
    pub async fn recorded(&self, figure: &str) -> Result<String> {
        // A lesson may have much to say before its figure.
        let place = format!("document.querySelector('{figure} .exhibit, {figure}.exhibit')");
        self.script(&format!("{place}.scrollIntoView({{ behavior: 'instant' }})")).await?;
        self.until(&format!("document.querySelector('{figure} .origin')")).await?;
        self.text(&format!("{figure} .origin")).await
    }

    /// Waits for the end of a run that has to succeed, and returns its report.
    pub async fn done(&self) -> Result<Value> {
        let state = self.browser.wait_for(&["done", "error"]).await?;
        ensure!(state == "done", "the page says: {}", self.alert().await);
        let report = self.browser.report().await?;
        ensure!(report["status"] == "complete", "{report}");
        Ok(report)
    }

    /// Waits for the end of a run that has to break off, and returns the page's sentence.
    pub async fn broken(&self) -> Result<String> {
        let state = self.browser.wait_for(&["done", "error"]).await?;
        ensure!(state == "error", "the run went well");
        Ok(self.alert().await)
    }

    async fn alert(&self) -> String {
        self.text("[role=alert]:not([hidden])").await.unwrap_or_else(|error| error.to_string())
    }

    /// Opens a short run on two workers, waits for its end, and returns its report.
    pub async fn short_run(&self) -> Result<Value> {
        self.open("?exhibit=pool-map&tasks=30,29,28&workers=2&seconds=1&run=1").await?;
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
