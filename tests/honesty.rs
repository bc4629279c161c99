//! The instrument against machines that are made up: does it say what is true of them as
//! often as it claims? The noise is drawn from a fixed seed, so the counts are exact.
#![cfg(not(target_arch = "wasm32"))]

use fastrand::Rng;
use fib_lab::host::coverage::{self, Noise, TRUE_SPEEDUP, normal};
use fib_lab::measure::block::{Arm, Block, Role, Verdict};
use fib_lab::measure::power::smallest_difference;
use fib_lab::measure::sampling::{FIRST_LOOK, LAST_LOOK, Stopping};
use fib_lab::measure::stats::{LEAST_FOR_VERDICT, estimate};
use fib_lab::measure::summary::{Rule, Summary, drift_sentence};
use fib_lab::measure::trend::trend;
use fib_lab::measure::two_samples::ratio;

const RUNS: usize = coverage::RUNS;

/// The block ratios of a run under this rule with this noise.
fn run(rule: Stopping, noise: Noise, rng: &mut Rng) -> Vec<f64> {
    coverage::ratios(rule, noise, rng.u32(..), rng)
}

#[test]
fn the_stopping_rule_covers_the_truth_as_often_as_it_says() {
    // Every number of blocks that the time of a quick run may allow.
    for most in LEAST_FOR_VERDICT..=LAST_LOOK {
        for noise in Noise::ALL {
            let share = coverage::covered(noise, most);
            let name = noise.name();
            assert!((0.95..=0.999).contains(&share), "{name}, at most {most} blocks: {share}");
        }
    }
}

/// An interval that is narrow may be so by luck, and then it misses more often than it says.
/// The README states this table, and `cargo lab bench --only coverage` prints it.
#[test]
fn an_interval_at_which_a_run_stops_early_holds_up_to_three_percent_of_noise() {
    let mut rng = Rng::with_seed(12);
    let mut after_six = Vec::new();
    for percent in 1..=4 {
        let noise = f64::from(percent) / 100.0;
        let (_, at_six) = coverage::stopped_at(6, noise, &mut rng);
        let (_, at_eight) = coverage::stopped_at(FIRST_LOOK, noise, &mut rng);
        assert!(percent > 3 || at_eight >= 0.95, "at {percent} %: {at_eight}");
        after_six.push(at_six);
    }
    // A first look after six blocks would not have held what it says.
    assert!(after_six[2] < 0.95, "{after_six:?}");
}

#[test]
fn the_interval_between_two_runs_covers_the_truth_as_often_as_it_says() {
    let mut rng = Rng::with_seed(20_26);
    let rule = |most| Stopping { most, early: false };
    // Whatever the noise is, it has to hold.
    let noises = [Noise::Normal, Noise::LogNormal, Noise::Bimodal];
    for (one, other) in [(6, 6), (8, 12), (12, 12), (60, 50)] {
        let (mut held, mut confidence, of) = (0, 0.0, 600);
        for noise in noises.into_iter().cycle().take(3 * of) {
            let first = run(rule(one), noise, &mut rng);
            // The second run is 6 % slower.
            let second: Vec<f64> =
                run(rule(other), noise, &mut rng).iter().map(|ratio| ratio / 1.06).collect();
            let found = ratio(&first, &second, 0.95).unwrap();
            confidence = found.confidence;
            held += usize::from(found.low <= 1.06 && 1.06 <= found.high);
        }
        let share = held as f64 / (3 * of) as f64;
        assert!(confidence >= 0.95, "{one} and {other}: {confidence}");
        // Of so many runs a share is known to half a hundredth.
        assert!((share - confidence).abs() < 0.016, "{one} and {other}: {share}, not {confidence}");
    }
}

#[test]
fn six_percent_between_two_runs_are_seen_whose_intervals_overlap() {
    let mut rng = Rng::with_seed(6);
    let (mut seen, mut apart, of) = (0, 0, 500);
    for _ in 0..of {
        let noisy = |middle: f64, rng: &mut Rng| -> Vec<f64> {
            (0..12).map(|_| middle * (1.0 + 0.04 * normal(rng))).collect()
        };
        let (one, other) = (noisy(1.06 * 1.8, &mut rng), noisy(1.8, &mut rng));
        seen += u32::from(ratio(&one, &other, 0.95).unwrap().lies_above(1.0));
        let interval = |own: &[f64]| estimate(own, 0.95).unwrap();
        apart += u32::from(interval(&one).low > interval(&other).high);
    }
    let [seen, apart] = [seen, apart].map(|count| f64::from(count) / f64::from(of));
    assert!(seen > 0.9, "{seen}");
    assert!(apart < 0.5, "two intervals are no test: {apart}");
}

