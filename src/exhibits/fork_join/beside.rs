//! The same task split by rayon's join, beside the lab's: the library that most Rust programs use.

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use crate::exhibits::splitting::grain::Grain;
use crate::exhibits::splitting::job::Timed;
#[cfg(feature = "threads")]
use crate::fib;
use crate::measure::block::{Arm, Block, Estimate, Role};
#[cfg(feature = "threads")]
use crate::measure::clock::now_ms;
use crate::measure::point::{Point, Quantity};
use crate::measure::sampling::seen_ms;
use crate::measure::stats::estimate;
use crate::measure::summary::ratios;
use crate::measure::unit::Unit;
use crate::report::Report;
use crate::runtime::engine::Fault;
use crate::runtime::program::{Call, Here, Program};
use crate::runtime::run::Run;
use crate::runtime::team::{Team, TeamKind};

/// The program that splits itself by rayon's join.
pub const RAYON: Call<Order, Timed> = Call::named("fork-join-rayon");

/// A sample of them takes at least this long.
const SAMPLE_MS: f64 = 1.0;

/// Rayon's arms: the serial program for its n, and its own program on one worker and on all.
pub const ARMS: [&str; 3] = ["rayon-serial", "rayon-one-worker", "rayon"];

/// What an engine with a pool has to do.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// The argument of fib.
    pub n: u32,
    /// What is left whole, and everything below it.
    pub cutoff: u32,
    /// How many times.
    pub repeats: u32,
}

// [shown
/// fib(n) with rayon's join.
#[cfg(feature = "threads")]
pub fn split(n: u32, cutoff: u32) -> u64 {
    if n <= cutoff {
        return fib::naive(n);
    }
    let (first, second) = rayon::join(|| split(n - 1, cutoff), || split(n - 2, cutoff));
    first + second
}
// shown]

/// [`RAYON`].
pub struct Rayon;

/// An engine that was built without threads is asked for its pool.
#[derive(Debug, thiserror::Error)]
#[error("the plain engine has no pool")]
pub struct NoPool;

impl Program for Rayon {
    type Input = Order;
    type Output = Timed;
    type Error = NoPool;
    const CALL: Call<Order, Timed> = RAYON;

    #[cfg(feature = "threads")]
    async fn run(order: Order, _: Rc<Here>) -> Result<Timed, NoPool> {
        let Order { n, cutoff, repeats } = order;
        let mut timed = Timed::default();
        for _ in 0..repeats.max(1) {
            timed.start_ms = now_ms();
            timed.got = split(std::hint::black_box(n), cutoff);
            timed.last_ms = now_ms() - timed.start_ms;
            timed.ms += timed.last_ms / f64::from(repeats.max(1));
            timed.wrong += u32::from(timed.got != fib::fast_doubling(n));
        }
        Ok(timed)
    }

    #[cfg(not(feature = "threads"))]
    async fn run(_: Order, _: Rc<Here>) -> Result<Timed, NoPool> {
        Err(NoPool)
    }
}

/// The speed-up of rayon's join on all workers, where the run has one.
pub fn speedup(report: &Report) -> Option<Estimate> {
    let own = |point: &&Point| point.quantity == Quantity::SpeedUp && point.arm == ARMS[2];
    report.points.iter().find(own).map(Point::estimate)
}

/// How many times as long as the serial program rayon's join took on one worker.
pub fn overhead(report: &Report) -> Option<Estimate> {
    let own = |point: &&Point| point.quantity == Quantity::WorkOverhead && point.arm == ARMS[1];
    report.points.iter().find(own).map(Point::estimate)
}

/// What is compared beside the lab's arms, at this n.
pub fn arms(n: u32) -> Vec<Arm> {
    let roles = [Role::Serial, Role::OneWorker, Role::Parallel];
    let arm = |(id, role): (&str, Role)| Arm {
        id: id.to_owned(),
        x: Some(f64::from(n)),
        unit: Some(Unit::N),
        ..Arm::only(role)
    };
    ARMS.into_iter().zip(roles).map(arm).collect()
}

/// How often a job of these arms runs in a sample: long ones once.
pub fn repeats(job_ms: f64, clock_step_ms: f64) -> u32 {
    (seen_ms(SAMPLE_MS, 20.0, clock_step_ms) / job_ms.max(1e-6)).ceil().clamp(1.0, 1e6) as u32
}

/// What is derived for them.
pub fn points(arms: &[Arm], blocks: &[Block], least: f64) -> Vec<Point> {
    let [serial, one, all] = ARMS;
    let derived = [
        (Quantity::WorkOverhead, one, ratios(blocks, one, serial)),
        (Quantity::SpeedUp, all, ratios(blocks, serial, all)),
    ];
    let point = |(quantity, id, ratios): (Quantity, &str, Vec<f64>)| {
        let arm = arms.iter().find(|arm| arm.id == id)?;
        Some(Point::new(quantity, arm, estimate(&ratios, least)?))
    };
    derived.into_iter().filter_map(point).collect()
}

/// Rayon's pools.
pub struct Pools {
    all: Team,
    /// Absent where all are one.
    one: Option<Team>,
    /// The n that is measured, smaller than the run's: without a cut-off a join costs so much.
    pub n: u32,
    cutoff: u32,
}

impl Pools {
    /// Starts them, outside of every timing.
    pub async fn start(run: &Run, n: u32, grain: Grain) -> Result<Pools, Fault> {
        let one = match run.workers() {
            1 => None,
            _ => Some(run.team(TeamKind::Pool, 1).await?),
        };
        let all = run.team(TeamKind::Pool, run.workers()).await?;
        let cutoff = match grain {
            Grain::CutOff(cutoff) => cutoff.max(2),
            // Rayon has no clock: it splits all that can be.
            Grain::None | Grain::Automatic => 2,
        };
        Ok(Pools { all, one, n, cutoff })
    }

    /// One sample, on one worker or on all.
    pub async fn sample(
        &self,
        on_all: bool,
        repeats: u32,
        timeout_ms: u32,
    ) -> Result<Timed, Fault> {
        let team = self.one.as_ref().filter(|_| !on_all).unwrap_or(&self.all);
        let engine = team.pool_engine();
        let engine = engine.ok_or_else(|| Fault::Broke("this team is no pool".to_owned()))?;
        let order = Order { n: self.n, cutoff: self.cutoff, repeats };
        engine.call(&RAYON, &order, timeout_ms).await
    }
}
