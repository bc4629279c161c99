//! The honesty checks: complete comparisons of two serial programs, round after round.

use std::cell::Cell;
use std::rc::Rc;

use crate::exhibits::honesty::{programs, ratio, units};
use crate::exhibits::pool_map::run::{Ended, PROFILE, say};
use crate::exhibits::pool_map::sizing::LONGEST_RUN_MS;
use crate::measure::block::Block;
use crate::measure::sampling::{Arm, LAST_LOOK, Orders, Stopping};
use crate::measure::stats;
use crate::measure::summary::ratios;
use crate::params::Value;
use crate::report::{Report, Round, SCHEMA};
use crate::runtime::capabilities::Backend;
use crate::runtime::message::{environment, post, surroundings};
use crate::runtime::protocol::{News, RunOrder};
use crate::runtime::rig::Rig;

/// A sample of the shorter program takes at least this long.
const SAMPLE_MS: f64 = 15.0;

/// Runs every round and says what came of each.
pub async fn complete(order: RunOrder, hidden: Rc<Cell<bool>>) -> Result<Report, Ended> {
    let started_at = String::from(js_sys::Date::new_0().to_iso_string());
    let here = surroundings();
    let mut warnings = Vec::new();
    say("Starting the worker", 0, 0, 30_000);
    let rig = Rig::gather_serial(&order.engines, &mut warnings).await?;

    let ratio = ratio(&order.spec);
    let rounds = order.spec.whole("rounds").max(1);
    let least_ms = SAMPLE_MS.max(200.0 * rig.clock_step_ms);
    let [one, more] = programs(ratio, units(least_ms, rig.call_ms));
    let block_ms = (one.len() + more.len()) as f64 / one.len() as f64 * least_ms;
    let estimate_ms = block_ms * LAST_LOOK as f64 * f64::from(rounds);
    if estimate_ms > LONGEST_RUN_MS {
        let fit = (LONGEST_RUN_MS / (block_ms * LAST_LOOK as f64)).floor().max(1.0);
        return Err(Ended::Refused(format!(
            "This run may take about {:.0} s on this device, and a run may take 60 s. At most {fit} \
             rounds fit here.",
            estimate_ms / 1e3
        )));
    }

    let rule = Stopping { most: LAST_LOOK, early: true };
    let seed = order.spec.whole("seed");
    let mut orders = Orders::new(&[Arm::Serial, Arm::Parallel], seed);
    let mut blocks: Vec<Block> = Vec::new();
    let mut found = Vec::new();
    for round in 0..rounds {
        say("Measuring", round, rounds, 60_000);
        let mut own: Vec<Block> = Vec::new();
        while !rule.enough(&ratios(&own, |b| b.serial_ms, |b| b.parallel_ms)) {
            let mut block = Block::default();
            for arm in orders.next().unwrap_or_default() {
                // The longer program stands above the line, where the serial one does elsewhere.
                let (tasks, name) = match arm {
                    Arm::Serial => (&more, "more"),
                    _ => (&one, "one"),
                };
                let ms = rig.serial_ms(tasks).await?;
                block.order.push(name.to_owned());
                match arm {
                    Arm::Serial => block.serial_ms = Some(ms),
                    _ => block.parallel_ms = Some(ms),
                }
            }
            block.tainted = hidden.get();
            own.push(block);
        }
        let samples = ratios(&own, |b| b.serial_ms, |b| b.parallel_ms);
        let ratio = stats::ratio(&samples, rule.least_coverage(samples.len()));
        found.extend(ratio.map(|ratio| Round {
            median: ratio.median,
            low: ratio.low,
            high: ratio.high,
            verdict: ratio.verdict(),
        }));
        for block in own {
            post(&News::Block { block: block.clone() });
            blocks.push(block);
        }
    }
    let tainted = blocks.iter().any(|block| block.tainted);
    if tainted {
        warnings.push("Some blocks ran while the page was hidden.".to_owned());
    }
    let mut spec = order.spec;
    spec.values.insert("runtime".to_owned(), Value::Name(Backend::Serial.name().to_owned()));
    Ok(Report {
        schema: SCHEMA,
        started_at,
        exhibit: spec.exhibit.clone(),
        spec: Some(spec),
        environment: environment(here, rig.clock_step_ms, !tainted, PROFILE),
        seed,
        repeats: 1,
        blocks,
        rounds: found,
        prediction: order.prediction,
        warnings,
        ..Report::default()
    })
}
