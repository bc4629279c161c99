//! Frames: on the page of another site, isolated or not, with a sandbox or without, the lab
//! runs what can run there and says why it is no more.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use fib_lab::host::browser::{Kind, Settings};
use fib_lab::host::server::{Server, Site};
use serde_json::Value;
use thirtyfour::{By, Key};

use super::visit::{Visit, main_page, site};

/// A page of somebody else that frames this address.
async fn course(folder: &Path, isolated: bool, frame: &str) -> Result<Server> {
    let frame = format!("<iframe width=900 height=900 {frame}></iframe>");
    course_with(folder, isolated, &frame).await
}

/// A page of somebody else with this frame, which notes what the frame tells it.
async fn course_with(folder: &Path, isolated: bool, frame: &str) -> Result<Server> {
    let page = format!(
        "<!doctype html><title>A course</title><script>
            heard = [];
            addEventListener('message', event => heard.push(event.data));
        </script>{frame}"
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
        // Firefox asks an isolated page for no leave to share what it has.
        match settings.kind {
            Kind::Firefox => (true, same.to_owned(), "threads", "Threads with shared memory"),
            _ => (true, same.to_owned(), "processes", framed),
        },
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

pub async fn what_embed_gives_runs_in_another_page(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    visit.open(&main_page("?tasks=27,26&workers=2&seconds=1")).await?;
    visit.browser.wait_for(&["ready"]).await?;
    let open = "document.querySelector('main [data-embed] summary').click()";
    visit.script(open).await?;
    visit.until("document.querySelector('main .tag')").await?;
    let told = visit.content("main .embed").await?;
    ensure!(told.contains("cross-origin isolated itself"), "{told}");
    let quiet = visit.script("return document.querySelector('main .tag').value").await?;
    let own = "tasks=27,26&amp;workers=2&amp;seconds=1&amp;only=1\"";
    let quiet = quiet.as_str().unwrap_or_default();
    ensure!(quiet.contains(own) && quiet.contains("allow=\"cross-origin-isolated\""), "{quiet}");
    visit.script("document.querySelector('main [data-starts]').click()").await?;
    let tag = visit.script("return document.querySelector('main .tag').value").await?;
    let tag = tag.as_str().unwrap_or_default();
    ensure!(tag.contains("&amp;only=1&amp;run=1\""), "{tag}");
    let folder = tempfile::tempdir()?;
    for (isolated, runtime) in [(true, "threads"), (false, "processes")] {
        let course = course_with(folder.path(), isolated, tag).await?;
        visit.browser.open(&course.address("")).await?;
        visit.browser.driver()?.enter_frame(0).await?;
        let report = visit.done().await?;
        ensure!(report["spec"]["runtime"] == runtime, "{isolated}: {}", report["spec"]);
        let alone = "return document.querySelector('.bar').checkVisibility()";
        ensure!(visit.script(alone).await? == false, "it does not stand alone");
        visit.browser.driver()?.enter_default_frame().await?;
    }
    visit.browser.close().await
}

pub async fn arrow_keys_go_on_to_the_slide(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    let folder = tempfile::tempdir()?;
    let figure = visit.server.address(&main_page("?only=1"));
    for sandbox in ["", "sandbox=\"allow-scripts\""] {
        // Low, so that the figure itself scrolls.
        let frame = format!("<iframe width=900 height=200 {sandbox} src=\"{figure}\"></iframe>");
        let course = course_with(folder.path(), false, &frame).await?;
        visit.browser.open(&course.address("")).await?;
        let driver = visit.browser.driver()?;
        driver.enter_frame(0).await?;
        visit.browser.wait_for(&["ready"]).await?;
        // Where the keyboard is, the key, what the slide hears of it, and what the figure does.
        for (place, key, heard, done) in [
            ("button.run", Key::Right, Some("right"), "true"),
            ("input[id$=-tasks]", Key::Right, None, "true"),
            ("button.run", Key::Left, Some("left"), "true"),
            ("button.run", Key::Down, None, "scrollY > 0"),
        ] {
            let about = format!("{sandbox} {place} {heard:?}");
            let element = driver.find(By::Css(format!("main {place}"))).await?;
            element.send_keys(key + "").await?;
            visit.until(done).await.with_context(|| about.clone())?;
            driver.enter_default_frame().await?;
            if heard.is_some() {
                visit.until("heard.length").await.with_context(|| about.clone())?;
            }
            let told = visit.script("return heard.splice(0)").await?;
            let methods: Vec<String> = told
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|text| serde_json::from_str::<Value>(text.as_str()?).ok())
                .filter_map(|message| Some(message["method"].as_str()?.to_owned()))
                .collect();
            ensure!(methods == heard.into_iter().collect::<Vec<_>>(), "{about}: {told}");
            driver.enter_frame(0).await?;
        }
        driver.enter_default_frame().await?;
    }
    // On a page of the same origin the key is pressed as if it had been pressed there.
    visit.open("notebook.html").await?;
    visit.browser.wait_for(&["ready"]).await?;
    let add = format!(
        "document.addEventListener('keydown', event => {{
            document.body.dataset.heard = `${{event.key}} ${{event.keyCode}}`;
        }});
        const frame = document.createElement('iframe');
        frame.src = '{}';
        document.querySelector('main').prepend(frame);",
        main_page("?only=1")
    );
    visit.script(&add).await?;
    visit.browser.driver()?.enter_frame(0).await?;
    visit.browser.wait_for(&["ready"]).await?;
    let button = visit.browser.driver()?.find(By::Css("main button.run")).await?;
    button.send_keys(Key::Right + "").await?;
    visit.browser.driver()?.enter_default_frame().await?;
    visit.until("document.body.dataset.heard").await?;
    let heard = visit.script("return document.body.dataset.heard").await?;
    ensure!(heard == "ArrowRight 39", "{heard}");
    visit.browser.close().await
}
