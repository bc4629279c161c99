//! What the visitor does by hand: drawn by the views, as soon as its place comes near. It needs
//! no run, no shared memory and no worker.

use wasm_bindgen_futures::spawn_local;
use web_sys::Element;

use super::dom::{set_hidden, set_text};
use super::on_visible::when_visible;
use super::viewer::{Views, views};

/// Has the views fill the place when the visitor comes near.
pub fn mount(place: Element, fill: fn(&Views, &Element)) {
    let near = place.clone();
    when_visible(
        &near,
        Box::new(move || {
            spawn_local(async move {
                match views().await {
                    Ok(views) => fill(&views, &place),
                    Err(sentence) => {
                        set_text(&place, ".error", &sentence);
                        set_hidden(&place, ".error", false);
                    }
                }
            });
        }),
    );
}
