//! The shell of a figure: what stands around its pictures and can be pressed, drawn once.
//! What is pressed carries its act in `data-act`; what changes later has a class by which the
//! page finds it again.

use maud::{Markup, html};

use super::embed;
use crate::exhibits::Front;
use crate::exhibits::card::Question;
use crate::measure::unit::Unit;
use crate::params::{Kind, LEAST_STARTS, MAX_WORKERS, MOST_STARTS, Parameter, RunSpec};
use crate::report::Visitor;
use crate::report::sheet::Style;
use crate::runtime::capabilities::{Backend, Isolation, Surroundings};

/// Controls that stand in the second row: few visitors need them.
const FURTHER: [&str; 7] = ["runtime", "seconds", "starts", "seed", "chunk", "lanes", "puzzle"];

/// What a shell says.
pub struct Shell<'a> {
    /// Whose figure it is.
    pub front: &'static Front,
    /// What the browser offers.
    pub here: Surroundings,
    /// What isolated the page, or why nothing did.
    pub isolation: Isolation,
    /// What stands in the controls.
    pub spec: &'a RunSpec,
    /// What was clamped or ignored in the address.
    pub notices: &'a [String],
}

/// The id of the control of a parameter.
pub fn control_id(front: &Front, parameter: &Parameter) -> String {
    format!("{}-{}", front.name, parameter.name)
}

/// The whole shell.
pub fn shell(shell: &Shell) -> Markup {
    let Shell { front, here, isolation, spec, notices } = *shell;
    let (further, main): (Vec<_>, Vec<_>) =
        front.parameters().partition(|parameter| FURTHER.contains(&parameter.name));
    html! {
        @if front.parameter("runtime").is_some() { (backend(here, isolation)) }
        @if here.highest() < front.lowest { p.fallback { (front.fallback) } }
        (self::notices(notices))
        form novalidate {
            div.controls { @for parameter in main { (control(front, parameter, spec)) } }
            @if !further.is_empty() {
                details.further {
                    summary { "More settings" }
                    div.controls { @for parameter in further { (control(front, parameter, spec)) } }
                }
            }
            (prediction(front, (front.question)(spec)))
            div.go {
                button.run type="submit" { "Run" }
                button.stop type="button" data-act="stop" aria-disabled="true" { "Stop" }
                progress hidden aria-label="Progress of the run" {}
                span.phase {}
            }
        }
        p.spoken role="status" {}
        p.error role="alert" hidden {}
        div.shown tabindex="-1" {}
        p.kept hidden role="status" {}
        (embed::fold())
        (open(&format!("{}-open", front.name), "Open a saved report: "))
    }
}

/// What was clamped or ignored, a sentence each; nothing where there is none.
pub fn notices(notices: &[String]) -> Markup {
    html! {
        @if !notices.is_empty() {
            // With a role of its own, the list would no longer be one.
            div.notices role="status" {
                ul { @for notice in notices { li { (notice) } } }
            }
        }
    }
}

/// What is said where the browser claims a single core.
const ONE_CORE: &str = "This browser claims one core. Two workers run all the same, unless you \
    choose otherwise: they take turns, or there are more cores than it says.";

/// Which backend can run here, why, and the switch that may change it.
pub(super) fn backend(here: Surroundings, isolation: Isolation) -> Markup {
    let switch = match isolation {
        Isolation::ServiceWorker => Some(("off", "Turn it off")),
        Isolation::Declined => Some(("on", "Turn it on")),
        Isolation::Passed => Some(("again", "Load it again")),
        _ => None,
    };
    let is_framed = matches!(isolation, Isolation::Framed | Isolation::Sandboxed);
    html! {
        p.backend {
            (here.explanation(isolation))
            @if here.cores == 1 && here.workers { " " (ONE_CORE) }
            @if let Some((wish, words)) = switch {
                " " button.link type="button" data-service-worker=(wish) { (words) }
            }
            @if is_framed && here.highest() < Backend::Threads {
                // Without an address of its own a link leads to the page that it stands on.
                " " a href="" target="_blank" rel="noopener" { "Open it in its own tab" } "."
            }
        }
    }
}

/// The field for a prediction. The question changes with the controls.
fn prediction(front: &Front, question: Question) -> Markup {
    let id = format!("{}-prediction", front.name);
    html! {
        div.predict {
            label for=(id) { strong { "Predict first. " } span.question { (question.text) } }
            input id=(id) type="text" inputmode="decimal" autocomplete="off" placeholder="skip";
            span.unit aria-hidden="true" { (unit(question)) }
        }
    }
}

/// The sign behind a prediction.
pub fn unit(question: Question) -> &'static str {
    match question.unit {
        Unit::Ms => "ms",
        Unit::Percent => "%",
        _ => "×",
    }
}

