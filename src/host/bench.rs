//! `cargo lab bench`: the figures that the README states, as ratios within one run.
//!
//! Native and browser samples alternate, round by round, so that a machine that gets
//! slower or faster meanwhile does so for both.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result};
use serde_json::json;

use super::browser::{Browser, Kind, Settings};
use super::build_engines::{PROFILE, out};
use super::server::{Server, Site};
use super::{c_compiler, lighthouse, measure, page, process, project, say, transfer_size};
use crate::measure::block::{Estimate, Role};
use crate::measure::stats::median;
use crate::report::{Report, SeriesName};
use crate::runtime::pool::{List, POOL, SERIAL, Shared};
use crate::theory::laws::CHAPTER_TASKS;
use crate::theory::schedule::in_order;
use crate::trace::sample::Sample;

const TASKS: &str = "38,37,36,35,34,33";
/// How often each comparison is made.
pub const ROUNDS: usize = 5;

/// Prints the scores of Lighthouse and nothing else.
pub fn run_lighthouse() -> Result<()> {
    let folder = page::built()?;
    tokio::runtime::Runtime::new()?.block_on(lighthouse::run(&folder))
}

/// Measures and prints the figures of the chapter's list and of the page.
pub fn run() -> Result<()> {
    let native = native_engine()?;
    let folder = page::built()?;
    tokio::runtime::Runtime::new()?.block_on(async {
        let site = Site { folder: folder.clone(), isolated: true, ..Site::default() };
        let server = Server::start(site.clone()).await?;
        let browser = Browser::start(Settings::new(Kind::Chromium)).await?;

        let started = Instant::now();
        browser.open(&server.address("")).await?;
        browser.wait_for(&["ready"]).await?;
        let ready_ms = started.elapsed().as_secs_f64() * 1e3;
        let front = transfer_size::total(&transfer_size::first_view(&site).await?);
        let exhibit = first_visit(&folder, "pool-map.html").await?;

        let (mut serial, mut pool) = (Compared::default(), Compared::default());
        let (c_compiler, mut against_c) = (c_compiler::version(), Compared::default());
        let (mut starts, mut efficiencies) = (Vec::new(), Vec::new());
        let mut javascript = Vec::new();
        for round in 1..=ROUNDS {
            say(format_args!("round {round} of {ROUNDS}"));
            let native_serial = native_ms(&native, None)?;
            let native_pool = native_ms(&native, Some(2))?;
            let query = format!("pool-map.html?tasks={TASKS}&workers=2&seconds=6&run=1");
            let (_, report) = measure::once(&browser, &server.address(&query)).await?;
            efficiencies.extend(report.capacity_efficiency.as_ref().map(|found| found.median));
            let own = report.samples(Role::Parallel);
            if let (Some(own), Some(other)) = (median(&own), median(&javascript_ms(&report))) {
                javascript.push(own / other);
            }
            if c_compiler.is_some() {
                against_c.add(report.samples(Role::Serial), c_compiler::serial_ms()?);
            }
            serial.add(report.samples(Role::Serial), native_serial);
            pool.add(own, native_pool);
            starts.extend(start_ups(&report));
        }
        // The figures are taken: how the browser ends does not matter any more.
        let _ = browser.close().await;

        println!("Ratios: median (least to most) of {ROUNDS} rounds; 2 workers, tasks {TASKS}");
        serial.print("serial program in Chromium ÷ native", "at most 1.10");
        println!("  native is {}", c_compiler::rustc_version());
        if let Some(version) = c_compiler {
            against_c.print("serial program in Chromium ÷ C at -O2", "no limit: stated");
            println!("  C is {version}");
        }
        pool.print("threads in Chromium ÷ native pool", "at most 1.05");
        print_ratio("threads ÷ JavaScript workers", &javascript, "at most 0.30");
        print_ratio("capacity efficiency", &efficiencies, "at least 0.97");
        if let Some(ms) = median(&starts) {
            println!("{:<38} {ms:.0} ms", "until the pool of 2 is ready");
        }
        println!("{:<38} {ready_ms:.0} ms (through WebDriver)", "until the page is ready");
        for (name, (brotli, gzip)) in
            [("first visit, front page, gzip", front), ("first visit, an exhibit, gzip", exhibit)]
        {
            let most = transfer_size::MOST_GZIP;
            let [brotli, gzip, most] = [brotli, gzip, most].map(|bytes| bytes.div_ceil(1000));
            println!("{name:<38} {gzip} KB (at most {most}); brotli {brotli} KB");
        }
        lighthouse::run(&folder).await
    })
}

