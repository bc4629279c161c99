//! The link to the views: the module that draws reports and keeps the notebook. Most of what
//! the lab can say is about reports, and before there is one, nobody needs it. So it is a
//! module of its own, loaded when something is run, shown or opened.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::runtime::message::text;

#[wasm_bindgen]
extern "C" {
    /// What the views export; `src/bin/views.rs` says what each does.
    pub type Views;

    // `start.js` knows where the module lies, and loads it once.
    #[wasm_bindgen(js_name = labViews, catch)]
    async fn load_views() -> Result<Views, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub fn show(this: &Views, name: &str, report: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method)]
    pub async fn show_recorded(this: &Views, name: &str, recording: &str) -> JsValue;

    #[wasm_bindgen(method)]
    pub fn show_kept(this: &Views, name: &str, id: &str) -> JsValue;

    #[wasm_bindgen(method, catch)]
    pub async fn open(this: &Views, name: &str, input: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method)]
    pub fn notebook(this: &Views);

    #[wasm_bindgen(method)]
    pub fn open_in_notebook(this: &Views, input: &JsValue);

    #[wasm_bindgen(method)]
    pub fn open_class(this: &Views, files: &js_sys::Array);

    #[wasm_bindgen(method)]
    pub fn stepper(this: &Views, place: &web_sys::Element);

    #[wasm_bindgen(method)]
    pub fn playground(this: &Views, place: &web_sys::Element);

    #[wasm_bindgen(method)]
    pub fn quiz(this: &Views, place: &web_sys::Element);

    #[wasm_bindgen(method)]
    pub fn guesses(this: &Views);

    #[wasm_bindgen(method)]
    pub fn embed(this: &Views, name: &str, address: &str);

    #[wasm_bindgen(method, catch)]
    pub async fn run_serially(
        this: &Views,
        order: &JsValue,
        say: &js_sys::Function,
        is_stopped: &js_sys::Function,
    ) -> Result<JsValue, JsValue>;
}

/// The views, or a sentence that says why they cannot be had.
pub async fn views() -> Result<Views, String> {
    load_views().await.map_err(|error| {
        format!(
            "What draws reports could not be loaded ({}). Reload the page to try again.",
            text(&error)
        )
    })
}
