//! Frames: on the page of another site, isolated or not, with a sandbox or without, the lab
//! runs what can run there and says why it is no more.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use fib_lab::host::browser::Settings;
use fib_lab::host::server::{Server, Site};

use super::visit::{Visit, main_page, site};

/// A page of somebody else that frames this address.
async fn course(folder: &Path, isolated: bool, frame: &str) -> Result<Server> {
    let page = format!(
        "<!doctype html><title>A course</title><iframe width=900 height=900 {frame}></iframe>"
    );
    fs::write(folder.join("index.html"), page)?;
    let site = Site { folder: folder.to_owned(), isolated, foreign: true, ..Site::default() };
    Server::start(site).await
}

pub async fn a_frame_runs_what_can_run_there(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    let folder = tempfile::tempdir()?;
    let run = visit.server.address(&main_page("?tasks=27,26&workers=2&seconds=1&run=1"));
    let delegated = "allow=\"cross-origin-isolated\"";
    let same = "sandbox=\"allow-scripts allow-same-origin\"";
    let none = "sandbox=\"allow-scripts\"";
    let framed = "stands in a frame of another one";
    for (isolated, how, runtime, says) in [
        (true, format!("{delegated} {same}"), "threads", "Threads with shared memory"),
        (true, same.to_owned(), "processes", framed),
        (false, same.to_owned(), "processes", framed),
        (true, format!("{delegated} {none}"), "serial", "sandboxed frame"),
        (false, none.to_owned(), "serial", "sandboxed frame"),
    ] {
        let about = format!("in a page that is isolated: {isolated}, {how}");
        let course = course(folder.path(), isolated, &format!("{how} src=\"{run}\"")).await?;
        visit.browser.open(&course.address("")).await?;
        visit.browser.driver()?.enter_frame(0).await?;
        let report = visit.done().await.with_context(|| about.clone())?;
        ensure!(report["spec"]["runtime"] == runtime, "{about}: {}", report["spec"]);
        let said = visit.text(".backend").await?;
        ensure!(said.contains(says), "{about}: {said}");
        let away = visit.script("return document.querySelector('.backend a')?.href ?? ''").await?;
        let offers = away.as_str().is_some_and(|away| away.contains(&main_page("?tasks=27,26")));
        ensure!(offers == (runtime != "threads"), "{about}: {away}");
        visit.browser.driver()?.enter_default_frame().await?;
    }
    visit.browser.close().await
}

pub async fn a_sandboxed_frame_of_a_plain_host_says_why(settings: Settings) -> Result<()> {
    // Such a host lets no page without a site load its programs.
    let visit = Visit::new(settings, site(false)?).await?;
    let folder = tempfile::tempdir()?;
    let page = visit.server.address(&main_page(""));
    let frame = format!("sandbox=\"allow-scripts\" src=\"{page}\"");
    let course = course(folder.path(), false, &frame).await?;
    visit.browser.open(&course.address("")).await?;
    visit.browser.driver()?.enter_frame(0).await?;
    let said = "document.getElementById('stalled')?.innerText.includes('sandboxed frame')";
    visit.until(said).await?;
    ensure!(visit.text("main .recorded").await?.contains("times as fast"));
    visit.browser.close().await
}
