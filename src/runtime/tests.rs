//! Rigs, teams and blocks, with a stand-in for the workers.

mod asleep;

use std::cell::RefCell;
use std::rc::Rc;

use futures_executor::block_on;

use super::blocks;
use super::capabilities::Backend;
use super::engine::Fault;
use super::pool::{List, Shared, wrong_answers};
use super::protocol::News;
use super::rig::{Needs, Rig};
use super::run::Run;
use super::stand_in::{Mood, SOUND, StandIn};
use super::team::TeamKind;
use crate::measure::block::{Arm, Role};
use crate::measure::sampling::Stopping;
use crate::measure::unit::Unit;
use crate::params::{RunSpec, Value};
use crate::report::Report;
use crate::theory::schedule::{Assignment, in_order, plan, work};

fn run_on(device: StandIn) -> (Rc<Run>, Rc<RefCell<Vec<News>>>) {
    let values = [("workers", Value::Whole(2)), ("seed", Value::Whole(7))];
    let values = values.map(|(name, value)| (name.to_owned(), value));
    device.run(RunSpec { exhibit: "made-up".to_owned(), values: values.into() })
}

fn rig_on(device: StandIn, needs: Needs, workers: u32) -> Result<Rig, Fault> {
    block_on(run_on(device).0.rig(needs, workers))
}

/// What a run tells a reader of its figures.
fn warnings(run: &Run) -> Vec<String> {
    run.close(Report::default()).warnings
}

#[test]
fn a_rig_has_a_pool_and_a_twin_and_knows_the_device() {
    let device = StandIn { clock_step_ms: 0.1, ..StandIn::default() };
    let started = Rc::clone(&device.started);
    let rig = rig_on(device, Needs::Pool, 2).unwrap();
    assert_eq!(*started.borrow(), [(TeamKind::Pool, 2), (TeamKind::Pool, 1)]);
    assert_eq!((rig.backend, rig.clock_step_ms), (Backend::Threads, 0.1));
    assert!((rig.call_ms / 1e-6 - 1.0).abs() < 0.02, "{}", rig.call_ms);
    use Role::{KernelAlone, KernelTogether, OneWorker, Parallel, Serial};
    assert_eq!(rig.arms(), [Serial, OneWorker, Parallel, KernelAlone, KernelTogether]);
}

#[test]
fn a_rig_of_one_worker_needs_no_twin_and_one_without_a_team_has_one_arm() {
    let device = StandIn::default();
    let started = Rc::clone(&device.started);
    let rig = rig_on(device.clone(), Needs::Pool, 1).unwrap();
    assert_eq!(*started.borrow(), [(TeamKind::Pool, 1)]);
    assert!(!rig.arms().contains(&Role::OneWorker));
    let alone = rig_on(device, Needs::Nothing, 1).unwrap();
    assert_eq!((alone.arms(), started.borrow().len()), (&[Role::Serial][..], 1));
    assert!(alone.team().is_err() && alone.start_up_ms.is_none());
}

#[test]
fn a_pool_that_does_not_come_up_is_replaced_by_processes_and_said() {
    let (run, _) = run_on(StandIn { has_pools: false, ..StandIn::default() });
    let rig = block_on(run.rig(Needs::Pool, 2)).unwrap();
    assert_eq!(rig.backend, Backend::Processes);
    let warnings = warnings(&run);
    assert!(warnings[0].contains("processes ran instead"), "{warnings:?}");
    assert!(warnings[0].contains("the pool did not come up"), "{warnings:?}");
}

#[test]
fn wrong_silent_and_dead_engines_are_found_before_anything_is_timed() {
    #[track_caller]
    fn case(plain: Mood, team: Mood, needs: Needs, fault: &Fault) {
        let found = rig_on(StandIn { plain, team, ..StandIn::default() }, needs, 2);
        assert_eq!(found.err().as_ref(), Some(fault));
    }
    let wrong = Fault::Broke("fib(20) is not 6765 in it".to_owned());
    let dead = Fault::Broke("unreachable".to_owned());
    let silent = Fault::TimedOut(10_000);
    for needs in [Needs::Pool, Needs::Processes, Needs::EventLoops] {
        case(SOUND, Mood::Wrong(1), needs, &wrong);
        case(SOUND, Mood::Silent, needs, &silent);
        case(SOUND, Mood::Dies(1), needs, &dead);
        case(Mood::Wrong(1), SOUND, needs, &wrong);
        case(Mood::Silent, SOUND, needs, &silent);
    }
}

#[test]
fn a_coarse_clock_does_not_keep_the_warm_up_from_ending() {
    for clock_step_ms in [1.0, 5.0, 16.7, 100.0] {
        let device = StandIn { clock_step_ms, ..StandIn::default() };
        let rig = rig_on(device, Needs::Pool, 2).unwrap();
        // The longest that a warm-up runs is fib(40), here 205 ms.
        let error = (clock_step_ms / 204.0).max(0.01);
        assert!((rig.call_ms / 1e-6 - 1.0).abs() <= error, "{clock_step_ms}: {}", rig.call_ms);
    }
}

#[test]
fn every_team_does_every_task_once_and_right() {
    let tasks = vec![27, 26, 25, 24, 23, 22, 5];
    for needs in [Needs::Pool, Needs::Processes] {
        let rig = rig_on(StandIn::default(), needs, 3).unwrap();
        for (name, assignment) in Assignment::ALL {
            let plan = plan(&work(&tasks), 3, assignment, 2);
            let job = Shared { tasks: tasks.clone(), plan, repeats: 2 };
            let sample = block_on(rig.parallel(&job, true, 1_000)).unwrap();
            assert_eq!(wrong_answers(&tasks, &sample.lanes), 0, "{needs:?} {name}");
        }
    }
}

