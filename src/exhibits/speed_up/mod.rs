//! The speed-up over the number of workers: the central picture of parallel computing.
//!
//! Expected: while there are cores, equal work gets faster in proportion to the workers; beyond
//! them the curve is flat, and so is that of κ, what the machine gives to independent kernels.
//! The six tasks of the chapter stop at 4/φ on any machine.
//!
//! Its limit: all workers beyond the cores share them, so the curve says what this browser gets
//! here and now, not what kind of cores they are.

pub mod curve;
pub mod job;
pub mod program;
pub mod run;

use crate::exhibits::card::{
    Card, Front, Landmark, Lanes, Progress, Question, Trials, last, measured,
};
use crate::measure::block::Estimate;
use crate::measure::stats::LEAST_FOR_VERDICT;
use crate::measure::summary::{Point, Quantity};
use crate::measure::unit::Unit;
use crate::params::{COMMON, Kind, Parameter};
use crate::report::{Constant, Law, Report};
use crate::runtime::capabilities::Backend;
use crate::runtime::program::Entry;
use crate::theory::laws::SIX_TASK_CEILING;
use crate::theory::scaling::amdahl_share;

/// What engines run for it: the serial program, which is the pool's.
pub static PROGRAMS: &[Entry] = &[];

/// The cards of this folder.
pub static CARDS: &[&Card] = &[&EXHIBIT];

/// A run of one worker and all of them takes at most so many seconds.
pub const ENDS_SECONDS: u32 = 4;

/// What is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// Small tasks of one size, as many for each worker.
    Equal,
    /// The six tasks of the chapter.
    Six,
}

/// How the work depends on the number of workers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scaling {
    /// It stays the same: strong scaling.
    Strong,
    /// Each worker has as much to do: weak scaling.
    Weak,
}

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
                    options: &[("equal", "equal parts"), ("six", "the six tasks 38, 37 … 33")],
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
    exercises: &[not_a_serial_part, twice_the_cores, half_efficient],
    trials: Trials {
        long: "workers=4&seconds=60",
        short: &[
            "workers=5&seconds=4",
            "workers=3&scaling=weak&seconds=2",
            "workers=2&points=ends&seconds=2",
        ],
    },
};

/// What the measured speed-up can be compared with.
fn landmarks(report: &Report) -> Vec<Landmark> {
    let Some(spec) = &report.spec else { return Vec::new() };
    let mark = |name: &str, class, value| Landmark { name: name.to_owned(), class, value };
    let ideal = report.ideal.as_ref().map(|ideal| match (Work::of(spec), Scaling::of(spec)) {
        (Work::Equal, _) => mark("As many times as workers", "ideal", ideal.speedup),
        (Work::Six, Scaling::Strong) => mark("Ideal for the six tasks", "ideal", ideal.speedup),
        (Work::Six, Scaling::Weak) => mark("Ideal for these lists", "ideal", ideal.speedup),
    });
    let ceiling = Work::of(spec) == Work::Six && Scaling::of(spec) == Scaling::Strong;
    let ceiling = ceiling.then(|| mark("Ceiling, any cores (4/φ)", "ideal", SIX_TASK_CEILING));
    ideal.into_iter().chain(ceiling).collect()
}

/// The points of this quantity, from few workers to many.
fn over_workers(report: &Report, quantity: Quantity) -> Vec<(f64, &Point)> {
    let is_own = |point: &&Point| point.quantity == quantity;
    let own = report.points.iter().filter(is_own);
    let mut own: Vec<(f64, &Point)> = own.filter_map(|point| Some((point.x?, point))).collect();
    own.sort_by(|a, b| a.0.total_cmp(&b.0));
    own
}

/// Whether there are blocks enough to conclude something.
fn enough(estimate: &Estimate) -> bool {
    estimate.blocks >= LEAST_FOR_VERDICT
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
    let limit = if ideal < kappa.low {
        format!(
            "The work itself is the limit: the largest of the six tasks is one piece, so no number \
             of workers makes the list more than {ideal:.2} times as fast, though independent \
             kernels get {:.2} cores’ worth of this machine.",
            kappa.median
        )
    } else if let Some(knee) = curve::knee(report) {
        let each = if knee == 1 { "worker".to_owned() } else { format!("{knee} workers") };
        format!(
            "From {each} on, κ grows by less than {} per worker: independent kernels, which share \
             nothing, get no more out of this machine either ({:.2} cores’ worth with {workers} \
             workers). It is not the program that stops scaling.",
            curve::LITTLE,
            kappa.median
        )
    } else if kappa.high < 0.97 * f64::from(workers) {
        format!(
            "The machine gives {workers} independent kernels {:.2} cores’ worth ({:.2} to {:.2}), \
             not {workers}: other programs, shared cores or a lower clock take the rest.",
            kappa.median, kappa.low, kappa.high
        )
    } else {
        format!(
            "The machine gives {workers} workers all that it gave to one: κ is {:.2}.",
            kappa.median
        )
    };
    let runtime = if capacity.high < 0.97 {
        format!(
            " Of what machine and schedule allow, the program reached {:.0} %; the rest went into \
             messages and waiting.",
            capacity.median * 100.0
        )
    } else if capacity.low > 1.03 {
        " The program was faster than the machine can be: the instrument is off, so run it again."
            .to_owned()
    } else if capacity.low >= 0.97 && capacity.high <= 1.03 {
        " The program took all of that.".to_owned()
    } else {
        String::new()
    };
    Some(limit + runtime.as_str())
}

