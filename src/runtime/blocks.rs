//! Takes blocks of samples until there are enough, and makes of them what every
//! comparison reports.

use super::engine::Fault;
use super::environment::{PROFILE, environment, fingerprint};
use super::patience::Slept;
use super::progress::Listener;
use super::protocol::News;
use super::rig::Rig;
use super::run::Run;
use crate::measure::block::{Arm, Block, Estimate, Role, balanced, with_role};
use crate::measure::sampling::{FIRST_LOOK, Orders, Stopping};
use crate::measure::summary::{Rule, Summary, drift_sentence, role_ratios};
use crate::params::Value;
use crate::report::{Environment, Ideal, Report, SCHEMA, Series, SeriesName};

/// Takes blocks until the rule is content or the run's time is up, whatever was estimated;
/// one block at least. `sample` takes one sample of an arm, for which it
/// has `timeout_ms`, and returns its time per job, in milliseconds.
pub async fn take(
    run: &Run,
    arms: &[Arm],
    stopping: Stopping,
    timeout_ms: u32,
    mut sample: impl AsyncFnMut(&Arm) -> Result<f64, Fault>,
) -> Result<Vec<Block>, Fault> {
    let compares = with_role(arms, Role::Parallel).is_some();
    let mut orders = Orders::new(arms, run.seed()).skip(run.blocks_before());
    let mut blocks: Vec<Block> = Vec::new();
    run.hear(News::Arms { arms: arms.to_vec() });
    loop {
        let most = stopping.most as u32;
        // The page hears nothing until the block is over.
        let timeout_ms = timeout_ms.saturating_mul(arms.len() as u32 + 1);
        run.say("Measuring", blocks.len() as u32, most, timeout_ms);
        let mut block = Block { tainted: run.hidden(), start: run.start(), ..Block::default() };
        let before = Slept::so_far();
        for arm in orders.next().unwrap_or_default() {
            let ms = sample(&arm).await?;
            block.take(&arm.id, ms);
        }
        block.tainted |= run.hidden() || Slept::since(before).ms > 0.0;
        run.hear(News::Block { block: block.clone() });
        blocks.push(block);
        let speedups = role_ratios(arms, &blocks, Role::Serial, Role::Parallel);
        let all = blocks.len() >= stopping.most || run.time_is_up();
        if all || (compares && stopping.enough(&speedups)) {
            return Ok(blocks);
        }
    }
}

/// What a reader should know of the machine while these blocks were taken.
pub fn disturbances(drift: Option<f64>, blocks: &[Block]) -> Vec<String> {
    let mut sentences: Vec<String> = drift_sentence(drift).into_iter().collect();
    let tainted = blocks.iter().filter(|block| block.tainted).count();
    if tainted > 0 {
        sentences.push(match tainted {
            1 => "One block ran while the page was hidden, or the device slept.".to_owned(),
            _ => format!("{tainted} blocks ran while the page was hidden, or the device slept."),
        });
    }
    sentences
}

/// What every comparison reports, from its blocks. `readings` is how many times each
/// parallel sample reads a clock.
pub struct Comparison<'a> {
    /// The run.
    pub run: &'a Run,
    /// Who ran it.
    pub rig: &'a Rig,
    /// What every block holds a sample of.
    pub arms: Vec<Arm>,
    /// The samples.
    pub blocks: Vec<Block>,
    /// The rule they were taken under.
    pub stopping: Stopping,
    /// What a perfect machine would have done.
    pub ideal: Option<Ideal>,
    /// How many times each parallel sample reads a clock.
    pub readings: f64,
}

impl<'a> Comparison<'a> {
    /// A run that compares nothing with a serial program, or not yet.
    pub fn without_blocks(run: &'a Run, rig: &'a Rig) -> Comparison<'a> {
        let stopping = Stopping { most: FIRST_LOOK, early: false };
        let (arms, blocks) = (Vec::new(), Vec::new());
        Comparison { run, rig, arms, blocks, stopping, ideal: None, readings: 0.0 }
    }

    /// The report, without what belongs to one exhibit alone.
    pub fn report(self) -> Report {
        let Comparison { run, rig, arms, blocks, ideal, stopping, readings } = self;
        let workers = run.workers();
        let rule = Rule {
            stopping,
            workers,
            ideal: ideal.as_ref().map(|ideal| ideal.speedup),
            seed: run.seed(),
        };
        let summary = Summary::new(&arms, &blocks, rule);
        // Of one start among several that is said of all together.
        let warnings =
            if run.is_part() { Vec::new() } else { disturbances(summary.drift, &blocks) };
        let tracing_ms = summary.speedup.as_ref().map(|_| readings * rig.clock_read_ms);
        let mut spec = run.spec().clone();
        spec.values.insert("runtime".to_owned(), Value::Name(rig.backend.name().to_owned()));
        let mut environment = environment(
            &run.place.user_agent,
            run.place.here,
            rig.clock_step_ms,
            !run.hidden(),
            PROFILE,
        );
        environment.build.engines = fingerprint(&run.order.engines);
        let alignment_us = rig.alignment_error_ms().map(|ms| (ms * 1e4).round() / 10.0);
        Report {
            schema: SCHEMA,
            started_at: run.place.started_at.clone(),
            exhibit: spec.exhibit.clone(),
            environment: Environment { clock_alignment_us: alignment_us, ..environment },
            seed: run.seed(),
            spec: Some(spec),
            repeats: 1,
            balanced: balanced(&blocks),
            verdict: summary.speedup.as_ref().and_then(Estimate::verdict),
            smallest_difference: summary.smallest_difference,
            efficiency: summary.efficiency,
            speedup: summary.speedup,
            relative_speedup: summary.relative_speedup,
            work_overhead: summary.work_overhead,
            core_equivalents: summary.core_equivalents,
            capacity_efficiency: summary.capacity_efficiency,
            drift: summary.drift,
            ideal,
            arms,
            blocks,
            series: [(SeriesName::StartUp, rig.start_up_ms), (SeriesName::Tracing, tracing_ms)]
                .into_iter()
                .filter_map(|(name, ms)| Some(Series::ms(name, f64::from(workers), vec![ms?])))
                .collect(),
            prediction: run.order.prediction.clone(),
            warnings,
            ..Report::default()
        }
    }
}
