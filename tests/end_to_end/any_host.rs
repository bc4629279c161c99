//! Any host: each file of the page in turn missing, silent, cut short, of a wrong type, slow,
//! or a log-in page; at the first visit and once the page is installed; with headers and
//! without; at the root and below a path. Every such page is `ready`, or says why not, in
//! words that can be seen.

use std::collections::VecDeque;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use fastrand::Rng;
use fib_lab::exhibits;
use fib_lab::host::browser::{Browser, Settings};
use fib_lab::host::server::{Mishap, Server, Site};
use fib_lab::host::soak::share::Share;
use serde_json::Value;
use tokio::time::sleep;

use super::service_worker::until_kept;
use super::visit::{main_page, site};

/// So many cases make the short form.
const DRAWN: usize = 60;
/// The seed of the short form.
const SEED: u64 = 11;
/// So many browsers share the cases: most of their time they wait.
const LANES: usize = 3;
/// A page is ready or says why within ten seconds; the rest is for a busy machine.
const PATIENCE: Duration = Duration::from_secs(13);
/// A run that cannot be made says so after the patience of the page's own workers.
const RUN_PATIENCE: Duration = Duration::from_secs(60);
/// How long a whole page may take to arrive, and the service worker to keep a copy of it.
const INSTALLING: Duration = Duration::from_secs(40);

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Missing,
    Silent,
    Cut,
    WrongType,
    Slow,
    LogIn,
}

impl Fault {
    const ALL: [Fault; 6] =
        [Fault::Missing, Fault::Silent, Fault::Cut, Fault::WrongType, Fault::Slow, Fault::LogIn];

    /// It, for a file of this length.
    fn mishap(self, length: usize) -> Mishap {
        match self {
            Fault::Missing => Mishap::Missing,
            Fault::Silent => Mishap::Silence,
            Fault::Cut => Mishap::Truncated(length / 2),
            Fault::WrongType => Mishap::WrongType,
            Fault::Slow => Mishap::Slow(5),
            Fault::LogIn => Mishap::LogIn,
        }
    }
}

/// One host, and what is wrong with it.
#[derive(Clone, Debug)]
struct Case {
    file: String,
    fault: Fault,
    installed: bool,
    headers: bool,
    below: bool,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let visit = if self.installed { "installed" } else { "first visit" };
        let headers = if self.headers { "with" } else { "without" };
        let place = if self.below { "below a path" } else { "at the root" };
        write!(f, "{} {:?}, {visit}, {headers} headers, {place}", self.file, self.fault)
    }
}

/// What is done on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Look,
    Run,
    Show,
    Python,
}

impl Case {
    fn drawn(file: &str, fault: Fault, rng: &mut Rng) -> Case {
        let file = file.to_owned();
        let (installed, headers, below) = (rng.bool(), rng.bool(), rng.bool());
        let mut case = Case { file, fault, installed, headers, below };
        // What is kept on the device makes no difference to what is not.
        case.installed &= !case.is_python();
        // Where the page itself is not what it is, and no copy of it is there, nothing of the
        // lab is there that could say a word.
        if case.is_page() && !case.has_copy() && !matches!(fault, Fault::Cut | Fault::Slow) {
            (case.installed, case.headers) = (true, false);
        }
        case
    }

    fn is_page(&self) -> bool {
        self.file.ends_with(".html")
    }

    /// Whether it comes only with the press that loads Python.
    fn is_python(&self) -> bool {
        self.file.starts_with("python-") || self.file.starts_with("py-")
    }

    /// Whether the page keeps a copy of the file on the device.
    fn has_copy(&self) -> bool {
        self.installed && !self.headers && !self.is_python()
    }

    /// The page that needs the file, and what has to be done there to need it.
    fn page(&self) -> (String, Step) {
        let file = self.file.as_str();
        let recorded = file.strip_prefix("recorded/").and_then(|name| name.strip_suffix(".json"));
        if let Some(card) = recorded.and_then(exhibits::front) {
            return (format!("{}.html?exhibit={}", card.page(), card.name), Step::Show);
        }
        if self.is_python() {
            return ("python.html".to_owned(), Step::Python);
        }
        match file {
            "index.html" => (String::new(), Step::Look),
            page if page.ends_with(".html") => (page.to_owned(), Step::Look),
            views if views.contains("/views") => (main_page(""), Step::Show),
            engine if engine.starts_with("engines-") => {
                (main_page("?tasks=20,19&workers=2&seconds=1&run=1"), Step::Run)
            }
            _ => (main_page(""), Step::Look),
        }
    }

