//! The race of the front page, and the curve over workers, in real browsers.

use anyhow::{Context, Result, ensure};
use fib_lab::host::browser::Settings;
use serde_json::Value;

use crate::visit::{Visit, number, plain_host, site};

/// Both times of each point of this quantity, checked: `(workers, median)`.
fn points(report: &Value, quantity: &str) -> Result<Vec<(f64, f64)>> {
    let all = report["points"].as_array().context("no points")?;
    let own = all.iter().filter(|point| point["quantity"] == quantity);
    let point = |point: &Value| {
        let [x, low, median, high] =
            ["x", "low", "median", "high"].map(|name| number(&point[name]));
        let (x, low, median, high) = (x?, low?, median?, high?);
        ensure!(0.0 < low && low <= median && median <= high, "{point}");
        Ok((x, median))
    };
    own.map(point).collect()
}

/// Presses Race with a guess, and returns the report.
async fn race(visit: &Visit) -> Result<Value> {
    visit.open("").await?;
    visit.browser.wait_for(&["ready"]).await?;
    let lanes =
        visit.script("return document.querySelectorAll('.race .before .wide .track').length");
    ensure!(lanes.await? == 2, "two empty lanes stand there before");
    ensure!(visit.text(".race .claim").await?.starts_with("Your browser claims "));
    visit.fill("speed-up-prediction", "1.5").await?;
    visit.click(".race button.run").await?;
    let report = visit.done().await?;
    ensure!(report["exhibit"] == "speed-up" && report["spec"]["points"] == "ends", "{report}");
    let checks = report["checks"].as_array().context("no checks")?;
    ensure!(checks.len() >= 2 && checks.iter().all(|check| check["right"] == true), "{report}");
    Ok(report)
}

/// The figure with its interval, the guess beside it, and two lanes to scale.
async fn is_shown(visit: &Visit, report: &Value) -> Result<()> {
    // It is told with as many digits as its interval allows.
    let told = visit.text(".race .headline .big").await?;
    let told = told.trim_end_matches('×').parse::<f64>().with_context(|| told.clone())?;
    let speedup = number(&report["speedup"]["median"])?;
    ensure!((told - speedup).abs() <= 0.5, "{told} for {speedup}");
    let headline = visit.text(".race .headline").await?;
    ensure!(headline.contains("between ") && headline.contains("paired blocks"), "{headline}");
    ensure!(report["prediction"]["value"] == 1.5, "{report}");
    let score = visit.text(".race .score").await?;
    ensure!(score.contains("1.5"), "the guess stands beside it: {score}");
    let lanes = "return [...document.querySelectorAll('.race .race-lanes .runner')]
        .map(lane => lane.querySelector('.block').getBoundingClientRect().width)";
    let lanes = visit.script(lanes).await?;
    let [one, all] = [number(&lanes[0])?, number(&lanes[1])?];
    ensure!(one > 0.0 && all > 0.0, "{lanes}");
    // No more than one sentence says what to make of it, and it leads on.
    let onward = "return [...document.querySelectorAll('[data-limit]:not([hidden])')]
        .map(said => said.querySelectorAll('a[href]').length)";
    let onward = visit.script(onward).await?;
    let verdict = !report["verdict"].is_null();
    ensure!(onward.as_array().map(Vec::len) == Some(usize::from(verdict)), "{onward}, {report}");
    ensure!(!verdict || number(&onward[0])? >= 1.0, "{onward}");
    ensure!(visit.text(".race > .kept").await?.contains("notebook"));
    Ok(())
}

pub async fn the_front_page_races_one_worker_against_all(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    let report = race(&visit).await?;
    ensure!(report["spec"]["runtime"] == "threads", "{report}");
    is_shown(&visit, &report).await?;
    let most = number(&report["spec"]["workers"])?;
    let counts: Vec<f64> = points(&report, "speed-up")?.into_iter().map(|(p, _)| p).collect();
    ensure!(counts == [1.0, most], "{report}");
    // The address stays that of the front page.
    ensure!(visit.script("return location.search").await? == "", "the address has changed");
    // Who comes again sees the race that was recorded, and whose it is.
    visit.open("").await?;
    visit.until("document.querySelector('.race .outcome .origin')").await?;
    let origin = visit.text(".race .outcome .origin").await?;
    ensure!(origin.contains("not yours") && origin.contains("on a machine with "), "{origin}");
    let said = "return [...document.querySelectorAll('.race .outcome, [data-limit]:not([hidden])')]
        .map(said => said.textContent).join(' ')";
    let said = visit.script(said).await?.to_string();
    ensure!(!said.contains("our cores") && !said.contains("this machine"), "{said}");
    visit.browser.close().await
}

