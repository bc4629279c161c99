//! The picture of a timeline: lanes, blocks, ghosts, messages and bounds on one scale.

use maud::{Markup, html};

use super::super::svg::{Anchor, Corners, Px, line, room, svg, ticks, words as text};
use super::super::words;
use super::model::{LOCK_KEYS, Timeline, message};
use super::tree::Tree;
use crate::exhibits::card::Lanes;
use crate::trace::{Detail, Event, Kind};

/// Lanes above this number are drawn without words in them.
const ROOMY_LANES: u32 = 16;

/// The stripes of the blocks in which nothing is computed: class and angle.
const STRIPES: [(&str, u32); 3] = [("idle", 45), ("wants", 135), ("outside", 90)];

impl Timeline {
    /// Draws the timeline in this width; of a replay, up to this moment.
    pub fn drawing(&self, width: f64, moment: Option<f64>) -> Markup {
        Sheet::new(self, width).drawing(moment)
    }
}

/// Where everything has its place.
struct Sheet<'a> {
    timeline: &'a Timeline,
    width: f64,
    /// On a phone the names of the lanes stand above them.
    above: bool,
    /// Whether there is room for words in the lanes.
    roomy: bool,
    gutter: f64,
    name_height: f64,
    /// The height of a block.
    bar: f64,
    lane_height: f64,
    marks_height: f64,
    /// Where the first worker's lane begins, and where the last one ends.
    top: f64,
    bottom: f64,
    /// Pixels in a millisecond.
    scale: f64,
}

