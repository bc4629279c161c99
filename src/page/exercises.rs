//! What the visitor's own runs found to the exercises, at the end of each: the build left a
//! place there, named after the exercise.

use super::dom::{self, elements};
use crate::exhibits::card::Progress;
use crate::picture;

/// Draws what is known of the exercises of this page, by their names.
pub fn draw(known: &[(String, Progress)]) {
    for place in elements(dom::all("[data-found]")) {
        let name = place.get_attribute("data-found").unwrap_or_default();
        let found = known.iter().find(|(other, _)| *other == name);
        let markup = found.map(|(_, progress)| picture::progress(progress));
        place.set_inner_html(&markup.unwrap_or_default().into_string());
    }
}
