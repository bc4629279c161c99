//! What a visitor may put into the files that are saved: a name, asked for beside the buttons and
//! off until something is typed, and the answers to the quiz, off until they are wanted. Both are
//! kept in this browser alone.

use web_sys::Element;

use super::storage;
use crate::page::dom::{find, value};
use crate::report::{Origin, Report, Visitor};

/// A name has so many characters at the most.
const MOST: usize = 60;

/// What is typed in this place, if it has such fields, else what was typed before.
fn typed(place: &Element) -> Visitor {
    let field = |name: &str| {
        let field = find(place, &format!("[data-visitor={name}]"))?;
        Some(value(&field)?.trim().chars().take(MOST).collect::<String>())
    };
    match (field("name"), field("class")) {
        (Some(name), Some(class)) => Visitor { name, class },
        _ => storage::visitor(),
    }
}

/// Keeps what is typed in this place, if this is where it was typed.
pub fn keep(place: &Element, target: &Element) {
    if target.has_attribute("data-visitor") {
        storage::keep_visitor(&typed(place));
    }
}

/// A report as it is saved from this place: with the name and the answers to the quiz, where the
/// visitor wants them in files and the run was made here.
pub fn signed(report: &Report, place: &Element) -> Report {
    let visitor = Some(typed(place)).filter(|visitor| *visitor != Visitor::default());
    let quiz = storage::quiz();
    let quiz = if quiz.in_files { quiz.answers() } else { Vec::new() };
    match report.origin {
        Origin::Measured => Report { visitor, quiz, ..report.clone() },
        _ => report.clone(),
    }
}
