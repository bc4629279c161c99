//! The net over files in a real browser: a file at random through the notebook's control, and
//! whatever is taken of it shown. It ends in pictures or in words, never in a trap, and the
//! visitor's own run stays as it is.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use fastrand::Rng;
use fib_lab::host::browser::Settings;
use fib_lab::host::soak::share::Share;
use serde_json::{Value, json};
use thirtyfour::By;

use super::mutate;
use super::seeds::seeds;
use super::visit::{Visit, site};

/// The short form tries so many files.
const FILES: u64 = 20;
/// Of each file so many runs are shown.
const SHOWN: usize = 2;
/// Nothing of a file may block the page longer.
const LONGEST_MS: f64 = 200.0;
/// A machine that does something else makes a task long once, but not each time.
const TIMES: usize = 3;

/// What a page remembers before anything of it runs: what nobody caught, and its longest task.
const WATCH: &str = "
    self.uncaught = [];
    self.longestMs = 0;
    addEventListener('error', event => uncaught.push(event.message));
    addEventListener('unhandledrejection', event => uncaught.push(String(event.reason)));
    new PerformanceObserver(list => {
        for (const task of list.getEntries()) longestMs = Math.max(longestMs, task.duration);
    }).observe({ type: 'longtask', buffered: true });";

/// A browser with a notebook in which one run is the visitor's own.
struct Net {
    visit: Visit,
    seeds: Vec<Value>,
    /// All that the browser keeps, before any file.
    kept: Value,
    file: PathBuf,
    _folder: tempfile::TempDir,
}

impl Net {
    async fn new(settings: Settings) -> Result<Net> {
        let visit = Visit::new(settings, site(true)?).await?;
        let own = visit.short_run().await?;
        let watch = json!({ "source": WATCH });
        let cdp = visit.browser.driver()?.cdp();
        cdp.send_raw("Page.addScriptToEvaluateOnNewDocument", watch).await?;
        let kept = visit.script("return { ...localStorage }").await?;
        let mut seeds: Vec<Value> = seeds().into_iter().map(|(_, json)| json).collect();
        // Files that claim to be the visitor's own run.
        seeds.push(own);
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("file.json");
        Ok(Net { visit, seeds, kept, file, _folder: folder })
    }

    /// Opens the file with this seed, shows what is in it, and returns the longest task.
    async fn holds(&self, seed: u64) -> Result<f64> {
        let visit = &self.visit;
        std::fs::write(&self.file, mutate::file(&self.seeds, &mut Rng::with_seed(seed)))?;
        let kept = &self.kept;
        let afresh = format!("localStorage.clear(); Object.assign(localStorage, {kept})");
        visit.script(&afresh).await?;
        visit.open("notebook.html").await?;
        visit.until("document.querySelectorAll('.runs > li').length === 1").await?;
        let input = visit.browser.driver()?.find(By::Id("notebook-open")).await?;
        input.send_keys(self.file.to_string_lossy()).await?;
        // The control is empty again when the file has been read.
        visit.until("document.getElementById('notebook-open').files.length === 0").await?;
        let mut longest = self.calm().await?;
        let own = "const runs = JSON.parse(localStorage['fib-lab/notebook']);
            const own = Object.keys(arguments[0]).filter(key => /run\\//.test(key));
            return own.every(key => localStorage[key] === arguments[0][key])
                && runs.some(run => `fib-lab/run/${run.id}` === own[0]
                    && run.report.origin === 'measured')";
        let answer = visit.browser.driver()?.execute(own, vec![kept.clone()]).await?;
        ensure!(answer.json() == true, "the visitor's own run is another one");
        let shown = "return [...document.querySelectorAll('.runs > li')]
            .filter(run => run.textContent.includes('imported'))
            .map(run => run.querySelector('.show')?.href).filter(Boolean)";
        let shown = visit.script(shown).await?;
        for address in shown.as_array().into_iter().flatten().take(SHOWN) {
            visit.browser.open(address.as_str().unwrap_or_default()).await?;
            let ended = "document.querySelector('.outcome .headline, .outcome .origin')
                || document.querySelector('[role=alert]:not([hidden])')?.textContent";
            visit.until(ended).await.with_context(|| address.to_string())?;
            longest = longest.max(self.calm().await?);
        }
        Ok(longest)
    }

    /// Nothing was left uncaught on the page; its longest task.
    async fn calm(&self) -> Result<f64> {
        // What has just ended is told of a moment later.
        let script = "const [done] = arguments;
            setTimeout(() => done({ uncaught, longestMs }), 50)";
        let seen = self.visit.browser.driver()?.execute_async(script, vec![]).await?;
        let seen = seen.json();
        ensure!(seen["uncaught"] == json!([]), "uncaught: {}", seen["uncaught"]);
        Ok(seen["longestMs"].as_f64().unwrap_or_default())
    }

    /// As [`Net::holds`], and quick in one of some attempts.
    async fn is_quick(&self, seed: u64) -> Result<()> {
        let mut shortest = f64::MAX;
        for _ in 0..TIMES {
            shortest = shortest.min(self.holds(seed).await?);
            if shortest <= LONGEST_MS {
                return Ok(());
            }
        }
        anyhow::bail!("it blocks the page for {shortest:.0} ms")
    }
}

/// The short form: files that are the same each time.
pub async fn any_file_is_shown_or_refused_in_words(settings: Settings) -> Result<()> {
    let net = Net::new(settings).await?;
    for seed in 0..FILES {
        net.holds(seed).await.with_context(|| format!("file {seed}"))?;
    }
    net.visit.browser.close().await
}

/// The long form: files at random, as long as there is time.
pub async fn any_file(settings: Settings, share: &Share) -> Result<()> {
    let mut net = Net::new(settings).await?;
    let mut rng = Rng::with_seed(share.seed);
    while share.goes_on() {
        let seed = rng.u64(..);
        let ended = net.is_quick(seed).await;
        let broke = ended.is_err();
        share.note(&format!("file {seed}"), &ended);
        if broke {
            // A page that has broken down may have taken the browser with it.
            let _ = net.visit.browser.close().await;
            net = Net::new(settings).await?;
        }
    }
    net.visit.browser.close().await
}
