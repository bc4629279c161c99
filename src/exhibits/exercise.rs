//! What the visitor's runs say to an exercise. A verdict comes from intervals, and it can be
//! that the runs show the opposite of what the exercise expects.

use super::card::Progress;
use crate::measure::block::{Estimate, Verdict};
use crate::measure::stats::{FASTER, LEAST_FOR_VERDICT, Standing};
use crate::report::Report;

/// What two intervals show of an expectation that one quantity is larger than another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shows {
    /// It is.
    Expected,
    /// It is the other way round.
    Opposite,
    /// These intervals cannot tell.
    Neither,
}

/// Whether a quantity that is expected to be `larger` is: their ratio lies between the
/// ratios of the ends of both intervals, and it has to lie there beyond 1 % of 1. Since two runs
/// differ by more than their blocks do, that is asked rather too strictly than too little.
///
/// # Examples
///
/// ```
/// use fib_lab::exhibits::exercise::{Shows, shows};
/// use fib_lab::measure::block::Estimate;
/// let of = |low, high| {
///     Estimate { median: (low + high) / 2.0, low, high, confidence: 0.97, blocks: 8 }
/// };
/// assert_eq!(shows(&of(1.7, 1.8), &of(1.3, 1.4)), Shows::Expected);
/// assert_eq!(shows(&of(1.3, 1.4), &of(1.7, 1.8)), Shows::Opposite);
/// assert_eq!(shows(&of(1.3, 1.8), &of(1.5, 1.6)), Shows::Neither);
/// ```
pub fn shows(larger: &Estimate, smaller: &Estimate) -> Shows {
    match ratio(larger, smaller).verdict() {
        Some(Verdict::Faster) => Shows::Expected,
        Some(Verdict::Slower) => Shows::Opposite,
        Some(Verdict::NoDifference) | None => Shows::Neither,
    }
}

/// The ratio of two quantities, between the ratios of the ends of their intervals.
fn ratio(larger: &Estimate, smaller: &Estimate) -> Estimate {
    Estimate {
        median: larger.median / smaller.median,
        low: larger.low / smaller.high,
        high: larger.high / smaller.low,
        confidence: larger.confidence.min(smaller.confidence),
        blocks: larger.blocks.min(smaller.blocks),
    }
}

/// The sentence for two quantities that show no measurable difference: between what their ratio
/// lies, and which one would have been seen.
///
/// # Examples
///
/// ```
/// use fib_lab::exhibits::exercise::undecided;
/// use fib_lab::measure::block::Estimate;
/// let of = |low, high| {
///     Estimate { median: (low + high) / 2.0, low, high, confidence: 0.97, blocks: 8 }
/// };
/// let said = undecided(&of(1.6, 1.8), &of(1.5, 1.7));
/// assert!(said.contains("between 0.94 and 1.20 times"), "{said}");
/// assert!(said.contains("from about 1.14 times on"), "{said}");
/// ```
pub fn undecided(larger: &Estimate, smaller: &Estimate) -> String {
    let ratio = ratio(larger, smaller);
    if ratio.blocks < LEAST_FOR_VERDICT {
        return format!(
            " From fewer than {LEAST_FOR_VERDICT} blocks nothing is concluded; more seconds give more."
        );
    }
    format!(
        " No measurable difference: the one is between {:.2} and {:.2} times the other; with \
         intervals as wide as these it shows from about {:.2} times on. More seconds narrow them.",
        ratio.low,
        ratio.high,
        FASTER * ratio.median / ratio.low
    )
}

impl Shows {
    /// The progress of the exercise, with what was found.
    pub fn progress(self, found: String) -> Progress {
        match self {
            Shows::Expected => Progress::Solved(found),
            Shows::Opposite => Progress::Opposite(found),
            Shows::Neither => Progress::Open(found),
        }
    }
}

/// How a run's speed-up stands to a value from paper; nothing from too few blocks. A narrow
/// interval that reaches into what is near the value is as theory says too.
pub fn on_paper(run: &Report, value: f64) -> Option<Standing> {
    let speedup = run.speedup.as_ref()?;
    speedup.verdict()?;
    Some(match speedup.standing(value) {
        Standing::Unclear if speedup.half_width() < 0.05 => Standing::AsTheory,
        standing => standing,
    })
}

/// That the machine gave fewer cores' worth than there were workers, if the run can tell.
pub fn fewer_cores(run: &Report) -> Option<String> {
    let workers = run.spec.as_ref()?.whole("workers");
    let kappa = run.core_equivalents.as_ref()?;
    (kappa.standing(f64::from(workers)) == Standing::Short).then(|| {
        format!(
            "{workers} workers got {:.2} cores' worth here ({:.2} to {:.2})",
            kappa.median, kappa.low, kappa.high
        )
    })
}
