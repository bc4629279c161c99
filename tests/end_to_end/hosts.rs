//! Hosts as they are: with headers, without, below a path, gone offline, and renewed.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Result, ensure};
use fib_lab::host::browser::Settings;
use fib_lab::host::headers::{CONTENT_POLICY, FIRST_SCRIPTS};
use fib_lab::host::server::{Mishap, Server, Site};
use serde_json::json;
use thirtyfour::By;

use super::service_worker::until_kept;
use super::visit::{Visit, main_page, site};

/// How often the page of the short run was asked for.
fn loads(site: &Site) -> usize {
    let page = format!("{}/{}", site.below, main_page(""));
    site.asked.lock().map(|asked| asked.iter().filter(|path| **path == page).count()).unwrap_or(0)
}

fn plain_host() -> Result<Site> {
    Ok(Site { below: "/some/lab".to_owned(), ..site(false)? })
}

pub async fn the_headers_of_a_host_are_enough(settings: Settings) -> Result<()> {
    let site = site(true)?;
    let visit = Visit::new(settings, site.clone()).await?;
    let report = visit.short_run().await?;
    ensure!(report["spec"]["runtime"] == "threads", "{}", report["spec"]);
    ensure!(loads(&site) == 1, "{} loads", loads(&site));
    let registered = "const done = arguments[0]; \
        navigator.serviceWorker.getRegistrations().then(list => done(list.length));";
    let number = visit.browser.driver()?.execute_async(registered, vec![]).await?;
    ensure!(number.json() == &json!(0), "a service worker was installed without need");
    visit.browser.close().await
}

pub async fn a_service_worker_isolates_a_host_without_headers(settings: Settings) -> Result<()> {
    let site = plain_host()?;
    let visit = Visit::new(settings, site.clone()).await?;
    let report = visit.short_run().await?;
    ensure!(report["spec"]["runtime"] == "threads", "{}", report["spec"]);
    ensure!(report["environment"]["isolated"] == true);
    // The visit, the copy that the service worker keeps, and one reload.
    ensure!(loads(&site) <= 3, "{} loads: more than one reload", loads(&site));
    let said = visit.text(".backend").await?;
    ensure!(said.contains("service worker"), "{said}");

    // Declined: processes, and no further reload by itself; on again: threads.
    visit.browser.driver()?.find(By::Css("[data-service-worker=off]")).await?.click().await?;
    visit.until("document.querySelector('[data-service-worker=on]')").await?;
    let report = visit.short_run().await?;
    ensure!(report["spec"]["runtime"] == "processes", "{}", report["spec"]);
    ensure!(report["speedup"]["median"].as_f64().is_some(), "processes are parallel too");
    let said = visit.text(".backend").await?;
    ensure!(said.contains("You turned off the service worker"), "{said}");
    visit.browser.driver()?.find(By::Css("[data-service-worker=on]")).await?.click().await?;
    visit.until("document.querySelector('[data-service-worker=off]')").await?;
    visit.browser.close().await
}

pub async fn after_the_first_visit_the_page_works_offline(settings: Settings) -> Result<()> {
    let site = plain_host()?;
    let visit = Visit::new(settings, site.clone()).await?;
    visit.open("").await?;
    visit.browser.wait_for(&["ready"]).await?;
    until_kept(&visit.browser, &site.folder, 0).await?;
    let Visit { browser, server } = visit;
    let address = server.address(&main_page("?tasks=30,29&workers=2&seconds=1&run=1"));
    drop(server);
    browser.open(&address).await?;
    let state = browser.wait_for(&["done", "error"]).await?;
    ensure!(state == "done", "the run ended as {state}");
    ensure!(browser.report().await?["spec"]["runtime"] == "threads");
    browser.close().await
}

pub async fn a_new_version_replaces_the_old_one(settings: Settings) -> Result<()> {
    let copy = tempfile::tempdir()?;
    let built = plain_host()?;
    copy_folder(&built.folder, copy.path())?;
    let site = Site { folder: copy.path().to_owned(), ..built };
    let visit = Visit::new(settings, site).await?;
    visit.open("").await?;
    visit.browser.wait_for(&["ready"]).await?;

    replace_in(&copy.path().join("index.html"), "<title>", "<title>New ")?;
    replace_in(&copy.path().join("service-worker.js"), "VERSION = \"", "VERSION = \"1")?;
    visit.open("").await?;
    visit.browser.wait_for(&["ready"]).await?;
    let title = visit.browser.driver()?.title().await?;
    ensure!(title.starts_with("New "), "{title}");
    // The browser looks for a new service worker when it likes; here it is asked to.
    visit.until("navigator.serviceWorker.controller").await?;
    let look = "const done = arguments[0]; navigator.serviceWorker.getRegistration() \
        .then(r => r.update()).then(() => done(1), () => done(0));";
    visit.browser.driver()?.execute_async(look, vec![]).await?;
    // The old version's files go once no page of it is open: at one of the next visits,
    // because the browser decides when the new one takes over.
    let caches = "const done = arguments[0]; caches.keys().then(names => done(names));";
    let new = "fib-lab /some/lab/ 1";
    let mut names = Vec::new();
    for _ in 0..10 {
        visit.browser.open("about:blank").await?;
        visit.open("").await?;
        visit.browser.wait_for(&["ready"]).await?;
        // The new copy is made once the page has been quiet for a while.
        tokio::time::sleep(Duration::from_secs(4)).await;
        let found = visit.browser.driver()?.execute_async(caches, vec![]).await?;
        names = found.convert::<Vec<String>>()?;
        if names.len() == 1 && names[0].starts_with(new) {
            break;
        }
    }
    ensure!(names.len() == 1, "{names:?}");
    let name = &names[0];
    ensure!(name.starts_with(new), "{name}");
    visit.short_run().await?;
    visit.browser.close().await
}

