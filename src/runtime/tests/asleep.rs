//! What becomes of runs while the device sleeps, in virtual time.

use futures_executor::block_on;

use crate::measure::block::{Arm, Role};
use crate::measure::clock::stand_in;
use crate::measure::sampling::Stopping;
use crate::params::{RunSpec, Value};
use crate::report::Report;
use crate::runtime::blocks::{self, disturbances};
use crate::runtime::engine::Fault;
use crate::runtime::patience::{Moment, Slept};
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
