//! The editor of Python programs, programs in addresses, and programs to mend.

use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

use anyhow::{Context, Result, ensure};
use fib_lab::analysis::cpython_pool::{BLOCKS, rows};
use fib_lab::exhibits;
use fib_lab::host::bench_python_pool::comparison;
use fib_lab::host::browser::Settings;
use fib_lab::host::tinker;
use serde_json::json;
use thirtyfour::Key;

use super::access::Judge;
use super::visit::{Visit, site};

#[test]
fn the_editor_marks_and_addresses_carry_what_they_should() -> Result<()> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("www/python/tests/editor.test.mjs");
    let run = Command::new("node").arg("--test").arg(tests).output();
    let run = run.context("node does not start. Type: cargo lab doctor")?;
    ensure!(run.status.success(), "{}", String::from_utf8_lossy(&run.stdout));
    Ok(())
}

/// What the browser has asked for.
type Asked = Arc<Mutex<Vec<String>>>;

async fn open(settings: Settings, rest: &str) -> Result<(Visit, Asked)> {
    let site = site(true)?;
    let asked = site.asked.clone();
    let visit = Visit::new(settings, site).await?;
    visit.open(&format!("python.html{rest}")).await?;
    visit.browser.wait_for(&["ready"]).await?;
    Ok((visit, asked))
}

/// Writes into the text area, as typing does.
async fn write(visit: &Visit, text: &str) -> Result<()> {
    let script = "
        const field = document.getElementById('python-source');
        field.value = arguments[0];
        field.dispatchEvent(new Event('input', { bubbles: true }));";
    visit.browser.driver()?.execute(script, vec![json!(text)]).await?;
    Ok(())
}

async fn run(visit: &Visit) -> Result<()> {
    visit.press("run").await?;
    let state = visit.browser.wait_for(&["done", "error"]).await?;
    ensure!(state == "done", "{}", visit.text("[role=alert]:not([hidden])").await?);
    Ok(())
}

/// Whether no file of a kind was asked for.
fn untouched(asked: &Asked, part: &str) -> bool {
    asked.lock().is_ok_and(|asked| !asked.iter().any(|path| path.contains(part)))
}

const SHADOW: &str = "document.querySelector('.codemirror').shadowRoot";

pub async fn the_text_area_becomes_an_editor_with_python(settings: Settings) -> Result<()> {
    let (visit, asked) = open(settings, "").await?;
    ensure!(untouched(&asked, "codemirror"), "the first visit asked for the editor");
    let own = visit.script("return document.getElementById('python-source').value").await?;
    let own = own.as_str().unwrap_or_default().to_owned();
    ensure!(own.contains("def "), "the text area is there first: {own}");
    // It marks what is changed, and takes it back.
    write(&visit, &format!("x = 1\n{own}")).await?;
    let said = visit.text(".differs").await?;
    ensure!(said.contains("1 line changed or added"), "{said}");
    visit.press("reset").await?;
    ensure!(visit.text(".differs").await?.is_empty(), "nothing differs from itself");

    write(&visit, "def f():\n    return 1 / 0\n\nf()\n").await?;
    run(&visit).await?;
    visit.until(&format!("{SHADOW}?.querySelector('.cm-content')")).await?;
    visit.until("document.getElementById('python-source').hidden").await?;
    // The line in which the program ended.
    let said = visit.text(".ended").await?;
    ensure!(said.starts_with("Line 2: ZeroDivisionError"), "{said}");
    let wrong = format!("return {SHADOW}.querySelector('.cm-line.cm-wrong').textContent");
    ensure!(visit.script(&wrong).await? == "    return 1 / 0", "the line is not marked");
    let mut judge = Judge::new(&visit)?;
    judge.look_in_both("the editor", Some(".workbench")).await?;
    judge.verdict()?;

    // What is typed is in the text area too; Tab goes on to what comes after.
    visit.click(".ended button").await?;
    let keys = visit.browser.driver()?;
    keys.action_chain().send_keys("# ").perform().await?;
    let value = "document.getElementById('python-source').value";
    visit.until(&format!("{value}.includes('#     return 1 / 0')")).await?;
    let outside = "document.activeElement.shadowRoot === null";
    ensure!(visit.script(&format!("return {outside}")).await? == false, "the editor has no focus");
    keys.action_chain().send_keys(Key::Tab).perform().await?;
    ensure!(visit.script(&format!("return {outside}")).await? == true, "Tab is caught");
    // The change is kept on this device, and can be taken back.
    visit.open("python.html").await?;
    visit.browser.wait_for(&["ready"]).await?;
    visit.until(&format!("{value}.startsWith('def f()')")).await?;
    visit.press("reset").await?;
    visit.until(&format!("{value}.includes('__main__')")).await?;
    visit.browser.close().await
}

