//! What a run asks for: which ways to count, how often, and the arms that come of it.

use super::program::Way;
use crate::measure::block::{Arm, Role};
use crate::measure::unit::Unit;
use crate::params::RunSpec;

/// What stands behind the name of a way where one worker does all of it.
const CALLED_ALONE: &str = "-one-worker";

/// The ways that a run measures.
pub fn ways(spec: &RunSpec) -> Vec<Way> {
    let asked = spec.name("way");
    let own: Vec<Way> = Way::ALL.into_iter().filter(|way| way.name() == asked).collect();
    if own.is_empty() { Way::ALL.to_vec() } else { own }
}

/// How many times each worker adds.
pub fn increments(spec: &RunSpec) -> u32 {
    spec.whole("increments").max(1)
}

/// The arms of one way: one worker who does all, and all workers. Where it is the only way,
/// they are what the run compares.
pub fn arms_of(spec: &RunSpec, way: Way) -> [Arm; 2] {
    let only = ways(spec).len() == 1;
    let arm = |id: String, role, workers: u32| Arm {
        id,
        role: if only { role } else { Role::Point },
        x: Some(f64::from(workers)),
        unit: Some(Unit::Workers),
    };
    [
        arm(format!("{}{CALLED_ALONE}", way.name()), Role::Serial, 1),
        arm(way.name().to_owned(), Role::Parallel, spec.whole("workers")),
    ]
}
