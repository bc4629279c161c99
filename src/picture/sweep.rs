//! A quantity that was measured over another one, with the curve that theory expects.

use maud::{Markup, html};

use super::chart::{Chart, legend};
use super::svg::{Anchor, Corners, Px, line, room, svg, ticks, words as text};
use super::table::{folded, table};
use super::words;
use crate::exhibits::card::{Card, Level, Measured, Sweep};
use crate::measure::block::Estimate;
use crate::measure::stats::{estimate, median};
use crate::measure::unit::Unit;
use crate::report::Report;
use crate::sort::argsort;

/// The least coverage of a point's interval.
const COVERAGE: f64 = 0.95;

/// So many points are drawn at the most.
const MOST_POINTS: usize = 100;

/// A measured point.
struct Point {
    x: f64,
    measured: Estimate,
    theory: f64,
    /// The median of what the table shows beside it.
    beside: Option<f64>,
}

struct Drawn {
    sweep: Sweep,
    points: Vec<Point>,
    /// The curve, from the first point to the last.
    curve: Vec<(f64, f64)>,
    prediction: Option<f64>,
    /// The median of the series that is drawn as a level.
    level: Option<f64>,
}

fn drawn(exhibit: &Card, report: &Report) -> Option<Drawn> {
    let sweep = (exhibit.sweep)(report)?;
    let beside = |x: f64| {
        let found = report.series_named(sweep.beside?.0).find(|series| series.x == x)?;
        median(&found.samples)
    };
    let own = measured(&sweep, report);
    let by_x = argsort(own.len(), &mut |a, b| own[a].0.total_cmp(&own[b].0));
    let point = |at: usize| {
        let (x, ref measured) = own[at];
        let theory = (sweep.curve)(report, x);
        Point { x, measured: measured.clone(), theory, beside: beside(x) }
    };
    let points: Vec<Point> = by_x.into_iter().take(MOST_POINTS).map(point).collect();
    if points.len() < 2 {
        return None;
    }
    let (first, last) = (points.first()?.x, points.last()?.x);
    let at = |step: u32| match (sweep.logarithmic, f64::from(step) / 60.0) {
        (true, share) => first * ((last / first).ln() * share).exp(),
        (false, share) => first + (last - first) * share,
    };
    let curve = (0..=60).map(at).map(|x| (x, (sweep.curve)(report, x))).collect();
    let alone = report.speedup.is_none() && sweep.predicted;
    let prediction = report.prediction.as_ref().filter(|p| p.unit == sweep.unit && alone);
    let level = sweep.level.and_then(|(level, _)| match level {
        Level::Series(name) => median(&report.series_named(name).next()?.samples),
        Level::Arm(id) => report.arm_ms(id),
    });
    Some(Drawn { sweep, points, curve, prediction: prediction.map(|p| p.value), level })
}

/// What was measured, by what was swept.
fn measured(sweep: &Sweep, report: &Report) -> Vec<(f64, Estimate)> {
    match sweep.measured {
        Measured::Series(name) => report
            .series_named(name)
            .filter_map(|series| Some((series.x, estimate(&series.samples, COVERAGE)?)))
            .collect(),
        Measured::Points(quantity) => {
            report.swept(quantity).filter_map(|point| Some((point.x?, point.estimate()))).collect()
        }
    }
}

impl Drawn {
    fn number(&self, value: f64) -> String {
        match self.sweep.unit {
            Unit::Ms => words::time(value),
            _ => format!("{value:.2}"),
        }
    }

    /// One sentence that says how far theory and measurement are apart.
    fn summary(&self) -> String {
        let inside =
            |point: &&Point| (point.measured.low..=point.measured.high).contains(&point.theory);
        let within = self.points.iter().filter(inside).count();
        let off = |point: &Point| (point.measured.median / point.theory - 1.0) * 100.0;
        let known = self.points.iter().filter(|point| point.theory > 0.0);
        let worst = known.max_by(|a, b| off(a).abs().total_cmp(&off(b).abs()));
        let worst = worst.map_or(String::new(), |point| {
            format!(" The largest residual is {:+.0} %, at {}.", off(point), point.x)
        });
        format!(
            "At {within} of {} points the curve lies within the measured interval.{worst}",
            self.points.len()
        )
    }
}

/// The sweep of a report, with its table.
pub fn sweep(exhibit: &Card, report: &Report) -> Option<Chart> {
    let drawn = drawn(exhibit, report)?;
    let summary = drawn.summary();
    let title = drawn.sweep.title;
    let label = format!("{title}. {summary}");
    let keys = [
        ("parallel key-round", "measured: median and interval"),
        ("curve", drawn.sweep.curve_name),
    ];
    Some(Chart {
        class: "chart sweep",
        below: legend(keys),
        table: folded("The points as a table", &as_table(&drawn)),
        ..Chart::new(title, &summary, move |width| drawing(&drawn, width, &label))
    })
}

/// Where what is measured stands: from the lowest to the highest of all.
struct Upward {
    logarithmic: bool,
    /// The value at the bottom.
    floor: f64,
    highest: f64,
}

/// More lines than this would touch each other's words.
const MOST_TICKS: usize = 12;
const TOP: f64 = 26.0;
const BOTTOM: f64 = 212.0;

impl Upward {
    fn new(drawn: &Drawn) -> Upward {
        let highest = drawn
            .points
            .iter()
            .map(|point| point.measured.high)
            .chain(drawn.curve.iter().map(|point| point.1))
            .chain(drawn.prediction)
            .chain(drawn.level)
            .fold(1e-9, f64::max);
        let lows = drawn.points.iter().map(|point| point.measured.low).chain(drawn.level);
        let lowest = lows.fold(highest, f64::min);
        let logarithmic = drawn.sweep.logarithmic && lowest > 0.0;
        Upward { logarithmic, floor: if logarithmic { lowest * 0.7 } else { 0.0 }, highest }
    }

