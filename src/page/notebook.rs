//! The notebook's page before there is a notebook: its frame. What is kept in it is drawn by
//! the views, as soon as there is anything.

use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, Event};

use super::dom::{find, set_attribute, set_hidden, set_markup, set_text, window};
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

/// Hears a file that was chosen before the views were there, and whether everything is to be
/// forgotten; the views hear all else.
pub fn hear(event: &Event, target: &Element, place: &Element) {
    let act = target.closest("[data-act]").ok().flatten();
    let act = act.and_then(|button| button.get_attribute("data-act"));
    match (event.type_().as_str(), act.as_deref()) {
        ("change", _) if target.id() == OPEN && !place.has_attribute("data-filled") => {
            fill(place.clone(), Some(target.clone()));
        }
        ("click", Some("start-afresh")) => ask(place, true),
        ("click", Some("keep-all")) => ask(place, false),
        ("click", Some("forget-all")) => {
            storage::forget_everything();
            // What this page still knows goes with it.
            if window().location().reload().is_err() {
                ask(place, false);
            }
        }
        _ => {}
    }
}

/// Asks whether everything is to be forgotten, or asks no more. The keyboard goes along.
fn ask(place: &Element, asked: bool) {
    set_hidden(place, ".question", !asked);
    let expanded = if asked { "true" } else { "false" };
    set_attribute(place, "[data-act=start-afresh]", "aria-expanded", Some(expanded));
    let next = if asked { "keep-all" } else { "start-afresh" };
    if let Some(next) = find(place, &format!("[data-act={next}]")) {
        let _ = next.focus();
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
