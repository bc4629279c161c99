//! `cargo lab compare`: the six fibs in the lab and in what else one would use.
//!
//! All candidates take turns, round by round, on the same number of workers, so that a
//! machine that gets slower or faster meanwhile does so for all.

use std::collections::BTreeMap;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::bench::{javascript_ms, native_engine, native_ms};
use super::browser::{Browser, Kind, Settings};
use super::server::{Server, Site};
use super::{c_compiler, measure, page, process, project, say};
use crate::fib;
use crate::measure::block::Role;
use crate::measure::stats::{estimate, median};
use crate::theory::laws::CHAPTER_TASKS;
use crate::theory::schedule::work;

/// What CPython maps over: it would take minutes over the chapter's list.
const PYTHON_TASKS: [u32; 6] = [30, 29, 28, 27, 26, 25];
/// The least coverage of an interval.
const COVERAGE: f64 = 0.95;

/// A candidate, and its time in each round that it took part in, in milliseconds.
struct Candidate {
    name: String,
    rounds_ms: BTreeMap<u32, f64>,
}

/// The candidates so far, in the order in which they came.
#[derive(Default)]
struct Table(Vec<Candidate>);

impl Table {
    fn add(&mut self, round: u32, name: impl Into<String>, samples_ms: &[f64]) {
        let (name, Some(ms)) = (name.into(), median(samples_ms)) else { return };
        match self.0.iter_mut().find(|candidate| candidate.name == name) {
            Some(candidate) => drop(candidate.rounds_ms.insert(round, ms)),
            None => self.0.push(Candidate { name, rounds_ms: BTreeMap::from([(round, ms)]) }),
        }
    }

    /// One line each: median, interval, and how many times as long as `yardstick`, round
    /// by round.
    fn print(&self, yardstick: &str) {
        let rounds = self.0.iter().map(|candidate| candidate.rounds_ms.len()).max().unwrap_or(0);
        println!(
            "{:<36} {:>10}  {:<22} ÷ {yardstick}",
            "six fibs", "median", "interval of the median"
        );
        let standard = self.0.iter().find(|candidate| candidate.name == yardstick);
        for Candidate { name, rounds_ms } in &self.0 {
            let all: Vec<f64> = rounds_ms.values().copied().collect();
            let Some(own) = estimate(&all, COVERAGE) else { continue };
            let interval = format!("{:.0} to {:.0} ms", own.low, own.high);
            let against = standard.map(|standard| {
                let pair = |(round, own): (&u32, &f64)| Some(own / standard.rounds_ms.get(round)?);
                rounds_ms.iter().filter_map(pair).collect::<Vec<_>>()
            });
            let against = against.and_then(|ratios| estimate(&ratios, COVERAGE));
            let against = against.map_or(String::new(), |against| {
                format!("{:.2} ({:.2} to {:.2})", against.median, against.low, against.high)
            });
            println!("{name:<36} {:>7.0} ms  {interval:<22} {against}", own.median);
        }
        println!(
            "Intervals: from the least to the greatest of {rounds} rounds, or narrower where that \
             still covers {:.0} %.",
            COVERAGE * 100.0
        );
    }
}

