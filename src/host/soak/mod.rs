//! `cargo lab soak`: every net in its long form, for as many minutes as one likes.
//!
//! A net tries cases that nobody wrote down. `cargo lab test` runs a short draw of each; here
//! the time is shared evenly among the long forms that [`nets`] lists, natively and in each
//! browser. There is a line a minute, a line for each case that fails, and a last line
//! `N passed, N failed` over all cases.

#[cfg(test)]
mod any_run;
pub mod nets;
pub mod share;
pub mod sound;

use std::path::{Path, PathBuf};
use std::process::{Child, ExitCode, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use self::nets::{Form, NETS, Net};
use self::share::{LOG, Noted, SECONDS, SEED, noted};
use super::browser::Kind;
use super::build_engines::out;
use super::test::libtest::{self, TestProgram};
use super::{Usage, page, process, project, say};

/// Past its share a long form may finish the case that it is at.
const GRACE: Duration = Duration::from_secs(180);
/// How often it is said how far a long form has come.
const WORD: Duration = Duration::from_secs(60);

/// One long form: of which net, where, and which test.
struct Part {
    net: &'static Net,
    place: &'static str,
    program: TestProgram,
    test: String,
}

/// Runs the nets that were asked for (none: all) for so many minutes in all.
///
/// # Errors
/// If `only` names no net, something does not build, or no long form is left to be run.
pub fn run(minutes: u32, browsers: &[Kind], only: &[String]) -> Result<ExitCode> {
    let nets = chosen(only)?;
    let browsers = if browsers.is_empty() { &Kind::ALL[..] } else { browsers };
    let parts = parts(&nets, browsers)?;
    if parts.is_empty() {
        let names: Vec<_> = browsers.iter().map(|kind| kind.name()).collect();
        return Err(Usage(format!("none of these nets is cast in {}", names.join(", "))).into());
    }
    let site = match parts.iter().any(|part| part.place != NATIVELY) {
        true => Some(page::built()?),
        false => None,
    };
    let share = Duration::from_secs(60) * minutes / u32::try_from(parts.len()).unwrap_or(u32::MAX);
    println!("{} long forms, {:.1} minutes each", parts.len(), share.as_secs_f64() / 60.0);
    let mut all = Noted::default();
    for part in &parts {
        all += part.run(share, site.as_deref())?;
    }
    println!("{} passed, {} failed", all.passed, all.failed.len());
    let good = all.failed.is_empty() && all.passed > 0;
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The place of what needs no browser.
const NATIVELY: &str = "natively";

/// The nets with these names; all where none is named.
fn chosen(only: &[String]) -> Result<Vec<&'static Net>, Usage> {
    if only.is_empty() {
        return Ok(NETS.iter().collect());
    }
    let known = |name: &String| {
        NETS.iter().find(|net| net.name == name).ok_or_else(|| {
            let names: Vec<_> = NETS.iter().map(|net| net.name).collect();
            Usage(format!("--only is “{name}”, but allowed is {}", names.join(", ")))
        })
    };
    only.iter().map(known).collect()
}

/// The long forms of these nets, compiled.
fn parts(nets: &[&'static Net], browsers: &[Kind]) -> Result<Vec<Part>> {
    say("compiling the nets");
    let mut targets: Vec<&str> =
        nets.iter().flat_map(|net| net.forms).map(|form| form.target()).collect();
    targets.sort_unstable();
    targets.dedup();
    let mut parts = Vec::new();
    for target in targets {
        let flags = if target == "lib" { vec!["--lib"] } else { vec!["--test", target] };
        for program in libtest::compile(&flags)? {
            let long = program.long_forms()?;
            for &net in nets {
                for form in net.forms.iter().filter(|form| form.target() == target) {
                    parts.extend(
                        form.tests(browsers, &long)?.into_iter().map(|(place, test)| Part {
                            net,
                            place,
                            program: program.clone(),
                            test,
                        }),
                    );
                }
            }
        }
    }
    Ok(parts)
}

impl Form {
    /// Its tests, by the place where each runs.
    fn tests(&self, browsers: &[Kind], long: &[String]) -> Result<Vec<(&'static str, String)>> {
        let wanted: Vec<(&'static str, String)> = match self {
            Form::Native { test, .. } => vec![(NATIVELY, (*test).to_owned())],
            Form::Page { test } => {
                for kind in browsers {
                    if let Some(why) = kind.impossible() {
                        say(format_args!("skipped: {}: {why}", kind.name()));
                    }
                }
                let possible = browsers.iter().filter(|kind| kind.impossible().is_none());
                let named = |kind: &Kind| (kind.name(), format!("{}_soak::{test}", kind.name()));
                possible.map(named).collect()
            }
        };
        let native = matches!(self, Form::Native { .. });
        let (there, missing): (Vec<_>, Vec<_>) =
            wanted.into_iter().partition(|(_, test)| long.contains(test));
        // A net need not be cast in every browser, but a native one that is gone is a slip.
        anyhow::ensure!(!native || missing.is_empty(), "there is no long form {}", self.name());
        Ok(there)
    }
}

impl Part {
    fn name(&self) -> String {
        match self.place {
            NATIVELY => format!("{} natively", self.net.name),
            browser => format!("{} in {browser}", self.net.name),
        }
    }

    /// Runs for its share, says each minute how it goes, and returns what was noted.
    fn run(&self, share: Duration, site: Option<&Path>) -> Result<Noted> {
        if let Some(kind) = Kind::ALL.into_iter().find(|kind| kind.name() == self.place) {
            kind.ensure()?;
        }
        let log = out().join("soak.txt");
        std::fs::write(&log, "").with_context(|| format!("could not write {}", log.display()))?;
        let seed = fastrand::u64(..);
        println!("{}: {} (seed {seed})", self.name(), self.net.about);
        let mut child = self.start(share, site, &log, seed)?;
        let started = Instant::now();
        let mut next_word = WORD;
        let mut told = 0;
        let status = loop {
            std::thread::sleep(Duration::from_millis(200));
            let ended = child.try_wait()?;
            let so_far = noted(&read(&log));
            for case in so_far.failed.iter().skip(told) {
                println!("failed: {}: {case}", self.name());
            }
            told = so_far.failed.len();
            if ended.is_some() {
                break ended;
            }
            let elapsed = started.elapsed();
            if elapsed >= next_word {
                next_word += WORD;
                println!(
                    "{}: {} of {:.0} minutes, {} passed, {} failed",
                    self.name(),
                    elapsed.as_secs() / 60,
                    share.as_secs_f64() / 60.0,
                    so_far.passed,
                    so_far.failed.len()
                );
            }
            if elapsed > share + GRACE {
                child.kill()?;
                child.wait()?;
                break None;
            }
        };
        let mut all = noted(&read(&log));
        let told_all = !all.failed.is_empty();
        let why = match status {
            None => Some(format!("it went on {} s after its time", GRACE.as_secs())),
            Some(status) if !status.success() && !told_all => Some(format!("it ended: {status}")),
            Some(_) if all.passed == 0 && !told_all => Some("it tried nothing".to_owned()),
            Some(_) => None,
        };
        if let Some(why) = why {
            println!("failed: {}: {why}", self.name());
            all.failed.push(why);
        }
        println!("{}: {} passed, {} failed", self.name(), all.passed, all.failed.len());
        Ok(all)
    }

    fn start(&self, share: Duration, site: Option<&Path>, log: &Path, seed: u64) -> Result<Child> {
        let mut command = self.program.command(std::slice::from_ref(&self.test));
        command
            .arg("--include-ignored")
            .current_dir(project())
            .env(SECONDS, share.as_secs().to_string())
            .env(SEED, seed.to_string())
            .env(LOG, log)
            // What fails is told case by case.
            .stdout(Stdio::null());
        if let Some(site) = site {
            command.env("FIB_LAB_SITE", site);
        }
        let words = process::words(&command);
        command.spawn().with_context(|| format!("could not start: {words}"))
    }
}

fn read(log: &PathBuf) -> String {
    // A line that is being written is complete the next time.
    std::fs::read_to_string(log).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_net_is_chosen_by_its_name() {
        assert_eq!(chosen(&[]).unwrap().len(), NETS.len());
        let first = NETS[0].name;
        assert_eq!(chosen(&[first.to_owned()]).unwrap()[0].name, first);
        let refusal = chosen(&["fish".to_owned()]).unwrap_err().0;
        assert!(NETS.iter().all(|net| refusal.contains(net.name)), "{refusal}");
        assert!(refusal.starts_with("--only is “fish”, but allowed is "), "{refusal}");
    }

    #[test]
    fn every_long_form_is_there() {
        for form in NETS.iter().flat_map(|net| net.forms) {
            let name = form.name();
            let function = name.rsplit("::").next().unwrap();
            let folder = match form.target() {
                "lib" => project().join("src"),
                _ => project().join("tests"),
            };
            let there = any_file(&folder, &|text| text.contains(&format!("fn {function}(")))
                || any_file(&project().join("src/exhibits"), &|text| {
                    text.contains(&format!("fn {function}("))
                });
            assert!(there, "there is no {name}");
        }
    }

    fn any_file(folder: &Path, good: &dyn Fn(&str) -> bool) -> bool {
        std::fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path()).any(
            |path| match path.is_dir() {
                true => any_file(&path, good),
                false => std::fs::read_to_string(&path).is_ok_and(|text| good(&text)),
            },
        )
    }
}
