//! What stays: runs in the notebook, exercises that were solved, how the page looks.

use anyhow::{Result, ensure};
use fib_lab::host::browser::Settings;
use fib_lab::host::server::Mishap;
use serde_json::{Value, json};
use thirtyfour::By;

use super::visit::{Visit, main_page, site};

async fn short_runs(visit: &Visit, workers: &[u32]) -> Result<()> {
    for workers in workers {
        let query = main_page(&format!("?tasks=27,26,25&workers={workers}&seconds=1&run=1"));
        visit.open(&query).await?;
        visit.done().await?;
    }
    Ok(())
}

/// Opens the page of the notebook.
async fn notebook(visit: &Visit) -> Result<()> {
    visit.open("notebook.html").await?;
    visit.browser.wait_for(&["ready"]).await.map(drop)
}

/// Waits until the notebook holds so many runs.
async fn holds(visit: &Visit, runs: usize) -> Result<()> {
    visit.until(&format!("document.querySelectorAll('.runs > li').length === {runs}")).await
}

/// Presses what stands in the list. By script: WebKitGTK's driver finds nothing in it
/// interactable.
async fn tap(visit: &Visit, css: &str) -> Result<()> {
    visit.script(&format!("document.querySelector({css:?}).click()")).await.map(drop)
}

pub async fn runs_are_kept_named_compared_and_deleted(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    short_runs(&visit, &[1, 2]).await?;
    ensure!(visit.text("main .kept").await?.contains("kept in your notebook"));
    notebook(&visit).await?;
    holds(&visit, 2).await?;
    visit
        .script(
            "const name = document.querySelector('.runs .name');
         name.value = 'Zwei <b>Arbeiter</b>';
         name.dispatchEvent(new Event('change', { bubbles: true }));",
        )
        .await?;
    // It survives a reload, and so does its name.
    notebook(&visit).await?;
    holds(&visit, 2).await?;
    let name = visit.script("return document.querySelector('.runs .name').value").await?;
    ensure!(name == "Zwei <b>Arbeiter</b>", "{name}");

    for at in [1, 2] {
        tap(&visit, &format!(".runs > li:nth-child({at}) input[type=checkbox]")).await?;
    }
    visit.until("document.querySelector('.compared table')").await?;
    let table = visit.text(".compared table").await?;
    for part in ["Zwei <b>Arbeiter</b>", "Workers", "Speed-up (interval)"] {
        ensure!(table.contains(part), "{table}");
    }
    tap(&visit, ".runs > li:nth-child(2) .show").await?;
    visit.until("document.querySelector('main .outcome .headline')").await?;
    let workers =
        visit.script("return document.querySelector('main input[id$=-workers]').value").await?;
    ensure!(workers == "1", "the controls show the run too: {workers}");
    // Shown again, it is not made again.
    notebook(&visit).await?;
    holds(&visit, 2).await?;
    tap(&visit, ".runs > li:nth-child(1) .delete").await?;
    holds(&visit, 1).await?;
    // Everything goes only when asked twice.
    tap(&visit, ".delete-all").await?;
    holds(&visit, 1).await?;
    tap(&visit, ".delete-all").await?;
    holds(&visit, 0).await?;
    let left = visit.script("return Object.keys(localStorage).filter(k => /run/.test(k))").await?;
    ensure!(left == json!([]), "{left}");
    visit.browser.close().await
}

pub async fn a_saved_notebook_opens_elsewhere(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    short_runs(&visit, &[1, 2]).await?;
    notebook(&visit).await?;
    visit
        .script(
            "URL.createObjectURL = blob => { blob.text().then(t => self.saved = t); return '#'; }",
        )
        .await?;
    visit.click(".save-all").await?;
    visit.until("self.saved").await?;
    let saved = visit.script("return self.saved").await?;
    let saved = saved.as_str().unwrap_or_default();
    ensure!(serde_json::from_str::<Vec<Value>>(saved)?.len() == 2, "{saved}");
    visit.script("localStorage.clear()").await?;
    notebook(&visit).await?;
    holds(&visit, 0).await?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("notebook.json");
    std::fs::write(&file, saved)?;
    let input = visit.browser.driver()?.find(By::Id("notebook-open")).await?;
    input.send_keys(file.to_string_lossy()).await?;
    holds(&visit, 2).await?;
    let facts = visit.text(".runs .facts").await?;
    ensure!(facts.contains("imported"), "{facts}");

    std::fs::write(&file, "[{\"schema\":1},3]")?;
    let input = visit.browser.driver()?.find(By::Id("notebook-open")).await?;
    input.send_keys(file.to_string_lossy()).await?;
    visit.until("document.querySelector('[data-notebook] [role=alert]')").await?;
    holds(&visit, 2).await?;
    visit.browser.close().await
}

