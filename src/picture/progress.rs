//! How far an exercise has come, in a line.

use maud::{Markup, html};

use crate::exhibits::card::Progress;

/// The line below an exercise.
pub fn progress(progress: &Progress) -> Markup {
    let (class, mark, found) = match progress {
        Progress::Solved(found) => ("found solved", "✓ Solved. ", found),
        Progress::Opposite(found) => ("found opposite", "≠ Your runs: ", found),
        Progress::Open(missing) => ("found", "Your runs: ", missing),
    };
    html! { p class=(class) { strong { (mark) } (found) } }
}
