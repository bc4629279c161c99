//! What numbers count: the units of what is measured and of what is swept.

use serde::{Deserialize, Serialize};

/// A unit. Programs decide by it, so it is never a text of somebody's own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Milliseconds.
    Ms,
    /// Nanoseconds.
    Ns,
    /// Parts of a hundred.
    Percent,
    /// How many times as fast as the serial program.
    SpeedUp,
    /// A plain ratio.
    Ratio,
    /// A share of a whole, from 0 to 1.
    Share,
    /// How many times something happened.
    Times,
    /// Questions that were asked.
    Questions,
    /// Bytes.
    Bytes,
    /// The argument of fib.
    N,
    /// Workers.
    Workers,
    /// A unit that this build does not know.
    #[default]
    #[serde(other)]
    Unknown,
}

impl Unit {
    /// The name in files and tables.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::measure::unit::Unit;
    /// assert_eq!(Unit::SpeedUp.name(), "speed-up");
    /// ```
    pub fn name(self) -> &'static str {
        match self {
            Unit::Ms => "ms",
            Unit::Ns => "ns",
            Unit::Percent => "percent",
            Unit::SpeedUp => "speed-up",
            Unit::Ratio => "ratio",
            Unit::Share => "share",
            Unit::Times => "times",
            Unit::Questions => "questions",
            Unit::Bytes => "bytes",
            Unit::N => "n",
            Unit::Workers => "workers",
            Unit::Unknown => "unknown",
        }
    }
}
