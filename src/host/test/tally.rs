//! What the runners of tests print, added up: counts, names of what failed, and times.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};

use crate::host::{process, project, say};

/// So many of the slowest tests are named.
const SLOWEST: usize = 10;

/// What was counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Tests that passed.
    pub passed: usize,
    /// Tests that failed, and runners that ended badly without a word about a test.
    pub failed: usize,
    /// Tests that could not be run here.
    pub skipped: usize,
}

impl std::ops::AddAssign for Count {
    fn add_assign(&mut self, other: Count) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl Count {
    /// Whether there was any test.
    pub fn is_empty(self) -> bool {
        self == Count::default()
    }

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

/// A line such as `test a_name ... ok <0.014s>`: the name, whether it failed, and, where the
/// runner clocks its tests, how long it took.
fn line_of_test(line: &str) -> Option<(&str, bool, Option<f64>)> {
    let (name, rest) = line.strip_prefix("test ")?.split_once(" ... ")?;
    let (verdict, time) = rest.split_once(' ').unwrap_or((rest, ""));
    let seconds = time.strip_prefix('<').and_then(|time| time.strip_suffix("s>"));
    Some((name, verdict.starts_with("FAIL"), seconds.and_then(|number| number.parse().ok())))
}

/// Everything that the last lines of a run tell.
#[derive(Debug, Default)]
pub struct Tally {
    /// How many tests there were.
    pub count: Count,
    failed: Vec<String>,
    /// Tests with their times, in seconds.
    times: Vec<(String, f64)>,
    retried: Vec<String>,
}

impl Tally {
    /// A test that this program ran itself.
    pub fn note(&mut self, name: &str, took: Duration, result: &Result<()>) {
        self.times.push((name.to_owned(), took.as_secs_f64()));
        match result {
            Ok(()) => self.count.passed += 1,
            Err(_) => self.fail(name),
        }
    }

    /// Tests that cannot be run here, and why.
    pub fn skip(&mut self, name: &str, tests: usize, why: &str) {
        say(format_args!("skipped: {name}: {why}"));
        self.count.skipped += tests;
    }

    /// Something that failed.
    pub fn fail(&mut self, name: impl Into<String>) {
        self.count.failed += 1;
        self.failed.push(name.into());
    }

    /// Tests that failed and were tried once more: a line each, its name and why.
    pub fn retried(&mut self, lines: &str, prefix: &str) {
        self.retried.extend(lines.lines().map(|line| format!("{prefix}{line}")));
    }

    /// Runs a test command, shows what it prints, and adds up its closing lines. A runner
    /// that fails without counting a failure counts as one, and so does one that runs
    /// nothing unless it `may_be_empty`. The names of its tests begin with `prefix`.
    pub fn run(&mut self, command: &mut Command, prefix: &str, may_be_empty: bool) -> Result<()> {
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
                self.read(&line, prefix);
                count += Count::of_line(&line).unwrap_or_default();
            }
        }
        let status = child.wait()?;
        let short: String = words.chars().take(200).collect();
        self.count += count;
        if !status.success() && count.failed == 0 {
            say(format_args!("this ended with {status} and counted no failure: {short}"));
            self.fail(format!("{short} ({status})"));
        }
        if status.success() && count.is_empty() && !may_be_empty {
            say(format_args!("this ran no test: {short}"));
            self.fail(format!("{short} (no test)"));
        }
        Ok(())
    }

    fn read(&mut self, line: &str, prefix: &str) {
        let Some((name, failed, seconds)) = line_of_test(line) else { return };
        let name = format!("{prefix}{name}");
        if let Some(seconds) = seconds {
            self.times.push((name.clone(), seconds));
        }
        if failed {
            self.failed.push(name);
        }
    }

    /// The last lines of a run. The very last one is `N passed, N failed[, N skipped]`.
    pub fn last_lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let mut times = self.times.clone();
        // What would be printed as 0.0 s says nothing.
        times.retain(|(_, seconds)| *seconds >= 0.05);
        times.sort_by(|a, b| b.1.total_cmp(&a.1));
        times.truncate(SLOWEST);
        if !times.is_empty() {
            lines.push("The slowest tests:".to_owned());
        }
        lines.extend(times.iter().map(|(name, seconds)| format!("{seconds:>8.1} s  {name}")));
        let number = self.retried.len();
        if number > 0 {
            lines.push(format!("Failed and tried once more: {number}"));
        }
        lines.extend(self.retried.iter().map(|line| format!("    {line}")));
        if !self.failed.is_empty() {
            lines.push(format!("Failed: {}", self.failed.len()));
        }
        lines.extend(self.failed.iter().map(|name| format!("    {name}")));
        let Count { passed, failed, skipped } = self.count;
        let skipped = match skipped {
            0 => String::new(),
            number => format!(", {number} skipped"),
        };
        lines.push(format!("{passed} passed, {failed} failed{skipped}"));
        lines
    }
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

    #[test]
    fn the_line_of_a_test_tells_its_name_its_end_and_its_time() {
        #[track_caller]
        fn case(line: &str, found: Option<(&str, bool, Option<f64>)>) {
            assert_eq!(line_of_test(line), found, "{line}");
        }
        case("test a::b ... ok", Some(("a::b", false, None)));
        case("test a::b ... ok <1.250s>", Some(("a::b", false, Some(1.25))));
        case("test a::b ... FAILED <0.001s>", Some(("a::b", true, Some(0.001))));
        case("test in_a_browser ... FAIL", Some(("in_a_browser", true, None)));
        case("test slow ... ignored", Some(("slow", false, None)));
        case("test result: ok. 1 passed; 0 failed", None);
        case("running 3 tests", None);
    }

    #[test]
    fn the_last_lines_name_the_slowest_the_retried_and_the_failed_and_end_with_the_count() {
        let mut tally = Tally::default();
        for second in 0..20 {
            tally.read(&format!("test t{second} ... ok <{second}.04s>"), "e2e::");
        }
        tally.read("test bad ... FAILED", "");
        tally.retried("firefox::x: it was slow\n", "e2e::");
        tally.count = Count { passed: 20, failed: 1, skipped: 2 };
        let lines = tally.last_lines();
        assert_eq!(
            lines[..3],
            ["The slowest tests:", "    19.0 s  e2e::t19", "    18.0 s  e2e::t18"]
        );
        assert_eq!(lines[10], "    10.0 s  e2e::t10");
        assert_eq!(
            lines[11..13],
            ["Failed and tried once more: 1", "    e2e::firefox::x: it was slow"]
        );
        assert_eq!(lines[13..15], ["Failed: 1", "    bad"]);
        assert_eq!(lines[15..], ["20 passed, 1 failed, 2 skipped"]);
        assert_eq!(Tally::default().last_lines(), ["0 passed, 0 failed"]);
    }

    #[test]
    fn a_test_of_this_program_counts_like_all_others() {
        let mut tally = Tally::default();
        tally.note("ways::good", Duration::from_secs(2), &Ok(()));
        tally.note("ways::bad", Duration::from_secs(3), &Err(anyhow::anyhow!("no")));
        assert_eq!(tally.count, Count { passed: 1, failed: 1, skipped: 0 });
        let lines = tally.last_lines();
        assert_eq!(lines[1], "     3.0 s  ways::bad");
        assert_eq!(lines[lines.len() - 2], "    ways::bad");
    }
}
