//! A page of the site: what stands on it, and how it is headed.
//!
//! `Index.html` is the front page and the shell of all others: what differs is the title,
//! the description, the contents of `<main>`, and which entry of the navigation is here.
//! An exhibit's lesson lies in its folder, as a fragment; numbers, titles and the order come
//! from the registry. A fragment begins with a comment that says what stands outside of it:
//!
//! ```html
//! <!--
//! short: Lock
//! description: Two threads under one interpreter lock …
//! -->
//! ```
//!
//! Its limit: the markup is our own, so it is taken apart as text, and what is not found is
//! an error that says so.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use maud::{Markup, PreEscaped, html};

use super::fragments::Fragment;
use crate::exhibits::Card;
use crate::params::{Device, RunSpec};

/// What stands before the number of an exhibit.
pub(super) const NUMBERED: &str = "Exhibit ";

/// A page that stands in the navigation, in the order of a book.
pub struct Page {
    /// Its address is `NAME.html`.
    pub name: String,
    /// Its word in the navigation.
    pub short: String,
    /// Its heading.
    pub title: String,
    /// What stands above the heading.
    pub kicker: Option<String>,
    /// What search engines say of it.
    pub(super) description: String,
    /// The question that it answers, on the front page.
    pub question: Option<String>,
    /// What stands below the heading.
    pub(super) body: String,
    /// The exhibits whose figures it holds.
    pub cards: Vec<&'static Card>,
}

/// The folder of an exhibit.
pub(super) fn folder(project: &Path, card: &Card) -> PathBuf {
    project.join("src/exhibits").join(card.folder)
}

impl Page {
    pub(super) fn new(name: &str, fragment: Fragment, cards: Vec<&'static Card>) -> Result<Page> {
        let title = match (fragment.field("title"), cards.as_slice()) {
            (Some(title), _) => title,
            (None, [card]) => card.title.to_owned(),
            _ => anyhow::bail!("the fragment of {name} has no line “title:”"),
        };
        let needed = |field: &str| {
            fragment
                .field(field)
                .with_context(|| format!("the fragment of {name} has no line “{field}:”"))
        };
        Ok(Page {
            name: name.to_owned(),
            short: needed("short")?,
            title,
            kicker: fragment.field("kicker"),
            description: needed("description")?,
            question: fragment.field("question"),
            body: fragment.body,
            cards,
        })
    }

    /// The address, relative to the front page.
    pub fn address(&self) -> String {
        format!("{}.html", self.name)
    }

    /// Kicker, heading and body, as a page of its own.
    pub(super) fn section(&self) -> Markup {
        self.headed(&self.body, |id| html! { h1 id=(id) { (self.title) } })
    }

    /// The same as a part of a page.
    pub(super) fn lower_section(&self) -> Markup {
        self.headed(&lowered(&self.body), |id| html! { h2 id=(id) { (self.title) } })
    }

    fn headed(&self, body: &str, heading: impl Fn(&str) -> Markup) -> Markup {
        let id = format!("{}-title", self.name);
        html! {
            section.lesson id=(self.name) aria-labelledby=(id) {
                @if let Some(kicker) = &self.kicker { p.kicker { (kicker) } }
                (heading(&id))
                (PreEscaped(body))
            }
        }
    }

    /// What the registry asks before a run of its first exhibit.
    pub(super) fn asked(&self) -> Option<&'static str> {
        self.cards.first().copied().map(asked)
    }
}

/// What is asked before a run of this exhibit, as on a machine with 2 cores.
pub(super) fn asked(card: &Card) -> &'static str {
    let spec = RunSpec::defaults(card, Device { cores: 2, seed: 0 });
    (card.question)(&spec).text
}

/// The markup with every heading one level lower. Programs in it are escaped, so only
/// headings are meant.
fn lowered(body: &str) -> String {
    let body = body.replace("<h3", "<h4").replace("</h3>", "</h4>");
    body.replace("<h2", "<h3").replace("</h2>", "</h3>")
}
