//! Runs of threads that have to hold a lock: `gil` and `c-extension`.
//!
//! The threads are workers of the threaded engine that share one memory, each with an
//! event loop of its own, because what they wait for outside, a request or a database,
//! answers through one. The serial program runs on one of them, without any lock: an
//! interpreter's speed hangs on how its loop happens to be compiled, and the plain engine's
//! was 11 % slower (Chromium 156), which would have looked like a speed-up of the lock.
//!
//! There are two kinds of run, a file each: `locked/compared.rs` and `locked/mixed.rs`.

use std::cell::Cell;
use std::rc::Rc;

use crate::exhibits::locks::audit::{Bench, Proof, argument, elapsed_ms};
use crate::exhibits::pool_map::run::{Ended, say};
use crate::exhibits::{c_extension, gil};
use crate::interpreter::thread::MOST_STRETCHES;
use crate::measure::clock::now_ms;
use crate::measure::sampling::WarmUp;
use crate::params::RunSpec;
use crate::report::{Answer, Report, Series, Status};
use crate::runtime::capabilities::Surroundings;
use crate::runtime::loader::Engines;
use crate::runtime::message::surroundings;
use crate::runtime::protocol::{Locks, Outside, Program, RunOrder, Turn};
use crate::runtime::rig::Rig;
use crate::runtime::worker::Fault;

/// A turn that should take milliseconds is given up after this long.
const SHORT_PATIENCE_MS: u32 = 10_000;
/// Warm-up turns take at least this long.
const WARM_UP_MS: f64 = 10.0;

/// What a run's threads execute, without and with their lock.
fn programs(spec: &RunSpec) -> (Program, Program) {
    let n = spec.whole("n").max(1);
    let outside = |what| (Program::Outside { what }, Program::Outside { what });
    match (spec.exhibit.as_str(), spec.name("load")) {
        ("c-extension", _) => (native(n, 0.0, 1), native(n, c_extension::held(spec), holds(spec))),
        (_, "waiting") => outside(Outside::Timer),
        (_, "requests") => outside(Outside::Request),
        (_, "database") => outside(Outside::Database),
        _ => (Program::Bytecode { n }, Program::Bytecode { n }),
    }
}

pub(super) fn native(n: u32, held: f64, holds: u32) -> Program {
    Program::Native { n, held, holds }
}

pub(super) fn holds(spec: &RunSpec) -> u32 {
    spec.whole("holds").max(1)
}

/// Runs the order and says what came of it.
pub async fn complete(order: RunOrder, hidden: Rc<Cell<bool>>) -> Result<Report, Ended> {
    let begun_ms = now_ms();
    let started_at = String::from(js_sys::Date::new_0().to_iso_string());
    let here = surroundings();
    let spec = &order.spec;
    let workers = spec.whole("workers").max(1);
    let mixed = spec.name("load") == "mixed";
    if mixed && workers < 2 {
        return Err(Ended::Refused(
            "The mixed load needs 2 workers or more: one that computes, and others that wait."
                .to_owned(),
        ));
    }
    let mut warnings = Vec::new();
    say("Starting the workers", 0, 0, 30_000);
    let rig = Rig::gather_loops(&order.engines, workers, &mut warnings).await?;
    let locks = gil::locks(Some(spec));
    let mut bench = Bench {
        rig: &rig,
        workers,
        locks,
        interval_ms: spec.real("interval_ms").unwrap_or(5.0),
        small_file: Engines::new(&order.engines).small_file(),
        proof: Proof::default(),
    };
    let (serial, parallel) = programs(spec);
    say("Warming up", 0, 0, 60_000);
    let unit_ms = warm_up(&mut bench, &serial, &parallel, rig.clock_step_ms).await?;

    let run = Run { order: &order, started_at, here, begun_ms, unit_ms, hidden: &hidden };
    let mut report = if mixed {
        run.mixed(&mut bench).await?
    } else {
        run.compared(&mut bench, &serial, &parallel).await?
    };
    let Proof { takes, wrong_answers, shared } = bench.proof;
    if locks != Locks::None {
        let unit = "times".to_owned();
        let name = "lock taken".to_owned();
        report.series.push(Series {
            name,
            x: f64::from(workers),
            unit,
            samples: vec![takes as f64],
        });
    }
    if wrong_answers > 0 {
        warnings.push(format!("{wrong_answers} answers are wrong or missing, over all samples."));
    }
    if shared {
        warnings.push("Two threads held the lock at once: a ticket was drawn twice.".to_owned());
    }
    if wrong_answers > 0 || shared {
        report.status = Status::Failed;
    }
    report.warnings.splice(0..0, warnings);
    Ok(report)
}

/// Warms up the programs and returns how long the serial one takes for one round.
async fn warm_up(
    bench: &mut Bench<'_>,
    serial: &Program,
    parallel: &Program,
    clock_step_ms: f64,
) -> Result<f64, Fault> {
    let least_ms = WARM_UP_MS.max(100.0 * clock_step_ms);
    let mut rounds = 1;
    while rounds < 1 << 20 {
        let turn = bench.alone(serial, rounds, SHORT_PATIENCE_MS).await?;
        if turn.end_ms - turn.start_ms >= least_ms {
            break;
        }
        rounds *= 2;
    }
    let mut unit_ms = f64::INFINITY;
    let mut warm_up = WarmUp::default();
    loop {
        let turn = bench.alone(serial, rounds, SHORT_PATIENCE_MS).await?;
        let ms = turn.end_ms - turn.start_ms;
        unit_ms = unit_ms.min(ms / f64::from(rounds));
        if !warm_up.again(ms) {
            break;
        }
    }
    let mut warm_up = WarmUp::default();
    let workers = bench.workers;
    while warm_up
        .again(elapsed_ms(&bench.together(workers, parallel, rounds, SHORT_PATIENCE_MS).await?))
    {
    }
    Ok(unit_ms)
}

/// What both kinds of run need.
pub(super) struct Run<'a> {
    pub(super) order: &'a RunOrder,
    pub(super) started_at: String,
    pub(super) here: Surroundings,
    pub(super) begun_ms: f64,
    /// How long one round of the serial program takes.
    pub(super) unit_ms: f64,
    pub(super) hidden: &'a Cell<bool>,
}

/// Puts the turns that are shown into the report: answers and trace.
pub(super) fn describe(report: &mut Report, turns: &[Turn], program: &Program, locks: Locks) {
    report.results = turns
        .iter()
        .zip(0..)
        .map(|(turn, worker)| Answer {
            n: argument(program),
            value: turn.values.last().copied().unwrap_or_default().to_string(),
            worker,
        })
        .collect();
    report.trace = crate::interpreter::lanes::events(turns, locks != Locks::None);
    if turns.iter().any(|turn| turn.stretches.len() >= MOST_STRETCHES) {
        report.warnings.push(format!(
            "The timeline shows the first {MOST_STRETCHES} stretches of each thread."
        ));
    }
}