impl<'a> Sheet<'a> {
    fn new(timeline: &'a Timeline, width: f64) -> Sheet<'a> {
        let roomy = timeline.count <= ROOMY_LANES;
        let above = width < 520.0;
        let (gutter, name_height) = match (above, timeline.is_locked()) {
            (false, _) => (84.0, 0.0),
            (true, false) => (0.0, 16.0),
            // Between the name and the lane stand the requests for the lock.
            (true, true) => (0.0, 25.0),
        };
        let bar = if roomy { 30.0 } else { 10.0 };
        let lane_height = bar + name_height + if roomy { 12.0 } else { 3.0 };
        let marks_height =
            if timeline.is_locked() || timeline.ghosts.is_empty() { 8.0 } else { 34.0 };
        let top =
            if timeline.serial_ms.is_some() { marks_height + lane_height } else { marks_height };
        Sheet {
            timeline,
            width,
            above,
            roomy,
            gutter,
            name_height,
            bar,
            lane_height,
            marks_height,
            top,
            bottom: top + lane_height * f64::from(timeline.count),
            scale: (width - gutter - 1.0) / timeline.span_ms.max(1e-9),
        }
    }

    fn x(&self, ms: f64) -> f64 {
        self.gutter + ms.max(0.0) * self.scale
    }

    /// Where the blocks of a lane begin.
    fn y(&self, lane: u32) -> f64 {
        self.top + self.lane_height * f64::from(lane) + self.name_height + 4.0
    }

    fn drawing(&self, moment: Option<f64>) -> Markup {
        let Timeline { count, ghosts, events, drawn, lanes, .. } = self.timeline;
        let tree = Tree::of(events);
        let content = html! {
            (self.patterns())
            (self.ticks())
            @for ghost in ghosts {
                (self.rectangle("ghost", ghost, ghost.end_ms, 3.0, None))
            }
            @for event in drawn.iter().filter_map(|&at| events.get(at)) {
                @if moment.is_none_or(|now| event.start_ms <= now) {
                    (self.event(event, moment.map_or(event.end_ms, |now| event.end_ms.min(now))))
                }
            }
            (self.serial())
            @for lane in (0..*count).filter(|lane| self.roomy || lane % 4 == 0) {
                (self.name(&format!("{} {}", lanes.name, lane + lanes.first), self.y(lane)))
            }
            (self.bounds())
            @if let Some(now) = moment {
                (line("cursor", (self.x(now), self.marks_height), (self.x(now), self.bottom)))
            }
            @if let Some(tree) = &tree {
                (tree.drawing(self.width, self.bottom + 28.0, moment, *lanes))
            }
        };
        let label = format!("Timeline. {}", self.timeline.summary);
        let tree_height = tree.as_ref().map_or(0.0, Tree::height);
        svg(self.width, self.bottom + 24.0 + tree_height, &label, &content)
    }

    fn patterns(&self) -> Markup {
        html! {
            defs {
                @for (name, angle) in STRIPES {
                    pattern id={ (name) "-" (self.timeline.exhibit) } width="6" height="6"
                        patternUnits="userSpaceOnUse" patternTransform={ "rotate(" (angle) ")" } {
                        rect class={ "ground-" (name) } width="6" height="6" {}
                        line class={ "stripe-" (name) } x1="0" y1="0" x2="0" y2="6" {}
                    }
                }
            }
        }
    }

    fn ticks(&self) -> Markup {
        let span_ms = self.timeline.span_ms;
        html! {
            @for (tick, ms) in ticks(span_ms, (self.width / 90.0) as usize).enumerate() {
                @let at = self.x(ms);
                @let anchor = match tick {
                    0 => Anchor::Start,
                    _ if at > self.width - 20.0 => Anchor::End,
                    _ => Anchor::Middle,
                };
                (line("grid", (at, self.marks_height), (at, self.bottom)))
                (text("tick", (at, self.bottom + 16.0), anchor, &words::time(ms)))
            }
        }
    }

    fn name(&self, name: &str, y: f64) -> Markup {
        let y = if self.above { y + 11.0 - self.name_height } else { y + self.bar / 2.0 + 4.0 };
        text("lane", (0.0, y), Anchor::Start, name)
    }

    /// The rectangle of an event that has lasted `until_ms`, larger by `margin` at its top
    /// and its bottom.
    fn rectangle(
        &self,
        class: &str,
        event: &Event,
        until_ms: f64,
        margin: f64,
        fill: Option<&str>,
    ) -> Markup {
        let (start, end) = (self.x(event.start_ms), self.x(until_ms));
        html! {
            rect class=(class) fill=[fill] x=(Px(start)) y=(Px(self.y(event.worker) - margin))
                width=(Px((end - start).max(1.0))) height=(Px(self.bar + 2.0 * margin)) rx="2" {}
        }
    }

    /// An event that has lasted until then.
    fn event(&self, event: &Event, until_ms: f64) -> Markup {
        let length_ms = event.length_ms();
        let short = event.detail == Detail::Asks || event.kind == Kind::Message;
        // What is narrower than a hair is left to the table.
        if !short && length_ms * self.scale <= 0.15 {
            return Markup::default();
        }
        let Lanes { name, first, .. } = self.timeline.lanes;
        html! {
            g {
                title {
                    (name) " " (event.worker + first) ": " (words::event(event)) ", " (words::time(length_ms))
                    " (from " (words::time(event.start_ms)) " to " (words::time(event.end_ms)) ")"
                }
                @if let Some((from, to, words)) = message(event) {
                    (self.arrow((self.x(event.start_ms), from), (self.x(until_ms), to), words))
                } @else {
                    (self.block(event, until_ms))
                    @if let Detail::Piece { from: Some(from), .. } = event.detail {
                        (self.taken(event, from))
                    }
                }
            }
        }
    }

    /// A message from one lane to another.
    fn arrow(&self, (start, from): (f64, u32), (end, to): (f64, u32), words: &str) -> Markup {
        let middle = |lane: u32| self.y(lane) + self.bar / 2.0;
        // The words stand where the message arrives, if they fit.
        let fits = self.roomy && end + 6.0 + room(words) < self.width;
        html! {
            (line("message", (start, middle(from)), (end, middle(to))))
            circle.message cx=(Px(end)) cy=(Px(middle(to))) r="3.5" {}
            @if fits {
                (text("label words", (end + 6.0, middle(to) + 4.0), Anchor::Start, words))
            }
        }
    }

    /// A piece that was taken from another lane.
    fn taken(&self, event: &Event, from: u32) -> Markup {
        // From the near edge of one block to the near edge of the other.
        let (from, to) = match from < event.worker {
            true => (self.y(from) + self.bar, self.y(event.worker)),
            false => (self.y(from), self.y(event.worker) + self.bar),
        };
        let x = self.x(event.start_ms);
        html! {
            (line("message", (x, from), (x, to)))
            circle.message cx=(Px(x)) cy=(Px(to)) r="3.5" {}
        }
    }

    /// What a worker did alone.
    fn block(&self, event: &Event, until_ms: f64) -> Markup {
        let (start, y) = (self.x(event.start_ms), self.y(event.worker));
        let class = self.class(event);
        if class == "asks" {
            let corners = [(start, y), (start - 4.5, y - 8.0), (start + 4.5, y - 8.0)];
            return html! { polygon.asks points=(Corners(&corners)) {} };
        }
        let stripes = STRIPES.iter().any(|(name, _)| *name == class);
        let fill = stripes.then(|| format!("url(#{class}-{})", self.timeline.exhibit));
        let width = (self.x(until_ms) - start).max(1.0);
        let says = (self.roomy && event.kind == Kind::Work).then(|| self.words(event, width));
        html! {
            (self.rectangle(&format!("block {class}"), event, until_ms, 0.0, fill.as_deref()))
            @if let Some(words) = says.flatten() {
                @let at = (start + 5.0, y + self.bar / 2.0 + 4.0);
                (text(&format!("label {class}"), at, Anchor::Start, &words))
            }
        }
    }

    fn class(&self, event: &Event) -> &'static str {
        if let Some((own, _)) = LOCK_KEYS.iter().find(|key| key.1 == event.detail) {
            return own;
        }
        match event.kind {
            Kind::Work => {
                // Five steps of one ramp: how large the task is.
                // Pieces have no schedule that could say which is the longest.
                let longest_ms = match event.detail {
                    Detail::Piece { .. } => self.timeline.parallel_ms,
                    _ => self.timeline.longest_ms,
                };
                let share = event.length_ms() / longest_ms.max(1e-9);
                let sizes = ["size-0", "size-1", "size-2", "size-3", "size-4"];
                sizes[(share * 4.0).round().min(4.0) as usize]
            }
            Kind::Wait => "outside",
            Kind::Message => "starting",
            _ => "idle",
        }
    }

