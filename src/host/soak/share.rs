//! What a long form is told by `cargo lab soak`, and what it tells.

use std::io::Write;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// The variable with the seconds that a long form has.
pub const SECONDS: &str = "FIB_LAB_SOAK_SECONDS";
/// The variable with the seed of its cases.
pub const SEED: &str = "FIB_LAB_SOAK_SEED";
/// The variable with the file in which it notes its cases.
pub const LOG: &str = "FIB_LAB_SOAK_LOG";

/// What a line of the log begins with.
const PASSED: &str = "passed ";
const FAILED: &str = "failed ";

/// The time and the seed of a long form.
#[derive(Clone, Debug)]
pub struct Share {
    /// The seed from which its cases are drawn.
    pub seed: u64,
    until: Instant,
    log: PathBuf,
}

impl Share {
    /// What `cargo lab soak` gave this program: nothing where somebody else started it. The
    /// time runs from the first question on.
    pub fn asked() -> Option<Share> {
        static STARTED: OnceLock<Instant> = OnceLock::new();
        let number = |name: &str| std::env::var(name).ok()?.parse::<u64>().ok();
        let started = *STARTED.get_or_init(Instant::now);
        Some(Share {
            seed: number(SEED)?,
            until: started + Duration::from_secs(number(SECONDS)?),
            log: PathBuf::from(std::env::var_os(LOG)?),
        })
    }

    /// Whether there is time for one more case.
    pub fn goes_on(&self) -> bool {
        Instant::now() < self.until
    }

    /// Notes how a case ended: a line that is enough to try it again.
    ///
    /// # Panics
    /// If the log cannot be written: then nothing that follows would count.
    pub fn note<E: std::fmt::Display>(&self, case: &str, ended: &Result<(), E>) {
        let line = match ended {
            Ok(()) => format!("{PASSED}{case}\n"),
            Err(why) => format!("{FAILED}{case}: {}\n", format!("{why:#}").replace('\n', " ")),
        };
        let log = std::fs::OpenOptions::new().append(true).create(true).open(&self.log);
        let noted = log.and_then(|mut log| log.write_all(line.as_bytes()));
        noted.expect("the log of the soak can be written");
    }
}

/// What was noted.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Noted {
    /// How many cases passed.
    pub passed: usize,
    /// The cases that failed, and why.
    pub failed: Vec<String>,
}

impl std::ops::AddAssign for Noted {
    fn add_assign(&mut self, other: Noted) {
        self.passed += other.passed;
        self.failed.extend(other.failed);
    }
}

/// Reads a log, as far as its lines are complete.
pub fn noted(log: &str) -> Noted {
    let complete = log.rsplit_once('\n').map_or("", |(lines, _)| lines);
    let mut noted = Noted::default();
    for line in complete.lines() {
        if let Some(case) = line.strip_prefix(FAILED) {
            noted.failed.push(case.to_owned());
        } else if line.starts_with(PASSED) {
            noted.passed += 1;
        }
    }
    noted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_noted_is_read_again() {
        let log = tempfile::NamedTempFile::new().unwrap();
        let until = Instant::now() + Duration::from_secs(60);
        let share = Share { seed: 1, until, log: log.path().to_owned() };
        assert!(share.goes_on());
        share.note("one", &Ok::<(), String>(()));
        share.note("two", &Err("it broke\ndown"));
        let text = std::fs::read_to_string(log.path()).unwrap();
        let failed = vec!["two: it broke down".to_owned()];
        assert_eq!(noted(&text), Noted { passed: 1, failed });
        // A line that is being written does not count yet.
        assert_eq!(noted(&text[..text.len() - 1]).failed.len(), 0);
    }
}
