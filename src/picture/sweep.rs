//! A quantity that was measured over another one, with the curve that theory expects.

use maud::{Markup, html};

use super::chart::{Chart, legend};
use super::svg::{Anchor, Corners, Px, line, room, svg, ticks, words as text};
use super::table::{folded, table};
use super::words::{self, Units};
use crate::exhibits::card::{Beside, Card, Level, Measured, Sweep};
use crate::measure::block::Estimate;
use crate::measure::stats::{estimate, median};
use crate::measure::unit::Unit;
use crate::report::Report;
use crate::sort::argsort;

/// The least coverage of a point's interval.
const COVERAGE: f64 = 0.95;

/// So many points are drawn at the most, and so many fits are told.
const MOST_POINTS: usize = 100;
const MOST_FITS: usize = 6;

/// A measured point.
struct Point {
    x: f64,
    measured: Estimate,
    theory: f64,
}

/// One quantity over what is swept.
struct Panel {
    /// What is measured.
    y: &'static str,
    unit: Unit,
    points: Vec<Point>,
    /// The curve, from the first point to the last.
    curve: Vec<(f64, f64)>,
    prediction: Option<f64>,
    /// What is drawn as a level, and what it is.
    level: Option<(f64, &'static str)>,
}

struct Drawn {
    sweep: Sweep,
    panel: Panel,
    /// The second quantity, if there is one.
    beside: Option<Panel>,
    /// What was fitted to the points, in words.
    fitted: Vec<String>,
}

fn drawn(exhibit: &Card, report: &Report) -> Option<Drawn> {
    let sweep = (exhibit.sweep)(report)?;
    let measured = measured(sweep.measured, report);
    let mut panel = Panel::new(&sweep, report, sweep.y, sweep.unit, measured, sweep.curve)?;
    let alone = report.speedup.is_none() && sweep.predicted;
    let prediction = report.prediction.as_ref().filter(|p| p.unit == sweep.unit && alone);
    panel.prediction = prediction.map(|p| p.value);
    panel.level = sweep.level.and_then(|(level, name)| {
        let level = match level {
            Level::Series(name) => median(&report.series_named(name).next()?.samples),
            Level::Arm(id) => report.arm_ms(id),
        };
        Some((level?, name))
    });
    let beside = sweep.beside.and_then(|Beside { series, y, unit, curve, .. }| {
        let measured = self::measured(Measured::Series(series), report);
        Panel::new(&sweep, report, y, unit, measured, curve)
    });
    let units = Units::of(report);
    let fitted = report.fits.iter().take(MOST_FITS);
    let fitted = fitted.filter_map(|fit| words::fit(fit, units)).collect();
    Some(Drawn { sweep, panel, beside, fitted })
}

/// What was measured, by what was swept.
fn measured(measured: Measured, report: &Report) -> Vec<(f64, Estimate)> {
    match measured {
        Measured::Series(name) => report
            .series_named(name)
            .filter_map(|series| Some((series.x, estimate(&series.samples, COVERAGE)?)))
            .collect(),
        Measured::Points(quantity) => {
            report.swept(quantity).filter_map(|point| Some((point.x?, point.estimate()))).collect()
        }
    }
}

impl Panel {
    /// These points, by what is swept, with their curve; `None` of fewer than two.
    fn new(
        sweep: &Sweep,
        report: &Report,
        y: &'static str,
        unit: Unit,
        measured: Vec<(f64, Estimate)>,
        curve: fn(&Report, f64) -> f64,
    ) -> Option<Panel> {
        let by_x = argsort(measured.len(), &mut |a, b| measured[a].0.total_cmp(&measured[b].0));
        let point = |at: usize| {
            let (x, ref measured) = measured[at];
            Point { x, measured: measured.clone(), theory: curve(report, x) }
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
        let curve = (0..=60).map(at).map(|x| (x, curve(report, x))).collect();
        Some(Panel { y, unit, points, curve, prediction: None, level: None })
    }

    fn number(&self, value: f64) -> String {
        match self.unit {
            Unit::Ms => words::time(value),
            Unit::Questions => format!("{value:.1}"),
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
    let mut summary = drawn.panel.summary();
    if let Some(beside) = &drawn.beside {
        summary = format!("Above: {summary} Below, {}: {}", beside.y, beside.summary());
    }
    let title = drawn.sweep.title;
    let label = format!("{title}. {summary}");
    let mut curve_name = drawn.sweep.curve_name.to_owned();
    if let (Some(_), Some(Beside { curve_name: below, .. })) = (&drawn.beside, drawn.sweep.beside) {
        // Both curves look alike: the panel tells them apart.
        curve_name = format!("above: {curve_name}; below: {below}");
    }
    let mut keys = vec![
        ("parallel key-round", "measured: median and interval"),
        ("curve", curve_name.as_str()),
    ];
    keys.extend(drawn.panel.level.map(|(_, name)| ("level", name)));
    let below = html! {
        (legend(keys))
        @for sentence in &drawn.fitted { p.note { (sentence) } }
    };
    Some(Chart {
        class: "chart sweep",
        below,
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
/// The upper and the lower end of a panel's scale, and how tall a panel is with its names.
const TOP: f64 = 26.0;
const BOTTOM: f64 = 212.0;
const PANEL: f64 = 236.0;

impl Upward {
    fn new(panel: &Panel, logarithmic: bool) -> Upward {
        let level = panel.level.map(|(value, _)| value);
        let highest = panel
            .points
            .iter()
            .map(|point| point.measured.high)
            .chain(panel.curve.iter().map(|point| point.1))
            .chain(panel.prediction)
            .chain(level)
            .fold(1e-9, f64::max);
        let lows = panel.points.iter().map(|point| point.measured.low).chain(level);
        let lowest = lows.fold(highest, f64::min);
        let logarithmic = logarithmic && lowest > 0.0;
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

/// Left of the scales stand their numbers.
const GUTTER: f64 = 58.0;

fn drawing(drawn: &Drawn, width: f64, label: &str) -> Markup {
    let panels: Vec<&Panel> = [&drawn.panel].into_iter().chain(&drawn.beside).collect();
    let height = PANEL * panels.len() as f64 + 24.0;
    let logarithmic = drawn.sweep.logarithmic;
    let content = html! {
        @for (at, panel) in panels.iter().enumerate() {
            (panel.drawing(width, PANEL * at as f64, logarithmic))
        }
        (text("tick", (width - 4.0, height - 6.0), Anchor::End, drawn.sweep.x))
    };
    svg(width, height, label, &content)
}

impl Panel {
    /// The panel, so far below the upper edge of the drawing.
    fn drawing(&self, width: f64, down: f64, logarithmic: bool) -> Markup {
        let upward = Upward::new(self, logarithmic);
        let y = |value: f64| down + upward.y(value);
        let first = self.points.first().map_or(0.0, |point| point.x);
        let last = self.points.last().map_or(1.0, |point| point.x);
        let ln = |value: f64| if logarithmic { value.max(1e-9).ln() } else { value };
        let x = |value: f64| {
            let along = (ln(value) - ln(first)) / (ln(last) - ln(first)).max(1e-9);
            GUTTER + 8.0 + along * (width - GUTTER - 24.0)
        };
        let across = |class: &str, value: f64| line(class, (GUTTER, y(value)), (width, y(value)));
        let at_end = |class: &str, value: f64, words: &str| {
            text(class, (width - 4.0, y(value) - 5.0), Anchor::End, words)
        };
        let curve: Vec<_> = self.curve.iter().map(|(at, value)| (x(*at), y(*value))).collect();
        html! {
            @for value in upward.ticks() {
                (across("grid", value))
                (text("tick", (GUTTER - 6.0, y(value) + 4.0), Anchor::End, &self.number(value)))
            }
            (self.names(down, x))
            @if let Some(value) = self.prediction {
                (across("guess", value))
                (at_end("bound", value, "your prediction"))
            }
            @if let Some((value, name)) = self.level {
                (across("level", value))
                @let words = format!("{name}: {}", self.number(value));
                // Where there is no room beside the scale's numbers, the key says what it is.
                @if room(&words) < width - GUTTER - 8.0 { (at_end("level", value, &words)) }
                @else { (at_end("level", value, &self.number(value))) }
            }
            polyline.curve points=(Corners(&curve)) {}
            @for Point { x: swept, measured, theory } in &self.points {
                @let (at, middle) = (x(*swept), y(measured.median));
                g {
                    title {
                        "At " (swept) ": " (self.number(measured.median)) ", between "
                        (self.number(measured.low)) " and " (self.number(measured.high)) "; theory "
                        (self.number(*theory))
                    }
                    (line("residual", (at, middle), (at, y(*theory))))
                    (line("interval", (at, y(measured.low)), (at, y(measured.high))))
                    circle class="dot parallel" cx=(Px(at)) cy=(Px(middle)) r="5" {}
                }
            }
            (text("tick", (0.0, down + 12.0), Anchor::Start, self.y))
        }
    }

    /// The names of the points; those that would touch the one before are left to the table.
    fn names(&self, down: f64, x: impl Fn(f64) -> f64) -> Markup {
        let mut free_from = f64::NEG_INFINITY;
        let names = self.points.iter().filter_map(|point| {
            let (at, name) = (x(point.x), point.x.to_string());
            let half = (room(&name) + 6.0) / 2.0;
            (at - half >= free_from).then(|| {
                free_from = at + half;
                text("tick", (at, down + BOTTOM + 18.0), Anchor::Middle, &name)
            })
        });
        html! { @for name in names { (name) } }
    }
}

fn as_table(drawn: &Drawn) -> Markup {
    let panel = &drawn.panel;
    let mut rows = panel.points.iter().map(|point| {
        let Estimate { median, low, high, blocks, .. } = &point.measured;
        let residual = match point.theory {
            theory if theory > 0.0 => format!("{:+.1} %", (median / theory - 1.0) * 100.0),
            _ => "none".to_owned(),
        };
        let beside = drawn.beside.as_ref().map(|beside| {
            let own = beside.points.iter().find(|own| own.x == point.x);
            let none = || [(); 3].map(|()| "–".to_owned());
            own.map_or_else(none, |own| {
                let Estimate { median, low, high, .. } = own.measured;
                let interval = format!("{} to {}", beside.number(low), beside.number(high));
                [beside.number(median), interval, beside.number(own.theory)]
            })
        });
        [
            point.x.to_string(),
            panel.number(*median),
            format!("{} to {}", panel.number(*low), panel.number(*high)),
            blocks.to_string(),
            panel.number(point.theory),
            residual,
        ]
        .into_iter()
        .chain(beside.into_iter().flatten())
        .collect()
    });
    let own = ["Swept", "#Median", "#Interval", "#Samples", "#Theory", "#Residual"];
    let beside = drawn.beside.as_ref().and(drawn.sweep.beside);
    let beside = beside.map(|beside| [beside.heading, "#Interval", "#Theory"]);
    let headings: Vec<&str> = own.into_iter().chain(beside.into_iter().flatten()).collect();
    table("Points as a table", None, &headings, &mut rows)
}