    async fn holds(&self, browser: &Browser) -> Result<()> {
        let below = if self.below { "/some/lab" } else { "" };
        let site = Site { below: below.to_owned(), ..site(self.headers)? };
        let path = match self.file.as_str() {
            "index.html" => format!("{below}/"),
            file => format!("{below}/{file}"),
        };
        let length = std::fs::metadata(site.folder.join(&self.file))?.len();
        let server = Server::start(site.clone()).await?;
        let (page, step) = self.page();
        if self.installed {
            // The pages that need no program install nothing either.
            let without = ["all.html", "licences.html"];
            let plain = page.split('?').next().filter(|page| !without.contains(page));
            let plain = plain.unwrap_or_default();
            browser.open(&server.address(plain)).await?;
            install(browser, &server, &site, self.headers).await.context("the whole page")?;
        }
        if let Ok(mut mishaps) = site.mishaps.lock() {
            mishaps.push((path, self.fault.mishap(usize::try_from(length)?)));
        }
        let more = if page.contains('?') { "&" } else { "?" };
        browser.open(&server.address(&format!("{page}{more}again=1"))).await?;
        let ended = self.settles(browser, &server, step).await;
        // Its workers need not go on.
        let left = browser.open("about:blank").await;
        ended.and(left)
    }

    async fn settles(&self, browser: &Browser, server: &Server, step: Step) -> Result<()> {
        let seen = until(
            PATIENCE,
            || look(browser, server),
            |seen| {
                seen.painted
                    && seen.state != "loading"
                    && (seen.state != "error" || seen.says_why())
            },
        );
        let mut seen = seen.await.context("neither ready nor a word")?;
        if step == Step::Python && seen.state == "ready" {
            let press = "document.querySelector('main button.run').click()";
            browser.driver()?.execute(press, vec![]).await?;
        }
        if matches!(step, Step::Run | Step::Python) {
            let ended = |seen: &Seen| match seen.state.as_str() {
                "done" => true,
                "error" => seen.says_why(),
                _ => false,
            };
            seen = until(RUN_PATIENCE, || look(browser, server), ended).await.context("the run")?;
        }
        if step == Step::Show && seen.state == "ready" {
            let press = "document.querySelector('.show-me').click()";
            browser.driver()?.execute(press, vec![]).await?;
            let ended = |seen: &Seen| seen.shown || seen.says_why();
            seen = until(PATIENCE, || look(browser, server), ended).await.context("shown")?;
        }
        // Whoever has the whole page on the device needs no host.
        if self.has_copy() {
            ensure!(seen.state != "error", "although a copy is there: {}", seen.words);
            ensure!(step != Step::Show || seen.shown, "although a copy is there: {}", seen.words);
        }
        Ok(())
    }
}

/// What can be seen of a page.
#[derive(Clone, Debug, Default)]
struct Seen {
    state: String,
    painted: bool,
    /// What the page says of something that went wrong.
    words: String,
    /// Whether a report is shown.
    shown: bool,
}

impl Seen {
    fn says_why(&self) -> bool {
        // A sentence, not a lone word.
        self.words.split_whitespace().count() >= 4
    }
}

/// Looks at the page, unless it is still another one.
async fn look(browser: &Browser, server: &Server) -> Result<Seen> {
    let script = "
        const [address] = arguments;
        if (!location.href.startsWith(address)) return ['elsewhere', false, '', false];
        const visible = (element) => element.getClientRects().length > 0
          && getComputedStyle(element).visibility === 'visible';
        const said = [...document.querySelectorAll('[role=alert], .error, .stalled')];
        const words = said.filter(visible).map((element) => element.innerText);
        const painted = performance.getEntriesByType('paint').length > 0;
        const shown = document.querySelector('.outcome .origin') !== null;
        return [document.documentElement.dataset.lab ?? 'loading', painted, words.join(' '), shown];";
    let address = server.address("");
    let answer = browser.driver()?.execute(script, vec![Value::String(address)]).await?;
    let seen = answer.json();
    let text = |at: usize| seen[at].as_str().unwrap_or_default().to_owned();
    Ok(Seen { state: text(0), painted: seen[1] == true, words: text(2), shown: seen[3] == true })
}

/// Asks until the answer is good. Between two pages there is nobody to answer.
async fn until<F: Future<Output = Result<Seen>>>(
    patience: Duration,
    ask: impl Fn() -> F,
    good: impl Fn(&Seen) -> bool,
) -> Result<Seen> {
    let started = Instant::now();
    let mut last = Seen::default();
    while started.elapsed() < patience {
        if let Ok(Ok(seen)) = tokio::time::timeout(patience, ask()).await
            && seen.state != "elsewhere"
        {
            if good(&seen) {
                return Ok(seen);
            }
            last = seen;
        }
        sleep(Duration::from_millis(100)).await;
    }
    bail!("after {} s the page shows {last:?}", patience.as_secs())
}

