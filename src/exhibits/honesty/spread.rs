//! How far ratios spread: between rounds, each of which may have had fresh starts, and within
//! them.

use super::program::{MORE, ONE};
use super::sides::Across;
use crate::measure::block::{Arm, Block, Estimate, Verdict};
use crate::measure::point::{Point, Quantity};
use crate::measure::power::seen;
use crate::measure::stats::{LEAST_FOR_VERDICT, estimate, median};
use crate::measure::summary::ratios;
use crate::report::{Report, Round};

/// The least coverage of an interval over rounds.
const COVERAGE: f64 = 0.95;

/// How much of what single blocks are off by is left in a round of the fewest blocks: the
/// median of n normal numbers scatters √(π/2n) times as much as they do.
const BLOCKS_LEAVE: f64 = 0.443_113_462_726_379;

/// What is derived over all rounds: how many times as long the second program took, and across
/// fresh starts how far that is from 1 between two of them, and how far blocks are from the
/// median of their two starts.
pub fn points(more: &Arm, blocks: &[Block], rounds: &[Round], across: Across) -> Vec<Point> {
    let medians: Vec<f64> = rounds.iter().map(|round| round.median).collect();
    let mut found = vec![(Quantity::TimesAsLong, medians.clone())];
    if across == Across::Starts {
        let within = blocks.chunk_by(|one, next| one.start == next.start).filter_map(|own| {
            let ratios = ratios(own, MORE, ONE);
            let middle = median(&ratios)?;
            median(&ratios.iter().map(|ratio| (ratio / middle - 1.0).abs()).collect::<Vec<_>>())
        });
        let between = medians.iter().map(|ratio| (ratio - 1.0).abs());
        found.push((Quantity::BetweenStarts, between.collect()));
        found.push((Quantity::WithinStarts, within.collect()));
    }
    let point = |(quantity, values): (Quantity, Vec<f64>)| {
        Some(Point::new(quantity, more, estimate(&values, COVERAGE)?))
    };
    found.into_iter().filter_map(point).collect()
}

/// What the rounds found across what was compared, in sentences after how often that was
/// nothing.
pub fn sentences(report: &Report) -> String {
    let across = report.spec.as_ref().map_or(Across::Same, Across::of);
    let of = |quantity: Quantity| {
        let point = report.points.iter().find(|point| point.quantity == quantity)?;
        Some(point.estimate()).filter(|found| found.blocks >= LEAST_FOR_VERDICT)
    };
    let mut said: Vec<String> = Vec::new();
    match across {
        Across::Same => {}
        Across::Engines => said.extend(of(Quantity::TimesAsLong).map(|times| builds(&times))),
        Across::Starts => {
            let both = of(Quantity::BetweenStarts).zip(of(Quantity::WithinStarts));
            said.extend(both.map(|(between, within)| starts(&between, &within)));
        }
    }
    if across != Across::Same && said.is_empty() {
        said.push(format!(
            "From fewer than {LEAST_FOR_VERDICT} rounds nothing is concluded about all of them."
        ));
    }
    said.push(seen("A round like these", report.smallest_difference));
    said.retain(|sentence| !sentence.is_empty());
    said.join(" ")
}

fn builds(times: &Estimate) -> String {
    let measured = format!(
        "over all {} rounds the threaded build took {:.3} times as long as the plain one, between \
         {:.3} and {:.3}",
        times.blocks, times.median, times.low, times.high
    );
    if times.verdict() == Some(Verdict::NoDifference) {
        format!("That is no measurable difference between the two builds: {measured}.")
    } else {
        format!(
            "The two builds differ: {measured}. The function is the same, what the browser makes of it \
             is not; so where threads run, the lab takes the serial program from their build."
        )
    }
}

fn starts(between: &Estimate, within: &Estimate) -> String {
    let percent = |share: &Estimate| {
        let [median, low, high] = [share.median, share.low, share.high].map(|it| it * 100.0);
        format!("{median:.2} % ({low:.2} to {high:.2})")
    };
    let conclusion = if between.low > BLOCKS_LEAVE * within.high {
        "That is more than blocks leave, so starts differ by themselves: a figure from a single start \
         may be off by as much, and only more starts tell."
    } else {
        "That is no more than blocks may leave: what differs from start to start cannot be told from \
         it here."
    };
    format!(
        "Between two fresh starts the ratio was off by {} in the middle; within the same two, single \
         blocks were off by {}. {conclusion}",
        percent(between),
        percent(within)
    )
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::measure::block::Role;
    use crate::measure::sampling::FIRST_LOOK;

    #[test]
    fn what_blocks_leave_is_by_the_first_look() {
        let left = (std::f64::consts::PI / 2.0 / FIRST_LOOK as f64).sqrt();
        assert!((BLOCKS_LEAVE / left - 1.0).abs() < 1e-9);
    }

    #[test]
    fn starts_that_differ_are_told_from_blocks_that_do() {
        let arm = Arm { id: MORE.to_owned(), ..Arm::only(Role::Point) };
        // Every pair of starts is off by its own share, all blocks of it by the same.
        let mut blocks = Vec::new();
        let mut rounds = Vec::new();
        for start in 0..8 {
            let off = 1.0 + 0.01 * f64::from(start) - 0.035;
            for noise in [0.999, 1.0, 1.001] {
                let ms = [(MORE, off * noise), (ONE, 1.0)];
                blocks.push(Block { start, ..Block::from(ms) });
            }
            let (low, high) = (off * 0.999, off * 1.001);
            rounds.push(Round { median: off, low, high, verdict: Verdict::NoDifference });
        }
        let points = points(&arm, &blocks, &rounds, Across::Starts);
        let of = |quantity| points.iter().find(|point| point.quantity == quantity).unwrap().median;
        assert!((of(Quantity::BetweenStarts) - 0.02).abs() < 1e-9);
        assert!((of(Quantity::WithinStarts) - 0.001).abs() < 1e-9);
        assert!((of(Quantity::TimesAsLong) - 1.0).abs() < 1e-9);
        let said = |quantity| points.iter().find(|it| it.quantity == quantity).unwrap().estimate();
        let said = starts(&said(Quantity::BetweenStarts), &said(Quantity::WithinStarts));
        assert!(said.contains("starts differ by themselves"), "{said}");
        let [narrow, wide] = [0.001, 0.01].map(|at| Estimate { blocks: 8, ..Estimate::single(at) });
        assert!(starts(&narrow, &wide).contains("no more than blocks may leave"));
    }
}
