//! Slow motion: the recorded trace again, because a run of 100 ms is invisible. It can be
//! played, or stepped from event to event, by mouse and by keyboard.

use std::rc::Rc;

use gloo_timers::callback::Interval;
use leptos::prelude::*;

use crate::picture::{Timeline, words};

/// A replay takes about this long, whatever the run took.
const LENGTH_MS: f64 = 8_000.0;
/// Time between two pictures.
const FRAME_MS: u32 = 40;

/// The controls that move `moment` through the trace.
pub fn replay(
    exhibit: &'static str,
    timeline: Rc<Timeline>,
    moment: RwSignal<Option<f64>>,
) -> AnyView {
    let end_ms = timeline.end_ms();
    let timeline = StoredValue::new_local(timeline);
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
        moment.set(Some(timeline.with_value(|timeline| timeline.boundary(now, forward))));
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
                    let share: u32 = event.target().value().parse().unwrap_or(1000);
                    moment.set(Some(f64::from(share) / 1000.0 * end_ms));
                }
            />
            <p class="moment" aria-live="off">
                {move || moment.get().map(|now| timeline.with_value(|timeline| timeline.describe(now)))}
            </p>
        </div>
    }
    .into_any()
}
