//! Reports to files and back: JSON, CSV, and a trace for Chrome's viewer.

use std::pin::pin;

use futures_util::future::{Either, select};
use gloo_timers::callback::Timeout;
use gloo_timers::future::TimeoutFuture;
use js_sys::{Array, JSON};
use serde::Serialize;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, File, HtmlAnchorElement, HtmlInputElement, Response, Url};

use crate::notebook::import::{self, MOST_BYTES, Opened};
use crate::page::dom::{document, window};
use crate::picture::words;
use crate::report::chrome::chrome_trace;
use crate::report::read::{self, Unreadable};
use crate::report::sheet::Style;
use crate::report::{Origin, Report, csv};
use crate::runtime::message::{encode, text};

/// Saves a report in the form that this ending stands for; a sheet in this style.
pub fn save(report: &Report, ending: &str, style: Style) {
    let (mime, content) = match ending {
        "json" => ("application/json", json(report)),
        "csv" => (SHEET, csv::samples(report, style)),
        _ => ("application/json", json(&chrome_trace(report, words::event))),
    };
    let day = report.started_at.get(..10).unwrap_or("report");
    download(&format!("fib-lab-{}-{day}.{ending}", report.exhibit), mime, &content);
}

/// What a spreadsheet opens.
pub const SHEET: &str = "text/csv;charset=utf-8";

/// So many files that were not opened are told of.
const MOST_TOLD: usize = 4;

/// What the chosen files held.
#[derive(Default)]
pub struct Chosen {
    /// The reports that are taken, file by file.
    pub reports: Vec<Report>,
    /// What is wrong with the others, each in a sentence.
    pub trouble: Option<String>,
}

/// Reads the chosen files. None takes another with it.
pub async fn chosen(input: &HtmlInputElement) -> Chosen {
    let list = input.files();
    let count = list.as_ref().map_or(0, |files| files.length());
    let files: Vec<File> = (0..count).filter_map(|at| list.as_ref()?.get(at)).collect();
    let mut chosen = Chosen::default();
    let mut told = Vec::new();
    for file in &files {
        let trouble = match read_file(file).await {
            Ok(opened) => {
                let trouble = opened.trouble();
                chosen.reports.extend(opened.reports);
                trouble
            }
            Err(sentence) => Some(sentence),
        };
        let name: String = file.name().chars().take(60).collect();
        told.extend(trouble.map(|sentence| match files.len() {
            1 => sentence,
            _ => format!("{name}: {sentence}"),
        }));
    }
    // So that the same file can be chosen again.
    input.set_value("");
    if told.len() > MOST_TOLD {
        let more = told.len() - MOST_TOLD;
        told.truncate(MOST_TOLD);
        told.push(format!("And {more} more files have something that was not opened."));
    }
    if files.is_empty() {
        told.push("No file was chosen.".to_owned());
    }
    chosen.trouble = (!told.is_empty()).then(|| told.join(" "));
    chosen
}

/// Reads a file: one report, or a list of them.
pub async fn read_file(file: &File) -> Result<Opened, String> {
    const MIB: f64 = 1024.0 * 1024.0;
    if file.size() > MOST_BYTES {
        return Err(format!(
            "This file has {:.0} MiB, and allowed are at most {:.0} MiB.",
            file.size() / MIB,
            MOST_BYTES / MIB
        ));
    }
    let content = JsFuture::from(file.text()).await.map_err(|error| broken(&text(&error)))?;
    let content = content.as_string().ok_or_else(|| broken("it is not text"))?;
    let parse = |content: &str| JSON::parse(content).map_err(|error| text(&error));
    import::file(&content, parse).map_err(|refused| refused.to_string())
}

fn broken(why: &str) -> String {
    Unreadable::Broken(why.to_owned()).to_string()
}

/// A recorded run that has not come after this long will not come.
const RECORDED_TIMEOUT_MS: u32 = 8_000;

/// The recorded run of an exhibit, as the page brings it along; nothing where it cannot be had.
pub async fn recorded(name: &str) -> Option<Report> {
    let fetched = pin!(fetch_recorded(name));
    match select(fetched, TimeoutFuture::new(RECORDED_TIMEOUT_MS)).await {
        Either::Left((report, _)) => report,
        Either::Right(_) => None,
    }
}

async fn fetch_recorded(name: &str) -> Option<Report> {
    let address = format!("recorded/{name}.json");
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

/// So long does the browser have to fetch what is saved.
const FETCHED_MS: u32 = 60_000;

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
        // Some browsers fetch it only after the task that has clicked.
        Timeout::new(FETCHED_MS, move || {
            // An address that is gone need not be given up.
            let _ = Url::revoke_object_url(&address);
        })
        .forget();
        Ok(())
    };
    // A browser that forbids downloads says so itself.
    let _ = save();
}