pub async fn a_service_worker_that_cannot_be_had_makes_no_loop(settings: Settings) -> Result<()> {
    let site = plain_host()?;
    if let Ok(mut mishaps) = site.mishaps.lock() {
        mishaps.push(("service-worker.js".to_owned(), Mishap::Missing));
    }
    let visit = Visit::new(settings, site.clone()).await?;
    let report = visit.short_run().await?;
    ensure!(report["spec"]["runtime"] == "processes", "{}", report["spec"]);
    ensure!(loads(&site) == 1, "{} loads", loads(&site));
    let said = visit.text(".backend").await?;
    ensure!(said.contains("could not do it either"), "{said}");
    visit.browser.close().await
}

/// A real browser that hides shared memory, although the page is isolated.
pub async fn hidden_shared_memory_leads_to_processes(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    let report = visit.short_run().await?;
    ensure!(report["spec"]["runtime"] == "processes", "{}", report["spec"]);
    ensure!(report["environment"]["isolated"] == true);
    let said = visit.text(".backend").await?;
    ensure!(said.contains("this browser hides shared memory"), "{said}");
    visit.browser.close().await
}

pub async fn nothing_is_inline_and_nothing_leaves_the_origin(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    visit.short_run().await?;
    let found = visit
        .script(
            // Of what is inline the policy lets run only what it names.
            "const inline = [...document.querySelectorAll('script:not([src])')]
               .filter(s => s.type !== 'application/json').length;
             const styles = document.querySelectorAll('style, [style], [onclick]').length;
             const policy = document.querySelector('meta[http-equiv=Content-Security-Policy]');
             const away = performance.getEntriesByType('resource')
               .filter(e => new URL(e.name).origin !== location.origin && !e.name.startsWith('blob:'));
             return [inline, styles, policy?.content ?? '', away.map(e => e.name)];",
        )
        .await?;
    ensure!(found[0] == FIRST_SCRIPTS.len() && found[1] == 0, "{found}");
    let policy = found[2].as_str().unwrap_or_default();
    ensure!(policy == CONTENT_POLICY, "{policy}");
    ensure!(found[3] == json!([]), "{}", found[3]);
    visit.browser.close().await
}

pub async fn a_page_of_another_site_can_frame_it(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    let frame = visit.server.address("");
    let folder = tempfile::tempdir()?;
    let page = format!(
        "<!doctype html><title>A course</title>\
         <iframe src=\"{frame}\" allow=\"cross-origin-isolated\"></iframe>"
    );
    fs::write(folder.path().join("index.html"), page)?;
    let folder = folder.path().to_owned();
    let course = Site { folder, isolated: true, foreign: true, ..Site::default() };
    let course = Server::start(course).await?;
    visit.browser.open(&course.address("")).await?;
    visit.browser.driver()?.enter_frame(0).await?;
    visit.browser.wait_for(&["ready"]).await?;
    ensure!(visit.script("return crossOriginIsolated").await? == true, "the frame is not isolated");
    visit.browser.close().await
}

pub async fn a_server_that_is_gone_is_not_a_new_page(settings: Settings) -> Result<()> {
    // Without a service worker there is nothing to fall back on: the browser says so, and
    // a run that is under way goes on, because nothing is fetched any more.
    let visit = Visit::new(settings, site(true)?).await?;
    visit.open(&main_page("?tasks=38,37,36&workers=2&seconds=3&run=1")).await?;
    visit.until("document.querySelector('progress[value]')").await?;
    let Visit { browser, server } = visit;
    drop::<Server>(server);
    ensure!(browser.wait_for(&["done", "error"]).await? == "done");
    browser.close().await
}

fn replace_in(file: &Path, old: &str, new: &str) -> Result<()> {
    let text = fs::read_to_string(file)?;
    ensure!(text.contains(old), "{} has no “{old}”", file.display());
    Ok(fs::write(file, text.replacen(old, new, 1))?)
}

pub fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
