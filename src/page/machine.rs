//! The machine card: what the lab knows of this device, and what that means for figures.

use leptos::prelude::*;

use super::desk::Desk;
use super::figure::Setting;
use crate::measure::clock::{now_ms, step_ms};
use crate::picture::words;
use crate::report::browser::short_name;

/// Times shorter than so many steps of the clock are not trusted.
const STEPS: f64 = 100.0;

/// The card.
pub fn machine(setting: Setting) -> impl IntoView {
    let Setting { here, isolation, desk, .. } = setting;
    let browser = short_name(&window().navigator().user_agent().unwrap_or_default());
    let clock_ms = step_ms(now_ms, 3);
    let fact = |name: &'static str, value: String, meaning: String| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd><strong>{value}</strong>{meaning}</dd>
            </div>
        }
        .into_any()
    };
    view! {
        <dl class="machine">
            {fact(
                "Browser",
                browser,
                "Its compiler decides how fast all programs run, serial and parallel alike. Compare \
                 figures within one browser."
                    .to_owned(),
            )}
            {fact("Runtime", here.highest().name().to_owned(), here.explanation(isolation).to_owned())}
            {fact(
                "Claimed cores",
                here.cores.to_string(),
                "That is what the browser says. It may count two threads of one core as two cores, or \
                 say less than there is."
                    .to_owned(),
            )}
            {fact(
                "Clock",
                format!("steps of {}", words::time(clock_ms)),
                format!(
                    "Nothing shorter than {} is trusted: programs that are quicker run several times in \
                     one sample.",
                    words::time(clock_ms * STEPS)
                ),
            )}
            <div>
                <dt>"Cores that count, κ"</dt>
                <dd>{move || measured(desk)}</dd>
            </div>
        </dl>
    }
}

fn measured(desk: Desk) -> AnyView {
    match desk.machine.get() {
        None => view! {
            <strong>"not measured yet"</strong>
            "Each run of the lock, the released lock and the pool measures it: how much work as many \
             independent programs as workers get done together, in cores."
        }
        .into_any(),
        Some((kappa, workers)) => view! {
            <strong>{format!("{kappa:.2} for {workers} workers")}</strong>
            {if kappa < 0.9 * f64::from(workers) {
                "Less than one core for each worker: cores may be shared by two threads, of two speeds, \
                 or busy with something else. No program can gain more than this."
            } else {
                "A core for each worker, as far as can be measured: what a program does not gain is the \
                 program's own."
            }}
        }
        .into_any(),
    }
}
