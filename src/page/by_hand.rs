//! What the visitor does by hand: drawn by the views, as soon as its place comes near or is touched. It needs
//! no run, no shared memory and no worker.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use web_sys::Element;

use super::dom::{listen, location, set_hidden, set_text};
use super::on_visible::when_visible;
use super::viewer::{Views, views};

/// Has the views fill the place when the visitor comes near.
pub fn mount(place: Element, fill: fn(&Views, &Element)) {
    let near = place.clone();
    when_visible(&near, Box::new(move || open(place, fill)));
}

/// Has them fill a place that the first view shows: at once if the address says what there is to
/// be seen, else when the visitor points at it or asks for it, so that a first visit stays small.
pub fn offer(place: Element, fill: fn(&Views, &Element)) {
    if !location().0.is_empty() {
        return mount(place, fill);
    }
    set_hidden(&place, "button", false);
    when_touched(place, &["click", "pointerover"], fill);
}

/// Has them fill a form that stands there already: when the visitor comes to one of its fields.
pub fn join(place: Element, fill: fn(&Views, &Element)) {
    when_touched(place, &["focusin", "pointerover"], fill);
}

fn when_touched(place: Element, events: &[&str], fill: fn(&Views, &Element)) {
    let is_open = Rc::new(Cell::new(false));
    let asked = place.clone();
    for name in events {
        let (is_open, place) = (Rc::clone(&is_open), place.clone());
        listen(&asked, name, move |_| {
            if !is_open.replace(true) {
                open(place.clone(), fill);
            }
        });
    }
}

fn open(place: Element, fill: fn(&Views, &Element)) {
    spawn_local(async move {
        match views().await {
            Ok(views) => fill(&views, &place),
            Err(sentence) => {
                set_text(&place, ".error", &sentence);
                set_hidden(&place, ".error", false);
            }
        }
    });
}
