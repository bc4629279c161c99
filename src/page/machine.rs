//! The machine card: what is known of the device without a run, and what runs have measured.

use web_sys::Element;

use super::dom::window;
use super::state::State;
use super::storage;
use crate::measure::clock::{now_ms, step_ms};
use crate::picture::{Machine, machine};
use crate::report::browser::short_name;

/// Fills the place of the card.
pub fn draw(place: &Element, state: &State) {
    let card = Machine {
        browser: short_name(&window().navigator().user_agent().unwrap_or_default()),
        runtime: (state.here.highest().name(), state.here.explanation(state.isolation).to_owned()),
        cores: state.here.cores,
        clock_step_ms: step_ms(now_ms, 3),
        measured: storage::machine(),
    };
    place.set_inner_html(&machine(&card).into_string());
}
