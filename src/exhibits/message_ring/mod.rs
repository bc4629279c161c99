//! Ranks that share nothing and pass messages, as with MPI.
//!
//! Expected: a token that goes round a ring of p ranks takes p hops, one after another, so
//! the ring is no faster with more ranks, but slower. A message takes a fixed time and one
//! for each byte. Where every rank gets its own part of the work, ranks do pay.
//!
//! Its limit: a rank that waits here does not block, because without shared memory a
//! browser's worker cannot; it goes back to its event loop until the message is there.

mod exercises;
pub mod run;
mod scattered;
mod swept;

use crate::exhibits::card::{
    Card, Front, Headline, Landmark, LaneStyle, Lanes, Measured, Question, Recording, Sweep, Trials,
};
use crate::exhibits::ranks::messages::Bug;
#[cfg(target_arch = "wasm32")]
use crate::exhibits::ranks::rank::RankProgram;
use crate::measure::line_fit::fitted_line;
use crate::measure::point::Quantity;
use crate::measure::stats::median;
use crate::measure::unit::Unit;
use crate::params::{Kind, PROCESSES, Parameter, RunSpec, SECONDS, SEED, STARTS};
use crate::report::{Report, SeriesName};
use crate::runtime::capabilities::Backend;
use crate::runtime::program::Entry;

/// The cards of this folder.
pub static CARDS: &[&Card] = &[&EXHIBIT];

/// What engines run for it.
#[cfg(target_arch = "wasm32")]
pub static PROGRAMS: &[Entry] = &[Entry::of::<RankProgram>()];
/// Natively there are no ports for ranks: tests of the runs play them.
#[cfg(not(target_arch = "wasm32"))]
pub static PROGRAMS: &[Entry] = &[];

/// The exhibit.
pub static EXHIBIT: Card = Card {
    front: &Front {
        name: "message-ring",
        folder: "message_ring",
        title: "Ranks pass messages",
        own_parameters: &[
            Parameter {
                name: "pattern",
                label: "Pattern",
                help: "Who sends what to whom.",
                kind: Kind::Choice {
                    options: &[
                        ("ring", "a ring"),
                        ("ping-pong", "ping-pong"),
                        ("scatter-gather", "scatter and gather"),
                    ],
                    default: "ring",
                },
            },
            Parameter {
                name: "bug",
                label: "Bug",
                help: "A mistake in the program of the ring.",
                kind: Kind::Choice {
                    options: &[
                        ("none", "none"),
                        ("lost-first", "the first rank dies before it sends"),
                        ("lost-reply", "ranks die after they received"),
                        ("source-minus-one", "rank 0 receives from rank −1"),
                        ("everyone-receives", "everyone receives first"),
                    ],
                    default: "none",
                },
            },
            Parameter {
                name: "workers",
                label: "Ranks",
                help: "How many ranks there are.",
                kind: Kind::Ranks,
            },
            Parameter {
                name: "bytes",
                label: "Bytes",
                help: "The size of the message that goes to and fro; sweep measures many sizes.",
                kind: Kind::Bytes { max: 1 << 20 },
            },
        ],
        shared_parameters: &[PROCESSES, STARTS, SECONDS, SEED],
        lowest: Backend::Processes,
        fallback: "Every rank is a worker, and this browser offers none. What there is to see is a recorded run. \
               A current browser runs the exhibit.",
        question: |spec| match spec.name("pattern") {
            "scatter-gather" => Question {
                text: "How many times as fast as one process will the ranks be?",
                unit: Unit::SpeedUp,
            },
            _ => Question { text: "How many milliseconds does one message take?", unit: Unit::Ms },
        },
    },
    landmarks: |report| {
        let ideal = report.ideal.as_ref();
        let mark = |speedup| Landmark {
            name: "Ideal for these lists".to_owned(),
            class: "ideal",
            value: speedup,
        };
        ideal.map(|ideal| mark(ideal.speedup)).into_iter().collect()
    },
    why,
    headline,
    lanes: Lanes { name: "Rank", first: 0, parameter: "workers", style: LaneStyle::Messages },
    known: |_| None,
    sweep: |report| match report.spec.as_ref()?.name("pattern") {
        "ring" => Some(Sweep {
            title: "How long the token takes to go round",
            measured: Measured::blocks_or(report, SeriesName::RingRound),
            x: "ranks",
            y: "time for one round",
            unit: Unit::Ms,
            logarithmic: false,
            level: None,
            beside: None,
            predicted: false,
            curve_name: "as many hops as ranks, each as long as in the largest ring",
            curve: |report, ranks| ranks * hop_ms(report).unwrap_or(0.0),
        }),
        "ping-pong" => Some(Sweep {
            title: "How long a message takes, by its size",
            measured: Measured::blocks_or(report, SeriesName::Message),
            x: "bytes",
            y: "time for one message",
            unit: Unit::Ms,
            logarithmic: true,
            level: None,
            beside: None,
            predicted: true,
            curve_name: "fit: α + β · bytes",
            curve: |report, bytes| line(report).map_or(0.0, |(alpha, beta)| alpha + beta * bytes),
        }),
        _ => None,
    },
    simplifies: "All ranks run on one machine, so a message is copied and never travels. MPI's ranks \
                 block while they wait; these go back to their event loops.",
    exercises: &[exercises::four_bugs, exercises::twice_as_long],
    trials: Trials {
        long: "pattern=scatter-gather&workers=2&seconds=60",
        short: &[
            "pattern=scatter-gather&workers=2&seconds=2",
            "pattern=ping-pong",
            "bug=everyone-receives&workers=3",
        ],
    },
    recordings: &[Recording { name: "message-ring", query: "workers=8" }],
};

