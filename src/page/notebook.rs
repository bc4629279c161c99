//! The notebook's page before there is a notebook: its frame. What is kept in it is drawn by
//! the views, as soon as there is anything.

use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, Event};

use super::dom::{set_attribute, set_hidden, set_markup, set_text};
use super::storage;
use super::viewer::views;
use crate::notebook::score::summary;
use crate::picture::{notebook, shell};

/// The field that opens files.
const OPEN: &str = "notebook-open";

/// Draws the frame, and has the views fill it.
pub fn mount(place: &Element) {
    place.set_inner_html(&notebook::frame().into_string());
    set_markup(place, ".open", shell::open(OPEN, "Open saved reports or notebooks: "));
    set_attribute(place, &format!("#{OPEN}"), "multiple", Some(""));
    set_text(place, ".predictions", &summary(&[]));
    set_text(place, ".note", &notebook::note(0));
    if storage::notebook_is_used() {
        fill(place.clone(), None);
    }
}

/// Hears a file that was chosen before the views were there; they hear all others.
pub fn hear(event: &Event, target: &Element, place: &Element) {
    if event.type_() == "change" && target.id() == OPEN && !place.has_attribute("data-filled") {
        fill(place.clone(), Some(target.clone()));
    }
}

fn fill(place: Element, chosen: Option<Element>) {
    // An attribute with a valid name can always be set.
    let _ = place.set_attribute("data-filled", "");
    spawn_local(async move {
        match views().await {
            Ok(views) => {
                views.notebook();
                if let Some(input) = chosen {
                    views.open_in_notebook(&input);
                }
            }
            Err(sentence) => {
                let _ = place.remove_attribute("data-filled");
                set_text(&place, ".error", &sentence);
                set_hidden(&place, ".error", false);
            }
        }
    });
}
