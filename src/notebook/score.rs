//! What predictions were worth: each against the interval of its measurement, and all of
//! a session together.

use crate::exhibits;
use crate::measure::stats::median;
use crate::measure::summary::{Point, Quantity};
use crate::measure::unit::Unit;
use crate::report::Report;

/// A predicted time is near if it is at most this factor off: nobody knows milliseconds
/// of a strange machine any closer.
const NEAR: f64 = 1.5;

/// A prediction beside what came of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scored {
    /// Whether it lay in the interval; for a time, whether it was near.
    pub hit: bool,
    /// The larger of prediction ÷ measurement and its inverse: 1 is perfect.
    pub factor: f64,
}

/// Scores the prediction of a report; `None` if there was none, or nothing to compare
/// it with.
///
/// # Examples
/// ```
/// use fib_lab::notebook::score::score;
/// use fib_lab::report::{Prediction, Report};
/// use fib_lab::measure::{block::Estimate, unit::Unit};
///
/// let speedup = Estimate { median: 1.8, low: 1.7, high: 1.9, confidence: 0.97, blocks: 6 };
/// let prediction = Prediction { value: 2.0, unit: Unit::SpeedUp };
/// let report =
///     Report { speedup: Some(speedup), prediction: Some(prediction), ..Report::default() };
/// let scored = score(&report).unwrap();
/// assert!(!scored.hit);
/// assert!((scored.factor - 2.0 / 1.8).abs() < 1e-12);
/// ```
pub fn score(report: &Report) -> Option<Scored> {
    let prediction = report.prediction.as_ref()?;
    let [low, median, high] = measured(report, prediction.unit)?;
    let ratio = prediction.value / median;
    let factor = ratio.max(1.0 / ratio);
    let hit = (low..=high).contains(&prediction.value);
    match prediction.unit {
        Unit::Percent => {
            // Nothing is no multiple of something.
            let factor = if prediction.value > 0.0 && median > 0.0 { factor } else { 1.0 };
            (hit || factor > 1.0).then_some(Scored { hit, factor })
        }
        Unit::Ms => Some(Scored { hit: factor <= NEAR, factor }),
        _ => Some(Scored { hit, factor }),
    }
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
    let hits = scored.iter().filter(|one| one.hit).count();
    let factors: Vec<f64> = scored.iter().map(|one| one.factor).collect();
    let Some(middle) = median(&factors) else {
        return "No prediction yet. Predict before you press Run: whoever predicts, right or \
                wrong, sees more in the figure."
            .to_owned();
    };
    let all = scored.len();
    let plural = if all == 1 { "prediction" } else { "predictions" };
    format!(
        "{hits} of {all} {plural} lay within what was measured; in the middle they were off by \
         {:.0} %.",
        (middle - 1.0) * 100.0
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::block::Estimate;
    use crate::report::Prediction;

    fn predicted(value: f64) -> Report {
        let speedup = Estimate { median: 2.0, low: 1.9, high: 2.2, confidence: 0.97, blocks: 6 };
        let prediction = Some(Prediction { value, unit: Unit::SpeedUp });
        Report { speedup: Some(speedup), prediction, ..Report::default() }
    }

    #[test]
    fn a_prediction_hits_if_it_lies_in_the_interval() {
        for (value, hit) in [(1.89, false), (1.9, true), (2.2, true), (2.3, false)] {
            assert_eq!(score(&predicted(value)).map(|scored| scored.hit), Some(hit), "{value}");
        }
        let silent = Report { prediction: None, ..predicted(2.0) };
        assert_eq!(score(&silent), None);
        let nothing_measured = Report { speedup: None, ..predicted(2.0) };
        assert_eq!(score(&nothing_measured), None);
    }

    #[test]
    fn too_high_and_too_low_count_alike() {
        let factor = |value| score(&predicted(value)).map(|scored| scored.factor);
        assert_eq!(factor(1.0), factor(4.0));
        let all: Vec<_> =
            [1.0, 2.0, 4.0].into_iter().filter_map(|value| score(&predicted(value))).collect();
        assert!(summary(&all).starts_with("1 of 3 predictions"), "{}", summary(&all));
        assert!(summary(&all).ends_with("off by 100 %."), "{}", summary(&all));
        assert!(summary(&[]).starts_with("No prediction yet"));
    }
}
