//! Runs: the default one, Stop, refusals, and what the page is without script.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use fib_lab::host::browser::Settings;
use fib_lab::report::SCHEMA;
use serde_json::json;
use thirtyfour::Key;

use super::visit::{Visit, main_page, site, values};

const SIX: [&str; 6] = ["39088169", "24157817", "14930352", "9227465", "5702887", "3524578"];

pub async fn the_chapters_list_is_answered_exactly_by_threads(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    // Stated in the address, so never scaled down, however slow the machine.
    visit.open(&main_page("?tasks=38,37,36,35,34,33&workers=2&run=1")).await?;
    let report = visit.done().await?;
    ensure!(values(&report) == SIX, "{report}");
    ensure!(report["spec"]["runtime"] == "threads", "{}", report["spec"]);
    ensure!(report["environment"]["isolated"] == true);
    ensure!(report["environment"]["build"]["profile"] == "engine (opt-level 3)");
    ensure!(report["schema"] == SCHEMA, "{}", report["schema"]);
    let blocks = report["blocks"].as_array().context("no blocks")?;
    // How many blocks fit into the seconds is the machine's affair; what may be said of them is not.
    ensure!(!blocks.is_empty(), "no block is complete");
    ensure!(
        report["verdict"].is_string() == (blocks.len() >= 6),
        "{} after {} blocks",
        report["verdict"],
        blocks.len()
    );
    let roles = ["serial", "one-worker", "parallel", "kernel-alone", "kernel-together"];
    let arms = report["arms"].as_array().context("no arms")?;
    ensure!(arms.iter().map(|arm| &arm["role"]).eq(roles), "{arms:?}");
    for block in blocks {
        for arm in arms {
            let ms = &block["ms"][arm["id"].as_str().unwrap_or_default()];
            ensure!(ms.as_f64().is_some_and(|ms| ms > 0.0), "{block}");
        }
    }
    for derived in ["efficiency", "core_equivalents", "capacity_efficiency"] {
        ensure!(report[derived]["blocks"] == blocks.len(), "{}", report[derived]);
    }
    let speedup = &report["speedup"];
    ensure!(speedup["low"].as_f64() <= speedup["median"].as_f64(), "{speedup}");
    ensure!(speedup["median"].as_f64() <= speedup["high"].as_f64(), "{speedup}");
    // Every task once in the trace, both workers have a lane, and the page shows both.
    let trace = report["trace"].as_array().context("no trace")?;
    let work: Vec<_> = trace.iter().filter(|event| event["kind"] == "work").collect();
    ensure!(work.len() == 6, "{trace:?}");
    let lanes = visit
        .script("return [...document.querySelectorAll('main svg .lane')].map(t => t.textContent)")
        .await?;
    ensure!(lanes == json!(["Serial", "Worker 1", "Worker 2"]), "{lanes}");
    let shown = visit.content("main .answers").await?;
    ensure!(shown.contains("All answers are right"), "{shown}");
    visit.browser.close().await
}

pub async fn a_run_over_fresh_starts_has_the_start_as_its_unit(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    visit.open(&main_page("?tasks=30,29,28&workers=2&starts=6&seconds=18&run=1")).await?;
    let report = visit.done().await?;
    ensure!(report["spec"]["starts"] == 6, "{}", report["spec"]);
    let blocks = report["blocks"].as_array().context("no blocks")?;
    for start in 0..6 {
        ensure!(blocks.iter().any(|block| block["start"] == start), "none of start {start}");
    }
    for derived in ["speedup", "efficiency", "core_equivalents"] {
        ensure!(report[derived]["blocks"] == 6, "{}", report[derived]);
    }
    ensure!(report["verdict"].is_string() && report["smallest_difference"].is_number());
    // Every start had its own pool.
    let series = report["series"].as_array().context("no series")?;
    let starts =
        series.iter().find(|series| series["name"] == "start-up").context("no start-up")?;
    ensure!(starts["samples"].as_array().is_some_and(|samples| samples.len() == 6), "{starts}");
    let headline = visit.text("main .headline").await?;
    ensure!(headline.contains("from 6 fresh starts"), "{headline}");
    // What no verdict could follow from is refused.
    visit.open(&main_page("?starts=3")).await?;
    visit.browser.wait_for(&["ready"]).await?;
    let notice = visit.content("main .notices").await?;
    ensure!(
        notice.contains("starts is “3”, but allowed is 1, or a whole number from 6 to 12"),
        "{notice}"
    );
    visit.browser.close().await
}

pub async fn the_control_for_workers_changes_how_many_run(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    visit.open(&main_page("")).await?;
    visit.browser.wait_for(&["ready"]).await?;
    for workers in [3, 1] {
        visit.set("tasks", "27,26,25,24,23").await?;
        visit.set("workers", &workers.to_string()).await?;
        visit.press("run").await?;
        let report = visit.done().await?;
        ensure!(report["spec"]["workers"] == workers, "{}", report["spec"]);
        let lanes =
            visit.script("return document.querySelectorAll('main svg .lane').length - 1").await?;
        ensure!(lanes == workers, "{lanes} lanes for {workers} workers");
        ensure!(values(&report) == ["196418", "121393", "75025", "46368", "28657"], "{report}");
    }
    visit.browser.close().await
}