pub async fn without_isolation_the_race_says_what_runs_instead(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, plain_host()?).await?;
    let report = race(&visit).await?;
    ensure!(report["spec"]["runtime"] == "processes", "{report}");
    is_shown(&visit, &report).await?;
    let said = visit.text(".race .backend").await?;
    ensure!(said.contains("rocesses") && said.contains("isolated"), "{said}");
    visit.browser.close().await
}

pub async fn the_curve_has_its_points_with_threads_and_with_processes(
    settings: Settings,
) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    for runtime in ["threads", "processes"] {
        let report =
            visit.run(&format!("speed-up.html?workers=4&seconds=3&runtime={runtime}")).await?;
        ensure!(report["spec"]["runtime"] == runtime, "{report}");
        let curve = points(&report, "speed-up")?;
        let (first, last) = (curve.first(), curve.last());
        ensure!(first.is_some_and(|(p, _)| *p == 1.0), "{report}");
        // Who has too little time for all numbers is told so.
        let fewer = report["warnings"].to_string().contains("fewer numbers of workers");
        let least = if fewer { 2 } else { 3 };
        ensure!(last.is_some_and(|(p, _)| *p == 4.0) && curve.len() >= least, "{report}");
        // One start serves all, and each number of workers stands in every block.
        let blocks = report["blocks"].as_array().context("no blocks")?;
        for (p, _) in &curve {
            let arm = format!("workers-{p}");
            ensure!(blocks.iter().all(|block| block["ms"][&arm].is_number()), "{arm}: {report}");
        }
        ensure!(points(&report, "core-equivalents")?.len() == curve.len() - 1, "{report}");
        let dots = "return document.querySelectorAll('.scaling svg .dot').length";
        ensure!(visit.script(dots).await? == 2 * curve.len(), "speed-ups and efficiencies");
    }
    visit.browser.close().await
}

pub async fn one_task_splits_itself_on_every_number_of_workers(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    for scaling in ["strong", "weak"] {
        let query = format!("speed-up.html?work=split&scaling={scaling}&workers=3&seconds=3");
        let report = visit.run(&query).await?;
        ensure!(report["spec"]["runtime"] == "threads", "{report}");
        let checks = report["checks"].as_array().context("no checks")?;
        ensure!(checks.len() == 1 && checks[0]["right"] == true, "{report}");
        let curve = points(&report, "speed-up")?;
        // Where the machine is slow, the one between is left out, and that is said.
        let (first, last) = (curve.first(), curve.last());
        ensure!(first.is_some_and(|(p, _)| *p == 1.0), "{query}: {curve:?}");
        ensure!(last.is_some_and(|(p, _)| *p == 3.0), "{query}: {curve:?}");
        let trace = report["trace"].as_array().context("no trace")?;
        ensure!(trace.iter().any(|event| event["detail"]["piece"]["of"] == "fib"), "{trace:?}");
    }
    visit.open("speed-up.html?work=split&runtime=processes&seconds=1&run=1").await?;
    let sentence = visit.broken().await?;
    ensure!(sentence.contains("runs on threads alone"), "{sentence}");
    visit.browser.close().await
}

pub async fn sixty_four_workers_take_fewer_points_and_say_so(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    let report = visit.run("speed-up.html?workers=64&seconds=6&runtime=processes").await?;
    let curve = points(&report, "speed-up")?;
    ensure!(curve.len() < 12 && curve.last().is_some_and(|(p, _)| *p == 64.0), "{report}");
    let said = visit.content(".outcome .warnings").await?;
    ensure!(said.contains("fewer numbers of workers: 1, "), "{said}");
    visit.browser.close().await
}
