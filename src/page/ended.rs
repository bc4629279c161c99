//! How a run has ended, as its report or what draws it says: the page understands no more of them.

use wasm_bindgen::{JsCast, JsValue};

/// Whether a report says that its run failed.
pub fn failed(report: &JsValue) -> bool {
    let status = js_sys::Reflect::get(report, &"status".into()).unwrap_or_default();
    status.as_string().as_deref() == Some("failed")
}

/// Why a report says that its run failed.
pub fn failure(report: &JsValue) -> String {
    let said = js_sys::Reflect::get(report, &"warnings".into()).unwrap_or_default();
    let said = said.dyn_into::<js_sys::Array>().map(|said| String::from(said.join(" ")));
    let said = said.unwrap_or_default();
    format!("The run came to its end, but not all of it is right. {said}")
}

/// The sentence with which the views say that something went wrong.
pub fn said_of(error: JsValue) -> String {
    error.as_string().unwrap_or_else(|| {
        "What draws reports broke down. Reload the page to try again.".to_owned()
    })
}
