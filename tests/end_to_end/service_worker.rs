//! The service worker: it holds nothing up, keeps the files of its own page and no others, and
//! stands in where the host fails.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use fib_lab::exhibits;
use fib_lab::host::browser::{Browser, Settings};
use fib_lab::host::server::{Mishap, Server, Site};
use tokio::time::sleep;

use super::hosts::copy_folder;
use super::visit::{Visit, main_page, site};

/// How long the service worker may take to keep all files.
const KEEPING: Duration = Duration::from_secs(40);

/// Waits until the service worker of the page keeps all of its files, but so many.
pub async fn until_kept(browser: &Browser, folder: &Path, but: usize) -> Result<()> {
    let files = number_of_files(folder)? - but;
    let script = "
        const done = arguments[0];
        (async () => {
          const { controller } = navigator.serviceWorker;
          const own = `fib-lab ${new URL('.', controller.scriptURL).pathname} `;
          const names = (await caches.keys()).filter((name) => name.startsWith(own));
          const numbers = names.map(async (name) => (await (await caches.open(name)).keys()).length);
          return Math.max(0, ...await Promise.all(numbers));
        })().then(done, () => done(0));";
    let started = Instant::now();
    let mut kept = 0;
    while started.elapsed() < KEEPING {
        if let Ok(number) = browser.driver()?.execute_async(script, vec![]).await {
            kept = number.json().as_u64().unwrap_or_default() as usize;
            if kept >= files {
                return Ok(());
            }
        }
        sleep(Duration::from_millis(100)).await;
    }
    bail!("the service worker keeps {kept} of {files} files")
}

/// How many files the service worker has to keep.
fn number_of_files(folder: &Path) -> Result<usize> {
    let text = fs::read_to_string(folder.join("service-worker.js"))?;
    let (_, list) = text.split_once("FILES = {\n").context("the service worker has no list")?;
    let (list, _) = list.split_once("\n}").context("the list does not end")?;
    Ok(list.lines().count())
}

fn plain_host() -> Result<Site> {
    Ok(Site { below: "/some/lab".to_owned(), ..site(false)? })
}

fn mishap(site: &Site, file: &str, mishap: Mishap) {
    if let Ok(mut mishaps) = site.mishaps.lock() {
        mishaps.push((file.to_owned(), mishap));
    }
}

/// What the main exhibit says of how programs run.
async fn backend(visit: &Visit) -> Result<String> {
    visit.open(&main_page("")).await?;
    visit.browser.wait_for(&["ready"]).await?;
    visit.text(".backend").await
}

pub async fn a_file_that_never_comes_holds_no_visit_up(settings: Settings) -> Result<()> {
    let site = plain_host()?;
    // Files that no first view needs.
    mishap(&site, "all.html", Mishap::Silence);
    mishap(&site, "recorded/", Mishap::Silence);
    let visit = Visit::new(settings, site).await?;
    for visited in 1..=3 {
        let said = backend(&visit).await?;
        ensure!(said.contains("service worker"), "visit {visited}: {said}");
    }
    visit.browser.close().await
}

pub async fn once_installed_a_host_that_fails_is_not_missed(settings: Settings) -> Result<()> {
    let site = plain_host()?;
    let visit = Visit::new(settings, site.clone()).await?;
    backend(&visit).await?;
    until_kept(&visit.browser, &site.folder, 0).await?;
    for (file, mishap) in [
        ("start.js", Mishap::Missing),
        ("start.js", Mishap::Silence),
        ("isolate.js", Mishap::Truncated(500)),
        (".html", Mishap::LogIn),
        (".html", Mishap::Silence),
    ] {
        if let Ok(mut mishaps) = site.mishaps.lock() {
            *mishaps = vec![(file.to_owned(), mishap)];
        }
        let said = backend(&visit).await.with_context(|| file.to_owned())?;
        ensure!(said.contains("service worker"), "{file}: {said}");
    }
    visit.browser.close().await
}

pub async fn copies_of_the_lab_leave_each_other_alone(settings: Settings) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let built = site(false)?;
    for copy in ["one", "two"] {
        copy_folder(&built.folder, &folder.path().join(copy))?;
    }
    // Something else of the same site, below the path of a copy.
    fs::write(folder.path().join("one/notes.html"), "<!doctype html><title>Notes</title>")?;
    let site = Site { folder: folder.path().to_owned(), ..built };
    let visit = Visit::new(settings, site).await?;
    for copy in ["one", "two"] {
        visit.open(&format!("{copy}/{}", main_page(""))).await?;
        visit.browser.wait_for(&["ready"]).await?;
        until_kept(&visit.browser, &folder.path().join(copy), 0).await?;
    }
    let keep = "const done = arguments[0]; caches.open('fib-lab notes').then(() => done(1))";
    visit.browser.driver()?.execute_async(keep, vec![]).await?;
    // One is turned off: what is kept of the other, and by others, stays.
    visit.click("[data-service-worker=off]").await?;
    visit.until("document.querySelector('[data-service-worker=on]')").await?;
    let list = "const done = arguments[0]; caches.keys().then(names => done(names))";
    let names = visit.browser.driver()?.execute_async(list, vec![]).await?;
    let names = names.convert::<Vec<String>>()?;
    let of = |part: &str| names.iter().filter(|name| name.starts_with(part)).count();
    ensure!(of("fib-lab /one/ ") == 1 && of("fib-lab /two/ ") == 0, "{names:?}");
    ensure!(of("fib-lab notes") == 1, "{names:?}");

    // Other files that are opened in a tab are not what the page is offline.
    let recorded = format!("one/recorded/{}.json", exhibits::MAIN.name);
    for other in ["one/notes.html", &recorded] {
        visit.open(other).await?;
    }
    let Visit { browser, server } = visit;
    let address = server.address(&format!("one/{}", main_page("?seconds=1")));
    let notes = server.address("one/notes.html");
    drop::<Server>(server);
    browser.open(&address).await?;
    let found = browser.driver()?.title().await?;
    ensure!(found.contains("Fib Lab"), "{found}");
    let _ = browser.open(&notes).await;
    ensure!(browser.driver()?.title().await? != "Notes", "a file of others was kept");
    browser.close().await
}

pub async fn a_slow_line_leads_to_threads_as_well(settings: Settings) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let built = plain_host()?;
    fib_lab::host::transfer_size::copy_compressed(&built.folder, folder.path())?;
    let site = Site { folder: folder.path().to_owned(), line: Some(40_000), ..built };
    let visit = Visit::new(Settings { patient: false, ..settings }, site).await?;
    visit.open(&main_page("")).await?;
    let mut alarms = 0;
    let started = Instant::now();
    loop {
        let seen = "return [document.documentElement.dataset.lab, \
            document.querySelector('.backend')?.innerText ?? '', crossOriginIsolated]";
        // Between two pages there is nobody to answer.
        let seen = visit.script(seen).await.unwrap_or_default();
        alarms += usize::from(seen[0] == "error");
        if seen[0] == "ready" && seen[2] == true {
            ensure!(seen[1].as_str().is_some_and(|said| said.contains("service worker")), "{seen}");
            break;
        }
        ensure!(started.elapsed() < Duration::from_secs(40), "{seen}");
        sleep(Duration::from_millis(100)).await;
    }
    ensure!(alarms == 0, "the page was told to be broken {alarms} times");
    visit.browser.close().await
}
