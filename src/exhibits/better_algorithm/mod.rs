//! A slow algorithm on all cores, and a better one on a single core.
//!
//! Expected: all cores make the slow algorithm up to p times as fast, for every n alike.
//! The better algorithm makes it a few hundred thousand times as fast for n = 36, and by a
//! factor of φ more for every further n: parallelism cannot make up for an algorithm.
//!
//! Its limit: fib has a better algorithm by an absurd distance. Most problems do not, and
//! then the cores are worth having.

mod exercises;
pub mod program;
pub mod run;

use self::exercises::rounded;
use self::program::BETTER;
use crate::exhibits::card::{
    Card, Front, Headline, Lanes, Level, Measured, Question, Recording, Sweep, Trials,
};
use crate::fib;
use crate::measure::block::Role;
use crate::measure::point::Quantity;
use crate::measure::unit::Unit;
use crate::params::{COMMON, Kind, Parameter};
use crate::report::Report;
use crate::runtime::capabilities::Backend;
use crate::runtime::program::Entry;

/// The cards of this folder.
pub static CARDS: &[&Card] = &[&EXHIBIT];

/// What engines run for it: nothing of its own. The better program runs in the conductor; the
/// recursion that splits itself is shared with other exhibits.
pub static PROGRAMS: &[Entry] = &[];

/// The exhibit.
pub static EXHIBIT: Card = Card {
    front: &Front {
        name: "better-algorithm",
        folder: "better_algorithm",
        title: "A better algorithm",
        own_parameters: &[
            Parameter {
                name: "n",
                label: "n",
                help: "All programs compute fib(n).",
                kind: Kind::Whole { min: 24, max: 45, default: 36 },
            },
            Parameter {
                name: "algorithm",
                label: "The better algorithm",
                help: "What a single core runs instead of the recursion.",
                kind: Kind::Choice {
                    options: &[
                        ("iterating", "iterating: n additions"),
                        ("fast-doubling", "fast doubling: 3 log₂ n multiplications"),
                    ],
                    default: "iterating",
                },
            },
        ],
        shared_parameters: COMMON,
        lowest: Backend::Processes,
        fallback: "The recursion on all cores needs workers, and this browser offers none. What there is to see is a recorded \
               run. A current browser runs the exhibit.",
        question: |_| Question {
            text: "How many milliseconds will one core take for fib(n) with the better algorithm?",
            unit: Unit::Ms,
        },
    },
    landmarks: |_| Vec::new(),
    why,
    headline: |report| {
        let spec = report.spec.as_ref()?;
        let words = match spec.name("algorithm") {
            "fast-doubling" => "by fast doubling, on one core.",
            _ => "by iterating, on one core.",
        };
        let words = format!("is what fib({}) takes {words}", spec.whole("n"));
        Some(Headline { ms: better_ms(report)?, words })
    },
    lanes: Lanes::WORKERS,
    known: |_| None,
    sweep: |report| {
        report.spec.as_ref()?;
        Some(Sweep {
            title: "The slow algorithm on all workers, by n",
            measured: Measured::Points(Quantity::Time),
            x: "n",
            y: "time for fib(n) (ms)",
            unit: Unit::Ms,
            logarithmic: true,
            level: Some((Level::Arm(BETTER), "the better algorithm on one core")),
            beside: None,
            predicted: false,
            curve_name: "the serial recursion, divided by the workers",
            curve: |report, n| {
                let workers = report.spec.as_ref().map_or(1, |spec| spec.whole("workers").max(1));
                calls(n) * call_ms(report).unwrap_or(0.0) / f64::from(workers)
            },
        })
    },
    simplifies: "The better program is so short that it runs many times in one sample, with \
                 everything in the core's nearest memory; in a larger program it would cost more.",
    exercises: &[exercises::another_better_one, exercises::catch_up],
    trials: Trials { long: "n=40&workers=2&seconds=60", short: &["n=24&workers=2&seconds=2"] },
    recordings: &[Recording { name: "better-algorithm", query: "workers=2" }],
};

