//! Any run: random parameters of every exhibit, through the address, for real. Each run ends
//! complete, or is refused in words; within its seconds, its start and one block; nobody is given
//! up; and no speed-up is one that the same run's κ contradicts fourfold.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use fastrand::Rng;
use fib_lab::exhibits::{self, Card};
use fib_lab::host::browser::Settings;
use fib_lab::host::soak::share::Share;
use fib_lab::host::soak::sound::sound;
use fib_lab::params::{Device, RunSpec, Value};
use fib_lab::report::Report;

use super::visit::{Visit, site};

/// The seed of the short form.
const SEED: u64 = 12;
/// A run has so many seconds at the most.
const MOST_SECONDS: u32 = 3;
/// Whatever is measured, one block of it may take a minute, and so may its start.
const LONGEST: Duration = Duration::from_secs(150);
/// What is left to do after the last block, on a machine that others use too.
const LEFT_MS: f64 = 8_000.0;

/// When the phases of a run began, since it was opened, in milliseconds: noted by the page itself,
/// for nothing may ask it while it measures.
const WATCH: &str = "
    const noted = window.noted = [];
    const note = () => {
        const phase = document.querySelector('main .phase')?.textContent ?? '';
        const state = document.documentElement.dataset.lab;
        noted.push([performance.now(), state, phase]);
    };
    note();
    const watch = new MutationObserver(note);
    watch.observe(document.documentElement, { attributes: true, attributeFilter: ['data-lab'] });
    watch.observe(document.querySelector('main'), { childList: true, subtree: true });";

/// A run of this exhibit.
fn drawn(card: &'static Card, rng: &mut Rng) -> RunSpec {
    let mut spec = RunSpec::drawn(card, rng);
    let mut set = |name: &str, value| spec.values.insert(name.to_owned(), Value::Whole(value));
    if card.parameter("seconds").is_some() {
        set("seconds", rng.u32(1..=MOST_SECONDS));
    }
    if card.parameter("rounds").is_some() {
        // Each round is a whole comparison; a few show what many do.
        set("rounds", rng.u32(1..=2));
    }
    if card.parameter("starts").is_some() && rng.bool() {
        set("starts", 1);
    }
    spec
}

/// Makes the run, and says what is wrong with how it ended.
async fn holds(visit: &Visit, card: &'static Card, spec: &RunSpec) -> Result<()> {
    let begun = Instant::now();
    visit.open(&card.starting_address(spec)).await?;
    visit.browser.driver()?.execute(WATCH, vec![]).await?;
    let ended = visit.browser.wait_for(&["done", "error"]);
    let Ok(state) = tokio::time::timeout(LONGEST, ended).await else {
        bail!("after {} s it has not ended", LONGEST.as_secs());
    };
    if state? == "error" {
        let sentence = visit.text("main [role=alert]:not([hidden])").await?;
        // It was refused, which says what is allowed; nothing was given up or broke.
        let broke =
            ["not answered", "broke down", "could not be started", "not all of it is right"];
        ensure!(!broke.iter().any(|part| sentence.contains(part)), "{sentence}");
        ensure!(sentence.split_whitespace().count() > 6, "{sentence}");
        return Ok(());
    }
    let report: Report = serde_json::from_value(visit.browser.report().await?)?;
    // A wait for a lock can be shorter than any clock sees.
    let may_be_none = spec.name("load") == "mixed";
    sound(&report, may_be_none).map_err(anyhow::Error::msg)?;
    let noted = visit.script("return window.noted").await?;
    let noted: Vec<(f64, &str)> = noted
        .as_array()
        .context("nothing was noted")?
        .iter()
        .filter_map(|note| Some((note[0].as_f64()?, note[2].as_str()?)))
        .collect();
    in_time(&noted, f64::from(spec.whole("seconds")) * 1e3)
        .with_context(|| format!("{:?} in all", begun.elapsed()))
}

