//! How released native work is measured: against the serial program, and over the share of
//! it that is done under the lock, in the same blocks; and what handing the lock over costs.

use std::rc::Rc;

use super::expected::{held, released};
use super::hand_over::{self, HAND_OVER};
use super::program::NativeWork;
use super::{HELD, SHARES};
use crate::exhibits::locks::compared::{Compared, compare, threads};
use crate::exhibits::locks::messages::Locks;
use crate::measure::block::{Arm, Role};
use crate::measure::unit::Unit;
use crate::report::Report;
use crate::runtime::rig::Needs;
use crate::runtime::run::{Ended, Run};

/// Runs the threads and says what came of it.
pub async fn run(run: Rc<Run>) -> Result<Report, Ended> {
    let spec = run.spec();
    let rig = run.rig(Needs::EventLoops, run.workers()).await?;
    let mut threads = threads(&run, &rig, Locks::One)?;
    let (n, holds) = (spec.whole("n").max(1), spec.whole("holds").max(1));
    let release = released(spec);
    let parallel = NativeWork { n, held: held(spec), holds, release };
    let point = |share| {
        let held = if release { share } else { held(spec) };
        (Arm::point(HELD, share, Unit::Share), NativeWork { held, ..parallel.clone() })
    };
    let mut points = SHARES.map(point).to_vec();
    if run.workers() > 1 {
        let arm = Arm { id: HAND_OVER.to_owned(), role: Role::Point, x: None, unit: None };
        points.push((arm, hand_over::work(n)));
    }
    let serial = NativeWork { n, held: 0.0, holds: 1, release };
    let compared = Compared { serial, parallel, points };
    let mut report = compare(&run, &mut threads, compared).await?;
    report.fits.extend(hand_over::fit(&report));
    Ok(run.close(report))
}
