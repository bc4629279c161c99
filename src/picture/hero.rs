//! The picture at the top of the page: the same two threads on the same two cores, with a
//! lock around the interpreter and without it, from two recorded runs.

use maud::{Markup, html};

use super::svg::{Anchor, Px, line, svg, words as text};
use super::timeline::{LOCK_KEYS, Timeline};
use super::words;
use crate::exhibits::card::Card;
use crate::measure::block::Estimate;
use crate::report::Report;
use crate::report::browser::short_name;
use crate::trace::Event;

/// The picture in two widths, of which the style sheet shows the one that fits.
const WIDTHS: [(&str, f64); 2] = [("wide", 800.0), ("narrow", 300.0)];
const BAR: f64 = 26.0;
const GAP: f64 = 6.0;
const TITLE: f64 = 30.0;

/// One program of the picture: its name, its run, and its timeline.
struct Side<'a> {
    name: &'static str,
    speedup: &'a Estimate,
    timeline: Timeline,
    /// How long the serial program took for the same work.
    serial_ms: f64,
}

impl<'a> Side<'a> {
    fn new(name: &'static str, exhibit: &Card, report: &'a Report) -> Option<Side<'a>> {
        let timeline = Timeline::new(exhibit, report)?;
        let serial_ms = timeline.serial_ms?;
        Some(Side { name, speedup: report.speedup.as_ref()?, timeline, serial_ms })
    }
}

/// The figure: `locked` and `free` are runs of one exhibit that differ in the lock alone.
/// `None` if one of them compares nothing.
pub fn hero(exhibit: &Card, locked: &Report, free: &Report) -> Option<Markup> {
    let sides = [
        Side::new("Two threads, one lock", exhibit, locked)?,
        Side::new("The same two threads, no lock", exhibit, free)?,
    ];
    let [locked_ratio, free_ratio] = sides.each_ref().map(|side| side.speedup);
    let [day, other] = [locked, free].map(|run| run.started_at.get(..10).unwrap_or_default());
    let environment = &locked.environment;
    Some(html! {
        figcaption {
            strong { "Two threads, two cores, one lock. " }
            "Two threads that compute in Python’s way, under one interpreter lock, were "
            strong { (words::ratio(locked_ratio)) " times" }
            " as fast as one (" (words::interval(locked_ratio)) "). Without the lock the same two were "
            strong { (words::ratio(free_ratio)) " times" }
            " as fast (" (words::interval(free_ratio)) ")."
        }
        @for (class, width) in WIDTHS {
            div class=(class) { (drawing(&sides, width, class)) }
        }
        ul.legend {
            li { span.key.key-serial-bar {} "one thread does the work of both" }
            li { span.key.key-holds {} "runs" }
            li { span.key.key-wants {} "waits for the lock" }
        }
        p.origin {
            "Recorded on " (day) @if other != day { " and " (other) } ", in " (short_name(&environment.user_agent)) ", on a machine with "
            (environment.hardware_concurrency) " shared cores. "
            a href={ (exhibit.page()) ".html" } { "Run it on yours" } "."
        }
    })
}

/// How an event looks. Requests are left out, and so is the end of a thread that has
/// nothing left to do.
fn looks(event: &Event) -> Option<(&'static str, &Event)> {
    let (looks, _) = LOCK_KEYS.into_iter().find(|key| key.1 == event.detail)?;
    (looks != "asks").then_some((looks, event))
}

fn drawing(sides: &[Side], width: f64, class: &str) -> Markup {
    let room = if width > 500.0 { 110.0 } else { 76.0 };
    let scale = width - room;
    // All times are shares of what the serial program took for the same work.
    let longest =
        sides.iter().map(|side| side.timeline.parallel_ms / side.serial_ms).fold(1.0, f64::max);
    let x = |share: f64| share / longest * scale;
    let lanes = |side: &Side| f64::from(side.timeline.count) * (BAR + GAP);
    let height = TITLE + BAR + sides.iter().map(|side| TITLE + lanes(side)).sum::<f64>();
    let mut top = TITLE + BAR;
    let label = sides
        .iter()
        .map(|side| {
            format!("{}: {} times as fast as one thread.", side.name, words::ratio(side.speedup))
        })
        .collect::<Vec<_>>()
        .join(" ");
    let content = html! {
        defs {
            pattern id={ "hero-" (class) } width="6" height="6" patternUnits="userSpaceOnUse"
                patternTransform="rotate(135)" {
                rect.ground-wants width="6" height="6" {}
                line.stripe-wants x1="0" y1="0" x2="0" y2="6" {}
            }
        }
        (text("name", (0.0, TITLE - 10.0), Anchor::Start, "One thread, one after another"))
        rect class="block serial" x="0" y=(Px(TITLE)) width=(Px(x(1.0))) height=(Px(BAR)) rx="2" {}
        (text("factor", (x(1.0) + 10.0, TITLE + BAR - 6.0), Anchor::Start, "1×"))
        @for side in sides {
            @let lanes_top = top + TITLE;
            @let end = x(side.timeline.parallel_ms / side.serial_ms);
            (text("name", (0.0, lanes_top - 10.0), Anchor::Start, side.name))
            @for (looks, event) in side.timeline.events.iter().filter_map(looks) {
                @let start = x(event.start_ms / side.serial_ms);
                @let long = x(event.length_ms() / side.serial_ms);
                @if long >= 0.15 {
                    rect class={ "block " (looks) } x=(Px(start)) width=(Px(long)) height=(Px(BAR))
                        y=(Px(lanes_top + f64::from(event.worker) * (BAR + GAP)))
                        fill=[(looks == "wants").then(|| format!("url(#hero-{class})"))] {}
                }
            }
            (line("bound", (end, lanes_top - 4.0), (end, lanes_top + lanes(side))))
            (text(
                "factor",
                (end + 10.0, lanes_top + lanes(side) / 2.0 + 4.0),
                Anchor::Start,
                &format!("{}×", words::ratio(side.speedup)),
            ))
            ({
                top += TITLE + lanes(side);
                Markup::default()
            })
        }
    };
    svg(width, height, &label, &content)
}