/// What a first visit to a page transfers, as brotli and as gzip.
async fn first_visit(folder: &Path, page: &str) -> Result<(usize, usize)> {
    let site = Site { folder: folder.to_owned(), isolated: true, ..Site::default() };
    let server = Server::start(site.clone()).await?;
    let browser = Browser::start(Settings::new(Kind::Chromium)).await?;
    browser.open(&server.address(page)).await?;
    browser.wait_for(&["ready"]).await?;
    let total = transfer_size::total(&transfer_size::first_view(&site).await?);
    browser.close().await?;
    Ok(total)
}

fn print_ratio(name: &str, ratios: &[f64], limit: &str) {
    let least = ratios.iter().copied().fold(f64::INFINITY, f64::min);
    let most = ratios.iter().copied().fold(0.0, f64::max);
    if let Some(middle) = median(ratios) {
        println!("{name:<38} {middle:.3} ({least:.3} to {most:.3}; {limit})");
    }
}

/// Prints a quantity with its interval, and what it comes from.
pub fn print_estimate(name: &str, found: &Estimate, of: &str) {
    let Estimate { median, low, high, confidence, blocks } = found;
    let percent = confidence * 100.0;
    println!("{name:<38} {median:.4} ({low:.4} to {high:.4}, {percent:.1} %; {blocks} {of})");
}

/// The same work done in the browser and natively, round by round.
#[derive(Default)]
pub struct Compared {
    ratios: Vec<f64>,
    browser_ms: Vec<f64>,
    native_ms: Vec<f64>,
}

impl Compared {
    /// Takes the samples of a round.
    pub fn add(&mut self, browser_ms: Vec<f64>, native_ms: Vec<f64>) {
        if let (Some(browser), Some(native)) = (median(&browser_ms), median(&native_ms)) {
            self.ratios.push(browser / native);
        }
        self.browser_ms.extend(browser_ms);
        self.native_ms.extend(native_ms);
    }

    /// The ratio of medians round by round, and of the fastest samples of all: whatever
    /// else runs on the machine only adds time, so the fastest ones are the cleanest.
    pub fn print(&self, name: &str, limit: &str) {
        print_ratio(name, &self.ratios, limit);
        let fastest = |ms: &[f64]| ms.iter().copied().fold(f64::INFINITY, f64::min);
        let ratio = fastest(&self.browser_ms) / fastest(&self.native_ms);
        println!("{:<38} {ratio:.3}", "  the fastest samples of each");
    }

    /// The medians of all samples, in the browser and natively.
    pub fn medians(&self) -> (Option<f64>, Option<f64>) {
        (median(&self.browser_ms), median(&self.native_ms))
    }
}

fn start_ups(report: &Report) -> impl Iterator<Item = f64> {
    report.series_named(SeriesName::StartUp).flat_map(|series| series.samples.iter().copied())
}

/// The samples of the same pool in plain JavaScript.
pub fn javascript_ms(report: &Report) -> Vec<f64> {
    let series = report.series_named(SeriesName::JavascriptWorkers);
    series.flat_map(|series| series.samples.clone()).collect()
}

/// The engine built natively, with the same profile.
pub fn native_engine() -> Result<PathBuf> {
    say("building the native engine (about a minute the first time)");
    let target = out().join("native");
    let mut cargo = Command::new("cargo");
    cargo
        .current_dir(project())
        .args(["build", "--bin", "engine", "--features", "threads"])
        .args(["--profile", PROFILE, "--target-dir"])
        .arg(&target);
    process::run(&mut cargo)?;
    Ok(target.join(PROFILE).join(format!("engine{}", std::env::consts::EXE_SUFFIX)))
}

/// Three native runs of the chapter's list, in milliseconds each: of the serial program, or
/// of a pool with so many workers.
pub fn native_ms(engine: &Path, workers: Option<u32>) -> Result<Vec<f64>> {
    let tasks = CHAPTER_TASKS.to_vec();
    let (name, warm_up, input) = match workers {
        None => {
            let list = |tasks| json!(List { tasks, repeats: 1 });
            (SERIAL.name, list(vec![30]), list(tasks))
        }
        Some(workers) => {
            let shared = |tasks: Vec<u32>| {
                let plan = in_order(&tasks);
                json!(Shared { tasks, plan, repeats: 1 })
            };
            (POOL.name, shared(vec![25; 4 * workers as usize]), shared(tasks))
        }
    };
    let one = |_| -> Result<f64> {
        let mut command = Command::new(engine);
        command.args([name, &warm_up.to_string(), name, &input.to_string()]);
        if let Some(workers) = workers {
            command.env("RAYON_NUM_THREADS", workers.to_string());
        }
        let printed = process::read(&mut command)?;
        let sample: Sample = serde_json::from_str(&printed)
            .with_context(|| format!("the native engine printed no sample: {printed}"))?;
        Ok(sample.ms)
    };
    (0..3).map(one).collect()
}
