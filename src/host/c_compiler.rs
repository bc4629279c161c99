//! What the system's C compiler makes of the same recursion: a figure of native code that is
//! named after its compiler, because compilers differ more on it than machines do.

use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::build_engines::out;
use super::{process, project};
use crate::fib;
use crate::theory::laws::CHAPTER_TASKS;

/// So many runs of the list, as of the native engine.
const ROUNDS: u32 = 3;

/// The name and version of the compiler, or nothing where there is none.
pub fn version() -> Option<String> {
    let printed = process::read(Command::new("cc").arg("--version")).ok()?;
    printed.lines().next().map(str::to_owned)
}

/// The name and version of the compiler of the native engine.
pub fn rustc_version() -> String {
    process::read(Command::new("rustc").arg("--version")).unwrap_or_else(|_| "rustc".to_owned())
}

/// Runs of the chapter's list by the C program at -O2, in milliseconds each.
pub fn serial_ms() -> Result<Vec<f64>> {
    let program = out().join("fib-c");
    std::fs::create_dir_all(out())?;
    let source = project().join("src/host/fib.c");
    process::run(Command::new("cc").args(["-O2", "-o"]).arg(&program).arg(source))?;
    let tasks = CHAPTER_TASKS.map(|n| n.to_string());
    let printed = process::read(Command::new(&program).arg(ROUNDS.to_string()).args(tasks))?;
    samples(&printed)
}

/// The times that the program printed, if what it computed is right.
fn samples(printed: &str) -> Result<Vec<f64>> {
    let mut words: Vec<&str> = printed.split_whitespace().collect();
    let sum = words.pop().context("the C program printed nothing")?;
    let right: u64 = CHAPTER_TASKS.map(fib::iterative).iter().sum();
    ensure!(sum == right.to_string(), "the C program's answers are wrong: {printed}");
    words.into_iter().map(|ms| ms.parse().context("the C program printed no time")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_times_count_only_with_right_answers() {
        assert_eq!(samples("50.5 49.0 96631268\n").unwrap(), [50.5, 49.0]);
        assert!(samples("50.5 49.0 96631267\n").unwrap_err().to_string().contains("wrong"));
        assert!(samples("").is_err());
    }
}
