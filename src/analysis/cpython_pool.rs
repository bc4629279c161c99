//! Serial against a pool in CPython: what the page's interpreters measured, by the same protocol
//! and with the same statistics as any run of the lab. Order and arithmetic are here; the page
//! only has them carried out.

use serde::{Deserialize, Serialize};

use super::ideal::ideal;
use crate::measure::block::{Arm, Block, Role, balanced};
use crate::measure::sampling::{Orders, Stopping};
use crate::measure::stats::median;
use crate::measure::summary::{Rule, Summary, drift_sentence};
use crate::params::{RunSpec, Value};
use crate::report::{Check, Environment, Origin, Report, SCHEMA, Status};
use crate::theory::schedule::{Plan, work};

/// What reports of CPython call themselves.
pub const PYTHON: &str = "python";
/// What is compared, and the machine beside it: κ comes from the same blocks.
const ARMS: [Role; 4] = [Role::Serial, Role::Parallel, Role::KernelAlone, Role::KernelTogether];
/// So many blocks: each order of a square over four arms comes up three times.
pub const BLOCKS: usize = 12;
/// The most tasks, and the largest: above, a block takes minutes.
const MOST_TASKS: usize = 64;
const MOST_N: u32 = 35;
const MOST_WORKERS: u32 = 15;

/// What was measured, as the page tells it.
#[derive(Debug, Deserialize)]
pub struct Measured {
    /// The list.
    pub tasks: Vec<u32>,
    /// What fib gave for each.
    pub answers: Vec<u64>,
    /// How many processes the pool had.
    pub workers: u32,
    /// What the orders were drawn from.
    pub seed: u32,
    /// The number whose fib is the kernel.
    pub kernel: u32,
    /// What every block took.
    pub blocks: Vec<Block>,
    /// When it began.
    pub started_at: String,
    /// Where.
    pub environment: Environment,
}

/// The order of the arms in every block, as their ids.
///
/// # Examples
///
/// ```
/// use fib_lab::analysis::cpython_pool::{BLOCKS, orders};
/// let orders = orders(7);
/// assert_eq!((orders.len(), orders[0].len()), (BLOCKS, 4));
/// ```
pub fn orders(seed: u32) -> Vec<Vec<String>> {
    let ids: Vec<String> = ARMS.iter().map(|role| role.id().to_owned()).collect();
    Orders::new(&ids, seed).take(BLOCKS).collect()
}

/// The report of what was measured.
///
/// # Errors
///
/// If it cannot have been measured: a sentence.
pub fn report(measured: Measured) -> Result<Report, String> {
    let Measured { tasks, answers, workers, seed, kernel, blocks, started_at, environment } =
        measured;
    if !is_possible(&tasks, workers, kernel) || answers.len() != tasks.len() {
        return Err("Python has measured something else than was asked for.".to_owned());
    }
    let whole = |block: &Block| {
        let sampled = |role: &Role| block.ms_of(role.id()).is_some_and(|ms| ms > 0.0);
        ARMS.iter().all(sampled)
    };
    if blocks.is_empty() || !blocks.iter().all(whole) {
        return Err("Python has not measured a whole block.".to_owned());
    }
    let arms = ARMS.map(Arm::only).to_vec();
    // As multiprocessing hands the list out: one by one, in its order.
    let plan = Plan::Claimed((0..tasks.len()).map(|task| vec![task]).collect());
    let ideal = ideal(&tasks, &plan, workers);
    let stopping = Stopping { most: BLOCKS, early: false };
    let rule = Rule { stopping, workers, ideal: Some(ideal.speedup), seed };
    let summary = Summary::new(&arms, &blocks, rule);
    let check = |(&n, &got): (&u32, &u64)| Check::fib(n, got, 0);
    Ok(Report {
        schema: SCHEMA,
        origin: Origin::Measured,
        status: Status::Complete,
        started_at,
        exhibit: PYTHON.to_owned(),
        checks: tasks.iter().zip(&answers).map(check).collect(),
        environment,
        seed,
        repeats: 1,
        balanced: balanced(&blocks),
        verdict: summary.speedup.as_ref().and_then(|speedup| speedup.verdict()),
        speedup: summary.speedup,
        smallest_difference: summary.smallest_difference,
        efficiency: summary.efficiency,
        core_equivalents: summary.core_equivalents,
        capacity_efficiency: summary.capacity_efficiency,
        drift: summary.drift,
        warnings: drift_sentence(summary.drift).into_iter().collect(),
        ideal: Some(ideal),
        spec: Some(spec_of(tasks, workers, kernel)),
        arms,
        blocks,
        ..Report::default()
    })
}

