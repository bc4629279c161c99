//! The section of `cargo lab bench` about counting together: what an addition takes in each
//! way, in the browser and natively.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::json;

use super::bench::{Compared, ROUNDS, native_engine};
use super::browser::{Browser, Kind, Settings};
use super::server::{Server, Site};
use super::{c_compiler, measure, page, process, say};
use crate::exhibits::shared_counter::native::{NativeOrder, Natively};
use crate::exhibits::shared_counter::program::Way;
use crate::measure::summary::column;
use crate::report::Report;
use crate::runtime::program::Program;

/// How many workers count together.
const WORKERS: u32 = 2;
/// How many times each of them adds, in the browser and natively. As many in both, because two
/// workers do not meet all the time: while the system has put one of them aside, the other counts
/// alone and faster, and the longer a sample is, the more of it is that.
const INCREMENTS: u32 = 1_000_000;
/// How many native samples there are of each in a round: about as many as blocks in the browser.
const SAMPLES: u32 = 9;
/// So many go before them, until each thread has a core of its own.
const SETTLING: u32 = 5;

/// One way by so many workers, in the browser and natively.
struct Row {
    way: Way,
    workers: u32,
    /// Nanoseconds per addition.
    compared: Compared,
}

/// Measures and prints what an addition takes.
pub fn run() -> Result<()> {
    let native = native_engine()?;
    let folder = page::built()?;
    tokio::runtime::Runtime::new()?.block_on(async {
        let server = Server::start(Site { folder, isolated: true, ..Site::default() }).await?;
        let browser = Browser::start(Settings::new(Kind::Chromium)).await?;
        let both = |way| [1, WORKERS].map(|workers| Row { way, workers, compared: Compared::default() });
        let mut rows: Vec<Row> = Way::ALL.into_iter().flat_map(both).collect();
        for round in 1..=ROUNDS {
            say(format_args!("counting, round {round} of {ROUNDS}"));
            let query = format!(
                "shared-counter.html?way=all&workers={WORKERS}&increments={INCREMENTS}&seconds=6&run=1"
            );
            let (_, report) = measure::once(&browser, &server.address(&query)).await?;
            for row in &mut rows {
                row.compared.add(in_browser(&report, row)?, natively(&native, row)?);
            }
        }
        // The figures are taken: how the browser ends does not matter any more.
        let _ = browser.close().await;
        println!("Counting, ns per addition over all workers: Chromium, native ({ROUNDS} rounds)");
        println!("  native is {}", c_compiler::rustc_version());
        for Row { way, workers, compared } in rows {
            let limit = match way {
                Way::Atomic | Way::Lock => "at most 1.5",
                _ => "no limit: stated",
            };
            compared.print(&format!("{}, {workers} ÷ native", way.name()), limit);
            if let (Some(ours), Some(other)) = compared.medians() {
                println!("  {ours:.2} ns, {other:.2} ns");
            }
        }
        Ok(())
    })
}

/// What an addition took in the browser, block by block, in nanoseconds.
fn in_browser(report: &Report, row: &Row) -> Result<Vec<f64>> {
    let (name, x) = (row.way.name(), Some(f64::from(row.workers)));
    let arm = report.arms.iter().find(|arm| arm.id.starts_with(name) && arm.x == x);
    let arm = arm.with_context(|| format!("the run has no {name} by {}", row.workers))?;
    // One worker who does all adds as often as all of them together.
    let ns = |ms: f64| ms * 1e6 / f64::from(WORKERS) / f64::from(INCREMENTS);
    Ok(column(&report.blocks, &arm.id).into_iter().map(ns).collect())
}

/// What an addition took natively, sample by sample, in nanoseconds.
fn natively(engine: &Path, row: &Row) -> Result<Vec<f64>> {
    let &Row { way, workers, .. } = row;
    let samples = SETTLING + SAMPLES;
    let order = json!(NativeOrder { way, workers, times: INCREMENTS, samples }).to_string();
    let mut command = Command::new(engine);
    command.args([Natively::CALL.name, &order]);
    let printed = process::read(&mut command)?;
    let all_ms: Vec<f64> = serde_json::from_str(&printed)
        .with_context(|| format!("the native engine printed no times: {printed}"))?;
    let ns = |ms: f64| ms * 1e6 / f64::from(workers) / f64::from(INCREMENTS);
    Ok(all_ms.into_iter().skip(SETTLING as usize).map(ns).collect())
}
