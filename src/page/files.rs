//! Reports to files and back: JSON, CSV, and a trace for Chrome's viewer.

use js_sys::{Array, JSON};
use leptos::prelude::*;
use serde::Serialize;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, HtmlInputElement, Response, Url};

use crate::report::import::MOST_BYTES;
use crate::report::{Origin, Report, SCHEMA, csv};
use crate::runtime::message::{decode, encode, text};
use crate::trace::chrome::chrome_trace;

/// The buttons that save a report.
pub fn save(report: Report) -> impl IntoView {
    let report = StoredValue::new(report);
    let name = report.with_value(|report| {
        let day = report.started_at.get(..10).unwrap_or("report");
        format!("fib-lab-{}-{day}", report.exhibit)
    });
    let button =
        move |words: &'static str, ending: &'static str, mime, make: fn(&Report) -> String| {
            let name = format!("{name}.{ending}");
            view! {
                <button type="button" class="link" data-save=ending
                    on:click=move |_| download(&name, mime, &report.with_value(make))>
                    {words}
                </button>
            }
        };
    view! {
        <p class="files">
            "Save this report: "
            {button.clone()("JSON", "json", "application/json", json)} " · "
            {button.clone()("CSV, one row per sample", "csv", "text/csv", csv::samples)} " · "
            {button("trace for Chrome or Perfetto", "trace.json", "application/json", |report| {
                json(&chrome_trace(report))
            })}
        </p>
    }
}

/// The control that opens a report. `show` gets it, or a sentence that says why not.
pub fn open(
    exhibit: &'static str,
    show: impl Fn(Result<Report, String>) + Copy + 'static,
) -> impl IntoView {
    let id = format!("{exhibit}-open");
    view! {
        <p class="files">
            <label for=id.clone()>"Open a saved report: "</label>
            <input
                id=id type="file" accept=".json,application/json"
                on:change:target=move |event| {
                    let input: HtmlInputElement = event.target();
                    spawn_local(async move { show(read(&input, exhibit).await) });
                }
            />
        </p>
    }
}

async fn read(input: &HtmlInputElement, exhibit: &str) -> Result<Report, String> {
    let file = input.files().and_then(|files| files.get(0)).ok_or("No file was chosen.")?;
    if file.size() > MOST_BYTES {
        return Err(format!(
            "This file has {:.0} MB, and a report has at most {:.0} MB.",
            file.size() / 1e6,
            MOST_BYTES / 1e6
        ));
    }
    let broken = |why: String| format!("This file is not a report of the lab: {why}.");
    let content = JsFuture::from(file.text()).await.map_err(|error| broken(text(&error)))?;
    let content = content.as_string().ok_or_else(|| broken("it is not text".to_owned()))?;
    // So that the same file can be chosen again.
    input.set_value("");
    let value = JSON::parse(&content).map_err(|error| broken(text(&error)))?;
    // A newer report may have fields of other kinds: its schema comes first.
    let schema = js_sys::Reflect::get(&value, &JsValue::from_str("schema")).ok();
    if let Some(schema) = schema.and_then(|schema| schema.as_f64())
        && schema > f64::from(SCHEMA)
    {
        return Report { schema: schema.min(1e9) as u32, ..Report::default() }.imported();
    }
    let report: Report = decode(value).map_err(broken)?;
    let report = report.imported()?;
    if report.exhibit != exhibit {
        return Err(format!("This is a report of {}; open it in that figure.", report.exhibit));
    }
    Ok(report)
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
    let report: Report = decode(value).ok()?;
    Some(Report { origin: Origin::Recorded, ..report })
}

/// Any plain value as JSON; nothing where a number has no place in JSON.
pub fn json<T: Serialize>(value: &T) -> String {
    encode(value)
        .ok()
        .and_then(|value| JSON::stringify(&value).ok())
        .and_then(|text| text.as_string())
        .unwrap_or_default()
}

fn download(name: &str, mime: &str, content: &str) {
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