pub async fn an_address_carries_a_program_and_never_runs_it(settings: Settings) -> Result<()> {
    let (visit, asked) = open(settings, "").await?;
    write(&visit, "print('carried', 6 * 7)\n").await?;
    visit.press("share").await?;
    visit.until("document.getElementById('python-address').value").await?;
    let address = visit.script("return document.getElementById('python-address').value").await?;
    let address = address.as_str().unwrap_or_default().to_owned();
    let (_, hash) = address.split_once('#').context("no program in the address")?;

    visit.browser.open("about:blank").await?;
    visit.open(&format!("python.html#{hash}")).await?;
    visit.browser.wait_for(&["ready"]).await?;
    let shown = "document.getElementById('python-source').value.startsWith('print(')";
    visit.until(shown).await?;
    let said = visit.text(".carried").await?;
    ensure!(said.contains("runs when you press Run"), "{said}");
    ensure!(untouched(&asked, "/py-"), "an address has loaded Python");
    // Nothing says that the address is wrong.
    let notices = visit.script("return document.querySelectorAll('main .notice').length").await?;
    ensure!(notices == 0, "{notices} notices");

    let cut = hash.get(..hash.len() - 12).context("a short address")?;
    for (damaged, sentence) in [(cut, "damaged"), ("program=%%%", "damaged")] {
        visit.browser.open("about:blank").await?;
        visit.open(&format!("python.html#{damaged}")).await?;
        visit.until("document.querySelector('[role=alert]:not([hidden])')?.textContent").await?;
        let said = visit.text("[role=alert]:not([hidden])").await?;
        ensure!(said.contains(sentence), "{said}");
    }
    visit.browser.close().await
}

pub async fn a_broken_program_is_mended_and_answers_as_rust_does(settings: Settings) -> Result<()> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let card = exhibits::named(exhibits::MAIN.name).context("there is no main exhibit")?;
    let programs = tinker::programs(project, card)?;
    let [own, broken, ..] = programs.as_slice() else { anyhow::bail!("nothing to mend") };
    let (visit, _) = open(settings, &format!("?program={}", broken.name)).await?;
    let task = visit.text(".task").await?;
    ensure!(task.starts_with("Mend it."), "{task}");
    // In which order tasks end is left to chance: on a busy machine it can be the right one.
    let mut said = String::new();
    for _ in 0..5 {
        run(&visit).await?;
        said = visit.text(".compared").await?;
        if said.starts_with("Rust answers") {
            break;
        }
    }
    ensure!(said.starts_with("Rust answers") && said.contains("has not printed"), "{said}");
    ensure!(visit.text(".ended").await?.contains("AssertionError"), "the line is not named");
    write(&visit, &own.source).await?;
    run(&visit).await?;
    let said = visit.text(".compared").await?;
    let answer = own.answer.as_deref().unwrap_or_default();
    ensure!(said.starts_with("Python and Rust answer the same") && said.contains(answer), "{said}");
    visit.browser.close().await
}

/// The comparison that a visitor makes, and where it is found again.
pub async fn a_pool_in_cpython_is_compared_by_the_labs_protocol(settings: Settings) -> Result<()> {
    let site = site(true)?;
    let visit = Visit::new(settings, site).await?;
    let report = comparison(&visit.browser, &visit.server).await?;
    ensure!(report.balanced == Some(true) && report.blocks.len() == BLOCKS, "{report:?}");
    ensure!(report.checks.iter().all(|check| check.right == Some(true)), "{:?}", report.checks);
    let kernel = report.core_equivalents.as_ref().context("no κ")?.median;
    ensure!((0.5..2.5).contains(&kernel), "{kernel}");
    // Serial and kernel are the same code, warmed alike: without the warm-up they differ by 1.7.
    let calls: Vec<f64> = rows(&report).iter().filter_map(|row| row.call_ns).collect();
    let [serial, alone, ..] = calls.as_slice() else { anyhow::bail!("no time per call") };
    ensure!((0.6..1.6).contains(&(serial / alone)), "{serial} ns and {alone} ns a call");
    let said = visit.text(".workbench .outcome").await?;
    ensure!(said.contains("kept in your notebook"), "{said}");
    visit.open("notebook.html").await?;
    visit.browser.wait_for(&["ready"]).await?;
    visit.until("document.querySelector('.runs .name')?.value.includes('CPython')").await?;
    visit.browser.close().await
}
