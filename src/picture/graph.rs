//! Who waits for whom in a deadlock: ranks on a circle, and an arrow for every wait.

use std::f64::consts::TAU;

use maud::{Markup, html};

use super::chart::caption;
use super::svg::{Anchor, Corners, Px, line, svg, words as text};
use super::timeline::count;
use crate::exhibits::card::Card;
use crate::params::MAX_WORKERS;
use crate::report::{Outcome, RankWait, Report};

const SIZE: f64 = 280.0;

/// The graph of a run that ended in a deadlock.
pub fn graph(exhibit: &Card, report: &Report) -> Option<Markup> {
    let Some(Outcome::Deadlock { waits }) = &report.outcome else { return None };
    let waits = &waits[..waits.len().min(MAX_WORKERS as usize)];
    let ranks = count(exhibit, report);
    let middle = (SIZE / 2.0, SIZE / 2.0);
    let place = |rank: f64| {
        let (right, down) = clockwise(rank / f64::from(ranks));
        let radius = SIZE / 2.0 - 26.0;
        (middle.0 + radius * right, middle.1 + radius * down)
    };
    let said: Vec<String> = waits
        .iter()
        .take(8)
        .map(|RankWait { who, whom }| format!("rank {who} waits for rank {whom}"))
        .collect();
    let label = format!("Who waits for whom: {}.", said.join(", "));
    let content = html! {
        @for &RankWait { who, whom } in waits {
            // Nobody stands in the middle.
            @let to = if whom < 0 { middle } else { place(f64::from(whom)) };
            g {
                title { "rank " (who) " waits for rank " (whom) }
                (arrow(place(f64::from(who)), to))
            }
        }
        @for rank in 0..ranks {
            @let (x, y) = place(f64::from(rank));
            @let waiting = waits.iter().any(|wait| wait.who == rank);
            @let class = if waiting { "rank" } else { "rank gone" };
            g {
                circle class=(class) cx=(Px(x)) cy=(Px(y)) r="15" {}
                (text(class, (x, y + 4.0), Anchor::Middle, &rank.to_string()))
            }
        }
        @if waits.iter().any(|wait| wait.whom < 0) {
            (text("rank nobody", (middle.0, middle.1 + 5.0), Anchor::Middle, "−1"))
        }
    };
    let summary = "An arrow leads from each rank that waits to the rank it waits for. Ranks with a \
                   dashed rim have ended or died.";
    Some(html! {
        figure.chart {
            figcaption { (caption("Who waits for whom", summary)) }
            (svg(SIZE, SIZE, &label, &content))
        }
    })
}

/// The point of a circle of radius 1 after this share of a turn, clockwise from its top.
/// Sine and cosine for any angle at all would be 8 KB of what a visitor loads.
fn clockwise(share: f64) -> (f64, f64) {
    // For a small angle the first terms of both series do; squared ten times, as a complex
    // number, it is 1024 times as large.
    let angle = TAU * (share - share.floor()) / 1024.0;
    let square = angle * angle;
    let mut sin = angle * (1.0 - square / 6.0 * (1.0 - square / 20.0));
    let mut cos = 1.0 - square / 2.0 * (1.0 - square / 12.0);
    for _ in 0..10 {
        (sin, cos) = (2.0 * sin * cos, cos * cos - sin * sin);
    }
    (sin, -cos)
}

/// An arrow that ends at the rim of the circle around `to`.
fn arrow(from: (f64, f64), to: (f64, f64)) -> Markup {
    let (across, down) = (to.0 - from.0, to.1 - from.1);
    let length = (across * across + down * down).sqrt().max(1.0);
    let (dx, dy) = (across / length, down / length);
    let tip = (to.0 - dx * 17.0, to.1 - dy * 17.0);
    let (x, y) = (tip.0 - dx * 9.0, tip.1 - dy * 9.0);
    let head = [tip, (x - dy * 4.5, y + dx * 4.5), (x + dy * 4.5, y - dx * 4.5)];
    html! {
        (line("wait", from, (x, y)))
        polygon.wait points=(Corners(&head)) {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turn_goes_clockwise_from_the_top() {
        for step in -8..100 {
            let share = f64::from(step) / 64.0;
            let (right, down) = clockwise(share);
            let (sin, cos) = (TAU * share).sin_cos();
            assert!((right - sin).abs() < 1e-9 && (down + cos).abs() < 1e-9, "{share}");
        }
    }
}
