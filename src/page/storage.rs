//! What the browser keeps for this page: the notebook's contents, its reports, and solved
//! exercises. Everything here can be forbidden or full; then a sentence says so.

use js_sys::JSON;
use leptos::prelude::window;
use serde::Serialize;
use wasm_bindgen::JsValue;
use web_sys::Storage;

use super::files::json;
use crate::notebook::{self, Entry};
use crate::report::{Report, read};
use crate::runtime::message::decode;

const CONTENTS: &str = "fib-lab/notebook";
const SOLVED: &str = "fib-lab/solved";

const FORBIDDEN: &str = "This browser keeps nothing for this page, so the notebook lasts until the \
                         page is closed. Save the reports that you need as files.";
const FULL: &str = "The browser's storage for this page is full, so the last run lasts until the page \
                    is closed. Delete runs that you no longer need, or save them as files first.";

fn run_key(id: &str) -> String {
    format!("fib-lab/run/{id}")
}

fn storage() -> Result<Storage, String> {
    window().local_storage().ok().flatten().ok_or_else(|| FORBIDDEN.to_owned())
}

fn kept(key: &str) -> Option<JsValue> {
    let text = storage().ok()?.get_item(key).ok()??;
    JSON::parse(&text).ok()
}

fn write<T: Serialize>(key: &str, value: &T) -> Result<(), String> {
    storage()?.set_item(key, &json(value)).map_err(|_| FULL.to_owned())
}

/// The notebook's contents, the newest first. Other windows write it too, so it is read
/// anew before every change.
pub fn contents() -> Vec<Entry> {
    kept(CONTENTS).map(|contents| notebook::entries(&contents)).unwrap_or_default()
}

/// Writes the notebook's contents.
pub fn keep_contents(entries: &[Entry]) -> Result<(), String> {
    write(CONTENTS, &entries)
}

/// Keeps the whole report of a run.
pub fn keep(id: &str, report: &Report) -> Result<(), String> {
    write(&run_key(id), report)
}

/// The whole report of a run that was kept.
pub fn report(id: &str) -> Option<Report> {
    read::report(&kept(&run_key(id))?).ok()
}

/// Forgets the whole report of a run.
pub fn forget(id: &str) {
    if let Ok(storage) = storage() {
        // What is not there need not be forgotten.
        let _ = storage.remove_item(&run_key(id));
    }
}

/// What was found to exercises, by their names.
pub fn solved() -> Vec<(String, String)> {
    kept(SOLVED).and_then(|solved| decode(solved).ok()).unwrap_or_default()
}

/// Keeps what was found to exercises. It can be found again, so nobody has to know if it
/// cannot be kept.
pub fn keep_solved(solved: &[(String, String)]) {
    let _ = write(SOLVED, &solved);
}
