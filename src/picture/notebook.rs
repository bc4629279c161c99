//! The notebook as markup: its frame, and its runs. What can be pressed carries its act in
//! `data-act`, and each run its id in `data-id`.

use maud::{Markup, html};

use crate::notebook::compare::MOST;
use crate::notebook::{Entry, MOST_NAME};

/// Everything that stays while runs come and go.
pub fn frame() -> Markup {
    html! {
        p.predictions {}
        p.error role="alert" hidden {}
        ul.runs {}
        p.note {}
        p.files hidden {
            button.link.save-all type="button" data-act="save-all" { "Save all as one file" }
            " · "
            button.link.delete-all type="button" data-act="delete-all" { "Delete all" }
        }
        div.compared {}
        div.open {}
        div.afresh {
            p.files {
                "Safari forgets what a page keeps when it was not visited for seven days: save as \
                 a file what you need for longer. "
                button.link type="button" data-act="start-afresh" aria-expanded="false"
                    aria-controls="start-afresh" { "Start afresh" }
            }
            div.question id="start-afresh" role="group" aria-labelledby="forget-all" hidden {
                p id="forget-all" {
                    "Forget everything that this browser keeps for the lab: runs, solved \
                     exercises, predictions, answers to the quiz, and choices such as colours?"
                }
                button.primary type="button" data-act="forget-all" { "Yes, forget everything" }
                " "
                button type="button" data-act="keep-all" { "No, keep it" }
            }
        }
    }
}

/// What the page says of the runs as a whole.
pub fn note(runs: usize) -> String {
    match runs {
        0 => "No run yet. Each run that you make or open appears here.".to_owned(),
        1 => String::new(),
        _ => format!("Tick two to {MOST} runs to see them side by side."),
    }
}

/// The runs, the newest first.
pub fn runs(entries: &[Entry]) -> Markup {
    html! { @for entry in entries { (run(entry)) } }
}

fn run(entry: &Entry) -> Markup {
    let report = &entry.report;
    let when = report.started_at.get(..16).unwrap_or_default().replace('T', " ");
    let label = format!("{} of {when}", entry.name);
    html! {
        li data-id=(entry.id) {
            input type="checkbox" aria-label={ "Compare " (label) };
            input.name type="text" aria-label={ "Name of " (label) } maxlength=(MOST_NAME)
                value=(entry.name);
            span.facts {
                (report.exhibit) ", " (when)
                @if let Some(source) = entry.source() { ", " (source) }
                @if let Some(speedup) = &report.speedup {
                    ", " (format!("{:.2}× ({:.2} to {:.2})", speedup.median, speedup.low, speedup.high))
                }
            }
            span.acts {
                @if let Some(address) = entry.shown_at() {
                    a.show href=(address) aria-label={ "Show " (label) } { "Show" }
                }
                @if let Some(address) = entry.address() {
                    a href=(address) aria-label={ "Run again: " (label) } { "Run again" }
                }
                button.link.delete type="button" data-act="delete" aria-label={ "Delete " (label) } {
                    "Delete"
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Report;

    #[test]
    fn a_name_from_elsewhere_is_only_a_name() {
        let report = Report { exhibit: "a-run".to_owned(), ..Report::default() };
        let name = "\"><script>alert(1)</script>";
        let markup = runs(&[Entry::of(&report).renamed(name)]).into_string();
        assert!(!markup.contains("<script"), "{markup}");
        assert!(markup.contains("&quot;&gt;&lt;script&gt;"), "{markup}");
    }

    #[test]
    fn each_run_can_be_compared_named_shown_and_deleted() {
        let exhibit = crate::exhibits::MAIN.name.to_owned();
        let report = Report { exhibit, ..Report::default() };
        let markup = runs(&[Entry::of(&report), Entry::of(&report)]).into_string();
        for part in ["type=\"checkbox\"", "class=\"name\"", "#kept=", "data-act=\"delete\""] {
            assert_eq!(markup.matches(part).count(), 2, "{part}");
        }
    }
}
