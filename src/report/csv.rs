//! The samples as comma-separated values: one row per sample, for spreadsheets.

use super::Report;

const HEADING: &str = "name,role,x,sample,place,value,unit,start,tainted\n";

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
/// use fib_lab::report::{Report, Series, SeriesName, csv};
/// let report = Report {
///     arms: vec![Arm::only(Role::Serial)],
///     blocks: vec![Block::from([("serial", 2.5)])],
///     series: vec![Series::ms(SeriesName::StartUp, 2.0, vec![31.0])],
///     ..Report::default()
/// };
/// let rows = csv::samples(&report);
/// let rows: Vec<&str> = rows.lines().collect();
/// assert_eq!(rows[0], "name,role,x,sample,place,value,unit,start,tainted");
/// assert_eq!(rows[1], "serial,serial,,1,1,2.5,ms,0,false");
/// assert_eq!(rows[2], "start-up,series,2,1,,31,ms,,");
/// ```
pub fn samples(report: &Report) -> String {
    let mut text = HEADING.to_owned();
    let number = |x: Option<f64>| x.map_or(String::new(), |x| x.to_string());
    for (at, block) in (1..).zip(&report.blocks) {
        for arm in &report.arms {
            let Some(ms) = block.ms_of(&arm.id) else { continue };
            let place = block.order.iter().position(|id| *id == arm.id);
            let place = place.map_or(String::new(), |place| (place + 1).to_string());
            text.push_str(&format!(
                "{},{},{},{at},{place},{ms},ms,{},{}\n",
                cell(&arm.id),
                arm.role.id(),
                number(arm.x),
                block.start,
                block.tainted
            ));
        }
    }
    for series in &report.series {
        for (at, sample) in (1..).zip(&series.samples) {
            text.push_str(&format!(
                "{},series,{},{at},,{sample},{},,\n",
                series.name.name(),
                series.x,
                series.unit.name()
            ));
        }
    }
    for counted in &report.counts {
        for (at, count) in (1..).zip(&counted.samples) {
            text.push_str(&format!("{},count,,{at},,{count},times,,\n", cell(&counted.arm)));
        }
    }
    text
}

/// A text that may come from a file, as a cell: quoted where it has to be, and never a
/// formula.
fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let plain = !text.contains([',', '"', '\n', '\r']);
    match (formula, plain) {
        (false, true) => text.to_owned(),
        (true, _) => format!("\"'{}\"", text.replace('"', "\"\"")),
        (false, false) => format!("\"{}\"", text.replace('"', "\"\"")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::block::{Arm, Block, Role};

    #[test]
    fn an_arm_from_a_file_is_one_cell_and_no_formula() {
        for (id, shown) in [
            ("held-0.2", "held-0.2"),
            ("=1+1", "\"'=1+1\""),
            ("+1", "\"'+1\""),
            ("-1+1", "\"'-1+1\""),
            ("@sum(a1)", "\"'@sum(a1)\""),
            ("\t=1", "\"'\t=1\""),
            ("=\"a\",1", "\"'=\"\"a\"\",1\""),
            ("a,b", "\"a,b\""),
            ("say \"no\"", "\"say \"\"no\"\"\""),
        ] {
            let arm = Arm { id: id.to_owned(), ..Arm::only(Role::Point) };
            let blocks = vec![Block::from([(id, 1.0)])];
            let report = Report { arms: vec![arm], blocks, ..Report::default() };
            let rows = samples(&report);
            let row = rows.lines().nth(1).unwrap();
            assert_eq!(row, format!("{shown},point,,1,1,1,ms,0,false"));
        }
    }

    #[test]
    fn lines_within_a_cell_stay_within_its_quotes() {
        for (id, shown) in [("\r=1", "\"'\r=1\""), ("a\nb", "\"a\nb\""), ("a\r\n", "\"a\r\n\"")] {
            assert_eq!(cell(id), shown);
        }
    }

    #[test]
    fn the_heading_is_always_there() {
        assert_eq!(samples(&Report::default()), HEADING);
    }
}