pub async fn runs_of_others_open_one_by_one_and_take_nothing_of_ones_own(
    settings: Settings,
) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    short_runs(&visit, &[1]).await?;
    notebook(&visit).await?;
    holds(&visit, 1).await?;
    let kept = visit
        .script("return localStorage[Object.keys(localStorage).find(key => /run\\//.test(key))]")
        .await?;
    let own: Value = serde_json::from_str(kept.as_str().unwrap_or_default())?;
    let other = |at: usize| {
        let mut report = own.clone();
        report["started_at"] = json!(format!("2026-01-01T00:00:00.{at:03}Z"));
        report["trace"] = json!([]);
        report
    };
    // One of them is bad, and one is the visitor's own.
    let mut all: Vec<Value> = (0..203).map(other).collect();
    all[1]["spec"]["workers"] = json!(4_000_000_000u64);
    all.push(own.clone());
    // Several files at once, of which one is none.
    let folder = tempfile::tempdir()?;
    let (last, class, text) = (json!(other(999)), json!(all), json!("a text"));
    let files = [("class.json", class), ("text.json", text), ("last.json", last)];
    let mut names = Vec::new();
    for (name, content) in files {
        let file = folder.path().join(name);
        std::fs::write(&file, content.to_string())?;
        names.push(file.to_string_lossy().into_owned());
    }
    let input = visit.browser.driver()?.find(By::Id("notebook-open")).await?;
    input.send_keys(names.join("\n")).await?;
    holds(&visit, 201).await?;
    let said = visit.text("[data-notebook] [role=alert]").await?;
    let of_class = "class.json: 203 of 204 reports were opened. Report 2 was not: ";
    ensure!(said.contains(of_class), "{said}");
    ensure!(said.contains("text.json: This"), "{said}");
    ensure!(!said.contains("last.json"), "{said}");
    let facts = "return [...document.querySelectorAll('.runs .facts')]
        .filter(it => !it.textContent.includes('imported')).length";
    ensure!(visit.script(facts).await? == 1, "the visitor's own run is gone");
    // What is deleted in another window stays deleted.
    visit
        .script(
            "const runs = JSON.parse(localStorage['fib-lab/notebook']);
             localStorage['fib-lab/notebook'] = JSON.stringify(runs.slice(0, 3));",
        )
        .await?;
    tap(&visit, ".runs > li:nth-child(1) .delete").await?;
    holds(&visit, 2).await?;
    visit.script("localStorage['fib-lab/solved'] = '[[\"a/1\",\"Found.\"]]'").await?;
    tap(&visit, ".delete-all").await?;
    visit.until("document.querySelector('.delete-all').textContent !== 'Delete all'").await?;
    visit.until("document.querySelector('.delete-all').textContent === 'Delete all'").await?;
    tap(&visit, ".delete-all").await?;
    holds(&visit, 2).await?;
    tap(&visit, ".delete-all").await?;
    holds(&visit, 0).await?;
    let left = "return Object.keys(localStorage).filter(key => /run\\/|solved/.test(key))";
    let left = visit.script(left).await?;
    ensure!(left == json!([]), "{left}");
    visit.browser.close().await
}

pub async fn what_another_window_solves_or_forgets_holds_here_too(
    settings: Settings,
) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    visit.short_run().await?;
    let shown = "[...document.querySelectorAll('main .found')]
        .some(found => found.textContent.includes('Found elsewhere.'))";
    let name = "const name = document.querySelector('main .exercises [data-found]').dataset.found";
    let solve = format!(
        "{name}; localStorage['fib-lab/solved'] = JSON.stringify([[name, 'Found elsewhere.']]);
         dispatchEvent(new StorageEvent('storage'))"
    );
    visit.script(&solve).await?;
    visit.until(shown).await?;
    let forget = "delete localStorage['fib-lab/solved']";
    visit.script(&format!("{forget}; dispatchEvent(new StorageEvent('storage'))")).await?;
    visit.until(&format!("!{shown}")).await?;
    // Nor does it come back with what is found here, whether or not a word of it has come.
    visit.script(&solve).await?;
    visit.until(shown).await?;
    visit.script(forget).await?;
    visit.press("run").await?;
    visit.done().await?;
    let back = visit.script("return localStorage['fib-lab/solved'] ?? ''").await?;
    ensure!(!back.to_string().contains("Found elsewhere."), "{back}");
    visit.browser.close().await
}

