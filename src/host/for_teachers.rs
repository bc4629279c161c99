//! What the exhibits say to teachers, gathered on the teachers' page.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use maud::{PreEscaped, html};

use super::fragments::fill;
use super::pages::{NUMBERED, Page, folder};

/// What the exhibits say to teachers, in the order of the registry.
pub(super) struct TeachersPart {
    misconceptions: String,
    answers: String,
}

impl TeachersPart {
    pub(super) fn of(pages: &[Page], project: &Path) -> Result<TeachersPart> {
        let (mut misconceptions, mut answers) = (String::new(), String::new());
        for page in pages {
            let Some(card) = page.cards.first() else { continue };
            let read = |file: &str| {
                let file = folder(project, card).join(file);
                fs::read_to_string(&file).with_context(|| format!("{} is missing", file.display()))
            };
            misconceptions.push_str(&read("misconceptions.html")?);
            let numbered = page.kicker.as_ref().filter(|kicker| kicker.starts_with(NUMBERED));
            let own = read("answers.html")?;
            let own = html! {
                details {
                    summary {
                        @if let Some(kicker) = numbered { (kicker) ": " }
                        (page.title)
                    }
                    (PreEscaped(own))
                }
            };
            answers.push_str(&own.into_string());
        }
        Ok(TeachersPart { misconceptions, answers })
    }

    pub(super) fn put_into(&self, body: &str) -> Result<String> {
        let body = fill(body, "data-misconceptions", &self.misconceptions)?;
        fill(&body, "data-answers", &self.answers)
    }
}
