//! Where the workers' time went: one stacked bar of p·Tp, with its residual.

use leptos::html::Div;
use leptos::prelude::*;

use super::chart::width_of;
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
pub fn lost(report: &Report) -> Option<impl IntoView + use<>> {
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
    let place = NodeRef::<Div>::new();
    let width = width_of(place);
    let label = format!("Lost time. {summary}");
    let rows = parts(&lost)
        .into_iter()
        .map(|(name, class, ms, meaning)| {
            view! {
                <tr>
                    <th scope="row"><span class=format!("key key-{class}")></span>{name}</th>
                    <td class="number">{words::time(ms)}</td>
                    <td class="number">{format!("{:.1} %", ms / all_ms.max(1e-9) * 100.0)}</td>
                    <td>{meaning}</td>
                </tr>
            }
        })
        .collect_view();
    Some(view! {
        <figure class="chart">
            <figcaption><strong>"Where the workers' time went. "</strong>{summary}</figcaption>
            <div node_ref=place>{move || svg(&lost, all_ms, width.get(), &label)}</div>
            {crowded.map(|sentence| view! { <p class="note">{sentence}</p> })}
            <div class="table" tabindex="0" role="group" aria-label="Lost time as a table">
                <table>
                    <thead>
                        <tr>
                            <th scope="col">"Part"</th>
                            <th scope="col" class="number">"Time"</th>
                            <th scope="col" class="number">"Share"</th>
                            <th scope="col">"Measured as"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </figure>
    })
}

fn svg(lost: &LostTime, all_ms: f64, width: f64, label: &str) -> impl IntoView + use<> {
    let mut from = 0.0;
    // A part can be negative by noise; it then has no place in the bar, only in the table.
    let drawn: f64 =
        parts(lost).iter().map(|part| part.2.max(0.0)).sum::<f64>().max(all_ms).max(1e-9);
    let bars = parts(lost)
        .into_iter()
        .map(|(name, class, ms, _)| {
            let (x, size) = (from, ms.max(0.0) / drawn * width);
            from += size;
            let text = format!("{name} {:.0} %", ms / all_ms.max(1e-9) * 100.0);
            let fits = text.chars().count() as f64 * 7.0 + 12.0 < size;
            view! {
                <g>
                    <title>{format!("{name}: {}", words::time(ms))}</title>
                    <rect class=format!("part part-{class}") x=x y="0" width=size height="36" />
                    {fits.then(|| view! {
                        <text class=format!("on on-{class}") x=x + 8.0 y="23">{text}</text>
                    })}
                </g>
            }
        })
        .collect_view();
    view! {
        <svg width=width height="36" viewBox=format!("0 0 {width} 36") role="img" aria-label=label.to_owned()>
            {bars}
        </svg>
    }
}
