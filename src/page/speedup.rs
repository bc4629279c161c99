//! The measured speed-up beside everything it can be compared with: one row each, on
//! one scale.

use leptos::html::Div;
use leptos::prelude::*;

use super::chart::{round_step, width_of};
use super::table::table;
use super::words;
use crate::exhibits::Exhibit;
use crate::report::{Ratio, Report};

/// One row: a value, perhaps with its interval.
struct Row {
    name: String,
    class: &'static str,
    value: f64,
    interval: Option<(f64, f64)>,
    words: String,
}

fn rows(exhibit: &Exhibit, report: &Report) -> Vec<Row> {
    let measured = |name: &str, class, ratio: &Ratio| Row {
        name: name.to_owned(),
        class,
        value: ratio.median,
        interval: Some((ratio.low, ratio.high)),
        words: format!("{}, {}", words::ratio(ratio), words::interval(ratio)),
    };
    let plain = |name: &str, class, value: f64| Row {
        name: name.to_owned(),
        class,
        value,
        interval: None,
        words: format!("{value:.2}"),
    };
    let workers = report.spec.as_ref().map_or(1, |spec| spec.whole("workers"));
    let mut rows = Vec::new();
    rows.extend(report.speedup.as_ref().map(|r| measured("Against the serial program", "main", r)));
    rows.extend(
        report.prediction.as_ref().map(|p| plain("Your prediction", "prediction", p.value)),
    );
    let landmarks = (exhibit.landmarks)(report);
    rows.extend(landmarks.into_iter().map(|mark| plain(&mark.name, mark.class, mark.value)));
    rows.extend(
        report
            .core_equivalents
            .map(|kappa| plain(&format!("What {workers} workers get (κ)"), "machine", kappa)),
    );
    let relative = report.relative_speedup.as_ref();
    rows.extend(relative.map(|r| measured("Against itself, 1 worker", "further", r)));
    rows
}

/// What the prediction was worth, in a sentence.
fn score(report: &Report) -> Option<String> {
    let predicted = report.prediction.as_ref()?.value;
    let speedup = report.speedup.as_ref()?;
    let against = if (speedup.low..=speedup.high).contains(&predicted) {
        "lies within the measured interval".to_owned()
    } else {
        let off = (predicted / speedup.median - 1.0) * 100.0;
        let side = if off > 0.0 { "above" } else { "below" };
        format!("lies {:.0} % {side} the measured median", off.abs())
    };
    let possible = match report.ideal.as_ref().map(|ideal| ideal.speedup) {
        Some(ideal) if predicted > ideal * 1.01 => {
            format!(", and above the {ideal:.2} that any run of this schedule could reach")
        }
        _ => String::new(),
    };
    Some(format!("Your prediction of {predicted} {against}{possible}."))
}

/// The comparison of a report's speed-up, with its sentences.
pub fn speedup(exhibit: &Exhibit, report: &Report) -> impl IntoView + use<> {
    let rows = StoredValue::new(rows(exhibit, report));
    let place = NodeRef::<Div>::new();
    let width = width_of(place);
    let score = score(report).map(|sentence| view! { <p class="score">{sentence}</p> });
    let overhead = report.work_overhead.as_ref().map(|ratio| {
        view! {
            <p class="note">
                {format!(
                    "Two baselines, two meanings: against the best serial program, and against the same \
                     parallel program with one worker. Their ratio is the work overhead: {}, {}.",
                    words::ratio(ratio),
                    words::interval(ratio)
                )}
            </p>
        }
    });
    let label = rows.with_value(|rows| {
        let parts: Vec<_> = rows.iter().map(|row| format!("{}: {}", row.name, row.words)).collect();
        format!("Speed-ups. {}.", parts.join("; "))
    });
    view! {
        <figure class="chart">
            <figcaption><strong>"How much faster, beside what was possible. "</strong></figcaption>
            {score}
            <div node_ref=place>
                {move || rows.with_value(|rows| svg(rows, width.get(), &label))}
            </div>
            {overhead}
            <details>
                <summary>"The speed-ups as a table"</summary>
                {rows.with_value(|rows| as_table(rows))}
            </details>
        </figure>
    }
}

fn svg(rows: &[Row], width: f64, label: &str) -> impl IntoView + use<> {
    let above = width < 520.0;
    let (gutter, row_height) = if above { (0.0, 44.0) } else { (210.0, 30.0) };
    let bottom = row_height * rows.len() as f64 + 6.0;
    let height = bottom + 20.0;
    let most = rows
        .iter()
        .map(|row| row.interval.map_or(row.value, |(_, high)| high.max(row.value)))
        .fold(1.0, f64::max);
    // Room for the number behind the last mark.
    let scale = (width - gutter - 60.0) / most;
    let x = move |value: f64| gutter + value * scale;
    let step = round_step(most, (width / 90.0) as usize).max(0.1);
    let ticks = (0..=(most / step) as u32)
        .map(|tick| {
            let value = f64::from(tick) * step;
            let class = if (value - 1.0).abs() < 1e-9 { "grid one" } else { "grid" };
            let anchor = if tick == 0 && above { "start" } else { "middle" };
            view! {
                <line class=class x1=x(value) x2=x(value) y1="0" y2=bottom />
                <text class="tick" x=x(value) y=height - 4.0 text-anchor=anchor>{format!("{value:.1}")}</text>
            }
        })
        .collect_view();
    let marks = rows
        .iter()
        .enumerate()
        .map(|(at, row)| {
            let top = row_height * at as f64;
            let y = top + row_height - 13.0;
            let name_y = if above { top + 14.0 } else { y + 4.0 };
            let end = row.interval.map_or(row.value, |(_, high)| high.max(row.value));
            let number = if row.interval.is_some() {
                row.words.split(',').next().unwrap_or_default().to_owned()
            } else {
                row.words.clone()
            };
            let interval = row.interval.map(|(low, high)| {
                view! {
                    <line class="interval" x1=x(low) x2=x(high) y1=y y2=y />
                }
            });
            view! {
                <g class=format!("row row-{}", row.class)>
                    <title>{format!("{}: {}", row.name, row.words)}</title>
                    <text class="name" x="0" y=name_y>{row.name.clone()}</text>
                    {interval}
                    {mark(row.class, x(row.value), y)}
                    <text class="value" x=x(end) + 10.0 y=y + 4.0>{number}</text>
                </g>
            }
        })
        .collect_view();
    view! {
        <svg
            width=width height=height viewBox=format!("0 0 {width} {height}")
            role="img" aria-label=label.to_owned()
        >
            {ticks} {marks}
        </svg>
    }
}

/// Shapes differ as well as colours: what was measured is round, theory is a line, a
/// prediction is a diamond, all others are square.
fn mark(class: &str, x: f64, y: f64) -> AnyView {
    match class {
        "main" | "further" => view! { <circle class="mark" cx=x cy=y r="6" /> }.into_any(),
        "ideal" => view! { <line class="mark" x1=x x2=x y1=y - 10.0 y2=y + 10.0 /> }.into_any(),
        "prediction" => {
            let points = format!("{x},{} {},{y} {x},{} {},{y}", y - 8.0, x + 8.0, y + 8.0, x - 8.0);
            view! { <polygon class="mark" points=points /> }.into_any()
        }
        _ => view! { <rect class="mark" x=x - 5.0 y=y - 5.0 width="10" height="10" /> }.into_any(),
    }
}

fn as_table(rows: &[Row]) -> AnyView {
    let rows = rows.iter().map(|row| vec![row.name.clone(), row.words.clone()]);
    table("Speed-ups as a table", None, &["What", "Times as fast"], rows)
}
