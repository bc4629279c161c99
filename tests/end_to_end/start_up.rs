//! A page that does not start, or breaks down, says so: in its own markup, by a script that
//! needs no other file.

use anyhow::{Context, Result, ensure};
use fib_lab::host::browser::{Browser, Settings};
use fib_lab::host::server::Mishap;
use serde_json::json;

use super::visit::{Visit, main_page, site};

/// A module of one function, whose body is `unreachable`.
const TRAP: &str = "
    const trap = () => {
      const bytes = [0,97,115,109,1,0,0,0,1,4,1,96,0,0,3,2,1,0,7,5,1,1,116,0,0,10,5,1,3,0,0,11];
      new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(bytes))).exports.t();
    };";

/// The sentence with which a page says why it has not started, or what broke down.
async fn sentence(browser: &Browser) -> Result<String> {
    let visible = "return document.getElementById('stalled')?.checkVisibility() === true";
    browser.poll(visible, |seen| seen == true).await.context("the page says nothing")?;
    let said = "return [document.documentElement.dataset.lab, \
        document.querySelector('#stalled p').innerText]";
    let said = browser.driver()?.execute(said, vec![]).await?.json().clone();
    ensure!(said[0] == "error", "{said}");
    Ok(said[1].as_str().unwrap_or_default().to_owned())
}

pub async fn a_page_that_does_not_start_says_why(settings: Settings) -> Result<()> {
    let damaged = || Mishap::Replaced("export const isolate = (;".into());
    for (file, mishap, part) in [
        ("start.js", Mishap::Missing, "start.js: missing (404)"),
        ("isolate.js", damaged(), "not started"),
        ("isolate.js", Mishap::LogIn, "isolate.js: something else came in its place (text/html)"),
        ("_bg.wasm", Mishap::Silence, "_bg.wasm: no answer"),
    ] {
        let site = site(true)?;
        if let Ok(mut mishaps) = site.mishaps.lock() {
            mishaps.push((file.to_owned(), mishap));
        }
        let Visit { browser, server } =
            Visit::new(Settings { patient: false, ..settings }, site.clone()).await?;
        browser.open(&server.address(&main_page(""))).await?;
        let said = sentence(&browser).await.context(file)?;
        ensure!(said.contains(part), "{file}: {said}");
        // The text stays, with what the recorded run found, and the page can be tried again.
        browser
            .poll("return document.querySelector('main .recorded').checkVisibility()", |seen| {
                seen == true
            })
            .await?;
        if let Ok(mut mishaps) = site.mishaps.lock() {
            mishaps.clear();
        }
        browser.driver()?.execute("document.getElementById('reload').click()", vec![]).await?;
        let ready = "return document.documentElement.dataset.lab === 'ready' \
            && document.getElementById('stalled').hidden";
        browser.poll(ready, |ready| ready == true).await.context(file)?;
        browser.close().await?;
    }
    Ok(())
}

pub async fn a_page_that_is_cut_in_its_first_script_says_so(settings: Settings) -> Result<()> {
    let site = site(true)?;
    let page = std::fs::read_to_string(site.folder.join("notebook.html"))?;
    let script = page.find("root.className += \" script\"").context("there is no first script")?;
    ensure!(script < 2_000, "what comes before it can be cut as well: {script}");
    if let Ok(mut mishaps) = site.mishaps.lock() {
        mishaps.push(("notebook.html".to_owned(), Mishap::Truncated(script)));
    }
    let visit = Visit::new(settings, site.clone()).await?;
    visit.open("notebook.html").await?;
    let said = "document.querySelector('p[role=alert]')?.checkVisibility() === true";
    visit.until(said).await?;
    let said = visit.text("p[role=alert]").await?;
    ensure!(said == "Only a part of this page has come. Reload it to try again.", "{said}");
    ensure!(visit.script("return document.documentElement.dataset.lab").await? == "error");
    if let Ok(mut mishaps) = site.mishaps.lock() {
        mishaps.clear();
    }
    visit.open("notebook.html").await?;
    ensure!(visit.browser.wait_for(&["ready", "error"]).await? == "ready");
    visit.browser.close().await
}

pub async fn a_page_that_cannot_start_here_says_why(settings: Settings) -> Result<()> {
    let site = site(true)?;
    let visit = Visit::new(settings, site.clone()).await?;
    let file = site.folder.join(main_page(""));
    let file = std::path::absolute(file)?;
    visit.browser.open(&format!("file://{}", file.display())).await?;
    let said = sentence(&visit.browser).await?;
    ensure!(said.contains("has to come from a server"), "{said}");
    // An old browser, without what the page is made of.
    let old = json!({ "source": "delete self.WebAssembly" });
    let cdp = visit.browser.driver()?.cdp();
    cdp.send_raw("Page.addScriptToEvaluateOnNewDocument", old).await?;
    visit.open(&main_page("")).await?;
    let said = sentence(&visit.browser).await?;
    ensure!(said.contains("this browser is too old"), "{said}");
    visit.browser.close().await
}

pub async fn a_page_that_breaks_down_says_so(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    // In a handler, and in a promise that nobody waits for.
    for how in ["setTimeout(trap)", "Promise.resolve().then(trap)"] {
        visit.open(&main_page("")).await?;
        visit.browser.wait_for(&["ready"]).await?;
        visit.script(&format!("{TRAP} {how}")).await?;
        let said = sentence(&visit.browser).await.context(how)?;
        ensure!(said.contains("broke down") && said.contains("Reload the page"), "{said}");
        // What it does from now on changes nothing of that.
        visit.script("document.querySelector('main button.run').click()").await?;
        visit.until("document.documentElement.dataset.lab === 'error'").await?;
        visit.click("#reload").await?;
        visit.until("document.getElementById('stalled')?.hidden").await?;
        visit.browser.wait_for(&["ready"]).await?;
    }
    visit.browser.close().await
}
