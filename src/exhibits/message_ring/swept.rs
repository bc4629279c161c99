//! Rings of several sizes, or messages of several sizes, as arms of the same blocks: whatever
//! happens to the machine meanwhile happens to all of them.

use crate::exhibits::ranks::messages::{Pattern, RankLog};
use crate::exhibits::ranks::play::play;
use crate::exhibits::ranks::played::Played;
use crate::measure::block::{Arm, Block};
use crate::measure::clock::now_ms;
use crate::measure::point::{Quantity, points};
use crate::measure::sampling::Stopping;
use crate::measure::stats::median;
use crate::report::limits::MOST_SAMPLES;
use crate::report::{Report, Series, SeriesName};
use crate::runtime::blocks::{self, Comparison};
use crate::runtime::engine::Fault;
use crate::runtime::progress::Listener;
use crate::runtime::rig::Rig;
use crate::runtime::run::Run;

/// A program of ranks that should take milliseconds is given up after this long.
pub const TIMEOUT_MS: u32 = 20_000;
/// The first rounds of a sample warm up.
const WARM_UP: usize = 4;
/// So many rounds of a sample count.
const COUNTED: usize = 10;
/// How many rounds a sample has.
pub const ROUNDS: u32 = (WARM_UP + COUNTED) as u32;
/// More blocks make more samples than a report may hold.
const MOST_BLOCKS: usize = MOST_SAMPLES / COUNTED;

/// One of the programs that are swept.
pub struct Program {
    /// What is swept, at this program's value.
    pub arm: Arm,
    /// How many ranks take part.
    pub ranks: u32,
    /// What they do.
    pub pattern: Pattern,
    /// How many times as long as what is measured a round takes.
    pub times: f64,
}

/// Takes blocks of all programs and makes a report of them: each sample is the median of its
/// rounds, and every round is in the series. `heard` gets what each program came to.
pub async fn sweep(
    run: &Run,
    rig: &Rig,
    programs: &[Program],
    name: SeriesName,
    mut heard: impl FnMut(&Program, Played),
) -> Result<Report, Fault> {
    let arms: Vec<Arm> = programs.iter().map(|program| program.arm.clone()).collect();
    let mut series: Vec<Series> =
        arms.iter().map(|arm| Series::ms(name, arm.x.unwrap_or_default(), Vec::new())).collect();
    run.say("Warming up", 0, 0, TIMEOUT_MS);
    let begun_ms = now_ms();
    for program in programs {
        let played = play(rig.team()?, program.ranks, program.pattern.clone(), TIMEOUT_MS).await?;
        // What was asked for comes first: there may be time for nothing else.
        heard(program, played);
        run.say("Warming up", 0, 0, TIMEOUT_MS);
    }
    let block_ms = now_ms() - begun_ms;
    let most = Stopping::new(run.seconds(), run.spent_ms(), block_ms).most.min(MOST_BLOCKS);
    let stopping = Stopping { most, early: false };
    let sample = async |arm: &Arm| {
        let found = programs.iter().zip(&mut series).find(|(program, _)| program.arm.id == arm.id);
        let Some((program, series)) = found else { return Ok(0.0) };
        let played = play(rig.team()?, program.ranks, program.pattern.clone(), TIMEOUT_MS).await?;
        let rounds_ms = rounds_ms(&played, program.times)?;
        heard(program, played);
        let ms = median(&rounds_ms).unwrap_or_default();
        series.samples.extend(rounds_ms);
        Ok(ms)
    };
    let blocks: Vec<Block> = blocks::take(run, &arms, stopping, TIMEOUT_MS, sample).await?;
    let least = stopping.least_coverage(blocks.len());
    let points = points(&arms, &blocks, Quantity::Time, least);
    let empty = Comparison::without_blocks(run, rig);
    let mut report = Comparison { arms, blocks, stopping, ..empty }.report();
    report.points = points;
    report.series.extend(series);
    Ok(report)
}

/// How long each round took that counts.
fn rounds_ms(played: &Played, times: f64) -> Result<Vec<f64>, Fault> {
    let Some(Some(RankLog { rounds_ms, .. })) = played.turns.first() else {
        return Err(Fault::Broke("the ranks stood still".to_owned()));
    };
    Ok(rounds_ms.iter().skip(WARM_UP).map(|ms| ms / times).collect())
}
