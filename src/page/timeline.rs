//! The timeline: one named lane per worker, a block for everything it did with its name
//! and time, idle time hatched, and the ideal schedule as a dashed outline behind.

use leptos::html::Div;
use leptos::prelude::*;

use super::chart::{round_step, width_of};
use super::replay::replay;
use super::table::table;
use super::words;
use crate::exhibits::Exhibit;
use crate::fib;
use crate::measure::interval::median;
use crate::report::Report;
use crate::runtime::ladder::Rung;
use crate::trace::{Event, Kind, locked};

/// Tables show so many events at the most; the saved report has all of them.
const MOST_ROWS: usize = 300;
/// Lanes above this number are drawn without words in them.
const ROOMY_LANES: u32 = 16;

/// What the timeline draws, in milliseconds.
pub struct Drawn {
    lanes: u32,
    /// Every event, by lane.
    pub events: Vec<Event>,
    ghosts: Vec<Event>,
    /// Absent where nothing serial was measured.
    serial_ms: Option<f64>,
    /// Whether the workers are threads that have to hold a lock.
    locked: bool,
    /// What the lanes are called, and the number of the first.
    pub names: (&'static str, u32),
    /// When the last worker ended.
    pub parallel_ms: f64,
    span_ms: f64,
    share_ms: f64,
    longest_ms: f64,
}

impl Drawn {
    fn new(exhibit: &Exhibit, report: &Report) -> Option<Drawn> {
        let lanes = lanes(report);
        let locked = exhibit.lowest == Rung::Threads;
        // Of the pool the last repetition is shown, of threads under a lock all of them.
        let repeats = if locked { f64::from(report.repeats) } else { 1.0 };
        let serial: Vec<f64> = report.blocks.iter().filter_map(|block| block.serial_ms).collect();
        let serial_ms = median(&serial).map(|ms| ms * repeats);
        if report.trace.is_empty() {
            return None;
        }
        let parallel_ms = report.trace.iter().map(|event| event.end_ms).fold(0.0, f64::max);
        let calls = |n: u32| fib::calls(n) as f64;
        let ideal_calls =
            report.ideal.as_ref().map(|ideal| ideal.makespan_calls as f64 * ideal.speedup);
        let call_ms = serial_ms.unwrap_or_default() / ideal_calls.unwrap_or(1.0).max(1.0);
        let longest = report.results.iter().map(|answer| calls(answer.n)).fold(0.0, f64::max);
        let ghosts = report
            .ideal
            .iter()
            .flat_map(|ideal| &ideal.schedule)
            .map(|slot| Event {
                worker: slot.worker,
                label: format!("fib({})", slot.n),
                kind: Kind::Work,
                start_ms: slot.start as f64 * call_ms,
                end_ms: slot.end as f64 * call_ms,
            })
            .collect();
        let ghosts = matched(ghosts, &report.trace, lanes);
        let ideal_ms = ghosts.iter().map(|ghost| ghost.end_ms).fold(0.0, f64::max);
        Some(Drawn {
            lanes,
            events: report.trace.clone(),
            ghosts,
            serial_ms,
            locked,
            names: exhibit.lanes,
            parallel_ms,
            span_ms: serial_ms.unwrap_or_default().max(parallel_ms).max(ideal_ms),
            share_ms: serial_ms.unwrap_or_default() / f64::from(lanes),
            longest_ms: longest * call_ms,
        })
    }

