//! Messages as the browser carries them: plain JavaScript objects.

use js_sys::{Array, Reflect};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::DedicatedWorkerGlobalScope;

use super::capabilities::Surroundings;
use super::misread::Misread;
use crate::report::read::{Misfit, Source};

/// A message as the browser carries it.
pub fn encode<T: Serialize>(message: &T) -> Result<JsValue, Misread> {
    message
        .serialize(&serde_wasm_bindgen::Serializer::json_compatible())
        .map_err(|error| Misread(error.to_string()))
}

/// A message as Rust reads it.
pub fn decode<T: DeserializeOwned>(message: JsValue) -> Result<T, Misread> {
    serde_wasm_bindgen::from_value(message).map_err(|error| Misread(error.to_string()))
}

impl Source for JsValue {
    fn read<T: DeserializeOwned>(&self) -> Result<T, Misfit> {
        decode(self.clone()).map_err(|misread| Misfit(misread.to_string()))
    }

    fn field(&self, name: &str) -> Option<JsValue> {
        let value = Reflect::get(self, &JsValue::from_str(name)).ok();
        value.filter(|value| !value.is_undefined())
    }

    fn items(&self) -> Option<Vec<JsValue>> {
        self.dyn_ref::<Array>().map(|list| list.iter().collect())
    }

    fn length(&self) -> Option<usize> {
        self.dyn_ref::<Array>().map(|list| list.length() as usize)
    }
}

/// The global scope, in a worker.
pub fn worker_scope() -> Option<DedicatedWorkerGlobalScope> {
    js_sys::global().dyn_into().ok()
}

/// Sends a message to whoever started this worker. One that cannot be sent is
/// noticed by the other side's watchdog.
pub fn post<T: Serialize>(message: &T) {
    if let (Some(scope), Ok(value)) = (worker_scope(), encode(message)) {
        let _ = scope.post_message(&value);
    }
}

/// What a JavaScript error says of itself.
pub fn text(error: &JsValue) -> String {
    error
        .dyn_ref::<js_sys::Error>()
        .map(|error| String::from(error.message()))
        .or_else(|| error.as_string())
        .unwrap_or_else(|| "no reason given".to_owned())
}

/// What this page or worker finds around itself.
pub fn surroundings() -> Surroundings {
    let global = js_sys::global();
    let property = |name: &str| Reflect::get(&global, &JsValue::from_str(name)).ok();
    let known = |name: &str| property(name).is_some_and(|value| !value.is_undefined());
    Surroundings {
        isolated: property("crossOriginIsolated").is_some_and(|value| value.is_truthy()),
        shared_memory: known("SharedArrayBuffer"),
        // A page that belongs to no site, as in a sandboxed frame, may start none.
        workers: known("Worker") && !belongs_to_no_site(&global),
        cores: property("navigator")
            .and_then(|navigator| {
                Reflect::get(&navigator, &JsValue::from_str("hardwareConcurrency")).ok()
            })
            .and_then(|cores| cores.as_f64())
            .map_or(1, |cores| cores.clamp(1.0, 1024.0) as u32),
    }
}

/// Whether the origin of this page is none that any address has.
fn belongs_to_no_site(global: &JsValue) -> bool {
    let origin = Reflect::get(global, &JsValue::from_str("origin")).ok();
    origin.and_then(|origin| origin.as_string()).as_deref() == Some("null")
}

/// What the browser calls itself.
pub fn user_agent() -> String {
    Reflect::get(&js_sys::global(), &JsValue::from_str("navigator"))
        .and_then(|navigator| Reflect::get(&navigator, &JsValue::from_str("userAgent")))
        .ok()
        .and_then(|agent| agent.as_string())
        .unwrap_or_default()
}

/// What the browser tells of the machine.
pub fn node() -> String {
    let navigator = Reflect::get(&js_sys::global(), &JsValue::from_str("navigator"));
    let platform = navigator
        .and_then(|navigator| Reflect::get(&navigator, &JsValue::from_str("platform")))
        .ok()
        .and_then(|platform| platform.as_string());
    platform.filter(|name| !name.is_empty()).unwrap_or_else(|| "an unnamed machine".to_owned())
}
