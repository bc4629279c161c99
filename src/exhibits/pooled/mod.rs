//! A pool that does a list of tasks by a plan: what `pool-map`, where a rule makes the plan, and
//! `playground`, where the visitor does, share.

pub mod run;
mod sizing;

use crate::params::{RunSpec, Value};
use crate::theory::by_hand::Lanes;
use crate::theory::schedule::{Assignment, Plan, plan, work};

/// Who takes what, as the run asks for it: lanes that were filled by hand, or else a rule.
pub fn planned(spec: &RunSpec, tasks: &[u32], workers: u32) -> Plan {
    if let Some(Value::Name(text)) = spec.values.get("lanes") {
        return Lanes::read(text, tasks.len(), workers as usize).0.plan();
    }
    let assignment = Assignment::named(spec.name("assignment")).unwrap_or(Assignment::InOrder);
    plan(&work(tasks), workers as usize, assignment, spec.whole("chunk") as usize)
}
