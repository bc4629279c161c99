//! A task that splits itself, and workers that take parts of it from each other.
//!
//! Expected: what a pool of whole tasks cannot do. On p workers fib(n) is up to κp times as fast
//! as the serial program, less what its joins cost; its longest chain, n − 1 of two million calls
//! and more, is no limit. With pieces of microseconds left whole the joins cost next to nothing.
//!
//! Its limit: two cores show how work is shared, not how a scheduler behaves on sixty-four.

mod asked;
mod beside;
pub mod exercises;
#[cfg(all(feature = "host", not(target_arch = "wasm32")))]
pub mod figures;
mod grow;
mod measured;
pub mod run;
mod sizing;
#[cfg(all(test, not(target_arch = "wasm32")))]
pub mod stand_in;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
pub mod theory;
mod tree;
mod wake;
mod why;

use self::asked::{MOST_ELEMENTS, asked};
use self::measured::join_ms;
use self::tree::LARGEST_TREE;
use crate::exhibits::card::{
    Card, Front, Landmark, Lanes, Level, Measured, Question, Recording, Sweep, Trials,
};
use crate::exhibits::splitting::asked::Asked;
use crate::exhibits::splitting::grain::Grain;
use crate::exhibits::splitting::member;
use crate::measure::block::Role;
use crate::measure::point::Quantity;
use crate::measure::unit::Unit;
use crate::params::{COMMON, Kind, Parameter};
use crate::report::Report;
use crate::runtime::capabilities::Backend;
use crate::runtime::program::Entry;
use crate::scheduler::QUANTUM_US;
use crate::theory::laws::SIX_TASK_CEILING;
use crate::trace::Divisible;

/// What engines run for it, and for every other run that lets a task split itself.
pub static PROGRAMS: &[Entry] = &[
    Entry::of::<member::SetUp>(),
    Entry::of::<member::Alone>(),
    Entry::of::<member::Other>(),
    Entry::of::<member::Gather>(),
    Entry::of::<member::Leader>(),
    Entry::of::<member::Helper>(),
    Entry::of::<grow::Grower>(),
    Entry::of::<wake::Waker>(),
    Entry::of::<beside::Rayon>(),
];

/// The cards of this folder.
pub static CARDS: &[&Card] = &[&EXHIBIT];

/// The exhibit.
pub static EXHIBIT: Card = Card {
    front: &Front {
        name: "fork-join",
        folder: "fork_join",
        title: "A task that splits itself",
        own_parameters: &[
            Parameter {
                name: "n",
                label: "n",
                help: "Of the work fib: all programs compute fib(n).",
                kind: Kind::Whole { min: 20, max: 42, default: 36 },
            },
            Parameter {
                name: "grain",
                label: "Grain",
                help: "Which pieces are left whole.",
                kind: Kind::Choice {
                    options: &[
                        ("automatic", "automatic: those of microseconds"),
                        ("none", "none: split all that can be"),
                        ("cut-off", "a cut-off by size"),
                    ],
                    default: "automatic",
                },
            },
            Parameter {
                name: "cutoff",
                label: "Cut-off",
                help: "With a cut-off: pieces of this size and below are left whole. Of fib it is its \
                       argument, of sorting the binary digits of the length, of queens the rows left.",
                kind: Kind::Whole { min: 2, max: 40, default: 20 },
            },
            Parameter {
                name: "scheduler",
                label: "Scheduler",
                help: "Of the work fib: whether rayon's join splits the same tree beside the lab's.",
                kind: Kind::Choice {
                    options: &[("lab", "the lab's"), ("both", "the lab's, and rayon's beside it")],
                    default: "lab",
                },
            },
            Parameter {
                name: "work",
                label: "Work",
                help: "What splits itself.",
                kind: Kind::Choice {
                    options: &[("fib", "fib(n)"), ("sort", "merge sort"), ("queens", "n queens")],
                    default: "fib",
                },
            },
            Parameter {
                name: "size",
                label: "Size",
                help: "Elements to sort, 1,024 to 4,194,304, or queens, 4 to 13. 0 is 1,048,576 \
                       elements, or 12 queens.",
                kind: Kind::Whole { min: 0, max: MOST_ELEMENTS, default: 0 },
            },
            Parameter {
                name: "tree",
                label: "Tree",
                help: "5 to 14: after the measurement, fib of this is computed call by call, each for a \
                       fifth of a millisecond, and the whole tree is shown. 0: no tree.",
                kind: Kind::Whole { min: 0, max: LARGEST_TREE, default: 0 },
            },
        ],
        shared_parameters: COMMON,
        lowest: Backend::Threads,
        fallback: "Workers take parts of a task out of memory that all threads share, and this browser, \
                   or this way of opening the page, shares none. What there is to see is a recorded run. A page that is \
                   isolated, in a browser that offers SharedArrayBuffer, runs the exhibit.",
        question: |_| Question {
            text: "How many times as fast as the serial program will all workers together be?",
            unit: Unit::SpeedUp,
        },
    },
    landmarks,
    why: why::why,
    headline: |_| None,
    lanes: Lanes::WORKERS,
    known: |_| None,
    sweep: |report| {
        let spec = report.spec.as_ref()?;
        let (x, curve_name) = match spec.name("work") {
            "sort" => (
                "cut-off: lists whose length has so many binary digits, and shorter ones, are left whole",
                "what no schedule is faster than: Ts/κ, or the longest chain of merges",
            ),
            "queens" => (
                "cut-off: boards with so many rows left, and fewer, are left whole",
                "what no schedule is faster than: Ts/κ, or Ts for a board left whole",
            ),
            _ => (
                "cut-off: fib of this and below is left whole",
                "what no schedule is faster than: T1/κ with all joins, or the longest chain T∞",
            ),
        };
        (spec.name("grain") == "cut-off").then_some(Sweep {
            title: "Time on all workers, by the cut-off",
            measured: Measured::Points(Quantity::Time),
            x,
            y: "time (ms)",
            unit: Unit::Ms,
            logarithmic: false,
            level: Some((Level::Arm("serial"), "the serial program")),
            beside: None,
            predicted: false,
            curve_name,
            curve: |report, cutoff| least_ms(report, cutoff).unwrap_or(0.0),
        })
    },
    simplifies: "Blocks are pieces that were taken, with everything below them; what a worker \
                 splits and then does itself is not drawn. The operating system may move a \
                 worker to another core or give its core to another program.",
    exercises: &[exercises::five_percent, exercises::more_cores, exercises::largest_half],
    trials: Trials {
        long: "n=36&workers=2&seconds=60",
        short: &[
            "n=24&workers=2&seconds=2",
            "n=22&grain=cut-off&scheduler=both&workers=2&seconds=2",
            "n=22&tree=7&workers=2&seconds=1",
        ],
    },
    recordings: &[Recording { name: "fork-join", query: "workers=2" }],
};

