//! What the arms of a run are called, and what was derived from them.

use crate::measure::block::Estimate;
use crate::measure::point::Quantity;
use crate::report::{Constant, Law, Report};

/// The id of the program without a cut-off on one worker, where the run has one.
pub const NO_CUT_OFF: &str = "no-cut-off";
/// What the arms of the sweep are called.
pub const CUT_OFF: &str = "cut-off";

/// What a join cost, in milliseconds.
pub fn join_ms(report: &Report) -> Option<Estimate> {
    let fit = report
        .fits
        .iter()
        .find(|fit| (fit.law, fit.parameter) == (Law::ForkJoin, Constant::Join))?;
    let (median, low, high) = (fit.median, fit.low, fit.high);
    Some(Estimate { median, low, high, confidence: fit.confidence, blocks: fit.blocks })
}

/// How many times as long as the serial program the one without a cut-off took on one worker.
pub fn uncut(report: &Report) -> Option<Estimate> {
    let point = report.points.iter().find(|point| point.quantity == Quantity::WorkOverhead)?;
    Some(point.estimate())
}
