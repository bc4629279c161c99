//! What a run of the counters reports: what was counted, in every sample, and what each
//! addition took.

use super::asked::{arms_of, increments, ways};
use super::entrant::{Entrant, Sampled};
use super::program::Way;
use crate::measure::block::Arm;
use crate::measure::point::{Point, Quantity};
use crate::measure::sampling::Stopping;
use crate::measure::stats::{estimate, middle};
use crate::measure::summary::{column, ratios};
use crate::report::{Check, Counted, Report, Status, Want, What};
use crate::trace::{self, Detail, Event, Kind};

/// Puts what is the exhibit's own into the report that its comparison began.
pub fn describe(
    report: Report,
    entrants: &[Entrant],
    samples: &[Sampled],
    stopping: Stopping,
) -> Report {
    let mut report = report;
    report.counts = entrants.iter().map(|entrant| counted(entrant, samples)).collect();
    report.checks = report.counts.iter().map(check).collect();
    if report.is_wrong() {
        report.status = Status::Failed;
        report.warnings.push(
            "A counter that is protected, or one's own, lost or gained counts: that must not be."
                .to_owned(),
        );
    }
    let least = stopping.least_coverage(report.blocks.len());
    report.points = points(&report, least);
    // What the first of the ways did when, in the sample that is the median.
    let shown = entrants.iter().find(|entrant| entrant.workers > 1);
    if let Some(shown) = shown {
        report.repeats = shown.rounds;
        report.trace = lanes(&shown.arm.id, samples);
    }
    report
}

/// What the samples of an arm counted, and what they can have.
fn counted(entrant: &Entrant, samples: &[Sampled]) -> Counted {
    let Entrant { arm, way, workers, times, rounds, .. } = entrant;
    let (low, high) = way.bounds(*workers, times.saturating_mul(*rounds));
    let own = samples.iter().filter(|sample| sample.arm == arm.id);
    Counted {
        arm: arm.id.clone(),
        low: f64::from(low),
        high: f64::from(high),
        samples: own.map(|sample| f64::from(sample.count)).collect(),
    }
}

/// The check of an arm: of its first sample that cannot be, else of its last.
fn check(counted: &Counted) -> Check {
    let &Counted { low, high, .. } = counted;
    let shown = counted.samples.iter().find(|count| !(low..=high).contains(*count));
    let shown = shown.or(counted.samples.last()).copied().unwrap_or_default();
    let want = if low == high { Want::Value(high.to_string()) } else { Want::Range { low, high } };
    let check = Check::new(What::Count, shown.to_string(), Some(want), 0);
    Check { arm: Some(counted.arm.clone()), ..check }
}

/// What is derived for each arm, block by block: what an addition took, how much faster all
/// workers were than one, and which share was lost.
fn points(report: &Report, least: f64) -> Vec<Point> {
    let Some(spec) = &report.spec else { return Vec::new() };
    let all = f64::from(spec.whole("workers")) * f64::from(increments(spec));
    let mut points = Vec::new();
    let mut put = |quantity: Quantity, arm: &Arm, values: &[f64]| {
        points.extend(estimate(values, least).map(|found| Point::new(quantity, arm, found)));
    };
    for way in ways(spec) {
        let [one, together] = arms_of(spec, way);
        for arm in [&one, &together] {
            let ns = |ms: f64| ms * 1e6 / all;
            let values: Vec<f64> = column(&report.blocks, &arm.id).into_iter().map(ns).collect();
            put(Quantity::PerIncrement, arm, &values);
        }
        put(Quantity::SpeedUp, &together, &ratios(&report.blocks, &one.id, &together.id));
        let counted = report.counts.iter().find(|counted| counted.arm == together.id);
        if let Some(counted) = counted.filter(|_| way == Way::Unprotected) {
            put(Quantity::LostShare, &together, &counted.lost());
        }
    }
    points
}

/// When the workers of this arm began and ended, in the sample that is the median.
fn lanes(arm: &str, samples: &[Sampled]) -> Vec<Event> {
    let own: Vec<&Sampled> = samples.iter().filter(|sample| sample.arm == arm).collect();
    let times: Vec<f64> = own.iter().map(|sample| sample.elapsed_ms()).collect();
    let Some(shown) = middle(&times).and_then(|at| own.get(at)) else { return Vec::new() };
    let start_ms = shown.start_ms();
    let event = |(worker, lane): (u32, &super::worker::Added)| {
        let (start_ms, end_ms) = (lane.start_ms - start_ms, lane.end_ms - start_ms);
        Event::new(worker, Kind::Work, Detail::Computes, start_ms, end_ms)
    };
    trace::numbered((0..).zip(&shown.lanes).map(event).collect())
}
