//! Runs of ranks that pass messages: `message-ring`. Each pattern is a run of its own kind:
//! rings of several sizes, a ring with a mistake, messages of several sizes, and scatter
//! and gather against the serial program. `ranks/play.rs` runs a program of ranks once.

use std::cell::Cell;
use std::rc::Rc;

use super::play::{connect, play};
use super::played::Played;
use crate::exhibits::message_ring::{MESSAGE, RING, SIZES, bug, token};
use crate::exhibits::pool_map::run::{Ended, say};
use crate::exhibits::pool_map::sizing::{kernel_ms, patience_ms};
use crate::exhibits::pool_map::{self, CHAPTER_TASKS};
use crate::fib;
use crate::measure::clock::now_ms;
use crate::measure::sampling::{Arm, FIRST_LOOK, Stopping};
use crate::measure::stats::middle;
use crate::params::Value;
use crate::report::{Answer, Outcome, RankWait, Report, Series, Status};
use crate::runtime::blocks::{self, Comparison};
use crate::runtime::message::{node, surroundings};
use crate::runtime::protocol::{Bug, Pattern, RunOrder};
use crate::runtime::rig::Rig;
use crate::runtime::worker::Fault;
use crate::theory::schedule::{Assignment, Plan, plan, simulate};

/// Rounds of a ring, and the first of them, which warm up.
const ROUNDS: u32 = 30;
const WARM_UP: usize = 4;
/// Sizes of rings that are measured, as far as there are ranks.
const RINGS: [u32; 10] = [2, 3, 4, 6, 8, 12, 16, 24, 32, 48];
/// Messages that go to and fro: of every size, and of a single one.
const MESSAGES: u32 = 24;
const MESSAGES_OF_ONE_SIZE: u32 = 200;
/// A program of ranks that should take milliseconds is given up after this long.
const PATIENCE_MS: u32 = 20_000;

/// Runs the order and says what came of it.
pub async fn complete(order: RunOrder, hidden: Rc<Cell<bool>>) -> Result<Report, Ended> {
    let begun_ms = now_ms();
    let started_at = String::from(js_sys::Date::new_0().to_iso_string());
    let spec = &order.spec;
    let ranks = spec.whole("workers").max(2);
    let mut warnings = Vec::new();
    say("Starting the ranks", 0, 0, 60_000);
    let rig = Rig::gather_processes(&order.engines, ranks, &mut warnings).await?;
    connect(rig.each()?.0, PATIENCE_MS).await?;
    let empty = Comparison::without_blocks(&order, started_at, surroundings(), &rig);
    let mut report = match (spec.name("pattern"), bug(spec)) {
        ("ping-pong", _) => ping_pong(empty).await?,
        ("scatter-gather", _) => scattered(empty, begun_ms, &hidden).await?,
        (_, Bug::None) => rings(empty).await?,
        (_, bug) => standstill(empty, bug).await?,
    };
    report.environment.visible &= !hidden.get();
    warnings.append(&mut report.warnings);
    Ok(Report { warnings, ..report })
}

/// The token goes round, in rings of several sizes.
async fn rings(run: Comparison<'_>) -> Result<Report, Ended> {
    let (rig, ranks) = (run.rig, run.order.spec.whole("workers").max(2));
    let mut sizes: Vec<u32> = RINGS.into_iter().filter(|&size| size < ranks).collect();
    sizes.push(ranks);
    let mut series = Vec::new();
    let mut shown = None;
    let mut wrong = 0;
    for (at, &of) in sizes.iter().enumerate() {
        say("Measuring", at as u32, sizes.len() as u32, PATIENCE_MS);
        let pattern = Pattern::Ring { rounds: ROUNDS, bug: Bug::None };
        let played = play(rig, of, pattern, PATIENCE_MS).await?;
        let Some(Some(first)) = played.turns.first() else {
            return Err(Fault::Broke("the ring stood still".to_owned()).into());
        };
        wrong += usize::from(first.token != token(of));
        let samples = first.rounds_ms.iter().skip(WARM_UP).copied().collect();
        series.push(Series { name: RING.to_owned(), x: f64::from(of), unit: "ms".into(), samples });
        shown = Some(played);
    }
    let mut report = run.report();
    report.series.extend(series);
    if let Some(played) = &shown {
        played.describe(&node(), &mut report);
    }
    if wrong > 0 {
        report.status = Status::Failed;
        report.warnings.push(format!("{wrong} tokens came back wrong."));
    }
    Ok(report)
}

