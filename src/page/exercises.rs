//! What the visitor's own runs say to the exercises, beside each of them.

use leptos::mount::mount_to;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::desk::Desk;
use crate::exhibits::{self, Exhibit, Progress};

/// Mounts a line below every exercise of the page. A lesson's exercises belong to its
/// exhibits, in the order of both.
pub fn mount(desk: Desk) {
    for lesson in elements(document().query_selector_all(".lesson")) {
        let figures = elements(lesson.query_selector_all("[data-exhibit]"));
        let names = figures.iter().filter_map(|figure| figure.get_attribute("data-exhibit"));
        let checks: Vec<(&'static Exhibit, usize)> = names
            .filter_map(|name| exhibits::named(&name))
            .flat_map(|exhibit| (0..exhibit.exercises.len()).map(move |at| (exhibit, at)))
            .collect();
        let exercises = elements(lesson.query_selector_all(".exercises > li"));
        for (exercise, (exhibit, at)) in exercises.into_iter().zip(checks) {
            mount_to(exercise, move || line(desk, exhibit, at)).forget();
        }
    }
}

/// The elements of a list that the document returned.
pub fn elements(list: Result<web_sys::NodeList, wasm_bindgen::JsValue>) -> Vec<HtmlElement> {
    let nodes =
        list.into_iter().flat_map(|list| (0..list.length()).filter_map(move |i| list.item(i)));
    nodes.filter_map(|node| node.dyn_into().ok()).collect()
}

fn line(desk: Desk, exhibit: &'static Exhibit, at: usize) -> impl IntoView {
    move || {
        let (class, mark, found) = match desk.progress(exhibit, at)? {
            Progress::Solved(found) => ("found solved", "✓ Your runs: ", found),
            Progress::Open(missing) => ("found", "Your runs: ", missing),
        };
        Some(view! { <p class=class><strong>{mark}</strong>{found}</p> })
    }
}
