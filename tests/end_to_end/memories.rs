//! Programs with separate memories: a parent and its children, and ranks that pass messages.

use anyhow::{Context, Result, ensure};
use fib_lab::exhibits::message_ring::token;
use fib_lab::host::browser::Settings;
use fib_lab::host::server::Site;
use serde_json::Value;

use super::visit::{Visit, site, values};

/// A host that isolates nothing: these programs need no shared memory.
fn plain_host() -> Result<Site> {
    let site = site(false)?;
    if let Ok(mut mishaps) = site.mishaps.lock() {
        mishaps.push(("service-worker.js".to_owned(), fib_lab::host::server::Mishap::Missing));
    }
    Ok(site)
}

async fn run(visit: &Visit, query: &str) -> Result<Value> {
    visit.open(&format!("{query}&run=1")).await?;
    visit.done().await.with_context(|| query.to_owned())
}

fn list<'a>(report: &'a Value, name: &str) -> &'a [Value] {
    report[name].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// What one worker printed, in order.
fn printed(report: &Value, worker: u64) -> Vec<&str> {
    let own = list(report, "log").iter().filter(|line| line["worker"] == worker);
    own.filter_map(|line| line["text"].as_str()).collect()
}

/// The swept values of a series.
fn swept(report: &Value, name: &str) -> Vec<f64> {
    let own = list(report, "series").iter().filter(|series| series["name"] == name);
    own.filter_map(|series| series["x"].as_f64()).collect()
}

pub async fn children_live_side_by_side_or_one_by_one(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, plain_host()?).await?;
    let query = "parent-children.html?children=3&n=25&poll_ms=20";
    let report = run(&visit, query).await?;
    ensure!(report["environment"]["isolated"] == false, "this host isolates nothing");
    ensure!(report["spec"]["runtime"] == "processes");
    ensure!(values(&report) == ["75025"; 3], "{}", report["checks"]);
    let life = ["starting work", "work", "work", "work", "work", "work", "done working"];
    for child in 0..3 {
        ensure!(printed(&report, child) == life, "{:?}", printed(&report, child));
    }
    let parent = printed(&report, 3);
    ensure!(parent.iter().any(|line| line.contains("questions that 3 are done")), "{parent:?}");
    // Side by side: everyone has begun before anyone has ended.
    let kinds: Vec<_> = list(&report, "log").iter().map(|line| &line["kind"]).collect();
    let last_start = kinds.iter().rposition(|kind| *kind == "begins");
    let first_end = kinds.iter().position(|kind| *kind == "done");
    ensure!(last_start.is_some() && last_start < first_end, "{kinds:?}");
    let polls = swept(&report, "detection-delay");
    ensure!(polls.len() >= 6 && polls.contains(&20.0), "{polls:?}");
    ensure!(swept(&report, "questions-in-vain") == polls);
    ensure!(swept(&report, "notification-delay").len() == 1);

    let report =
        run(&visit, "parent-children.html?children=2&n=27&mode=computing&start=one-by-one").await?;
    ensure!(values(&report) == ["196418"; 2], "{}", report["checks"]);
    let workers: Vec<_> =
        list(&report, "log").iter().filter_map(|l| l["worker"].as_u64()).collect();
    let children: Vec<_> = workers.into_iter().filter(|worker| *worker < 2).collect();
    ensure!(children.is_sorted(), "one by one means that lives do not mix: {children:?}");
    visit.browser.close().await
}

pub async fn a_child_that_dies_is_reported_and_the_others_finish(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, plain_host()?).await?;
    let query = "parent-children.html?children=3&kill=2&n=24&mode=computing&notice=notify";
    let report = run(&visit, query).await?;
    ensure!(values(&report) == ["46368"; 2], "{}", report["checks"]);
    let dead = printed(&report, 1);
    ensure!(dead.last() == Some(&"is dead; the others go on"), "{dead:?}");
    ensure!(!dead.contains(&"done working"), "{dead:?}");
    for child in [0, 2] {
        ensure!(printed(&report, child).last() == Some(&"done working"));
    }
    let told = printed(&report, 3);
    ensure!(told.iter().any(|line| line.contains("told by the store that 2 are done")), "{told:?}");
    for mode in ["requests", "database"] {
        let query = format!("parent-children.html?children=2&n=24&mode={mode}&poll_ms=10");
        let report = run(&visit, &query).await?;
        ensure!(values(&report) == ["46368"; 2], "{mode}: {}", report["checks"]);
    }
    visit.browser.close().await
}