/// The least time that any schedule takes with this cut-off, with the joins and the cores that were
/// measured. What joins cost is counted of fib alone, which does hardly anything else.
fn least_ms(report: &Report, cutoff: f64) -> Option<f64> {
    let spec = report.spec.as_ref()?;
    let serial_ms = report.median_ms(Role::Serial)?;
    let cores = report.core_equivalents.as_ref()?.median.max(1.0);
    let (Asked { of, size: n, .. }, _) = asked(spec, 0);
    let chain = match of {
        Divisible::Sort => theory::cut_sort(n, cutoff),
        Divisible::Queens => f64::from(cutoff >= f64::from(n)),
        _ => 0.0,
    };
    if of != Divisible::Fib {
        return Some(serial_ms * chain.max(1.0 / cores));
    }
    let join_ms = join_ms(report)?.median.max(0.0);
    let theory::CutFib { joins, span_calls } = theory::cut_fib(n, cutoff);
    let call_ms = serial_ms / crate::fib::calls(n) as f64;
    Some(((serial_ms + joins * join_ms) / cores).max(span_calls * call_ms))
}

/// The longest chain of the program as it ran, in milliseconds.
fn span_ms(report: &Report) -> Option<f64> {
    let spec = report.spec.as_ref()?;
    let serial_ms = report.median_ms(Role::Serial)?;
    let (Asked { of, size, .. }, _) = asked(spec, 0);
    let whole = theory::span(of, size) * serial_ms;
    Some(match (Grain::of(spec), of) {
        (Grain::CutOff(cutoff), Divisible::Fib) => {
            let calls = theory::cut_fib(size, f64::from(cutoff)).span_calls;
            calls * serial_ms / crate::fib::calls(size) as f64
        }
        // The last piece is left whole.
        (Grain::Automatic, _) => whole + f64::from(QUANTUM_US) / 1e3,
        _ => whole,
    })
}

/// What the measured speed-up can be compared with.
fn landmarks(report: &Report) -> Vec<Landmark> {
    let Some(spec) = &report.spec else { return Vec::new() };
    let mark = |name: &str, class, value| Landmark { name: name.to_owned(), class, value };
    let workers = f64::from(spec.whole("workers").max(1));
    let mut marks = Vec::new();
    if let Some(ideal) = &report.ideal {
        marks.push(mark("No schedule is faster", "ideal", ideal.speedup));
    }
    let one_ms = report.median_ms(Role::OneWorker);
    if let (Some(one_ms), Some(span_ms), Some(serial_ms)) =
        (one_ms, span_ms(report), report.median_ms(Role::Serial))
    {
        let greedy_ms = theory::greedy_bound(one_ms, span_ms.min(one_ms), workers);
        marks.push(mark("Greedy bound, at least this", "ideal", serial_ms / greedy_ms));
    }
    if let Some(rayon) = beside::speedup(report) {
        marks.push(mark("Rayon's join on the same tree", "chapter", rayon.median));
    }
    if spec.name("work") == "fib" {
        marks.push(mark("Six whole tasks, any cores (4/φ)", "ideal", SIX_TASK_CEILING));
    }
    marks
}