/// Whether it took no longer than its start, what was left of its seconds then, and one block.
fn in_time(noted: &[(f64, &str)], stated_ms: f64) -> Result<()> {
    let started = |phase: &str| {
        let phase = phase.rsplit(": ").next().unwrap_or_default();
        !["", "Loading the engines", "Starting the workers", "Starting the store", "Warming up"]
            .contains(&phase)
    };
    let (Some(first), Some(last)) = (noted.first(), noted.last()) else { bail!("no phases") };
    let measured = noted.iter().position(|(_, phase)| started(phase)).unwrap_or(noted.len() - 1);
    let start_ms = noted[measured].0 - first.0;
    let steps = noted[measured..].windows(2).map(|pair| pair[1].0 - pair[0].0);
    let longest_ms = steps.fold(0.0, f64::max);
    let (all_ms, stated_ms) = (last.0 - first.0, if stated_ms > 0.0 { stated_ms } else { 60e3 });
    ensure!(
        all_ms <= stated_ms.max(start_ms) + longest_ms + LEFT_MS,
        "it took {all_ms:.0} ms of {stated_ms:.0}, of which {start_ms:.0} before anything was \
         measured, and {longest_ms:.0} the longest block: {noted:?}"
    );
    Ok(())
}

/// A run of this exhibit with these parameters, which has to hold like any other.
pub async fn one_holds(
    settings: Settings,
    card: &'static Card,
    set: &[(&str, &str)],
) -> Result<()> {
    let mut spec = RunSpec::defaults(card, Device { cores: 2, seed: SEED as u32 });
    for (name, text) in set {
        spec.set(card, name, text).map_err(|refusal| anyhow::anyhow!(refusal.sentence))?;
    }
    let visit = Visit::new(settings, site(true)?).await?;
    holds(&visit, card, &spec).await.with_context(|| card.starting_address(&spec))?;
    visit.browser.close().await
}

/// The short form: so many runs, of as many exhibits, the same each time.
async fn short(settings: Settings, runs: usize) -> Result<()> {
    let mut rng = Rng::with_seed(SEED);
    let mut cards: Vec<&'static Card> = exhibits::cards().collect();
    rng.shuffle(&mut cards);
    let visit = Visit::new(settings, site(true)?).await?;
    let mut failed = Vec::new();
    for card in cards.into_iter().cycle().take(runs) {
        let spec = drawn(card, &mut rng);
        let address = card.starting_address(&spec);
        let begun = Instant::now();
        let ended = holds(&visit, card, &spec).await;
        eprintln!("{:.1} s: {address}", begun.elapsed().as_secs_f64());
        failed.extend(ended.err().map(|why| format!("{address}: {why:#}")));
    }
    ensure!(failed.is_empty(), "{} of {runs} fail:\n{}", failed.len(), failed.join("\n"));
    visit.browser.close().await
}

pub async fn any_run_ends_complete_or_refused(settings: Settings) -> Result<()> {
    short(settings, 10).await
}

pub async fn a_few_runs_end_complete_or_refused(settings: Settings) -> Result<()> {
    short(settings, 3).await
}

/// The long form: runs at random, as long as there is time.
pub async fn any_run(settings: Settings, share: &Share) -> Result<()> {
    let mut rng = Rng::with_seed(share.seed);
    let cards: Vec<&'static Card> = exhibits::cards().collect();
    while share.goes_on() {
        let visit = Visit::new(settings, site(true)?).await?;
        // A browser now and then, so that one that breaks does not break all that follow.
        for _ in 0..20 {
            if !share.goes_on() {
                break;
            }
            let card = cards[rng.usize(..cards.len())];
            let spec = drawn(card, &mut rng);
            let ended = holds(&visit, card, &spec).await;
            share.note(&card.starting_address(&spec), &ended);
        }
        visit.browser.close().await?;
    }
    Ok(())
}
