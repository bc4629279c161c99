//! A schedule by hand, in real browsers.

use anyhow::{Context, Result, ensure};
use fib_lab::host::browser::Settings;
use thirtyfour::By;

use crate::lanes::list;
use crate::visit::{Visit, number, site, values};

/// Waits until the board has these lanes, in the control beside it.
async fn lanes(visit: &Visit, expected: &str) -> Result<()> {
    let value = "document.getElementById('playground-lanes').value";
    let same = visit.until(&format!("{value} === '{expected}'")).await;
    let found = visit.script(&format!("return {value}")).await?;
    same.with_context(|| format!("the lanes are {found}, not {expected}"))
}

/// Who did which tasks in the shown sample, in order: as the address writes it.
fn done_by(report: &serde_json::Value) -> Vec<Vec<u64>> {
    let mut lanes = vec![Vec::new(); 2];
    let mut events: Vec<_> =
        list(report, "trace").iter().filter(|it| it["kind"] == "work").collect();
    events.sort_by(|a, b| {
        a["start_ms"].as_f64().unwrap_or(0.0).total_cmp(&b["start_ms"].as_f64().unwrap_or(0.0))
    });
    for event in events {
        let worker = event["worker"].as_u64().unwrap_or(0) as usize;
        if let (Some(lane), Some(n)) =
            (lanes.get_mut(worker), event["detail"]["task"]["n"].as_u64())
        {
            lane.push(n);
        }
    }
    lanes
}

pub async fn a_schedule_by_hand_is_solved_and_run_exactly_so(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    visit.open("playground.html?seconds=2&tasks=32,31,30,29,28,27&only=1").await?;
    visit.browser.wait_for(&["ready"]).await?;
    visit.until("document.querySelectorAll('.playground [data-task]').length === 6").await?;
    // By keyboard: three tasks to the second lane, one of them before another.
    let key = async |task: u32, key: &str| -> Result<()> {
        let block = visit.browser.driver()?.find(By::Css(format!("[data-task='{task}']"))).await?;
        block.focus().await?;
        let focused = visit.browser.driver()?.active_element().await?;
        Ok(focused.send_keys(key).await?)
    };
    key(1, "\u{e015}").await?;
    lanes(&visit, "0.2.3.4.5_1").await?;
    let focused = visit.script("return document.activeElement.dataset.task").await?;
    ensure!(focused == "1", "the keyboard is lost: {focused}");
    key(2, "2").await?;
    key(3, "\u{e015}").await?;
    lanes(&visit, "0.4.5_1.2.3").await?;
    let said = visit.content(".playground .said").await?;
    ensure!(said.contains("no schedule is better"), "{said}");
    key(3, "\u{e012}").await?;
    lanes(&visit, "0.4.5_1.3.2").await?;
    key(0, "\u{e013}").await?;
    let said = visit.content(".playground .said").await?;
    ensure!(said == "This is the first lane.", "{said}");
    let address = visit.script("return location.search").await?;
    let address = address.as_str().unwrap_or_default();
    ensure!(address.contains("lanes=0.4.5_1.3.2") && address.ends_with("&only=1"), "{address}");
    // In another width it says what it said, and the keyboard stays.
    visit.script("dispatchEvent(new Event('resize'))").await?;
    ensure!(visit.content(".playground .said").await? == said, "what was said is gone");
    let focused = visit.script("return document.activeElement.dataset.task").await?;
    ensure!(focused == "0", "the keyboard is lost: {focused}");

    visit.click(".playground .go-by-hand").await?;
    let report = visit.done().await?;
    ensure!(values(&report) == ["2178309", "1346269", "832040", "514229", "317811", "196418"]);
    ensure!(report["spec"]["lanes"] == "0.4.5_1.3.2", "{}", report["spec"]);
    ensure!(done_by(&report) == [vec![32, 28, 27], vec![31, 29, 30]], "{:?}", done_by(&report));
    let ideal = number(&report["ideal"]["speedup"])?;
    ensure!((1.99..=2.01).contains(&ideal), "{ideal}");
    visit.browser.close().await
}

pub async fn a_puzzle_is_solved_by_dragging(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    visit.open("playground.html?puzzle=3").await?;
    visit.browser.wait_for(&["ready"]).await?;
    visit.until("document.querySelectorAll('.playground [data-task]').length === 5").await?;
    // As a mouse or a finger does it; three tasks to the second lane.
    let drag = "(task => {
        const block = document.querySelector(`[data-task='${task}'] .block`);
        const from = block.getBoundingClientRect();
        const to = document.querySelectorAll('.playground .ground')[1].getBoundingClientRect();
        const at = (x, y) => ({ bubbles: true, pointerId: 1, button: 0, clientX: x, clientY: y });
        const [x, y] = [from.left + 4, from.top + 9];
        const send = (name, at) => block.dispatchEvent(new PointerEvent(name, at));
        send('pointerdown', at(x, y));
        send('pointermove', at(x + 30, y + 20));
        send('pointerup', at(to.right - 2, to.top + 9));
    })";
    for task in [2, 3, 4] {
        visit.script(&format!("{drag}({task})")).await?;
    }
    lanes(&visit, "0.1_2.3.4").await?;
    let said = visit.content(".playground .said").await?;
    ensure!(said.contains("Solved:") && said.contains("The large ones belong together"), "{said}");
    let found = visit.content("[data-found='playground/puzzle-3']").await?;
    ensure!(found.contains("Solved"), "{found}");
    // What is undone is undone everywhere.
    visit.click("[data-play=undo]").await?;
    lanes(&visit, "0.1.4_2.3").await?;
    // So is another list.
    visit.fill("playground-tasks", "9,8\u{e004}").await?;
    visit.until("document.querySelectorAll('.playground [data-task]').length === 2").await?;
    visit.click("[data-play=undo]").await?;
    lanes(&visit, "0.1.4_2.3").await?;
    let tasks = visit.script("return document.getElementById('playground-tasks').value").await?;
    ensure!(tasks == "36,36,35,35,35", "{tasks}");
    // A list of one's own, in the controls, is on the board at once; nonsense is said and changes nothing.
    visit.open("playground.html?tasks=20,19,18&workers=3&lanes=0_9_0").await?;
    visit.browser.wait_for(&["ready"]).await?;
    let notices = visit.content(".notices").await?;
    ensure!(notices.contains("lanes is “0_9_0”"), "{notices}");
    visit.until("document.querySelectorAll('.playground [data-task]').length === 3").await?;
    visit.browser.close().await
}
