//! The page for a class before there are any files: its frame, and the files that come, chosen or
//! dropped. The views read and draw them.

use js_sys::Array;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{DragEvent, Element, Event, FileList, HtmlInputElement};

use super::dom::{find, set_hidden, set_text, set_value};
use super::viewer::views;
use crate::picture::class::frame;

/// The field that opens files.
const OPEN: &str = "class-open";

/// Draws the frame.
pub fn mount(place: &Element) {
    place.set_inner_html(&frame(OPEN).into_string());
}

/// Hears files that are chosen, or dragged over the page and dropped.
pub fn hear(event: &Event, target: &Element, place: &Element) {
    match event.type_().as_str() {
        "change" if target.id() == OPEN => {
            let input = target.dyn_ref::<HtmlInputElement>();
            if let Some(files) = input.and_then(HtmlInputElement::files) {
                open(place, &files);
            }
            // So that the same files can be chosen again.
            set_value(target, "");
        }
        // Without this the browser would leave the page for the file.
        "dragover" => {
            event.prevent_default();
            show_over(place, true);
        }
        "dragleave" => show_over(place, false),
        "drop" => {
            event.prevent_default();
            show_over(place, false);
            let dropped = event.dyn_ref::<DragEvent>().and_then(DragEvent::data_transfer);
            if let Some(files) = dropped.and_then(|dropped| dropped.files()) {
                open(place, &files);
            }
        }
        _ => {}
    }
}

fn show_over(place: &Element, over: bool) {
    if let Some(zone) = find(place, "[data-drop]") {
        zone.set_class_name(if over { "drop over" } else { "drop" });
    }
}

/// Hands the files to the views. The list of a field is emptied with it, so it is copied.
fn open(place: &Element, files: &FileList) {
    let copied: Array = (0..files.length()).filter_map(|at| files.get(at)).collect();
    let place = place.clone();
    spawn_local(async move {
        let trouble = match views().await {
            Ok(views) => {
                views.open_class(&copied);
                None
            }
            Err(sentence) => Some(sentence),
        };
        set_text(&place, ".error", trouble.as_deref().unwrap_or_default());
        set_hidden(&place, ".error", trouble.is_none());
    });
}
