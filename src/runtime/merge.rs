//! The reports of the fresh starts of one run, made into one: what each found is a unit, and
//! the intervals are those of the units.

use super::blocks::disturbances;
use super::run::Run;
use crate::measure::block::{Arm, Block, Estimate, Role, balanced, with_role};
use crate::measure::point::Point;
use crate::measure::power::smallest_difference;
use crate::measure::sampling::Stopping;
use crate::measure::stats::{estimate, middle};
use crate::measure::summary::column;
use crate::measure::trend::trend;
use crate::params::RunSpec;
use crate::report::limits::MOST_SAMPLES;
use crate::report::{Counted, Fit, LostTime, Report, Series, Status};

/// The least coverage of an interval over starts: they are looked at once.
const COVERAGE: f64 = 0.95;

/// One report of a run from those of its starts.
pub fn merged(run: &Run, reports: Vec<Report>) -> Report {
    let of = |quantity: fn(&Report) -> Option<&Estimate>| {
        over(reports.iter().filter_map(quantity).map(|own| own.median))
    };
    let arms = arms(&reports);
    let blocks = blocks(&reports);
    let speedups: Vec<f64> =
        reports.iter().filter_map(|own| Some(own.speedup.as_ref()?.median)).collect();
    let serial = with_role(&arms, Role::Serial).map(|arm| column(&blocks, &arm.id));
    let drift = trend(&serial.unwrap_or_default());
    let speedup = over(speedups.iter().copied());
    let once = Stopping { most: speedups.len(), early: false };
    let failed = reports.iter().any(|own| own.status == Status::Failed);
    let mut report = Report {
        balanced: balanced(&blocks),
        points: points(&reports),
        fits: fits(&reports),
        relative_speedup: of(|own| own.relative_speedup.as_ref()),
        work_overhead: of(|own| own.work_overhead.as_ref()),
        efficiency: of(|own| own.efficiency.as_ref()),
        core_equivalents: of(|own| own.core_equivalents.as_ref()),
        capacity_efficiency: of(|own| own.capacity_efficiency.as_ref()),
        lost_time: lost_time(&reports),
        verdict: speedup.as_ref().and_then(Estimate::verdict),
        smallest_difference: smallest_difference(&speedups, once, run.seed()),
        speedup,
        drift,
        series: series(&reports),
        counts: counts(&reports),
        rounds: reports.iter().flat_map(|own| own.rounds.clone()).collect(),
        warnings: warnings(&reports),
        ..shown(&reports).cloned().unwrap_or_default()
    };
    report.warnings.extend(disturbances(drift, &blocks));
    (report.arms, report.blocks) = (arms, blocks);
    if failed {
        report.status = Status::Failed;
    }
    if let Some(spec) = &mut report.spec {
        take_back(spec, run.spec());
    }
    report
}

/// What a start was asked otherwise than the run.
fn take_back(spec: &mut RunSpec, asked: &RunSpec) {
    for name in ["starts", "seconds"] {
        if let Some(value) = asked.values.get(name) {
            spec.values.insert(name.to_owned(), value.clone());
        }
    }
}

/// The interval of these units.
fn over(units: impl Iterator<Item = f64>) -> Option<Estimate> {
    estimate(&units.collect::<Vec<_>>(), COVERAGE)
}

/// The start that is shown: one that failed, or the one in the middle.
fn shown(reports: &[Report]) -> Option<&Report> {
    let failed = reports.iter().find(|own| own.status == Status::Failed);
    let speedup = |own: &Report| own.speedup.as_ref().map_or(0.0, |speedup| speedup.median);
    let speedups: Vec<f64> = reports.iter().map(speedup).collect();
    failed.or_else(|| reports.get(middle(&speedups)?))
}

fn arms(reports: &[Report]) -> Vec<Arm> {
    let mut arms: Vec<Arm> = Vec::new();
    for arm in reports.iter().flat_map(|own| &own.arms) {
        if arms.iter().all(|known| known.id != arm.id) {
            arms.push(arm.clone());
        }
    }
    arms
}

fn blocks(reports: &[Report]) -> Vec<Block> {
    reports.iter().flat_map(|own| own.blocks.clone()).collect()
}

/// Every point that a start has, over all that have it.
fn points(reports: &[Report]) -> Vec<Point> {
    let all = || reports.iter().flat_map(|own| &own.points);
    let mut points: Vec<Point> = Vec::new();
    for point in all() {
        let same = |other: &&Point| {
            (other.quantity, &other.arm, other.x) == (point.quantity, &point.arm, point.x)
        };
        if points.iter().any(|known| same(&known)) {
            continue;
        }
        let found = over(all().filter(same).map(|own| own.median));
        points.extend(found.map(|Estimate { median, low, high, confidence, blocks }| Point {
            median,
            low,
            high,
            confidence,
            blocks,
            ..point.clone()
        }));
    }
    points
}

/// Every constant that a start has, over all that have it.
fn fits(reports: &[Report]) -> Vec<Fit> {
    let all = || reports.iter().flat_map(|own| &own.fits);
    let mut fits: Vec<Fit> = Vec::new();
    for fit in all() {
        let same = |other: &&Fit| (other.law, other.parameter) == (fit.law, fit.parameter);
        if !fits.iter().any(|known| same(&known)) {
            let found = over(all().filter(same).map(|own| own.median));
            fits.extend(found.map(|found| Fit::new(fit.law, fit.parameter, found)));
        }
    }
    fits
}

fn lost_time(reports: &[Report]) -> Option<LostTime> {
    let of = |part: fn(&LostTime) -> &Estimate| {
        let lost = reports.iter().filter_map(|own| own.lost_time.as_ref());
        over(lost.map(|lost| part(lost).median))
    };
    Some(LostTime {
        work_inflation: of(|lost| &lost.work_inflation)?,
        idle: of(|lost| &lost.idle)?,
        overhead: of(|lost| &lost.overhead)?,
        residual: of(|lost| &lost.residual)?,
    })
}

/// The series of all starts, sample after sample, as many as a report may hold.
fn series(reports: &[Report]) -> Vec<Series> {
    let mut all: Vec<Series> = Vec::new();
    for own in reports.iter().flat_map(|own| &own.series) {
        let same =
            |known: &&mut Series| (known.name, known.x, known.unit) == (own.name, own.x, own.unit);
        match all.iter_mut().find(same) {
            Some(known) => known.samples.extend(&own.samples),
            None => all.push(own.clone()),
        }
    }
    for series in &mut all {
        series.samples.truncate(MOST_SAMPLES);
    }
    all
}

fn counts(reports: &[Report]) -> Vec<Counted> {
    let mut all: Vec<Counted> = Vec::new();
    for own in reports.iter().flat_map(|own| &own.counts) {
        match all.iter_mut().find(|known| known.arm == own.arm) {
            Some(known) => known.samples.extend(&own.samples),
            None => all.push(own.clone()),
        }
    }
    all
}

/// What any start has to say, each sentence once.
fn warnings(reports: &[Report]) -> Vec<String> {
    let mut said: Vec<String> = Vec::new();
    for sentence in reports.iter().flat_map(|own| &own.warnings) {
        if !said.contains(sentence) {
            said.push(sentence.clone());
        }
    }
    said
}
