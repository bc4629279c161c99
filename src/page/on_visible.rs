//! Leaves work for later until an element comes near to what the visitor sees.

use js_sys::Array;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Element, IntersectionObserver, IntersectionObserverEntry, IntersectionObserverInit};

/// How far from the edge of the window an element is near.
const MARGIN: &str = "600px";

/// Calls `then` once, as soon as the element is near the visible part of the document; at
/// once where the browser cannot tell.
pub fn when_visible(element: &Element, then: Box<dyn FnOnce()>) {
    let mut then = Some(then);
    let mut call = move || {
        if let Some(then) = then.take() {
            then();
        }
    };
    if !js_sys::Reflect::has(&js_sys::global(), &"IntersectionObserver".into()).unwrap_or(false) {
        return call();
    }
    let seen = Closure::<dyn FnMut(Array, IntersectionObserver)>::new(
        move |entries: Array, observer: IntersectionObserver| {
            let near =
                |entry| IntersectionObserverEntry::unchecked_from_js(entry).is_intersecting();
            if entries.iter().any(near) {
                observer.disconnect();
                call();
            }
        },
    );
    let options = IntersectionObserverInit::new();
    options.set_root_margin(MARGIN);
    // The margin is well formed, and with that an observer can always be made.
    if let Ok(observer) =
        IntersectionObserver::new_with_options(seen.as_ref().unchecked_ref(), &options)
    {
        observer.observe(element);
    }
    // A figure lives as long as the page.
    seen.forget();
}
