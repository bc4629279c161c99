//! What programs printed, in the order in which it came in. The times beside the lines are
//! from several clocks and may disagree with that order by as much as these are apart.

use maud::{Markup, html};

use super::chart::caption;
use super::table::table;
use super::words;
use crate::exhibits::card::{Card, Lanes};
use crate::report::Report;

/// So many lines are shown; the saved report has all of them.
const MOST_LINES: usize = 200;

/// The log of a report.
pub fn log(exhibit: &Card, report: &Report) -> Option<Markup> {
    if report.log.is_empty() {
        return None;
    }
    let Lanes { name, first, .. } = exhibit.lanes;
    let lanes = super::timeline::count(exhibit, report);
    let who = |worker: u32| match worker {
        worker if worker < lanes => format!("{name} {}", worker + first),
        _ => "Parent".to_owned(),
    };
    let mut rows = report
        .log
        .iter()
        .take(MOST_LINES)
        .map(|line| vec![words::time(line.at_ms), who(line.worker), line.text.clone()]);
    let summary = format!("{} lines, in the order in which they came in.", report.log.len());
    Some(html! {
        figure class="chart log" {
            figcaption { (caption("What they printed", &summary)) }
            (table("What they printed", None, &["At", "Who", "Line"], &mut rows))
        }
    })
}
