//! The guesses of this visit, listed wherever the page has a place for them.

use super::notes::Notes;
use crate::page::dom::{self, elements};
use crate::picture;

/// Lists what was guessed by now.
pub fn draw(notes: &Notes) {
    for place in elements(dom::all("[data-guesses]")) {
        place.set_inner_html(&picture::guesses(&notes.guesses()).into_string());
    }
}
