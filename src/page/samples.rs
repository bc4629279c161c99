//! Every sample as a dot, paired within its block, in the order of measurement.

use leptos::html::Div;
use leptos::prelude::*;

use super::chart::{round_step, width_of};
use super::table::table;
use super::words;
use crate::measure::interval::outliers;
use crate::report::{Block, Report};

/// The samples of a report, with their table.
pub fn samples(report: &Report) -> impl IntoView + use<> {
    let blocks = StoredValue::new(report.blocks.clone());
    let place = NodeRef::<Div>::new();
    let width = width_of(place);
    let outlying = outlying(&report.blocks);
    let marked = outlying.iter().filter(|outlier| **outlier).count();
    let summary = format!(
        "{} blocks, each with a sample of both programs close together in time; none is left out{}.",
        report.blocks.len(),
        match marked {
            0 => String::new(),
            1 => ", and one is ringed because its ratio lies outside Tukey's fences".to_owned(),
            _ =>
                format!(", and {marked} are ringed because their ratios lie outside Tukey's fences"),
        }
    );
    let label = format!("Samples. {summary}");
    view! {
        <figure class="chart">
            <figcaption><strong>"Every sample. "</strong>{summary}</figcaption>
            <div node_ref=place>
                {move || blocks.with_value(|blocks| svg(blocks, width.get(), &label))}
            </div>
            <ul class="legend">
                <li><span class="key key-serial"></span>"serial program"</li>
                <li><span class="key key-parallel"></span>"parallel program"</li>
            </ul>
            <details>
                <summary>"The samples as a table"</summary>
                {blocks.with_value(|blocks| as_table(blocks))}
            </details>
        </figure>
    }
}

/// Which blocks have an unusual ratio.
fn outlying(blocks: &[Block]) -> Vec<bool> {
    let ratio = |block: &Block| Some(block.serial_ms? / block.parallel_ms?);
    match blocks.iter().map(ratio).collect::<Option<Vec<f64>>>() {
        Some(ratios) => outliers(&ratios),
        None => vec![false; blocks.len()],
    }
}

fn svg(blocks: &[Block], width: f64, label: &str) -> impl IntoView + use<> {
    let (height, gutter, top, bottom) = (190.0, 56.0, 10.0, 164.0);
    let values = |of: fn(&Block) -> Option<f64>| blocks.iter().filter_map(of);
    let most = values(|b| b.serial_ms).chain(values(|b| b.parallel_ms)).fold(0.0, f64::max) * 1.05;
    let y = move |ms: f64| bottom - (bottom - top) * ms / most.max(1e-9);
    let across = (width - gutter - 8.0) / blocks.len().max(1) as f64;
    let x = move |at: usize| gutter + across * (at as f64 + 0.5);
    let step = round_step(most, 4);
    let ticks = (0..=(most / step) as u32)
        .map(|tick| {
            let ms = f64::from(tick) * step;
            view! {
                <line class="grid" x1=gutter x2=width y1=y(ms) y2=y(ms) />
                <text class="tick" x=gutter - 6.0 y=y(ms) + 4.0 text-anchor="end">{words::time(ms)}</text>
            }
        })
        .collect_view();
    let outlying = outlying(blocks);
    let every = (32.0 / across).ceil().max(1.0) as usize;
    let dots = blocks
        .iter()
        .enumerate()
        .filter_map(|(at, block)| {
            let (serial, parallel) = (block.serial_ms?, block.parallel_ms?);
            let title = format!(
                "Block {}: serial {}, parallel {}, ratio {:.2}",
                at + 1,
                words::time(serial),
                words::time(parallel),
                serial / parallel
            );
            Some(view! {
                <g class:tainted=block.tainted>
                    <title>{title}</title>
                    <line class="pair" x1=x(at) x2=x(at) y1=y(serial) y2=y(parallel) />
                    <circle class="dot serial" cx=x(at) cy=y(serial) r="5" />
                    <rect class="dot parallel" x=x(at) - 4.5 y=y(parallel) - 4.5 width="9" height="9" />
                    {outlying[at].then(|| view! {
                        <circle class="ring" cx=x(at) cy=y(parallel) r="10" />
                    })}
                    {(at % every == 0).then(|| view! {
                        <text class="tick" x=x(at) y=bottom + 18.0 text-anchor="middle">{at + 1}</text>
                    })}
                </g>
            })
        })
        .collect_view();
    view! {
        <svg
            width=width height=height viewBox=format!("0 0 {width} {height}")
            role="img" aria-label=label.to_owned()
        >
            {ticks} {dots}
        </svg>
    }
}

fn as_table(blocks: &[Block]) -> AnyView {
    let cell = |ms: Option<f64>| ms.map_or_else(|| "not measured".to_owned(), words::time);
    let rows = blocks.iter().enumerate().map(|(at, block)| {
        vec![
            (at + 1).to_string(),
            block.order.join(", "),
            cell(block.serial_ms),
            cell(block.one_worker_ms),
            cell(block.parallel_ms),
            if block.tainted { "page was hidden".to_owned() } else { String::new() },
        ]
    });
    let headings = ["Block", "Order", "#Serial", "#One worker", "#Parallel", "Note"];
    table("Samples as a table", None, &headings, rows)
}
