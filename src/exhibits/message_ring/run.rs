//! How ranks are measured. Each pattern is a run of its own kind: rings of several sizes, a
//! ring with a mistake, messages of several sizes, and scatter and gather against the serial
//! program.

use std::rc::Rc;

use super::messages::{Bug, Pattern};
use super::play::{connect, play};
use super::scattered::scattered;
use super::{SIZES, bug, token};
use crate::params::Value;
use crate::report::{Check, Outcome, RankWait, Report, Series, SeriesName, Status, Want, What};
use crate::runtime::blocks::Comparison;
use crate::runtime::engine::Fault;
use crate::runtime::progress::Listener;
use crate::runtime::rig::{Needs, Rig};
use crate::runtime::run::{Ended, Run};

/// Rounds of a ring, and the first of them, which warm up.
const ROUNDS: u32 = 30;
const WARM_UP: usize = 4;
/// Sizes of rings that are measured, as far as there are ranks.
const RINGS: [u32; 10] = [2, 3, 4, 6, 8, 12, 16, 24, 32, 48];
/// Messages that go to and fro: of every size, and of a single one.
const MESSAGES: u32 = 24;
const MESSAGES_OF_ONE_SIZE: u32 = 200;
/// A program of ranks that should take milliseconds is given up after this long.
const TIMEOUT_MS: u32 = 20_000;

/// Runs the pattern and says what came of it.
pub async fn run(run: Rc<Run>) -> Result<Report, Ended> {
    let spec = run.spec();
    let rig = run.rig(Needs::Processes, ranks(&run)).await?;
    connect(rig.engines()?.0)?;
    let report = match (spec.name("pattern"), bug(spec)) {
        ("ping-pong", _) => ping_pong(&run, &rig).await?,
        ("scatter-gather", _) => scattered(&run, &rig, ranks(&run)).await?,
        (_, Bug::None) => rings(&run, &rig).await?,
        (_, bug) => deadlock(&run, &rig, bug).await?,
    };
    Ok(run.close(report))
}

/// How many ranks take part: a single one would have nobody to send to.
fn ranks(run: &Run) -> u32 {
    run.workers().max(2)
}

/// The token goes round, in rings of several sizes.
async fn rings(run: &Run, rig: &Rig) -> Result<Report, Ended> {
    let ranks = ranks(run);
    // The ring that was asked for comes first: there may be no time for the others.
    let mut sizes = vec![ranks];
    sizes.extend(RINGS.into_iter().filter(|&size| size < ranks));
    let mut series = Vec::new();
    let mut shown = None;
    let (mut came_back, mut wrong) = (Vec::new(), 0);
    for (at, &of) in sizes.iter().enumerate() {
        if run.ends_before(at, "all sizes of rings were measured") {
            break;
        }
        run.say("Measuring", at as u32, sizes.len() as u32, TIMEOUT_MS);
        let pattern = Pattern::Ring { rounds: ROUNDS, bug: Bug::None };
        let played = play(rig, of, pattern, TIMEOUT_MS).await?;
        let Some(Some(first)) = played.turns.first() else {
            return Err(Fault::Broke("the ring stood still".to_owned()).into());
        };
        let want = Want::Value(token(of));
        let check = Check::new(What::Token, first.token.clone(), Some(want), 0);
        wrong += usize::from(check.right != Some(true));
        if at == 0 {
            came_back = vec![check];
        }
        let samples = first.rounds_ms.iter().skip(WARM_UP).copied().collect();
        series.push(Series::ms(SeriesName::RingRound, f64::from(of), samples));
        // The largest is shown.
        shown.get_or_insert(played);
    }
    let mut report = Comparison::without_blocks(run, rig).report();
    report.series.extend(series);
    report.checks = came_back;
    if let Some(played) = &shown {
        played.describe(&run.place.node, &mut report);
    }
    if wrong > 0 {
        report.status = Status::Failed;
        report.warnings.push(format!("{wrong} tokens came back wrong."));
    }
    Ok(report)
}

/// A program with a mistake: how far it gets, and who then waits for whom.
async fn deadlock(run: &Run, rig: &Rig, bug: Bug) -> Result<Report, Ended> {
    let ranks = ranks(run);
    run.say("Measuring", 0, 1, TIMEOUT_MS);
    let played = play(rig, ranks, Pattern::Ring { rounds: 1, bug }, TIMEOUT_MS).await?;
    let mut report = Comparison::without_blocks(run, rig).report();
    played.describe(&run.place.node, &mut report);
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
            "Deadlock: {said}, and no message is on its way. The ranks were taken down; press Run to \
             start fresh ones."
        ));
    }
    Ok(report)
}

/// A message to and fro between ranks 0 and 1, in many sizes or in one.
async fn ping_pong(run: &Run, rig: &Rig) -> Result<Report, Ended> {
    let spec = run.spec();
    let (sizes, rounds) = match spec.values.get("bytes") {
        Some(Value::Whole(bytes)) => (vec![*bytes], MESSAGES_OF_ONE_SIZE),
        _ => (SIZES.to_vec(), MESSAGES),
    };
    let mut series = Vec::new();
    for (at, &bytes) in sizes.iter().enumerate() {
        if run.ends_before(at, "all sizes of messages were measured") {
            break;
        }
        run.say("Measuring", at as u32, sizes.len() as u32, TIMEOUT_MS);
        let played = play(rig, 2, Pattern::PingPong { bytes, rounds }, TIMEOUT_MS).await?;
        let Some(Some(first)) = played.turns.first() else {
            return Err(Fault::Broke("the messages stood still".to_owned()).into());
        };
        let one_way = first.rounds_ms.iter().skip(WARM_UP).map(|ms| ms / 2.0).collect();
        series.push(Series::ms(SeriesName::Message, f64::from(bytes), one_way));
    }
    let mut report = Comparison::without_blocks(run, rig).report();
    report.series.extend(series);
    Ok(report)
}
