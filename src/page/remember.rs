//! The address of the page says what its figure is set to, so that it can be shared or reloaded.

use wasm_bindgen::JsValue;

use super::dom::{location, parameter, window};
use crate::exhibits::Front;
use crate::params::RunSpec;

/// Puts a run into the address. A figure that stands alone goes on standing alone.
pub fn remember(front: &Front, spec: &RunSpec) {
    let mut address = front.address(spec);
    if of_page("only").as_deref() == Some("1") {
        address.push_str(if address.contains('?') { "&only=1" } else { "?only=1" });
    }
    if let Ok(history) = window().history() {
        // A page opened from a file may not change its address: the run goes on without.
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&address));
    }
}

/// What the address of the page says of a parameter.
pub fn of_page(name: &str) -> Option<String> {
    parameter(location().0.trim_start_matches('?'), name)
}
