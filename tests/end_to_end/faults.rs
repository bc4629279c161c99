//! What can break under a visitor, made by the server: the page has no hooks for tests.
//! Each fault ends in a sentence and a usable page, or in the next lower rung.

use anyhow::{Result, ensure};
use fib_lab::host::browser::Settings;
use fib_lab::host::server::{Mishap, Site};

use super::visit::{Visit, main_page, site};

/// Serves the page with a mishap; `mend` takes it away again.
struct Broken {
    visit: Visit,
    site: Site,
}

impl Broken {
    async fn new(settings: Settings, path: &str, mishap: Mishap) -> Result<Broken> {
        let site = site(true)?;
        if let Ok(mut mishaps) = site.mishaps.lock() {
            mishaps.push((path.to_owned(), mishap));
        }
        Ok(Broken { visit: Visit::new(settings, site.clone()).await?, site })
    }

    async fn run(&self) -> Result<()> {
        self.visit.open(&main_page("?tasks=30,29,28&workers=2&seconds=1&run=1")).await
    }

    /// The run breaks off with a sentence that has this part; afterwards, mended, the
    /// very same page runs again.
    async fn breaks_and_recovers(self, part: &str) -> Result<()> {
        self.run().await?;
        let sentence = self.visit.broken().await?;
        ensure!(sentence.contains(part), "{sentence}");
        ensure!(sentence.contains("press Run"), "{sentence}");
        let status = self.visit.browser.report().await?["status"].clone();
        ensure!(status == "failed", "{status}");
        if let Ok(mut mishaps) = self.site.mishaps.lock() {
            mishaps.clear();
        }
        self.visit.press("run").await?;
        self.visit.done().await?;
        self.visit.browser.close().await
    }

    /// The run goes on one rung lower, and says why.
    async fn falls_back(self, part: &str) -> Result<()> {
        self.run().await?;
        let report = self.visit.done().await?;
        ensure!(report["spec"]["runtime"] == "processes", "{}", report["spec"]);
        let warnings = report["warnings"].to_string();
        ensure!(warnings.contains("Threads did not start"), "{warnings}");
        ensure!(warnings.contains(part), "{warnings}");
        let shown = self.visit.text("main .warnings").await?;
        ensure!(shown.contains("Threads did not start"), "{shown}");
        self.visit.browser.close().await
    }
}

/// The boot file of every worker, with something more after it.
pub fn boot_file(more: &str) -> Mishap {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/www/worker.js");
    let mut text = std::fs::read_to_string(file).unwrap_or_default();
    text.push_str(more);
    Mishap::Replaced(text.into())
}

pub async fn a_missing_engine_ends_in_a_sentence(settings: Settings) -> Result<()> {
    Broken::new(settings, "plain_bg.wasm", Mishap::Missing)
        .await?
        .breaks_and_recovers("could not be started")
        .await
}

pub async fn a_missing_boot_file_ends_in_a_sentence(settings: Settings) -> Result<()> {
    Broken::new(settings, "worker.js", Mishap::Missing)
        .await?
        .breaks_and_recovers("its script did not load")
        .await
}

pub async fn a_truncated_engine_ends_in_a_sentence(settings: Settings) -> Result<()> {
    Broken::new(settings, "plain_bg.wasm", Mishap::Truncated(20_000))
        .await?
        .breaks_and_recovers("could not be started")
        .await
}

pub async fn a_truncated_threaded_engine_leads_to_processes(settings: Settings) -> Result<()> {
    Broken::new(settings, "threads_bg.wasm", Mishap::Truncated(20_000)).await?.falls_back("").await
}

pub async fn a_pool_that_never_starts_leads_to_processes(settings: Settings) -> Result<()> {
    Broken::new(settings, "no-bundler.js", Mishap::Silence)
        .await?
        .falls_back("has not answered for 8 s")
        .await
}

pub async fn a_trap_in_a_worker_ends_in_a_sentence(settings: Settings) -> Result<()> {
    // A module of one function, whose body is `unreachable`: a real trap, at the fourth
    // message. Only engines get that many.
    let trap = "
        let seen = 0;
        addEventListener('message', () => {
          if (++seen !== 4) return;
          const bytes = [0,97,115,109,1,0,0,0,1,4,1,96,0,0,3,2,1,0,7,5,1,1,116,0,0,10,5,1,3,0,0,11];
          const trap = new WebAssembly.Module(new Uint8Array(bytes));
          new WebAssembly.Instance(trap).exports.t();
        });";
    Broken::new(settings, "worker.js", boot_file(trap))
        .await?
        .breaks_and_recovers("A worker broke down")
        .await
}

pub async fn a_worker_that_never_answers_ends_in_a_sentence(settings: Settings) -> Result<()> {
    let deaf = "
        let seen = 0;
        addEventListener('message', (event) => {
          if (++seen > 3) event.stopImmediatePropagation();
        });";
    Broken::new(settings, "worker.js", boot_file(deaf))
        .await?
        .breaks_and_recovers("has not answered for 10 s")
        .await
}

pub async fn a_page_program_that_does_not_load_leaves_the_lesson(settings: Settings) -> Result<()> {
    let site = site(true)?;
    if let Ok(mut mishaps) = site.mishaps.lock() {
        mishaps.push(("/page-".to_owned(), Mishap::Missing));
    }
    let visit = Visit::new(settings, site).await?;
    visit.open(&main_page("")).await?;
    let sentence = visit.broken().await?;
    ensure!(sentence.contains("Reload the page"), "{sentence}");
    let found = visit.text("main .recorded").await?;
    ensure!(found.contains("times as fast"), "{found}");
    let lesson = visit.text("main").await?;
    ensure!(lesson.contains("193,262,530 calls"), "{lesson}");
    visit.browser.close().await
}

pub async fn without_workers_the_page_itself_runs_the_serial_program(
    settings: Settings,
) -> Result<()> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/www/isolate.js");
    let text = std::fs::read_to_string(file)?;
    let bare = Mishap::Replaced(format!("delete self.Worker;\n{text}").into());
    let broken = Broken::new(settings, "isolate.js", bare).await?;
    broken.run().await?;
    let report = broken.visit.done().await?;
    ensure!(report["spec"]["runtime"] == "serial", "{}", report["spec"]);
    ensure!(report.get("speedup").is_none(), "nothing ran in parallel: {report}");
    let said = broken.visit.text(".backend").await?;
    ensure!(said.contains("offers no workers"), "{said}");
    broken.visit.browser.close().await
}
