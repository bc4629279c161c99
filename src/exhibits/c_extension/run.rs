//! How released native work is measured: against the serial program, and over the share of
//! it that is done under the lock, in the same blocks.

use std::rc::Rc;

use super::program::NativeWork;
use super::{HELD, SHARES, held};
use crate::exhibits::locks::compared::{Compared, compare, threads};
use crate::exhibits::locks::messages::Locks;
use crate::measure::block::Arm;
use crate::measure::unit::Unit;
use crate::report::Report;
use crate::runtime::rig::Needs;
use crate::runtime::run::{Ended, Run};

/// Runs the threads and says what came of it.
pub async fn run(run: Rc<Run>) -> Result<Report, Ended> {
    let spec = run.spec();
    let rig = run.rig(Needs::EventLoops, run.workers()).await?;
    let mut threads = threads(&run, &rig, Locks::One);
    let (n, holds) = (spec.whole("n").max(1), spec.whole("holds").max(1));
    let forgotten = spec.name("release") == "no";
    let points = SHARES.map(|share| {
        let held = if forgotten { held(spec) } else { share };
        (Arm::point(HELD, share, Unit::Share), NativeWork { n, held, holds })
    });
    let compared = Compared {
        serial: NativeWork { n, held: 0.0, holds: 1 },
        parallel: NativeWork { n, held: held(spec), holds },
        points: points.to_vec(),
    };
    let report = compare(&run, &mut threads, compared).await?;
    Ok(run.close(report))
}