/// Measures everything that is installed, and prints the table.
pub fn run(workers: u32, rounds: u32) -> Result<()> {
    let native = native_engine()?;
    let folder = page::built()?;
    let browsers: Vec<Kind> =
        Kind::ALL.into_iter().filter(|kind| kind.installed().is_some()).collect();
    for kind in Kind::ALL.iter().filter(|kind| !browsers.contains(kind)) {
        say(format_args!("{} is not installed and is left out", kind.name()));
    }
    let python = process::read(Command::new("python3").arg("--version")).ok();
    if python.is_none() {
        say("python3 is not installed and is left out");
    }
    let c_compiler = c_compiler::version();
    if c_compiler.is_none() {
        say("cc is not installed and is left out");
    }
    let tasks = CHAPTER_TASKS.map(|n| n.to_string()).join(",");
    let mut table = Table::default();
    tokio::runtime::Runtime::new()?.block_on(async {
        let server = Server::start(Site { folder, isolated: true, ..Site::default() }).await?;
        let query = format!("pool-map.html?tasks={tasks}&workers={workers}&seconds=6&run=1");
        for round in 1..=rounds {
            say(format_args!("round {round} of {rounds}"));
            table.add(round, "native Rust, serial", &native_ms(&native, None)?);
            let pool = native_ms(&native, Some(workers))?;
            table.add(round, "native Rust, pool", &pool);
            if c_compiler.is_some() {
                table.add(round, "C at -O2, serial", &c_compiler::serial_ms()?);
            }
            for &kind in &browsers {
                // One browser at a time: two would share the cores.
                let browser = Browser::start(Settings::new(kind)).await?;
                let measured = measure::once(&browser, &server.address(&query)).await;
                let _ = browser.close().await;
                // A browser that breaks down in one round takes part in the others.
                let report = match measured {
                    Ok((_, report)) => report,
                    Err(error) => {
                        say(format_args!("{} misses this round: {error:#}", kind.name()));
                        continue;
                    }
                };
                let runtime = report.spec.as_ref().map_or("", |spec| spec.name("runtime"));
                let name = kind.name();
                let serial = report.samples(Role::Serial);
                table.add(round, format!("lab in {name}, serial"), &serial);
                let parallel = report.samples(Role::Parallel);
                table.add(round, format!("lab in {name}, {runtime}"), &parallel);
                table.add(round, format!("JavaScript workers in {name}"), &javascript_ms(&report));
            }
            if python.is_some() {
                table.add(round, "CPython multiprocessing.Pool, scaled", &[python_ms(workers)?]);
            }
        }
        anyhow::Ok(())
    })?;
    table.print("native Rust, pool");
    if let Some(version) = python {
        println!(
            "{version} maps over {PYTHON_TASKS:?}; its time is scaled by the number of calls, {:.0} times \
             as many.",
            scale()
        );
    }
    println!(
        "Native Rust is by {}; C by {}. They make different code of the same recursion.",
        c_compiler::rustc_version(),
        c_compiler.as_deref().unwrap_or("no compiler")
    );
    println!(
        "{workers} workers; browsers measure with the protocol of the page, JavaScript after it."
    );
    Ok(())
}

/// How many times as many calls the chapter's list makes as CPython's.
fn scale() -> f64 {
    let calls = |tasks: &[u32]| work(tasks).iter().sum::<u64>() as f64;
    calls(&CHAPTER_TASKS) / calls(&PYTHON_TASKS)
}

/// One run of CPython's pool, in milliseconds, scaled to the chapter's list.
fn python_ms(workers: u32) -> Result<f64> {
    let program = "import sys, time, multiprocessing\n\
        sys.path.insert(0, sys.argv[1])\n\
        from program import fib\n\
        if __name__ == '__main__':\n\
        \x20   with multiprocessing.Pool(int(sys.argv[2])) as pool:\n\
        \x20       pool.map(fib, [1] * 8)\n\
        \x20       start = time.perf_counter()\n\
        \x20       answers = pool.map(fib, [int(n) for n in sys.argv[3:]])\n\
        \x20       print((time.perf_counter() - start) * 1000, *answers)\n";
    let mut command = Command::new("python3");
    command
        .args(["-c", program])
        .arg(project().join("src/exhibits/pool_map"))
        .arg(workers.to_string());
    command.args(PYTHON_TASKS.map(|n| n.to_string()));
    let printed = process::read(&mut command)?;
    let mut numbers = printed.split_whitespace();
    let ms: f64 =
        numbers.next().and_then(|ms| ms.parse().ok()).context("python3 printed no time")?;
    let answers: Vec<&str> = numbers.collect();
    let right = PYTHON_TASKS.map(|n| fib::iterative(n).to_string());
    ensure!(answers == right, "CPython's answers are wrong: {printed}");
    Ok(ms * scale())
}