#[test]
fn two_equal_programs_are_rarely_called_different() {
    let mut rng = Rng::with_seed(7);
    let rule = Stopping { most: 12, early: true };
    let differs = (0..RUNS)
        .filter(|_| {
            let ratios: Vec<f64> =
                run(rule, Noise::LogNormal, &mut rng).iter().map(|r| r / TRUE_SPEEDUP).collect();
            let found = estimate(&ratios, rule.least_coverage(ratios.len())).unwrap();
            found.verdict() != Some(Verdict::NoDifference)
        })
        .count();
    assert!(differs as f64 / (RUNS as f64) < 0.05, "{differs} of {RUNS}");
}

#[test]
fn a_drift_of_ten_percent_is_reported_and_does_not_move_the_speed_up() {
    let quiet = |rng: &mut Rng| 1.0 + 0.005 * normal(rng);
    let mut rng = Rng::with_seed(3);
    let rule = Stopping { most: 12, early: false };
    for _ in 0..1_000 {
        let block = |at: u32| {
            let slower = 1.0 + 0.1 * f64::from(at) / 11.0;
            let serial_ms = 300.0 * TRUE_SPEEDUP * slower * quiet(&mut rng);
            Block::from([("serial", serial_ms), ("parallel", 300.0 * slower * quiet(&mut rng))])
        };
        let blocks: Vec<Block> = (0..12).map(block).collect();
        let rule = Rule { stopping: rule, workers: 2, ideal: None, seed: 3 };
        let arms = [Role::Serial, Role::Parallel].map(Arm::only);
        let summary = Summary::without_power(&arms, &blocks, rule, 0.95);
        let sentence = drift_sentence(summary.drift);
        assert!(sentence.is_some_and(|text| text.contains("drifted")), "{:?}", summary.drift);
        let speedup = summary.speedup.unwrap();
        assert!((speedup.median / TRUE_SPEEDUP - 1.0).abs() < 0.015, "{speedup:?}");
    }
    assert_eq!(drift_sentence(Some(0.03)), None);
    assert_eq!(drift_sentence(None), None);
}

#[test]
fn samples_in_random_order_have_no_trend() {
    let mut rng = Rng::with_seed(5);
    let noisy = |rng: &mut Rng| 300.0 * (1.0 + 0.05 * normal(rng));
    let (mut trends, mut last_by_first) = (0, 0);
    for _ in 0..RUNS {
        let samples: Vec<f64> = (0..12).map(|_| noisy(&mut rng)).collect();
        trends += usize::from(trend(&samples).is_some());
        last_by_first += usize::from((samples[11] / samples[0] - 1.0).abs() > 0.05);
    }
    assert!(trends < RUNS / 80, "{trends} of {RUNS}");
    // What the last sample says against the first.
    assert!(last_by_first > RUNS / 3, "{last_by_first} of {RUNS}");
}

#[test]
fn the_smallest_difference_is_what_such_runs_tell_from_one_in_four_of_five() {
    let rule = Stopping { most: 12, early: true };
    let mut rng = Rng::with_seed(11);
    let noise = Noise::Normal;
    // A very long look at this noise, so that the answer does not hang on a lucky few blocks.
    let ratios: Vec<f64> =
        (0..20_000).map(|_| noise.factor(&mut rng) / noise.factor(&mut rng)).collect();
    let smallest = smallest_difference(&ratios, rule, 1).unwrap();
    assert!((1.02..1.15).contains(&smallest), "{smallest}");
    let told = (0..RUNS)
        .filter(|_| {
            let ratios: Vec<f64> = run(rule, noise, &mut rng)
                .iter()
                .map(|ratio| ratio / TRUE_SPEEDUP * smallest)
                .collect();
            let found = estimate(&ratios, rule.least_coverage(ratios.len())).unwrap();
            found.verdict() == Some(Verdict::Faster)
        })
        .count();
    let share = told as f64 / RUNS as f64;
    assert!((0.75..0.85).contains(&share), "{share} of the runs tell {smallest} from 1");
    // The same ratios and the same seed say the same.
    assert_eq!(smallest_difference(&ratios, rule, 1), Some(smallest));
}
