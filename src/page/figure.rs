//! The shell of every exhibit: prediction, controls, Run and Stop, and what came of it.

use leptos::prelude::*;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::Element;

use super::controls::{Control, control, controls_for, glance, read};
use super::desk::Desk;
use super::files;
use super::near::when_near;
use super::outcome::outcome;
use super::session::{Session, State};
use crate::exhibits::Card;
use crate::exhibits::address::Address;
use crate::measure::unit::Unit;
use crate::notebook::import::MOST_BYTES;
use crate::params::{Device, RunSpec, decimal};
use crate::report::{Origin, Prediction, Report};
use crate::runtime::capabilities::{Isolation, Surroundings};

/// Controls that stand in the second row: few visitors need them.
const FURTHER: [&str; 4] = ["runtime", "seconds", "seed", "chunk"];

/// Where the page finds itself.
#[derive(Clone, Copy)]
pub struct Setting {
    /// What the browser offers.
    pub here: Surroundings,
    /// What isolated the page, or why nothing did.
    pub isolation: Isolation,
    /// What defaults depend on.
    pub device: Device,
    /// What all figures share.
    pub desk: Desk,
}

/// The figure of an exhibit, for its place in the document. `address` is what the page's
/// address says about it.
pub fn figure(
    exhibit: &'static Card,
    setting: Setting,
    address: Option<Address>,
    place: &Element,
) -> impl IntoView + use<> {
    let Setting { here, isolation, device, desk } = setting;
    let busy = desk.busy;
    let spec = address.as_ref().map(|address| address.spec.clone());
    let spec = spec.unwrap_or_else(|| RunSpec::defaults(exhibit, device));
    // A list that somebody stated is run as stated, even if it is the default one.
    let tasks_stated = address.as_ref().is_some_and(|address| address.states("tasks"));
    let notices = address.as_ref().map(|address| address.notices.clone()).unwrap_or_default();
    let controls = StoredValue::new(controls_for(exhibit, &spec));
    let prediction = RwSignal::new(String::new());
    let session = Session::new(busy);

    let start = move || {
        let refused = |sentence: String| session.state.set(State::Error(sentence));
        let spec = match controls.with_value(|controls| read(exhibit, controls)) {
            Ok(spec) => spec,
            Err(refusal) => return refused(refusal.sentence),
        };
        let unit = (exhibit.question)(&spec).unit;
        let prediction = match read_prediction(&prediction.get_untracked(), unit) {
            Ok(prediction) => prediction,
            Err(sentence) => return refused(sentence),
        };
        remember(&spec.query(exhibit));
        let default = exhibit.parameter("tasks").map(|parameter| parameter.default(device));
        let default_tasks = !tasks_stated && default.as_ref() == spec.values.get("tasks");
        session.run(spec, prediction, default_tasks);
    };
    if address.is_some_and(|address| address.run) {
        // After this figure is in the document, so that the first thing drawn is its start.
        request_animation_frame(start);
    }

    desk.join(exhibit, session);
    Effect::new(move || {
        session.report.with(|report| {
            if let Some(report) = report {
                desk.take(report);
            }
        });
    });
    show_recorded(exhibit, session, place);

    let question =
        move || (exhibit.question)(&controls.with_value(|controls| glance(exhibit, controls)));
    let (further, main): (Vec<Control>, Vec<Control>) =
        controls.get_value().into_iter().partition(|c| FURTHER.contains(&c.parameter.name));
    let in_view =
        move |list: Vec<Control>| list.into_iter().map(|one| control(exhibit, one)).collect_view();
    let prediction_id = format!("{}-prediction", exhibit.name);
    view! {
        {exhibit.parameter("runtime").map(|_| rung(here, isolation))}
        {(here.highest() < exhibit.lowest).then(|| view! { <p class="fallback">{exhibit.fallback}</p> })}
        {(!notices.is_empty()).then(|| view! {
            // With a role of its own, the list would no longer be one.
            <div class="notices" role="status">
                <ul>{notices.into_iter().map(|notice| view! { <li>{notice}</li> }).collect_view()}</ul>
            </div>
        })}
        <form
            novalidate
            on:submit=move |event| {
                event.prevent_default();
                start();
            }
        >
            <div class="controls">{in_view(main)}</div>
            <details class="further">
                <summary>"More settings"</summary>
                <div class="controls">{in_view(further)}</div>
            </details>
            <div class="predict">
                <label for=prediction_id.clone()>
                    <strong>"Predict first. "</strong>
                    {move || question().text}
                </label>
                <input
                    id=prediction_id
                    type="text"
                    inputmode="decimal"
                    autocomplete="off"
                    placeholder="skip"
                    prop:value=prediction
                    on:input:target=move |event| prediction.set(event.target().value())
                />
                <span aria-hidden="true">
                    {move || match question().unit {
                        Unit::Ms => "ms",
                        _ => "×",
                    }}
                </span>
            </div>
            <div class="go">
                <button type="submit" class="run" disabled=move || busy.get()>"Run"</button>
                <button
                    type="button"
                    class="stop"
                    disabled=move || !session.is_running()
                    on:click=move |_| session.stop()
                >
                    "Stop"
                </button>
                {move || match session.state.get() {
                    State::Running(progress) => {
                        let of = progress.of.max(1);
                        let value = (progress.of > 0).then_some(progress.done);
                        view! {
                            <progress max=of value=value aria-label="Progress of the run"></progress>
                            <span class="phase">
                                {progress.phase.clone()}
                                {(progress.of > 0).then(|| {
                                    format!(": block {} of at most {}", progress.done + 1, progress.of)
                                })}
                            </span>
                        }
                        .into_any()
                    }
                    _ => ().into_any(),
                }}
            </div>
        </form>
        <p class="spoken" role="status">{move || milestone(&session)}</p>
        {move || match session.state.get() {
            State::Error(sentence) => view! { <p class="error" role="alert">{sentence}</p> }.into_any(),
            _ => ().into_any(),
        }}
        {move || session.report.get().map(|report| outcome(exhibit, report))}
        {files::open(
            format!("{}-open", exhibit.name),
            "Open a saved report: ",
            MOST_BYTES,
            move |opened| session.show(opened.and_then(|reports| of_this(exhibit, reports))),
        )}
    }
}

