//! Slow motion: the recorded trace again, because a run of 100 ms is invisible. It can be
//! played, or stepped from event to event, by mouse and by keyboard.

use std::cell::RefCell;

use gloo_timers::callback::Interval;
use web_sys::Element;

use super::drawing::Drawings;
use crate::page::dom::{self, find, set_attribute, set_text, set_value, value};
use crate::picture::words;

/// A replay takes about this long, whatever the run took.
const LENGTH_MS: f64 = 8_000.0;
/// Time between two pictures.
const FRAME_MS: u32 = 40;

/// The replay of the timeline on show.
#[derive(Clone, Copy)]
pub struct Replay {
    /// Whose timeline it is.
    pub name: &'static str,
    /// Where its controls stand.
    pub place: &'static Element,
    /// The pictures on show, the timeline among them.
    pub drawings: &'static RefCell<Drawings>,
    /// What moves it, while it plays.
    pub playing: &'static RefCell<Option<Interval>>,
}

impl Replay {
    /// Steps back or on, plays or halts.
    pub fn act(self, act: &str) {
        let Some((end_ms, now)) = self.at() else { return };
        match act {
            "play" if self.playing.borrow().is_some() => self.halt(),
            "play" if measures() => set_text(
                self.place,
                ".moment",
                "A run is on, and a replay would take a core from it: play it when the run is over.",
            ),
            "play" => self.play(end_ms, now),
            "back" | "on" => {
                self.halt();
                let forward = act == "on";
                let now = now.unwrap_or(if forward { -1.0 } else { end_ms + 1.0 });
                let drawings = self.drawings.borrow();
                let next = drawings.timeline().map(|timeline| timeline.boundary(now, forward));
                drop(drawings);
                self.stand_at(next.unwrap_or(0.0), end_ms);
            }
            _ => {}
        }
    }

    /// Moves the replay to where its slider is, if `target` is that slider.
    pub fn moved(self, target: &Element) {
        if target.id() != format!("{}-moment", self.name) {
            return;
        }
        self.halt();
        // A whole number: to read any other takes a table of 10 KB.
        let share: Option<u32> = value(target).and_then(|text| text.parse().ok());
        if let (Some((end_ms, _)), Some(share)) = (self.at(), share) {
            self.stand_at(f64::from(share) / 1000.0 * end_ms, end_ms);
        }
    }

    /// Ends the playing, if it plays.
    pub fn halt(self) {
        if self.playing.borrow_mut().take().is_some() {
            set_text(self.place, ".replay .play", "Play slowly");
        }
    }

    /// How long the timeline is, and where its replay stands.
    fn at(self) -> Option<(f64, Option<f64>)> {
        let drawings = self.drawings.borrow();
        Some((drawings.timeline()?.end_ms(), drawings.moment()))
    }

    fn play(self, end_ms: f64, now: Option<f64>) {
        if now.is_none_or(|now| now >= end_ms) {
            self.stand_at(0.0, end_ms);
        }
        let playing = Interval::new(FRAME_MS, move || {
            if measures() {
                // Whatever runs on this page, a replay in another figure takes no core from it.
                return self.halt();
            }
            let now = self.at().and_then(|(_, now)| now).unwrap_or(0.0);
            let next = now + end_ms * f64::from(FRAME_MS) / LENGTH_MS;
            self.stand_at(next.min(end_ms), end_ms);
            if next >= end_ms {
                self.halt();
            }
        });
        *self.playing.borrow_mut() = Some(playing);
        set_text(self.place, ".replay .play", "Pause");
    }

    /// Draws the timeline at this moment, and says who does what.
    fn stand_at(self, now: f64, end_ms: f64) {
        let drawings = self.drawings.borrow();
        drawings.set_moment(now);
        let slider = format!("#{}-moment", self.name);
        if let Some(slider) = find(self.place, &slider) {
            let share = (now / end_ms.max(1e-9) * 1000.0).round();
            set_value(&slider, &share.to_string());
        }
        set_attribute(self.place, &slider, "aria-valuetext", Some(&words::time(now)));
        if let Some(timeline) = drawings.timeline() {
            set_text(self.place, ".moment", &timeline.describe(now));
        }
    }
}

/// Whether a run is on, in whichever figure.
fn measures() -> bool {
    let state = dom::root().and_then(|root| root.get_attribute("data-lab"));
    state.as_deref() == Some("running")
}
