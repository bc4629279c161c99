//! Ranks that pass messages, in real browsers.

use anyhow::{Context, Result, ensure};
use fib_lab::exhibits::message_ring::token;
use fib_lab::host::browser::Settings;
use fib_lab::host::soak::share::Share;

use crate::lanes::{list, printed, swept};
use crate::visit::{Visit, plain_host};

pub async fn the_token_goes_round_and_the_bytes_to_and_fro(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, plain_host()?).await?;
    for ranks in [2, 3, 9] {
        let report = visit.run(&format!("message-ring.html?workers={ranks}")).await?;
        let said = printed(&report, 0);
        let received = format!("received {}", token(ranks));
        ensure!(said.contains(&received.as_str()), "{said:?}");
        let first = format!("rank 0 of {ranks} on ");
        ensure!(said.iter().any(|line| line.starts_with(&first)), "{said:?}");
        // What was asked for is measured first.
        ensure!(swept(&report, "ring-round").first() == Some(&f64::from(ranks)));
        let check = &report["checks"][0];
        ensure!(check["what"] == "token" && check["right"] == true, "{check}");
    }
    let report = visit.run("message-ring.html?pattern=ping-pong").await?;
    let sizes = swept(&report, "message");
    ensure!(sizes.len() == 11 && sizes[0] == 1.0 && sizes[10] == 1_048_576.0, "{sizes:?}");
    let why = visit.text("[data-exhibit=message-ring] .why").await?;
    ensure!(why.contains("before its first byte"), "{why}");
    let report = visit.run("message-ring.html?pattern=ping-pong&bytes=1000").await?;
    ensure!(swept(&report, "message") == [1000.0]);

    let query = "message-ring.html?pattern=scatter-gather&workers=2&seconds=4";
    let report = visit.run(query).await?;
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

pub async fn a_deadlock_is_seen_and_drawn(settings: Settings) -> Result<()> {
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
        let report = visit.run(&format!("message-ring.html?workers=4&bug={bug}")).await?;
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
    let report = visit.run("message-ring.html?workers=4").await?;
    ensure!(report["outcome"].is_null(), "{}", report["outcome"]);
    visit.browser.close().await
}

/// The same mistake again and again: the picture has an arrow for each rank that waits, whatever
/// the clocks say.
pub async fn deadlocks(settings: Settings, share: &Share) -> Result<()> {
    let visit = Visit::new(settings, plain_host()?).await?;
    let bugs = ["lost-reply", "lost-first", "source-minus-one", "everyone-receives"];
    for (ranks, bug) in (2..12).cycle().zip(bugs.into_iter().cycle()) {
        if !share.goes_on() {
            break;
        }
        let query = format!("message-ring.html?workers={ranks}&bug={bug}");
        share.note(&query, &drawn(&visit, &query).await);
    }
    visit.browser.close().await
}

/// Whether the picture of a deadlock says what its report says.
async fn drawn(visit: &Visit, query: &str) -> Result<()> {
    let report = visit.run(query).await?;
    let waits = list(&report["outcome"], "waits").len();
    ensure!(waits > 0, "{report}");
    visit.until("document.querySelector('#message-ring svg .rank')").await?;
    let arrows =
        visit.script("return document.querySelectorAll('#message-ring polygon.wait').length");
    let arrows = arrows.await?;
    ensure!(arrows == waits, "{arrows} arrows for {waits} that wait");
    Ok(())
}
