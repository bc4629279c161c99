//! The speed-up over the number of workers: the central picture of parallel computing.
//!
//! Expected: while there are cores, equal work gets faster in proportion to the workers; beyond
//! them the curve is flat, and so is that of κ, what the machine gives to independent kernels.
//! The six tasks of the chapter stop at 4/φ on any machine; one task that splits itself does not.
//!
//! Its limit: all workers beyond the cores share them, so the curve says what this browser gets
//! here and now, not what kind of cores they are.

pub mod asked;
pub mod curve;
mod exercises;
pub mod job;
pub mod program;
pub mod run;
pub mod sample;

use self::asked::{Scaling, Work};
use crate::exhibits::card::{Card, Front, Landmark, Lanes, Question, Recording, Trials};
use crate::measure::stats::Standing;
use crate::measure::unit::Unit;
use crate::params::{COMMON, Kind, Parameter};
use crate::report::Report;
use crate::runtime::capabilities::Backend;
use crate::runtime::program::Entry;
use crate::theory::laws::SIX_TASK_CEILING;

/// What engines run for it: the serial program, which is the pool's.
pub static PROGRAMS: &[Entry] = &[];

/// The cards of this folder.
pub static CARDS: &[&Card] = &[&EXHIBIT];

/// The exhibit.
pub static EXHIBIT: Card = Card {
    front: &Front {
        name: "speed-up",
        folder: "speed_up",
        title: "Speed-up over workers",
        own_parameters: &[
            Parameter {
                name: "work",
                label: "Work",
                help: "What the workers share.",
                kind: Kind::Choice {
                    options: &[
                        ("equal", "equal parts"),
                        ("six", "the six tasks 38, 37 … 33"),
                        ("split", "one task that splits itself"),
                    ],
                    default: "equal",
                },
            },
            Parameter {
                name: "scaling",
                label: "Scaling",
                help: "Strong: the work stays the same. Weak: it grows with the workers.",
                kind: Kind::Choice {
                    options: &[
                        ("strong", "strong: the same work"),
                        ("weak", "weak: as much for each worker"),
                    ],
                    default: "strong",
                },
            },
            Parameter {
                name: "points",
                label: "Points",
                help: "Which numbers of workers are measured, up to Workers.",
                kind: Kind::Choice {
                    options: &[("all", "the curve"), ("ends", "one and all, in 4 seconds")],
                    default: "all",
                },
            },
        ],
        shared_parameters: COMMON,
        lowest: Backend::Serial,
        fallback: "This browser offers no workers, so only the serial program runs.",
        question: |_| Question {
            text: "How many times as fast as one worker will all of them be together?",
            unit: Unit::SpeedUp,
        },
    },
    landmarks,
    why,
    headline: |_| None,
    lanes: Lanes::WORKERS,
    known: |_| None,
    sweep: |_| None,
    simplifies: "The curve is drawn over workers, not over cores: a browser says how many cores it \
                 has, not which of them are alike, nor who else uses them.",
    exercises: &[
        exercises::not_a_serial_part,
        exercises::twice_the_cores,
        exercises::half_efficient,
    ],
    trials: Trials {
        long: "workers=4&seconds=60",
        short: &[
            "workers=5&seconds=4",
            "workers=3&scaling=weak&seconds=2",
            "workers=2&work=split&seconds=2",
            "workers=2&points=ends&seconds=2",
        ],
    },
    recordings: &[
        Recording { name: "speed-up", query: "workers=8&seconds=40" },
        Recording { name: "speed-up-race", query: "points=ends&workers=2" },
    ],
};

/// What the measured speed-up can be compared with.
fn landmarks(report: &Report) -> Vec<Landmark> {
    let Some(spec) = &report.spec else { return Vec::new() };
    let mark = |name: &str, class, value| Landmark { name: name.to_owned(), class, value };
    let ideal = report.ideal.as_ref().map(|ideal| match (Work::of(spec), Scaling::of(spec)) {
        (Work::Equal | Work::Split, _) => mark("As many times as workers", "ideal", ideal.speedup),
        (Work::Six, Scaling::Strong) => mark("Ideal for the six tasks", "ideal", ideal.speedup),
        (Work::Six, Scaling::Weak) => mark("Ideal for these lists", "ideal", ideal.speedup),
    });
    let ceiling = match (Work::of(spec), Scaling::of(spec)) {
        (Work::Six, Scaling::Strong) => Some("Ceiling, any cores (4/φ)"),
        (Work::Split, Scaling::Strong) => Some("Six whole tasks, any cores (4/φ)"),
        _ => None,
    };
    let ceiling = ceiling.map(|name| mark(name, "ideal", SIX_TASK_CEILING));
    ideal.into_iter().chain(ceiling).collect()
}