/// What the arms of the recursion on all workers are called; each has its n.
pub const POOL: &str = "pool";
/// The recursion on all cores is measured at n and at these distances below it.
pub const BELOW: [u32; 6] = [15, 12, 9, 6, 3, 0];
/// How many calls the recursion makes; between whole numbers, on the line between theirs.
fn calls(n: f64) -> f64 {
    let below = n.clamp(0.0, 91.0) as u32;
    let [low, high] = [below, below + 1].map(|n| fib::calls(n) as f64);
    low + (high - low) * (n - f64::from(below))
}

/// How long the recursion took on all workers for this n.
fn pool_ms(report: &Report, n: f64) -> Option<f64> {
    report.swept(Quantity::Time).find(|point| point.x == Some(n)).map(|point| point.median)
}

fn n(report: &Report) -> Option<f64> {
    report.spec.as_ref().map(|spec| f64::from(spec.whole("n")))
}

fn better_ms(report: &Report) -> Option<f64> {
    report.arm_ms(BETTER)
}

/// How long one call of the serial recursion took.
fn call_ms(report: &Report) -> Option<f64> {
    let n = n(report)?;
    Some(report.median_ms(Role::Serial)? / calls(n))
}

/// What the cores gave, and what the algorithm gave.
fn why(report: &Report) -> Option<String> {
    let n = n(report)?;
    let workers = report.spec.as_ref()?.whole("workers");
    let (serial_ms, pool_ms) = (report.median_ms(Role::Serial)?, pool_ms(report, n)?);
    let better_ms = better_ms(report)?;
    Some(format!(
        "{workers} workers made the recursion {:.1} times as fast; another algorithm made it {} times \
         as fast, on one core. Each further n multiplies the recursion's work by 1.62, whatever it \
         runs on, and adds one addition to the loop.",
        serial_ms / pool_ms,
        rounded(serial_ms / better_ms)
    ))
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::program::{better, tasks};
    use super::*;
    use crate::measure::block::{Arm, Block};
    use crate::measure::point::points;
    use crate::params::RunSpec;

    #[test]
    fn the_tasks_add_up_to_fib_and_are_few() {
        for n in [24, 36, 45] {
            let tasks = tasks(n);
            assert_eq!(
                tasks.iter().map(|&task| fib::iterative(task)).sum::<u64>(),
                fib::iterative(n)
            );
            assert!((16..=64).contains(&tasks.len()), "{} tasks", tasks.len());
        }
    }

    #[test]
    fn the_better_algorithms_are_right() {
        for algorithm in ["iterating", "fast-doubling"] {
            assert_eq!(better(algorithm, 45, 3).0, 1_134_903_170, "{algorithm}");
        }
    }

    #[test]
    fn the_sentence_tells_both_factors() {
        let mut spec = RunSpec { exhibit: EXHIBIT.name.to_owned(), values: Default::default() };
        spec.set(&EXHIBIT, "n", "36").unwrap();
        spec.set(&EXHIBIT, "workers", "2").unwrap();
        let blocks = vec![Block::from([("serial", 48.0), ("pool-36", 25.0), (BETTER, 4e-5)]); 3];
        let arms = vec![Arm::only(Role::Serial), Arm::point(POOL, 36.0, Unit::N)];
        let points = points(&arms, &blocks, Quantity::Time, 0.95);
        let report = Report { spec: Some(spec), arms, blocks, points, ..Report::default() };
        let why = why(&report).unwrap();
        assert!(why.starts_with("2 workers made the recursion 1.9 times as fast;"), "{why}");
        assert!(why.contains("1.2 million times"), "{why}");
    }

    #[test]
    fn the_cpython_program_gives_the_same_answers() {
        let program =
            concat!(env!("CARGO_MANIFEST_DIR"), "/src/exhibits/better_algorithm/program.py");
        let output = std::process::Command::new("python3").arg(program).output().unwrap();
        let printed = String::from_utf8_lossy(&output.stdout);
        let answer = fib::iterative(24).to_string();
        let first = printed.lines().next().unwrap_or_default();
        assert_eq!(first.split(' ').collect::<Vec<_>>(), [answer.as_str(); 3], "{printed}");
    }
}