/// A program with a mistake: how far it gets, and who then waits for whom.
async fn standstill(run: Comparison<'_>, bug: Bug) -> Result<Report, Ended> {
    let ranks = run.order.spec.whole("workers").max(2);
    say("Measuring", 0, 1, PATIENCE_MS);
    let played = play(run.rig, ranks, Pattern::Ring { rounds: 1, bug }, PATIENCE_MS).await?;
    let mut report = run.report();
    played.describe(&node(), &mut report);
    report.outcome = played.outcome();
    let waits = match &report.outcome {
        Some(Outcome::Deadlock { waits }) => waits.as_slice(),
        None => &[],
    };
    let waiting: Vec<String> = waits
        .iter()
        .map(|RankWait { who, whom }| format!("rank {who} waits for rank {whom}"))
        .collect();
    if waiting.is_empty() {
        report.warnings.push("The program ended all the same.".to_owned());
    } else {
        let more = waiting.len().saturating_sub(8);
        let mut said = waiting.iter().take(8).cloned().collect::<Vec<_>>().join(", ");
        if more > 0 {
            said.push_str(&format!(", and {more} more wait"));
        }
        report.warnings.push(format!(
            "Standstill: {said}, and no message is on its way. The ranks were taken down; press Run to \
             start fresh ones."
        ));
    }
    Ok(report)
}

/// A message to and fro between ranks 0 and 1, in many sizes or in one.
async fn ping_pong(run: Comparison<'_>) -> Result<Report, Ended> {
    let spec = &run.order.spec;
    let (sizes, rounds) = match spec.values.get("bytes") {
        Some(Value::Whole(bytes)) => (vec![*bytes], MESSAGES_OF_ONE_SIZE),
        _ => (SIZES.to_vec(), MESSAGES),
    };
    let mut series = Vec::new();
    for (at, &bytes) in sizes.iter().enumerate() {
        say("Measuring", at as u32, sizes.len() as u32, PATIENCE_MS);
        let played = play(run.rig, 2, Pattern::PingPong { bytes, rounds }, PATIENCE_MS).await?;
        let Some(Some(first)) = played.turns.first() else {
            return Err(Fault::Broke("the messages stood still".to_owned()).into());
        };
        let one_way = first.rounds_ms.iter().skip(WARM_UP).map(|ms| ms / 2.0).collect();
        let (name, x, unit) = (MESSAGE.to_owned(), f64::from(bytes), "ms".to_owned());
        series.push(Series { name, x, unit, samples: one_way });
    }
    let mut report = run.report();
    report.series.extend(series);
    Ok(report)
}

