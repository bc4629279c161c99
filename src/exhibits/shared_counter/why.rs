//! What a run of the counters says in sentences: only what the intervals allow.

use super::asked::ways;
use super::program::Way;
use crate::exhibits::card::Landmark;
use crate::measure::block::{Estimate, Verdict};
use crate::measure::point::{Point, Quantity};
use crate::measure::power::{seen, smallest_difference};
use crate::measure::sampling::Stopping;
use crate::measure::stats::{LEAST_FOR_VERDICT, estimate};
use crate::measure::summary::{ratios, units};
use crate::report::{Counted, Report};

/// The least coverage of an interval that is looked at once.
const COVERAGE: f64 = 0.95;
/// Below so many cores' worth the workers mostly took turns.
const TOGETHER: f64 = 1.3;

/// What a measured speed-up can be compared with.
pub fn landmarks(report: &Report) -> Vec<Landmark> {
    let Some(spec) = &report.spec else { return Vec::new() };
    let workers = f64::from(spec.whole("workers"));
    vec![
        Landmark { name: "One worker does all".to_owned(), class: "ideal", value: 1.0 },
        Landmark { name: format!("{workers} equal cores"), class: "further", value: workers },
    ]
}

/// Why it is as it is: what was lost, what sharing cost, and what one line cost.
pub fn why(report: &Report) -> Option<String> {
    let spec = report.spec.as_ref()?;
    let mut sentences = Vec::new();
    let ways = ways(spec);
    if ways.contains(&Way::Unprotected) {
        sentences.extend(lost(report));
    }
    sentences.extend(slower(report, &ways));
    sentences.extend(of_one_line(report).map(|ratio| line_sentence(report, &ratio)));
    if sentences.is_empty() {
        // Fewer blocks than a verdict takes.
        let samples: usize = report.counts.iter().map(|counted| counted.samples.len()).sum();
        sentences.push(format!(
            "All {samples} counts lie within what is possible. For more than that there are too few \
             blocks; more seconds give more."
        ));
    }
    Some(sentences.join(" "))
}

/// What an arm has of a quantity; nothing from fewer blocks than a verdict takes.
pub fn point(report: &Report, quantity: Quantity, arm: &str) -> Option<Estimate> {
    let own = |point: &&Point| point.quantity == quantity && point.arm == arm;
    let found = report.points.iter().find(own)?.estimate();
    (found.blocks >= LEAST_FOR_VERDICT).then_some(found)
}

/// What a way counted, sample by sample.
pub fn counts(report: &Report, way: Way) -> Option<&Counted> {
    report.counts.iter().find(|counted| counted.arm == way.name())
}

/// A share in percent: `34 %`, `3.4 %`, `0.34 %`.
fn of_hundred(share: f64) -> String {
    let percent = share * 100.0;
    let digits = usize::from(percent < 10.0) + usize::from(percent < 1.0);
    if percent == 0.0 { "0 %".to_owned() } else { format!("{percent:.digits$} %") }
}

/// A share in percent, with its interval.
pub fn percent(share: &Estimate) -> String {
    let [low, median, high] = [share.low, share.median, share.high].map(|share| share * 100.0);
    let digits = usize::from(high < 10.0) + usize::from(high < 1.0);
    format!("{median:.digits$} % ({low:.digits$} to {high:.digits$})")
}

