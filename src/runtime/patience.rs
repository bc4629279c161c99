//! How long somebody who may be broken is waited for, and what is none of that time: a device
//! that sleeps, or a browser that freezes the page, stops everybody, and whoever is late
//! afterwards is not broken.
//!
//! A wait is cut into slices. One that takes far longer than its timer says has a gap in it: time
//! in which nothing here ran. What comes after a gap is waited for anew, and whoever measures
//! asks how long all gaps of this worker were, to mark what ran meanwhile.

use std::cell::Cell;

use super::engine::Fault;
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

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use futures_executor::block_on;

    use super::*;
    use crate::measure::block::{Arm, Role};
    use crate::measure::clock::stand_in;
    use crate::measure::sampling::Stopping;
    use crate::params::{RunSpec, Value};
    use crate::report::Report;
    use crate::runtime::blocks::{self, disturbances};
    use crate::runtime::pool::List;
    use crate::runtime::rig::Needs;
    use crate::runtime::stand_in::{Mood, StandIn};

    fn spec() -> RunSpec {
        let values = [("workers", 2), ("seed", 7), ("seconds", 10)];
        let values = values.map(|(name, value)| (name.to_owned(), Value::Whole(value)));
        RunSpec { exhibit: "made-up".to_owned(), values: values.into() }
    }

    #[test]
    fn a_device_that_sleeps_loses_no_run_and_the_block_is_marked() {
        // A nap of five seconds is a gap as well, and so is one that is longer than any patience.
        for sleeps_ms in [5_000.0, 20_000.0, 600_000.0] {
            let (run, _) = StandIn::default().run(spec());
            let rig = block_on(run.rig(Needs::Pool, 2)).unwrap();
            let list = List { tasks: vec![36], repeats: 1 };
            let sample = async |_: &Arm| rig.serial(&list, 10_000).await.map(|sample| sample.ms);
            // In the third block.
            stand_in::sleep(75.0, sleeps_ms);
            let arms = [Arm::only(Role::Serial)];
            let stopping = Stopping { most: 6, early: false };
            let blocks = block_on(blocks::take(&run, &arms, stopping, 10_000, sample)).unwrap();
            let tainted: Vec<bool> = blocks.iter().map(|block| block.tainted).collect();
            assert_eq!(tainted, [false, false, true, false, false, false], "{sleeps_ms}");
            // Its time is not over, and it is said.
            assert!(run.spent_ms() < 9_000.0, "{}", run.spent_ms());
            let said = run.close(Report::default()).warnings.join(" ");
            // The gap lies in a slice, which may have taken a second by itself.
            let least_s = sleeps_ms / 1e3 - 1.0;
            assert!(said.contains(&format!("For at least {least_s:.0} s")), "{said}");
            assert!(disturbances(None, &blocks)[0].starts_with("One block ran"));
        }
    }

    #[test]
    fn whoever_is_silent_after_sleep_is_said_to_have_been_interrupted_by_it() {
        let ended = |sleeps_ms: Option<f64>| {
            let device = StandIn { team: Mood::Silent, ..StandIn::default() };
            let (run, _) = device.run(spec());
            if let Some(sleeps_ms) = sleeps_ms {
                stand_in::sleep(3_000.0, sleeps_ms);
            }
            block_on(run.rig(Needs::Pool, 2)).err()
        };
        assert_eq!(ended(None), Some(Fault::TimedOut(10_000)));
        assert_eq!(ended(Some(20_000.0)), Some(Fault::Slept));
        assert!(Fault::Slept.to_string().contains("interrupted by sleep"));
    }

    #[test]
    fn a_worker_that_is_only_slow_has_its_time_anew_after_sleep() {
        // 9 of 10 s, of which it has had 8 when the device falls asleep.
        let (run, _) = StandIn { call_ms: 9e-3 / 13.529, ..StandIn::default() }.run(spec());
        let rig = block_on(run.rig(Needs::Nothing, 1)).unwrap();
        let list = List { tasks: vec![30], repeats: 8 };
        stand_in::sleep(8_000.0, 60_000.0);
        let sample = block_on(rig.serial(&list, 10_000)).unwrap();
        assert!((8_000.0..10_000.0).contains(&(sample.ms * 8.0)), "{}", sample.ms);
    }

    #[test]
    fn a_busy_machine_is_not_asleep() {
        let before = Slept::so_far();
        let begun = Moment::now();
        stand_in::pass(2_500.0);
        assert_eq!((begun.gap_after(1_000.0), Slept::since(before)), (None, Slept::default()));
        assert!(begun.gap_after(400.0).is_some_and(|gap_ms| gap_ms >= 2_000.0));
    }
}
