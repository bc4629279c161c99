//! Rust's own test programs: compiled by cargo, and run one by one, so that their tests can
//! be listed, chosen by name and clocked.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::host::{process, project};

/// All native tests are compiled with the same features: else everything would be compiled
/// once more.
pub const FEATURES: [&str; 2] = ["--features", "host,threads"];

/// A compiled test program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestProgram {
    /// What the names of its tests begin with: nothing for the library's own.
    pub prefix: String,
    file: PathBuf,
}

/// Compiles these targets, such as `--lib` or `--test native`, for testing.
pub fn compile(targets: &[impl AsRef<std::ffi::OsStr>]) -> Result<Vec<TestProgram>> {
    let mut cargo = Command::new("cargo");
    cargo
        .current_dir(project())
        .args(["test", "--no-run", "--message-format", "json-render-diagnostics"])
        .args(FEATURES)
        .args(targets)
        // What cargo says meanwhile is for the user.
        .stderr(std::process::Stdio::inherit());
    let output = cargo.output().context("could not start cargo")?;
    if !output.status.success() {
        bail!("this failed ({}): {}", output.status, process::words(&cargo));
    }
    let messages = String::from_utf8_lossy(&output.stdout);
    Ok(messages.lines().filter_map(program).collect())
}

/// The test program that a message of cargo tells of.
fn program(message: &str) -> Option<TestProgram> {
    let message: Value = serde_json::from_str(message).ok()?;
    let file = message["executable"].as_str()?;
    if message["reason"] != "compiler-artifact" || message["profile"]["test"] != true {
        return None;
    }
    let target = &message["target"];
    let is_test = target["kind"].as_array()?.iter().any(|kind| kind == "test");
    let prefix = if is_test { format!("{}::", target["name"].as_str()?) } else { String::new() };
    Some(TestProgram { prefix, file: PathBuf::from(file) })
}

impl TestProgram {
    /// The names of its tests, without the prefix, and without those that only
    /// `cargo lab soak` runs.
    pub fn tests(&self) -> Result<Vec<String>> {
        let long = self.long_forms()?;
        let mut tests = self.listed(&[])?;
        tests.retain(|name| !long.contains(name));
        Ok(tests)
    }

    /// The names of the tests that only `cargo lab soak` runs: those that are ignored.
    pub fn long_forms(&self) -> Result<Vec<String>> {
        self.listed(&["--ignored"])
    }

    fn listed(&self, which: &[&str]) -> Result<Vec<String>> {
        let mut list = Command::new(&self.file);
        let listed = process::read(list.args(["--list", "--format", "terse"]).args(which))?;
        let names = listed.lines().filter_map(|line| line.strip_suffix(": test"));
        Ok(names.map(str::to_owned).collect())
    }

    /// A command that runs these tests and says how long each took.
    pub fn command(&self, tests: &[String]) -> Command {
        let mut command = Command::new(&self.file);
        command
            .arg("--exact")
            .args(tests)
            // Clocking tests is an unstable option; the programs themselves are stable.
            .args(["-Z", "unstable-options", "--report-time"])
            .env("RUSTC_BOOTSTRAP", "1");
        command
    }
}

/// What marks a test for browsers.
pub const WASM_TEST: &str = "#[wasm_bindgen_test]";

/// The names of the tests in a file that have this mark.
pub fn names_of_tests<'s>(source: &'s str, mark: &str) -> impl Iterator<Item = &'s str> {
    let after = source.split(mark).skip(1);
    after.filter_map(|rest| rest.split_once("fn ")?.1.split('(').next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_messages_about_test_programs_name_one() {
        #[track_caller]
        fn case(message: &str, prefix: Option<&str>) {
            assert_eq!(program(message).map(|it| it.prefix).as_deref(), prefix, "{message}");
        }
        let artifact = |kind: &str, test: bool, file: &str| {
            format!(
                r#"{{"reason": "compiler-artifact", "executable": {file},
                    "target": {{"kind": ["{kind}"], "name": "native"}},
                    "profile": {{"test": {test}}}}}"#
            )
        };
        case(&artifact("test", true, r#""/a/native-1""#), Some("native::"));
        case(&artifact("lib", true, r#""/a/fib_lab-1""#), Some(""));
        case(&artifact("bin", false, r#""/a/lab""#), None);
        case(&artifact("lib", false, "null"), None);
        case(r#"{"reason": "build-finished", "success": true}"#, None);
        case("no JSON", None);
    }

    #[test]
    fn the_names_of_tests_for_browsers_are_read_from_their_file() {
        let source = "#[wasm_bindgen_test]\nfn a_b() {}\n\n#[wasm_bindgen_test]\nasync fn c() {}";
        assert_eq!(names_of_tests(source, WASM_TEST).collect::<Vec<_>>(), ["a_b", "c"]);
    }
}