/// Rank 0 scatters the chapter's list by longest first, everyone computes, rank 0 gathers;
/// against the serial program, in blocks.
async fn scattered(
    run: Comparison<'_>,
    begun_ms: f64,
    hidden: &Cell<bool>,
) -> Result<Report, Ended> {
    let (rig, spec) = (run.rig, &run.order.spec);
    let ranks = spec.whole("workers").max(2);
    let seconds = spec.whole("seconds").max(1);
    let spent_ms = now_ms() - begun_ms;
    let budget_ms = (f64::from(seconds) * 1e3 - spent_ms) / FIRST_LOOK as f64;
    let window_ms = kernel_ms(rig.clock_step_ms);
    let block_ms = |tasks: &[u32]| {
        let serial_ms = pool_map::work(tasks).iter().sum::<u64>() as f64 * rig.call_ms;
        serial_ms * (1.0 + 1.0 / f64::from(ranks.min(run.here.cores)).max(1.0)) + 2.0 * window_ms
    };
    let mut tasks = CHAPTER_TASKS.to_vec();
    while block_ms(&tasks) > budget_ms && tasks.iter().all(|&n| n > 20) {
        tasks.iter_mut().for_each(|n| *n -= 1);
    }
    let scaled = tasks != CHAPTER_TASKS;
    let work = pool_map::work(&tasks);
    let dealt = plan(&work, ranks as usize, Assignment::LongestFirst, 1);
    let mut places: Vec<Vec<usize>> = vec![Vec::new(); ranks as usize];
    for slot in simulate(&work, ranks as usize, &dealt) {
        places[slot.worker].push(slot.task);
    }
    let ideal = pool_map::ideal(&tasks, &Plan::Fixed(places.clone()), ranks);
    let lists: Vec<Vec<u32>> =
        places.iter().map(|own| own.iter().map(|&at| tasks[at]).collect()).collect();
    let stopping = Stopping::new(seconds, spent_ms, block_ms(&tasks));
    let patience_ms = patience_ms(block_ms(&tasks));

    let mut all_played: Vec<(f64, Played)> = Vec::new();
    let mut wrong = 0;
    let arms = [Arm::Serial, Arm::Parallel, Arm::KernelAlone, Arm::KernelTogether];
    let sample = async |arm| match arm {
        Arm::KernelAlone | Arm::KernelTogether => {
            rig.kernel_ms(arm == Arm::KernelTogether, window_ms, patience_ms).await
        }
        Arm::Serial => rig.serial_ms(&tasks).await,
        _ => {
            let pattern = Pattern::ScatterGather { lists: lists.clone() };
            let played = play(rig, ranks, pattern, patience_ms).await?;
            let marks = played.turns.iter().flatten().flat_map(|turn| &turn.marks);
            let right = marks.filter(|mark| mark.value == fib::iterative(mark.task)).count();
            wrong += tasks.len() - right.min(tasks.len());
            let ms = match played.turns.first() {
                // Rank 0's own clock, from the first message sent to the last received.
                Some(Some(first)) => first.end_ms - first.start_ms,
                _ => return Err(Fault::Broke("the ranks stood still".to_owned())),
            };
            all_played.push((ms, played));
            Ok(ms)
        }
    };
    let seed = spec.whole("seed");
    let blocks = blocks::take(&arms, seed, stopping, patience_ms, hidden, sample).await?;
    let readings = 2.0 * tasks.len() as f64;
    let mut report = Comparison { blocks, stopping, ideal: Some(ideal), readings, ..run }.report();
    let shown = middle(&all_played.iter().map(|(ms, _)| *ms).collect::<Vec<_>>());
    if let Some((_, played)) = shown.and_then(|at| all_played.get(at)) {
        played.describe(&node(), &mut report);
        let by_rank = played.turns.iter().flatten().zip(0..).flat_map(|(turn, worker)| {
            turn.marks.iter().map(move |mark| Answer {
                n: mark.task,
                value: mark.value.to_string(),
                worker,
            })
        });
        let mut answers: Vec<Answer> = by_rank.collect();
        answers.sort_by_key(|answer| std::cmp::Reverse(answer.n));
        report.results = answers;
    }
    report.scaled_from = scaled.then_some(CHAPTER_TASKS[0]);
    if scaled {
        report.warnings.push(format!(
            "The list was scaled from {} to {} to fit this device.",
            CHAPTER_TASKS[0], tasks[0]
        ));
    }
    if wrong > 0 {
        report.status = Status::Failed;
        report.warnings.push(format!("{wrong} answers are wrong or missing, over all samples."));
    }
    Ok(report)
}
