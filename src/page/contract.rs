//! What scripts on the page are told: the state of the last thing that was asked for, in
//! `data-lab`, and its report, in `#report`. Nothing else of the page's program sets either.

use js_sys::JSON;
use wasm_bindgen::JsValue;

use super::dom::{document, root};

/// How the last thing that was asked for stands.
pub enum Told<'a> {
    /// The page is open, and nothing has been asked for.
    Ready,
    /// A run is on.
    Running,
    /// It came to its end.
    Done(&'a JsValue),
    /// The visitor stopped it: the page is ready again.
    Stopped(&'a JsValue),
    /// It was refused, or broke off; then there is a report of how far it came.
    Failed(Option<&'a JsValue>),
}

/// Tells scripts.
pub fn tell(told: Told) {
    let (state, report) = match told {
        Told::Ready => ("ready", None),
        Told::Running => ("running", None),
        Told::Done(report) => ("done", Some(report)),
        Told::Stopped(report) => ("ready", Some(report)),
        Told::Failed(report) => ("error", report),
    };
    if let Some(place) = document().get_element_by_id("report") {
        let text = report.and_then(|report| JSON::stringify(report).ok()).map(String::from);
        place.set_text_content(Some(&text.unwrap_or_default()));
    }
    // The state comes last: whoever waits for it finds the report.
    if let Some(root) = root() {
        // Setting an attribute with a valid name cannot fail.
        let _ = root.set_attribute("data-lab", state);
    }
}