/// Waits until the page is there as a whole, and, where the host leaves that to the service
/// worker, is kept on the device.
async fn install(browser: &Browser, server: &Server, site: &Site, headers: bool) -> Result<()> {
    until(INSTALLING, || look(browser, server), |seen| seen.state == "ready").await?;
    match headers {
        true => Ok(()),
        false => until_kept(browser, &site.folder, 0).await,
    }
}

/// Every file that a visitor's browser can ask for, but the service worker's own list of them.
fn files(folder: &Path) -> Result<Vec<String>> {
    fn collect(root: &Path, folder: &Path, files: &mut Vec<String>) -> Result<()> {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                collect(root, &path, files)?;
            } else {
                files.push(path.strip_prefix(root)?.to_string_lossy().replace('\\', "/"));
            }
        }
        Ok(())
    }
    let mut all = Vec::new();
    collect(folder, folder, &mut all)?;
    all.retain(|file| file != "_headers");
    all.sort();
    Ok(all)
}

/// A draw that has every file and every fault at least once.
fn draw(files: &[String], rng: &mut Rng) -> Vec<Case> {
    let mut named: Vec<&String> = files.iter().collect();
    rng.shuffle(&mut named);
    while named.len() < DRAWN {
        named.push(&files[rng.usize(..files.len())]);
    }
    let mut faults = Fault::ALL.into_iter().cycle();
    named.into_iter().filter_map(|file| Some(Case::drawn(file, faults.next()?, rng))).collect()
}

/// Tries cases in some browsers at once, until `next` has no more, and returns those that
/// failed.
async fn try_all(
    settings: Settings,
    lanes: usize,
    next: impl FnMut() -> Option<Case> + Send + 'static,
    note: impl Fn(&Case, &Result<()>) + Send + Sync + 'static,
) -> Result<()> {
    let settings = Settings { patient: false, ..settings };
    let (next, note) = (Arc::new(Mutex::new(next)), Arc::new(note));
    let mut tasks = Vec::new();
    for _ in 0..lanes {
        let (next, note) = (Arc::clone(&next), Arc::clone(&note));
        tasks.push(tokio::spawn(async move {
            let mut browser = Browser::start(settings).await?;
            loop {
                let case = next.lock().unwrap_or_else(PoisonError::into_inner)();
                let Some(case) = case else { break };
                let begun = Instant::now();
                let mut ended = case.holds(&browser).await;
                if ended.is_err() {
                    // A shared machine can starve a browser for seconds: once more, afresh.
                    let _ = browser.close().await;
                    browser = Browser::start(settings).await?;
                    ended = case.holds(&browser).await;
                }
                eprintln!("{:.1} s: {case}", begun.elapsed().as_secs_f64());
                note(&case, &ended);
            }
            browser.close().await
        }));
    }
    for task in tasks {
        task.await??;
    }
    Ok(())
}

/// The short form: a draw that is the same each time.
pub async fn any_host_is_ready_or_says_why(settings: Settings) -> Result<()> {
    let files = files(&site(true)?.folder)?;
    let cases = draw(&files, &mut Rng::with_seed(SEED));
    ensure!(files.iter().all(|file| cases.iter().any(|case| case.file == *file)), "{files:?}");
    ensure!(Fault::ALL.iter().all(|fault| cases.iter().any(|case| case.fault == *fault)));
    let failed = Arc::new(Mutex::new(Vec::new()));
    let mut queue: VecDeque<Case> = cases.into();
    let all = queue.len();
    let list = Arc::clone(&failed);
    try_all(
        settings,
        LANES,
        move || queue.pop_front(),
        move |case, ended| {
            if let Err(why) = ended {
                let mut list = list.lock().unwrap_or_else(PoisonError::into_inner);
                list.push(format!("{case}: {why:#}"));
            }
        },
    )
    .await?;
    let failed = failed.lock().unwrap_or_else(PoisonError::into_inner);
    ensure!(failed.is_empty(), "{} of {all} fail:\n{}", failed.len(), failed.join("\n"));
    Ok(())
}

/// The long form: cases at random, as long as there is time.
pub async fn any_host(settings: Settings, share: &Share) -> Result<()> {
    let files = files(&site(true)?.folder)?;
    let mut rng = Rng::with_seed(share.seed);
    let (asking, noting) = (share.clone(), share.clone());
    let next = move || {
        let fault = Fault::ALL[rng.usize(..Fault::ALL.len())];
        let file = &files[rng.usize(..files.len())];
        asking.goes_on().then(|| Case::drawn(file, fault, &mut rng))
    };
    try_all(settings, 2, next, move |case, ended| noting.note(&case.to_string(), ended)).await
}
