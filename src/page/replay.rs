//! Slow motion: the recorded trace again, because a run of 100 ms is invisible. It can be
//! played, or stepped from event to event, by mouse and by keyboard.

use gloo_timers::callback::Interval;
use leptos::prelude::*;

use super::timeline::Drawn;
use super::words;
use crate::trace::Kind;

/// A replay takes about this long, whatever the run took.
const LENGTH_MS: f64 = 8_000.0;
/// Time between two pictures.
const FRAME_MS: u32 = 40;

/// The controls that move `moment` through the trace.
pub fn replay(
    exhibit: &'static str,
    drawn: StoredValue<Drawn>,
    moment: RwSignal<Option<f64>>,
) -> impl IntoView {
    let end_ms = drawn.with_value(|drawn| drawn.parallel_ms);
    let playing = StoredValue::new_local(None::<Interval>);
    let plays = RwSignal::new(false);
    let halt = move || {
        playing.set_value(None);
        plays.set(false);
    };
    let play = move || {
        if plays.get_untracked() {
            return halt();
        }
        if moment.get_untracked().is_none_or(|now| now >= end_ms) {
            moment.set(Some(0.0));
        }
        plays.set(true);
        playing.set_value(Some(Interval::new(FRAME_MS, move || {
            let now = moment.get_untracked().unwrap_or(0.0);
            let next = now + end_ms * f64::from(FRAME_MS) / LENGTH_MS;
            if next >= end_ms {
                halt();
            }
            moment.set(Some(next.min(end_ms)));
        })));
    };
    let step = move |forward: bool| {
        halt();
        let now = moment.get_untracked().unwrap_or(if forward { -1.0 } else { end_ms + 1.0 });
        moment.set(Some(drawn.with_value(|drawn| next_event(drawn, now, forward))));
    };
    let id = format!("{exhibit}-moment");
    view! {
        <div class="replay" role="group" aria-label="Slow-motion replay">
            <button type="button" on:click=move |_| step(false) aria-label="Back to the event before">"◀"</button>
            <button type="button" class="play" on:click=move |_| play()>
                {move || if plays.get() { "Pause" } else { "Play slowly" }}
            </button>
            <button type="button" on:click=move |_| step(true) aria-label="On to the next event">"▶"</button>
            <label for=id.clone() class="spoken">"Moment of the replay"</label>
            <input
                id=id type="range" min="0" max="1000" step="1"
                prop:value=move || {
                    let share = moment.get().unwrap_or(end_ms) / end_ms.max(1e-9);
                    (share * 1000.0).round().to_string()
                }
                aria-valuetext=move || words::time(moment.get().unwrap_or(end_ms))
                on:input:target=move |event| {
                    halt();
                    let share = event.target().value().parse().unwrap_or(1000.0) / 1000.0;
                    moment.set(Some(share * end_ms));
                }
            />
            <p class="moment" aria-live="off">
                {move || moment.get().map(|now| drawn.with_value(|drawn| describe(drawn, now)))}
            </p>
        </div>
    }
}

/// The time of the next or the last event boundary.
fn next_event(drawn: &Drawn, now: f64, forward: bool) -> f64 {
    let times = drawn.events.iter().flat_map(|event| [event.start_ms, event.end_ms]);
    let times = times.chain([0.0, drawn.parallel_ms]);
    if forward {
        times.filter(|time| *time > now + 1e-6).fold(drawn.parallel_ms, f64::min)
    } else {
        times.filter(|time| *time < now - 1e-6).fold(0.0, f64::max)
    }
}

/// Who does what at this moment.
fn describe(drawn: &Drawn, now: f64) -> String {
    let mut words = vec![format!("At {}:", words::time(now))];
    for event in drawn.events.iter().filter(|e| e.start_ms <= now && now < e.end_ms) {
        let what = match event.kind {
            Kind::Idle => "is idle".to_owned(),
            Kind::Work if event.label.starts_with("fib") => format!("computes {}", event.label),
            _ => event.label.clone(),
        };
        let (name, first) = drawn.names;
        words.push(format!("{} {} {what};", name.to_lowercase(), event.worker + first));
    }
    let sentence = words.join(" ");
    match sentence.strip_suffix(';') {
        Some(sentence) => format!("{sentence}."),
        None => format!("{sentence} all is done."),
    }
}
