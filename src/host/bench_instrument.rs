//! What the bench says of the instrument: a program against itself, in one engine and across the
//! two builds, programs of known ratios, and what a pool reaches of what it could.

use anyhow::{Context, Result};

use super::bench::print_estimate;
use super::browser::{Browser, Kind, Settings};
use super::server::{Server, Site};
use super::{measure, page, say};
use crate::exhibits::{MAIN, honesty};
use crate::measure::block::{Block, Verdict};
use crate::measure::point::Quantity;
use crate::measure::sampling::FIRST_LOOK;
use crate::measure::stats::{estimate, median};
use crate::measure::summary::ratios;
use crate::report::Report;
use crate::theory::laws::CHAPTER_TASKS;

/// So many rounds each check has.
const ROUNDS: usize = 60;
/// A run of the page has so many of them: longer ones might be refused on a slow machine.
const AT_ONCE: usize = 20;
/// The ratios that are known.
const RATIOS: [f64; 4] = [1.05, 1.25, 2.0, 4.0];
/// The smallest of them is told from 1 in so many of a hundred comparisons, given time.
const TOLD: f64 = 0.8;
/// Comparisons of so many blocks are tried, until they tell.
const LENGTHS: [usize; 5] = [FIRST_LOOK, 12, 24, 48, 96];
/// The least coverage of an interval.
const COVERAGE: f64 = 0.95;

/// Measures and prints these figures.
pub fn run() -> Result<()> {
    let folder = page::built()?;
    tokio::runtime::Runtime::new()?.block_on(async {
        let server = Server::start(Site { folder, isolated: true, ..Site::default() }).await?;
        let browser = Browser::start(Settings::new(Kind::Chromium)).await?;
        let checks = Checks { server: &server, browser: &browser };
        checks.itself().await?;
        checks.known().await?;
        checks.pool().await?;
        // The figures are taken: how the browser ends does not matter any more.
        let _ = browser.close().await;
        Ok(())
    })
}

/// Where the checks run.
struct Checks<'a> {
    server: &'a Server,
    browser: &'a Browser,
}

impl Checks<'_> {
    async fn once(&self, address: &str) -> Result<Report> {
        Ok(measure::once(self.browser, &self.server.address(address)).await?.1)
    }

    /// All rounds of a check, as many runs as it takes.
    async fn rounds(&self, query: &str) -> Result<Vec<Report>> {
        let mut runs = Vec::new();
        for _ in 0..ROUNDS / AT_ONCE {
            let address = format!("honesty.html?{query}&rounds={AT_ONCE}&run=1");
            runs.push(self.once(&address).await?);
        }
        Ok(runs)
    }

    /// A program against itself.
    async fn itself(&self) -> Result<()> {
        say("a program against itself");
        let runs = self.rounds("exhibit=aa").await?;
        let rounds: Vec<_> = runs.iter().flat_map(|run| &run.rounds).collect();
        let same = rounds.iter().filter(|round| round.verdict == Verdict::NoDifference).count();
        let least = (0.95 * rounds.len() as f64).ceil();
        println!(
            "{:<38} {same} of {} rounds (at least {least:.0})",
            "aa in one engine: no difference",
            rounds.len()
        );
        let smallest: Vec<f64> = runs.iter().filter_map(|run| run.smallest_difference).collect();
        if let Some(smallest) = median(&smallest) {
            println!("{:<38} {smallest:.3} times", "  the smallest difference a round sees");
        }
        for (across, name) in
            [("engines", "aa across the two builds"), ("starts", "aa across starts")]
        {
            say(format_args!("across {across}"));
            let address = format!("honesty.html?exhibit=aa&across={across}&rounds=12&run=1");
            let run = self.once(&address).await?;
            for (quantity, what) in [
                (Quantity::TimesAsLong, name),
                (Quantity::BetweenStarts, "  between two starts, off by"),
                (Quantity::WithinStarts, "  blocks of the same two, off by"),
            ] {
                let point = run.points.iter().find(|point| point.quantity == quantity);
                if let Some(point) = point {
                    print_estimate(what, &point.estimate(), "rounds; stated");
                }
            }
        }
        Ok(())
    }

    /// Programs whose ratio is known.
    async fn known(&self) -> Result<()> {
        let (mut met, mut all) = (0, 0);
        for ratio in RATIOS {
            say(format_args!("a known ratio of {ratio}"));
            let runs = self.rounds(&format!("exhibit=known-ratio&ratio={ratio}")).await?;
            let rounds: Vec<_> = runs.iter().flat_map(|run| &run.rounds).collect();
            let own =
                rounds.iter().filter(|round| round.low <= ratio && ratio <= round.high).count();
            let widened = rounds.iter().filter(|round| honesty::meets(round, ratio)).count();
            println!(
                "{:<38} {own} of {} intervals; widened by 1 %, {widened}",
                format!("known ratio {ratio} met"),
                rounds.len()
            );
            met += own;
            all += rounds.len();
            if ratio == RATIOS[0] {
                let blocks: Vec<Block> = runs.into_iter().flat_map(|run| run.blocks).collect();
                print_told(ratio, &blocks);
            }
        }
        let least = (225.0 / 240.0 * f64::from(all as u32)).ceil();
        println!("{:<38} {met} of {all} (at least {least:.0})", "known ratios met");
        Ok(())
    }

    /// What a pool of two reaches of what schedule and machine allow, over fresh starts.
    async fn pool(&self) -> Result<()> {
        say("a pool of two workers, over twelve fresh starts");
        let tasks = CHAPTER_TASKS.map(|n| n.to_string()).join(",");
        let query = format!("?tasks={tasks}&workers=2&starts=12&seconds=60&run=1");
        let run = self.once(&format!("{}.html{query}", MAIN.page())).await?;
        let reached = run.capacity_efficiency.context("the pool has no capacity efficiency")?;
        print_estimate("capacity efficiency, pool of 2", &reached, "starts; at least 0.97");
        Ok(())
    }
}

