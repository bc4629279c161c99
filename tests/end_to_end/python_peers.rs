//! Tests of others in the page's CPython: parts of CPython's own suite, the programs of mpi4py's
//! tutorial and its tests. `tests/peers/` holds what runs them, and the list of those that are
//! known to fail, each with its reason.

use std::collections::BTreeMap;
use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use fib_lab::host::browser::Settings;
use fib_lab::host::build_engines::out;
use fib_lab::host::soak::share::Share;
use serde_json::{Value, json};

use super::peers_sources::{DEBIAN, GEVENT, MPI4PY, MULTIPROCESS, Source};
use super::python::Python;

const RUNNER: &str = include_str!("../peers/run.py");
const SUPPORT: &str = include_str!("../peers/support.py");
const KNOWN: &str = include_str!("../peers/known.txt");

/// No test goes on for longer.
const LIMIT: Duration = Duration::from_secs(90);
/// How long the page is left alone between two questions.
const PAUSE: Duration = Duration::from_millis(50);

/// Tests of others in one module.
struct Module {
    name: &'static str,
    sources: &'static [&'static Source],
    ranks: u32,
    /// What `cargo lab test` runs of it.
    short: &'static [&'static str],
}

const MODULES: &[Module] = &[
    Module {
        name: "test_multiprocessing_spawn",
        sources: &[&MULTIPROCESS],
        ranks: 1,
        short: &[
            "WithProcessesTestPool.test_apply",
            "WithProcessesTestPool.test_map",
            "WithProcessesTestPool.test_map_async_callbacks",
            "WithProcessesTestPool.test_starmap",
            "WithProcessesTestPool.test_imap_handle_iterable_exception",
            "WithProcessesTestPool.test_imap_unordered",
            "WithProcessesTestPool.test_traceback",
            "WithProcessesTestQueue.test_put",
            "WithProcessesTestQueue.test_get",
            "WithProcessesTestLock.test_lock",
            "WithProcessesTestLock.test_rlock",
            "WithProcessesTestSemaphore.test_semaphore",
            "WithProcessesTestEvent.test_event",
            "WithProcessesTestValue.test_value",
            "WithProcessesTestArray.test_array",
            "WithProcessesTestSharedCTypes.test_synchronize",
            "WithProcessesTestProcess.test_process",
        ],
    },
    Module {
        name: "test_subprocess",
        sources: &[&GEVENT],
        ranks: 1,
        short: &[
            "ProcessTestCase.test_check_output_input_arg",
            "ProcessTestCase.test_call_kwargs",
            "ProcessTestCase.test_communicate",
            "RunFuncTestCase.test_timeout",
        ],
    },
    Module { name: "test_concurrent_futures", sources: &[&DEBIAN], ranks: 1, short: &[] },
    Module { name: "test_queue", sources: &[&GEVENT], ranks: 1, short: &[] },
    Module { name: "test_threading_local", sources: &[&GEVENT], ranks: 1, short: &[] },
    Module { name: "test_thread", sources: &[&GEVENT, &DEBIAN], ranks: 1, short: &[] },
    Module {
        name: "mpi.test_cco_obj",
        sources: &[&MPI4PY],
        ranks: 3,
        short: &["TestCCOObjWorld.testReduce", "TestCCOObjWorldDup.testAlltoall"],
    },
    Module { name: "mpi.test_p2p_obj", sources: &[&MPI4PY], ranks: 3, short: &[] },
];

/// How a test ended.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Ended {
    Passed,
    Skipped(String),
    Failed(String),
}

impl Module {
    fn files(&self) -> Result<BTreeMap<String, String>> {
        let mut files = BTreeMap::from(
            [("run.py", RUNNER), ("test/__init__.py", ""), ("test/support.py", SUPPORT)]
                .map(|(name, text)| (name.to_owned(), text.to_owned())),
        );
        for source in self.sources {
            files.extend(source.files()?);
        }
        Ok(files)
    }

    /// The names of its tests.
    async fn tests(
        &self,
        python: &Python,
        files: &BTreeMap<String, String>,
    ) -> Result<Vec<String>> {
        let told = run(python, files, self.name, 1).await?;
        let names = told.lines().filter_map(|line| line.strip_prefix("peers test "));
        let names: Vec<_> = names.map(str::to_owned).collect();
        ensure!(!names.is_empty(), "{} has no tests: {told}", self.name);
        Ok(names)
    }

    /// Runs these tests in a fresh program; what it said of each, and all that it said.
    async fn run(
        &self,
        python: &Python,
        files: &BTreeMap<String, String>,
        names: &str,
    ) -> Result<(BTreeMap<String, Ended>, String)> {
        let told = run(python, files, &format!("{} {names}", self.name), self.ranks).await?;
        Ok((ended(&told), told))
    }
}

