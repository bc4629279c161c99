//! What predictions were worth: each against the interval of its measurement, and all of
//! a session together.

use crate::exhibits;
use crate::measure::point::{Point, Quantity};
use crate::measure::stats::median;
use crate::measure::unit::Unit;
use crate::report::Report;

/// A predicted time is near if it is at most this factor off: nobody knows milliseconds
/// of a strange machine any closer.
const NEAR: f64 = 1.5;

/// An interval tells right from wrong if both of its ends are at most this share off its median.
const NARROW: f64 = 0.1;

/// What a prediction was worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worth {
    /// It lay in a narrow interval; for a time, it was near.
    Hit,
    /// It was off.
    Missed,
    /// It lay in an interval that is too wide to tell.
    Open,
}

/// A prediction beside what came of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scored {
    /// What it was worth.
    pub worth: Worth,
    /// The larger of prediction ÷ measurement and its inverse: 1 is perfect.
    pub factor: f64,
}

/// Scores the prediction of a report; `None` if there was none, or nothing to compare
/// it with.
///
/// # Examples
/// ```
/// use fib_lab::notebook::score::{Worth, score};
/// use fib_lab::report::{Prediction, Report};
/// use fib_lab::measure::{block::Estimate, unit::Unit};
///
/// let speedup = Estimate { median: 1.8, low: 1.7, high: 1.9, confidence: 0.97, blocks: 6 };
/// let prediction = Prediction { value: 2.0, unit: Unit::SpeedUp };
/// let report =
///     Report { speedup: Some(speedup), prediction: Some(prediction), ..Report::default() };
/// let scored = score(&report).unwrap();
/// assert_eq!(scored.worth, Worth::Missed);
/// assert!((scored.factor - 2.0 / 1.8).abs() < 1e-12);
/// ```
pub fn score(report: &Report) -> Option<Scored> {
    let prediction = report.prediction.as_ref()?;
    scored(prediction.value, prediction.unit, measured(report, prediction.unit)?)
}

/// Scores a prediction against what was measured in its unit: the least, the median and the most.
pub fn scored(predicted: f64, unit: Unit, measured: [f64; 3]) -> Option<Scored> {
    let [low, median, high] = measured;
    let ratio = predicted / median;
    let factor = ratio.max(1.0 / ratio);
    let worth = match ((low..=high).contains(&predicted), is_narrow(measured)) {
        (true, true) => Worth::Hit,
        (true, false) => Worth::Open,
        (false, _) => Worth::Missed,
    };
    match unit {
        Unit::Percent => {
            // Nothing is no multiple of something.
            let factor = if predicted > 0.0 && median > 0.0 { factor } else { 1.0 };
            (worth != Worth::Missed || factor > 1.0).then_some(Scored { worth, factor })
        }
        Unit::Ms => {
            let worth = if factor <= NEAR { Worth::Hit } else { Worth::Missed };
            Some(Scored { worth, factor })
        }
        _ => Some(Scored { worth, factor }),
    }
}

/// Whether an interval is narrow enough to tell a right prediction from a wrong one.
fn is_narrow([low, median, high]: [f64; 3]) -> bool {
    low >= median * (1.0 - NARROW) && high <= median * (1.0 + NARROW)
}

/// What was measured of that which a visitor predicts in this unit: the least, the median and the
/// most. Of a time there is only the median.
pub fn measured(report: &Report, unit: Unit) -> Option<[f64; 3]> {
    match unit {
        Unit::Percent => {
            let is_lost = |point: &&Point| point.quantity == Quantity::LostShare;
            let lost = report.points.iter().find(is_lost)?;
            Some([lost.low, lost.median, lost.high].map(|share| share * 100.0))
        }
        Unit::Ms => {
            let ms = (exhibits::named(&report.exhibit)?.headline)(report)?.ms;
            (ms > 0.0).then_some([ms; 3])
        }
        _ => report.speedup.as_ref().map(|speedup| [speedup.low, speedup.median, speedup.high]),
    }
}

/// What the predictions of a session were worth, in a sentence.
pub fn summary(scored: &[Scored]) -> String {
    let of = |worth: Worth| scored.iter().filter(|one| one.worth == worth).count();
    let (hits, open) = (of(Worth::Hit), of(Worth::Open));
    let factors: Vec<f64> = scored.iter().map(|one| one.factor).collect();
    let Some(middle) = median(&factors) else {
        return "No prediction yet. Predict before you press Run: whoever predicts, right or \
                wrong, sees more in the figure."
            .to_owned();
    };
    let all = scored.len();
    let plural = if all == 1 { "prediction was" } else { "predictions were" };
    let told = match open {
        0 => String::new(),
        1 => " Of 1 the interval was too wide to tell.".to_owned(),
        open => format!(" Of {open} the intervals were too wide to tell."),
    };
    format!(
        "{hits} of {all} {plural} right.{told} In the middle they were off by {:.0} %.",
        (middle - 1.0) * 100.0
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::block::Estimate;
    use crate::report::Prediction;

    fn predicted(value: f64, (low, high): (f64, f64)) -> Report {
        let speedup = Estimate { median: 2.0, low, high, confidence: 0.97, blocks: 6 };
        let prediction = Some(Prediction { value, unit: Unit::SpeedUp });
        Report { speedup: Some(speedup), prediction, ..Report::default() }
    }

    const NARROW_ONE: (f64, f64) = (1.9, 2.2);

    #[test]
    fn a_prediction_hits_if_it_lies_in_a_narrow_interval() {
        let worth = |value, ends| score(&predicted(value, ends)).map(|scored| scored.worth);
        for (value, expected) in
            [(1.89, Worth::Missed), (1.9, Worth::Hit), (2.2, Worth::Hit), (2.3, Worth::Missed)]
        {
            assert_eq!(worth(value, NARROW_ONE), Some(expected), "{value}");
        }
        // Within 1.5 to 2.5 nearly every guess would be right.
        for wide in [(1.79, 2.1), (1.9, 2.21), (1.5, 2.5)] {
            assert_eq!(worth(2.0, wide), Some(Worth::Open), "{wide:?}");
            assert_eq!(worth(3.0, wide), Some(Worth::Missed), "{wide:?}");
        }
        let silent = Report { prediction: None, ..predicted(2.0, NARROW_ONE) };
        assert_eq!(score(&silent), None);
        let nothing_measured = Report { speedup: None, ..predicted(2.0, NARROW_ONE) };
        assert_eq!(score(&nothing_measured), None);
    }

    #[test]
    fn a_time_is_right_if_it_is_near() {
        let worth = |value| scored(value, Unit::Ms, [100.0; 3]).map(|scored| scored.worth);
        assert_eq!(worth(70.0), Some(Worth::Hit));
        assert_eq!(worth(151.0), Some(Worth::Missed));
    }

    #[test]
    fn too_high_and_too_low_count_alike() {
        let of = |value| score(&predicted(value, NARROW_ONE));
        let factor = |value| of(value).map(|scored| scored.factor);
        assert_eq!(factor(1.0), factor(4.0));
        let all: Vec<_> = [1.0, 2.0, 4.0].into_iter().filter_map(of).collect();
        assert!(
            summary(&all).starts_with("1 of 3 predictions were right. In"),
            "{}",
            summary(&all)
        );
        assert!(summary(&all).ends_with("off by 100 %."), "{}", summary(&all));
        let open = score(&predicted(2.0, (1.0, 3.0))).unwrap();
        assert!(summary(&[open]).contains("Of 1 the interval was too wide to tell."));
        assert!(summary(&[]).starts_with("No prediction yet"));
    }
}
