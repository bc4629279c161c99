//! What Lighthouse says of the built page, opened on a phone that it emulates.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

use super::browser::{Kind, chromium_flags};
use super::build_engines::out;
use super::server::{Server, Site};
use super::{npm_tools, process, say, transfer_size};

/// The categories, and the score that each has to reach.
const TARGETS: [(&str, u32); 3] =
    [("performance", 98), ("accessibility", 100), ("best-practices", 100)];

/// Audits whose values are stated whatever the score.
const STATED: [(&str, &str); 2] = [
    ("largest-contentful-paint", "Lighthouse, a phone: largest paint"),
    ("cumulative-layout-shift", "Lighthouse, a phone: layout shift"),
];

/// Prints the scores of the built page, and what keeps a score below its target.
pub async fn run(folder: &Path) -> Result<()> {
    let (chromium, _) = Kind::Chromium.ensure()?;
    let mut lighthouse = npm_tools::LIGHTHOUSE.command()?;
    say("Lighthouse");
    // As a host sends it: compressed. The lab's other figures are not about the network.
    let compressed = out().join("compressed");
    if compressed.exists() {
        fs::remove_dir_all(&compressed)?;
    }
    transfer_size::copy_compressed(folder, &compressed)?;
    let server =
        Server::start(Site { folder: compressed, isolated: true, ..Site::default() }).await?;
    let categories = TARGETS.map(|(name, _)| name).join(",");
    lighthouse
        .arg(server.address(""))
        .args(["--output=json", "--quiet", "--no-enable-error-reporting"])
        .arg("--disable-full-page-screenshot")
        .arg(format!("--only-categories={categories}"))
        .arg(format!("--chrome-flags={}", chromium_flags().join(" ")))
        .env("CHROME_PATH", chromium);
    let result = process::read(&mut lighthouse)?;
    let result: Value =
        serde_json::from_str(&result).context("Lighthouse has not answered in JSON")?;
    for (category, target) in TARGETS {
        let found = &result["categories"][category];
        let Some(score) = found["score"].as_f64().map(percent) else {
            println!("{:<38} no score (at least {target})", named(category));
            continue;
        };
        println!("{:<38} {score} (at least {target})", named(category));
        if score < target {
            for failing in failing(found, &result["audits"]) {
                println!("  {failing}");
            }
        }
    }
    for (audit, name) in STATED {
        let value = result["audits"][audit]["displayValue"].as_str().unwrap_or("not measured");
        println!("{name:<38} {value}");
    }
    Ok(())
}

fn named(category: &str) -> String {
    format!("Lighthouse, a phone: {}", category.replace('-', " "))
}

fn percent(score: f64) -> u32 {
    (score * 100.0).round() as u32
}

/// The audits that cost this category points, the most expensive first.
fn failing(category: &Value, audits: &Value) -> Vec<String> {
    let mut costs = Vec::new();
    for reference in category["auditRefs"].as_array().into_iter().flatten() {
        let id = reference["id"].as_str().unwrap_or_default();
        let weight = reference["weight"].as_f64().unwrap_or(0.0);
        let Some(score) = audits[id]["score"].as_f64() else { continue };
        let cost = (1.0 - score) * weight;
        if cost > 0.0 {
            let title = audits[id]["title"].as_str().unwrap_or_default();
            let value = audits[id]["displayValue"].as_str().unwrap_or_default();
            costs.push((cost, format!("{id}: {title} {value}").trim_end().to_owned()));
        }
    }
    costs.sort_by(|a, b| b.0.total_cmp(&a.0));
    costs.into_iter().map(|(_, line)| line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_audits_that_cost_points_are_named_and_the_dearest_comes_first() {
        let category = json!({ "auditRefs": [
            { "id": "good", "weight": 10 },
            { "id": "cheap", "weight": 1 },
            { "id": "dear", "weight": 3 },
            { "id": "weightless", "weight": 0 },
            { "id": "manual", "weight": 5 },
        ] });
        let audits = json!({
            "good": { "score": 1, "title": "Good" },
            "cheap": { "score": 0.5, "title": "Cheap" },
            "dear": { "score": 0.5, "title": "Dear", "displayValue": "2 s" },
            "weightless": { "score": 0, "title": "Weightless" },
            "manual": { "score": null, "title": "By hand" },
        });
        assert_eq!(failing(&category, &audits), ["dear: Dear 2 s", "cheap: Cheap"]);
    }
}
