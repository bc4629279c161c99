//! The samples as comma-separated values: one row per sample, for spreadsheets.

use super::Report;

/// One row per sample: block (from 1), place in its block (from 1), arm, milliseconds,
/// and whether the block was tainted.
///
/// # Examples
///
/// ```
/// use fib_lab::report::{Report, csv};
/// use fib_lab::measure::block::Block;
/// let block = Block { order: vec!["serial".into()], serial_ms: Some(2.5), ..Block::default() };
/// let report = Report { blocks: vec![block], ..Report::default() };
/// assert_eq!(csv::samples(&report), "block,place,arm,ms,tainted\n1,1,serial,2.5,false\n");
/// ```
pub fn samples(report: &Report) -> String {
    let mut text = "block,place,arm,ms,tainted\n".to_owned();
    for (at, block) in report.blocks.iter().enumerate() {
        for (place, arm) in block.order.iter().enumerate() {
            let ms = match arm.as_str() {
                "serial" | "more" => block.serial_ms,
                "one-worker" => block.one_worker_ms,
                "parallel" | "one" => block.parallel_ms,
                "kernel-alone" => block.kernel_alone_ms,
                "kernel-together" => block.kernel_together_ms,
                _ => None,
            };
            if let Some(ms) = ms {
                // Names of arms come from this program or were checked on import.
                text.push_str(&format!("{},{},{arm},{ms},{}\n", at + 1, place + 1, block.tainted));
            }
        }
    }
    text
}
