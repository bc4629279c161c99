//! What an addition takes in each way to count: by one worker, and by all of them together.

use maud::{Markup, html};

use super::chart::{Chart, legend};
use super::svg::{Anchor, Px, line, svg, words as text};
use super::table::{folded, table};
use super::words;
use crate::exhibits::card::Card;
use crate::measure::block::{Arm, Estimate};
use crate::measure::point::Quantity;
use crate::params::Kind;
use crate::report::Report;

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

fn interval(found: &Estimate, number: impl Fn(f64) -> String) -> String {
    let [low, median, high] = [found.low, found.median, found.high].map(number);
    if found.blocks > 1 { format!("{median} ({low} to {high})") } else { median }
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
    let by_all = format!("{workers} workers together");
    let summary = "Short is fast. With as many cores as workers, all of them together could be so \
                   many times as fast as one.";
    Some(Chart {
        class: "chart ways",
        below: legend([("serial", "one worker does all"), ("parallel", by_all.as_str())]),
        table: folded("The ways as a table", &as_table(&rows, workers)),
        ..Chart::new(title, summary, move |width| drawing(&rows, width, &label))
    })
}

/// From what to what the scale goes, in powers of ten of nanoseconds.
fn decades(rows: &[Row]) -> (i32, i32) {
    let lows = rows.iter().flat_map(|row| [row.one.low, row.all.low]);
    let highs = rows.iter().flat_map(|row| [row.one.high, row.all.high]);
    let least = lows.fold(f64::INFINITY, f64::min).clamp(1e-3, 1e9);
    let most = highs.fold(0.0, f64::max).clamp(1e-3, 1e9);
    let (low, high) = (least.log10().floor() as i32, most.log10().ceil() as i32);
    (low, high.max(low + 1))
}

fn drawing(rows: &[Row], width: f64, label: &str) -> Markup {
    let above = width < 620.0;
    let (gutter, row_height) = if above { (8.0, 52.0) } else { (250.0, 36.0) };
    let bottom = row_height * rows.len() as f64 + 4.0;
    let (low, high) = decades(rows);
    // Equal distances are equal ratios: ways differ by powers of ten.
    let x = |ns: f64| {
        let share = (ns.clamp(1e-3, 1e9).log10() - f64::from(low)) / f64::from(high - low);
        gutter + share * (width - gutter - 78.0)
    };
    let content = html! {
        @for power in low..=high {
            @let at = x(10f64.powi(power));
            (line("grid", (at, 0.0), (at, bottom)))
            // The first would reach out of a narrow picture.
            @let anchor = if at < 20.0 { Anchor::Start } else { Anchor::Middle };
            (text("tick", (at, bottom + 16.0), anchor, &ns(10f64.powi(power))))
        }
        @for (at, row) in rows.iter().enumerate() {
            @let top = row_height * at as f64;
            @let y = top + row_height - 14.0;
            @let (one, all) = (x(row.one.median), x(row.all.median));
            g class="row" {
                title {
                    (row.name) ": one worker " (interval(&row.one, ns)) ", all "
                    (interval(&row.all, ns))
                }
                (text("name", (0.0, if above { top + 18.0 } else { y + 4.0 }), Anchor::Start, &row.name))
                (line("pair", (one, y), (all, y)))
                (line("interval", (x(row.one.low), y), (x(row.one.high), y)))
                (line("interval", (x(row.all.low), y), (x(row.all.high), y)))
                circle class="dot serial" cx=(Px(one)) cy=(Px(y)) r="5" {}
                rect class="dot parallel" x=(Px(all - 4.5)) y=(Px(y - 4.5)) width="9" height="9" {}
                (text("value", (x(row.all.high.max(row.one.high)) + 10.0, y + 4.0), Anchor::Start, &ns(row.all.median)))
            }
        }
    };
    svg(width, bottom + 22.0, label, &content)
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