/// How many blocks a comparison needs so that it tells the ratio from 1 often enough, and how
/// long that takes.
fn print_told(ratio: f64, blocks: &[Block]) {
    let mut found = None;
    for length in LENGTHS {
        let Some((told, of, seconds)) = told(blocks, length) else { break };
        let share = told as f64 / of as f64;
        println!(
            "{:<38} {told} of {of} comparisons of {length} blocks, {seconds:.1} s of samples each",
            format!("  {ratio} told from 1")
        );
        found = found.or((share >= TOLD).then_some(seconds));
    }
    match found {
        Some(seconds) => println!(
            "{:<38} after {seconds:.1} s of samples",
            format!("  {ratio} told in {:.0} % of them", TOLD * 100.0)
        ),
        None => println!("{:<38} not within these lengths", format!("  {ratio} told from 1")),
    }
}

/// Of comparisons of so many blocks each, how many say that it took longer, and the mean time
/// of their samples, in seconds. `None` of fewer than ten comparisons.
fn told(blocks: &[Block], length: usize) -> Option<(usize, usize, f64)> {
    let comparisons: Vec<&[Block]> = blocks.chunks_exact(length).collect();
    let of = comparisons.len();
    if of < 10 {
        return None;
    }
    let is_told = |own: &&&[Block]| {
        let found = estimate(&ratios(own, "more", "one"), COVERAGE);
        found.and_then(|found| found.verdict()) == Some(Verdict::Faster)
    };
    let told = comparisons.iter().filter(is_told).count();
    let ms: f64 = comparisons.iter().flat_map(|own| own.iter()).flat_map(|b| b.ms.values()).sum();
    Some((told, of, ms / of as f64 / 1e3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn longer_comparisons_tell_more() {
        // Every other block is off by a tenth, to either side.
        let off = |at: usize| 1.05 * [1.0, 0.96, 1.0, 1.04, 1.01, 0.99][at % 6];
        let block = |at| Block::from([("more", 10.0 * off(at)), ("one", 10.0)]);
        let blocks: Vec<Block> = (0..960).map(block).collect();
        let (short, of, seconds) = told(&blocks, 8).unwrap();
        assert_eq!((short, of), (0, 120));
        assert!((seconds - 8.0 * 0.0205).abs() < 1e-3, "{seconds}");
        assert_eq!(told(&blocks, 96).unwrap().0, 10);
        assert_eq!(told(&blocks[..70], 8), None);
    }
}
