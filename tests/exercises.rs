//! The exercises: no verdict is fixed. To each, runs that show what it expects and runs that
//! show the opposite lie in its folder, and the lab has to say something else of them.
#![cfg(not(target_arch = "wasm32"))]

#[path = "../src/exhibits/better_algorithm/both_ways.rs"]
mod better_algorithm;
#[path = "../src/exhibits/c_extension/both_ways.rs"]
mod c_extension;
#[path = "../src/exhibits/fork_join/both_ways.rs"]
mod fork_join;
#[path = "../src/exhibits/gil/both_ways.rs"]
mod gil;
#[path = "../src/exhibits/honesty/both_ways.rs"]
mod honesty;
#[path = "../src/exhibits/message_ring/both_ways.rs"]
mod message_ring;
#[path = "../src/exhibits/models/both_ways.rs"]
mod models;
#[path = "../src/exhibits/parent_children/both_ways.rs"]
mod parent_children;
#[path = "../src/exhibits/playground/both_ways.rs"]
mod playground;
#[path = "../src/exhibits/pool_map/both_ways.rs"]
mod pool_map;
#[path = "../src/exhibits/shared_counter/both_ways.rs"]
mod shared_counter;
#[path = "../src/exhibits/speed_up/both_ways.rs"]
mod speed_up;

use std::mem::discriminant;

use fib_lab::exhibits::card::Progress;
use fib_lab::exhibits::{self, Card};
use fib_lab::measure::block::Estimate;
use fib_lab::params::{Device, RunSpec};
use fib_lab::report::Report;

/// Runs that show what an exercise expects, and runs that show the opposite.
pub type BothWays = [Vec<Report>; 2];

/// Every exercise of every card, in the order of the registry.
fn all() -> Vec<(&'static Card, usize, BothWays)> {
    let made = [
        gil::both_ways(),
        c_extension::both_ways(),
        shared_counter::both_ways(),
        parent_children::both_ways(),
        message_ring::both_ways(),
        pool_map::both_ways(),
        playground::both_ways(),
        fork_join::both_ways(),
        speed_up::both_ways(),
        better_algorithm::both_ways(),
        models::both_ways(),
        honesty::both_ways(),
    ];
    let exercises =
        exhibits::cards().flat_map(|card| (0..card.exercises.len()).map(move |at| (card, at)));
    let made = made.into_iter().flatten();
    let (exercises, made): (Vec<_>, Vec<_>) = (exercises.collect(), made.collect());
    assert_eq!(exercises.len(), made.len(), "each exercise has runs both ways");
    exercises.into_iter().zip(made).map(|((card, at), both)| (card, at, both)).collect()
}

/// A run of an exhibit with these parameters.
pub fn run(exhibit: &str, parameters: &[(&str, &str)]) -> Report {
    let card = exhibits::named(exhibit).expect(exhibit);
    let mut spec = RunSpec::defaults(card, Device { cores: 2, seed: 1 });
    for (name, value) in parameters {
        spec.set(card, name, value).unwrap_or_else(|error| panic!("{exhibit}, {name}: {error:?}"));
    }
    Report { exhibit: exhibit.to_owned(), spec: Some(spec), ..Report::default() }
}

/// An interval from eight blocks.
pub fn between(low: f64, high: f64) -> Estimate {
    Estimate { median: (low + high) / 2.0, low, high, confidence: 0.992, blocks: 8 }
}

/// The same run with a speed-up in this interval.
pub fn fast(report: Report, low: f64, high: f64) -> Report {
    Report { speedup: Some(between(low, high)), ..report }
}

#[test]
fn every_exercise_says_something_else_of_runs_that_show_the_opposite() {
    for (card, at, [expected, opposite]) in all() {
        let name = format!("{}/{}", card.name, at + 1);
        let said = |runs: &[Report]| (card.exercises[at])(runs).unwrap_or_else(|| panic!("{name}"));
        let (one, other) = (said(&expected), said(&opposite));
        assert!(matches!(one, Progress::Solved(_)), "{name}: {one:?}");
        assert_ne!(one, other, "{name}");
        let text = |progress: &Progress| match progress {
            Progress::Solved(text) | Progress::Opposite(text) | Progress::Open(text) => {
                text.clone()
            }
        };
        if discriminant(&one) == discriminant(&other) {
            // Both are found out, with different conclusions, not only different figures.
            let words = |text: String| text.replace(|c: char| !c.is_alphabetic(), "");
            assert_ne!(words(text(&one)), words(text(&other)), "{name}");
        } else if matches!(other, Progress::Opposite(_)) {
            assert!(text(&other).contains("because"), "{name} says why: {other:?}");
        }
        assert_eq!((card.exercises[at])(&[]), None, "{name}: nothing is said of no run");
    }
}
