//! The controls of an exhibit, made from its table of parameters.

use leptos::prelude::*;

use crate::exhibits::Card;
use crate::params::{Kind, Parameter, Refusal, RunSpec};

/// One control: the text in it, and what is wrong with that text.
#[derive(Clone, Copy)]
pub struct Control {
    /// What it sets.
    pub parameter: &'static Parameter,
    /// What stands in it.
    pub text: RwSignal<String>,
    wrong: RwSignal<Option<String>>,
}

/// Controls that show a run.
pub fn controls_for(exhibit: &'static Card, spec: &RunSpec) -> Vec<Control> {
    exhibit
        .parameters()
        .map(|parameter| {
            let text = spec.values.get(parameter.name).map(ToString::to_string);
            let text = RwSignal::new(text.unwrap_or_default());
            Control { parameter, text, wrong: RwSignal::new(None) }
        })
        .collect()
}

/// The run that the controls describe, or the first thing that is wrong with them.
pub fn read(exhibit: &'static Card, controls: &[Control]) -> Result<RunSpec, Refusal> {
    let mut spec = RunSpec { exhibit: exhibit.name.to_owned(), values: Default::default() };
    let mut first = None;
    for control in controls {
        let outcome = spec.set(exhibit, control.parameter.name, &control.text.get_untracked());
        control.wrong.set(outcome.as_ref().err().map(|refusal| refusal.sentence.clone()));
        first = first.or(outcome.err());
    }
    match first {
        None => Ok(spec),
        Some(refusal) => Err(refusal),
    }
}

/// What the controls say by now, right or wrong, as far as it can be understood.
pub fn glance(exhibit: &'static Card, controls: &[Control]) -> RunSpec {
    let understood = |control: &Control| {
        let (value, _) = control.parameter.clamp(&control.text.get());
        Some((control.parameter.name, value?))
    };
    RunSpec::of(exhibit, controls.iter().filter_map(understood))
}

/// The control of one parameter.
pub fn control(exhibit: &'static Card, control: Control) -> impl IntoView {
    let Control { parameter, text, wrong } = control;
    let id = format!("{}-{}", exhibit.name, parameter.name);
    let help_id = format!("{id}-help");
    let change = move |value: String| {
        wrong.set(parameter.parse(&value).err().map(|refusal| refusal.sentence));
        text.set(value);
    };
    // Of whole numbers the range is known; everything else is text.
    let range = match parameter.kind {
        Kind::Whole { min, max, .. } => Some((min, max)),
        Kind::Workers => Some((1, crate::params::MAX_WORKERS)),
        Kind::Ranks => Some((2, crate::params::MAX_WORKERS)),
        Kind::Seed => Some((0, u32::MAX)),
        _ => None,
    };
    let text_only = |value: &'static str| range.is_none().then_some(value);
    let input = match parameter.kind {
        Kind::Choice { options, .. } => view! {
            <select
                id=id.clone()
                prop:value=text
                aria-describedby=help_id.clone()
                on:change:target=move |event| change(event.target().value())
            >
                {options
                    .iter()
                    .map(|(name, words)| view! {
                        <option value=*name selected=move || text.get() == *name>{*words}</option>
                    })
                    .collect_view()}
            </select>
        }
        .into_any(),
        _ => view! {
            <input
                id=id.clone()
                type=if range.is_some() { "number" } else { "text" }
                inputmode=if range.is_some() { "numeric" } else { "text" }
                min=range.map(|range| range.0)
                max=range.map(|range| range.1)
                step=range.map(|_| "1")
                autocomplete=text_only("off")
                spellcheck=text_only("false")
                prop:value=text
                aria-describedby=help_id.clone()
                aria-invalid=move || wrong.get().map(|_| "true")
                on:input:target=move |event| change(event.target().value())
            />
        }
        .into_any(),
    };
    view! {
        <div class=format!("control control-{}", parameter.name)>
            <label for=id>{parameter.label}</label>
            {input}
            <p id=help_id class="help" class:wrong=move || wrong.get().is_some()>
                {move || wrong.get().unwrap_or_else(|| parameter.help.to_owned())}
            </p>
        </div>
    }
}
