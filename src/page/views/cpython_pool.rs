//! The comparison of serial and pool in CPython: the page has it carried out, and this says in
//! which order, and what came out.

use js_sys::Array;
use wasm_bindgen::JsValue;

use super::notes::Notes;
use crate::analysis::cpython_pool::{self, Measured};
use crate::picture;
use crate::runtime::message::{decode, encode};

/// The order of the arms in every block.
pub fn orders(seed: u32) -> JsValue {
    encode(&cpython_pool::orders(seed)).unwrap_or_default()
}

/// The report of what was measured, what it says as markup, and what became of it in the notebook.
///
/// # Errors
/// If it cannot have been measured: a sentence.
pub fn outcome(measured: JsValue, notes: &Notes) -> Result<JsValue, String> {
    let measured: Measured = decode(measured).map_err(|why| why.to_string())?;
    let report = cpython_pool::report(measured)?;
    let kept = match notes.take(&report) {
        Some(Ok(())) => "This run is kept in your notebook.".to_owned(),
        Some(Err(sentence)) => sentence,
        None => String::new(),
    };
    let markup = picture::cpython_pool::outcome(&report).into_string();
    let encoded = encode(&report).map_err(|why| why.to_string())?;
    Ok(Array::of3(&encoded, &markup.into(), &kept.into()).into())
}
