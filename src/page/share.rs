//! The address of a run: to be copied, and on paper to be typed.

use js_sys::Reflect;
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use crate::exhibits;
use crate::report::Report;

/// The address that runs this again, on whatever machine it is opened.
fn address(report: &Report) -> Option<String> {
    let exhibit = exhibits::named(&report.exhibit)?;
    let query = report.spec.as_ref()?.query(exhibit);
    let here = window().location().href().ok()?;
    let page = here.split(['?', '#']).next()?;
    Some(format!("{page}?{query}&run=1"))
}

/// The button that copies the address, and the address itself in print.
pub fn share(report: &Report) -> Option<AnyView> {
    let address = address(report)?;
    let said = RwSignal::new(String::new());
    let printed = format!("Address of this run: {address}");
    let copy = move |_| {
        let address = address.clone();
        spawn_local(async move {
            // Where it cannot be copied, it can be read.
            said.set(if copied(&address).await { "Copied.".to_owned() } else { address });
        });
    };
    Some(
        view! {
            <p class="files">
                "Share this run: "
                <button type="button" class="link copy" on:click=copy>"copy its address"</button>
                " "
                <span role="status">{move || said.get()}</span>
            </p>
            <p class="printed">{printed}</p>
        }
        .into_any(),
    )
}

/// Puts a text where Paste finds it. Only secure pages may, and the visitor can forbid it.
async fn copied(text: &str) -> bool {
    let navigator = window().navigator();
    let offered = Reflect::get(&navigator, &JsValue::from_str("clipboard"));
    if !offered.is_ok_and(|clipboard| clipboard.is_object()) {
        return false;
    }
    JsFuture::from(navigator.clipboard().write_text(text)).await.is_ok()
}
