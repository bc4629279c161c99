//! `cargo lab test`: every test, in four layers, added up in one last line.
//!
//! `host` is what needs no browser; `wasm` runs inside workers of real browsers; `e2e`
//! drives the built page; `ways` types into a bare shell what the README tells people to.

mod interrupt;
pub mod libtest;
pub mod model;
mod selection;
mod shell;
mod tally;
mod ways;

use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use self::libtest::{FEATURES, WASM_TEST, names_of_tests};
use self::selection::{LAYERS, Selection};
use self::tally::{Count, Tally};
use super::browser::{Kind, start_xvfb};
use super::build_engines::{out, threads_config};
use super::page::with_tools;
use super::{Usage, npm_tools, page, project, python, say, tools};

/// The tests of the built page.
const END_TO_END: &str = "end_to_end";

/// Runs the layers that were asked for, in these browsers (none: all of them), as far as
/// the names of their tests contain `filter`.
pub fn run(only: &[String], browsers: &[Kind], filter: Option<&str>) -> Result<ExitCode> {
    let selection = Selection::new(only, browsers, filter)?;
    let mut tally = Tally::default();
    type Layer = fn(&Selection, &mut Tally) -> Result<()>;
    let layers: [Layer; 4] = [host, wasm, end_to_end, ways::run];
    for (name, layer) in LAYERS.into_iter().zip(layers) {
        if selection.layers.contains(name)
            && let Err(error) = layer(&selection, &mut tally)
        {
            // The other layers have something to say all the same.
            say(format_args!("{error:#}"));
            tally.fail(format!("the layer {name}: {error}"));
        }
    }
    if let (Count { passed: 0, failed: 0, skipped: 0 }, Some(part)) = (tally.count, filter) {
        let layers: Vec<_> = selection.layers.into_iter().collect();
        return Err(Usage(format!(
            "--filter is “{part}”, but no test of {} has that in its name; a run without \
             --filter names them all",
            layers.join(", ")
        ))
        .into());
    }
    for line in tally.last_lines() {
        println!("{line}");
    }
    let good = tally.count.failed == 0 && tally.count.passed > 0;
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Native tests: theory, measuring, schedules, parsing; unit tests, and the examples in
/// the documentation.
fn host(selection: &Selection, tally: &mut Tally) -> Result<()> {
    say("compiling the native tests");
    for program in libtest::compile(&native_targets()?)? {
        let mut tests = program.tests()?;
        tests.retain(|name| selection.wants(&format!("{}{name}", program.prefix)));
        // Plain cargo test leaves these out: it cannot install what they need.
        let needy = |name: &String| name.contains(python::NEEDS_HEADERS);
        if tests.iter().any(needy)
            && let Err(error) = python::ensure_headers()
        {
            let all = tests.len();
            tests.retain(|name| !needy(name));
            tally.skip(&program.prefix, all - tests.len(), &format!("{error:#}"));
        }
        if !tests.is_empty() {
            let mut command = program.command(&tests);
            tally.run(command.arg("--include-ignored"), &program.prefix, false)?;
        }
    }
    let mut examples = Command::new("cargo");
    examples.arg("test").args(FEATURES).arg("--doc");
    if let Some(part) = &selection.filter {
        examples.args(["--", part]);
    }
    tally.run(&mut examples, "", selection.filter.is_some())?;
    model::run(selection, tally)
}

/// The library, and every file and folder of tests but those of the built page. Those for
/// browsers are empty when they are compiled natively.
fn native_targets() -> Result<Vec<String>> {
    let mut targets = vec!["--lib".to_owned()];
    for entry in std::fs::read_dir(project().join("tests"))? {
        let path = entry?.path();
        let is_test =
            path.extension().is_some_and(|it| it == "rs") || path.join("main.rs").is_file();
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if is_test && name != END_TO_END {
            targets.extend(["--test".to_owned(), name]);
        }
    }
    Ok(targets)
}

/// Tests inside browsers, in workers: without shared memory, and with threads.
fn wasm(selection: &Selection, tally: &mut Tally) -> Result<()> {
    for file in ["browser", "threads"] {
        let source = std::fs::read_to_string(project().join(format!("tests/{file}.rs")))?;
        for &browser in &selection.browsers {
            let prefix = format!("{}::{file}::", browser.name());
            let wanted = |name: &&str| selection.wants(&format!("{prefix}{name}"));
            match (names_of_tests(&source, WASM_TEST).filter(wanted).count(), browser.impossible())
            {
                (0, _) => {}
                (tests, Some(why)) => tally.skip(&prefix, tests, why),
                _ => wasm_in(browser, file, &prefix, selection, tally)?,
            }
        }
    }
    Ok(())
}

fn wasm_in(
    browser: Kind,
    file: &str,
    prefix: &str,
    selection: &Selection,
    tally: &mut Tally,
) -> Result<()> {
    let threads = file == "threads";
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
    wasm_pack.args(["--test", file]);
    if threads {
        wasm_pack.args(["--features", "threads"]);
        wasm_pack.args(["--config", &threads_config(), "--target-dir", "target/lab/threads-tests"]);
        wasm_pack.env("RUSTC_BOOTSTRAP", "1");
        wasm_pack.env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort");
    }
    // A part of the names, for a runner that does not know our prefix.
    let part = selection.filter.as_ref().and_then(|part| part.rsplit("::").next());
    wasm_pack.args(part.filter(|part| !part.is_empty()));
    tally.run(&mut wasm_pack, prefix, false)
}

/// The built page, through WebDriver.
fn end_to_end(selection: &Selection, tally: &mut Tally) -> Result<()> {
    say("compiling the tests of the built page");
    for program in libtest::compile(&["--test", END_TO_END])? {
        let mut tests = program.tests()?;
        tests.retain(|name| selection.wants_end_to_end(&format!("{}{name}", program.prefix)));
        for browser in &selection.browsers {
            let Some(why) = browser.impossible() else { continue };
            let all = tests.len();
            tests.retain(|name| !name.starts_with(browser.name()));
            tally.skip(&format!("{}::", browser.name()), all - tests.len(), why);
        }
        if tests.is_empty() {
            continue;
        }
        for browser in selection.browsers.iter().filter(|browser| browser.impossible().is_none()) {
            browser.ensure()?;
        }
        let (axe, html_validate) = (npm_tools::AXE.ensure()?, npm_tools::HTML_VALIDATE.ensure()?);
        let folder = page::built()?;
        say(format_args!("{} tests of the built page", tests.len()));
        let retries = out().join("retries.txt");
        write(&retries, "")?;
        let mut command = program.command(&tests);
        command
            // One browser at a time: two cores cannot serve two pages that measure.
            .args(["--test-threads", "1"])
            .env("FIB_LAB_SITE", folder)
            .env("FIB_LAB_AXE", axe)
            .env("FIB_LAB_HTML_VALIDATE", html_validate)
            // libtest shows nothing of what a passing test prints.
            .env("FIB_LAB_RETRIES", &retries);
        let ran = tally.run(&mut command, &program.prefix, false);
        tally.retried(&std::fs::read_to_string(&retries)?, &program.prefix);
        ran?;
    }
    Ok(())
}

fn write(file: &Path, text: &str) -> Result<()> {
    std::fs::write(file, text).with_context(|| format!("could not write {}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_native_test_is_run() {
        let targets = native_targets().unwrap();
        assert_eq!(targets.first().map(String::as_str), Some("--lib"));
        for known in ["native", "house", "honesty", "lessons"] {
            assert!(targets.iter().any(|name| name == known), "{targets:?}");
        }
        assert!(!targets.iter().any(|name| name == END_TO_END || name == "data"), "{targets:?}");
    }
}