/// Amdahl's f of the six tasks, which have no serial part.
fn not_a_serial_part(runs: &[Report]) -> Option<Progress> {
    let run = last(runs, |spec| spec.name("work") == "six" && spec.name("scaling") == "strong")?;
    let workers = run.spec.as_ref()?.whole("workers");
    let fitted = |fit: &&crate::report::Fit| {
        fit.law == Law::Amdahl && fit.parameter == Constant::SerialShare
    };
    let Some(fit) = run.fits.iter().find(fitted) else {
        return Some(Progress::Open(format!(
            "Your last run of the six tasks, with {workers} workers, does not determine f: it takes \
             at least three numbers of workers above one, and an interval narrower than 0.15."
        )));
    };
    let interval = format!("{:.2} ({:.2} to {:.2})", fit.median, fit.low, fit.high);
    Some(if fit.low > 0.0 {
        let counts = over_workers(run, Quantity::SpeedUp);
        let perfect = counts.iter().map(|&(p, _)| (p, Work::Six.ideal(Scaling::Strong, p as u32)));
        let perfect = amdahl_share(&perfect.collect::<Vec<_>>())?;
        Progress::Solved(format!(
            "Amdahl’s law reads f = {interval} out of your curve, and not one call of the six tasks \
             is serial. It sees that fib(38) is one piece: a perfect machine would be read as f \
             = {perfect:.2} from these numbers of workers."
        ))
    } else {
        Progress::Solved(format!(
            "Your runs show the opposite: f = {interval} contains 0, because with {workers} workers \
             the six tasks can still be shared out evenly. Try more workers than the machine needs \
             to finish fib(38) last."
        ))
    })
}

/// As many workers as cores, and twice as many.
fn twice_the_cores(runs: &[Report]) -> Option<Progress> {
    let run = last(runs, |spec| spec.name("work") == "equal" && spec.name("scaling") == "strong")?;
    let cores = run.environment.hardware_concurrency.max(1);
    let points = over_workers(run, Quantity::SpeedUp);
    let at = |p: u32| points.iter().find(|(x, _)| *x == f64::from(p)).map(|(_, point)| *point);
    let (Some(once), Some(twice)) = (at(cores), at(2 * cores)) else {
        return Some(Progress::Open(format!(
            "Your last run has no points at {cores} and {} workers: the browser claims {cores} \
             cores. Choose Workers = {}.",
            2 * cores,
            2 * cores
        )));
    };
    if !enough(&once.estimate()) {
        return Some(Progress::Open("That run has too few blocks to conclude from.".to_owned()));
    }
    let both = format!(
        "{cores} workers: {:.2} ({:.2} to {:.2}); {} workers: {:.2} ({:.2} to {:.2}).",
        once.median,
        once.low,
        once.high,
        2 * cores,
        twice.median,
        twice.low,
        twice.high
    );
    Some(Progress::Solved(if twice.low > once.high {
        format!(
            "{both} Your runs show that more workers than claimed cores can help: the claim is lower \
             than what the machine has, or others use the cores too, and whoever has more workers \
             gets a larger share."
        )
    } else if twice.high < once.low {
        format!("{both} Too many workers cost something here: they take turns on the cores.")
    } else {
        format!("{both} The intervals overlap: further workers find no further cores.")
    }))
}

/// The number of workers of which each does half as much as one alone.
fn half_efficient(runs: &[Report]) -> Option<Progress> {
    let run = last(runs, |spec| spec.name("scaling") == "strong")?;
    let points = over_workers(run, Quantity::Efficiency);
    let (most, at_most) = points.last()?;
    if !enough(&at_most.estimate()) {
        return Some(Progress::Open(
            "Your last run has too few blocks to conclude from.".to_owned(),
        ));
    }
    let Some((p, point)) = points.iter().find(|(_, point)| point.high <= 0.5) else {
        return Some(Progress::Open(format!(
            "With {most} workers your efficiency is still {:.2} ({:.2} to {:.2}). More workers will \
             bring it down.",
            at_most.median, at_most.low, at_most.high
        )));
    };
    let before = points.iter().rev().find(|(x, _)| x < p);
    let before =
        before.map_or(String::new(), |(x, point)| format!(", after {:.2} with {x}", point.median));
    Some(Progress::Solved(format!(
        "With {p} workers the efficiency is {:.2} ({:.2} to {:.2}){before}; the speed-up of that run \
         was {} with {most}.",
        point.median,
        point.low,
        point.high,
        measured(run)?
    )))
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

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
