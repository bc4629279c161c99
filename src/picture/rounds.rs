//! The rounds of an honesty check: one interval each, beside the answer that is known.

use maud::{Markup, html};

use super::chart::Chart;
use super::svg::{Anchor, Px, line, svg, words as text};
use super::table::{folded, table};
use crate::exhibits::card::Card;
use crate::measure::block::Verdict;
use crate::report::limits::MOST_ROUNDS;
use crate::report::{Report, Round};

/// The rounds of a report, with their summary and table.
pub fn rounds(exhibit: &Card, report: &Report) -> Option<Chart> {
    if report.rounds.is_empty() {
        return None;
    }
    let truth = (exhibit.known)(report).unwrap_or(1.0);
    let rounds: Vec<Round> = report.rounds.iter().take(MOST_ROUNDS).cloned().collect();
    let summary = (exhibit.why)(report).unwrap_or_default();
    let label = format!("Rounds. {summary}");
    Some(Chart {
        table: folded("The rounds as a table", &as_table(&rounds)),
        ..Chart::new("Every round", &summary, move |width| drawing(&rounds, truth, width, &label))
    })
}

fn drawing(rounds: &[Round], truth: f64, width: f64, label: &str) -> Markup {
    let (height, gutter, top, bottom) = (170.0, 48.0, 10.0, 146.0);
    let ends = rounds.iter().flat_map(|round| [round.low, round.high]);
    let ends = ends.chain([truth * 0.98, truth * 1.02]);
    let least = ends.clone().fold(f64::INFINITY, f64::min);
    let most = ends.fold(0.0, f64::max);
    let y = |ratio: f64| bottom - (bottom - top) * (ratio - least) / (most - least).max(1e-9);
    let across = (width - gutter - 8.0) / rounds.len() as f64;
    let content = html! {
        (line("bound", (gutter, y(truth)), (width, y(truth))))
        @for ratio in [least, truth, most] {
            (text("tick", (gutter - 6.0, y(ratio) + 4.0), Anchor::End, &format!("{ratio:.2}")))
        }
        @for (at, round) in rounds.iter().enumerate() {
            @let x = gutter + across * (at as f64 + 0.5);
            g {
                title {
                    "Round " (at + 1) ": "
                    (format!("{:.3}, between {:.3} and {:.3}", round.median, round.low, round.high))
                }
                (line("interval", (x, y(round.low)), (x, y(round.high))))
                circle class="dot parallel" cx=(Px(x)) cy=(Px(y(round.median))) r="4" {}
            }
        }
        (text("tick", (gutter, height - 4.0), Anchor::Start, &format!("{} rounds, in order", rounds.len())))
    };
    svg(width, height, label, &content)
}

fn as_table(rounds: &[Round]) -> Markup {
    let mut rows = rounds.iter().enumerate().map(|(at, round)| {
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
    table("Rounds as a table", None, &["Round", "#Ratio", "#Interval", "Verdict"], &mut rows)
}
