//! The machine card, kept up to date.

use leptos::prelude::*;

use super::figure::Setting;
use crate::measure::clock::{now_ms, step_ms};
use crate::picture::{Machine, machine};
use crate::report::browser::short_name;

/// Fills the place of the card, now and whenever a run has measured the machine.
pub fn mount(place: web_sys::HtmlElement, setting: Setting) {
    let Setting { here, isolation, desk, .. } = setting;
    let clock_step_ms = step_ms(now_ms, 3);
    Effect::new(move || {
        let card = Machine {
            browser: short_name(&window().navigator().user_agent().unwrap_or_default()),
            runtime: (here.highest().name(), here.explanation(isolation).to_owned()),
            cores: here.cores,
            clock_step_ms,
            measured: desk.machine.get(),
        };
        place.set_inner_html(&machine(&card).into_string());
    });
}
