//! How ranks are measured. Each pattern is a run of its own kind: rings of several sizes, a
//! ring with a mistake, messages of several sizes, and scatter and gather against the serial
//! program.

use std::rc::Rc;

use super::scattered::scattered;
use super::swept::{Program, ROUNDS, TIMEOUT_MS, sweep};
use super::{SIZES, bug, token};
use crate::exhibits::ranks::messages::{Bug, Pattern};
use crate::exhibits::ranks::play::{connect, play};
use crate::exhibits::ranks::played::Played;
use crate::measure::block::Arm;
use crate::measure::unit::Unit;
use crate::params::Value;
use crate::report::{Check, Outcome, RankWait, Report, SeriesName, Want, What};
use crate::runtime::blocks::Comparison;
use crate::runtime::progress::Listener;
use crate::runtime::rig::{Needs, Rig};
use crate::runtime::run::{Ended, Run};

/// Sizes of rings that are measured, as far as there are ranks.
const RINGS: [u32; 10] = [2, 3, 4, 6, 8, 12, 16, 24, 32, 48];

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
    let asked = ranks(run);
    let sizes = std::iter::once(asked).chain(RINGS.into_iter().filter(|&size| size < asked));
    let ring = |ranks| Program {
        arm: Arm::point("ring", f64::from(ranks), Unit::Workers),
        ranks,
        pattern: Pattern::Ring { rounds: ROUNDS, bug: Bug::None },
        times: 1.0,
    };
    let programs: Vec<Program> = sizes.map(ring).collect();
    let (mut shown, mut came_back) = (None, Vec::new());
    let heard = |program: &Program, played: Played| {
        let first = played.turns.first().and_then(Option::as_ref);
        let got = first.map(|first| first.token.clone()).unwrap_or_default();
        let check = Check::new(What::Token, got, Some(Want::Value(token(program.ranks))), 0);
        run.wrong().count(usize::from(check.right != Some(true)));
        // The ring that was asked for is shown.
        if program.ranks == asked {
            came_back = vec![check];
            shown = Some(played);
        }
    };
    let mut report = sweep(run, rig, &programs, SeriesName::RingRound, heard).await?;
    report.checks = came_back;
    if let Some(played) = &shown {
        played.describe(&run.place.node, &mut report);
    }
    Ok(report)
}

// [shown
/// A program with a mistake: how far it gets, and who then waits for whom.
async fn deadlock(run: &Run, rig: &Rig, bug: Bug) -> Result<Report, Ended> {
    let ranks = ranks(run);
    run.say("Measuring", 0, 1, TIMEOUT_MS);
    let played = play(rig.team()?, ranks, Pattern::Ring { rounds: 1, bug }, TIMEOUT_MS).await?;
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
// shown]

/// A message to and fro between ranks 0 and 1, in many sizes or in one.
async fn ping_pong(run: &Run, rig: &Rig) -> Result<Report, Ended> {
    let sizes = match run.spec().values.get("bytes") {
        Some(Value::Whole(bytes)) => vec![*bytes],
        _ => SIZES.to_vec(),
    };
    let message = |bytes| Program {
        arm: Arm::point("message", f64::from(bytes), Unit::Bytes),
        ranks: 2,
        pattern: Pattern::PingPong { bytes, rounds: ROUNDS },
        // There and back.
        times: 2.0,
    };
    let programs: Vec<Program> = sizes.into_iter().map(message).collect();
    Ok(sweep(run, rig, &programs, SeriesName::Message, |_, _| {}).await?)
}