/// What kept the curve from rising on, as far as the intervals say.
fn why(report: &Report) -> Option<String> {
    let spec = report.spec.as_ref()?;
    let workers = spec.whole("workers").max(1);
    if workers == 1 {
        return Some("With one worker there is nobody to share with.".to_owned());
    }
    let ideal = report.ideal.as_ref()?.speedup;
    let kappa = report.core_equivalents.as_ref()?;
    let capacity = report.capacity_efficiency.as_ref()?;
    let limit = if Work::of(spec) == Work::Six && ideal < kappa.low {
        format!(
            "The work itself is the limit: the largest of the six tasks is one piece, so no number \
             of workers makes the list more than {ideal:.2} times as fast, though independent \
             kernels get {:.2} cores’ worth of this machine.",
            kappa.median
        )
    } else if let Some(knee) = curve::knee(report) {
        let from = if knee == 1 { "1 worker".to_owned() } else { format!("{knee} workers") };
        format!(
            "From {from} on, κ grows by less than {} per worker: independent kernels, which share \
             nothing, get no more out of the machine either ({:.2} cores’ worth with {workers} \
             workers). It is not the program that stops scaling.",
            curve::LITTLE,
            kappa.median
        )
    } else if kappa.standing(f64::from(workers)) == Standing::Short {
        format!(
            "The machine gives {workers} independent kernels {:.2} cores’ worth ({:.2} to {:.2}), \
             not {workers}: other programs, shared cores or a lower clock take the rest.",
            kappa.median, kappa.low, kappa.high
        )
    } else if kappa.standing(f64::from(workers)) == Standing::AsTheory {
        format!(
            "The machine gives {workers} workers all that it gave to one: κ is {:.2}.",
            kappa.median
        )
    } else {
        format!(
            "What the machine gives {workers} independent kernels varies too much to say more: κ is \
             between {:.2} and {:.2}.",
            kappa.low, kappa.high
        )
    };
    let runtime = match capacity.standing(1.0) {
        Standing::Short => format!(
            " Of what machine and schedule allow, the program reached {:.0} %; the rest went into \
             {} and waiting.",
            capacity.median * 100.0,
            if Work::of(spec) == Work::Split { "splitting, stealing" } else { "messages" }
        ),
        Standing::Beyond => " The program was faster than the machine can be: the instrument is \
                             off, so run it again."
            .to_owned(),
        Standing::AsTheory => " The program took all of that.".to_owned(),
        Standing::Unclear => String::new(),
    };
    Some(limit + runtime.as_str())
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::theory::scaling::amdahl_share;

    #[test]
    fn the_answers_to_the_exercises_are_what_a_perfect_machine_gives() {
        let perfect =
            [1, 2, 3, 4, 6, 8].map(|p| (f64::from(p), Work::Six.ideal(Scaling::Strong, p)));
        let share = amdahl_share(&perfect).unwrap();
        assert!(include_str!("answers.html").contains(&format!("f ≈ {share:.2}")), "{share}");
    }

    #[test]
    fn the_cpython_program_prints_the_answer_and_a_line_for_each_number_of_workers() {
        let program = concat!(env!("CARGO_MANIFEST_DIR"), "/src/exhibits/speed_up/program.py");
        let output = std::process::Command::new("python3").args([program, "12"]).output().unwrap();
        let printed = String::from_utf8_lossy(&output.stdout);
        let lines: Vec<&str> = printed.lines().collect();
        let (answer, counts) = lines.split_last().unwrap();
        assert_eq!(*answer, crate::fib::iterative(12).to_string(), "{printed}");
        assert!(counts.len() >= 3 && counts.iter().all(|line| line.contains(" times as fast")));
    }
}