/// The control of one parameter.
pub(super) fn control(front: &Front, parameter: &Parameter, spec: &RunSpec) -> Markup {
    let id = control_id(front, parameter);
    let help = format!("{id}-help");
    let text = spec.values.get(parameter.name).map(ToString::to_string).unwrap_or_default();
    // Of whole numbers the range is known; everything else is text.
    let range = match parameter.kind {
        Kind::Whole { min, max, .. } => Some((min, max)),
        Kind::Workers => Some((1, MAX_WORKERS)),
        Kind::Ranks | Kind::Several => Some((2, MAX_WORKERS)),
        Kind::Seed => Some((0, u32::MAX)),
        _ => None,
    };
    html! {
        div class={ "control control-" (parameter.name) } {
            label for=(id) { (parameter.label) }
            @match (parameter.kind, range) {
                (Kind::Choice { options, .. }, _) => {
                    select id=(id) aria-describedby=(help) {
                        @for (name, words) in options {
                            option value=(name) selected[*name == text] { (words) }
                        }
                    }
                }
                (Kind::Starts, _) => {
                    select id=(id) aria-describedby=(help) {
                        @for starts in std::iter::once(1).chain(LEAST_STARTS..=MOST_STARTS) {
                            option value=(starts) selected[starts.to_string() == text] { (starts) }
                        }
                    }
                }
                (_, Some((min, max))) => {
                    input id=(id) type="number" inputmode="numeric" min=(min) max=(max) step="1"
                        value=(text) aria-describedby=(help);
                }
                _ => {
                    input id=(id) type="text" inputmode="text" autocomplete="off"
                        spellcheck="false" value=(text) aria-describedby=(help);
                }
            }
            p.help id=(help) { (parameter.help) }
        }
    }
}

/// The control that opens saved reports.
pub fn open(id: &str, label: &str) -> Markup {
    html! {
        p.files {
            label for=(id) { (label) }
            input id=(id) type="file" accept=".json,application/json";
        }
    }
}

/// What stands in place of a recorded run until the visitor has guessed or wants to see it.
pub fn cover() -> Markup {
    html! {
        div.cover {
            p {
                "A recorded run, made on another machine, lies under here. Guess first and press "
                "Run: whoever predicts, right or wrong, sees more."
            }
            button.show-me type="button" data-act="show-me" { "Show me" }
        }
    }
}

/// How a spreadsheet is to read the numbers of a file.
pub fn sheet_style(chosen: Style) -> Markup {
    html! {
        label {
            "numbers as "
            select data-sheet-style {
                @for style in Style::ALL {
                    option value=(style.name()) selected[style == chosen] { (style.words()) }
                }
            }
        }
    }
}

/// What can be done with a report: its address, and files, in which a spreadsheet finds
/// numbers in this style.
pub fn take_away(address: Option<&str>, style: Style) -> Markup {
    const SAVE: [(&str, &str); 3] = [
        ("json", "JSON"),
        ("trace.json", "trace for Chrome or Perfetto"),
        ("csv", "CSV, one row per sample"),
    ];
    html! {
        @if let Some(address) = address {
            p.files {
                "Share this run: "
                button.link.copy type="button" data-act="copy" { "copy its address" }
                " " span.copied role="status" {}
            }
            p.printed { "Address of this run: " span.address { (address) } }
        }
        p.files {
            "Save this report: "
            @for (at, (ending, words)) in SAVE.iter().enumerate() {
                @if at > 0 { " · " }
                button.link type="button" data-save=(ending) { (words) }
            }
            ", " (sheet_style(style))
        }
    }
}

/// The fields for a name that goes into saved files.
pub fn signature(visitor: &Visitor) -> Markup {
    let fields = [("name", "Name", &visitor.name), ("class", "Class", &visitor.class)];
    html! {
        details.signature open[*visitor != Visitor::default()] {
            summary { "Put a name into the files" }
            p.files {
                "For a teacher who opens the files of a class. Nothing of it is in a file unless \
                 you type it here, and it is gone again when you empty the fields."
            }
            p.files {
                @for (field, words, typed) in fields {
                    label { (words) " " input type="text" data-visitor=(field) value=(typed)
                        maxlength="60" autocomplete="off"; }
                    " "
                }
            }
        }
    }
}

/// The controls that move through a timeline.
pub fn replay(exhibit: &str) -> Markup {
    let id = format!("{exhibit}-moment");
    html! {
        div.replay role="group" aria-label="Slow-motion replay" {
            button type="button" data-act="back" aria-label="Back to the event before" { "◀" }
            button.play type="button" data-act="play" { "Play slowly" }
            button type="button" data-act="on" aria-label="On to the next event" { "▶" }
            label.spoken for=(id) { "Moment of the replay" }
            input id=(id) type="range" min="0" max="1000" step="1" value="1000";
            p.moment aria-live="off" {}
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::exhibits::FRONTS;
    use crate::params::Device;

    #[test]
    fn every_exhibit_has_a_control_with_help_for_each_parameter() {
        let here = Surroundings { isolated: true, shared_memory: true, workers: true, cores: 4 };
        for front in FRONTS {
            let spec = RunSpec::defaults(front, Device { cores: 4, seed: 7 });
            let isolation = Isolation::Headers;
            let drawn = shell(&Shell { front, here, isolation, spec: &spec, notices: &[] });
            let drawn = drawn.into_string();
            for parameter in front.parameters() {
                let id = control_id(front, parameter);
                for part in
                    [format!(" id=\"{id}\""), format!("<p class=\"help\" id=\"{id}-help\">")]
                {
                    assert_eq!(drawn.matches(&part).count(), 1, "{part}");
                }
            }
            assert!(drawn.contains((front.question)(&spec).text));
        }
    }

    #[test]
    fn what_an_address_says_is_escaped() {
        let drawn = notices(&["<b>".to_owned()]).into_string();
        assert!(drawn.contains("&lt;b&gt;") && notices(&[]).into_string().is_empty());
        let comma = "<option value=\"comma\" selected>";
        assert!(take_away(None, Style::Comma).into_string().contains(comma));
        assert!(take_away(Some("a?b&c"), Style::Comma).into_string().contains("a?b&amp;c"));
    }
}