/// What the runner said of each test; the worst, where several ranks ran it.
fn ended(told: &str) -> BTreeMap<String, Ended> {
    let mut all = BTreeMap::new();
    for line in told.lines().filter_map(|line| line.strip_prefix("peers ")) {
        let mut words = line.splitn(3, ' ');
        let (how, name) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let why = words.next().unwrap_or_default().to_owned();
        let one = match how {
            "ok" => Ended::Passed,
            "skipped" => Ended::Skipped(why),
            "failed" => Ended::Failed(why),
            _ => continue,
        };
        if one != Ended::Passed || !all.contains_key(name) {
            all.insert(name.to_owned(), one);
        }
    }
    all
}

/// Runs a program of these files until its end, which is made where it takes too long, and
/// returns what it wrote.
async fn run(
    python: &Python,
    files: &BTreeMap<String, String>,
    words: &str,
    ranks: u32,
) -> Result<String> {
    let driver = python.visit.browser.driver()?;
    let asked = json!({ "files": files, "words": words, "ranks": ranks });
    driver.execute(BEGIN, vec![asked]).await?;
    let started = Instant::now();
    let mut told = String::new();
    loop {
        let now = driver.execute(DRAIN, vec![]).await?.json().clone();
        told.push_str(now["written"].as_str().unwrap_or_default());
        match now["state"].as_str() {
            Some("running") if started.elapsed() < LIMIT => tokio::time::sleep(PAUSE).await,
            Some("running") => {
                python.visit.press("stop").await?;
                python.visit.browser.wait_for(&["ready"]).await?;
                told.push_str(&format!("\nit did not end in {} s", LIMIT.as_secs()));
                return Ok(told);
            }
            Some("done") => return Ok(told),
            _ => bail!("the page says: {}: {told}", now["error"]),
        }
    }
}

/// Lays the files, gathers what is written, and presses Run.
const BEGIN: &str = "
    const [{ files, words, ranks }] = arguments;
    const place = document.querySelector('[data-own]');
    if (!window.peers) {
        window.peers = [];
        const decoder = new TextDecoder();
        place.addEventListener('lab-output', ({ detail: { bytes } }) =>
            window.peers.push(decoder.decode(bytes)));
    }
    window.peers.length = 0;
    place.dispatchEvent(new CustomEvent('lab-files', { detail: { files, program: 'run.py', cpus: 4 } }));
    document.getElementById('python-arguments').value = words;
    document.getElementById('python-ranks').value = ranks;
    place.querySelector('button.run').click();";

const DRAIN: &str = "
    return {
        state: document.documentElement.dataset.lab,
        written: window.peers.splice(0).join(''),
        error: document.querySelector('[role=alert]:not([hidden])')?.textContent,
    };";

/// Why tests of a module are known to fail, by what their names look like.
fn known(module: &str) -> Vec<(&'static str, &'static str)> {
    let mut section = "";
    let mut all = Vec::new();
    for line in KNOWN.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            section = name;
        } else if let Some((pattern, why)) = line.split_once(": ").filter(|_| section == module) {
            all.push((pattern, why));
        }
    }
    all
}

/// Whether this one is not even tried.
fn is_left_out(module: &str, name: &str) -> bool {
    let patterns = known(module).into_iter().filter_map(|(pattern, _)| pattern.strip_prefix("- "));
    patterns.into_iter().any(|pattern| is_like(name, pattern))
}

/// Whether a name looks so; a star stands for anything.
fn is_like(name: &str, pattern: &str) -> bool {
    match pattern.split_once('*') {
        None => name == pattern,
        Some((start, end)) => {
            name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end)
        }
    }
}

#[test]
fn whatever_is_known_to_fail_has_its_reason() {
    let lines = KNOWN.lines().filter(|line| !line.is_empty() && !line.starts_with(['#', '[']));
    let count: usize = MODULES.iter().map(|module| known(module.name).len()).sum();
    assert_eq!(lines.count(), count, "a line belongs to no module, or has no reason");
    for module in MODULES {
        let all = known(module.name);
        for name in module.short {
            assert!(!all.iter().any(|(pattern, _)| pattern == name), "{name} is known to fail");
        }
        assert!(all.iter().all(|(_, why)| why.len() > 10), "{}", module.name);
    }
    assert!(is_like("With.a", "With*") && is_like("A.test", "*.test") && !is_like("A", "AB*"));
}