pub async fn start_afresh_forgets_all_of_the_lab_and_nothing_else(
    settings: Settings,
) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    visit.open(&main_page("?tasks=27,26&workers=2&seconds=1")).await?;
    visit.browser.wait_for(&["ready"]).await?;
    visit.set("prediction", "1.5").await?;
    visit.press("run").await?;
    visit.done().await?;
    visit
        .script(
            "localStorage.other = 'stays';
             localStorage['fib-lab/solved'] = '[[\"a/1\",\"Found.\"]]';
             const list = document.getElementById('theme'); list.value = 'dark';
             list.dispatchEvent(new Event('change'))",
        )
        .await?;
    notebook(&visit).await?;
    holds(&visit, 1).await?;
    ensure!(!visit.text(".predictions").await?.is_empty());
    let asked = "document.querySelector('#start-afresh').checkVisibility()";
    ensure!(visit.script(&format!("return {asked}")).await? == false);
    tap(&visit, "[data-act=start-afresh]").await?;
    visit.until(asked).await?;
    let stands = "return document.activeElement.dataset.act";
    ensure!(visit.script(stands).await? == "keep-all", "the keyboard is elsewhere");
    // Who says no keeps everything.
    tap(&visit, "[data-act=keep-all]").await?;
    ensure!(visit.script(&format!("return {asked}")).await? == false);
    ensure!(visit.script(stands).await? == "start-afresh", "the keyboard is lost");
    holds(&visit, 1).await?;
    tap(&visit, "[data-act=start-afresh]").await?;
    tap(&visit, "[data-act=forget-all]").await?;
    visit.until("document.documentElement.dataset.theme === undefined").await?;
    visit.browser.wait_for(&["ready"]).await?;
    holds(&visit, 0).await?;
    let left = "return [Object.keys(localStorage), Object.keys(sessionStorage)]";
    let left = visit.script(left).await?;
    ensure!(left[0] == json!(["other"]), "{left}");
    ensure!(!left[1].to_string().contains("fib-lab"), "{left}");
    visit.browser.close().await
}

/// A page on which the browser's storage behaves like this.
async fn with_storage(settings: Settings, script: &str) -> Result<Visit> {
    let site = site(true)?;
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/www/isolate.js");
    let text = std::fs::read_to_string(file)?;
    if let Ok(mut mishaps) = site.mishaps.lock() {
        let replaced = Mishap::Replaced(format!("{script};\n{text}").into());
        mishaps.push(("isolate.js".to_owned(), replaced));
    }
    Visit::new(settings, site).await
}

pub async fn full_or_forbidden_storage_is_said_and_breaks_nothing(
    settings: Settings,
) -> Result<()> {
    let forbidden = "Object.defineProperty(self, 'localStorage', \
                     { get() { throw new DOMException('no', 'SecurityError') } })";
    let full =
        "Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError') }";
    for (script, sentence) in [(forbidden, "keeps nothing for this page"), (full, "is full")] {
        let visit = with_storage(settings, script).await?;
        short_runs(&visit, &[2]).await?;
        // The run shows all the same, as long as the page is open.
        ensure!(!visit.text("main .headline").await?.is_empty());
        let said = visit.text("main .kept").await?;
        ensure!(said.contains(sentence), "{said}");
        notebook(&visit).await?;
        holds(&visit, 0).await?;
        visit.browser.close().await?;
    }
    Ok(())
}

