//! How the visitor's spreadsheet reads numbers: asked beside the button that saves, and kept.

use js_sys::Object;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Element;

use super::storage;
use crate::page::dom::{self, find};
use crate::report::sheet::Style;

/// As the visitor chose before, else as numbers are written in the browser's language.
pub fn usual() -> Style {
    storage::sheet_style().and_then(|name| Style::named(&name)).unwrap_or_else(|| {
        let one_and_a_half: Object = JsValue::from(1.5).unchecked_into();
        Style::of(&String::from(one_and_a_half.to_locale_string()))
    })
}

/// As is chosen in this place.
pub fn chosen(place: &Element) -> Style {
    let choice = find(place, "[data-sheet-style]").and_then(|choice| dom::value(&choice));
    choice.and_then(|name| Style::named(&name)).unwrap_or_else(usual)
}

/// Keeps what is chosen in this place for the next time, if this is where it was chosen.
pub fn keep(place: &Element, target: &Element) {
    if target.has_attribute("data-sheet-style") {
        storage::keep_sheet_style(chosen(place).name());
    }
}
