//! How the instrument is checked: complete comparisons of two serial programs, round after
//! round.

use std::rc::Rc;

use super::program::{programs, ratio, units};
use crate::measure::block::{Arm, Block, Estimate, Role};
use crate::measure::sampling::{LAST_LOOK, Orders, Stopping, seen_ms};
use crate::measure::stats;
use crate::measure::summary::ratios;
use crate::measure::unit::Unit;
use crate::report::{Report, Round};
use crate::runtime::blocks::Comparison;
use crate::runtime::budget::{Fits, LONGEST_RUN_MS, Refusal};
use crate::runtime::engine::Fault;
use crate::runtime::progress::Listener;
use crate::runtime::protocol::News;
use crate::runtime::rig::{Needs, Rig};
use crate::runtime::run::{Ended, Run};
use crate::theory::schedule::work;

/// The arms: the shorter program, and the one that does so many times its work.
const ONE: &str = "one";
const MORE: &str = "more";
/// A sample of the shorter program takes at least this long.
const SAMPLE_MS: f64 = 15.0;
/// When a round is over.
const RULE: Stopping = Stopping { most: LAST_LOOK, early: true };
/// The next round is over within this time.
const ROUND_TIMEOUT_MS: u32 = 60_000;

/// Runs every round and says what came of each.
pub async fn run(run: Rc<Run>) -> Result<Report, Ended> {
    let rig = run.rig(Needs::Nothing, 1).await?;
    let ratio = ratio(run.spec());
    let rounds = run.spec().whole("rounds").max(1);
    let programs = sized(rounds, ratio, &rig)?;

    let arms = [(MORE, ratio), (ONE, 1.0)].map(|(id, times)| {
        let (x, unit) = (Some(times), Some(Unit::Ratio));
        Arm { id: id.to_owned(), role: Role::Point, x, unit }
    });
    run.hear(News::Arms { arms: arms.to_vec() });
    let mut orders = Orders::new(&arms, run.seed());
    let mut blocks: Vec<Block> = Vec::new();
    let mut found = Vec::new();
    for round in 0..rounds {
        if run.ends_before(round as usize, "all rounds were made") {
            break;
        }
        run.say("Measuring", round, rounds, ROUND_TIMEOUT_MS);
        let own = compare(&run, &rig, &programs, &mut orders).await?;
        let samples = ratios(&own, MORE, ONE);
        let estimate = stats::estimate(&samples, RULE.least_coverage(samples.len()));
        found.extend(estimate.and_then(|estimate| {
            let Estimate { median, low, high, .. } = estimate;
            Some(Round { median, low, high, verdict: estimate.verdict()? })
        }));
        for block in own {
            run.hear(News::Block { block: block.clone() });
            blocks.push(block);
        }
    }
    let empty = Comparison::without_blocks(&run, &rig);
    let report = Comparison { arms: arms.to_vec(), blocks, stopping: RULE, ..empty }.report();
    Ok(run.close(Report { rounds: found, ..report }))
}

/// The two programs, of such a length that all rounds fit and the clock sees them.
fn sized(rounds: u32, ratio: f64, rig: &Rig) -> Result<[Vec<u32>; 2], Refusal> {
    let step_ms = rig.clock_step_ms;
    let all_ms = |[one, more]: &[Vec<u32>; 2]| {
        let calls: u64 = [one, more].into_iter().flat_map(|list| work(list)).sum();
        calls as f64 * rig.call_ms * LAST_LOOK as f64
    };
    let of = |sample_ms: f64| programs(ratio, units(sample_ms, rig.call_ms));
    let made = of(seen_ms(SAMPLE_MS, 200.0, step_ms));
    if all_ms(&made) * f64::from(rounds) <= LONGEST_RUN_MS {
        return Ok(made);
    }
    // Shorter ones, on a coarse clock, as far as it still sees them.
    let made = of(seen_ms(SAMPLE_MS, 0.0, step_ms));
    let round_ms = all_ms(&made);
    let ms = round_ms * f64::from(rounds);
    let fits = || Fits::Rounds((LONGEST_RUN_MS / round_ms).floor().max(1.0) as u32);
    match all_ms(&of(SAMPLE_MS)) * f64::from(rounds) <= LONGEST_RUN_MS && ms > LONGEST_RUN_MS {
        true => Err(Refusal::CoarseClock { step_ms, ms, fits: fits() }),
        false => Refusal::if_too_long(ms, fits).map(|()| made),
    }
}

/// One complete comparison, until the rule is content.
async fn compare(
    run: &Run,
    rig: &Rig,
    [one, more]: &[Vec<u32>; 2],
    orders: &mut Orders<Arm>,
) -> Result<Vec<Block>, Fault> {
    let mut own: Vec<Block> = Vec::new();
    while !RULE.enough(&ratios(&own, MORE, ONE)) {
        let mut block = Block::default();
        for arm in orders.next().unwrap_or_default() {
            let tasks = if arm.id == MORE { more } else { one };
            block.take(&arm.id, rig.serial_ms(tasks).await?);
        }
        block.tainted = run.hidden();
        own.push(block);
    }
    Ok(own)
}
