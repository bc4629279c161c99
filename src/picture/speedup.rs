//! The measured speed-up beside everything it can be compared with: one row each, on
//! one scale.

use maud::{Markup, html};

use super::chart::Chart;
use super::svg::{Anchor, Corners, Px, line, svg, ticks, words as text};
use super::table::{folded, table};
use super::words;
use crate::exhibits::card::Card;
use crate::measure::block::Estimate;
use crate::measure::unit::Unit;
use crate::notebook::score::{self, Worth};
use crate::report::{Prediction, Report};

/// One row: a value, perhaps with its interval.
pub(super) struct Row {
    pub(super) name: String,
    class: &'static str,
    value: f64,
    interval: Option<(f64, f64)>,
    pub(super) words: String,
}

impl Row {
    /// A measured speed-up.
    pub(super) fn measured(name: &str, class: &'static str, ratio: &Estimate) -> Row {
        Row {
            name: name.to_owned(),
            class,
            value: ratio.median,
            interval: Some((ratio.low, ratio.high)),
            words: format!("{}, {}", words::ratio(ratio), words::interval(ratio)),
        }
    }

    /// Where the row ends: the value, or its interval.
    fn end(&self) -> f64 {
        self.interval.map_or(self.value, |(_, high)| high.max(self.value))
    }

    /// The number that stands in the drawing; the interval is drawn.
    fn number(&self) -> &str {
        match self.interval {
            Some(_) => self.words.split(',').next().unwrap_or_default(),
            None => &self.words,
        }
    }
}

fn rows(exhibit: &Card, report: &Report) -> Vec<Row> {
    let plain = |name: &str, class, value: f64| Row {
        name: name.to_owned(),
        class,
        value,
        interval: None,
        words: format!("{value:.2}"),
    };
    let workers = report.spec.as_ref().map_or(1, |spec| spec.whole("workers"));
    let mut rows = Vec::new();
    rows.extend(
        report.speedup.as_ref().map(|r| Row::measured("Against the serial program", "main", r)),
    );
    rows.extend(
        report.prediction.as_ref().map(|p| plain("Your prediction", "prediction", p.value)),
    );
    let landmarks = (exhibit.landmarks)(report);
    rows.extend(landmarks.into_iter().map(|mark| plain(&mark.name, mark.class, mark.value)));
    rows.extend(report.core_equivalents.as_ref().map(|kappa| {
        let name = format!("What {workers} workers get (κ)");
        match kappa.blocks {
            0 | 1 => plain(&name, "machine", kappa.median),
            _ => Row::measured(&name, "machine", kappa),
        }
    }));
    let relative = report.relative_speedup.as_ref();
    rows.extend(relative.map(|r| Row::measured("Against itself, 1 worker", "further", r)));
    rows
}

/// What the prediction was worth, in a sentence.
pub fn score(report: &Report) -> Option<String> {
    let Prediction { value: predicted, unit } = *report.prediction.as_ref()?;
    let measured = score::measured(report, unit)?;
    let off = (predicted / measured[1] - 1.0) * 100.0;
    let side = if off > 0.0 { "above" } else { "below" };
    let against = match (score::scored(predicted, unit, measured)?.worth, unit) {
        (Worth::Hit, Unit::Ms) => {
            format!("is near: {:.0} % {side} the measured median", off.abs())
        }
        (Worth::Hit, _) => "lies within the measured interval".to_owned(),
        (Worth::Open, _) => "lies within the measured interval, which is wider than ±10 % and so \
                             does not tell whether it is right"
            .to_owned(),
        (Worth::Missed, _) => format!("lies {:.0} % {side} the measured median", off.abs()),
    };
    let is_ratio = !matches!(unit, Unit::Ms | Unit::Percent);
    let possible = match report.ideal.as_ref().map(|ideal| ideal.speedup) {
        Some(ideal) if is_ratio && predicted > ideal * 1.01 => {
            format!(", and above the {ideal:.2} that any run of this schedule could reach")
        }
        _ => String::new(),
    };
    Some(format!("Your prediction of {predicted}{} {against}{possible}.", unit_of(unit)))
}

