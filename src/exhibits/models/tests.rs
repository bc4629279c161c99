//! What a run of all models comes to on devices that are made up.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::task::{Context, Waker};

use futures_executor::block_on;
use futures_util::future::FutureExt;

use super::EXHIBIT;
use super::entrant::Who;
use super::why::{better_but_slower, enough, headline, slow_gainer, why};
use crate::analysis::rows::figures;
use crate::exhibits::PLAYED;
use crate::measure::block::Verdict;
use crate::params::{Device, RunSpec};
use crate::report::{Model, Report, Status};
use crate::runtime::run::Ended;
use crate::runtime::stand_in::{Mood, StandIn};
use crate::theory::laws::PHI;

/// Everything but CPython, which no engine of the lab runs.
const MEASURED: [Model; 7] = [
    Model::Serial,
    Model::Threads,
    Model::Processes,
    Model::Ranks,
    Model::OneLock,
    Model::LockReleased,
    Model::Javascript,
];

fn device() -> StandIn {
    // Its JavaScript is three times as slow as its native code.
    StandIn { javascript: Mood::Slow(3.0), played: PLAYED.to_vec(), ..StandIn::default() }
}

fn spec(values: &[(&str, &str)]) -> RunSpec {
    let mut spec = RunSpec::defaults(&EXHIBIT, Device { cores: 2, seed: 1 });
    for (name, value) in values {
        spec.set(&EXHIBIT, name, value).unwrap();
    }
    spec
}

fn run_on(device: StandIn, values: &[(&str, &str)]) -> Result<Report, Ended> {
    block_on(super::run::run(device.run(spec(values)).0))
}

#[test]
fn every_model_does_the_same_list_and_each_has_its_own_serial_program() {
    let report = run_on(device(), &[("seconds", "60")]).unwrap();
    assert_eq!((report.status, &report.warnings), (Status::Complete, &Vec::new()));
    let all = figures(&report);
    assert_eq!(all.iter().map(|own| own.model).collect::<Vec<_>>(), MEASURED);
    // On two equal cores one lock is no gain, and everything else gains.
    for own in &all {
        let expected = match own.model {
            Model::Serial => 0.0..=0.0,
            Model::OneLock => 0.97..=1.03,
            _ => PHI - 0.03..=2.03,
        };
        let speedup = own.speedup.as_ref().map_or(0.0, |speedup| speedup.median);
        assert!(expected.contains(&speedup), "{own:?}");
    }
    // Six right answers of each, as far as there is room, and of whom.
    assert_eq!(report.checks.len(), 6 * MEASURED.len());
    assert!(report.checks.iter().all(|check| check.right == Some(true) && check.arm.is_some()));
    assert!(report.core_equivalents.is_some());
}

#[test]
fn every_block_has_a_sample_of_every_arm_in_the_orders_of_a_square() {
    let report = run_on(device(), &[("seconds", "60")]).unwrap();
    let ids: BTreeSet<&str> = Who::all(&MEASURED).into_iter().map(Who::id).collect();
    assert_eq!(ids.len(), 11);
    let kernels = ["kernel-alone", "kernel-together"];
    let expected: BTreeSet<&str> = ids.into_iter().chain(kernels).collect();
    for block in &report.blocks {
        assert_eq!(block.order.len(), expected.len());
        assert_eq!(block.order.iter().map(String::as_str).collect::<BTreeSet<_>>(), expected);
    }
    // Thirteen arms: a pair of squares.
    assert!(report.blocks.len() >= 26, "{}", report.blocks.len());
    let whole = crate::measure::block::balanced(&report.blocks[..26]);
    assert_eq!(whole, Some(true));
}

#[test]
fn a_good_speed_up_of_a_slow_program_is_found_only_where_the_intervals_show_it() {
    let report = run_on(device(), &[("seconds", "60")]).unwrap();
    let all = enough(&report).unwrap();
    let (slow, ratio) = slow_gainer(&report, &all).unwrap();
    assert_eq!(slow.model, Model::Javascript);
    // Three times as slow, and about twice as fast as that.
    assert!((1.45..1.9).contains(&ratio.median), "{ratio:?}");
    assert_eq!(ratio.verdict(), Some(Verdict::Faster));
    let said = why(&report).unwrap();
    for part in [
        "A good speed-up of a slow program is not a fast program: JavaScript workers (speed-up ",
        "times as long as the loop in native code that has no workers",
        "No measurable gain from workers: bytecode under one lock (speed-up 1.00",
    ] {
        assert!(said.contains(part), "{part} is not in: {said}");
    }
    let shown = headline(&report).unwrap();
    assert!(shown.words.contains("The slowest, bytecode under one lock, took 60"), "{shown:?}");

    // Where its JavaScript is as fast as its native code, there is nothing of that.
    let even = StandIn { javascript: Mood::Slow(1.0), ..device() };
    let report = run_on(even, &[("seconds", "60")]).unwrap();
    let all = enough(&report).unwrap();
    assert_eq!(slow_gainer(&report, &all), None);
    assert_eq!(better_but_slower(&report, &all), None);
    let said = why(&report).unwrap();
    assert!(said.starts_with("In this run no model is shown by the intervals"), "{said}");
}