    fn scaled(&self, value: f64) -> f64 {
        // On a logarithmic scale nothing is at zero; what would be stands at the bottom.
        if self.logarithmic { value.max(self.floor).ln() } else { value }
    }

    fn y(&self, value: f64) -> f64 {
        let base = self.scaled(self.floor);
        let share = (self.scaled(value) - base) / (self.scaled(self.highest) - base).max(1e-9);
        BOTTOM - (BOTTOM - TOP) * share
    }

    /// The values that have a line.
    fn ticks(&self) -> Vec<f64> {
        if self.logarithmic {
            let decades = [1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1.0, 10.0, 100.0, 1_000.0, 10_000.0];
            let within = |within: &[f64]| -> Vec<f64> {
                let values =
                    decades.iter().flat_map(|decade| within.iter().map(move |d| d * decade));
                values.filter(|value| (self.floor..=self.highest).contains(value)).collect()
            };
            let fine = within(&[1.0, 2.0, 5.0]);
            if fine.len() > MOST_TICKS { within(&[1.0]) } else { fine }
        } else {
            ticks(self.highest, 5).collect()
        }
    }
}

fn drawing(drawn: &Drawn, width: f64, label: &str) -> Markup {
    let (height, gutter) = (260.0, 58.0);
    let upward = Upward::new(drawn);
    let y = |value: f64| upward.y(value);
    let first = drawn.points.first().map_or(0.0, |point| point.x);
    let last = drawn.points.last().map_or(1.0, |point| point.x);
    let ln = |value: f64| if upward.logarithmic { value.max(1e-9).ln() } else { value };
    let x = |value: f64| {
        let along = (ln(value) - ln(first)) / (ln(last) - ln(first)).max(1e-9);
        gutter + 8.0 + along * (width - gutter - 24.0)
    };
    let across = |class: &str, value: f64| line(class, (gutter, y(value)), (width, y(value)));
    let at_end = |class: &str, value: f64, words: &str| {
        text(class, (width - 4.0, y(value) - 5.0), Anchor::End, words)
    };
    let curve: Vec<_> = drawn.curve.iter().map(|(at, value)| (x(*at), y(*value))).collect();
    let content = html! {
        @for value in upward.ticks() {
            (across("grid", value))
            (text("tick", (gutter - 6.0, y(value) + 4.0), Anchor::End, &drawn.number(value)))
        }
        (names(drawn, x))
        @if let Some(value) = drawn.prediction {
            (across("guess", value))
            (at_end("bound", value, "your prediction"))
        }
        @if let Some((value, (_, name))) = drawn.level.zip(drawn.sweep.level) {
            (across("level", value))
            (at_end("level", value, &format!("{name}: {}", drawn.number(value))))
        }
        polyline.curve points=(Corners(&curve)) {}
        @for Point { x: swept, measured, theory, .. } in &drawn.points {
            @let (at, middle) = (x(*swept), y(measured.median));
            g {
                title {
                    "At " (swept) ": " (drawn.number(measured.median)) ", between "
                    (drawn.number(measured.low)) " and " (drawn.number(measured.high)) "; theory "
                    (drawn.number(*theory))
                }
                (line("residual", (at, middle), (at, y(*theory))))
                (line("interval", (at, y(measured.low)), (at, y(measured.high))))
                circle class="dot parallel" cx=(Px(at)) cy=(Px(middle)) r="5" {}
            }
        }
        (text("tick", (0.0, 12.0), Anchor::Start, drawn.sweep.y))
        (text("tick", (width - 4.0, height - 6.0), Anchor::End, drawn.sweep.x))
    };
    svg(width, height, label, &content)
}

/// The names of the points; those that would touch the one before are left to the table.
fn names(drawn: &Drawn, x: impl Fn(f64) -> f64) -> Markup {
    let mut free_from = f64::NEG_INFINITY;
    let names = drawn.points.iter().filter_map(|point| {
        let (at, name) = (x(point.x), point.x.to_string());
        let half = (room(&name) + 6.0) / 2.0;
        (at - half >= free_from).then(|| {
            free_from = at + half;
            text("tick", (at, BOTTOM + 18.0), Anchor::Middle, &name)
        })
    });
    html! { @for name in names { (name) } }
}

fn as_table(drawn: &Drawn) -> Markup {
    let mut rows = drawn.points.iter().map(|point| {
        let Estimate { median, low, high, blocks, .. } = &point.measured;
        let residual = match point.theory {
            theory if theory > 0.0 => format!("{:+.1} %", (median / theory - 1.0) * 100.0),
            _ => "none".to_owned(),
        };
        let beside = point.beside.map(|value| format!("{value:.1}"));
        [
            point.x.to_string(),
            drawn.number(*median),
            format!("{} to {}", drawn.number(*low), drawn.number(*high)),
            blocks.to_string(),
            drawn.number(point.theory),
            residual,
        ]
        .into_iter()
        .chain(beside)
        .collect()
    });
    let own = ["Swept", "#Median", "#Interval", "#Samples", "#Theory", "#Residual"];
    let beside = drawn.sweep.beside.map(|(_, heading)| heading);
    let headings: Vec<&str> = own.into_iter().chain(beside).collect();
    table("Points as a table", None, &headings, &mut rows)
}
