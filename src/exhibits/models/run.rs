//! How the models are measured: each with its own serial program and with all of its workers,
//! every one an arm of the same blocks.

use std::rc::Rc;

use super::entrant::{Entrant, Who};
use super::sizing::{Sized, sized};
use super::teams::Teams;
use crate::exhibits::locks::audit::TWO_HOLDERS;
use crate::measure::block::{Arm, Role};
use crate::measure::point::{Point, Quantity};
use crate::measure::stats::estimate;
use crate::measure::summary::{column, ratios};
use crate::report::limits::MOST_CHECKS;
use crate::report::{Model, Report, Row, Status};
use crate::runtime::blocks::{self, Comparison};
use crate::runtime::run::{Ended, Run};

/// Runs the list by every model and says what came of it.
pub async fn run(run: Rc<Run>) -> Result<Report, Ended> {
    let teams = Teams::start(&run).await?;
    let Sized { entrants, kernel_window_ms, stopping, timeout_ms } = sized(&run, &teams).await?;
    let tasks = run.spec().list("tasks");
    let kernels = [Role::KernelAlone, Role::KernelTogether].map(Arm::only);
    let own = entrants.iter().map(|entrant| entrant.who.arm(run.workers()));
    let arms: Vec<Arm> = own.chain(kernels).collect();
    let sample = async |arm: &Arm| match named(&entrants, arm) {
        Some(entrant) => teams.sample(entrant.who, tasks, entrant.repeats, timeout_ms).await,
        None => {
            let together = arm.role == Role::KernelTogether;
            teams.rig.kernel_ms(together, kernel_window_ms, timeout_ms).await
        }
    };
    let blocks = blocks::take(&run, &arms, stopping, timeout_ms, sample).await?;
    let least = stopping.least_coverage(blocks.len());
    let (rig, ideal, readings) = (&teams.rig, None, 0.0);
    let mut report =
        Comparison { run: &run, rig, arms, blocks, stopping, ideal, readings }.report();
    report.environment.timer_step_us = teams.clock_step_ms * 1e3;
    report.points = points(&report, &entrants, least);
    report.rows = teams.rows.clone();
    let asked = run.spec().name("python") == "1";
    let why = if asked { NOT_LOADED } else { NOT_ASKED };
    report.rows.push(Row::missing(Model::Cpython, why));
    report.checks = teams.checks(MOST_CHECKS);
    if teams.lock_failed() {
        report.status = Status::Failed;
        report.warnings.push(TWO_HOLDERS.to_owned());
    }
    Ok(run.close(report))
}

/// Why a run of the lab's own engines has nothing of CPython.
const NOT_ASKED: &str = "It was not asked for.";
/// The same, where it was asked for: the page adds what the visitor has had measured.
const NOT_LOADED: &str = "Python is loaded only when you press for it. Compare serial with Pool on \
                          the Python page; a run of this list then has its row.";

fn named<'e>(entrants: &'e [Entrant], arm: &Arm) -> Option<&'e Entrant> {
    entrants.iter().find(|entrant| entrant.who.id() == arm.id)
}

/// What is derived for each arm, block by block: its time, and how many times as fast as its own
/// serial program a model was.
fn points(report: &Report, entrants: &[Entrant], least: f64) -> Vec<Point> {
    let mut points = Vec::new();
    for (arm, Entrant { who, .. }) in report.arms.iter().zip(entrants) {
        let mut put = |quantity: Quantity, values: &[f64]| {
            points.extend(estimate(values, least).map(|found| Point::new(quantity, arm, found)));
        };
        put(Quantity::Time, &column(&report.blocks, &arm.id));
        if let Who { model, alone: false } = who
            && model.base() != model.id()
        {
            put(Quantity::SpeedUp, &ratios(&report.blocks, model.base(), model.id()));
        }
    }
    points
}
