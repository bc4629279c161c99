//! The notebook: every run that was made or opened here, to be named, shown again, set side
//! by side, saved and deleted; and what the predictions were worth.
//!
//! Its markup is a picture; one listener hears what is pressed anywhere in it.

use std::cell::RefCell;

use gloo_timers::callback::Timeout;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, Event, HtmlInputElement};

use super::drawing::{Drawings, frame};
use super::files::{Chosen, chosen, download, json};
use super::guesses;
use super::notes::Notes;
use super::visitor::signed;
use crate::notebook::Entry;
use crate::notebook::compare::MOST;
use crate::notebook::guesses::Guessed;
use crate::notebook::score::summary;
use crate::page::dom::{elements, find, set_hidden, set_markup, set_text};
use crate::picture::{self, notebook};
use crate::report::Report;

/// So long does the button that deletes everything wait for the second press.
const ARMED_MS: u32 = 5_000;

/// The notebook in its place.
pub struct Notebook {
    /// The element that holds it.
    pub place: Element,
    /// The runs that were drawn.
    drawn: RefCell<Vec<String>>,
    /// The runs that are set side by side.
    drawings: RefCell<Drawings>,
    /// What cannot be opened.
    refused: RefCell<Option<String>>,
    /// Set while a second press deletes everything; what takes the first back.
    armed: RefCell<Option<Timeout>>,
}

impl Notebook {
    /// The notebook in its place, of which the page has drawn the frame.
    pub fn new(place: Element) -> Notebook {
        Notebook {
            place,
            drawn: RefCell::default(),
            drawings: RefCell::default(),
            refused: RefCell::default(),
            armed: RefCell::default(),
        }
    }

    /// Draws anew what has another width by now.
    pub fn fit(&self) {
        self.drawings.borrow().fit();
    }

    /// Draws what is known by now.
    pub fn draw(&self, notes: &Notes) {
        let scored: Vec<_> = notes.guesses().iter().filter_map(Guessed::scored).collect();
        set_text(&self.place, ".predictions", &summary(&scored));
        guesses::draw(notes);
        let trouble = self.refused.borrow().clone().or_else(|| notes.trouble());
        set_text(&self.place, ".error", &trouble.clone().unwrap_or_default());
        set_hidden(&self.place, ".error", trouble.is_none());
        let entries = notes.entries();
        set_text(&self.place, ".note", &notebook::note(entries.len()));
        set_hidden(&self.place, ".files", entries.is_empty());
        // A new name is in its field already, and the keyboard stands there.
        let ids: Vec<String> = entries.iter().map(|entry| entry.id.clone()).collect();
        if *self.drawn.borrow() != ids {
            set_markup(&self.place, ".runs", notebook::runs(&entries));
            *self.drawn.borrow_mut() = ids;
            self.compare(&[]);
        }
    }

    /// Hears everything that is pressed, ticked, typed or opened.
    pub fn hear(&'static self, event: &Event, target: &Element, notes: &'static Notes) {
        let closest = |css: &str| target.closest(css).ok().flatten();
        let id = closest("[data-id]").and_then(|run| run.get_attribute("data-id"));
        let act = closest("[data-act]").and_then(|button| button.get_attribute("data-act"));
        match (event.type_().as_str(), act.as_deref(), id) {
            ("click", Some("delete"), Some(id)) => {
                notes.delete(&id);
                self.draw(notes);
                // The button is gone, and the keyboard must not be lost with it.
                if let Some(next) = find(&self.place, ".runs .delete, #notebook-open") {
                    let _ = next.focus();
                }
            }
            ("click", Some("delete-all"), _) => self.delete_all(notes),
            ("click", Some("save-all"), _) => save_all(notes, &self.place),
            ("change", _, id) => {
                let Some(input) = target.dyn_ref::<HtmlInputElement>() else { return };
                match (input.type_().as_str(), id) {
                    ("file", _) => self.open(input.clone(), notes),
                    ("checkbox", _) => self.choose(notes),
                    (_, Some(id)) => rename(&id, input, notes),
                    _ => {}
                }
            }
            _ => {}
        }
    }

    /// Takes the reports in the chosen files.
    pub fn open(&'static self, input: HtmlInputElement, notes: &'static Notes) {
        spawn_local(async move {
            let Chosen { reports, trouble } = chosen(&input).await;
            notes.take_foreign(&reports);
            *self.refused.borrow_mut() = trouble;
            self.draw(notes);
        });
    }

    /// Deletes everything, when it is pressed for the second time.
    fn delete_all(&'static self, notes: &'static Notes) {
        const ALL: &str = "Delete all";
        const SURE: &str = "Really delete all runs and solved exercises";
        if self.armed.take().is_none() {
            set_text(&self.place, ".delete-all", SURE);
            let disarm = Timeout::new(ARMED_MS, || {
                self.armed.take();
                set_text(&self.place, ".delete-all", ALL);
            });
            *self.armed.borrow_mut() = Some(disarm);
            return;
        }
        set_text(&self.place, ".delete-all", ALL);
        notes.delete_all();
        self.draw(notes);
        if let Some(next) = find(&self.place, "#notebook-open") {
            let _ = next.focus();
        }
    }

    /// Takes the ticked runs; when enough are ticked, no further ones can be.
    fn choose(&self, notes: &Notes) {
        let ticks: Vec<HtmlInputElement> =
            elements(self.place.query_selector_all(".runs input[type=checkbox]"))
                .filter_map(|tick| tick.dyn_into().ok())
                .collect();
        let ticked: Vec<&HtmlInputElement> = ticks.iter().filter(|tick| tick.checked()).collect();
        for tick in &ticks {
            tick.set_disabled(ticked.len() >= MOST && !tick.checked());
        }
        let id =
            |tick: &&HtmlInputElement| tick.closest("[data-id]").ok()??.get_attribute("data-id");
        let chosen: Vec<String> = ticked.iter().filter_map(id).collect();
        let entries = notes.entries();
        let entry = |id: &String| entries.iter().find(|entry| entry.id == *id);
        self.compare(&chosen.iter().filter_map(entry).collect::<Vec<_>>());
    }

    /// Sets runs side by side, if there are several.
    fn compare(&self, chosen: &[&Entry]) {
        let Some(place) = find(&self.place, ".compared") else { return };
        let charts = RefCell::new(Vec::new());
        let markup = match chosen.len() {
            0 | 1 => maud::Markup::default(),
            _ => frame(picture::compare(chosen), &maud::Markup::default(), &charts),
        };
        place.set_inner_html(&markup.into_string());
        *self.drawings.borrow_mut() = Drawings::fill(&place, charts.into_inner());
    }
}

fn rename(id: &str, input: &HtmlInputElement, notes: &Notes) {
    notes.change(|entries| {
        if let Some(entry) = entries.iter_mut().find(|entry| entry.id == id) {
            *entry = std::mem::take(entry).renamed(&input.value());
            input.set_value(&entry.name);
        }
    });
}

/// Saves every run whose report is there as one JSON list.
fn save_all(notes: &Notes, place: &Element) {
    let entries = notes.entries();
    let reports = entries.iter().filter_map(|entry| notes.report(&entry.id));
    let all: Vec<Report> = reports.map(|report| signed(&report, place)).collect();
    download("fib-lab-notebook.json", "application/json", &json(&all));
}