/// Shows the recorded run of an exhibit until there is a run of one's own. Most visitors do
/// not see every figure: its run is loaded when they come near.
fn show_recorded(exhibit: &'static Card, session: Session, place: &Element) {
    let untouched = move || {
        session.report.with_untracked(Option::is_none)
            && session.state.get_untracked() == State::Idle
    };
    let show = move || {
        if !untouched() {
            return;
        }
        spawn_local(async move {
            let recorded = files::recorded(exhibit.name).await;
            if let (Some(report), true) = (recorded, untouched()) {
                session.report.set(Some(report));
            }
        });
    };
    when_near(place, Box::new(show));
}

/// The first report of a file, if it is one of this exhibit.
fn of_this(exhibit: &Card, reports: Vec<Report>) -> Result<Report, String> {
    let report = reports.into_iter().next().ok_or("This file is empty.")?;
    if report.exhibit != exhibit.name {
        let name = report.exhibit;
        return Err(format!("This is a report of {name}; open it in that figure."));
    }
    Ok(report)
}

/// On which rung the page stands, why, and the switch that may change it.
fn rung(here: Surroundings, isolation: Isolation) -> impl IntoView {
    let switch = match isolation {
        Isolation::ServiceWorker => Some(("off", "Turn it off")),
        Isolation::Declined => Some(("on", "Turn it on")),
        _ => None,
    };
    view! {
        <p class="rung">
            {here.explanation(isolation)}
            {switch.map(|(wish, words)| view! {
                " "
                <button type="button" class="link" data-service-worker=wish>{words}</button>
            })}
        </p>
    }
}

/// What is spoken when something changes: milestones only, never every block.
fn milestone(session: &Session) -> String {
    match session.state.get() {
        State::Running(progress) => format!("{} …", progress.phase),
        State::Error(_) => String::new(),
        State::Idle => match session.report.get() {
            Some(report) if report.origin == Origin::Measured => "The run is complete.".to_owned(),
            _ => String::new(),
        },
    }
}

/// A prediction is a number, with a point or a comma, or nothing.
fn read_prediction(text: &str, unit: Unit) -> Result<Option<Prediction>, String> {
    let text = text.trim().trim_end_matches(['×', 'x', 'm', 's']).trim_end();
    if text.is_empty() {
        return Ok(None);
    }
    match decimal(&text.replace(',', ".")) {
        Some(value) if value > 0.0 && value <= 1000.0 => Ok(Some(Prediction { value, unit })),
        _ => {
            let shown: String = text.chars().take(40).collect();
            Err(format!(
                "The prediction is “{shown}”, but allowed is a number above 0 and up to 1000, such \
                 as 1.8, or nothing."
            ))
        }
    }
}

/// Puts the run into the address, so that it can be shared or reloaded.
fn remember(query: &str) {
    if let Ok(history) = window().history() {
        // A page opened from a file may not change its address: the run goes on without.
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&format!("?{query}")));
    }
}
