//! Takes blocks of samples until there are enough, and makes of them what every
//! comparison reports.

use super::engine::Fault;
use super::environment::{PROFILE, environment};
use super::progress::Listener;
use super::protocol::News;
use super::rig::Rig;
use super::run::Run;
use crate::measure::block::Block;
use crate::measure::sampling::{Arm, FIRST_LOOK, Orders, Stopping};
use crate::measure::summary::{Summary, drift_sentence, ratios};
use crate::params::Value;
use crate::report::{Environment, Ideal, Report, SCHEMA, Series};
use crate::theory::laws;

/// Takes blocks until the rule is content. `sample` takes one sample of an arm, for which it
/// has `timeout_ms`, and returns its time per job, in milliseconds.
pub async fn take(
    run: &Run,
    arms: &[Arm],
    stopping: Stopping,
    timeout_ms: u32,
    mut sample: impl AsyncFnMut(Arm) -> Result<f64, Fault>,
) -> Result<Vec<Block>, Fault> {
    let compares = arms.contains(&Arm::Parallel);
    let mut orders = Orders::new(arms, run.seed());
    let mut blocks: Vec<Block> = Vec::new();
    loop {
        let most = stopping.most as u32;
        // The page hears nothing until the block is over.
        let timeout_ms = timeout_ms.saturating_mul(arms.len() as u32 + 1);
        run.say("Measuring", blocks.len() as u32, most, timeout_ms);
        let mut block = Block { tainted: run.hidden(), ..Block::default() };
        for arm in orders.next().unwrap_or_default() {
            let ms = Some(sample(arm).await?);
            block.order.push(arm.name().to_owned());
            match arm {
                Arm::Serial => block.serial_ms = ms,
                Arm::OneWorker => block.one_worker_ms = ms,
                Arm::Parallel => block.parallel_ms = ms,
                Arm::KernelAlone => block.kernel_alone_ms = ms,
                Arm::KernelTogether => block.kernel_together_ms = ms,
                Arm::Point(_) => {}
            }
        }
        block.tainted |= run.hidden();
        run.hear(News::Block { block: block.clone() });
        blocks.push(block);
        let speedups = ratios(&blocks, |b| b.serial_ms, |b| b.parallel_ms);
        let all = blocks.len() >= stopping.most;
        if all || (compares && stopping.enough(&speedups)) {
            return Ok(blocks);
        }
    }
}

/// What every comparison reports, from its blocks. `readings` is how many times each
/// parallel sample reads a clock.
pub struct Comparison<'a> {
    /// The run.
    pub run: &'a Run,
    /// Who ran it.
    pub rig: &'a Rig,
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
        Comparison { run, rig, blocks: Vec::new(), stopping, ideal: None, readings: 0.0 }
    }

    /// The report, without what belongs to one exhibit alone.
    pub fn report(self) -> Report {
        let Comparison { run, rig, blocks, ideal, .. } = self;
        let workers = run.workers();
        let summary = Summary::new(&blocks, self.stopping, workers);
        let mut warnings: Vec<String> = drift_sentence(summary.drift).into_iter().collect();
        let tainted = blocks.iter().filter(|block| block.tainted).count();
        if tainted > 0 {
            warnings.push(format!("{tainted} blocks ran while the page was hidden."));
        }
        let speedup = summary.speedup.as_ref().map(|ratio| ratio.median);
        let capacity_efficiency = match (speedup, &ideal, summary.core_equivalents) {
            (Some(speedup), Some(ideal), Some(kappa)) => {
                Some(laws::capacity_efficiency(speedup, ideal.speedup, kappa))
            }
            _ => None,
        };
        let tracing_ms = speedup.map(|_| self.readings * rig.clock_read_ms);
        let mut spec = run.spec().clone();
        spec.values.insert("runtime".to_owned(), Value::Name(rig.backend.name().to_owned()));
        Report {
            schema: SCHEMA,
            started_at: run.place.started_at.clone(),
            exhibit: spec.exhibit.clone(),
            environment: Environment {
                clock_alignment_us: rig.alignment_error_ms().map(|ms| (ms * 1e4).round() / 10.0),
                ..environment(
                    &run.place.user_agent,
                    run.place.here,
                    rig.clock_step_ms,
                    !run.hidden(),
                    PROFILE,
                )
            },
            seed: spec.whole("seed"),
            spec: Some(spec),
            repeats: 1,
            verdict: summary.speedup.as_ref().map(|ratio| ratio.verdict()),
            efficiency: speedup.map(|speedup| laws::efficiency(speedup, f64::from(workers))),
            speedup: summary.speedup,
            relative_speedup: summary.relative_speedup,
            work_overhead: summary.work_overhead,
            core_equivalents: summary.core_equivalents,
            capacity_efficiency,
            drift: summary.drift,
            ideal,
            blocks,
            series: [("start-up", rig.start_up_ms), ("tracing", tracing_ms)]
                .into_iter()
                .filter_map(|(name, ms)| Some(one_sample(name, f64::from(workers), ms?)))
                .collect(),
            prediction: run.order.prediction.clone(),
            warnings,
            ..Report::default()
        }
    }
}

/// A series of a single time.
pub fn one_sample(name: &str, x: f64, ms: f64) -> Series {
    Series { name: name.to_owned(), x, unit: "ms".to_owned(), samples: vec![ms] }
}
