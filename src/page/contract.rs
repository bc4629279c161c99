//! What scripts on the page are told: the state of the last thing that was asked for, in
//! `data-lab`, and its report, in `#report`. Nothing else sets the report; the state is set by
//! `www/first.js` alone, which also tells when there is no program.

use js_sys::JSON;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::dom::document;

#[wasm_bindgen]
extern "C" {
    /// Sets the state.
    #[wasm_bindgen(js_namespace = lab, js_name = tell)]
    fn tell_state(state: &str);
}

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
    tell_state(state);
}
