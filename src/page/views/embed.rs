//! The fold under a figure that says how another page frames it.

use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, Event};

use super::files;
use crate::exhibits::Card;
use crate::page::dom::{absolute, find, set_markup, set_text, value};
use crate::picture::embed::{body, tag};

/// Fills the fold of a figure. `of_a_run` says that the address is that of the run on show.
pub fn fill(figure: &Element, address: &str, card: &Card, of_a_run: bool) {
    let address = absolute(address).unwrap_or_else(|| address.to_owned());
    set_markup(figure, ".embed-body", body(&address, card.title, false, of_a_run));
}

/// Hears what is pressed in the fold.
pub fn hear(event: &Event, target: &Element, place: &Element) {
    match event.type_().as_str() {
        "click" if target.get_attribute("data-act").as_deref() == Some("copy-tag") => {
            copy(place.clone());
        }
        "change" if target.has_attribute("data-starts") => choose(place, target),
        _ => {}
    }
}

/// Makes the tag anew, of a run that starts by itself or of one that does not.
fn choose(place: &Element, target: &Element) {
    let Some(about) = find(place, "[data-address]") else { return };
    let known = |name: &str| about.get_attribute(name).unwrap_or_default();
    let starts = js_sys::Reflect::get(target, &"checked".into()).unwrap_or_default().is_truthy();
    let tag = tag(&known("data-address"), &known("data-title"), starts);
    set_text(place, ".tag", &tag);
}

fn copy(place: Element) {
    let Some(tag) = find(&place, ".tag") else { return };
    spawn_local(async move {
        let copied = files::copied(&value(&tag).unwrap_or_default()).await;
        if !copied && let Ok(field) = wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlElement>(tag) {
            // Where it cannot be copied, it stands there, chosen and ready for a key.
            let _ = field.focus();
            if let Ok(select) = js_sys::Reflect::get(&field, &"select".into())
                && let Some(select) = wasm_bindgen::JsCast::dyn_ref::<js_sys::Function>(&select)
            {
                let _ = select.call0(&field);
            }
        }
        let said = if copied { "Copied." } else { "Copy what is selected above." };
        set_text(&place, ".copied", said);
    });
}