pub async fn the_token_goes_round_and_the_bytes_to_and_fro(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, plain_host()?).await?;
    for ranks in [2, 3, 9] {
        let report = run(&visit, &format!("message-ring.html?workers={ranks}")).await?;
        let said = printed(&report, 0);
        let received = format!("received {}", token(ranks));
        ensure!(said.contains(&received.as_str()), "{said:?}");
        let first = format!("rank 0 of {ranks} on ");
        ensure!(said.iter().any(|line| line.starts_with(&first)), "{said:?}");
        ensure!(swept(&report, "ring-round").last() == Some(&f64::from(ranks)));
        let check = &report["checks"][0];
        ensure!(check["what"] == "token" && check["right"] == true, "{check}");
    }
    let report = run(&visit, "message-ring.html?pattern=ping-pong").await?;
    let sizes = swept(&report, "message");
    ensure!(sizes.len() == 11 && sizes[0] == 1.0 && sizes[10] == 1_048_576.0, "{sizes:?}");
    let why = visit.text("[data-exhibit=message-ring] .why").await?;
    ensure!(why.contains("before its first byte"), "{why}");
    let report = run(&visit, "message-ring.html?pattern=ping-pong&bytes=1000").await?;
    ensure!(swept(&report, "message") == [1000.0]);

    let query = "message-ring.html?pattern=scatter-gather&workers=2&seconds=4";
    let report = run(&visit, query).await?;
    let n: Vec<_> =
        list(&report, "checks").iter().filter_map(|check| check["what"]["fib"].as_u64()).collect();
    ensure!(n.len() == 6 && n.windows(2).all(|pair| pair[0] == pair[1] + 1), "{n:?}");
    ensure!(report["speedup"]["median"].as_f64().is_some_and(|median| median > 0.0));
    ensure!(report["ideal"]["speedup"].as_f64().is_some_and(|ideal| (ideal - 2.0).abs() < 1e-3));

    visit.open("message-ring.html?workers=1").await?;
    visit.browser.wait_for(&["ready"]).await?;
    let notice = visit.text(".notices").await?;
    ensure!(notice.contains("a single rank would have nobody to send to"), "{notice}");
    visit.browser.close().await
}

pub async fn a_standstill_is_seen_and_drawn(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, plain_host()?).await?;
    let cases: [(&str, &[&str]); 4] = [
        ("lost-first", &["1 waits for rank 0", "2 waits for rank 1", "3 waits for rank 2"]),
        ("lost-reply", &["0 waits for rank 3", "2 waits for rank 1", "3 waits for rank 2"]),
        ("source-minus-one", &["0 waits for rank -1"]),
        (
            "everyone-receives",
            &[
                "0 waits for rank 3",
                "1 waits for rank 0",
                "2 waits for rank 1",
                "3 waits for rank 2",
            ],
        ),
    ];
    for (bug, waits) in cases {
        let report = run(&visit, &format!("message-ring.html?workers=4&bug={bug}")).await?;
        ensure!(report["status"] == "complete", "{bug} was asked for: {}", report["status"]);
        let waits_now = list(&report["outcome"], "waits").iter();
        let waits_now: Vec<String> = waits_now
            .map(|wait| format!("{} waits for rank {}", wait["who"], wait["whom"]))
            .collect();
        ensure!(report["outcome"]["kind"] == "deadlock" && waits_now == waits, "{report}");
        ensure!(!list(&report, "warnings").is_empty(), "{bug}: nothing is said");
        // The state is told before the picture is drawn.
        let arrows = "document.querySelectorAll('#message-ring polygon.wait').length";
        let all = format!("{arrows} === {}", waits.len());
        visit.until(&all).await.with_context(|| bug.to_owned())?;
    }
    // And on it goes.
    let report = run(&visit, "message-ring.html?workers=4").await?;
    ensure!(report["outcome"].is_null(), "{}", report["outcome"]);
    visit.browser.close().await
}
