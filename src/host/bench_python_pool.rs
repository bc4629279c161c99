//! What the bench says of a pool in the page's CPython: the comparison that visitors can make,
//! made in a headless browser.

use anyhow::{Result, ensure};
use thirtyfour::By;

use super::browser::Browser;
use super::server::Server;
use crate::analysis::cpython_pool::rows as arms;
use crate::measure::block::{Estimate, Role};
use crate::report::{Report, read};

/// A figure of the bench: what it is, and what was measured beside what should be.
pub type Row = (String, String);

/// Makes the comparison on this browser's page, and returns its report.
///
/// # Errors
/// If the page has no Python, or the comparison does not come to its end.
pub async fn comparison(browser: &Browser, server: &Server) -> Result<Report> {
    browser.open(&server.address("python.html")).await?;
    browser.wait_for(&["ready", "error"]).await?;
    let driver = browser.driver()?;
    driver.find(By::Css("main button.compare")).await?.click().await?;
    let state = browser.wait_for(&["done", "error"]).await?;
    if state != "done" {
        let said = driver.find(By::Css("[role=alert]:not([hidden])")).await?.text().await?;
        anyhow::bail!("the page says: {said}");
    }
    let report = read::report(&browser.report().await?)?;
    ensure!(report.speedup.is_some(), "the comparison has no speed-up");
    Ok(report)
}

/// The figures of a comparison.
pub fn rows(report: &Report) -> Vec<Row> {
    let of = |found: &Option<Estimate>, should: &str| {
        let found = found.as_ref()?;
        let Estimate { median, low, high, blocks, .. } = found;
        Some(format!("{median:.2} ({low:.2} to {high:.2}, {blocks} blocks){should}"))
    };
    let call = |role: Role| {
        let row = arms(report).into_iter().find(|row| row.role == role)?;
        Some(format!("{:.1} ns", row.call_ns?))
    };
    let figures = [
        ("CPython in the page: list ÷ pool", of(&report.speedup, "; at least 1.75 where κ ≥ 1.9")),
        ("the same ÷ κ of the same blocks", of(&report.capacity_efficiency, "; at least 0.93")),
        ("κ of its interpreters", of(&report.core_equivalents, "")),
        ("a call of fib, the list", call(Role::Serial)),
        ("a call of fib, the kernel alone", call(Role::KernelAlone)),
        ("a call of fib, all kernels at once", call(Role::KernelTogether)),
    ];
    let named = |(name, figure): (&str, Option<String>)| Some((name.to_owned(), figure?));
    figures.into_iter().filter_map(named).collect()
}
