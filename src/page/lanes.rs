//! The picture of a timeline: lanes, blocks, ghosts, messages and bounds on one scale.

use leptos::prelude::*;

use super::chart::round_step;
use super::timeline::Drawn;
use super::words;
use crate::trace::{Event, Kind, locked};

/// Lanes above this number are drawn without words in them.
const ROOMY_LANES: u32 = 16;

/// What threads under a lock do: how it is drawn, and its name in the trace.
pub const LOCK_KEYS: [(&str, &str); 6] = [
    ("holds", locked::HOLDS),
    ("holds", locked::COMPUTES),
    ("free", locked::FREE),
    ("wants", locked::WANTS),
    ("outside", locked::OUTSIDE),
    ("asks", locked::ASKS),
];

/// The stripes of the blocks in which nothing is computed: class and angle.
const STRIPES: [(&str, u32); 3] = [("idle", 45), ("wants", 135), ("outside", 90)];

/// The sender, the receiver and the words of a message on its way.
pub fn message(event: &Event) -> Option<(u32, u32, &str)> {
    let (way, words) = event.label.split_once(": ")?;
    let (from, to) = way.split_once(" → ")?;
    Some((from.parse().ok()?, to.parse().ok()?, words))
}

/// Draws the timeline in this width; of a replay, up to this moment.
pub fn svg(
    drawn: &Drawn,
    width: f64,
    exhibit: &str,
    summary: &str,
    moment: Option<f64>,
) -> impl IntoView + use<> {
    let roomy = drawn.lanes <= ROOMY_LANES;
    // On a phone the names of the lanes stand above them.
    let above = width < 520.0;
    let (gutter, name_height) = if above { (0.0, 16.0) } else { (84.0, 0.0) };
    let bar = if roomy { 30.0 } else { 10.0 };
    let lane_height = bar + name_height + if roomy { 12.0 } else { 3.0 };
    let marks_height = if drawn.locked || drawn.ghosts.is_empty() { 8.0 } else { 34.0 };
    let top = if drawn.serial_ms.is_some() { marks_height + lane_height } else { marks_height };
    let bottom = top + lane_height * f64::from(drawn.lanes);
    let height = bottom + 24.0;
    let scale = (width - gutter - 1.0) / drawn.span_ms.max(1e-9);
    let x = move |ms: f64| gutter + ms.max(0.0) * scale;
    let bar_y = move |lane: u32| top + lane_height * f64::from(lane) + name_height + 4.0;
    let name = move |text: String, y: f64| {
        let (at, anchor_y) = if above { (0.0, y - 5.0) } else { (0.0, y + bar / 2.0 + 4.0) };
        view! { <text class="lane" x=at y=anchor_y>{text}</text> }
    };

    let step = round_step(drawn.span_ms, (width / 90.0) as usize);
    let ticks = (0..=(drawn.span_ms / step) as u32)
        .map(|tick| {
            let at = x(f64::from(tick) * step);
            let anchor = if tick == 0 {
                "start"
            } else if at > width - 20.0 {
                "end"
            } else {
                "middle"
            };
            view! {
                <line class="grid" x1=at x2=at y1=marks_height y2=bottom />
                <text class="tick" x=at y=bottom + 16.0 text-anchor=anchor>
                    {words::time(f64::from(tick) * step)}
                </text>
            }
        })
        .collect_view();

    let ghosts = drawn
        .ghosts
        .iter()
        .map(|ghost| {
            let (start, end) = (x(ghost.start_ms), x(ghost.end_ms));
            view! {
                <rect
                    class="ghost" x=start y=bar_y(ghost.worker) - 3.0
                    width=(end - start).max(1.0) height=bar + 6.0 rx="2"
                />
            }
        })
        .collect_view();

    let largest = drawn.longest_ms.max(1e-9);
    let blocks = drawn
        .events
        .iter()
        .filter(|event| moment.is_none_or(|now| event.start_ms <= now))
        // What is narrower than a hair is left to the table.
        .filter(|event| event.label == locked::ASKS || event.kind == Kind::Message || (event.end_ms - event.start_ms) * scale > 0.15)
        .map(|event| {
            let until_ms = moment.map_or(event.end_ms, |now| event.end_ms.min(now));
            let (start, end) = (x(event.start_ms), x(until_ms));
            let (block, y) = ((end - start).max(1.0), bar_y(event.worker));
            let length = event.end_ms - event.start_ms;
            let title = format!(
                "{} {}: {}, {} (from {} to {})",
                drawn.names.0,
                event.worker + drawn.names.1,
                event.label,
                words::time(length),
                words::time(event.start_ms),
                words::time(event.end_ms)
            );
            let own = LOCK_KEYS.iter().find(|key| key.1 == event.label).map(|key| key.0);
            let size = (length / largest * 4.0).round().min(4.0);
            let class = match (own, event.kind) {
                (Some(own), _) => own.to_owned(),
                // Five steps of one ramp: how large the task is.
                (None, Kind::Work) => format!("size-{size}"),
                (None, Kind::Wait) => "outside".to_owned(),
                (None, Kind::Message) => "starting".to_owned(),
                _ => "idle".to_owned(),
            };
            if let Some((from, to, words)) = message(event) {
                let middle = |lane: u32| bar_y(lane) + bar / 2.0;
                let (y1, y2) = (middle(from), middle(to));
                // The words stand where the message arrives, if they fit.
                let room = end + 6.0 + words.chars().count() as f64 * 7.0 < width;
                let words = (roomy && room).then(|| view! {
                    <text class="label words" x=end + 6.0 y=y2 + 4.0>{words.to_owned()}</text>
                });
                return view! {
                    <g>
                        <title>{title}</title>
                        <line class="message" x1=start x2=end y1=y1 y2=y2 />
                        <circle class="message" cx=end cy=y2 r="3.5" />
                        {words}
                    </g>
                }
                .into_any();
            }
            if class == "asks" {
                let points = format!("{start},{y} {},{} {},{}", start - 4.5, y - 8.0, start + 4.5, y - 8.0);
                return view! {
                    <g><title>{title}</title><polygon class="asks" points=points /></g>
                }
                .into_any();
            }
            let stripes = STRIPES.iter().any(|(name, _)| *name == class);
            let style = stripes.then(|| format!("url(#{class}-{exhibit})"));
            let percent = length / drawn.parallel_ms.max(1e-9) * 100.0;
            let words = [
                format!("{} {} {percent:.0} %", event.label, words::time(length)),
                format!("{} {}", event.label, words::time(length)),
                event.label.clone(),
            ];
            let words_class = format!("label {class}");
            let fits =
                words.into_iter().find(|text| text.chars().count() as f64 * 7.0 + 8.0 < block);
            let label = fits.filter(|_| roomy && event.kind == Kind::Work).map(|text| {
                view! { <text class=words_class x=start + 5.0 y=y + bar / 2.0 + 4.0>{text}</text> }
            });
            view! {
                <g>
                    <title>{title}</title>
                    <rect class=format!("block {class}") fill=style x=start y=y width=block height=bar rx="2" />
                    {label}
                </g>
            }
            .into_any()
        })
        .collect_view();

    // The left one of two lines has its words on its left, where there is room for them.
    let mark = |ms: f64, other_ms: f64, row: f64, text: String| {
        let at = x(ms);
        let room = text.chars().count() as f64 * 7.0;
        let left = (ms < other_ms && at > room) || at + room > width;
        let (text_x, anchor) = if left { (at - 5.0, "end") } else { (at + 5.0, "start") };
        view! {
            <line class="bound" x1=at x2=at y1=row - 10.0 y2=bottom />
            <text class="bound" x=text_x y=row text-anchor=anchor>{text}</text>
        }
    };
    let bounded = drawn.lanes > 1 && !drawn.ghosts.is_empty() && !drawn.locked;
    let marks = bounded.then(|| {
        let share = format!("work ÷ {}: {}", drawn.lanes, words::time(drawn.share_ms));
        let longest = format!("longest task: {}", words::time(drawn.longest_ms));
        view! {
            {mark(drawn.share_ms, drawn.longest_ms, 12.0, share)}
            {mark(drawn.longest_ms, drawn.share_ms, 28.0, longest)}
        }
    });
    let serial_y = marks_height + name_height + 4.0;
    let serial = drawn.serial_ms.map(|serial_ms| view! {
        {name("Serial".to_owned(), serial_y)}
        <rect class="block serial" x=x(0.0) y=serial_y width=x(serial_ms) - x(0.0) height=bar rx="2" />
        <text class="label serial" x=x(0.0) + 5.0 y=serial_y + bar.min(30.0) / 2.0 + 4.0>
            {format!("one after another: {}", words::time(serial_ms))}
        </text>
    });
    let patterns = STRIPES
        .map(|(name, angle)| {
            view! {
                <pattern id=format!("{name}-{exhibit}") width="6" height="6"
                    patternUnits="userSpaceOnUse" patternTransform=format!("rotate({angle})")>
                    <rect class=format!("ground-{name}") width="6" height="6" />
                    <line class=format!("stripe-{name}") x1="0" y1="0" x2="0" y2="6" />
                </pattern>
            }
        })
        .collect_view();
    let cursor = moment.map(|now| {
        view! { <line class="cursor" x1=x(now) x2=x(now) y1=marks_height y2=bottom /> }
    });
    let names = (0..drawn.lanes)
        .filter(|lane| roomy || lane % 4 == 0)
        .map(|lane| name(format!("{} {}", drawn.names.0, lane + drawn.names.1), bar_y(lane)))
        .collect_view();
    view! {
        <svg
            width=width height=height viewBox=format!("0 0 {width} {height}")
            role="img" aria-label=format!("Timeline. {summary}")
        >
            <defs>{patterns}</defs>
            {ticks} {ghosts} {blocks} {serial} {names} {marks} {cursor}
        </svg>
    }
}
