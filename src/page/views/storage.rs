//! What the browser keeps for the views: for good the notebook's contents, its reports,
//! solved exercises and what was unfolded; for this visit the runs that were made. Everything here can be forbidden or full; then a sentence says so, where it
//! matters.

use js_sys::JSON;
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;
use web_sys::Storage;

use super::files::json;
use crate::notebook::bounds::checked;
use crate::notebook::guesses::Guessed;
use crate::notebook::quiz::Quiz;
use crate::notebook::{self, Entry};
use crate::page::storage::{
    CONTENTS, MACHINE, QUIZ, SOLVED, VISIT, for_good, for_this_visit, text,
};
use crate::report::{Report, Visitor, read};
use crate::runtime::message::decode;

const OPEN: &str = "fib-lab/open";
const VISITOR: &str = "fib-lab/visitor";
const SHEET: &str = "fib-lab/sheet";

const FORBIDDEN: &str = "This browser keeps nothing for this page, so a run lasts until you leave \
                         its page. Save the reports that you need as files.";
const FULL: &str = "The browser's storage for this page is full, so the last run lasts until you \
                    leave its page. Delete runs in the notebook, or save them as files first.";

fn run_key(id: &str) -> String {
    format!("fib-lab/run/{id}")
}

fn storage() -> Result<Storage, String> {
    for_good().ok_or_else(|| FORBIDDEN.to_owned())
}

fn kept(storage: Option<Storage>, key: &str) -> Option<JsValue> {
    JSON::parse(&text(storage, key)?).ok()
}

fn write<T: Serialize>(key: &str, value: &T) -> Result<(), String> {
    storage()?.set_item(key, &json(value)).map_err(|_| FULL.to_owned())
}

/// The notebook's contents, the newest first. Other windows write it too, so it is read
/// anew before every change.
pub fn contents() -> Vec<Entry> {
    kept(for_good(), CONTENTS).map(|contents| notebook::entries(&contents)).unwrap_or_default()
}

/// Writes the notebook's contents.
pub fn keep_contents(entries: &[Entry]) -> Result<(), String> {
    write(CONTENTS, &entries)
}

/// Keeps the whole report of a run.
pub fn keep(id: &str, report: &Report) -> Result<(), String> {
    write(&run_key(id), report)
}

/// The whole report of a run that was kept. Older pages kept what no run says.
pub fn report(id: &str) -> Option<Report> {
    checked(read::report(&kept(for_good(), &run_key(id))?).ok()?).ok()
}

/// Forgets the whole report of a run.
pub fn forget(id: &str) {
    if let Ok(storage) = storage() {
        // What is not there need not be forgotten.
        let _ = storage.remove_item(&run_key(id));
    }
}

/// Forgets every report, whoever kept it, what was solved, and the runs of this visit.
pub fn forget_all() {
    if let Ok(storage) = storage() {
        let count = storage.length().unwrap_or(0);
        let keys = (0..count).filter_map(|at| storage.key(at).ok()?);
        let gone: Vec<String> = keys.filter(|key| key.starts_with(&run_key(""))).collect();
        for key in gone.iter().map(String::as_str).chain([SOLVED]) {
            // What is not there need not be forgotten.
            let _ = storage.remove_item(key);
        }
    }
    change_visit(|visit| *visit = Visit::default());
}

/// Keeps what was found to exercises.
pub fn keep_solved(solved: &[(String, String)]) -> Result<(), String> {
    write(SOLVED, &solved)
}

/// The names of the folds that stand open.
pub fn open_folds() -> Vec<String> {
    kept(for_good(), OPEN).and_then(|open| decode(open).ok()).unwrap_or_default()
}

/// Keeps whether a fold stands open. Nothing is lost if it cannot be kept.
pub fn keep_fold(name: &str, open: bool) {
    let mut folds = open_folds();
    if folds.iter().any(|other| other == name) != open {
        folds.retain(|other| other != name);
        folds.extend(open.then(|| name.to_owned()));
        let _ = write(OPEN, &folds);
    }
}

/// The name of the style in which the visitor's spreadsheet reads numbers.
pub fn sheet_style() -> Option<String> {
    text(for_good(), SHEET)
}

/// Keeps that style. It can be chosen again, so nobody has to know if it cannot be kept.
pub fn keep_sheet_style(name: &str) {
    if let Some(storage) = for_good() {
        let _ = storage.set_item(SHEET, name);
    }
}

/// What the visitor wants to be called in files.
pub fn visitor() -> Visitor {
    kept(for_good(), VISITOR).and_then(|visitor| decode(visitor).ok()).unwrap_or_default()
}

/// Keeps it. It can be typed again, so nobody has to know if it cannot be kept.
pub fn keep_visitor(visitor: &Visitor) {
    let _ = write(VISITOR, visitor);
}

/// What was answered in the quiz.
pub fn quiz() -> Quiz {
    kept(for_good(), QUIZ).and_then(|quiz| decode(quiz).ok()).unwrap_or_default()
}

/// Keeps it, or says why it cannot be kept.
pub fn keep_quiz(quiz: &Quiz) -> Result<(), String> {
    write(QUIZ, quiz).map_err(|_| {
        "This browser keeps nothing for this page, so your answers last until you leave it."
            .to_owned()
    })
}

/// What happened on this visit: in this window, on whatever page of the lab.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Visit {
    /// The notebook's names of the runs that were made.
    pub runs: Vec<String>,
    /// What was guessed, the oldest first.
    pub guesses: Vec<Guessed>,
}

/// What happened on this visit, as far as the browser keeps it.
pub fn visit() -> Visit {
    kept(for_this_visit(), VISIT).and_then(|visit| decode(visit).ok()).unwrap_or_default()
}

/// Changes what is kept of this visit.
pub fn change_visit(change: impl FnOnce(&mut Visit)) {
    let mut visit = visit();
    change(&mut visit);
    if let Some(storage) = for_this_visit() {
        // Where it cannot be kept, each page begins a new visit.
        let _ = storage.set_item(VISIT, &json(&visit));
    }
}

/// Keeps how many cores' worth the machine gave, and to how many workers: the page says it
/// before it understands reports.
pub fn keep_machine(machine: (f64, u32)) {
    let _ = write(MACHINE, &machine);
}
