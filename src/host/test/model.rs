//! The scheduler's model: a package of its own, compiled with loom's threads and atomics, and, for
//! Miri, with the real ones.

use std::process::Command;

use anyhow::Result;

use super::libtest::names_of_tests;
use super::selection::Selection;
use super::tally::Tally;
use crate::host::build_engines::out;
use crate::host::project;

/// The package.
const MANIFEST: &str = "tests/scheduler_model/Cargo.toml";
/// The tests on a single thread, which Miri can run.
const SINGLE_THREADED: &str = "src/scheduler/tests.rs";
/// What their names begin with in the last lines.
const MIRI: &str = "miri::scheduler::";

/// The variable by which more preemptions are allowed than the tests have time for.
const DEEPER: &str = "FIB_LAB_MODEL_DEEPER";

/// Walks through the model with so many preemptions more than in the tests: the command, to be
/// run in the project's folder.
pub fn deeper(more: u64) -> Command {
    let mut cargo = on_model(&["test", "--quiet"]);
    cargo.current_dir(project()).env(DEEPER, more.to_string());
    cargo
}

/// Walks through the model, and has Miri look at the unsafe code where it is installed.
pub fn run(selection: &Selection, tally: &mut Tally) -> Result<()> {
    let filtered = selection.filter.is_some();
    tally.run(&mut cargo(&["test"], selection), "scheduler_model::", filtered)?;
    let source = std::fs::read_to_string(project().join(SINGLE_THREADED))?;
    let wanted = |name: &&str| selection.wants(&format!("{MIRI}{name}"));
    let tests = names_of_tests(&source, "#[test]").filter(wanted).count();
    let has_miri = || {
        let asked = Command::new("cargo").args(["+nightly", "miri", "--version"]).output();
        asked.is_ok_and(|output| output.status.success())
    };
    if tests == 0 {
        Ok(())
    } else if has_miri() {
        let words = ["+nightly", "miri", "test", "--no-default-features"];
        tally.run(&mut cargo(&words, selection), "miri::", filtered)
    } else {
        tally.skip(MIRI, tests, "cargo +nightly miri is not installed");
        Ok(())
    }
}

fn cargo(words: &[&str], selection: &Selection) -> Command {
    let mut cargo = on_model(words);
    // A part of the names, for a runner that does not know our prefix.
    let part = selection.filter.as_ref().and_then(|part| part.rsplit("::").next());
    cargo.args(part.filter(|part| !part.is_empty()).map(|part| ["--", part]).into_iter().flatten());
    cargo
}

/// Cargo on the model's package.
fn on_model(words: &[&str]) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.args(words).args(["--manifest-path", MANIFEST, "--lib", "--target-dir"]);
    cargo.arg(out().join("scheduler-model"));
    cargo
}
