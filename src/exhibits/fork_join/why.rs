//! What a run of a task that splits itself shows, in sentences chosen from its intervals.

use super::asked::asked;
use super::beside;
use super::measured::{join_ms, uncut};
use crate::exhibits::splitting::grain::Grain;
use crate::measure::block::Estimate;
use crate::measure::stats::{Standing, median};
use crate::report::{Report, SeriesName};
use crate::scheduler::QUANTUM_US;
use crate::trace::{Detail, Divisible};

/// What a join cost, what was done about it, and how near all workers came to what is possible.
pub fn why(report: &Report) -> Option<String> {
    report.speedup.as_ref()?;
    let spec = report.spec.as_ref()?;
    let grain = Grain::of(spec);
    let mut sentences = vec![price(report)?];
    sentences.extend(cut(report, grain));
    sentences.push(reached(report, spec.whole("workers").max(1))?);
    sentences.extend(steals(report));
    sentences.extend(rayon(report));
    Some(sentences.join(" "))
}

/// A ratio with its interval: `1.53 times (1.50 to 1.56)`.
fn times(ratio: &Estimate) -> String {
    let digits = match ratio.median {
        large if large >= 10.0 => 0,
        small if small < 0.1 => 3,
        _ => 2,
    };
    let Estimate { median, low, high, .. } = ratio;
    format!("{median:.digits$} times ({low:.digits$} to {high:.digits$})")
}

fn price(report: &Report) -> Option<String> {
    let split = times(&uncut(report)?);
    let each = match join_ms(report) {
        Some(join) if join.low > 0.0 => {
            format!(": {:.2} ns for each join that nobody took part in", join.median * 1e6)
        }
        _ => String::new(),
    };
    Some(format!(
        "Split wherever it can be, the program took one worker {split} as long as the serial one{each}."
    ))
}

/// What leaving pieces whole has brought.
fn cut(report: &Report, grain: Grain) -> Option<String> {
    let whole = times(report.work_overhead.as_ref()?);
    match grain {
        Grain::None => None,
        Grain::CutOff(cutoff) => {
            Some(format!("With pieces of size {cutoff} and below left whole it was {whole}."))
        }
        Grain::Automatic => Some(format!(
            "With pieces left whole that take less than {QUANTUM_US} µs it was {whole}."
        )),
    }
}

/// How near all workers came to what is possible, and what kept them from it.
fn reached(report: &Report, workers: u32) -> Option<String> {
    if workers == 1 {
        return Some("One worker has nobody to share with.".to_owned());
    }
    let capacity = report.capacity_efficiency.as_ref()?;
    let percent = format!(
        "{:.0} % ({:.0} to {:.0})",
        capacity.median * 100.0,
        capacity.low * 100.0,
        capacity.high * 100.0
    );
    let overhead = report.work_overhead.as_ref().filter(|overhead| overhead.low > 1.02);
    Some(match (capacity.standing(1.0), overhead) {
        (Standing::AsTheory, _) => format!(
            "All {workers} workers together reached {percent} of what the machine gave to as many \
             independent kernels, or of what any schedule can."
        ),
        (Standing::Beyond, _) => format!(
            "That {workers} workers reached {percent} of what is possible says that the serial program \
             and this one did not meet the same machine, or the same quality of code."
        ),
        (_, Some(overhead)) => format!(
            "Together {workers} workers reached {percent} of what is possible: the joins are paid for on \
             every worker, {:.2} times the work.",
            overhead.median
        ),
        _ => format!(
            "Together {workers} workers reached {percent} of what is possible; these figures name no \
             reason for the rest."
        ),
    })
}

/// What rayon's join did on the same tree.
fn rayon(report: &Report) -> Option<String> {
    let (overhead, speedup) = (beside::overhead(report)?, beside::speedup(report)?);
    let arm = report.arms.iter().find(|arm| arm.id == beside::ARMS[2])?;
    Some(format!(
        "Rayon's join, at n = {} because of its price: one worker took {} as long as the serial program, \
         all together were {} as fast.",
        arm.x?,
        times(&overhead),
        times(&speedup)
    ))
}

/// How often work was taken, and what was the largest piece.
fn steals(report: &Report) -> Option<String> {
    let steals = median(&report.series_named(SeriesName::Steals).next()?.samples)?;
    let (of, size) = largest_taken(report)?;
    let (asked, _) = asked(report.spec.as_ref()?, 0);
    let piece = match of {
        Divisible::Sort => format!("{size} of {} elements", asked.size),
        Divisible::Queens => format!("a board with {size} of {} rows left", asked.size),
        _ => format!("fib({size}) of fib({})", asked.size),
    };
    let count = match steals.round() {
        1.0 => "1 piece".to_owned(),
        steals => format!("{steals} pieces"),
    };
    Some(format!(
        "In the median run {count} changed hands; the largest on the timeline is {piece}."
    ))
}

/// The largest piece on the timeline that was taken from another worker.
pub fn largest_taken(report: &Report) -> Option<(Divisible, u32)> {
    let taken = report.trace.iter().filter_map(|event| match event.detail {
        Detail::Piece { of, size, from: Some(_) } => Some((of, size)),
        _ => None,
    });
    taken.max_by_key(|(_, size)| *size)
}
