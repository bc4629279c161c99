//! Visits that go on and on: every page is opened, every exhibit is run again and again without
//! leaving its page, and half of the runs are stopped in the middle. Afterwards nothing may be left
//! of them: no worker, no open port, and no memory that a collection does not give back.

use anyhow::{Result, ensure};
use fastrand::Rng;
use fib_lab::exhibits::{self, Card};
use fib_lab::host::browser::{Kind, Settings};
use fib_lab::host::soak::share::Share;
use serde_json::json;

use super::visit::{Visit, every_page, site};

/// So often each exhibit is run on one visit.
const RUNS: usize = 4;
/// What a visit may keep, in bytes: the reports that its notebook shows, and what the browser's
/// compilers learn meanwhile. A run that was not let go of keeps its engines' memory, which is more.
const MOST_KEPT: f64 = 12e6;

/// What a page holds, as far as its browser tells.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Held {
    /// Workers, and on top of them those that the browser has for itself.
    workers: usize,
    /// Ports that can still be reached. Only Chromium tells.
    ports: Option<u64>,
    /// Bytes after a collection. Only Chromium tells.
    bytes: Option<f64>,
}

impl Held {
    async fn by(visit: &Visit, settings: Settings) -> Result<Held> {
        let workers = visit.browser.workers()?;
        let (mut ports, mut bytes) = (None, None);
        if settings.kind == Kind::Chromium {
            let cdp = visit.browser.driver()?.cdp();
            cdp.send_raw("HeapProfiler.collectGarbage", json!({})).await?;
            let usage = cdp.send_raw("Runtime.getHeapUsage", json!({})).await?;
            let part = |name: &str| usage[name].as_f64().unwrap_or(0.0);
            bytes = Some(part("usedSize") + part("backingStorageSize"));
            let prototype = json!({ "expression": "MessagePort.prototype" });
            let prototype = cdp.send_raw("Runtime.evaluate", prototype).await?;
            let of = json!({ "prototypeObjectId": prototype["result"]["objectId"] });
            let found = cdp.send_raw("Runtime.queryObjects", of).await?;
            let length = json!({
                "objectId": found["objects"]["objectId"],
                "functionDeclaration": "function () { return this.length; }",
                "returnByValue": true,
            });
            let length = cdp.send_raw("Runtime.callFunctionOn", length).await?;
            ports = length["result"]["value"].as_u64();
            ensure!(ports.is_some(), "the browser does not count ports: {length}");
        }
        Ok(Held { workers, ports, bytes })
    }
}

/// One stay on a page: what is to be run there, and how each run is to end.
struct Stay {
    page: String,
    /// The exhibit, the query of its run, and which of its runs are stopped.
    runs: Vec<(&'static Card, &'static str, [bool; RUNS])>,
}

impl Stay {
    fn drawn(page: &str, rng: &mut Rng) -> Stay {
        let here = |card: &&'static Card| format!("{}.html", card.page()) == page;
        let run = |card: &'static Card| {
            let query = card.trials.short.get(rng.usize(..card.trials.short.len().max(1)));
            // Half of them, in any order.
            let mut stopped = [true, true, false, false];
            rng.shuffle(&mut stopped);
            (card, query.copied().unwrap_or_default(), stopped)
        };
        Stay { page: page.to_owned(), runs: exhibits::cards().filter(here).map(run).collect() }
    }

    /// What it takes to try it again.
    fn name(&self) -> String {
        let run = |(card, query, stopped): &(&Card, &str, [bool; RUNS])| {
            format!("{}?{query}, stopped {stopped:?}", card.name)
        };
        let runs: Vec<String> = self.runs.iter().map(run).collect();
        format!("/{} {}", self.page, runs.join("; "))
    }

    async fn holds(&self, visit: &Visit, settings: Settings) -> Result<()> {
        if self.runs.is_empty() {
            visit.open(&self.page).await?;
            let state = visit.browser.wait_for(&["ready", "error"]).await?;
            ensure!(state == "ready", "the page says {state}");
        }
        for (card, query, stopped) in &self.runs {
            visit.open(&format!("{}?exhibit={}&{query}", self.page, card.name)).await?;
            visit.browser.wait_for(&["ready"]).await?;
            let idle = visit.browser.workers()?;
            // The first run brings what stays: what draws reports, and compiled code.
            self::run(visit, card, false).await?;
            let before = rested(visit, settings, idle).await?;
            for stop in stopped {
                self::run(visit, card, *stop).await?;
            }
            let after = rested(visit, settings, idle).await?;
            ensure!(after.ports == before.ports, "ports: {before:?}, then {after:?}");
            let kept = after.bytes.zip(before.bytes).map_or(0.0, |(after, before)| after - before);
            ensure!(kept < MOST_KEPT, "memory: {before:?}, then {after:?}");
        }
        Ok(())
    }
}

/// Makes one run of an exhibit, to its end or to its middle.
async fn run(visit: &Visit, card: &Card, stop: bool) -> Result<()> {
    let press = |button: &str| {
        format!("document.querySelector('[data-exhibit={}] .{button}').click()", card.name)
    };
    visit.script(&press("run")).await?;
    if stop {
        // In the middle of a sample.
        let measures = "document.querySelector('progress[value]')
            || document.documentElement.dataset.lab !== 'running'";
        visit.until(measures).await?;
        visit.script(&press("stop")).await?;
        let state = visit.browser.wait_for(&["ready", "done", "error"]).await?;
        ensure!(state != "error", "{} says {state} when it is stopped", card.name);
        return Ok(());
    }
    let state = visit.browser.wait_for(&["done", "error"]).await?;
    let said = "return document.querySelector('[role=alert]:not([hidden])')?.textContent";
    ensure!(state == "done", "{} says: {}", card.name, visit.script(said).await?);
    Ok(())
}

/// What the page holds when nothing runs on it: no more workers than when it was opened, after a
/// moment.
async fn rested(visit: &Visit, settings: Settings, idle: usize) -> Result<Held> {
    visit.browser.until_workers(idle).await?;
    Held::by(visit, settings).await
}

/// The long form: stays on every page, in any order, as long as there is time.
pub async fn visits(settings: Settings, share: &Share) -> Result<()> {
    let mut rng = Rng::with_seed(share.seed);
    let mut visit = Visit::new(settings, site(true)?).await?;
    while share.goes_on() {
        let mut pages = every_page()?;
        rng.shuffle(&mut pages);
        for page in pages {
            if !share.goes_on() {
                break;
            }
            let stay = Stay::drawn(&page, &mut rng);
            let ended = stay.holds(&visit, settings).await;
            share.note(&stay.name(), &ended);
            if ended.is_err() {
                // Whatever is wrong there is not carried on.
                let _ = visit.browser.close().await;
                visit = Visit::new(settings, site(true)?).await?;
            }
        }
    }
    visit.browser.close().await
}
