//! `cargo lab test`: every test, in three layers, added up in one last line.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result};

use super::browser::{Kind, start_xvfb};
use super::build_engines::threads_config;
use super::page::with_tools;
use super::{Usage, npm_tools, page, process, project, say, tools};

/// What the runners counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Count {
    passed: usize,
    failed: usize,
    skipped: usize,
}

impl std::ops::AddAssign for Count {
    fn add_assign(&mut self, other: Count) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl Count {
    /// Reads a closing line of libtest or of wasm-bindgen's runner:
    /// `test result: ok. 3 passed; 0 failed; 1 ignored; …`.
    fn of_line(line: &str) -> Option<Count> {
        let (_, counts) = line.trim().strip_prefix("test result: ")?.split_once(". ")?;
        let mut count = Count::default();
        for part in counts.split(';') {
            let Some((number, what)) = part.trim().split_once(' ') else { continue };
            let Ok(number) = number.parse() else { continue };
            match what {
                "passed" => count.passed = number,
                "failed" => count.failed = number,
                "ignored" => count.skipped = number,
                _ => {}
            }
        }
        Some(count)
    }
}

/// Runs the layers that were asked for, in these browsers (none: all of them).
pub fn run(only: &[String], browsers: &[Kind]) -> Result<ExitCode> {
    let layers = ["host", "wasm", "e2e"];
    if let Some(wrong) = only.iter().find(|name| !layers.contains(&name.as_str())) {
        return Err(Usage(format!("--only is “{wrong}”, but allowed is host, wasm or e2e")).into());
    }
    let wanted: BTreeSet<&str> = match only {
        [] => layers.into_iter().collect(),
        names => names.iter().map(String::as_str).collect(),
    };
    let browsers = if browsers.is_empty() { &Kind::ALL } else { browsers };

    let mut total = Count::default();
    if wanted.contains("host") {
        total += host()?;
    }
    if wanted.contains("wasm") {
        for &browser in browsers {
            total += wasm(browser, false)?;
            total += wasm(browser, true)?;
        }
    }
    if wanted.contains("e2e") {
        total += end_to_end(browsers)?;
    }
    let skipped = match total.skipped {
        0 => String::new(),
        number => format!(", {number} skipped"),
    };
    println!("{} passed, {} failed{skipped}", total.passed, total.failed);
    let good = total.failed == 0 && total.passed > 0;
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Native tests: theory, measuring, schedules, parsing; unit tests, and the examples in
/// the documentation.
fn host() -> Result<Count> {
    say("native tests");
    let mut tests = Command::new("cargo");
    tests.args(["test", "--quiet", "--features", "host,threads", "--lib"]);
    tests.args(["--test", "native", "--test", "honesty", "--test", "lessons"]);
    let mut count = counted(&mut tests)?;
    let mut examples = Command::new("cargo");
    // The same features as above: else everything would be compiled once more.
    examples.args(["test", "--quiet", "--features", "host,threads", "--doc"]);
    count += counted(&mut examples)?;
    Ok(count)
}

/// Tests inside a browser, in workers: without shared memory, or with threads.
fn wasm(browser: Kind, threads: bool) -> Result<Count> {
    let which = if threads { "with threads" } else { "without shared memory" };
    say(format_args!("tests in {}, {which}", browser.name()));
    let (_, driver) = browser.ensure()?;
    let program = match super::route::Route::ensure()? {
        super::route::Route::Debian => "wasm-pack".into(),
        super::route::Route::Rustup => tools::WASM_PACK.ensure()?,
    };
    let tools = [tools::WASM_PACK, tools::WASM_BINDGEN];
    let mut wasm_pack = with_tools(&program, &tools)?;
    wasm_pack.args(["test", "--mode", "no-install", "--headless"]);
    let (flag, driver_flag) = match browser {
        Kind::Chromium => ("--chrome", "--chromedriver"),
        Kind::Firefox => ("--firefox", "--geckodriver"),
        Kind::Webkit => ("--safari", "--safaridriver"),
    };
    wasm_pack.arg(flag).arg(driver_flag).arg(driver).arg(project());
    wasm_pack.env("WASM_BINDGEN_TEST_TIMEOUT", "120");
    // Lives until the tests are done.
    let mut _display = None;
    if browser == Kind::Webkit {
        let (display, xvfb) = start_xvfb()?;
        wasm_pack.env("DISPLAY", display).env("JSC_useSharedArrayBuffer", "1");
        _display = Some(xvfb);
    }
    if threads {
        wasm_pack.args(["--features", "threads", "--test", "threads"]);
        wasm_pack.args(["--config", &threads_config(), "--target-dir", "target/lab/threads-tests"]);
        wasm_pack.env("RUSTC_BOOTSTRAP", "1");
        wasm_pack.env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort");
    } else {
        wasm_pack.args(["--test", "browser"]);
    }
    counted(&mut wasm_pack)
}

/// The built page, through WebDriver.
fn end_to_end(browsers: &[Kind]) -> Result<Count> {
    for browser in browsers {
        browser.ensure()?;
    }
    let (axe, html_validate) = (npm_tools::AXE.ensure()?, npm_tools::HTML_VALIDATE.ensure()?);
    let folder = page::built()?;
    say("tests of the built page");
    let mut tests = Command::new("cargo");
    tests
        .args(["test", "--quiet", "--features", "host,threads", "--test", "end_to_end"])
        // One browser at a time: two cores cannot serve two pages that measure.
        .args(["--", "--test-threads", "1"])
        // The tests of each browser stand in modules that begin with its name.
        .args(browsers.iter().map(|browser| browser.name()))
        // And one that needs no browser.
        .arg("markup::")
        .env("FIB_LAB_SITE", folder)
        .env("FIB_LAB_AXE", axe)
        .env("FIB_LAB_HTML_VALIDATE", html_validate);
    counted(&mut tests)
}

/// Runs a test command, shows what it prints, and adds up its closing lines. A runner
/// that fails without counting a failure counts as one.
fn counted(command: &mut Command) -> Result<Count> {
    let words = process::words(command);
    let mut child = command
        .current_dir(project())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("could not start: {words}"))?;
    let mut count = Count::default();
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).lines() {
            let line = line?;
            println!("{line}");
            if let Some(more) = Count::of_line(&line) {
                count += more;
            }
        }
    }
    let status = child.wait()?;
    if !status.success() && count.failed == 0 {
        say(format_args!("this ended with {status} and counted no failure: {words}"));
        count.failed += 1;
    }
    if status.success() && count == Count::default() {
        say(format_args!("this ran no test: {words}"));
        count.failed += 1;
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_are_read_and_other_lines_are_not() {
        let line =
            "test result: FAILED. 12 passed; 1 failed; 2 ignored; 0 measured; 0 filtered out";
        assert_eq!(Count::of_line(line), Some(Count { passed: 12, failed: 1, skipped: 2 }));
        assert_eq!(Count::of_line("test a_name ... ok"), None);
    }
}
