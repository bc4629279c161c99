//! What a visitor has guessed on a visit, with what came of each guess and what it taught.

use serde::{Deserialize, Serialize};

use super::score::{Scored, measured, scored};
use crate::exhibits;
use crate::measure::unit::Unit;
use crate::report::Report;

/// A visit keeps so many guesses; then the oldest goes.
pub const MOST_GUESSES: usize = 60;

/// A guess, what was measured, and why.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Guessed {
    /// The exhibit whose question was answered.
    pub exhibit: String,
    /// What was guessed.
    pub predicted: f64,
    /// Of both.
    pub unit: Unit,
    /// What was measured: the least, the median and the most.
    pub measured: [f64; 3],
    /// The reason that the figure gave for what was measured; empty where it gave none.
    pub taught: String,
}

impl Guessed {
    /// The guess of a report, if there was one that can be compared with anything.
    ///
    /// # Examples
    /// ```
    /// use fib_lab::exhibits::MAIN;
    /// use fib_lab::measure::{block::Estimate, unit::Unit};
    /// use fib_lab::notebook::guesses::Guessed;
    /// use fib_lab::report::{Prediction, Report};
    ///
    /// let speedup = Estimate { median: 1.8, low: 1.7, high: 1.9, confidence: 0.97, blocks: 6 };
    /// let prediction = Some(Prediction { value: 2.0, unit: Unit::SpeedUp });
    /// let exhibit = MAIN.name.to_owned();
    /// let report = Report { exhibit, speedup: Some(speedup), prediction, ..Report::default() };
    /// let guessed = Guessed::of(&report).unwrap();
    /// assert_eq!((guessed.predicted, guessed.measured), (2.0, [1.7, 1.8, 1.9]));
    /// assert!(Guessed::of(&Report { prediction: None, ..report }).is_none());
    /// ```
    pub fn of(report: &Report) -> Option<Guessed> {
        let card = exhibits::named(&report.exhibit)?;
        let prediction = report.prediction.as_ref()?;
        let (predicted, unit) = (prediction.value, prediction.unit);
        let guessed = Guessed {
            exhibit: report.exhibit.clone(),
            predicted,
            unit,
            measured: measured(report, unit)?,
            taught: card.reason(report).unwrap_or_default(),
        };
        guessed.scored().is_some().then_some(guessed)
    }

    /// What it was worth.
    pub fn scored(&self) -> Option<Scored> {
        scored(self.predicted, self.unit, self.measured)
    }
}
