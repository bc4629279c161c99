//! Checks of the instrument itself, with an answer that is known beforehand.
//!
//! `aa` compares a program with itself: the right verdict is "no measurable difference".
//! `known-ratio` compares a program with one that does exactly so many times the work:
//! the right interval contains that ratio. Both go through the conductor, the blocks and
//! the stopping rule that every other exhibit uses.

mod exercises;
pub mod program;
pub mod run;
mod sides;
mod spread;

use self::program::ratio;
use self::sides::Across;
use crate::exhibits::card::{Card, Front, Lanes, Question, Recording, Trials};
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

const ACROSS: Parameter = Parameter {
    name: "across",
    label: "Across",
    help: "Where the program and itself run: in one engine; in the plain and the threaded build; or in \
           two engines that are started anew for every round.",
    kind: Kind::Choice {
        options: &[
            ("same", "nothing: one engine"),
            ("engines", "the two builds"),
            ("starts", "fresh starts"),
        ],
        default: "same",
    },
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
        own_parameters: &[ACROSS, ROUNDS],
        shared_parameters: &[SEED],
        lowest: Backend::Processes,
        fallback: FALLBACK,
        question: |_| Question {
            text: "How many times as fast as itself will the program seem?",
            unit: Unit::Ratio,
        },
    },
    landmarks: |_| Vec::new(),
    why: |report| Some(summary(report)),
    headline: |_| None,
    lanes: Lanes::WORKERS,
    known: |report| Some(truth(report)),
    sweep: |_| None,
    simplifies: "Noise that lasts for a whole comparison, such as a laptop that was just \
                 unplugged, moves all rounds alike.",
    exercises: &[exercises::forty_rounds],
    trials: Trials { long: "rounds=50", short: &["rounds=2", "across=starts&rounds=2"] },
    recordings: &[Recording { name: "aa", query: "rounds=10" }],
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
    why: |report| Some(summary(report)),
    headline: |_| None,
    lanes: Lanes::WORKERS,
    known: |report| Some(truth(report)),
    sweep: |_| None,
    simplifies: "The ratio is rounded to the nearest that whole tasks allow, which is closer than \
                 a tenth of a percent.",
    exercises: &[exercises::smallest_ratio],
    trials: Trials { long: "ratio=2&rounds=30", short: &["rounds=2"] },
    recordings: &[Recording { name: "known-ratio", query: "rounds=10" }],
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

/// How often the known answer was met, and what could have been seen.
fn summary(report: &Report) -> String {
    let (rounds, truth) = (&report.rounds, truth(report));
    let of = rounds.len();
    if truth == 1.0 {
        let same = rounds.iter().filter(|r| r.verdict == Verdict::NoDifference).count();
        let known = match report.spec.as_ref().map(Across::of) {
            // What two builds are like is what the check finds out.
            Some(Across::Engines) => "",
            _ => ", which is the truth",
        };
        let further = spread::sentences(report);
        let said =
            format!("{same} of {of} rounds say “no measurable difference”{known}. {further}");
        said.trim_end().to_owned()
    } else {
        let met = rounds.iter().filter(|round| meets(round, truth)).count();
        format!("{met} of {of} intervals, widened by 1 %, contain {truth}, which is the truth.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params::{RunSpec, Value};

    #[test]
    fn the_summary_counts_how_often_the_truth_was_met() {
        let round = |low, high, verdict| Round { median: 1.0, low, high, verdict };
        let rounds = [
            round(0.98, 1.02, Verdict::NoDifference),
            round(1.02, 1.04, Verdict::Faster),
            round(1.9, 1.985, Verdict::Faster),
        ];
        let with = |values: &[(&str, Value)]| {
            let values = values.iter().cloned().map(|(name, value)| (name.to_owned(), value));
            let spec = RunSpec { exhibit: "aa".to_owned(), values: values.collect() };
            let smallest_difference = Some(1.021);
            Report {
                spec: Some(spec),
                rounds: rounds.to_vec(),
                smallest_difference,
                ..Report::default()
            }
        };
        let same = summary(&with(&[]));
        assert!(same.starts_with("1 of 3 rounds") && same.contains("the truth"), "{same}");
        assert!(same.ends_with(
            "A round like these would have seen a ratio of 1.03 or more in four cases of five."
        ));
        let builds = summary(&with(&[("across", Value::Name("engines".to_owned()))]));
        assert!(
            !builds.contains("the truth") && builds.contains("fewer than 6 rounds"),
            "{builds}"
        );
        let known = summary(&with(&[("ratio", Value::Real(2.0))]));
        assert!(known.starts_with("1 of 3 intervals"), "{known}");
    }
}
