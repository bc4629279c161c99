//! The rounds of an honesty check: one interval each, beside the answer that is known.

use leptos::html::Div;
use leptos::prelude::*;

use super::chart::width_of;
use super::table::table;
use crate::exhibits::honesty;
use crate::report::{Report, Round, Verdict};

/// The rounds of a report, with their summary and table.
pub fn rounds(report: &Report) -> Option<impl IntoView + use<>> {
    if report.rounds.is_empty() {
        return None;
    }
    let truth = report.spec.as_ref().map_or(1.0, honesty::ratio);
    let rounds = StoredValue::new(report.rounds.clone());
    let summary = honesty::summary(&report.rounds, truth);
    let place = NodeRef::<Div>::new();
    let width = width_of(place);
    let label = format!("Rounds. {summary}");
    Some(view! {
        <figure class="chart">
            <figcaption><strong>"Every round. "</strong>{summary}</figcaption>
            <div node_ref=place>
                {move || rounds.with_value(|rounds| svg(rounds, truth, width.get(), &label))}
            </div>
            <details>
                <summary>"The rounds as a table"</summary>
                {rounds.with_value(|rounds| as_table(rounds))}
            </details>
        </figure>
    })
}

fn svg(rounds: &[Round], truth: f64, width: f64, label: &str) -> impl IntoView + use<> {
    let (height, gutter, top, bottom) = (170.0, 48.0, 10.0, 146.0);
    let ends =
        rounds.iter().flat_map(|round| [round.low, round.high]).chain([truth * 0.98, truth * 1.02]);
    let least = ends.clone().fold(f64::INFINITY, f64::min);
    let most = ends.fold(0.0, f64::max);
    let y = move |ratio: f64| bottom - (bottom - top) * (ratio - least) / (most - least).max(1e-9);
    let across = (width - gutter - 8.0) / rounds.len() as f64;
    let marks = rounds
        .iter()
        .enumerate()
        .map(|(at, round)| {
            let x = gutter + across * (at as f64 + 0.5);
            let title = format!(
                "Round {}: {:.3}, between {:.3} and {:.3}",
                at + 1,
                round.median,
                round.low,
                round.high
            );
            view! {
                <g>
                    <title>{title}</title>
                    <line class="interval" x1=x x2=x y1=y(round.low) y2=y(round.high) />
                    <circle class="dot parallel" cx=x cy=y(round.median) r="4" />
                </g>
            }
        })
        .collect_view();
    let ticks = [least, truth, most]
        .map(|ratio| view! {
            <text class="tick" x=gutter - 6.0 y=y(ratio) + 4.0 text-anchor="end">{format!("{ratio:.2}")}</text>
        })
        .collect_view();
    view! {
        <svg
            width=width height=height viewBox=format!("0 0 {width} {height}")
            role="img" aria-label=label.to_owned()
        >
            <line class="bound" x1=gutter x2=width y1=y(truth) y2=y(truth) />
            {ticks} {marks}
            <text class="tick" x=gutter y=height - 4.0>{format!("{} rounds, in order", rounds.len())}</text>
        </svg>
    }
}

fn as_table(rounds: &[Round]) -> AnyView {
    let rows = rounds.iter().enumerate().map(|(at, round)| {
        let verdict = match round.verdict {
            Verdict::Faster | Verdict::Slower => "a difference",
            Verdict::NoDifference => "no measurable difference",
        };
        vec![
            (at + 1).to_string(),
            format!("{:.3}", round.median),
            format!("{:.3} to {:.3}", round.low, round.high),
            verdict.to_owned(),
        ]
    });
    table("Rounds as a table", None, &["Round", "#Ratio", "#Interval", "Verdict"], rows)
}
