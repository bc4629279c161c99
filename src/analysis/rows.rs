//! What a comparison of programming models found: two numbers for each, and how two of them
//! compare.

use crate::measure::block::{Arm, Estimate, Role};
use crate::measure::point::{Point, Quantity};
use crate::measure::stats::estimate;
use crate::measure::summary::{ratios, units};
use crate::measure::unit::Unit;
use crate::report::{Model, Report, Row};

/// The least coverage of an interval that is looked at once.
const COVERAGE: f64 = 0.95;

/// What was measured of a model.
#[derive(Clone, Debug, PartialEq)]
pub struct Figures {
    /// The model.
    pub model: Model,
    /// Whether it was measured after all others, in blocks of its own.
    pub apart: bool,
    /// How long all workers take, in milliseconds.
    pub time: Estimate,
    /// How long its own serial program takes; absent where it is itself serial.
    pub base: Option<Estimate>,
    /// How many times as fast as its own serial program it is.
    pub speedup: Option<Estimate>,
}

/// What was measured of each model, in the order of the rows.
pub fn figures(report: &Report) -> Vec<Figures> {
    let point = |quantity: Quantity, arm: &str| {
        let own = |point: &&Point| point.quantity == quantity && point.arm == arm;
        report.points.iter().find(own).map(Point::estimate)
    };
    let of = |row: &Row| {
        let model = row.model;
        let is_serial = model.id() == model.base();
        Some(Figures {
            model,
            apart: row.apart,
            time: point(Quantity::Time, model.id())?,
            base: point(Quantity::Time, model.base()).filter(|_| !is_serial),
            speedup: point(Quantity::SpeedUp, model.id()),
        })
    };
    report.rows.iter().filter(|row| row.is_measured()).filter_map(of).collect()
}

/// How many times as long as `other` this model takes: from their samples in the same blocks.
/// Where one of them was measured apart there are none; then the interval holds whatever both
/// of their own allow.
pub fn times_as_long(report: &Report, one: &Figures, other: &Figures) -> Option<Estimate> {
    if one.apart == other.apart {
        let ids = [one, other].map(|figures| figures.model.id());
        return estimate(&units(&report.blocks, |own| ratios(own, ids[0], ids[1])), COVERAGE);
    }
    let (above, below) = (&one.time, &other.time);
    Some(Estimate {
        median: above.median / below.median,
        low: above.low / below.high,
        high: above.high / below.low,
        // Both intervals hold at once at least so often.
        confidence: (above.confidence + below.confidence - 1.0).max(0.0),
        blocks: above.blocks.min(below.blocks),
    })
}

/// How many times as large as the speed-up of `other` this model's is, from the same blocks;
/// `None` of a serial program, and of one that was measured apart.
pub fn times_the_speedup(report: &Report, one: &Figures, other: &Figures) -> Option<Estimate> {
    let is_apart = one.apart || other.apart;
    if is_apart || one.speedup.is_none() || other.speedup.is_none() {
        return None;
    }
    let of = |figures: &Figures| {
        let model = figures.model;
        units(&report.blocks, |own| ratios(own, model.base(), model.id()))
    };
    let both = of(one).into_iter().zip(of(other));
    estimate(&both.map(|(one, other)| one / other).collect::<Vec<_>>(), COVERAGE)
}

