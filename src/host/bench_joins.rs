//! `cargo lab bench --only joins`: what splitting a task costs and brings, in every browser and
//! natively.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::bench::native_engine;
use super::browser::{Browser, Kind, Settings};
use super::build_engines::{PROFILE, out};
use super::server::{Server, Site};
use super::{measure, page, process, project, say};
use crate::exhibits::fork_join::figures::{RUNS, native_words, of_control, rayon_overhead};
use crate::measure::block::Estimate;
use crate::measure::stats::median;
use crate::report::{Report, SeriesName};

/// The native programs run so many times each, in turn.
const ROUNDS: usize = 7;

/// Measures and prints every figure.
pub fn run() -> Result<()> {
    let native = native_engine()?;
    let folder = page::built()?;
    println!(
        "2 workers. T1 ÷ Ts: one worker ÷ serial. Of control: Ts ÷ T2, without a cut-off T1 ÷ T2, by \
         what independent kernels get in the same block, of sorting no more than its last merge allows."
    );
    println!(
        "{:<11} {:<34} {:<22} {:<22} {:<8} {:<24} rayon: T1 ÷ Ts",
        "", "", "T1 ÷ Ts", "of control", "steals", "to wake a worker, µs"
    );
    tokio::runtime::Runtime::new()?.block_on(async {
        for kind in Kind::ALL.into_iter().filter(|kind| kind.impossible().is_none()) {
            rows(&folder, Settings::new(kind), &RUNS, "").await?;
        }
        // What inlines the serial program several levels deep makes it the faster, the less of the
        // split one fits into itself: so the ratio is about that, too.
        let plain = Settings { inlines: false, ..Settings::new(Kind::Chromium) };
        rows(&folder, plain, &RUNS[..1], ", nothing inlined").await
    })?;
    say("native programs");
    let chili = chili_example()?;
    let mut ratios: [Vec<f64>; 3] = Default::default();
    for _ in 0..ROUNDS {
        let [serial, ours, small, rayon] = native_words().map(|words| native_ms(&native, &words));
        ratios[0].push(ours? / serial?);
        ratios[1].push(rayon? / small?);
        let printed = process::read(&mut Command::new(&chili))?;
        let [serial, split]: [f64; 2] = serde_json::from_str(&printed)
            .with_context(|| format!("the example printed no times: {printed}"))?;
        ratios[2].push(split / serial);
    }
    for (name, ratios) in ["the lab's join", "rayon's join", "chili's join"].iter().zip(ratios) {
        let least = ratios.iter().copied().fold(f64::INFINITY, f64::min);
        let most = ratios.iter().copied().fold(0.0, f64::max);
        let middle = median(&ratios).unwrap_or(f64::NAN);
        println!(
            "{:<11} {:<34} {middle:.2} ({least:.2} to {most:.2} of {ROUNDS} rounds)",
            "native",
            format!("fib without a cut-off, {name}")
        );
    }
    Ok(())
}

/// Measures runs in one browser, and prints a line of each.
async fn rows(folder: &Path, settings: Settings, runs: &[(&str, &str)], how: &str) -> Result<()> {
    let site = Site { folder: folder.to_owned(), isolated: true, ..Site::default() };
    let server = Server::start(site).await?;
    let browser = Browser::start(settings).await?;
    for (name, query) in runs {
        let (_, report) = measure::once(&browser, &server.address(query)).await?;
        println!("{:<11} {:<34} {}", settings.kind.name(), format!("{name}{how}"), row(&report));
    }
    // The figures are taken: how the browser ends does not matter any more.
    let _ = browser.close().await;
    Ok(())
}

/// The figures of a run, in columns.
fn row(report: &Report) -> String {
    let cell = |estimate: Option<&Estimate>| {
        estimate.map_or("not known".to_owned(), |it| {
            format!("{:.3} ({:.3} to {:.3})", it.median, it.low, it.high)
        })
    };
    let steals = report.series_named(SeriesName::Steals).next();
    let steals = steals.and_then(|series| median(&series.samples)).unwrap_or(f64::NAN);
    let rayon = rayon_overhead(report);
    format!(
        "{:<22} {:<22} {steals:<8.1} {:<24} {}",
        cell(report.work_overhead.as_ref()),
        cell(of_control(report).as_ref()),
        wake_up(report),
        rayon.map_or(String::new(), |rayon| cell(Some(&rayon)))
    )
}

/// What it took to wake a worker that slept: the median, least and most of the run, in
/// microseconds.
fn wake_up(report: &Report) -> String {
    let Some(series) = report.series_named(SeriesName::WakeUp).next() else {
        return "not known".to_owned();
    };
    let mut us: Vec<f64> = series.samples.iter().map(|ms| ms * 1e3).collect();
    us.sort_by(f64::total_cmp);
    match (median(&us), us.first(), us.last()) {
        (Some(middle), Some(least), Some(most)) => format!("{middle:.0} ({least:.0} to {most:.0})"),
        _ => "nobody came".to_owned(),
    }
}

/// One run of native programs, each given by its name and its input: the time that the last one
/// tells.
fn native_ms(engine: &Path, words: &[String]) -> Result<f64> {
    let mut command = Command::new(engine);
    command.args(words).env("RAYON_NUM_THREADS", "1");
    let printed = process::read(&mut command)?;
    let told: serde_json::Value = serde_json::from_str(&printed)?;
    // The program that leads tells its own part beside the time.
    let timed = told.get(0).unwrap_or(&told);
    timed["ms"].as_f64().with_context(|| format!("the native engine printed no time: {printed}"))
}

/// The example that splits by chili's join: built with the profile of the engines, and from the
/// dependencies that tests and examples alone have.
fn chili_example() -> Result<PathBuf> {
    say("building the example with chili's join");
    let target = out().join("native");
    let mut cargo = Command::new("cargo");
    cargo.current_dir(project()).args(["build", "--example", "chili", "--features", "threads"]);
    cargo.args(["--profile", PROFILE, "--target-dir"]).arg(&target);
    process::run(&mut cargo)?;
    let file = format!("chili{}", std::env::consts::EXE_SUFFIX);
    Ok(target.join(PROFILE).join("examples").join(file))
}
