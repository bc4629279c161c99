//! The notebook: every run that was made or opened here, to be named, shown again, set side
//! by side, saved and deleted; and what the predictions were worth.
//!
//! Its markup is a picture; one listener hears what is pressed anywhere in it.

use leptos::mount::mount_to;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Element, Event, HtmlElement, HtmlInputElement};

use super::chart::chart;
use super::desk::Desk;
use super::exercises::elements;
use super::files::{download, json, open};
use crate::notebook::Entry;
use crate::notebook::compare::MOST;
use crate::notebook::score::summary;
use crate::picture::{self, notebook};
use crate::report::Report;

/// A saved notebook is at most so large: browsers keep no more for a page.
const MOST_BYTES: f64 = 12e6;

/// The notebook in its place.
#[derive(Clone)]
struct Notebook {
    place: HtmlElement,
    desk: Desk,
    /// The runs that are set side by side.
    chosen: RwSignal<Vec<String>>,
    /// What cannot be shown or opened.
    refused: RwSignal<Option<String>>,
}

/// Puts the notebook into its place.
pub fn mount(place: HtmlElement, desk: Desk) {
    place.set_inner_html(&notebook::frame().into_string());
    let (chosen, refused) = (RwSignal::new(Vec::new()), RwSignal::new(None));
    let own = Notebook { place, desk, chosen, refused };
    own.follow();
    let hear = {
        let own = own.clone();
        Closure::<dyn Fn(Event)>::new(move |event: Event| own.hear(&event))
    };
    for event in ["click", "change"] {
        // An element always takes a listener.
        let _ = own.place.add_event_listener_with_callback(event, hear.as_ref().unchecked_ref());
    }
    // It listens as long as the page lives.
    hear.forget();
}

impl Notebook {
    /// Keeps everything up to date.
    fn follow(&self) {
        let Notebook { desk, chosen, refused, .. } = *self;
        let own = self.clone();
        Effect::new(move || own.text(".predictions", &desk.scored.with(|scored| summary(scored))));
        let own = self.clone();
        Effect::new(move || {
            let trouble = refused.get().or_else(|| desk.trouble.get());
            own.text(".error", &trouble.clone().unwrap_or_default());
            own.hide(".error", trouble.is_none());
        });
        let own = self.clone();
        Effect::new(move |drawn: Option<Vec<String>>| {
            let entries = desk.entries.get();
            own.text(".note", &notebook::note(entries.len()));
            own.hide(".files", entries.is_empty());
            // A new name is in its field already, and the keyboard stands there.
            let ids: Vec<String> = entries.iter().map(|entry| entry.id.clone()).collect();
            if drawn.as_ref() != Some(&ids) {
                if let Some(list) = own.find(".runs") {
                    list.set_inner_html(&notebook::runs(&entries).into_string());
                }
                chosen.set(Vec::new());
            }
            ids
        });
        if let Some(place) = self.find(".compared") {
            mount_to(place, move || move || compared(desk, &chosen.get())).forget();
        }
        if let Some(place) = self.find(".open") {
            let take = move |opened: Result<Vec<Report>, String>| {
                // The first of a file is the newest, and comes to stand in front.
                for report in opened.as_deref().unwrap_or_default().iter().rev() {
                    desk.take(report);
                }
                refused.set(opened.err());
            };
            let label = "Open a saved report or notebook: ";
            mount_to(place, move || open("notebook-open".to_owned(), label, MOST_BYTES, take))
                .forget();
        }
    }

    fn find(&self, css: &str) -> Option<HtmlElement> {
        self.place.query_selector(css).ok()??.dyn_into().ok()
    }

    fn text(&self, css: &str, text: &str) {
        if let Some(element) = self.find(css) {
            element.set_text_content(Some(text));
        }
    }

    fn hide(&self, css: &str, hidden: bool) {
        if let Some(element) = self.find(css) {
            element.set_hidden(hidden);
        }
    }

    /// Hears everything that is pressed, ticked or typed.
    fn hear(&self, event: &Event) {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let Some(target) = target else { return };
        let closest = |css: &str| target.closest(css).ok().flatten();
        let id = closest("[data-id]").and_then(|run| run.get_attribute("data-id"));
        let act = closest("[data-act]").and_then(|button| button.get_attribute("data-act"));
        match (event.type_().as_str(), act.as_deref(), id) {
            ("click", Some("show"), Some(id)) => self.show(&id),
            ("click", Some("delete"), Some(id)) => {
                self.desk.delete(&id);
                // The button is gone, and the keyboard must not be lost with it.
                if let Some(next) = self.find(".runs .delete, #notebook-open") {
                    let _ = next.focus();
                }
            }
            ("click", Some("delete-all"), _) => self.delete_all(&target),
            ("click", Some("save-all"), _) => save_all(self.desk),
            ("change", _, Some(id)) => {
                let Some(input) = target.dyn_ref::<HtmlInputElement>() else { return };
                if input.type_() == "checkbox" { self.choose() } else { self.rename(&id, input) }
            }
            _ => {}
        }
    }

    fn show(&self, id: &str) {
        let entries = self.desk.entries.get_untracked();
        let shown = entries.iter().any(|entry| entry.id == id && self.desk.show(entry));
        let gone = "The browser has not kept the samples of this run; its address runs it again.";
        self.refused.set((!shown).then(|| gone.to_owned()));
    }

    /// Deletes everything, when it is pressed for the second time.
    fn delete_all(&self, button: &Element) {
        const SURE: &str = "Really delete all runs";
        if button.text_content().as_deref() != Some(SURE) {
            return button.set_text_content(Some(SURE));
        }
        button.set_text_content(Some("Delete all"));
        for entry in self.desk.entries.get_untracked() {
            self.desk.delete(&entry.id);
        }
    }

    /// Takes the ticked runs; when enough are ticked, no further ones can be.
    fn choose(&self) {
        let ticks = elements(self.place.query_selector_all(".runs input[type=checkbox]"));
        let ticks: Vec<HtmlInputElement> =
            ticks.into_iter().filter_map(|tick| tick.dyn_into().ok()).collect();
        let ticked: Vec<&HtmlInputElement> = ticks.iter().filter(|tick| tick.checked()).collect();
        for tick in &ticks {
            tick.set_disabled(ticked.len() >= MOST && !tick.checked());
        }
        let id =
            |tick: &&HtmlInputElement| tick.closest("[data-id]").ok()??.get_attribute("data-id");
        self.chosen.set(ticked.iter().filter_map(id).collect());
    }

    fn rename(&self, id: &str, input: &HtmlInputElement) {
        self.desk.change(|entries| {
            if let Some(entry) = entries.iter_mut().find(|entry| entry.id == id) {
                *entry = std::mem::take(entry).renamed(&input.value());
                input.set_value(&entry.name);
            }
        });
    }
}

/// The chosen runs side by side.
fn compared(desk: Desk, chosen: &[String]) -> Option<AnyView> {
    let entries = desk.entries.get_untracked();
    let found: Vec<&Entry> =
        chosen.iter().filter_map(|id| entries.iter().find(|entry| entry.id == *id)).collect();
    (found.len() > 1).then(|| chart("notebook", picture::compare(&found)))
}

/// Saves every run whose report is there as one JSON list.
fn save_all(desk: Desk) {
    let entries = desk.entries.get_untracked();
    let all: Vec<Report> = entries.iter().filter_map(|entry| desk.report(&entry.id)).collect();
    download("fib-lab-notebook.json", "application/json", &json(&all));
}