/// What stands behind a predicted number in a sentence.
fn unit_of(unit: Unit) -> &'static str {
    match unit {
        Unit::Ms => " ms",
        Unit::Percent => " %",
        _ => "",
    }
}

/// The comparison of a report's speed-up, with its sentences.
pub fn speedup(exhibit: &Card, report: &Report) -> Chart {
    let rows = rows(exhibit, report);
    let parts: Vec<_> = rows.iter().map(|row| format!("{}: {}", row.name, row.words)).collect();
    let label = format!("Speed-ups. {}.", parts.join("; "));
    let overhead = report.work_overhead.as_ref().map(|ratio| {
        format!(
            "Two baselines, two meanings: against the serial program, and against the same \
             parallel program with one worker. Their ratio is the work overhead: {}, {}.",
            words::ratio(ratio),
            words::interval(ratio)
        )
    });
    Chart {
        above: html! {},
        below: html! {
            @if let Some(sentence) = overhead { p.note { (sentence) } }
        },
        table: folded("The speed-ups as a table", &as_table(&rows)),
        ..Chart::new("How much faster, beside what was possible", "", move |width| {
            drawing(&rows, width, &label)
        })
    }
}

/// The rows on one scale, which begins at 0.
pub(super) fn drawing(rows: &[Row], width: f64, label: &str) -> Markup {
    let above = width < 520.0;
    let (gutter, row_height) = if above { (0.0, 44.0) } else { (210.0, 30.0) };
    let bottom = row_height * rows.len() as f64 + 6.0;
    let height = bottom + 20.0;
    let most = rows.iter().map(Row::end).fold(1.0, f64::max);
    // Room for the number behind the last mark.
    let scale = (width - gutter - 60.0) / most;
    let x = |value: f64| gutter + value * scale;
    let parts = ((width / 90.0) as usize).min((most * 10.0) as usize);
    let content = html! {
        @for (tick, value) in ticks(most, parts).enumerate() {
            @let class = if (value - 1.0).abs() < 1e-9 { "grid one" } else { "grid" };
            @let anchor = if tick == 0 && above { Anchor::Start } else { Anchor::Middle };
            (line(class, (x(value), 0.0), (x(value), bottom)))
            (text("tick", (x(value), height - 4.0), anchor, &format!("{value:.1}")))
        }
        @for (at, row) in rows.iter().enumerate() {
            @let top = row_height * at as f64;
            @let y = top + row_height - 13.0;
            @let name_y = if above { top + 14.0 } else { y + 4.0 };
            g class={ "row row-" (row.class) } {
                title { (row.name) ": " (row.words) }
                (text("name", (0.0, name_y), Anchor::Start, &row.name))
                @if let Some((low, high)) = row.interval {
                    (line("interval", (x(low), y), (x(high), y)))
                }
                (mark(row.class, x(row.value), y))
                (text("value", (x(row.end()) + 10.0, y + 4.0), Anchor::Start, row.number()))
            }
        }
    };
    svg(width, height, label, &content)
}

/// Shapes differ as well as colours: what was measured is round, theory is a line, a
/// prediction is a diamond, all others are square.
fn mark(class: &str, x: f64, y: f64) -> Markup {
    match class {
        "main" | "further" => html! { circle.mark cx=(Px(x)) cy=(Px(y)) r="6" {} },
        "ideal" => line("mark", (x, y - 10.0), (x, y + 10.0)),
        "prediction" => {
            let corners = [(x, y - 8.0), (x + 8.0, y), (x, y + 8.0), (x - 8.0, y)];
            html! { polygon.mark points=(Corners(&corners)) {} }
        }
        _ => html! { rect.mark x=(Px(x - 5.0)) y=(Px(y - 5.0)) width="10" height="10" {} },
    }
}

fn as_table(rows: &[Row]) -> Markup {
    let mut rows = rows.iter().map(|row| vec![row.name.clone(), row.words.clone()]);
    table("Speed-ups as a table", None, &["What", "Times as fast"], &mut rows)
}
