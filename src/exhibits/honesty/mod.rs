//! Checks of the instrument itself, with an answer that is known beforehand.
//!
//! `aa` compares a program with itself: the right verdict is "no measurable difference".
//! `known-ratio` compares a program with one that does exactly so many times the work:
//! the right interval contains that ratio. Both go through the conductor, the blocks and
//! the stopping rule that every other exhibit uses.

mod exercises;
pub mod program;
pub mod run;

use self::program::ratio;
use crate::exhibits::card::{Card, Front, Lanes, Question, Trials};
use crate::measure::block::Verdict;
use crate::measure::unit::Unit;
use crate::params::{Kind, Parameter, SEED};
use crate::report::{Report, Round};
use crate::runtime::capabilities::Backend;
use crate::runtime::program::Entry;

const ROUNDS: Parameter = Parameter {
    name: "rounds",
    label: "Rounds",
    help: "How many complete comparisons are made, each with a verdict of its own.",
    kind: Kind::Whole { min: 1, max: 100, default: 10 },
};

const FALLBACK: &str = "This check runs in a worker, and this browser offers none. A current \
                        browser would run it.";

/// The cards of this folder.
pub static CARDS: &[&Card] = &[&AA, &KNOWN_RATIO];

/// What engines run for it: nothing but the serial program.
pub static PROGRAMS: &[Entry] = &[];

/// A program against itself.
pub static AA: Card = Card {
    front: &Front {
        name: "aa",
        folder: "honesty",
        title: "A program against itself",
        own_parameters: &[ROUNDS],
        shared_parameters: &[SEED],
        lowest: Backend::Processes,
        fallback: FALLBACK,
        question: |_| Question {
            text: "How many times as fast as itself will the program seem?",
            unit: Unit::Ratio,
        },
    },
    landmarks: |_| Vec::new(),
    why: |report| Some(summary(&report.rounds, truth(report))),
    headline: |_| None,
    lanes: Lanes::WORKERS,
    known: |report| Some(truth(report)),
    sweep: |_| None,
    simplifies: "Noise that lasts for a whole comparison, such as a laptop that was just \
                 unplugged, moves all rounds alike.",
    exercises: &[exercises::forty_rounds],
    trials: Trials { long: "rounds=100", short: &["rounds=2"] },
};

/// A program against one that does a known multiple of its work.
pub static KNOWN_RATIO: Card = Card {
    front: &Front {
        name: "known-ratio",
        folder: "honesty",
        title: "A known ratio",
        own_parameters: &[
            Parameter {
                name: "ratio",
                label: "Ratio",
                help: "How many times the work the slower program does.",
                kind: Kind::Real { min: 1.0, max: 8.0, default: 2.0 },
            },
            ROUNDS,
        ],
        shared_parameters: &[SEED],
        lowest: Backend::Processes,
        fallback: FALLBACK,
        question: |_| Question { text: "Which ratio will be measured?", unit: Unit::Ratio },
    },
    landmarks: |_| Vec::new(),
    why: |report| Some(summary(&report.rounds, truth(report))),
    headline: |_| None,
    lanes: Lanes::WORKERS,
    known: |report| Some(truth(report)),
    sweep: |_| None,
    simplifies: "The ratio is rounded to the nearest that whole tasks allow, which is closer than \
                 a tenth of a percent.",
    exercises: &[exercises::smallest_ratio],
    trials: Trials { long: "ratio=2&rounds=30", short: &["rounds=2"] },
};

/// The ratio that a run's rounds ought to find.
fn truth(report: &Report) -> f64 {
    report.spec.as_ref().map_or(1.0, ratio)
}

/// Whether a round's interval contains the known ratio, with a percent more on both
/// sides: less than that the lab calls no difference.
pub fn meets(round: &Round, truth: f64) -> bool {
    round.low * 0.99 <= truth && truth <= round.high * 1.01
}

/// How often the known answer was met.
pub fn summary(rounds: &[Round], truth: f64) -> String {
    let of = rounds.len();
    if truth == 1.0 {
        let same = rounds.iter().filter(|r| r.verdict == Verdict::NoDifference).count();
        format!("{same} of {of} rounds say “no measurable difference”, which is the truth.")
    } else {
        let met = rounds.iter().filter(|round| meets(round, truth)).count();
        format!("{met} of {of} intervals, widened by 1 %, contain {truth}, which is the truth.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_counts_how_often_the_truth_was_met() {
        let round = |low, high, verdict| Round { median: 1.0, low, high, verdict };
        let rounds = [
            round(0.98, 1.02, Verdict::NoDifference),
            round(1.02, 1.04, Verdict::Faster),
            round(1.9, 1.985, Verdict::Faster),
        ];
        assert!(summary(&rounds, 1.0).starts_with("1 of 3 rounds"));
        assert!(summary(&rounds, 2.0).starts_with("1 of 3 intervals"));
    }
}