#[test]
fn the_twin_has_one_worker_and_as_much_to_do() {
    let rig = rig_on(StandIn::default(), Needs::Pool, 2).unwrap();
    let tasks = vec![30, 30];
    let plan = in_order(&tasks);
    let job = Shared { tasks: tasks.clone(), plan, repeats: 1 };
    let ms = |on_all| block_on(rig.parallel(&job, on_all, 1_000)).unwrap().ms;
    let list = List { tasks, repeats: 1 };
    let serial_ms = block_on(rig.serial(&list, 1_000)).unwrap().ms;
    assert_eq!(ms(false), serial_ms);
    // By a step of the clock.
    assert!((ms(true) - serial_ms / 2.0).abs() <= 0.005, "{} of {serial_ms}", ms(true));
}

#[test]
fn an_engine_that_dies_while_it_works_is_a_fault_in_words() {
    // Checked, aligned and warm by then.
    let rig = rig_on(StandIn { team: Mood::Dies(40), ..StandIn::default() }, Needs::Pool, 2);
    let rig = rig.unwrap();
    let job = Shared { tasks: vec![20], plan: in_order(&[20]), repeats: 1 };
    let fault = (0..40).find_map(|_| block_on(rig.parallel(&job, true, 1_000)).err()).unwrap();
    assert_eq!(fault.to_string(), "A worker broke down (unreachable)");
}

fn three_arms() -> [Arm; 3] {
    let point = Arm::point("n", 20.0, Unit::N);
    [Arm::only(Role::Serial), Arm::only(Role::Parallel), point]
}

/// Blocks of three arms whose times are made up.
fn take(run: &Run, stopping: Stopping, ms: impl Fn(Role) -> f64) -> Vec<Vec<Arm>> {
    let arms = three_arms();
    let mut taken = Vec::new();
    let sample = async |arm: &Arm| {
        taken.push(arm.clone());
        Ok(ms(arm.role))
    };
    let blocks = block_on(blocks::take(run, &arms, stopping, 100, sample)).unwrap();
    assert_eq!(taken.len(), blocks.len() * arms.len());
    for (block, taken) in blocks.iter().zip(taken.chunks(arms.len())) {
        assert!(block.order.iter().eq(taken.iter().map(|arm| &arm.id)), "{block:?}");
        assert!(taken.iter().all(|arm| block.ms_of(&arm.id) == Some(ms(arm.role))), "{block:?}");
    }
    taken.chunks(arms.len()).map(<[Arm]>::to_vec).collect()
}

#[test]
fn every_block_has_every_arm_once_and_is_heard_of_when_it_is_over() {
    let (run, heard) = run_on(StandIn::default());
    let orders = take(&run, Stopping { most: 12, early: false }, |_| 10.0);
    assert_eq!(orders.len(), 12);
    for order in &orders {
        for arm in three_arms() {
            assert_eq!(order.iter().filter(|other| **other == arm).count(), 1);
        }
    }
    let heard = heard.borrow();
    let blocks = heard.iter().filter(|news| matches!(news, News::Block { .. })).count();
    assert_eq!(blocks, 12);
    // What the blocks hold is told before the first of them.
    let arms = heard.iter().position(|news| matches!(news, News::Arms { .. }));
    let first = heard.iter().position(|news| matches!(news, News::Block { .. }));
    assert!(arms.is_some() && arms < first);
    // The same seed gives the same orders.
    assert_eq!(
        take(&run_on(StandIn::default()).0, Stopping { most: 12, early: false }, |_| 10.0),
        orders
    );
}

#[test]
fn blocks_end_early_only_where_the_rule_allows_it() {
    let (run, _) = run_on(StandIn::default());
    let steady = |role| if role == Role::Serial { 20.0 } else { 10.0 };
    let early = take(&run, Stopping { most: 12, early: true }, steady).len();
    assert!((6..12).contains(&early), "{early}");
    assert_eq!(take(&run, Stopping { most: 12, early: false }, steady).len(), 12);
}

#[test]
fn a_block_that_ran_while_the_page_was_hidden_is_tainted() {
    let (run, heard) = run_on(StandIn::default());
    take(&run, Stopping { most: 6, early: false }, |_| 10.0);
    run.place.hidden.set(true);
    take(&run, Stopping { most: 6, early: false }, |_| 10.0);
    let heard = heard.borrow();
    let tainted = heard.iter().filter_map(|news| match news {
        News::Block { block } => Some(block.tainted),
        _ => None,
    });
    assert_eq!(tainted.collect::<Vec<_>>(), [[false; 6], [true; 6]].concat());
}

#[test]
fn a_fault_ends_the_blocks_at_once() {
    let (run, _) = run_on(StandIn::default());
    let mut asked = 0;
    let sample = async |_: &Arm| {
        asked += 1;
        if asked == 3 { Err(Fault::TimedOut(100)) } else { Ok(10.0) }
    };
    let arms = [Role::Serial, Role::Parallel].map(Arm::only);
    let stopping = Stopping { most: 6, early: false };
    let ended = block_on(blocks::take(&run, &arms, stopping, 100, sample));
    assert_eq!((ended.err(), asked), (Some(Fault::TimedOut(100)), 3));
}