/// What was lost where nothing protects the counter.
fn lost(report: &Report) -> Option<String> {
    let share = point(report, Quantity::LostShare, Way::Unprotected.name())?;
    let counted = counts(report, Way::Unprotected)?;
    let of = counted.samples.len();
    let losses = counted.lost();
    let with = losses.iter().filter(|lost| **lost > 0.0).count();
    let least = losses.iter().copied().fold(1.0, f64::min);
    let most = losses.iter().copied().fold(0.0, f64::max);
    let protected = if report.counts.len() > 2 {
        " In every sample of the other ways not one was lost."
    } else {
        ""
    };
    let together = report.core_equivalents.as_ref().is_none_or(|kappa| kappa.median > TOGETHER);
    Some(match with {
        0 if together => format!(
            "Unprotected, nothing was lost in {of} samples. That is no proof: nothing forbids it, \
             and the next run may lose some.{protected}"
        ),
        0 => format!(
            "Unprotected, nothing was lost in {of} samples: the workers had about one core between \
             them, and a core that changes from one to the other rarely does so between a load and \
             its store. Nothing forbids it.{protected}"
        ),
        _ => format!(
            "Unprotected, {} of the additions were lost, in single samples {} to {}: a worker \
             stored what it had loaded before another stored. Some were lost in {with} of {of} \
             samples.{protected}",
            percent(&share),
            of_hundred(least),
            of_hundred(most)
        ),
    })
}

/// Whether workers together were slower than one who does all, and where they were faster.
fn slower(report: &Report, ways: &[Way]) -> Option<String> {
    let measured = |verdict: Verdict| -> Option<String> {
        let mut times = " times as fast";
        let found = ways.iter().filter_map(|way| {
            let speedup = point(report, Quantity::SpeedUp, way.name())?;
            let Estimate { median, low, high, .. } = speedup;
            let is_so = speedup.verdict() == Some(verdict);
            is_so.then(|| {
                let times = std::mem::take(&mut times);
                format!("{} {median:.2}{times} ({low:.2} to {high:.2})", words(*way))
            })
        });
        let found: Vec<String> = found.collect();
        (!found.is_empty()).then(|| found.join(", "))
    };
    let workers = report.spec.as_ref()?.whole("workers");
    let all = format!("{workers} workers together were");
    match (measured(Verdict::Slower), measured(Verdict::Faster)) {
        (None, None) => None,
        (Some(slow), None) => Some(format!("{all} slower than one who does all of it: {slow}.")),
        (None, Some(fast)) => Some(format!("{all} faster than one who does all of it: {fast}.")),
        (Some(slow), Some(fast)) => Some(format!(
            "{all} slower than one who does all of it: {slow}. They were faster here: {fast}."
        )),
    }
}

/// What a way is called in a sentence.
fn words(way: Way) -> &'static str {
    match way {
        Way::Unprotected => "unprotected",
        Way::Atomic => "atomic",
        Way::Lock => "under the lock",
        Way::OwnSharedLine => "own counters on one line",
        Way::OwnApart => "own counters apart",
    }
}

/// How many times as long own counters take on one line as on lines of their own.
pub fn of_one_line(report: &Report) -> Option<Estimate> {
    let found = estimate(&lines(report), COVERAGE)?;
    (found.blocks >= LEAST_FOR_VERDICT).then_some(found)
}

/// The same, unit by unit.
fn lines(report: &Report) -> Vec<f64> {
    let [line, apart] = [Way::OwnSharedLine, Way::OwnApart].map(Way::name);
    units(&report.blocks, |own| ratios(own, line, apart))
}

