//! How far two clocks are apart, found by asking the other one for its time.
//!
//! The other clock is read at some moment between asking and hearing. Taking the middle
//! is wrong by at most half the round trip, so the shortest of many round trips gives the
//! best answer (F. Cristian, "Probabilistic clock synchronization", Distributed
//! Computing 3, 1989).

use serde::{Deserialize, Serialize};

/// How many times a clock is asked.
pub const ROUND_TRIPS: u32 = 24;

/// Where another clock stands, seen from this one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Alignment {
    /// The other clock minus this one, in milliseconds.
    pub offset_ms: f64,
    /// The offset may be wrong by this much, in milliseconds.
    pub error_ms: f64,
}

impl Alignment {
    /// The alignment by the shortest of these round trips, each `(asked, read there,
    /// heard)` in milliseconds; `None` of nothing. A clock that moves in steps of
    /// `step_ms` is read no more exactly than that.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::measure::clock_sync::Alignment;
    /// let found = Alignment::of([(0.0, 10.5, 2.0), (5.0, 15.1, 5.2)], 0.0).unwrap();
    /// assert!((found.offset_ms - 10.0).abs() < 1e-9 && (found.error_ms - 0.1).abs() < 1e-9);
    /// ```
    pub fn of(trips: impl IntoIterator<Item = (f64, f64, f64)>, step_ms: f64) -> Option<Alignment> {
        trips.into_iter().min_by(|a, b| (a.2 - a.0).total_cmp(&(b.2 - b.0))).map(
            |(asked, there, heard)| Alignment {
                offset_ms: there - (asked + heard) / 2.0,
                error_ms: ((heard - asked) / 2.0).max(step_ms),
            },
        )
    }

    /// A reading of the other clock, as this one would show it. An offset that its own
    /// error explains is none.
    ///
    /// Both in milliseconds.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::measure::clock_sync::Alignment;
    /// let ahead = Alignment { offset_ms: 10.0, error_ms: 0.1 };
    /// assert_eq!(ahead.here(15.0), 5.0);
    /// let unclear = Alignment { offset_ms: 0.05, error_ms: 0.1 };
    /// assert_eq!(unclear.here(15.0), 15.0);
    /// ```
    pub fn here(&self, there_ms: f64) -> f64 {
        if self.offset_ms.abs() > self.error_ms { there_ms - self.offset_ms } else { there_ms }
    }
}
/// What an engine's clocks are like.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Clocks {
    /// The smallest step, in milliseconds.
    pub step_ms: f64,
    /// How long one reading takes, in milliseconds.
    pub read_ms: f64,
    /// Where the clock of each thread of the pool stands, seen from the engine's own.
    pub threads: Vec<Alignment>,
}