    /// One sentence that says what the picture shows.
    fn summary(&self) -> String {
        if self.locked {
            return self.locked_summary();
        }
        let messages = self.events.iter().filter(|event| message(event).is_some()).count();
        let Some(serial_ms) = self.serial_ms else {
            let took = words::time(self.parallel_ms);
            let lanes = self.lanes;
            return match messages {
                0 => format!(
                    "{lanes} lanes, one for each {}; all of it took {took}.",
                    self.names.0.to_lowercase()
                ),
                _ => format!("{messages} messages between {lanes} ranks; all of it took {took}."),
            };
        };
        let mut busy = vec![0.0; self.lanes as usize];
        for event in self.events.iter().filter(|event| event.kind == Kind::Work) {
            if let Some(lane) = busy.get_mut(event.worker as usize) {
                *lane += event.end_ms - event.start_ms;
            }
        }
        let idlest = (0..busy.len()).min_by(|&a, &b| busy[a].total_cmp(&busy[b])).unwrap_or(0);
        let share = 1.0 - busy.get(idlest).copied().unwrap_or(0.0) / self.parallel_ms.max(1e-9);
        format!(
            "In parallel it took {}, one after another {}. {} {} was without a task for {:.0} % of \
             the time.",
            words::time(self.parallel_ms),
            words::time(serial_ms),
            self.names.0,
            idlest as u32 + self.names.1,
            (share * 100.0).max(0.0),
        )
    }

