//! What the browser keeps for these pages, as far as the page itself asks for it: texts, by
//! the names under which the views keep them too. Everything here can be forbidden; then the
//! page goes without.

use js_sys::{Array, JSON};
use wasm_bindgen::JsCast;
use web_sys::Storage;

use super::dom::window;

/// The names of all that is kept begin with this.
const OURS: &str = "fib-lab/";
/// The notebook's contents.
pub const CONTENTS: &str = "fib-lab/notebook";
/// What was found to exercises: pairs of a name and a sentence.
pub const SOLVED: &str = "fib-lab/solved";
/// How many cores' worth the machine gave, and to how many workers.
pub const MACHINE: &str = "fib-lab/machine";
/// What happened on this visit: runs and predictions.
pub const VISIT: &str = "fib-lab/visit";
/// What was answered in the quiz.
pub const QUIZ: &str = "fib-lab/quiz";
/// The exhibits whose recorded run was uncovered on this visit.
const SHOWN: &str = "fib-lab/shown";

/// What is kept for good.
pub fn for_good() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

/// What is kept for this visit: in this window, on whatever page of the lab.
pub fn for_this_visit() -> Option<Storage> {
    window().session_storage().ok().flatten()
}

/// Forgets all that the browser keeps for these pages, for good and for this visit. Others may
/// keep something at the same address.
pub fn forget_everything() {
    for storage in [for_good(), for_this_visit()].into_iter().flatten() {
        let count = storage.length().unwrap_or(0);
        let keys: Vec<String> = (0..count).filter_map(|at| storage.key(at).ok()?).collect();
        for key in keys.iter().filter(|key| key.starts_with(OURS)) {
            // What is not there need not be forgotten.
            let _ = storage.remove_item(key);
        }
    }
}

/// A kept text.
pub fn text(storage: Option<Storage>, key: &str) -> Option<String> {
    storage?.get_item(key).ok()?
}

/// A kept list.
fn list(storage: Option<Storage>, key: &str) -> Array {
    let kept = text(storage, key).and_then(|text| JSON::parse(&text).ok());
    kept.and_then(|kept| kept.dyn_into().ok()).unwrap_or_default()
}

/// What was found to exercises, by their names.
pub fn solved() -> Vec<(String, String)> {
    let pair = |pair: wasm_bindgen::JsValue| {
        let pair: Array = pair.dyn_into().ok()?;
        Some((pair.get(0).as_string()?, pair.get(1).as_string()?))
    };
    list(for_good(), SOLVED).iter().filter_map(pair).collect()
}

/// How many cores' worth the machine gave, and to how many workers.
pub fn machine() -> Option<(f64, u32)> {
    let pair = list(for_good(), MACHINE);
    Some((pair.get(0).as_f64()?, pair.get(1).as_f64()? as u32))
}

/// Whether the notebook has anything to show: runs, or predictions of this visit.
pub fn notebook_is_used() -> bool {
    text(for_good(), CONTENTS).is_some() || has_visit()
}

/// Whether anything was answered in the quiz.
pub fn quiz_is_begun() -> bool {
    text(for_good(), QUIZ).is_some()
}

/// Whether anything was run on this visit.
pub fn has_visit() -> bool {
    text(for_this_visit(), VISIT).is_some()
}

/// Whether the recorded run of an exhibit has been uncovered on this visit.
pub fn was_shown(exhibit: &str) -> bool {
    list(for_this_visit(), SHOWN).iter().any(|name| name.as_string().as_deref() == Some(exhibit))
}

/// Keeps that it has. Where that cannot be kept, each page covers it anew.
pub fn keep_shown(exhibit: &str) {
    let shown = list(for_this_visit(), SHOWN);
    shown.push(&exhibit.into());
    if let (Some(storage), Ok(text)) = (for_this_visit(), JSON::stringify(&shown)) {
        let _ = storage.set_item(SHOWN, &String::from(text));
    }
}
