//! How threads under one lock are measured: against the serial program, or, where one of
//! them computes and the others wake up, by how long those wait for the lock.

use std::rc::Rc;

use super::asked::locks;
use super::mixed;
use super::program::GilWork;
use crate::exhibits::locks::compared::{Compared, compare, threads};
use crate::params::RunSpec;
use crate::report::Report;
use crate::runtime::budget::Refusal;
use crate::runtime::io::IoSource;
use crate::runtime::rig::Needs;
use crate::runtime::run::{Ended, Run};

/// Runs the threads and says what came of it.
pub async fn run(run: Rc<Run>) -> Result<Report, Ended> {
    let spec = run.spec();
    let mixed = spec.name("load") == "mixed";
    if mixed && run.workers() < 2 {
        return Err(Ended::Refused(Refusal::Contradiction(
            "The mixed load needs 2 workers or more: one that computes, and others that wait.",
        )));
    }
    let rig = run.rig(Needs::EventLoops, run.workers()).await?;
    let mut threads = threads(&run, &rig, locks(Some(spec)))?;
    let report = if mixed {
        mixed::measure(&run, &mut threads).await?
    } else {
        let work = work(spec);
        let compared = Compared { serial: work.clone(), parallel: work, points: Vec::new() };
        compare(&run, &mut threads, compared).await?
    };
    Ok(run.close(report))
}

/// What every thread does.
fn work(spec: &RunSpec) -> GilWork {
    match spec.name("load") {
        "waiting" => GilWork::Outside { source: IoSource::Timer },
        "requests" => GilWork::Outside { source: IoSource::Request },
        "database" => GilWork::Outside { source: IoSource::Database },
        _ => GilWork::Bytecode { n: spec.whole("n").max(1) },
    }
}