/// Sizes that ping-pong sweeps.
pub const SIZES: [u32; 11] =
    [1, 4, 16, 64, 256, 1 << 10, 1 << 12, 1 << 14, 1 << 16, 1 << 18, 1 << 20];

/// The token that comes back from a ring of so many ranks.
pub fn token(ranks: u32) -> String {
    (0..ranks).map(|rank| format!("P{rank}")).collect()
}

/// The mistake that a run asks for.
pub fn bug(spec: &RunSpec) -> Bug {
    match spec.name("bug") {
        "lost-first" => Bug::LostFirst,
        "lost-reply" => Bug::LostReply,
        "source-minus-one" => Bug::SourceMinusOne,
        "everyone-receives" => Bug::EveryoneReceives,
        _ => Bug::None,
    }
}

/// What a message takes: in the largest ring, or of the smallest size.
fn headline(report: &Report) -> Option<Headline> {
    let spec = report.spec.as_ref()?;
    match spec.name("pattern") {
        "ring" => Some(Headline {
            ms: hop_ms(report)?,
            words: format!(
                "is the median time for one hop in a ring of {} ranks{}",
                spec.whole("workers"),
                within(report, f64::from(spec.whole("workers")), f64::from(spec.whole("workers")))
            ),
        }),
        "ping-pong" => {
            let messages = report.series_named(SeriesName::Message);
            let smallest = messages.min_by(|a, b| a.x.total_cmp(&b.x))?;
            let words = format!(
                "is the median time for a message of {} bytes{}",
                smallest.x,
                within(report, smallest.x, 1.0)
            );
            Some(Headline { ms: median(&smallest.samples)?, words })
        }
        _ => None,
    }
}

/// Between what that lies: the interval of the point at `x`, of which it is a `parts`-th part; of
/// a run without blocks only the full stop.
fn within(report: &Report, x: f64, parts: f64) -> String {
    let own = report.swept(Quantity::Time).find(|point| point.x == Some(x));
    own.map_or(".".to_owned(), |point| {
        let [low, high] = [point.low, point.high].map(|ms| ms * 1e3 / parts);
        let of = point.blocks;
        format!(
            ": between {low:.0} and {high:.0} µs, over {of} medians ({:.1} % confidence).",
            point.confidence * 100.0
        )
    })
}

/// How long a hop takes in the largest ring, in milliseconds.
fn hop_ms(report: &Report) -> Option<f64> {
    let rings = report.series_named(SeriesName::RingRound);
    let largest = rings.max_by(|a, b| a.x.total_cmp(&b.x))?;
    Some(median(&largest.samples)? / largest.x)
}

/// α and β of α + β · bytes, in milliseconds and milliseconds per byte, through the medians.
fn line(report: &Report) -> Option<(f64, f64)> {
    let points = report.series_named(SeriesName::Message);
    let points: Vec<(f64, f64)> =
        points.filter_map(|series| Some((series.x, median(&series.samples)?))).collect();
    fitted_line(&points)
}

/// Why the times are what they are.
fn why(report: &Report) -> Option<String> {
    let spec = report.spec.as_ref()?;
    let ranks = spec.whole("workers");
    match (spec.name("pattern"), bug(spec)) {
        ("ring", Bug::None) => {
            let hop_ms = hop_ms(report)?;
            Some(format!(
                "Only the rank that has the token does anything; all others wait. {ranks} hops of \
                 {:.0} µs follow one another, so more ranks make the ring slower, never faster.",
                hop_ms * 1e3
            ))
        }
        ("ring", bug) => Some(
            match bug {
                Bug::LostFirst => {
                    "Rank 0 died before it sent anything, so every other rank waits for a message \
                     that nobody will send."
                }
                Bug::LostReply => {
                    "Rank 1 took the token and died with it. Those behind it wait for it in a row, \
                     and rank 0 waits for the last of them."
                }
                Bug::SourceMinusOne => {
                    "The token went all the way round and lies in rank 0's mailbox, but rank 0 asks \
                     for a message from rank −1. In one system −1 means any rank; here, as in \
                     others, it means nobody."
                }
                _ => {
                    "Everyone waits for its left neighbour before it sends: a circle of waits, in \
                     which nobody is ever first."
                }
            }
            .to_owned(),
        ),
        ("ping-pong", _) => {
            let (alpha, beta) = line(report)?;
            Some(format!(
                "A message costs {:.0} µs before its first byte, and {:.2} ms for each further \
                 megabyte ({:.1} GB/s): small messages pay for the sending, large ones for the copying.",
                alpha * 1e3,
                beta * 1e6,
                1e-6 / beta.max(1e-15)
            ))
        }
        _ => crate::analysis::why::why(report),
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
