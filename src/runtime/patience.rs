//! How long somebody who may be broken is waited for, and what is none of that time: a device
//! that sleeps, or a browser that freezes the page, stops everybody, and whoever is late
//! afterwards is not broken.
//!
//! A wait is cut into slices. One that takes far longer than its timer says has a gap in it: time
//! in which nothing here ran. What comes after a gap is waited for anew, and whoever measures
//! asks how long all gaps of this worker were, to mark what ran meanwhile.

use std::cell::Cell;

use super::fault::Fault;
use crate::measure::clock::{calendar_ms, now_ms};

/// A wait looks at the clocks so often, in milliseconds.
const SLICE_MS: u32 = 1_000;
/// A slice that is late by more than this has a gap in it. A busy machine lets a timer wait for
/// less.
const GAP_MS: f64 = 2_000.0;

thread_local! {
    static SLEPT: Cell<Slept> = const { Cell::new(Slept { ms: 0.0, clock_ms: 0.0 }) };
}

/// How long nothing ran, at least.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Slept {
    /// In milliseconds.
    pub ms: f64,
    /// As far as the clock saw it that times samples.
    pub clock_ms: f64,
}

impl Slept {
    /// Over all gaps that this worker has noticed.
    pub fn so_far() -> Slept {
        SLEPT.get()
    }

    /// Since then.
    pub fn since(before: Slept) -> Slept {
        let now = Slept::so_far();
        Slept { ms: now.ms - before.ms, clock_ms: now.clock_ms - before.clock_ms }
    }
}

/// A moment, on both clocks: the one that times samples stands still on some devices while they
/// sleep, the calendar's does not.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    clock_ms: f64,
    calendar_ms: f64,
}

impl Moment {
    /// This moment.
    pub fn now() -> Moment {
        Moment { clock_ms: now_ms(), calendar_ms: calendar_ms() }
    }

    /// How long nothing ran since, at least, if what happened should have taken `ms` at the most;
    /// notes it.
    pub fn gap_after(self, ms: f64) -> Option<f64> {
        let now = Moment::now();
        let late_ms = |from: f64, to: f64| to - from - ms;
        let clock_ms = late_ms(self.clock_ms, now.clock_ms);
        let gap_ms = clock_ms.max(late_ms(self.calendar_ms, now.calendar_ms));
        if gap_ms <= GAP_MS {
            return None;
        }
        let before = SLEPT.get();
        let clock_ms = before.clock_ms + clock_ms.max(0.0);
        SLEPT.set(Slept { ms: before.ms + gap_ms, clock_ms });
        Some(gap_ms)
    }
}

/// Waits for at most `timeout_ms` of time in which something could happen. `wait` waits for so
/// many milliseconds, and says [`Fault::TimedOut`] when nothing has come; what comes later is not
/// lost on it.
pub async fn patiently<T>(
    timeout_ms: u32,
    mut wait: impl AsyncFnMut(u32) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let (mut left_ms, mut slept) = (timeout_ms, false);
    loop {
        let slice_ms = left_ms.min(SLICE_MS);
        let begun = Moment::now();
        let heard = wait(slice_ms).await;
        if begun.gap_after(f64::from(slice_ms)).is_some() {
            (left_ms, slept) = (timeout_ms, true);
        } else {
            left_ms -= slice_ms;
        }
        match heard {
            Err(Fault::TimedOut(_)) if left_ms > 0 => {}
            Err(Fault::TimedOut(_)) if slept => return Err(Fault::Slept),
            Err(Fault::TimedOut(_)) => return Err(Fault::TimedOut(timeout_ms)),
            heard => return heard,
        }
    }
}
