//! What the bench says of scaling: what two workers reach, what a further number of workers
//! costs a block, and how soon the race of the front page has its figure.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tokio::time::sleep;

use super::browser::{Browser, Kind, Settings};
use super::build_engines::out;
use super::server::{Server, Site};
use super::{measure, page, say, transfer_size};
use crate::exhibits::RACE;
use crate::measure::block::Role;
use crate::measure::stats::median;
use crate::report::Report;
use crate::runtime::budget::kernel_window_ms;

/// A line of 10 Mbit/s, in bytes a second.
const LINE: u32 = 1_250_000;
/// So often the race is run on a warm page, and on a first visit.
const RACES: usize = 3;

/// Measures and prints these figures.
pub fn run() -> Result<()> {
    let folder = page::built()?;
    tokio::runtime::Runtime::new()?.block_on(measure_all(&folder))
}

async fn measure_all(folder: &Path) -> Result<()> {
    let site = Site { folder: folder.to_owned(), isolated: true, ..Site::default() };
    let server = Server::start(site).await?;
    let browser = Browser::start(Settings::new(Kind::Chromium)).await?;
    let race_page = RACE.page();
    say("two workers, and the curve");
    let (_, two) = measure::once(
        &browser,
        &server.address(&format!("{race_page}.html?workers=2&seconds=20&run=1")),
    )
    .await?;
    let (_, curve) = measure::once(
        &browser,
        &server.address(&format!("{race_page}.html?workers=8&seconds=20&run=1")),
    )
    .await?;
    let mut warm_ms = Vec::new();
    for race in 1..=RACES {
        say(format_args!("race {race} of {RACES}, warm"));
        browser.open(&server.address("")).await?;
        browser.wait_for(&["ready"]).await?;
        // The page has looked at its own machine by then.
        sleep(Duration::from_secs(1)).await;
        warm_ms.push(race_ms(&browser).await?);
    }
    let _ = browser.close().await;
    let mut first_ms = Vec::new();
    for race in 1..=RACES {
        say(format_args!("race {race} of {RACES}, on a first visit over 10 Mbit/s"));
        first_ms.push(first_visit_ms(folder).await?);
    }

    if let Some(found) = &two.capacity_efficiency {
        println!(
            "{:<38} {:.3} ({:.3} to {:.3}, {} blocks; at least 0.98)",
            "capacity efficiency, equal parts, p = 2",
            found.median,
            found.low,
            found.high,
            found.blocks
        );
    }
    if let Some((each, block)) = growth_ms(&curve) {
        let share = 100.0 * each / block;
        println!(
            "{:<38} {each:.0} ms a block of {block:.0} ms ({share:.0} %)",
            "each further number of workers adds"
        );
    }
    print_longest("pressing Race to the figure, warm", &warm_ms, 4.0);
    print_longest("the same, first visit at 10 Mbit/s", &first_ms, 5.0);
    Ok(())
}

fn print_longest(name: &str, ms: &[f64], limit: f64) {
    let longest = ms.iter().copied().fold(0.0, f64::max);
    if let Some(middle) = median(ms) {
        let [middle, longest] = [middle, longest].map(|ms| ms / 1e3);
        println!(
            "{name:<38} {middle:.2} s (longest of {} {longest:.2}; at most {limit:.0})",
            ms.len()
        );
    }
}

/// What every number of workers between the first and the last adds to a block, and how long a
/// block is, both in milliseconds by the medians.
fn growth_ms(curve: &Report) -> Option<(f64, f64)> {
    let window_ms = kernel_window_ms(curve.environment.timer_step_us / 1e3);
    let is_kernel = |role: Role| matches!(role, Role::KernelAlone | Role::KernelTogether);
    let took = |arm: &crate::measure::block::Arm| match is_kernel(arm.role) {
        true => Some(window_ms),
        false => curve.arm_ms(&arm.id),
    };
    let block = curve.arms.iter().filter_map(took).sum();
    let between = curve.arms.iter().filter(|arm| arm.role == Role::Point);
    let each: Vec<f64> = between.filter_map(|arm| Some(took(arm)? + window_ms)).collect();
    Some((median(&each)?, block))
}

/// Presses Race on the page that is open, and measures until the figure stands there, on the
/// page's own clock.
async fn race_ms(browser: &Browser) -> Result<f64> {
    let press = "window.pressedAt = performance.now();
        // A recorded race says where it comes from.
        const figure = () => document.querySelector('.race .outcome .headline')
            && !document.querySelector('.race .outcome .origin');
        const watch = new MutationObserver(() => {
            if (!figure()) return;
            window.figureAfter = performance.now() - window.pressedAt;
            watch.disconnect();
        });
        if (figure()) window.figureAfter = -1;
        watch.observe(document.body, { subtree: true, childList: true });
        document.querySelector('.race button.run').click();";
    let driver = browser.driver()?;
    driver.execute(press, vec![]).await?;
    let state = browser.wait_for(&["done", "error"]).await?;
    ensure!(state == "done", "the race has failed");
    let after = driver.execute("return window.figureAfter ?? null", vec![]).await?;
    let after = after.json().as_f64().context("no figure was shown")?;
    ensure!(after > 0.0, "a figure stood there before");
    Ok(after)
}

/// The same on a first visit, pressed as soon as the page can be.
async fn first_visit_ms(folder: &Path) -> Result<f64> {
    let compressed = out().join("compressed-race");
    if compressed.exists() {
        std::fs::remove_dir_all(&compressed)?;
    }
    transfer_size::copy_compressed(folder, &compressed)?;
    let site = Site { folder: compressed, isolated: true, line: Some(LINE), ..Site::default() };
    let server = Server::start(site).await?;
    let browser = Browser::start(Settings::new(Kind::Chromium)).await?;
    browser.open(&server.address("")).await?;
    browser.wait_for(&["ready"]).await?;
    let ms = race_ms(&browser).await;
    let _ = browser.close().await;
    ms
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::block::{Arm, Block};

    #[test]
    fn a_further_number_of_workers_adds_its_sample_and_its_kernel() {
        let arm = |id: &str, role| Arm { id: id.to_owned(), role, x: None, unit: None };
        let arms = vec![
            Arm::only(Role::Serial),
            arm("workers-2", Role::Point),
            arm("workers-3", Role::Parallel),
            Arm::only(Role::KernelAlone),
            Arm::only(Role::KernelTogether),
        ];
        let blocks = vec![Block::from([
            (Role::Serial.id(), 100.0),
            ("workers-2", 50.0),
            ("workers-3", 40.0),
            (Role::KernelAlone.id(), 0.01),
            (Role::KernelTogether.id(), 0.02),
        ])];
        let report = Report { arms, blocks, ..Report::default() };
        let window_ms = kernel_window_ms(0.0);
        let (each, block) = growth_ms(&report).unwrap();
        assert_eq!((each, block), (50.0 + window_ms, 190.0 + 2.0 * window_ms));
        assert_eq!(growth_ms(&Report::default()), None);
    }
}