pub async fn stop_answers_at_once_and_the_next_run_is_right(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    visit.open(&main_page("?tasks=40,39&workers=2&seconds=20&run=1")).await?;
    // Some samples are under way: the progress bar has a value.
    visit.until("document.querySelector('progress[value]')").await?;
    let took = "const start = performance.now(); document.querySelector('main button.stop').click(); \
        return [document.documentElement.dataset.lab, performance.now() - start];";
    let stopped = visit.script(took).await?;
    ensure!(stopped[0] == "ready", "{stopped}");
    ensure!(stopped[1].as_f64().is_some_and(|ms| ms < 250.0), "{stopped}");
    ensure!(visit.browser.report().await?["status"] == "stopped");
    visit.short_run().await?;
    visit.browser.close().await
}

pub async fn a_nonsense_address_is_said_and_the_page_is_usable(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    visit.open(&main_page("?workers=0&tasks=%FF,oops&run=maybe&x=%00")).await?;
    visit.browser.wait_for(&["ready"]).await?;
    let notices = visit.text("main .notices").await?;
    for part in ["workers is", "tasks is", "run is 0 or 1", "no parameter"] {
        ensure!(notices.contains(part), "{notices}");
    }
    let too_many = ["45"; 64].join(",");
    visit.open(&main_page(&format!("?tasks={too_many}&workers=2&run=1"))).await?;
    let refusal = visit.broken().await?;
    ensure!(refusal.contains("The largest n that fits here is"), "{refusal}");
    visit.set("tasks", "46").await?;
    visit.press("run").await?;
    // The earlier refusal stands there until the page has heard of the press.
    let said = "document.querySelector('main [role=alert]').textContent";
    visit.until(&format!("{said}.includes('1 to 64 whole numbers from 1 to 45')")).await?;
    visit.short_run().await?;
    visit.browser.close().await
}

pub async fn the_page_reads_without_script(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    visit.open(&main_page("")).await?;
    let started = Instant::now();
    visit.browser.wait_for(&["ready"]).await?;
    ensure!(started.elapsed() < Duration::from_secs(30));
    let address = visit.server.address(&main_page(""));
    let html = visit.script(&format!("return fetch('{address}').then(r => r.text())")).await?;
    let html = html.as_str().context("no text")?;
    for part in ["193,262,530 calls", "4/φ", "Best possible", "data-lab=\"loading\""] {
        ensure!(html.contains(part), "the page as it is sent has no “{part}”");
    }
    visit.browser.close().await
}

pub async fn a_run_is_made_and_stopped_by_keyboard_alone(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    visit.open(&main_page("")).await?;
    visit.browser.wait_for(&["ready"]).await?;
    let press = async |key: Key| -> Result<()> {
        let active = visit.browser.driver()?.active_element().await?;
        Ok(active.send_keys(key + "").await?)
    };
    let stands_on = async |css: &str| -> Result<bool> {
        let script = format!("return document.activeElement.matches('{css}')");
        Ok(visit.script(&script).await? == true)
    };
    press(Key::Tab).await?;
    ensure!(stands_on(".skip").await?, "the first stop skips the bar");
    press(Key::Enter).await?;
    let mut stops = 0;
    while !stands_on("main button.run").await? {
        press(Key::Tab).await?;
        stops += 1;
        ensure!(stops < 20, "no way to Run");
        let visible = "const ring = getComputedStyle(document.activeElement);
             return document.activeElement === document.body ||
                 ring.outlineStyle !== 'none' && parseFloat(ring.outlineWidth) >= 2";
        ensure!(visit.script(visible).await? == true, "stop {stops} has no visible focus");
    }
    press(Key::Enter).await?;
    visit.until("document.querySelector('main progress[value]')").await?;
    press(Key::Tab).await?;
    ensure!(stands_on("main button.stop").await?, "Stop comes after Run");
    press(Key::Enter).await?;
    ensure!(visit.browser.wait_for(&["ready"]).await? == "ready");
    // The keyboard stays where it was, and nobody hears that the run is complete.
    ensure!(stands_on("main button.stop").await?, "Stop has lost the keyboard");
    ensure!(visit.content("main p.spoken").await? == "The run was stopped.");
    // Both buttons can be reached, and each does nothing when it is not its turn.
    press(Key::Enter).await?;
    ensure!(visit.browser.wait_for(&["ready"]).await? == "ready");
    visit.browser.close().await
}

pub async fn scripts_are_told_the_state_of_the_last_thing_asked_for(
    settings: Settings,
) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    visit.short_run().await?;
    let report = "return document.getElementById('report').textContent";
    ensure!(visit.script(report).await? != "");
    // A refusal is an error, and there is no report of it.
    visit.set("tasks", "46").await?;
    visit.press("run").await?;
    ensure!(visit.browser.wait_for(&["error"]).await? == "error");
    ensure!(visit.script(report).await? == "");
    // A run that has begun has none yet either; after Stop there is what it came to.
    visit.set("tasks", "40,39").await?;
    visit.press("run").await?;
    ensure!(visit.browser.wait_for(&["running"]).await? == "running");
    ensure!(visit.script(report).await? == "");
    ensure!(visit.text("main .error").await?.is_empty(), "the refusal is gone");
    visit.press("stop").await?;
    ensure!(visit.browser.wait_for(&["ready"]).await? == "ready");
    ensure!(visit.browser.report().await?["status"] == "stopped");
    visit.browser.close().await
}
