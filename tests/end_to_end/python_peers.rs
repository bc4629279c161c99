//! Tests of others in the page's CPython: parts of CPython's own suite (3.11, from Debian's
//! `libpython3.11-testsuite`), and the programs of mpi4py's tutorial that send Python objects
//! (3.1.4, from `python-mpi4py-doc`). Nothing of them is kept here: they are fetched by apt-get,
//! and `www/python/tests/peers/tests.txt` lists which are run, and why others are not.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use fib_lab::host::browser::Settings;
use fib_lab::host::process;
use fib_lab::host::soak::share::Share;
use serde_json::json;

use super::python::Python;

/// Runs tests of the suite inside the page, and says how each ended.
const RUNNER: &str = include_str!("../../www/python/tests/peers/run.py");
const LIST: &str = include_str!("../../www/python/tests/peers/tests.txt");
const PACKAGES: [&str; 2] = ["libpython3.11-testsuite", "python-mpi4py-doc"];
/// Where the packages lay their files.
const SUITE: &str = "usr/lib/python3.11/test";
const TUTORIAL: &str = "usr/share/doc/python-mpi4py-doc/html/tutorial.html";

/// A listed test.
#[derive(Debug, PartialEq, Eq)]
struct Listed<'a> {
    file: &'a str,
    name: &'a str,
    /// Whether it belongs to the short list.
    short: bool,
    /// Why it is not run.
    left_out: Option<&'a str>,
}

/// The list: a file in brackets, then its tests; `+` marks the short list, `-` the reason why one
/// is left out.
fn listed(list: &str) -> Vec<Listed<'_>> {
    let mut file = "";
    let mut all = Vec::new();
    for line in list.lines().map(str::trim) {
        if let Some(section) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            file = section;
        } else if !line.is_empty() && !line.starts_with('#') {
            let (test, left_out) = match line.split_once(" - ") {
                Some((test, why)) => (test, Some(why.trim())),
                None => (line, None),
            };
            let short = test.ends_with(" +");
            let name = test.trim_end_matches(" +").trim();
            all.push(Listed { file, name, short, left_out });
        }
    }
    all
}

#[test]
fn every_test_that_is_left_out_has_its_reason() {
    let all = listed(LIST);
    assert!(all.iter().all(|test| test.file.ends_with(".py") && test.name.contains('.')));
    assert!(all.iter().all(|test| test.left_out.is_none_or(|why| why.len() > 10)));
    assert!(all.iter().filter(|test| test.short).all(|test| test.left_out.is_none()));
    let mut names: Vec<_> = all.iter().map(|test| (test.file, test.name)).collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count, "a test is listed twice");
}

/// The folder with what the packages hold; fetched once.
fn fetched() -> Result<PathBuf> {
    let folder = fib_lab::host::build_engines::out().join("peers");
    let held = folder.join("all");
    if held.join(SUITE).is_dir() && held.join(TUTORIAL).is_file() {
        return Ok(held);
    }
    std::fs::create_dir_all(&folder)?;
    let mut download = Command::new("apt-get");
    download.current_dir(&folder).arg("download").args(PACKAGES);
    process::read(&mut download).context("the peers' tests come from Debian, by apt-get")?;
    for entry in std::fs::read_dir(&folder)? {
        let file = entry?.path();
        if file.extension().is_some_and(|ending| ending == "deb") {
            process::read(Command::new("dpkg-deb").arg("-x").arg(&file).arg(&held))?;
        }
    }
    Ok(held)
}