pub async fn an_exercise_is_checked_against_ones_own_run(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    visit.open(&main_page("?tasks=33,34,35,36,37,38&workers=2&run=1")).await?;
    visit.done().await?;
    visit.until("document.querySelector('main .exercises .found')").await?;
    let found = visit.text("main .exercises .found").await?;
    ensure!(found.contains("on paper it is φ"), "{found}");
    // The other exercise is about another run.
    let all = "return document.querySelectorAll('.exercises .found').length";
    ensure!(visit.script(all).await? == 1);
    // What these samples say depends on the machine; but what is solved stays solved, and
    // nothing else is.
    let solved = "return document.querySelectorAll('.exercises .solved').length";
    let before = visit.script(solved).await?;
    visit.open(&main_page("")).await?;
    visit.browser.wait_for(&["ready"]).await?;
    ensure!(visit.script(solved).await? == before, "{found}");
    ensure!(before == 0 || visit.text("main .exercises .solved").await? == found);
    visit.browser.close().await
}

pub async fn the_machine_card_says_what_is_known(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    visit.open("").await?;
    visit.browser.wait_for(&["ready"]).await?;
    let card = visit.text(".machine").await?;
    for part in ["Browser", "threads", "steps of", "not measured yet"] {
        ensure!(card.contains(part), "{card}");
    }
    short_runs(&visit, &[2]).await?;
    visit.open("").await?;
    visit
        .until("document.querySelector('.machine')?.textContent.includes('for 2 workers')")
        .await?;
    visit.browser.close().await
}

pub async fn colours_and_large_type_are_a_choice(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    visit.open("").await?;
    visit.browser.wait_for(&["ready"]).await?;
    let ground = "return getComputedStyle(document.body).backgroundColor";
    let choose = |theme: &str| {
        format!(
            "const list = document.getElementById('theme'); list.value = '{theme}';
             list.dispatchEvent(new Event('change'));
             return getComputedStyle(document.body).backgroundColor"
        )
    };
    let light = visit.script(&choose("light")).await?;
    let dark = visit.script(&choose("dark")).await?;
    ensure!(light != dark, "{light}");
    visit.open("").await?;
    visit.browser.wait_for(&["ready"]).await?;
    ensure!(visit.script(ground).await? == dark, "the choice survives a reload");

    let size = "return document.querySelector('h1').getBoundingClientRect().height";
    let small = visit.script(size).await?.as_f64();
    visit.click("#talk").await?;
    ensure!(visit.script(size).await?.as_f64() > small);
    let pressed = visit.script("return document.getElementById('talk').ariaPressed").await?;
    ensure!(pressed == "true", "{pressed}");
    let wider = "return document.documentElement.scrollWidth - innerWidth";
    ensure!(visit.script(wider).await?.as_f64() <= Some(0.0));
    visit.browser.close().await
}

pub async fn nothing_is_wider_than_the_window(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    short_runs(&visit, &[2]).await?;
    for width in [320, 360, 768, 1280, 2560] {
        let metrics =
            json!({ "width": width, "height": 800, "deviceScaleFactor": 1, "mobile": false });
        let driver = visit.browser.driver()?;
        driver.cdp().send_raw("Emulation.setDeviceMetricsOverride", metrics).await?;
        visit.until(&format!("innerWidth === {width}")).await?;
        // The charts follow the window.
        visit.until("document.documentElement.scrollWidth <= innerWidth").await?;
        let drawn = "document.querySelector('main svg').getBoundingClientRect().width
            === document.querySelector('main [data-drawing]').clientWidth";
        visit.until(drawn).await?;
    }
    visit.browser.close().await
}

pub async fn print_is_a_worksheet(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    short_runs(&visit, &[2]).await?;
    visit.script("dispatchEvent(new Event('beforeprint'))").await?;
    let print = json!({ "media": "print" });
    visit.browser.driver()?.cdp().send_raw("Emulation.setEmulatedMedia", print).await?;
    let shown = async |css: &str| -> Result<bool> {
        let script = format!(
            "const all = [...document.querySelectorAll('{css}')];
             return all.some(one => one.getClientRects().length > 0)"
        );
        Ok(visit.script(&script).await? == true)
    };
    for css in ["main .chart table", "main .predict input", ".printed"] {
        ensure!(shown(css).await?, "{css} is not printed");
    }
    for css in ["main .chart svg", "button.run", ".bar", ".code"] {
        ensure!(!shown(css).await?, "{css} is printed");
    }
    let address = visit.text("main .printed").await?;
    ensure!(address.contains(&main_page("?tasks=27,26,25&workers=2")), "{address}");
    visit.browser.close().await
}