/// Puts the comparison of serial and pool in CPython into the row that a run has for it: measured
/// apart, in blocks of its own. One of another list is no part of it.
pub fn add_cpython(report: &mut Report, measured: &Report) {
    let tasks = |report: &Report| report.spec.as_ref().map(|spec| spec.list("tasks").to_vec());
    let row = report.rows.iter().position(|row| row.model == Model::Cpython);
    let (Some(row), Some(speedup)) = (row, &measured.speedup) else { return };
    let (own, of_python) = (tasks(report), tasks(measured));
    let is_the_same = own == of_python;
    if !is_the_same {
        report.rows[row].words =
            "What was measured of it is another list than this one.".to_owned();
        return;
    }
    let workers = measured.spec.as_ref().map_or(1, |spec| spec.whole("workers"));
    let model = Model::Cpython;
    for (id, role, workers) in
        [(model.base(), Role::Serial, 1), (model.id(), Role::Parallel, workers)]
    {
        let (x, unit) = (Some(f64::from(workers)), Some(Unit::Workers));
        let arm = Arm { id: id.to_owned(), role: Role::Point, x, unit };
        let time = estimate(&measured.samples(role), COVERAGE);
        report.points.extend(time.map(|time| Point::new(Quantity::Time, &arm, time)));
        if role == Role::Parallel {
            report.points.push(Point::new(Quantity::SpeedUp, &arm, speedup.clone()));
        }
        report.arms.push(arm);
    }
    report.rows[row] = Row { apart: true, ..Row::measured(model) };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::block::{Block, Verdict};
    use crate::params::{RunSpec, Value};

    /// Six blocks of which each arm takes so long.
    fn run(ms: [(&str, f64); 5]) -> Report {
        let blocks: Vec<Block> = (0..6)
            .map(|at| Block::from(ms.map(|(arm, ms)| (arm, ms * (1.0 + f64::from(at) / 1e3)))))
            .collect();
        let mut points = Vec::new();
        for (id, _) in ms {
            let arm = Arm { id: id.to_owned(), ..Arm::only(Role::Point) };
            let values = crate::measure::summary::column(&blocks, id);
            points.push(Point::new(Quantity::Time, &arm, estimate(&values, 0.9).unwrap()));
        }
        for model in [Model::Threads, Model::Javascript] {
            let arm = Arm { id: model.id().to_owned(), ..Arm::only(Role::Point) };
            let values = ratios(&blocks, model.base(), model.id());
            points.push(Point::new(Quantity::SpeedUp, &arm, estimate(&values, 0.9).unwrap()));
        }
        let rows = [Model::Serial, Model::Threads, Model::Javascript].map(Row::measured);
        let missing = Row::missing(Model::Ranks, "Nobody is there.");
        Report {
            blocks,
            points,
            rows: rows.into_iter().chain([missing]).collect(),
            ..Report::default()
        }
    }

    const MS: [(&str, f64); 5] = [
        ("serial", 10.0),
        ("threads-serial", 10.0),
        ("threads", 6.0),
        ("javascript-serial", 40.0),
        ("javascript", 20.0),
    ];

    #[test]
    fn each_model_has_two_numbers_and_the_serial_one_a_single_one() {
        let report = run(MS);
        let all = figures(&report);
        let [serial, threads, javascript] = all.as_slice() else { panic!("{all:?}") };
        assert_eq!((serial.model, &serial.base, &serial.speedup), (Model::Serial, &None, &None));
        let near = |found: &Estimate, value: f64| (found.median - value).abs() < 0.05 * value;
        assert!(near(threads.speedup.as_ref().unwrap(), 10.0 / 6.0), "{threads:?}");
        assert!(near(javascript.base.as_ref().unwrap(), 40.0), "{javascript:?}");
    }

    #[test]
    fn models_are_compared_block_by_block_and_apart_by_what_both_intervals_allow() {
        let report = run(MS);
        let all = figures(&report);
        let paired = times_as_long(&report, &all[2], &all[1]).unwrap();
        assert!((paired.high - paired.low) < 1e-9 && paired.verdict() == Some(Verdict::Faster));
        let apart = Figures { apart: true, ..all[2].clone() };
        let loose = times_as_long(&report, &apart, &all[1]).unwrap();
        assert!(loose.low < paired.low && loose.high > paired.high, "{loose:?}");
        let speedups = times_the_speedup(&report, &all[2], &all[1]).unwrap();
        assert!((speedups.median - 1.2).abs() < 1e-9, "{speedups:?}");
        assert_eq!(times_the_speedup(&report, &apart, &all[1]), None);
        assert_eq!(times_the_speedup(&report, &all[0], &all[1]), None);
    }

    #[test]
    fn cpython_comes_in_from_its_own_comparison_of_the_same_list_and_no_other() {
        let spec = |tasks: &[u32]| {
            let values = [
                ("tasks".to_owned(), Value::List(tasks.to_vec())),
                ("workers".to_owned(), Value::Whole(2)),
            ];
            Some(RunSpec { values: values.into(), ..RunSpec::default() })
        };
        let mut report = Report { spec: spec(&[31, 30]), ..run(MS) };
        report.rows.push(Row::missing(Model::Cpython, "Nobody has pressed."));
        let python = Report {
            spec: spec(&[31, 30]),
            arms: [Role::Serial, Role::Parallel].map(Arm::only).to_vec(),
            blocks: vec![Block::from([("serial", 900.0), ("parallel", 500.0)]); 12],
            speedup: Some(Estimate { blocks: 12, ..Estimate::single(1.8) }),
            ..Report::default()
        };
        let mut other = report.clone();
        add_cpython(&mut other, &Report { spec: spec(&[20]), ..python.clone() });
        assert!(other.rows.iter().any(|row| row.words.contains("another list")));
        assert_eq!(figures(&other).len(), 3);

        add_cpython(&mut report, &python);
        let all = figures(&report);
        let last = all.last().unwrap();
        assert_eq!((last.model, last.apart, last.time.median), (Model::Cpython, true, 500.0));
        assert_eq!(last.speedup.as_ref().map(|speedup| speedup.median), Some(1.8));
        assert_eq!(last.base.as_ref().map(|base| base.median), Some(900.0));
        // It can be compared with the others all the same.
        let slower = times_as_long(&report, last, &all[0]).unwrap();
        assert!(slower.low > 40.0 && slower.low <= slower.median, "{slower:?}");
    }
}
