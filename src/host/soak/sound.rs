//! Whether the report of a run says nothing that it contradicts itself.

use crate::measure::block::Role;
use crate::report::{Report, SeriesName, Status};

/// A speed-up that is so many times what the machine has to give, or as little, is contradicted.
const CONTRADICTED: f64 = 4.0;

/// Whether a report is complete, and its speed-up is what its own κ allows. `may_be_none`: a time
/// of 0 can be true of it.
///
/// # Errors
///
/// A phrase that says what is wrong.
pub fn sound(report: &Report, may_be_none: bool) -> Result<(), String> {
    if report.status != Status::Complete {
        return Err(format!("{:?}: {:?}", report.status, report.warnings));
    }
    let dead =
        report.blocks.iter().flat_map(|block| &block.ms).find(|(_, ms)| ms.is_nan() || **ms <= 0.0);
    if let Some((arm, ms)) = dead.filter(|(_, ms)| !(may_be_none && **ms == 0.0)) {
        return Err(format!("a sample of {arm} took {ms} ms"));
    }
    // Programs that wait are not bound by cores: they have no ideal on paper.
    let (Some(speedup), Some(kappa), Some(ideal)) =
        (&report.speedup, &report.core_equivalents, &report.ideal)
    else {
        return Ok(());
    };
    if speedup.median > CONTRADICTED * kappa.median {
        return Err(format!("a speed-up of {} with κ = {}", speedup.median, kappa.median));
    }
    // What is to be expected of it, where the costs of an empty job are known.
    let empty = report.series_named(SeriesName::EmptyTasks).next();
    let Some(empty) = empty else { return Ok(()) };
    let serial_ms = report.median_ms(Role::Serial).unwrap_or_default();
    let empty_ms = empty.samples.first().copied().unwrap_or_default();
    let expected = serial_ms / (serial_ms / kappa.median.min(ideal.speedup) + empty_ms);
    if !(expected / CONTRADICTED..=expected * CONTRADICTED).contains(&speedup.median) {
        return Err(format!("a speed-up of {}, where {expected} is expected", speedup.median));
    }
    Ok(())
}
