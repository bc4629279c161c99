//! A quantity that was measured over another one, with the curve that theory expects.

use leptos::html::Div;
use leptos::prelude::*;

use super::chart::{round_step, width_of};
use super::table::table;
use super::words;
use crate::exhibits::{Exhibit, Sweep};
use crate::measure::interval::{median, ratio};
use crate::report::{Ratio, Report};

/// The least coverage of a point's interval.
const COVERAGE: f64 = 0.95;

/// A measured point.
#[derive(Clone)]
struct Point {
    x: f64,
    measured: Ratio,
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

fn drawn(exhibit: &Exhibit, report: &Report) -> Option<Drawn> {
    let sweep = (exhibit.sweep)(report)?;
    let named = |name: &'static str| report.series.iter().filter(move |s| s.name == name);
    let own = named(sweep.series);
    let beside = |x: f64| {
        let found = named(sweep.beside?.0).find(|series| series.x == x)?;
        median(&found.samples)
    };
    let mut points: Vec<Point> = own
        .filter_map(|series| {
            let measured = ratio(&series.samples, COVERAGE)?;
            let theory = (sweep.curve)(report, series.x);
            Some(Point { x: series.x, measured, theory, beside: beside(series.x) })
        })
        .collect();
    points.sort_by(|a, b| a.x.total_cmp(&b.x));
    if points.len() < 2 {
        return None;
    }
    let (first, last) = (points.first()?.x, points.last()?.x);
    let at = |step: u32| match (sweep.logarithmic, f64::from(step) / 60.0) {
        (true, share) => first * (last / first).powf(share),
        (false, share) => first + (last - first) * share,
    };
    let curve = (0..=60).map(at).map(|x| (x, (sweep.curve)(report, x))).collect();
    let own_unit = |unit: &str| unit == if sweep.unit.is_empty() { "speed-up" } else { sweep.unit };
    let alone = report.speedup.is_none() && sweep.predicted;
    let prediction = report.prediction.as_ref().filter(|p| own_unit(&p.unit) && alone);
    let level = sweep.level.and_then(|(name, _)| median(&named(name).next()?.samples));
    Some(Drawn { sweep, points, curve, prediction: prediction.map(|p| p.value), level })
}

impl Drawn {
    fn number(&self, value: f64) -> String {
        match self.sweep.unit {
            "ms" => words::time(value),
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
pub fn sweep(exhibit: &Exhibit, report: &Report) -> Option<impl IntoView + use<>> {
    let drawn = drawn(exhibit, report)?;
    let summary = drawn.summary();
    let title = drawn.sweep.title;
    let as_table = as_table(&drawn);
    let curve_name = drawn.sweep.curve_name;
    let drawn = StoredValue::new(drawn);
    let place = NodeRef::<Div>::new();
    let width = width_of(place);
    let label = format!("{title}. {summary}");
    Some(view! {
        <figure class="chart sweep">
            <figcaption><strong>{title}". "</strong>{summary}</figcaption>
            <div node_ref=place>
                {move || drawn.with_value(|drawn| svg(drawn, width.get(), &label))}
            </div>
            <ul class="legend">
                <li><span class="key key-parallel key-round"></span>"measured: median and interval"</li>
                <li><span class="key key-curve"></span>{curve_name}</li>
            </ul>
            <details>
                <summary>"The points as a table"</summary>
                {as_table}
            </details>
        </figure>
    })
}

fn svg(drawn: &Drawn, width: f64, label: &str) -> impl IntoView + use<> {
    let (height, gutter, top, bottom) = (260.0, 58.0, 26.0, 212.0);
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
    // On a logarithmic scale nothing is at zero; what would be stands at the bottom.
    let floor = lowest * 0.7;
    let scaled = move |value: f64| match logarithmic {
        true => value.max(floor).ln(),
        false => value,
    };
    let first = drawn.points.first().map_or(0.0, |point| point.x);
    let last = drawn.points.last().map_or(1.0, |point| point.x);
    let along = |value: f64, from: f64, to: f64| {
        let ln = |value: f64| if logarithmic { value.max(1e-9).ln() } else { value };
        (ln(value) - ln(from)) / (ln(to) - ln(from)).max(1e-9)
    };
    let x = move |value: f64| gutter + 8.0 + along(value, first, last) * (width - gutter - 24.0);
    let base = if logarithmic { scaled(floor) } else { 0.0 };
    let y = move |value: f64| {
        bottom - (bottom - top) * (scaled(value) - base) / (scaled(highest) - base).max(1e-9)
    };
    let step = round_step(highest, 5);
    let values: Vec<f64> = if logarithmic {
        let decades = (-2..5).flat_map(|decade| [1.0, 2.0, 5.0].map(|d| d * 10f64.powi(decade)));
        decades.filter(|value| (floor..=highest).contains(value)).collect()
    } else {
        (0..=(highest / step) as u32).map(|tick| f64::from(tick) * step).collect()
    };
    let rows = values
        .into_iter()
        .map(|value| {
            view! {
                <line class="grid" x1=gutter x2=width y1=y(value) y2=y(value) />
                <text class="tick" x=gutter - 6.0 y=y(value) + 4.0 text-anchor="end">{drawn.number(value)}</text>
            }
        })
        .collect_view();
    // Names of points that would touch the one before are left to the table.
    let mut free_from = f64::NEG_INFINITY;
    let columns = drawn
        .points
        .iter()
        .map(|point| {
            let at = x(point.x);
            let text = point.x.to_string();
            let room = text.chars().count() as f64 * 7.0 + 6.0;
            let fits = at - room / 2.0 >= free_from;
            if fits {
                free_from = at + room / 2.0;
            }
            fits.then(|| {
                view! {
                    <text class="tick" x=at y=bottom + 18.0 text-anchor="middle">{text}</text>
                }
            })
        })
        .collect_view();
    let curve: Vec<String> =
        drawn.curve.iter().map(|(at, value)| format!("{:.1},{:.1}", x(*at), y(*value))).collect();
    let points = drawn
        .points
        .iter()
        .map(|point| {
            let (at, measured) = (x(point.x), &point.measured);
            let title = format!(
                "At {}: {}, between {} and {}; theory {}",
                point.x,
                drawn.number(measured.median),
                drawn.number(measured.low),
                drawn.number(measured.high),
                drawn.number(point.theory)
            );
            view! {
                <g>
                    <title>{title}</title>
                    <line class="residual" x1=at x2=at y1=y(measured.median) y2=y(point.theory) />
                    <line class="interval" x1=at x2=at y1=y(measured.low) y2=y(measured.high) />
                    <circle class="dot parallel" cx=at cy=y(measured.median) r="5" />
                </g>
            }
        })
        .collect_view();
    let prediction = drawn.prediction.map(|value| {
        view! {
            <line class="guess" x1=gutter x2=width y1=y(value) y2=y(value) />
            <text class="bound" x=width - 4.0 y=y(value) - 5.0 text-anchor="end">"your prediction"</text>
        }
    });
    let level = drawn.level.zip(drawn.sweep.level).map(|(value, (_, name))| {
        view! {
            <line class="level" x1=gutter x2=width y1=y(value) y2=y(value) />
            <text class="level" x=width - 4.0 y=y(value) - 5.0 text-anchor="end">
                {format!("{name}: {}", drawn.number(value))}
            </text>
        }
    });
    view! {
        <svg
            width=width height=height viewBox=format!("0 0 {width} {height}")
            role="img" aria-label=label.to_owned()
        >
            {rows} {columns} {prediction} {level}
            <polyline class="curve" points=curve.join(" ") />
            {points}
            <text class="tick" x="0" y="12">{drawn.sweep.y}</text>
            <text class="tick" x=width - 4.0 y=height - 6.0 text-anchor="end">{drawn.sweep.x}</text>
        </svg>
    }
}

fn as_table(drawn: &Drawn) -> AnyView {
    let rows = drawn.points.iter().map(|point| {
        let Ratio { median, low, high, blocks, .. } = &point.measured;
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
    let headings: Vec<&'static str> = own.into_iter().chain(beside).collect();
    table("Points as a table", None, &headings, rows)
}