    fn locked_summary(&self) -> String {
        let all_ms = self.parallel_ms * f64::from(self.lanes);
        let percent = |label: &str| {
            let own = self.events.iter().filter(|event| event.label == label);
            own.map(|event| event.end_ms - event.start_ms).sum::<f64>() / all_ms.max(1e-9) * 100.0
        };
        let parts: Vec<String> =
            [locked::HOLDS, locked::COMPUTES, locked::FREE, locked::OUTSIDE, locked::WANTS]
                .into_iter()
                .filter(|label| percent(label) >= 0.05)
                .map(|label| format!("{label} for {:.1} %", percent(label)))
                .collect();
        let taken = self.events.iter().filter(|event| event.label == locked::HOLDS).count();
        let asked = self.events.iter().filter(|event| event.label == locked::ASKS).count();
        let hands = match (taken, asked) {
            (0, _) => String::new(),
            (_, 0) => format!(" The lock was held {taken} times; nobody had to ask for it."),
            _ => format!(
                " The lock was held {taken} times; {asked} times a thread had to ask for it."
            ),
        };
        format!(
            "All threads took {}. Of its time, a thread on average {}.{hands}",
            words::time(self.parallel_ms),
            parts.join(", ")
        )
    }
}

/// How many lanes a report's timeline has.
pub fn lanes(report: &Report) -> u32 {
    let asked = report.spec.as_ref().map_or(1, |spec| spec.whole("workers").max(1));
    let used = report.trace.iter().map(|event| event.worker + 1).max().unwrap_or(1);
    let children = report.spec.as_ref().map_or(0, |spec| spec.whole("children"));
    if children > 0 { children } else { asked.max(used) }
}

/// The sender, the receiver and the words of a message on its way.
fn message(event: &Event) -> Option<(u32, u32, &str)> {
    let (way, words) = event.label.split_once(": ")?;
    let (from, to) = way.split_once(" → ")?;
    Some((from.parse().ok()?, to.parse().ok()?, words))
}

/// Gives each ideal lane to the worker that really began with the same task: which
/// worker claims first is chance, and must not look like a difference.
fn matched(mut ghosts: Vec<Event>, trace: &[Event], lanes: u32) -> Vec<Event> {
    fn first(events: &[Event], worker: u32) -> Option<String> {
        let own = events.iter().filter(|e| e.worker == worker && e.kind == Kind::Work);
        let first = own.min_by(|a, b| a.start_ms.total_cmp(&b.start_ms));
        first.map(|event| event.label.clone())
    }
    let mut free: Vec<u32> = (0..lanes).collect();
    let mut place = vec![None; lanes as usize];
    for ideal in 0..lanes {
        let label = first(&ghosts, ideal);
        let same = free.iter().position(|&w| label.is_some() && first(trace, w) == label);
        place[ideal as usize] = same.map(|at| free.remove(at));
    }
    for slot in place.iter_mut().filter(|slot| slot.is_none()) {
        *slot = (!free.is_empty()).then(|| free.remove(0));
    }
    for ghost in &mut ghosts {
        if let Some(Some(worker)) = place.get(ghost.worker as usize) {
            ghost.worker = *worker;
        }
    }
    ghosts
}

/// The timeline of a report, with its table.
pub fn timeline(exhibit: &'static Exhibit, report: &Report) -> Option<impl IntoView + use<>> {
    let drawn = StoredValue::new(Drawn::new(exhibit, report)?);
    let place = NodeRef::<Div>::new();
    let width = width_of(place);
    let summary = drawn.with_value(Drawn::summary);
    let as_table = drawn.with_value(as_table);
    let legend = drawn.with_value(legend);
    let name = exhibit.name;
    // The moment that a replay shows; none shows the whole run.
    let moment = RwSignal::new(None::<f64>);
    Some(view! {
        <figure class="chart">
            <figcaption>
                <strong>"Who did what when. "</strong>
                {summary.clone()}
            </figcaption>
            <div node_ref=place>
                {move || drawn.with_value(|drawn| svg(drawn, width.get(), name, &summary, moment.get()))}
            </div>
            {legend}
            {replay(exhibit.name, drawn, moment)}
            <details>
                <summary>"The timeline as a table"</summary>
                {as_table}
            </details>
        </figure>
    })
}

/// What the looks of the blocks mean, as far as they occur.
fn legend(drawn: &Drawn) -> impl IntoView + use<> {
    let occurs = |label: &str| drawn.events.iter().any(|event| event.label == label);
    let mut keys: Vec<(&str, &str)> = LOCK_KEYS.into_iter().filter(|key| occurs(key.1)).collect();
    let arrows = drawn.events.iter().any(|event| message(event).is_some());
    let of_kind = |kind| !drawn.locked && drawn.events.iter().any(|event| event.kind == kind);
    let kinds = [
        (Kind::Work, "work", "computing, from small to large tasks"),
        (Kind::Wait, "outside", "waiting"),
        (
            Kind::Message,
            if arrows { "message" } else { "starting" },
            if arrows { "on its way" } else { "being started" },
        ),
    ];
    let kinds = kinds.into_iter().filter(|(kind, ..)| of_kind(*kind));
    keys.extend(kinds.map(|(_, class, words)| (class, words)));
    if drawn.events.iter().any(|event| event.kind == Kind::Idle) {
        keys.push(("idle", "idle"));
    }
    if !drawn.ghosts.is_empty() {
        let what = if drawn.locked { "without any lock, on equal cores" } else { "ideal schedule" };
        keys.push(("ghost", what));
    }
    let items = keys.into_iter().map(|(class, words)| {
        view! { <li><span class=format!("key key-{class}")></span>{words}</li> }
    });
    view! { <ul class="legend">{items.collect_view()}</ul> }
}

/// What threads under a lock do: how it is drawn, and its name in the trace.
const LOCK_KEYS: [(&str, &str); 6] = [
    ("holds", locked::HOLDS),
    ("holds", locked::COMPUTES),
    ("free", locked::FREE),
    ("wants", locked::WANTS),
    ("outside", locked::OUTSIDE),
    ("asks", locked::ASKS),
];

/// The stripes of the blocks in which nothing is computed: class and angle.
const STRIPES: [(&str, u32); 3] = [("idle", 45), ("wants", 135), ("outside", 90)];

fn svg(
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

/// Each task and each wait of every worker, as rows.
fn as_table(drawn: &Drawn) -> AnyView {
    let rows = drawn.events.iter().take(MOST_ROWS).map(|event| {
        vec![
            format!("{} {}", drawn.names.0.to_lowercase(), event.worker + drawn.names.1),
            event.label.clone(),
            words::time(event.start_ms),
            words::time(event.end_ms),
            words::time(event.end_ms - event.start_ms),
        ]
    });
    let headings = ["Worker", "What", "#From", "#To", "#Took"];
    table("Timeline as a table", None, &headings, rows)
}
