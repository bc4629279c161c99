//! One job by every model, in real browsers.

use anyhow::{Context, Result, ensure};
use fib_lab::host::browser::Settings;
use serde_json::Value;

use crate::lanes::list;
use crate::visit::{Visit, number, site};

/// The models that need memory which workers share.
const THREADED: [&str; 3] = ["threads", "one-lock", "lock-released"];

fn point<'r>(report: &'r Value, quantity: &str, arm: &str) -> Result<&'r Value> {
    let own = list(report, "points").iter();
    let mut own = own.filter(|point| point["quantity"] == quantity && point["arm"] == arm);
    own.next().with_context(|| format!("{arm} has no {quantity}: {}", report["points"]))
}

pub async fn every_model_does_the_list_or_says_why_not(settings: Settings) -> Result<()> {
    let shared = settings.shared_memory;
    let visit = Visit::new(settings, site(true)?).await?;
    let report = visit.run("models.html?tasks=22,21,20&workers=2&seconds=6").await?;
    ensure!(report["status"] == "complete", "{}", report["warnings"]);
    let mut measured = vec!["serial", "processes", "ranks", "javascript"];
    if shared {
        measured.extend(THREADED);
    }
    let rows = list(&report, "rows");
    ensure!(rows.len() == 8, "{rows:?}");
    for row in rows {
        let model = row["model"].as_str().unwrap_or_default();
        let why = row["words"].as_str().unwrap_or_default();
        ensure!(measured.contains(&model) == why.is_empty(), "{row}");
        if THREADED.contains(&model) && !shared {
            ensure!(why.contains("memory that workers share"), "{row}");
        }
    }
    let blocks = list(&report, "blocks");
    for model in &measured {
        let time = point(&report, "time", model)?;
        ensure!(number(&time["low"])? > 0.0 && time["blocks"] == blocks.len(), "{time}");
        if *model != "serial" {
            ensure!(number(&point(&report, "speed-up", model)?["median"])? > 0.0);
        }
        // They are arms of the same blocks, and each has given the same three answers.
        ensure!(blocks.iter().all(|block| block["ms"][model].as_f64().is_some()), "{model}");
        let own = list(&report, "checks").iter().filter(|check| check["arm"] == *model);
        let mut got: Vec<&str> = own.filter_map(|check| check["got"].as_str()).collect();
        got.sort_unstable();
        ensure!(got == ["10946", "17711", "6765"], "{model}: {got:?}");
    }
    let figure = "[data-exhibit=models]";
    let picture = visit.content(&format!("{figure} .chart.models")).await?;
    for words in ["JavaScript workers", "Its serial program", "CPython's Pool, not measured here"] {
        ensure!(picture.contains(words), "{words} is not in: {picture}");
    }
    let headline = visit.text(&format!("{figure} .headline")).await?;
    ensure!(headline.contains("is what the fastest took for the list"), "{headline}");
    visit.browser.close().await
}

pub async fn what_no_model_could_do_in_a_minute_is_refused(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    visit.open("models.html?tasks=45,44&workers=2&seconds=2&run=1").await?;
    let said = visit.broken().await?;
    ensure!(said.contains("The largest n that fits here is"), "{said}");
    // The next run works.
    let report = visit.run("models.html?tasks=15,14&workers=2&seconds=2").await?;
    ensure!(report["status"] == "complete", "{}", report["warnings"]);
    visit.browser.close().await
}