/// The parameters of such a report that are known, each within its bounds; nothing if one is
/// not.
pub fn checked_spec(spec: &RunSpec) -> Option<RunSpec> {
    let (tasks, workers, kernel) =
        (spec.list("tasks"), spec.whole("workers"), spec.whole("kernel"));
    let is_known = spec.exhibit == PYTHON && is_possible(tasks, workers, kernel);
    is_known.then(|| spec_of(tasks.to_vec(), workers, kernel))
}

fn is_possible(tasks: &[u32], workers: u32, kernel: u32) -> bool {
    (1..=MOST_TASKS).contains(&tasks.len())
        && tasks.iter().chain([&kernel]).all(|n| (1..=MOST_N).contains(n))
        && (1..=MOST_WORKERS).contains(&workers)
}

fn spec_of(tasks: Vec<u32>, workers: u32, kernel: u32) -> RunSpec {
    let mut spec = RunSpec { exhibit: PYTHON.to_owned(), ..RunSpec::default() };
    spec.values.insert("tasks".to_owned(), Value::List(tasks));
    spec.values.insert("workers".to_owned(), Value::Whole(workers));
    spec.values.insert("kernel".to_owned(), Value::Whole(kernel));
    spec
}

/// What an arm took.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// Which arm.
    pub role: Role,
    /// The middle of its samples.
    pub ms: f64,
    /// The same for each call of fib that one process made; nothing for the pool, whose
    /// processes share the calls.
    pub call_ns: Option<f64>,
}

/// What every arm took, in milliseconds and per call.
pub fn rows(report: &Report) -> Vec<Row> {
    let Some(spec) = &report.spec else { return Vec::new() };
    let calls = |role: Role| match role {
        Role::Serial => Some(work(spec.list("tasks")).iter().sum::<u64>()),
        Role::KernelAlone | Role::KernelTogether => {
            Some(work(&[spec.whole("kernel")]).iter().sum())
        }
        _ => None,
    };
    let row = |role: &Role| {
        let ms = median(&report.samples(*role))?;
        let call_ns = calls(*role).map(|calls| ms * 1e6 / calls.max(1) as f64);
        Some(Row { role: *role, ms, call_ns })
    };
    ARMS.iter().filter_map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured() -> Measured {
        let block = |order: Vec<String>| Block {
            order,
            ..Block::from([
                ("serial", 240.0),
                ("parallel", 130.0),
                ("kernel-alone", 40.0),
                ("kernel-together", 41.0),
            ])
        };
        Measured {
            tasks: vec![31, 30, 29, 28, 27, 26],
            answers: vec![1_346_269, 832_040, 514_229, 317_811, 196_418, 121_393],
            workers: 2,
            seed: 7,
            kernel: 29,
            blocks: orders(7).into_iter().map(block).collect(),
            started_at: "2026-11-30T10:00:00.000Z".to_owned(),
            environment: Environment::default(),
        }
    }

    #[test]
    fn the_statistics_are_the_labs() {
        let report = report(measured()).unwrap();
        let speedup = report.speedup.as_ref().unwrap();
        assert!((speedup.median - 240.0 / 130.0).abs() < 1e-9);
        assert_eq!(speedup.blocks, BLOCKS);
        assert_eq!(report.balanced, Some(true));
        let kappa = report.core_equivalents.as_ref().unwrap().median;
        assert!((kappa - 2.0 * 40.0 / 41.0).abs() < 1e-9);
        let reached = report.capacity_efficiency.as_ref().unwrap().median;
        assert!((reached - (240.0 / 130.0) / kappa).abs() < 1e-9);
        let spec = report.spec.as_ref().unwrap();
        assert_eq!(checked_spec(spec).as_ref(), Some(spec));
        assert!(report.checks.iter().all(|check| check.right == Some(true)));
        let rows = rows(&report);
        // 2·fib(29) − 1 calls in 40 ms.
        assert!((rows[2].call_ns.unwrap() - 40e6 / 1_028_457.0).abs() < 1e-9);
        assert_eq!(rows[1].call_ns, None);
    }

    #[test]
    fn what_cannot_have_been_measured_is_refused() {
        assert!(report(Measured { tasks: vec![90; 6], ..measured() }).is_err());
        assert!(report(Measured { workers: 0, ..measured() }).is_err());
        let half = vec![Block::from([("serial", 1.0)])];
        assert!(report(Measured { blocks: half, ..measured() }).is_err());
        assert!(report(Measured { answers: vec![1], ..measured() }).is_err());
    }
}