/// Runs these tests of one file; each that did not end well, in its own words.
async fn run(
    python: &Python,
    held: &Path,
    file: &str,
    names: &[&str],
) -> Result<Vec<(String, Result<()>)>> {
    let source = std::fs::read_to_string(held.join(SUITE).join(file))?;
    let script = "
        const [files, words] = arguments;
        const place = document.querySelector('[data-python]');
        const detail = { files, program: 'run.py', cpus: 4 };
        place.dispatchEvent(new CustomEvent('lab-files', { detail }));
        document.getElementById('python-arguments').value = words;
        place.querySelector('button.run').click();";
    let asked = vec![
        json!({ "run.py": RUNNER, file: source }),
        json!(format!("{file} {}", names.join(" "))),
    ];
    python.visit.browser.driver()?.execute(script, asked).await?;
    let console = python.ended().await?;
    let mut told = Vec::new();
    for name in names {
        let line = console.lines().find(|line| {
            let mut words = line.split([' ', ':']);
            words.next();
            words.next() == Some(name)
        });
        let ended = match line {
            Some(line) if line.starts_with("ok ") || line.starts_with("skipped ") => Ok(()),
            Some(line) => Err(anyhow::anyhow!("{line}")),
            None => Err(anyhow::anyhow!("{name} was not told of: {console}")),
        };
        told.push(((*name).to_owned(), ended));
    }
    Ok(told)
}

/// The files of the list, in its order, with the tests that are asked for.
fn by_file<'a>(
    all: &[Listed<'a>],
    wanted: impl Fn(&Listed<'a>) -> bool,
) -> Vec<(&'a str, Vec<&'a str>)> {
    let mut files: Vec<(&str, Vec<&str>)> = Vec::new();
    for test in all.iter().filter(|test| test.left_out.is_none() && wanted(test)) {
        match files.last_mut() {
            Some((file, names)) if *file == test.file => names.push(test.name),
            _ => files.push((test.file, vec![test.name])),
        }
    }
    files
}

/// The tutorial's programs that send Python objects: those that need nothing but mpi4py.
fn tutorial(page: &str) -> Vec<String> {
    let blocks = page.split("<pre>").skip(1).filter_map(|block| block.split_once("</pre>"));
    let programs = blocks.map(|(block, _)| {
        let text: String = block
            .split('<')
            .enumerate()
            .map(|(at, part)| match at {
                0 => part,
                _ => part.split_once('>').map_or("", |(_, text)| text),
            })
            .collect();
        let marks =
            [("&#39;", "'"), ("&quot;", "\""), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")];
        marks.iter().fold(text, |text, (mark, letter)| text.replace(mark, letter))
    });
    let others = ["numpy", "cupy", "numba", "helloworld", ">>>"];
    programs
        .filter(|text| text.starts_with("from mpi4py import MPI"))
        .filter(|text| others.iter().all(|other| !text.contains(other)))
        .collect()
}

/// The short list, and the tutorial's programs on four ranks.
pub async fn tests_of_others_pass(settings: Settings) -> Result<()> {
    let held = fetched()?;
    let python = Python::open(settings).await?;
    for (file, names) in by_file(&listed(LIST), |test| test.short) {
        for (_, ended) in run(&python, &held, file, &names).await? {
            ended?;
        }
    }
    let programs = tutorial(&std::fs::read_to_string(held.join(TUTORIAL))?);
    ensure!(programs.len() == 5, "the tutorial has {} such programs", programs.len());
    for program in programs {
        let console = python.run(&program, "", 4).await?;
        ensure!(python.exit().await? == "0" && console.is_empty(), "{program}: {console}");
    }
    python.close().await
}

/// Every test of the list.
pub async fn python_peers(settings: Settings, share: &Share) -> Result<()> {
    let held = fetched()?;
    let mut first = true;
    while first || share.goes_on() {
        first = false;
        for (file, names) in by_file(&listed(LIST), |_| true) {
            // A page for a few at a time: what breaks down takes no others along.
            for names in names.chunks(12) {
                let python = Python::open(settings).await?;
                match run(&python, &held, file, names).await {
                    Ok(told) => told.iter().for_each(|(name, ended)| share.note(name, ended)),
                    Err(why) => share.note::<anyhow::Error>(&names.join(" "), &Err(why)),
                }
                python.close().await?;
            }
        }
    }
    Ok(())
}
