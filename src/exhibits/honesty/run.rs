//! How the instrument is checked: complete comparisons of two serial programs, round after
//! round.

use std::rc::Rc;

use super::program::{MORE, ONE, programs, ratio, units};
use super::sides::{Across, Sides};
use super::spread;
use crate::measure::block::{Arm, Block, Estimate, Role};
use crate::measure::power::smallest_difference;
use crate::measure::sampling::{LAST_LOOK, Orders, Stopping, seen_ms};
use crate::measure::stats::{self, median};
use crate::measure::summary::ratios;
use crate::measure::unit::Unit;
use crate::report::{Report, Round};
use crate::runtime::blocks::Comparison;
use crate::runtime::budget::{Fits, LONGEST_RUN_MS, Refusal};
use crate::runtime::engine::Fault;
use crate::runtime::patience::Slept;
use crate::runtime::progress::Listener;
use crate::runtime::protocol::News;
use crate::runtime::rig::Rig;
use crate::runtime::run::{Ended, Run};
use crate::theory::schedule::work;

/// A sample of the shorter program takes at least this long.
const SAMPLE_MS: f64 = 15.0;
/// When a round is over.
const RULE: Stopping = Stopping { most: LAST_LOOK, early: true };
/// The next round is over within this time.
const ROUND_TIMEOUT_MS: u32 = 60_000;

/// Runs every round and says what came of each.
pub async fn run(run: Rc<Run>) -> Result<Report, Ended> {
    let across = Across::of(run.spec());
    let mut sides = Sides::start(&run, across).await?;
    let start_ms = if across == Across::Starts { run.spent_ms() } else { 0.0 };
    let ratio = ratio(run.spec());
    let rounds = run.spec().whole("rounds").max(1);
    let programs = sized(rounds, ratio, sides.rig(), start_ms)?;

    let arms = [(MORE, ratio), (ONE, 1.0)].map(|(id, times)| {
        let (x, unit) = (Some(times), Some(Unit::Ratio));
        Arm { id: id.to_owned(), role: Role::Point, x, unit }
    });
    run.hear(News::Arms { arms: arms.to_vec() });
    let mut orders = Orders::new(&arms, run.seed());
    let mut found = Found::default();
    for round in 0..rounds {
        if run.ends_before(round as usize, "all rounds were made") {
            break;
        }
        if round > 0 && across == Across::Starts {
            sides = Sides::start(&run, across).await?;
        }
        run.say("Measuring", round, rounds, ROUND_TIMEOUT_MS);
        if across != Across::Same && (round == 0 || across == Across::Starts) {
            sides.warm_up(&programs).await?;
        }
        let own = compare(&run, &sides, &programs, &mut orders).await?;
        found.take(&own, run.seed());
        for mut block in own {
            block.start = if across == Across::Starts { round } else { 0 };
            run.hear(News::Block { block: block.clone() });
            found.blocks.push(block);
        }
    }
    let points = spread::points(&arms[0], &found.blocks, &found.rounds, across);
    let Found { blocks, rounds, smallest } = found;
    let empty = Comparison::without_blocks(&run, sides.rig());
    let report = Comparison { arms: arms.to_vec(), blocks, stopping: RULE, ..empty }.report();
    let report = Report { rounds, points, smallest_difference: median(&smallest), ..report };
    Ok(run.close(report))
}

/// What came of the rounds so far.
#[derive(Default)]
struct Found {
    blocks: Vec<Block>,
    rounds: Vec<Round>,
    /// The smallest difference that each could have seen.
    smallest: Vec<f64>,
}

impl Found {
    /// Takes the blocks of a round.
    fn take(&mut self, own: &[Block], seed: u32) {
        let samples = ratios(own, MORE, ONE);
        let estimate = stats::estimate(&samples, RULE.least_coverage(samples.len()));
        self.rounds.extend(estimate.and_then(|estimate| {
            let Estimate { median, low, high, .. } = estimate;
            Some(Round { median, low, high, verdict: estimate.verdict()? })
        }));
        self.smallest.extend(smallest_difference(&samples, RULE, seed));
    }
}

