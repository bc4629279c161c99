//! Where the workers' time went: one stacked bar of p·Tp, with its residual. The
//! parts are medians over the blocks, each with its interval in the table.

use maud::{Markup, html};

use super::chart::Chart;
use super::svg::{Anchor, Px, room, svg, words as text};
use super::words;
use crate::measure::block::{Estimate, Role};
use crate::report::{LostTime, Report};

/// A part of the bar: name, class, share, interval, and how it is measured.
struct Part {
    name: &'static str,
    class: &'static str,
    share: f64,
    /// Absent where it comes from a single block.
    interval: Option<(f64, f64)>,
    meaning: &'static str,
}

/// The parts, in the order of the bar.
fn parts(lost: &LostTime) -> Vec<Part> {
    let LostTime { work_inflation, idle, overhead, residual } = lost;
    let lost = [work_inflation, idle, overhead, residual];
    let serial = 1.0 - lost.iter().map(|part| part.median).sum::<f64>();
    let part = |name, class, estimate: &Estimate, meaning| Part {
        name,
        class,
        share: estimate.median,
        interval: (estimate.blocks > 1).then_some((estimate.low, estimate.high)),
        meaning,
    };
    vec![
        part("Serial work", "serial", &Estimate::single(serial), "what the serial program takes"),
        part(
            "Work inflation",
            "inflation",
            work_inflation,
            "how much kernels slowed one another down, while workers were at work together",
        ),
        part("Idle", "idle", idle, "waiting for the last worker"),
        part("Overhead", "overhead", overhead, "the same program on empty tasks"),
        part("Residual", "residual", residual, "what the other four do not explain"),
    ]
}

/// The lost time of a report, with its table.
pub fn lost(report: &Report) -> Option<Chart> {
    let parts = parts(report.lost_time.as_ref()?);
    let workers = report.spec.as_ref()?.whole("workers").max(1);
    let repeats = f64::from(report.repeats.max(1));
    // Of an old report without its samples only the shares are known.
    let each_ms = report.median_ms(Role::Parallel).unwrap_or(0.0) * repeats;
    let all_ms = each_ms * f64::from(workers);
    let summary = format!(
        "Of {workers} × {} = {} of the workers' time, {:.0} % was the serial program's work.",
        words::time(each_ms),
        words::time(all_ms),
        parts[0].share * 100.0
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
        (as_table(&parts, all_ms))
    };
    Some(Chart {
        below,
        ..Chart::new("Where the workers' time went", &summary, move |width| {
            drawing(&parts, all_ms, width, &label)
        })
    })
}

fn drawing(parts: &[Part], all_ms: f64, width: f64, label: &str) -> Markup {
    // A part can be negative by noise; it then has no place in the bar, only in the table.
    let whole = parts.iter().map(|part| part.share.max(0.0)).sum::<f64>().max(1.0);
    let mut end = 0.0;
    let bars: Vec<Markup> = parts
        .iter()
        .map(|Part { name, class, share, .. }| {
            let (x, size) = (end, share.max(0.0) / whole * width);
            end += size;
            let percent = format!("{name} {:.0} %", share * 100.0);
            html! {
                g {
                    title { (name) ": " (words::time(share * all_ms)) }
                    rect class={ "part part-" (class) } x=(Px(x)) y="0" width=(Px(size))
                        height="36" {}
                    @if room(&percent) + 12.0 < size {
                        (text(&format!("on on-{class}"), (x + 8.0, 23.0), Anchor::Start, &percent))
                    }
                }
            }
        })
        .collect();
    svg(width, 36.0, label, &html! { @for bar in bars { (bar) } })
}

fn as_table(parts: &[Part], all_ms: f64) -> Markup {
    let percent = |share: f64| format!("{:.1} %", share * 100.0);
    html! {
        div.table tabindex="0" role="group" aria-label="Lost time as a table" {
            table {
                thead {
                    tr {
                        th scope="col" { "Part" }
                        th scope="col" class="number" { "Time" }
                        th scope="col" class="number" { "Share" }
                        th scope="col" class="number" { "Interval" }
                        th scope="col" { "Measured as" }
                    }
                }
                tbody {
                    @for Part { name, class, share, interval, meaning } in parts {
                        tr {
                            th scope="row" { span class={ "key key-" (class) } {} (name) }
                            td.number { (words::time(share * all_ms)) }
                            td.number { (percent(*share)) }
                            td.number {
                                @if let Some((low, high)) = interval {
                                    (percent(*low)) " to " (percent(*high))
                                }
                            }
                            td { (meaning) }
                        }
                    }
                }
            }
        }
    }
}
