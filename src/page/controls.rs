//! The controls of a figure, read where they stand; what is wrong is said beside them.

use web_sys::Element;

use super::dom::{document, set_attribute, set_text, value};
use crate::exhibits::Front;
use crate::params::{Parameter, Refusal, RunSpec};
use crate::picture::shell::control_id;

fn text(front: &Front, parameter: &Parameter) -> String {
    let control = document().get_element_by_id(&control_id(front, parameter));
    control.as_ref().and_then(value).unwrap_or_default()
}

/// The run that the controls describe, or the first thing that is wrong with them.
pub fn read(front: &'static Front, place: &Element) -> Result<RunSpec, Refusal> {
    let mut spec = RunSpec { exhibit: front.name.to_owned(), values: Default::default() };
    let mut first = None;
    for parameter in front.parameters() {
        let outcome = spec.set(front, parameter.name, &text(front, parameter));
        say(front, place, parameter, outcome.as_ref().err());
        first = first.or(outcome.err());
    }
    match first {
        None => Ok(spec),
        Some(refusal) => Err(refusal),
    }
}

/// What the controls say by now, right or wrong, as far as it can be understood.
pub fn glance(front: &'static Front) -> RunSpec {
    let understood = |parameter: &'static Parameter| {
        let (value, _) = parameter.clamp(&text(front, parameter));
        Some((parameter.name, value?))
    };
    RunSpec::of(front, front.parameters().filter_map(understood))
}

/// Looks at the control that was just changed; says whether it is one.
pub fn check(front: &'static Front, place: &Element, changed: &Element) -> bool {
    let id = changed.id();
    let parameter = front.parameters().find(|parameter| control_id(front, parameter) == id);
    let Some(parameter) = parameter else { return false };
    let outcome = parameter.parse(&value(changed).unwrap_or_default());
    say(front, place, parameter, outcome.as_ref().err());
    true
}

/// Says below a control what is wrong with it, or what it is for.
fn say(front: &Front, place: &Element, parameter: &Parameter, refusal: Option<&Refusal>) {
    let id = control_id(front, parameter);
    let (control, help) = (format!("#{id}"), format!("#{id}-help"));
    set_attribute(place, &control, "aria-invalid", refusal.map(|_| "true"));
    set_attribute(
        place,
        &help,
        "class",
        Some(if refusal.is_some() { "help wrong" } else { "help" }),
    );
    set_text(place, &help, refusal.map_or(parameter.help, |refusal| &refusal.sentence));
}
