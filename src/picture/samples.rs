//! Every sample as a dot, paired within its block, in the order of measurement.

use maud::{Markup, html};

use super::chart::{Chart, legend};
use super::svg::{Anchor, Px, line, svg, ticks, words as text};
use super::table::{MOST_ROWS, folded, table};
use super::words;
use crate::measure::block::{Block, Role, with_role};
use crate::measure::sampling::MOST_BLOCKS;
use crate::measure::stats::outliers;
use crate::report::Report;
use crate::report::limits::MOST_ARMS;

/// The two samples of a block.
struct Pair {
    /// The block, from 0.
    at: usize,
    serial_ms: f64,
    parallel_ms: f64,
    /// Its ratio lies outside Tukey's fences.
    outlying: bool,
    tainted: bool,
}

/// The samples of a report, with their table.
pub fn samples(report: &Report) -> Chart {
    let blocks = &report.blocks;
    let both = |block: &Block| {
        let of = |role| block.ms_of(&with_role(&report.arms, role)?.id);
        Some((of(Role::Serial)?, of(Role::Parallel)?))
    };
    let outlying = outlying(&blocks.iter().map(both).collect::<Vec<_>>());
    let marked = outlying.iter().filter(|outlier| **outlier).count();
    let summary = format!(
        "{} blocks, each with a sample of both programs close together in time; none is left out{}.",
        blocks.len(),
        match marked {
            0 => String::new(),
            1 => ", and one is ringed because its ratio lies outside Tukey's fences".to_owned(),
            _ =>
                format!(", and {marked} are ringed because their ratios lie outside Tukey's fences"),
        }
    );
    let label = format!("Samples. {summary}");
    let pairs: Vec<Pair> = blocks
        .iter()
        .zip(outlying)
        .enumerate()
        .take(MOST_BLOCKS)
        .filter_map(|(at, (block, outlying))| {
            let (serial_ms, parallel_ms) = both(block)?;
            Some(Pair { at, serial_ms, parallel_ms, outlying, tainted: block.tainted })
        })
        .collect();
    let all = pairs.iter().flat_map(|pair| [pair.serial_ms, pair.parallel_ms]);
    let most = all.fold(0.0, f64::max) * 1.05;
    let count = blocks.len().min(MOST_BLOCKS);
    Chart {
        below: legend([("serial", "serial program"), ("parallel", "parallel program")]),
        table: folded("The samples as a table", &as_table(report)),
        ..Chart::new("Every sample", &summary, move |width| {
            drawing(&pairs, count, most, width, &label)
        })
    }
}

/// Which blocks have an unusual ratio.
fn outlying(pairs: &[Option<(f64, f64)>]) -> Vec<bool> {
    let ratio = |pair: &Option<(f64, f64)>| pair.map(|(serial, parallel)| serial / parallel);
    match pairs.iter().map(ratio).collect::<Option<Vec<f64>>>() {
        Some(ratios) => outliers(&ratios),
        None => vec![false; pairs.len()],
    }
}

fn drawing(pairs: &[Pair], count: usize, most: f64, width: f64, label: &str) -> Markup {
    let (height, gutter, top, bottom) = (190.0, 56.0, 10.0, 164.0);
    let y = |ms: f64| bottom - (bottom - top) * ms / most.max(1e-9);
    let across = (width - gutter - 8.0) / count.max(1) as f64;
    let every = (32.0 / across).ceil().max(1.0) as usize;
    let content = html! {
        @for ms in ticks(most, 4) {
            (line("grid", (gutter, y(ms)), (width, y(ms))))
            (text("tick", (gutter - 6.0, y(ms) + 4.0), Anchor::End, &words::time(ms)))
        }
        @for &Pair { at, serial_ms, parallel_ms, outlying, tainted } in pairs {
            @let x = gutter + across * (at as f64 + 0.5);
            @let (serial_y, parallel_y) = (y(serial_ms), y(parallel_ms));
            g class=[tainted.then_some("tainted")] {
                title {
                    "Block " (at + 1) ": serial " (words::time(serial_ms)) ", parallel "
                    (words::time(parallel_ms)) ", ratio " (format!("{:.2}", serial_ms / parallel_ms))
                }
                (line("pair", (x, serial_y), (x, parallel_y)))
                circle class="dot serial" cx=(Px(x)) cy=(Px(serial_y)) r="5" {}
                rect class="dot parallel" x=(Px(x - 4.5)) y=(Px(parallel_y - 4.5)) width="9" height="9" {}
                @if outlying {
                    circle class="ring" cx=(Px(x)) cy=(Px(parallel_y)) r="10" {}
                }
                @if at % every == 0 {
                    (text("tick", (x, bottom + 18.0), Anchor::Middle, &(at + 1).to_string()))
                }
            }
        }
    };
    svg(width, height, label, &content)
}

fn as_table(report: &Report) -> Markup {
    let cell = |ms: Option<f64>| ms.map_or_else(|| "not measured".to_owned(), words::time);
    let mut rows = report.blocks.iter().take(MOST_ROWS).enumerate().map(|(at, block)| {
        let times = report.arms.iter().take(MOST_ARMS).map(|arm| cell(block.ms_of(&arm.id)));
        let note = if block.tainted { "page hidden, or asleep" } else { "" };
        let number = [(at + 1).to_string(), block.order.join(", ")];
        number.into_iter().chain(times).chain([note.to_owned()]).collect()
    });
    let arms: Vec<String> =
        report.arms.iter().take(MOST_ARMS).map(|arm| format!("#{}", arm.id)).collect();
    let arms = arms.iter().map(String::as_str);
    let headings: Vec<&str> = ["Block", "Order"].into_iter().chain(arms).chain(["Note"]).collect();
    table("Samples as a table", None, &headings, &mut rows)
}
