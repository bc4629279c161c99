//! What the visitor's own runs say to the exercises, beside each of them.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlElement, NodeList};

use super::desk::Desk;
use crate::exhibits::{self, Card};
use crate::picture;

/// Keeps a line at the end of every exercise of the page. A lesson's exercises belong to
/// its exhibits, in the order of both.
pub fn mount(desk: Desk) {
    let mut lines: Vec<(HtmlElement, &'static Card, usize)> = Vec::new();
    for lesson in elements(document().query_selector_all(".lesson")) {
        let figures = elements(lesson.query_selector_all("[data-exhibit]"));
        let names = figures.iter().filter_map(|figure| figure.get_attribute("data-exhibit"));
        let checks = names
            .filter_map(|name| exhibits::named(&name))
            .flat_map(|exhibit| (0..exhibit.exercises.len()).map(move |at| (exhibit, at)));
        let exercises = elements(lesson.query_selector_all(".exercises > li"));
        for (exercise, (exhibit, at)) in exercises.into_iter().zip(checks) {
            let line = document().create_element("div").ok().and_then(|div| div.dyn_into().ok());
            let Some(line) = line else { continue };
            // An element that was just made can be put anywhere.
            let line: HtmlElement = line;
            let _ = exercise.append_child(&line);
            lines.push((line, exhibit, at));
        }
    }
    Effect::new(move || {
        for (line, exhibit, at) in &lines {
            let markup = desk.progress(exhibit, *at).map(|found| picture::progress(&found));
            line.set_inner_html(&markup.unwrap_or_default().into_string());
        }
    });
}

/// The elements of a list that the document returned.
pub fn elements(list: Result<NodeList, JsValue>) -> Vec<HtmlElement> {
    let Ok(list) = list else { return Vec::new() };
    (0..list.length()).filter_map(|at| list.item(at)?.dyn_into().ok()).collect()
}
