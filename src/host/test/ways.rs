//! The ways of use that the README describes, typed into a bare shell as they stand there.
//!
//! Everything else tests through the lab's own calls; here it is the words that count, and
//! how they end. Pages are served at a free port instead of the usual one.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use super::interrupt::nothing_stays_behind;
use super::selection::Selection;
use super::shell::bare_shell;
use super::tally::Tally;
use crate::host::browser::{Kind, free_port};
use crate::host::headers::ISOLATION;
use crate::host::process::{self, Ended};
use crate::host::{project, say};

/// A first build of the page takes minutes.
const PATIENCE: Duration = Duration::from_secs(20 * 60);
/// How soon something that serves is over after Ctrl+C.
const ENDING: Duration = Duration::from_secs(20);

/// How the words are to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// With exit code 0, having put a page into `dist/`.
    Page,
    /// With exit code 0.
    Good,
    /// At Ctrl+C, and until then the page is served with the isolation headers.
    Served,
}

struct Way {
    name: &'static str,
    /// What is typed.
    words: &'static str,
    /// Whether the shell is set up for plain tools before.
    set_up: bool,
    end: End,
}

/// What sets a shell up for plain tools.
const SET_UP: &str = r#"eval "$(cargo lab env)""#;

/// In an order in which each finds most of its work done, and `dist/` ends as the README's
/// own way of building leaves it.
const WAYS: [Way; 5] = [
    Way {
        name: "wasm_pack_test",
        words: "wasm-pack test --headless --chrome",
        set_up: true,
        end: End::Good,
    },
    Way { name: "trunk_serve", words: "trunk serve", set_up: true, end: End::Served },
    Way { name: "cargo_lab_serve", words: "cargo lab serve", set_up: false, end: End::Served },
    Way { name: "trunk_build", words: "trunk build --release", set_up: true, end: End::Page },
    Way { name: "cargo_lab_build", words: "cargo lab build", set_up: false, end: End::Page },
];

/// Types every way that was asked for, and interrupts one in each browser.
pub fn run(selection: &Selection, tally: &mut Tally) -> Result<()> {
    for way in WAYS {
        let name = format!("ways::{}", way.name);
        let in_chromium = way.words.contains("--chrome");
        if !selection.wants(&name) {
            continue;
        }
        if in_chromium && !selection.browsers.contains(&Kind::Chromium) {
            tally.skip(&name, 1, "it needs Chromium");
        } else if process::find("bash", None).is_none() {
            tally.skip(&name, 1, "there is no bash");
        } else {
            if in_chromium {
                Kind::Chromium.ensure()?;
            }
            clocked(&name, tally, || way.type_it());
        }
    }
    for &browser in &selection.browsers {
        let name = format!("ways::ctrl_c_{}", browser.name());
        if !selection.wants(&name) {
            continue;
        }
        if let Some(why) = browser.impossible() {
            tally.skip(&name, 1, why);
        } else if cfg!(not(target_os = "linux")) {
            tally.skip(&name, 1, "only Linux lists all programs in /proc");
        } else {
            browser.ensure()?;
            clocked(&name, tally, || nothing_stays_behind(browser));
        }
    }
    Ok(())
}

fn clocked(name: &str, tally: &mut Tally, test: impl FnOnce() -> Result<()>) {
    let started = Instant::now();
    let result = test();
    if let Err(error) = &result {
        say(format_args!("{name}: {error:#}"));
    }
    println!("test {name} ... {}", if result.is_ok() { "ok" } else { "FAILED" });
    tally.note(name, started.elapsed(), &result);
}

impl Way {
    fn type_it(&self) -> Result<()> {
        let page = project().join("dist/index.html");
        if self.end == End::Page && page.exists() {
            std::fs::remove_file(&page)?;
        }
        let port = free_port()?;
        let mut line = self.words.to_owned();
        if self.end == End::Served {
            line = format!("{line} --port {port}");
        }
        if self.set_up {
            line = format!("{SET_UP}; {line}");
        }
        say(format_args!("typing: {line}"));
        let mut child = Ended::spawn(bare_shell(&line))?;
        if self.end == End::Served {
            served(&mut child, port)?;
            let status = child.interrupt(ENDING)?;
            // Trunk itself takes Ctrl+C as the end of its work; the lab ends by it.
            ensure!(status.success() || !self.set_up, "after Ctrl+C it ended with {status}");
            ensure!(!answers(port), "after Ctrl+C something still listens at port {port}");
            return Ok(());
        }
        let started = Instant::now();
        let status = loop {
            if let Some(status) = child.ended()? {
                break status;
            }
            ensure!(started.elapsed() < PATIENCE, "it takes longer than {PATIENCE:?}");
            std::thread::sleep(Duration::from_millis(100));
        };
        ensure!(status.success(), "it ended with {status}: {line}");
        ensure!(self.end != End::Page || page.is_file(), "it left no {}", page.display());
        Ok(())
    }
}

/// Waits until the page is served, and looks at its headers.
fn served(child: &mut Ended, port: u16) -> Result<()> {
    let started = Instant::now();
    let answer = loop {
        if let Some(status) = child.ended()? {
            bail!("it ended with {status} instead of serving");
        }
        ensure!(started.elapsed() < PATIENCE, "it does not serve within {PATIENCE:?}");
        match get(port) {
            Ok(answer) if !answer.is_empty() => break answer,
            _ => std::thread::sleep(Duration::from_millis(200)),
        }
    };
    let (head, body) =
        answer.split_once("\r\n\r\n").context("the answer has no end of its head")?;
    let head = head.to_ascii_lowercase();
    ensure!(head.starts_with("http/1.1 200"), "{head}");
    for (name, value) in ISOLATION {
        ensure!(head.contains(&format!("{name}: {value}")), "no {name}: {value} in {head}");
    }
    ensure!(body.contains("<meta name=\"engines\""), "the page names no engines: {body}");
    Ok(())
}

fn answers(port: u16) -> bool {
    TcpStream::connect(("127.0.0.1", port)).is_ok()
}

/// What a server at this port answers to a request for its root.
fn get(port: u16) -> Result<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    let host = format!("127.0.0.1:{port}");
    write!(
        stream,
        "GET / HTTP/1.1\r\nHost: {host}\r\nAccept: text/html\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readme_tells_people_to_type_just_these_words() {
        let readme = std::fs::read_to_string(project().join("README.md")).unwrap();
        for way in WAYS {
            assert!(readme.contains(way.words), "the README does not say: {}", way.words);
        }
        assert!(readme.contains(SET_UP));
    }
}
