//! Where the workers' time went: one stacked bar of p·Tp, with its residual.

use maud::{Markup, html};

use super::chart::Chart;
use super::svg::{Anchor, Px, room, svg, words as text};
use super::words;
use crate::report::{LostTime, Report};

/// The parts, in the order of the bar: name, class, milliseconds, what it is.
fn parts(lost: &LostTime) -> [(&'static str, &'static str, f64, &'static str); 5] {
    [
        ("Serial work", "serial", lost.serial_ms, "what the serial program takes"),
        (
            "Work inflation",
            "inflation",
            lost.work_inflation_ms,
            "how much longer the same tasks took with all workers awake",
        ),
        ("Idle", "idle", lost.idle_ms, "waiting for the last worker"),
        ("Overhead", "overhead", lost.overhead_ms, "the same program on empty tasks"),
        ("Residual", "residual", lost.residual_ms, "what the other four do not explain"),
    ]
}

/// The lost time of a report, with its table.
pub fn lost(report: &Report) -> Option<Chart> {
    let lost = report.lost_time?;
    let workers = report.spec.as_ref()?.whole("workers").max(1);
    let all_ms = lost.serial_ms
        + lost.work_inflation_ms
        + lost.idle_ms
        + lost.overhead_ms
        + lost.residual_ms;
    let summary = format!(
        "Of {} × {} = {} of the workers' time, {:.0} % was the serial program's work.",
        workers,
        words::time(all_ms / f64::from(workers)),
        words::time(all_ms),
        lost.serial_ms / all_ms.max(1e-9) * 100.0
    );
    let crowded = (workers > report.environment.hardware_concurrency).then(|| {
        format!(
            "There are more workers ({workers}) than cores that the browser claims ({}): they take \
             turns on the cores, so their blocks grow longer and count as work inflation.",
            report.environment.hardware_concurrency
        )
    });
    let label = format!("Lost time. {summary}");
    let below = html! {
        @if let Some(sentence) = crowded { p.note { (sentence) } }
        (as_table(&lost, all_ms))
    };
    Some(Chart {
        below,
        ..Chart::new("Where the workers' time went", &summary, move |width| {
            drawing(&lost, all_ms, width, &label)
        })
    })
}

fn drawing(lost: &LostTime, all_ms: f64, width: f64, label: &str) -> Markup {
    // A part can be negative by noise; it then has no place in the bar, only in the table.
    let positive = parts(lost).iter().map(|part| part.2.max(0.0)).sum::<f64>();
    let whole_ms = positive.max(all_ms).max(1e-9);
    let mut end = 0.0;
    let bars = parts(lost).map(|(name, class, ms, _)| {
        let (x, size) = (end, ms.max(0.0) / whole_ms * width);
        end += size;
        let share = format!("{name} {:.0} %", ms / all_ms.max(1e-9) * 100.0);
        html! {
            g {
                title { (name) ": " (words::time(ms)) }
                rect class={ "part part-" (class) } x=(Px(x)) y="0" width=(Px(size)) height="36" {}
                @if room(&share) + 12.0 < size {
                    (text(&format!("on on-{class}"), (x + 8.0, 23.0), Anchor::Start, &share))
                }
            }
        }
    });
    svg(width, 36.0, label, &html! { @for bar in bars { (bar) } })
}

fn as_table(lost: &LostTime, all_ms: f64) -> Markup {
    html! {
        div.table tabindex="0" role="group" aria-label="Lost time as a table" {
            table {
                thead {
                    tr {
                        th scope="col" { "Part" }
                        th scope="col" class="number" { "Time" }
                        th scope="col" class="number" { "Share" }
                        th scope="col" { "Measured as" }
                    }
                }
                tbody {
                    @for (name, class, ms, meaning) in parts(lost) {
                        tr {
                            th scope="row" { span class={ "key key-" (class) } {} (name) }
                            td.number { (words::time(ms)) }
                            td.number { (format!("{:.1} %", ms / all_ms.max(1e-9) * 100.0)) }
                            td { (meaning) }
                        }
                    }
                }
            }
        }
    }
}
