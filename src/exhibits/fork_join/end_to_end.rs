//! A task that splits itself, in real browsers.

use anyhow::{Context, Result, ensure};
use fib_lab::host::browser::Settings;
use fib_lab::host::soak::share::Share;

use crate::faults::boot_file;
use crate::visit::{Visit, number, site, values};

pub async fn a_task_splits_itself_and_every_answer_is_right(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    for (query, answer) in [
        ("n=27&grain=none&workers=3", "196418"),
        ("work=sort&size=20000&grain=none&workers=3", "20000"),
        ("work=queens&size=9&workers=2", "352"),
    ] {
        let report = visit.run(&format!("fork-join.html?{query}&seconds=1")).await?;
        ensure!(values(&report).first() == Some(&answer), "{query}: {}", report["checks"]);
        ensure!(report["spec"]["runtime"] == "threads");
        // Splitting costs something, whatever is split and however noisy the machine is.
        let fits = report["fits"].as_array().context("no price of a join")?;
        ensure!(fits.iter().any(|fit| fit["parameter"] == "join"), "{query}: {fits:?}");
        let pieces = pieces(&report);
        ensure!(pieces.iter().any(|(_, from)| from.is_none()), "{query}: {pieces:?}");
    }
    let report = visit.run("fork-join.html?n=24&tree=7&workers=2&seconds=1").await?;
    ensure!(values(&report).iter().take(2).eq([&"46368", &"13"]), "{}", report["checks"]);
    ensure!(pieces(&report).len() == 25, "fib(7) makes 25 calls: {:?}", pieces(&report));
    visit.until("document.querySelectorAll('main .chart circle.block').length === 25").await?;
    visit.browser.close().await
}

/// The worker of each piece on the timeline, and from whom it was taken.
fn pieces(report: &serde_json::Value) -> Vec<(u64, Option<u64>)> {
    let events = report["trace"].as_array().map(Vec::as_slice).unwrap_or_default();
    let piece = |event: &serde_json::Value| {
        let detail = event["detail"].get("piece")?;
        Some((event["worker"].as_u64()?, detail["from"].as_u64()))
    };
    events.iter().filter_map(piece).collect()
}

pub async fn halves_change_hands_and_the_cut_off_is_swept(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    let report =
        visit.run("fork-join.html?n=30&grain=cut-off&cutoff=12&workers=2&seconds=4").await?;
    ensure!(values(&report).first() == Some(&"832040"), "{}", report["checks"]);
    let steals = report["series"].as_array().context("no series")?;
    let steals = steals.iter().find(|series| series["name"] == "steals").context("no steals")?;
    let steals: Vec<f64> =
        steals["samples"].as_array().into_iter().flatten().filter_map(|it| it.as_f64()).collect();
    ensure!(steals.iter().sum::<f64>() > 0.0, "nobody ever took anything: {steals:?}");
    let points = report["points"].as_array().context("no points")?;
    let swept: Vec<f64> = points.iter().filter_map(|point| point["x"].as_f64()).collect();
    ensure!(swept.contains(&2.0) && swept.contains(&12.0) && swept.contains(&30.0), "{swept:?}");
    let overhead = points.iter().find(|point| point["quantity"] == "work-overhead");
    ensure!(number(&overhead.context("no price")?["median"])? > 0.0);
    let why = visit.content("[data-exhibit=fork-join] .why").await?;
    let blocks = report["blocks"].as_array().map_or(0, Vec::len);
    ensure!(blocks < 6 || why.contains("as long as the serial one"), "{why}");
    visit.browser.close().await
}

/// A worker that dies in the middle, whether it leads or helps, is named at once: the others may wait
/// for it for ever. So does a task that panics: in a browser that is the end of its worker.
pub async fn a_worker_that_dies_ends_in_a_sentence(settings: Settings) -> Result<()> {
    let site = site(true)?;
    let visit = Visit::new(settings, site.clone()).await?;
    for program in ["split-lead", "split-help"] {
        let dies = format!(
            "
            let asked = 0;
            addEventListener('message', (event) => {{
              if (!JSON.stringify(event.data).includes('{program}') || ++asked < 2) return;
              event.stopImmediatePropagation();
              throw new Error('unreachable');
            }});"
        );
        if let Ok(mut mishaps) = site.mishaps.lock() {
            mishaps.push(("worker.js".to_owned(), boot_file(&dies)));
        }
        visit.open("fork-join.html?n=26&workers=3&seconds=1&run=1").await?;
        let sentence = visit.broken().await?;
        ensure!(sentence.contains("A worker broke down"), "{program}: {sentence}");
        if let Ok(mut mishaps) = site.mishaps.lock() {
            mishaps.clear();
        }
        visit.press("run").await?;
        visit.done().await.with_context(|| format!("after {program}"))?;
    }
    visit.browser.close().await
}

/// Stop while workers take halves from each other, and the next run is right.
pub async fn stop_in_the_middle_leaves_a_page_that_runs_again(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    visit.open("fork-join.html?n=38&grain=none&workers=3&seconds=60&run=1").await?;
    // Some samples are under way: the progress bar has a value.
    visit.until("document.querySelector('progress[value]')").await?;
    visit.press("stop").await?;
    visit.browser.wait_for(&["ready"]).await?;
    let report = visit.run("fork-join.html?n=27&grain=none&workers=3&seconds=1").await?;
    ensure!(values(&report).first() == Some(&"196418"), "{}", report["checks"]);
    visit.browser.close().await
}

/// Any task, split in any way on one to eight workers: every answer is right.
pub async fn joins(settings: Settings, share: &Share) -> Result<()> {
    let mut rng = fastrand::Rng::with_seed(share.seed);
    let visit = Visit::new(settings, site(true)?).await?;
    while share.goes_on() {
        let work = match rng.u32(0..3) {
            0 => format!("work=fib&n={}", rng.u32(20..=30)),
            1 => format!("work=sort&size={}", rng.u32(1024..=100_000)),
            _ => format!("work=queens&size={}", rng.u32(4..=10)),
        };
        let grain = ["automatic", "none", "cut-off"][rng.usize(0..3)];
        let (cutoff, workers) = (rng.u32(2..=30), rng.u32(1..=8));
        let query = format!(
            "fork-join.html?{work}&grain={grain}&cutoff={cutoff}&workers={workers}&seconds=1"
        );
        let right = async {
            let report = visit.run(&query).await?;
            let checks = report["checks"].as_array().context("no checks")?;
            ensure!(checks.iter().all(|check| check["right"] == true), "{checks:?}");
            Ok::<_, anyhow::Error>(())
        };
        share.note(&query, &right.await);
    }
    visit.browser.close().await
}
