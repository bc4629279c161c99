//! Two marks in each row, on one scale of equal ratios: what one worker takes, and what all of
//! them do.

use maud::{Markup, html};

use super::svg::{Anchor, Px, line, svg, words as text};
use crate::measure::block::Estimate;

/// A row.
pub struct Pair {
    /// What it is called.
    pub name: String,
    /// By one worker; absent where there is no such thing.
    pub one: Option<Estimate>,
    /// By all workers.
    pub all: Estimate,
    /// What stands behind the marks.
    pub value: String,
}

/// A number with its interval.
pub fn interval(found: &Estimate, number: impl Fn(f64) -> String) -> String {
    let [low, median, high] = [found.low, found.median, found.high].map(number);
    if found.blocks > 1 { format!("{median} ({low} to {high})") } else { median }
}

/// From what to what the scale goes, in powers of ten.
fn decades(rows: &[Pair]) -> (i32, i32) {
    let all = || rows.iter().flat_map(|row| row.one.iter().chain([&row.all]));
    let least = all().map(|own| own.low).fold(f64::INFINITY, f64::min).clamp(1e-3, 1e9);
    let most = all().map(|own| own.high).fold(0.0, f64::max).clamp(1e-3, 1e9);
    let (low, high) = (least.log10().floor() as i32, most.log10().ceil() as i32);
    (low, high.max(low + 1))
}

/// The rows, with a scale of these numbers and so much room for the values behind them.
pub fn drawing(
    rows: &[Pair],
    number: fn(f64) -> String,
    room: f64,
    width: f64,
    label: &str,
) -> Markup {
    let above = width < 620.0;
    // In a narrow picture the values stand beside the names.
    let (gutter, row_height, room) = if above { (8.0, 52.0, 24.0) } else { (250.0, 36.0, room) };
    let bottom = row_height * rows.len() as f64 + 4.0;
    let (low, high) = decades(rows);
    // Equal distances are equal ratios: rows differ by powers of ten.
    let x = |value: f64| {
        let share = (value.clamp(1e-3, 1e9).log10() - f64::from(low)) / f64::from(high - low);
        gutter + share * (width - gutter - room)
    };
    let content = html! {
        @for power in low..=high {
            @let at = x(10f64.powi(power));
            (line("grid", (at, 0.0), (at, bottom)))
            // The first would reach out of a narrow picture.
            @let anchor = if at < 20.0 { Anchor::Start } else { Anchor::Middle };
            (text("tick", (at, bottom + 16.0), anchor, &number(10f64.powi(power))))
        }
        @for (at, row) in rows.iter().enumerate() {
            @let top = row_height * at as f64;
            @let y = top + row_height - 14.0;
            @let all = x(row.all.median);
            @let end = row.one.as_ref().map_or(row.all.high, |one| one.high.max(row.all.high));
            g class="row" {
                title {
                    (row.name) ": "
                    @if let Some(one) = &row.one { "one worker " (interval(one, number)) ", all " }
                    (interval(&row.all, number))
                }
                (text("name", (0.0, if above { top + 18.0 } else { y + 4.0 }), Anchor::Start, &row.name))
                @if let Some(one) = &row.one {
                    (line("pair", (x(one.median), y), (all, y)))
                    (line("interval", (x(one.low), y), (x(one.high), y)))
                }
                (line("interval", (x(row.all.low), y), (x(row.all.high), y)))
                @if let Some(one) = &row.one {
                    circle class="dot serial" cx=(Px(x(one.median))) cy=(Px(y)) r="5" {}
                }
                rect class="dot parallel" x=(Px(all - 4.5)) y=(Px(y - 4.5)) width="9" height="9" {}
                @if above {
                    (text("value", (width, top + 18.0), Anchor::End, &row.value))
                } @else {
                    (text("value", (x(end) + 10.0, y + 4.0), Anchor::Start, &row.value))
                }
            }
        }
    };
    svg(width, bottom + 22.0, label, &content)
}
