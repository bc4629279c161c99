//! Reports to files and back: JSON, CSV, and a trace for Chrome's viewer.

use js_sys::{Array, JSON};
use serde::Serialize;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, HtmlInputElement, Response, Url};

use crate::notebook::import::reports;
use crate::page::dom::{document, window};
use crate::picture::words;
use crate::report::chrome::chrome_trace;
use crate::report::read::{self, Unreadable};
use crate::report::{Origin, Report, csv};
use crate::runtime::message::{encode, text};

/// Saves a report in the form that this ending stands for.
pub fn save(report: &Report, ending: &str) {
    let (mime, content) = match ending {
        "json" => ("application/json", json(report)),
        "csv" => ("text/csv", csv::samples(report)),
        _ => ("application/json", json(&chrome_trace(report, words::event))),
    };
    let day = report.started_at.get(..10).unwrap_or("report");
    download(&format!("fib-lab-{}-{day}.{ending}", report.exhibit), mime, &content);
}

/// The reports in the chosen file: one, or a list of them.
pub async fn chosen(input: &HtmlInputElement, most_bytes: f64) -> Result<Vec<Report>, String> {
    let file = input.files().and_then(|files| files.get(0)).ok_or("No file was chosen.")?;
    if file.size() > most_bytes {
        return Err(format!(
            "This file has {:.0} MB, and allowed are at most {:.0} MB.",
            file.size() / 1e6,
            most_bytes / 1e6
        ));
    }
    let content = JsFuture::from(file.text()).await.map_err(|error| broken(&text(&error)))?;
    let content = content.as_string().ok_or_else(|| broken("it is not text"))?;
    // So that the same file can be chosen again.
    input.set_value("");
    let value = JSON::parse(&content).map_err(|error| broken(&text(&error)))?;
    reports(&value).map_err(|refused| refused.to_string())
}

fn broken(why: &str) -> String {
    Unreadable::Broken(why.to_owned()).to_string()
}

/// The recorded run of an exhibit, as the page brings it along.
pub async fn recorded(exhibit: &str) -> Option<Report> {
    let address = format!("recorded/{exhibit}.json");
    let response: Response =
        JsFuture::from(window().fetch_with_str(&address)).await.ok()?.dyn_into().ok()?;
    if !response.ok() {
        return None;
    }
    let value = JsFuture::from(response.json().ok()?).await.ok()?;
    let report = read::report(&value).ok()?;
    Some(Report { origin: Origin::Recorded, ..report })
}

/// Puts a text where Paste finds it. Only secure pages may, and the visitor can forbid it.
pub async fn copied(text: &str) -> bool {
    let navigator = window().navigator();
    let offered = js_sys::Reflect::get(&navigator, &JsValue::from_str("clipboard"));
    if !offered.is_ok_and(|clipboard| clipboard.is_object()) {
        return false;
    }
    JsFuture::from(navigator.clipboard().write_text(text)).await.is_ok()
}

/// Any plain value as JSON; nothing where a number has no place in JSON.
pub fn json<T: Serialize>(value: &T) -> String {
    encode(value)
        .ok()
        .and_then(|value| JSON::stringify(&value).ok())
        .and_then(|text| text.as_string())
        .unwrap_or_default()
}

/// Lets the visitor save a text as a file.
pub fn download(name: &str, mime: &str, content: &str) {
    let save = || -> Result<(), JsValue> {
        let options = BlobPropertyBag::new();
        options.set_type(mime);
        let parts = Array::of1(&JsValue::from_str(content));
        let blob = Blob::new_with_str_sequence_and_options(&parts, &options)?;
        let address = Url::create_object_url_with_blob(&blob)?;
        let anchor: HtmlAnchorElement = document().create_element("a")?.unchecked_into();
        anchor.set_href(&address);
        anchor.set_download(name);
        anchor.click();
        Url::revoke_object_url(&address)
    };
    // A browser that forbids downloads says so itself.
    let _ = save();
}
