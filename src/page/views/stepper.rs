//! The visitor as the scheduler: hears which worker's step is next, by mouse or by keyboard.
//!
//! The shell is drawn once, and only what changes is set anew, so that the keyboard stays
//! where it is.

use std::cell::RefCell;

use web_sys::{Element, Event};

use super::notes::Notes;
use super::pressed_alone::pressed_alone;
use crate::page::dom::{self, find, listen, set_attribute, set_hidden, set_markup, set_text};
use crate::page::exercises;
use crate::picture::stepper::{self, MOST_INCREMENTS, Play};
use crate::theory::interleavings::MOST_WORKERS;

/// The scheduler's seat; it lives as long as the page.
struct Seat {
    place: Element,
    /// The name of the exercise that it checks.
    exercise: String,
    notes: &'static Notes,
    play: RefCell<Play>,
}

/// Draws the stepper into its place, and hears what is pressed there.
pub fn mount(place: Element, notes: &'static Notes) {
    let exercise = place.get_attribute("data-stepper").unwrap_or_default();
    let play = Play::new(2, 2);
    place.set_inner_html(&stepper::shell(&play).into_string());
    let seat: &'static Seat =
        Box::leak(Box::new(Seat { place, exercise, notes, play: RefCell::new(play) }));
    for name in ["click", "change", "keydown"] {
        listen(&seat.place, name, |event| seat.hear(&event));
    }
    seat.draw("");
}

impl Seat {
    fn hear(&self, event: &Event) {
        let target = event.target().and_then(|target| {
            use wasm_bindgen::JsCast;
            target.dyn_into::<Element>().ok()
        });
        let Some(target) = target else { return };
        match event.type_().as_str() {
            "click" => {
                let button = target.closest("[data-act]").ok().flatten();
                let act = button.and_then(|button| button.get_attribute("data-act"));
                self.act(act.as_deref().unwrap_or_default());
            }
            "change" => self.begin(),
            "keydown" => {
                // In a choice, digits choose.
                if target.tag_name() != "SELECT"
                    && let Some(act) = key_act(event)
                {
                    event.prevent_default();
                    self.act(&act);
                }
            }
            _ => {}
        }
    }

    /// Does what a button or a key stands for.
    fn act(&self, act: &str) {
        let mut play = self.play.borrow_mut();
        let said = match act {
            "undo" => play.undo(),
            "again" => {
                *play = Play::new(play.workers(), play.increments());
                "From the start: memory holds 0.".to_owned()
            }
            digit => match digit.parse::<usize>() {
                Ok(worker) => play.step(worker.saturating_sub(1)),
                Err(_) => return,
            },
        };
        let solved = play.solved();
        drop(play);
        self.draw(&said);
        if let Some(found) = solved {
            self.notes.solve(&self.exercise, found);
            exercises::draw(&self.notes.progress());
        }
    }

    /// Begins anew with the numbers that stand in the controls.
    fn begin(&self) {
        let chosen = |name: &str, most: u32| {
            let control = find(&self.place, &format!("select[name={name}]"));
            let text = control.and_then(|control| dom::value(&control)).unwrap_or_default();
            text.parse().unwrap_or(2u32).clamp(1, most)
        };
        let (workers, increments) =
            (chosen("workers", MOST_WORKERS), chosen("additions", MOST_INCREMENTS));
        *self.play.borrow_mut() = Play::new(workers, increments);
        self.draw(&format!("{workers} workers, {increments} additions each: memory holds 0."));
    }

    fn draw(&self, said: &str) {
        let play = self.play.borrow();
        for worker in 0..MOST_WORKERS as usize {
            let button = format!("button[data-act=\"{}\"]", worker + 1);
            set_hidden(&self.place, &button, worker >= play.workers() as usize);
            set_text(&self.place, &button, &stepper::button(&play, worker));
            let is_done = play.race().next(worker).is_none();
            set_attribute(&self.place, &button, "aria-disabled", is_done.then_some("true"));
        }
        let at_start = play.chosen().is_empty();
        set_attribute(&self.place, "[data-act=undo]", "aria-disabled", at_start.then_some("true"));
        set_text(&self.place, ".said", said);
        set_markup(&self.place, ".state", stepper::state(&play));
    }
}

/// What a key stands for: a digit for a worker, u for undo.
fn key_act(event: &Event) -> Option<String> {
    match pressed_alone(event)?.as_str() {
        digit @ ("1" | "2" | "3") => Some(digit.to_owned()),
        "u" | "U" => Some("undo".to_owned()),
        _ => None,
    }
}
