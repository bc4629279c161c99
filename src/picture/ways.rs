//! What an addition takes in each way to count: by one worker, and by all of them together.

use maud::Markup;

use super::chart::{Chart, legend};
use super::pairs::{Pair, drawing, interval};
use super::table::{folded, table};
use super::words;
use crate::exhibits::card::Card;
use crate::measure::block::{Arm, Estimate};
use crate::measure::point::Quantity;
use crate::params::Kind;
use crate::report::Report;

/// The room for a value behind the last mark of a row.
const VALUE: f64 = 78.0;

/// A way to count.
struct Row {
    name: String,
    /// By one worker, in nanoseconds.
    one: Estimate,
    /// By all workers.
    all: Estimate,
    speedup: Option<Estimate>,
    lost: Option<Estimate>,
    /// What the last sample counted, and what it can have: the most.
    counted: Option<(f64, f64)>,
}

impl Row {
    fn pair(&self) -> Pair {
        let Row { name, one, all, .. } = self;
        let (name, one, all) = (name.clone(), Some(one.clone()), all.clone());
        Pair { name, one, value: ns(all.median), all }
    }
}

fn rows(exhibit: &Card, report: &Report) -> Vec<Row> {
    let point = |quantity: Quantity, arm: &str| {
        let own = report.points.iter().find(|own| own.quantity == quantity && own.arm == arm);
        own.map(|own| own.estimate())
    };
    let with = |arm: &Arm| point(Quantity::PerIncrement, &arm.id).map(|ns| (arm.clone(), ns));
    let arms: Vec<(Arm, Estimate)> = report.arms.iter().filter_map(with).collect();
    // Each way has two arms beside each other.
    let (pairs, _) = arms.as_chunks::<2>();
    let row = |[(_, one), (arm, all)]: &[(Arm, Estimate); 2]| {
        let counted = report.counts.iter().find(|counted| counted.arm == arm.id);
        Row {
            name: called(exhibit, &arm.id).to_owned(),
            one: one.clone(),
            all: all.clone(),
            speedup: point(Quantity::SpeedUp, &arm.id),
            lost: point(Quantity::LostShare, &arm.id),
            counted: counted.and_then(|counted| Some((*counted.samples.last()?, counted.high))),
        }
    };
    pairs.iter().map(row).collect()
}

/// What the control of the exhibit calls what has this name.
fn called<'a>(exhibit: &Card, id: &'a str) -> &'a str {
    let options = exhibit.parameters().filter_map(|parameter| match parameter.kind {
        Kind::Choice { options, .. } => Some(options),
        _ => None,
    });
    options.flatten().find(|(name, _)| *name == id).map_or(id, |(_, words)| words)
}

fn ns(value: f64) -> String {
    let digits = usize::from(value < 10.0) + usize::from(value < 1.0);
    format!("{value:.digits$} ns")
}

/// What each way to count took, with its table.
pub fn ways(exhibit: &Card, report: &Report) -> Option<Chart> {
    let rows = rows(exhibit, report);
    if rows.is_empty() {
        return None;
    }
    let workers = report.spec.as_ref().map_or(1, |spec| spec.whole("workers"));
    let parts: Vec<String> = rows
        .iter()
        .map(|row| format!("{}: {} and {}", row.name, ns(row.one.median), ns(row.all.median)))
        .collect();
    let title = "From one addition to the next, over all workers";
    let label = format!("{title}, by one worker and by {workers}. {}.", parts.join("; "));
    let pairs: Vec<Pair> = rows.iter().map(Row::pair).collect();
    let by_all = format!("{workers} workers together");
    let summary = "Short is fast. With as many cores as workers, all of them together could be so \
                   many times as fast as one.";
    Some(Chart {
        class: "chart ways",
        below: legend([("serial", "one worker does all"), ("parallel", by_all.as_str())]),
        table: folded("The ways as a table", &as_table(&rows, workers)),
        ..Chart::new(title, summary, move |width| drawing(&pairs, ns, VALUE, width, &label))
    })
}

fn as_table(rows: &[Row], workers: u32) -> Markup {
    let none = || "–".to_owned();
    let mut rows = rows.iter().map(|row| {
        let counted = row.counted.map_or_else(none, |(count, most)| {
            let [count, most] = [count, most].map(|n| words::grouped(&n.to_string()));
            format!("{count} of {most}")
        });
        vec![
            row.name.clone(),
            interval(&row.one, ns),
            interval(&row.all, ns),
            row.speedup.as_ref().map_or_else(none, |s| interval(s, |value| format!("{value:.2}"))),
            counted,
            row.lost.as_ref().map_or_else(none, |lost| interval(lost, words::share)),
        ]
    });
    let all = format!("#{workers} workers");
    let headings = ["Way", "#1 worker", &all, "#Times as fast", "#Counted, last sample", "#Lost"];
    table("Ways to count", None, &headings, &mut rows)
}
