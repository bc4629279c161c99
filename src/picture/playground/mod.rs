//! The playground: tasks as blocks, as long as their work, in lanes that the visitor fills.

mod board;
mod draw;

pub use crate::theory::puzzles::{PUZZLES, Puzzle};
pub use board::{Best, Board, Way};
pub use draw::{board, drop_at, facts, horizon, still};

use maud::{Markup, html};

/// What stands around the board, and can be pressed.
pub fn shell() -> Markup {
    html! {
        div.controls {
            div.control {
                label for="playground-which" { "Puzzle" }
                select id="playground-which" {
                    option value="0" { "none: a list of one's own" }
                    @for (at, puzzle) in PUZZLES.iter().enumerate() {
                        option value=(at + 1) { (at + 1) ". " (puzzle.name) }
                    }
                }
            }
        }
        p.asked {}
        div.board {}
        p.help #playground-keys {
            "Drag a block, or choose one with Tab: the arrows up and down move it to another lane, left "
            "and right within its lane, a digit to the lane of that number."
        }
        p.said role="status" {}
        div.acts role="group" aria-label="The whole schedule" {
            button.go-by-hand type="button" data-play="run" { "Run it on my cores" }
            button type="button" data-play="undo" { "Undo" }
            button type="button" data-play="clear" { "All in the first lane" }
            button type="button" data-play="in-order" { "As a pool hands it out" }
            button type="button" data-play="longest-first" { "Longest first" }
        }
        div.facts {}
    }
}
