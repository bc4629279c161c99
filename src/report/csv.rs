//! The samples as comma-separated values: one row per sample, for spreadsheets.

use super::Report;
use super::sheet::{Cell, Sheet, Style};

const HEADINGS: [&str; 9] =
    ["name", "role", "x", "sample", "place", "value", "unit", "start", "tainted"];

/// One row per sample of everything: of every arm in every block, of every series, and of
/// what was counted.
///
/// `name` is the arm's id or the series' name, `role` the arm's role, `series` or `count`, `x` the
/// value of what is swept, `sample` the number of the block or of the sample, from 1,
/// `place` the place in its block, from 1. What does not apply is empty.
///
/// # Examples
///
/// ```
/// use fib_lab::measure::block::{Arm, Block, Role};
/// use fib_lab::report::sheet::Style;
/// use fib_lab::report::{Report, Series, SeriesName, csv};
/// let report = Report {
///     arms: vec![Arm::only(Role::Serial)],
///     blocks: vec![Block::from([("serial", 2.5)])],
///     series: vec![Series::ms(SeriesName::StartUp, 2.0, vec![31.0])],
///     ..Report::default()
/// };
/// let rows = csv::samples(&report, Style::Point);
/// let rows: Vec<&str> = rows.trim_start_matches('\u{feff}').lines().collect();
/// assert_eq!(rows[0], "name,role,x,sample,place,value,unit,start,tainted");
/// assert_eq!(rows[1], "serial,serial,,1,1,2.5,ms,0,false");
/// assert_eq!(rows[2], "start-up,series,2,1,,31,ms,,");
/// // Where a comma is the decimal sign, it cannot stand between the cells too.
/// let rows = csv::samples(&report, Style::Comma);
/// assert_eq!(rows.lines().nth(1), Some("serial;serial;;1;1;2,5;ms;0;false"));
/// ```
pub fn samples(report: &Report, style: Style) -> String {
    let mut sheet = Sheet::new(style, &HEADINGS);
    for (at, block) in (1usize..).zip(&report.blocks) {
        for arm in &report.arms {
            let Some(ms) = block.ms_of(&arm.id) else { continue };
            let place = block.order.iter().position(|id| *id == arm.id);
            sheet.row(&[
                arm.id.as_str().into(),
                arm.role.id().into(),
                arm.x.into(),
                at.into(),
                place.map(|place| place + 1).into(),
                ms.into(),
                "ms".into(),
                f64::from(block.start).into(),
                block.tainted.into(),
            ]);
        }
    }
    for series in &report.series {
        let (name, unit) = (series.name.name(), series.unit.name());
        for (at, sample) in (1usize..).zip(&series.samples) {
            sheet.row(&outside(name, "series", Some(series.x), at, *sample, unit));
        }
    }
    for counted in &report.counts {
        for (at, count) in (1usize..).zip(&counted.samples) {
            sheet.row(&outside(&counted.arm, "count", None, at, *count, "times"));
        }
    }
    sheet.text()
}

/// The row of a sample that belongs to no block.
fn outside(
    name: &str,
    role: &str,
    x: Option<f64>,
    sample: usize,
    value: f64,
    unit: &str,
) -> [Cell; 9] {
    let (place, start, tainted) = (Cell::Empty, Cell::Empty, Cell::Empty);
    let (x, sample, value) = (x.into(), sample.into(), value.into());
    [name.into(), role.into(), x, sample, place, value, unit.into(), start, tainted]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::block::{Arm, Block, Role};

    #[test]
    fn an_arm_from_a_file_is_one_cell_and_no_formula() {
        let arm = Arm { id: "=1+1".to_owned(), ..Arm::only(Role::Point) };
        let blocks = vec![Block::from([("=1+1", 1.0)])];
        let report = Report { arms: vec![arm], blocks, ..Report::default() };
        let rows = samples(&report, Style::Point);
        assert_eq!(rows.lines().nth(1), Some("\"'=1+1\",point,,1,1,1,ms,0,false"));
    }

    #[test]
    fn the_heading_is_always_there() {
        let rows = samples(&Report::default(), Style::Comma);
        assert_eq!(rows, format!("\u{feff}{}\n", HEADINGS.join(";")));
    }
}
