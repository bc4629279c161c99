//! The largest reports that the lab makes: what it can save, it can open.

use fib_lab::exhibits;
use fib_lab::exhibits::card::LaneStyle;
use fib_lab::interpreter::lanes;
use fib_lab::interpreter::log::{Stretch, ThreadLog};
use fib_lab::interpreter::thread::MOST_STRETCHES;
use fib_lab::measure::sampling::{LAST_LOOK, MOST_BLOCKS};
use fib_lab::params::{Kind, MAX_TASKS, MAX_WORKERS, Parameter, Value};
use fib_lab::report::limits::{MOST_ARMS, MOST_ROUNDS, MOST_SERIES};
use fib_lab::report::{Check, IdealSlot, LineKind, LogLine, Report};
use fib_lab::trace::{self, Detail, Event};
use serde_json::Value as Json;

use super::{assert_opens_again, draw, having, opened, recorded, recorded_with};

fn report(json: &Json) -> Report {
    serde_json::from_value(json.clone()).expect("a report")
}

fn set(report: &mut Report, name: &str, value: u32) {
    let spec = report.spec.as_mut().expect("a spec");
    spec.values.insert(name.to_owned(), Value::Whole(value));
}

/// So many of the blocks that there are, in turn.
fn with_blocks(report: &mut Report, most: usize) {
    report.blocks = report.blocks.iter().cycle().take(most).cloned().collect();
}

#[test]
fn a_hundred_rounds_of_a_program_against_itself() {
    for card in having("rounds") {
        let mut largest = report(&recorded(card.name));
        set(&mut largest, "rounds", MOST_ROUNDS as u32);
        with_blocks(&mut largest, MOST_ROUNDS * LAST_LOOK);
        largest.rounds = largest.rounds.iter().cycle().take(MOST_ROUNDS).cloned().collect();
        draw(&largest);
        assert_opens_again(&largest);
    }
}

/// Threads of which each has logged as much as it may.
fn busy_threads() -> Vec<Event> {
    let stretch = |at: usize| Stretch {
        kind: if at.is_multiple_of(2) { trace::Kind::Lock } else { trace::Kind::Work },
        held: at % 4 == 1,
        start_ms: at as f64 + 0.123_456,
        end_ms: (at + 1) as f64 + 0.123_456,
        requested_ms: Some(at as f64 + 0.654_321),
    };
    let stretches: Vec<Stretch> = (0..MOST_STRETCHES).map(stretch).collect();
    let log = ThreadLog { end_ms: MOST_STRETCHES as f64, stretches, ..ThreadLog::default() };
    lanes::events(&vec![log; MAX_WORKERS as usize], true)
}

#[test]
fn sixty_four_threads_that_hold_the_lock_a_hundred_times() {
    for card in exhibits::cards().filter(|card| card.lanes.style == LaneStyle::Lock) {
        let mut largest = report(&recorded(card.name));
        set(&mut largest, "workers", MAX_WORKERS);
        if card.parameter("holds").is_some() {
            set(&mut largest, "holds", 100);
        }
        with_blocks(&mut largest, MOST_BLOCKS);
        largest.trace = busy_threads();
        largest.checks =
            (0..MAX_WORKERS).map(|worker| Check::fib(40, 102_334_155, worker)).collect();
        if let Some(ideal) = &mut largest.ideal {
            let slot = |worker| IdealSlot { worker, n: 40, start: 0, end: 204_668_309 };
            ideal.schedule = (0..MAX_WORKERS).map(slot).collect();
        }
        assert!(draw(&largest) > 200_000);
        assert_opens_again(&largest);
        // Lanes are drawn; of so many events the shortest are left out, and that is said.
        let page = fib_lab::picture::outcome(card, &largest, 1280.0).into_string();
        assert!(page.contains(&format!("Of its {} events the ", largest.trace.len())));
    }
}

#[test]
fn sixty_four_tasks_on_sixty_four_workers() {
    let mut largest = report(&recorded_with("tasks"));
    set(&mut largest, "workers", MAX_WORKERS);
    let spec = largest.spec.as_mut().expect("a spec");
    spec.values.insert("tasks".to_owned(), Value::List(vec![45; MAX_TASKS]));
    with_blocks(&mut largest, MOST_BLOCKS);
    largest.checks = vec![Check::fib(45, 1_134_903_170, 63); MAX_TASKS];
    let task = |worker| Event::new(worker, trace::Kind::Work, Detail::Task { n: 45 }, 0.5, 9e3);
    largest.trace = trace::numbered((0..MAX_WORKERS).map(task).collect());
    let ideal = largest.ideal.as_mut().expect("an ideal");
    ideal.makespan_calls = 64 * 2_269_806_339;
    draw(&largest);
    assert_opens_again(&largest);
}

#[test]
fn a_ring_of_sixty_four_ranks() {
    let mut largest = report(&recorded_with("pattern"));
    set(&mut largest, "workers", MAX_WORKERS);
    let token = |ranks: u32| (0..ranks).map(|rank| format!("P{rank}")).collect::<String>();
    let message = |to: u32| {
        let detail = Detail::Message { from: (to + 63) % 64, to, words: token(to) };
        Event::new(to, trace::Kind::Message, detail, f64::from(to), f64::from(to) + 1.0)
    };
    largest.trace = trace::numbered((0..MAX_WORKERS).map(message).collect());
    let line = |worker| {
        let text =
            format!("rank {worker} of 64 on a machine with a rather long name: {}", token(64));
        LogLine { worker, at_ms: 1.0, kind: LineKind::Says, text }
    };
    largest.log = (0..MAX_WORKERS).map(line).collect();
    draw(&largest);
    assert_opens_again(&largest);
}

#[test]
fn sixteen_children_print_as_much_as_they_can() {
    let mut largest = report(&recorded_with("children"));
    set(&mut largest, "children", 16);
    let child = largest.series.iter().find(|series| series.x == 2.0).expect("a child").clone();
    largest.series.extend((6..=16).map(|x| {
        let mut one = child.clone();
        one.x = f64::from(x);
        one
    }));
    let line = |worker| LogLine { worker, at_ms: 1.0, kind: LineKind::Works, text: "work".into() };
    largest.log = (0..17).flat_map(|worker| vec![line(worker); 9]).collect();
    largest.warnings = (0..16).map(|child| format!("Child {child} {}", "x".repeat(80))).collect();
    draw(&largest);
    assert_opens_again(&largest);
}

#[test]
fn the_limits_are_those_of_the_parameters_and_the_recordings() {
    let rounds = |parameter: &Parameter| match parameter.kind {
        Kind::Whole { max, .. } if parameter.name == "rounds" => max as usize,
        _ => 0,
    };
    let most = exhibits::cards().flat_map(|card| card.parameters()).map(rounds).max();
    assert_eq!(most, Some(MOST_ROUNDS));
    for card in exhibits::cards() {
        let run = opened(&recorded(card.name));
        assert!(run.arms.len() * 2 <= MOST_ARMS, "{}", card.name);
        // Sixteen children instead of five.
        assert!(run.series.len() + 16 <= MOST_SERIES, "{}", card.name);
    }
}