/// The two programs, of such a length that all rounds fit, each after a start that takes
/// `start_ms`, and the clock sees them.
fn sized(rounds: u32, ratio: f64, rig: &Rig, start_ms: f64) -> Result<[Vec<u32>; 2], Refusal> {
    let step_ms = rig.clock_step_ms;
    let all_ms = |[one, more]: &[Vec<u32>; 2]| {
        let calls: u64 = [one, more].into_iter().flat_map(|list| work(list)).sum();
        calls as f64 * rig.call_ms * LAST_LOOK as f64 + start_ms
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
    sides: &Sides,
    [one, more]: &[Vec<u32>; 2],
    orders: &mut Orders<Arm>,
) -> Result<Vec<Block>, Fault> {
    let mut own: Vec<Block> = Vec::new();
    while !RULE.enough(&ratios(&own, MORE, ONE)) {
        let (mut block, before) = (Block::default(), Slept::so_far());
        for arm in orders.next().unwrap_or_default() {
            let (side, tasks) = if arm.id == MORE { (1, more) } else { (0, one) };
            block.take(&arm.id, sides.sample(side, tasks).await?);
        }
        block.tainted = run.hidden() || Slept::since(before).ms > 0.0;
        own.push(block);
    }
    Ok(own)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use futures_executor::block_on;

    use super::super::AA;
    use super::*;
    use crate::measure::point::Quantity;
    use crate::params::{Device, RunSpec};
    use crate::report::Status;
    use crate::runtime::stand_in::{Mood, StandIn};
    use crate::runtime::team::TeamKind;

    fn run_on(device: StandIn, query: &[(&str, &str)]) -> Result<Report, Ended> {
        let mut spec = RunSpec::defaults(&AA, Device { cores: 2, seed: 1 });
        for (name, value) in query {
            spec.set(&AA, name, value).unwrap();
        }
        block_on(super::run(device.run(spec).0))
    }

    fn point(report: &Report, quantity: Quantity) -> Option<Estimate> {
        report.points.iter().find(|point| point.quantity == quantity).map(|point| point.estimate())
    }

    #[test]
    fn a_program_is_as_fast_as_itself_across_everything_and_says_what_it_could_have_seen() {
        for across in ["same", "engines", "starts"] {
            let device = StandIn::default();
            let report = run_on(device, &[("across", across), ("rounds", "2")]).unwrap();
            assert_eq!((report.rounds.len(), report.status), (2, Status::Complete), "{across}");
            assert!(report.rounds.iter().all(|round| round.median == 1.0), "{across}");
            assert_eq!(report.smallest_difference, Some(1.01), "{across}");
            let starts = report.blocks.iter().map(|block| block.start).max();
            assert_eq!(starts, Some(if across == "starts" { 1 } else { 0 }), "{across}");
        }
    }

    #[test]
    fn a_build_that_makes_slower_code_is_seen_across_the_builds_alone() {
        let device = StandIn { plain: Mood::Slow(1.11), ..StandIn::default() };
        let started = Rc::clone(&device.started);
        let report = run_on(device.clone(), &[("across", "engines"), ("rounds", "2")]).unwrap();
        assert_eq!(*started.borrow(), [(TeamKind::Pool, 1)]);
        let times = point(&report, Quantity::TimesAsLong).unwrap();
        assert!((times.median - 1.0 / 1.11).abs() < 1e-3 && times.blocks == 2, "{times:?}");
        let report = run_on(device, &[("rounds", "2")]).unwrap();
        assert_eq!(point(&report, Quantity::TimesAsLong).map(|times| times.median), Some(1.0));
        assert_eq!(point(&report, Quantity::BetweenStarts), None);
    }

    #[test]
    fn where_no_threads_run_there_are_no_two_builds() {
        let device = StandIn { has_pools: false, ..StandIn::default() };
        let refusal = run_on(device, &[("across", "engines")]).unwrap_err().to_string();
        assert!(refusal.contains("two builds only where threads can run"), "{refusal}");
    }

    #[test]
    fn a_wrong_answer_in_any_sample_fails_the_check() {
        let device = StandIn { plain: Mood::Wrong(40), ..StandIn::default() };
        let report = run_on(device, &[("rounds", "2")]).unwrap();
        assert_eq!(report.status, Status::Failed);
        assert!(report.warnings.iter().any(|it| it.contains("wrong or missing")));
    }
}
