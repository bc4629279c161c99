//! Who waits for whom in a standstill: ranks on a circle, and an arrow for every wait.

use std::f64::consts::TAU;

use leptos::prelude::*;

use super::timeline::lanes;
use crate::report::Report;
use crate::trace::Kind;

const SIZE: f64 = 280.0;

/// The waits in which a run ended: who, and for whom.
fn waits(report: &Report) -> Vec<(u32, i32)> {
    let end_ms = report.trace.iter().map(|event| event.end_ms).fold(0.0, f64::max);
    let last = report.trace.iter().filter(|e| e.kind == Kind::Wait && e.end_ms >= end_ms);
    last.filter_map(|event| {
        let whom = event.label.strip_prefix("waits for rank ")?.parse().ok()?;
        Some((event.worker, whom))
    })
    .collect()
}

/// The graph of a run that stood still.
pub fn graph(report: &Report) -> Option<impl IntoView + use<>> {
    let stood_still = report.warnings.iter().any(|warning| warning.starts_with("Standstill"));
    if !stood_still {
        return None;
    }
    let (ranks, waits) = (lanes(report), waits(report));
    let place = |rank: f64| {
        let angle = TAU * rank / f64::from(ranks) - TAU / 4.0;
        let radius = SIZE / 2.0 - 26.0;
        (SIZE / 2.0 + radius * angle.cos(), SIZE / 2.0 + radius * angle.sin())
    };
    let nobody = (SIZE / 2.0, SIZE / 2.0);
    let arrows = waits
        .iter()
        .map(|&(who, whom)| {
            let (x1, y1) = place(f64::from(who));
            let (x, y) = if whom < 0 { nobody } else { place(f64::from(whom)) };
            // The arrow ends at the rim of the other circle.
            let length = (x - x1).hypot(y - y1).max(1.0);
            let (dx, dy) = ((x - x1) / length, (y - y1) / length);
            let (x2, y2) = (x - dx * 17.0, y - dy * 17.0);
            let (bx, by) = (x2 - dx * 9.0, y2 - dy * 9.0);
            let points = format!(
                "{x2},{y2} {},{} {},{}",
                bx - dy * 4.5,
                by + dx * 4.5,
                bx + dy * 4.5,
                by - dx * 4.5
            );
            view! {
                <g>
                    <title>{format!("rank {who} waits for rank {whom}")}</title>
                    <line class="wait" x1=x1 y1=y1 x2=bx y2=by />
                    <polygon class="wait" points=points />
                </g>
            }
        })
        .collect_view();
    let circles = (0..ranks)
        .map(|rank| {
            let (x, y) = place(f64::from(rank));
            let waiting = waits.iter().any(|wait| wait.0 == rank);
            view! {
                <g>
                    <circle class="rank" class:gone=!waiting cx=x cy=y r="15" />
                    <text class="rank" class:gone=!waiting x=x y=y + 4.0 text-anchor="middle">{rank}</text>
                </g>
            }
        })
        .collect_view();
    let missing = waits.iter().any(|wait| wait.1 < 0).then(|| {
        view! {
            <text class="rank nobody" x=nobody.0 y=nobody.1 + 5.0 text-anchor="middle">"−1"</text>
        }
    });
    let said: Vec<String> = waits
        .iter()
        .take(8)
        .map(|(who, whom)| format!("rank {who} waits for rank {whom}"))
        .collect();
    let label = format!("Who waits for whom: {}.", said.join(", "));
    Some(view! {
        <figure class="chart">
            <figcaption>
                <strong>"Who waits for whom. "</strong>
                "An arrow leads from each rank that waits to the rank it waits for. Ranks with a dashed rim \
                 have ended or died."
            </figcaption>
            <svg
                width=SIZE height=SIZE viewBox=format!("0 0 {SIZE} {SIZE}")
                role="img" aria-label=label
            >
                {arrows} {circles} {missing}
            </svg>
        </figure>
    })
}