#[test]
fn without_shared_memory_three_models_are_listed_with_the_reason() {
    let device = StandIn { shared_memory: false, ..device() };
    let report = run_on(device, &[("seconds", "30")]).unwrap();
    assert_eq!((report.status, &report.warnings), (Status::Complete, &Vec::new()));
    let missing = report.rows.iter().filter(|row| !row.is_measured());
    let missing: Vec<(Model, &str)> = missing.map(|row| (row.model, row.words.as_str())).collect();
    let threaded = [Model::Threads, Model::OneLock, Model::LockReleased, Model::Cpython];
    assert_eq!(missing.iter().map(|(model, _)| *model).collect::<Vec<_>>(), threaded);
    assert!(missing[..3].iter().all(|(_, why)| why.contains("not cross-origin isolated")));
    assert_eq!(figures(&report).len(), 4);
    assert_eq!(report.rows.len(), Model::ALL.len());
}

#[test]
fn a_pool_that_does_not_come_up_and_a_single_rank_are_said_and_cost_nothing_else() {
    let device = StandIn { has_pools: false, ..device() };
    let report = run_on(device, &[("workers", "1"), ("seconds", "30")]).unwrap();
    let why = |model: Model| {
        let row = report.rows.iter().find(|row| row.model == model).unwrap();
        row.words.clone()
    };
    assert!(why(Model::Threads).contains("the pool did not come up"), "{}", why(Model::Threads));
    assert!(why(Model::Ranks).contains("nobody to send to"));
    assert_eq!((report.status, figures(&report).len()), (Status::Complete, 5));
}

#[test]
fn a_wrong_answer_of_any_model_in_any_sample_fails_the_run() {
    let wrong = Mood::Wrong(30);
    for device in [
        StandIn { plain: wrong, ..device() },
        StandIn { team: wrong, ..device() },
        StandIn { javascript: wrong, ..device() },
    ] {
        let report = run_on(device, &[]).unwrap();
        assert_eq!(report.status, Status::Failed);
        let said = report.warnings.iter().filter(|it| it.contains("wrong or missing"));
        assert_eq!(said.count(), 1, "{:?}", report.warnings);
    }
}

#[test]
fn what_would_take_too_long_is_refused_and_nothing_is_scaled() {
    let ended = run_on(device(), &[("tasks", "45,44")]);
    let Err(Ended::Refused(refusal)) = ended else { panic!("{ended:?}") };
    assert!(refusal.to_string().contains("The largest n that fits here is"), "{refusal}");
    let largest: String = refusal.to_string().chars().rev().skip(1).take(2).collect();
    let largest: String = largest.chars().rev().collect();
    // What it says fits does.
    let tasks = [largest.as_str(), largest.as_str()].join(",");
    let report = run_on(device(), &[("tasks", &tasks)]).unwrap();
    assert_eq!(report.spec.unwrap().list("tasks").len(), 2);
    assert_eq!(report.scaled_from, None);
}

#[test]
fn it_ends_in_its_time_whatever_the_clock_and_the_list() {
    let six = "31,30,29,28,27,26";
    for (tasks, step_ms) in [(six, 0.005), (six, 1.0), (six, 16.7), ("10", 0.005), ("1", 1.0)] {
        let device = StandIn { clock_step_ms: step_ms, message_ms: 0.3, ..device() };
        let (run, _) = device.run(spec(&[("tasks", tasks), ("seconds", "10")]));
        let report = block_on(super::run::run(Rc::clone(&run))).unwrap();
        let block_ms: f64 = report.blocks[0].ms.values().sum();
        assert!(!report.blocks.is_empty() && block_ms > 0.0, "{tasks} {step_ms}: {block_ms}");
        assert!(run.spent_ms() < 20e3, "{tasks} {step_ms}: {}", run.spent_ms());
    }
}

#[test]
fn a_run_that_is_stopped_leaves_nothing_under_way() {
    let device = device();
    // Every engine of the device holds on to this.
    let started = Rc::clone(&device.started);
    let (run, heard) = device.run(spec(&[]));
    let mut running = super::run::run(run).boxed_local();
    let mut context = Context::from_waker(Waker::noop());
    // Until it measures: then somebody presses Stop.
    while heard.borrow().len() < 30 {
        assert!(running.poll_unpin(&mut context).is_pending());
    }
    drop(running);
    assert!(!started.borrow().is_empty());
    assert_eq!(Rc::strong_count(&started), 1, "engines outlive their run");
    assert!(run_on(self::device(), &[]).is_ok());
}