#[test]
fn the_worst_that_a_rank_says_counts() {
    let told = ended("peers ok A.a\nnoise\npeers failed A.b why it is\npeers ok A.b\npeers test C");
    assert_eq!(told["A.a"], Ended::Passed);
    assert_eq!(told["A.b"], Ended::Failed("why it is".to_owned()));
    assert_eq!(told.len(), 2);
}

/// The tutorial's programs that need nothing but mpi4py and send Python objects.
fn tutorial(text: &str) -> Vec<String> {
    let mut programs = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        if !line.ends_with("::") {
            continue;
        }
        let mut program = Vec::new();
        while let Some(line) = lines.next_if(|line| line.is_empty() || line.starts_with("   ")) {
            program.push(line.get(3..).unwrap_or_default());
        }
        programs.push(program.join("\n").trim().to_owned() + "\n");
    }
    let others = ["numpy", "cupy", "numba", "cffi", "cython"];
    programs.retain(|text| {
        text.starts_with("from mpi4py import MPI")
            && others.iter().all(|other| !text.contains(other))
    });
    programs
}

/// Each of the tutorial's programs on four ranks: they check themselves, and print nothing.
async fn tutorial_programs(python: &Python) -> Result<usize> {
    let files = MPI4PY.files()?;
    let programs = tutorial(files.get("mpi/tutorial.rst").context("no tutorial")?);
    for program in &programs {
        let console = python.run(program, "", 4).await?;
        ensure!(python.exit().await? == "0" && console.is_empty(), "{program}: {console}");
    }
    Ok(programs.len())
}

/// The short list, and the tutorial's programs.
pub async fn tests_of_others_pass(settings: Settings) -> Result<()> {
    let python = Python::open(settings).await?;
    let programs = tutorial_programs(&python).await?;
    ensure!(programs == 5, "the tutorial has {programs} such programs");
    for module in MODULES.iter().filter(|module| !module.short.is_empty()) {
        let files = module.files()?;
        let (all, told) = module.run(&python, &files, &module.short.join(" ")).await?;
        ensure!(all.len() >= module.short.len(), "{}: {told}", module.name);
        for (name, how) in all {
            ensure!(how == Ended::Passed, "{} {name}: {how:?}: {told}", module.name);
        }
    }
    python.close().await
}

/// Every test of every module, each in a fresh program, in the order that the seed gives. A test
/// that passes counts; one that is skipped, or fails for a reason that is known, is told in
/// `target/lab/python-peers.txt` only.
pub async fn python_peers(settings: Settings, share: &Share) -> Result<()> {
    let mut python = Python::open(settings).await?;
    let mut tests: Vec<(&Module, String)> = Vec::new();
    let mut files = BTreeMap::new();
    for module in MODULES {
        let here = match module.files() {
            Ok(here) => here,
            Err(why) => {
                share.note(module.name, &Err::<(), _>(why));
                continue;
            }
        };
        let names = module.tests(&python, &here).await?;
        let tried = names.into_iter().filter(|name| !is_left_out(module.name, name));
        tests.extend(tried.map(|name| (module, name)));
        files.insert(module.name, here);
    }
    fastrand::Rng::with_seed(share.seed).shuffle(&mut tests);
    let table = out().join("python-peers.txt");
    let mut told: BTreeMap<String, Value> = BTreeMap::new();
    for (module, name) in tests.iter().cycle().take_while(|_| share.goes_on()) {
        let case = format!("{} {name}", module.name);
        let how = match module.run(&python, &files[module.name], name).await {
            Ok((mut all, text)) => {
                let of_class = all.values().find(|how| **how != Ended::Passed).cloned();
                let silent = || Ended::Failed(format!("it said nothing of itself: {text}"));
                all.remove(name).or(of_class).unwrap_or_else(silent)
            }
            Err(why) => {
                // What breaks a page down takes no other test along.
                python.close().await?;
                python = Python::open(settings).await?;
                Ended::Failed(format!("{why:#}"))
            }
        };
        let why = known(module.name).into_iter().find(|(pattern, _)| is_like(name, pattern));
        told.insert(case.clone(), json!(format!("{how:?}")));
        match (how, why) {
            (Ended::Passed, None) => share.note(&case, &Ok::<(), String>(())),
            (Ended::Passed, Some((pattern, _))) => share.note(
                &case,
                &Err(format!("it passes: strike {pattern} off tests/peers/known.txt")),
            ),
            (Ended::Failed(why), None) => share.note(&case, &Err(why)),
            (Ended::Skipped(_), _) | (Ended::Failed(_), Some(_)) => {}
        }
        fs::write(&table, serde_json::to_string_pretty(&told)?)?;
    }
    python.close().await
}