/// What this ratio says of false sharing.
pub fn line_sentence(report: &Report, ratio: &Estimate) -> String {
    let Estimate { median, low, high, .. } = ratio;
    let measured = format!("{median:.2} times as long ({low:.2} to {high:.2})");
    match ratio.verdict() {
        Some(Verdict::Faster) => format!(
            "Own counters on one cache line took {measured} as on lines of their own: false \
             sharing. Nobody reads the neighbour's number, and the line goes to and fro all the \
             same."
        ),
        Some(Verdict::Slower) => format!(
            "Own counters on one cache line took {measured} as on lines of their own: the \
             opposite of false sharing, because something else was slower in these samples. \
             Nothing here says what; another run may."
        ),
        _ => {
            let lines = lines(report);
            let rule = Stopping { most: lines.len(), early: false };
            let smallest = smallest_difference(&lines, rule, report.seed);
            let alone = report.core_equivalents.as_ref().is_some_and(|k| k.median <= TOGETHER);
            let because = if alone {
                "The workers had about one core between them, and one core has one cache"
            } else {
                "So it is where workers run on one core, or on virtual cores that share one"
            };
            format!(
                "False sharing does not show here: own counters on one cache line took {measured} \
                 as on lines of their own. {} {because}.",
                seen("This run", smallest)
            )
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::exhibits::shared_counter::asked::arms_of;
    use crate::measure::block::Block;
    use crate::params::{RunSpec, Value};

    /// A run of all ways, in blocks of which each arm takes what `ms` says.
    fn run(ms: impl Fn(Way, bool) -> f64, counts: &[f64], blocks: usize) -> Report {
        let values = [("way", Value::Name("all".to_owned())), ("workers", Value::Whole(2))];
        let values = values.map(|(name, value)| (name.to_owned(), value)).into();
        let spec = RunSpec { exhibit: "threads".to_owned(), values };
        let mut block = Block::default();
        let mut arms = Vec::new();
        let mut points = Vec::new();
        for way in Way::ALL {
            let [one, all] = arms_of(&spec, way);
            block.take(&one.id, ms(way, false));
            block.take(&all.id, ms(way, true));
            let speedup = ms(way, false) / ms(way, true);
            let speedup = Estimate { blocks, ..Estimate::single(speedup) };
            points.push(Point::new(Quantity::SpeedUp, &all, speedup));
            arms.extend([one, all]);
        }
        let high = 2_000_000.0;
        let counted = |way: Way, samples: Vec<f64>| Counted {
            arm: way.name().to_owned(),
            low: if way == Way::Unprotected { 2.0 } else { high },
            high,
            samples,
        };
        let mut all: Vec<Counted> =
            Way::ALL.into_iter().map(|way| counted(way, vec![high; blocks])).collect();
        all[0].samples = counts.to_vec();
        let lost = estimate(&all[0].lost(), COVERAGE).unwrap();
        let unprotected = &arms_of(&spec, Way::Unprotected)[1];
        points.push(Point::new(Quantity::LostShare, unprotected, lost));
        Report {
            spec: Some(spec),
            arms,
            blocks: vec![block; blocks],
            points,
            counts: all,
            ..Report::default()
        }
    }

    const HALF: [f64; 6] = [1e6; 6];
    const ALL: [f64; 6] = [2e6; 6];

    fn as_expected(way: Way, together: bool) -> f64 {
        match (way, together) {
            (Way::OwnApart, true) => 5.0,
            (_, false) => 10.0,
            (_, true) => 40.0,
        }
    }

    #[test]
    fn what_was_lost_what_was_slower_and_false_sharing_are_said() {
        let why = why(&run(as_expected, &HALF, 6)).unwrap();
        for part in [
            "50 % (50 to 50) of the additions were lost, in single samples 50 % to 50 %",
            "Some were lost in 6 of 6 samples",
            "not one was lost",
            "2 workers together were slower than one who does all of it: unprotected 0.25 times",
            "atomic 0.25 (0.25 to 0.25)",
            "They were faster here: own counters apart 2.00 times as fast (2.00 to 2.00)",
            "8.00 times as long (8.00 to 8.00) as on lines of their own: false sharing",
        ] {
            assert!(why.contains(part), "{part} is not in: {why}");
        }
    }

    #[test]
    fn what_did_not_show_is_said_too() {
        let even = |_, _| 10.0;
        let mut report = run(even, &ALL, 6);
        let why_of = |report: &Report| why(report).unwrap();
        assert!(why_of(&report).contains("nothing was lost in 6 samples. That is no proof"));
        assert!(why_of(&report).contains("False sharing does not show here"));
        assert!(!why_of(&report).contains("slower"));
        report.core_equivalents = Some(Estimate::single(1.0));
        assert!(why_of(&report).contains("about one core between them"), "{}", why_of(&report));
    }

    #[test]
    fn too_few_blocks_allow_no_reason() {
        let why = why(&run(as_expected, &HALF[..3], 3)).unwrap();
        assert!(why.contains("too few blocks") && !why.contains("false sharing"), "{why}");
    }
}
