//! Ctrl+C while a browser computes: nothing of it may stay behind, neither the browser nor
//! its driver nor the display.

use std::collections::BTreeSet;
use std::fs;
use std::io::BufRead;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use super::shell::bare_shell;
use crate::exhibits;
use crate::host::browser::Kind;
use crate::host::process::Ended;

/// What the lab says when the browser is there.
const MEASURING: &str = "measuring at";
/// How long a browser may take to be there, on a machine that is busy.
const STARTING: Duration = Duration::from_secs(30);
/// How soon everything is over.
const ENDING: Duration = Duration::from_secs(10);

/// Measures in this browser and interrupts it. Only where `/proc` lists all programs.
pub fn nothing_stays_behind(browser: Kind) -> Result<()> {
    let (exhibit, browser) = (exhibits::MAIN.name, browser.name());
    let line = format!("cargo lab measure {exhibit} --seconds 60 --browser {browser} 2>&1");
    let mut shell = bare_shell(&line);
    shell.stdout(Stdio::piped());
    let mut lab = Ended::spawn(shell)?;
    let said = lab.output().context("the shell has no output")?;
    let mut lines = std::io::BufReader::new(said).lines();
    ensure!(
        lines.any(|line| line.is_ok_and(|line| line.contains(MEASURING))),
        "it ended before it measured"
    );
    let Some(in_time) = browser_there(lab.id())? else {
        let rest: Vec<String> = lines.map_while(Result::ok).collect();
        bail!("it ended before it could be interrupted: {}", rest.join(" / "));
    };
    ensure!(in_time, "no browser was there after {} seconds", STARTING.as_secs());
    // The page opens, its workers start.
    std::thread::sleep(Duration::from_secs(2));
    let started = descendants(lab.id())?;
    lab.interrupt(ENDING)?;
    let ended = Instant::now();
    loop {
        let left: Vec<String> =
            started.iter().filter_map(|&process| name_of_living(process)).collect();
        if left.is_empty() {
            return Ok(());
        }
        let names = left.join(", ");
        ensure!(ended.elapsed() < ENDING, "after Ctrl+C there still run: {names}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Waits until the lab, the driver and the browser with a program for its page are there:
/// whether they came in time, or nothing where the lab has ended by itself.
fn browser_there(lab: u32) -> Result<Option<bool>> {
    let asked = Instant::now();
    while descendants(lab)?.len() < 4 {
        if name_of_living(lab).is_none() {
            return Ok(None);
        }
        if asked.elapsed() > STARTING {
            return Ok(Some(false));
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    Ok(Some(true))
}

/// A line of `/proc/N/stat`: the program's name, its state, and who started it.
fn stat(process: u32) -> Option<(String, char, u32)> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name stands in brackets and may contain anything.
    let (before, after) = stat.rsplit_once(')')?;
    let name = before.split_once('(')?.1.to_owned();
    let mut fields = after.split_whitespace();
    Some((name, fields.next()?.chars().next()?, fields.next()?.parse().ok()?))
}

/// The name of a program, unless it has ended.
fn name_of_living(process: u32) -> Option<String> {
    let (name, state, _) = stat(process)?;
    (!matches!(state, 'Z' | 'X')).then_some(name)
}

/// A program and all that it has started, directly or not.
fn descendants(first: u32) -> Result<BTreeSet<u32>> {
    let entries = fs::read_dir("/proc").context("this system has no /proc")?;
    let processes = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let parents: Vec<(u32, u32)> =
        processes.filter_map(|process| Some((process, stat(process)?.2))).collect();
    let mut found = BTreeSet::from([first]);
    loop {
        let more = parents.iter().filter(|(_, parent)| found.contains(parent));
        let more: Vec<u32> = more.map(|(process, _)| *process).collect();
        let before = found.len();
        found.extend(more);
        if found.len() == before {
            return Ok(found);
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_among_those_that_its_parent_has_started() {
        let me = std::process::id();
        let mut child = std::process::Command::new("sleep").arg("60").spawn().unwrap();
        assert!(descendants(me).unwrap().contains(&child.id()));
        assert_eq!(name_of_living(child.id()).as_deref(), Some("sleep"));
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(name_of_living(child.id()), None);
    }
}