    /// As much about an event as fits into this width.
    fn words(&self, event: &Event, width: f64) -> Option<String> {
        let length_ms = event.length_ms();
        let percent = length_ms / self.timeline.parallel_ms.max(1e-9) * 100.0;
        let time = words::time(length_ms);
        let name = words::event(event);
        let words = [format!("{name} {time} {percent:.0} %"), format!("{name} {time}"), name];
        words.into_iter().find(|words| room(words) + 8.0 < width)
    }

    fn serial(&self) -> Markup {
        let Some(serial_ms) = self.timeline.serial_ms else { return Markup::default() };
        let (x, y) = (self.x(0.0), self.marks_height + self.name_height + 4.0);
        let words = format!("one after another: {}", words::time(serial_ms));
        html! {
            (self.name("Serial", y))
            rect class="block serial" x=(Px(x)) y=(Px(y)) width=(Px(self.x(serial_ms) - x))
                height=(Px(self.bar)) rx="2" {}
            (text("label serial", (x + 5.0, y + self.bar / 2.0 + 4.0), Anchor::Start, &words))
        }
    }

    /// What no schedule is faster than.
    fn bounds(&self) -> Markup {
        let &Timeline { count, share_ms, longest_ms, .. } = self.timeline;
        if count < 2 || self.timeline.is_locked() || self.timeline.ghosts.is_empty() {
            return Markup::default();
        }
        let share = format!("work ÷ {count}: {}", words::time(share_ms));
        let longest = format!("longest task: {}", words::time(longest_ms));
        html! {
            (self.bound(share_ms, longest_ms, 12.0, &share))
            (self.bound(longest_ms, share_ms, 28.0, &longest))
        }
    }

    /// The left one of two lines has its words on its left, where there is room for them.
    fn bound(&self, ms: f64, other_ms: f64, row: f64, words: &str) -> Markup {
        let (at, room) = (self.x(ms), room(words));
        let left = (ms < other_ms && at > room) || at + room > self.width;
        let (x, anchor) = if left { (at - 5.0, Anchor::End) } else { (at + 5.0, Anchor::Start) };
        html! {
            (line("bound", (at, row - 10.0), (at, self.bottom)))
            (text("bound", (x, row), anchor, words))
        }
    }
}
