//! The pages of the site, and how each is put together.
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

use super::cross_references::Links;
use super::everything::lowered;
use super::for_teachers::TeachersPart;
use super::fragments::{Fragment, fill, with_programs};
use super::in_lessons::{with_places_for_findings, with_recorded_runs};
use super::tinker;
use crate::exhibits::{self, Card};
use crate::params::{Device, RunSpec};
use crate::picture::playground;
use crate::theory::laws::CHAPTER_TASKS;

/// Where a schedule stands before it can be moved, and how wide it is drawn there.
const BOARD: &str = "data-board";
const BOARD_WIDTH: f64 = 640.0;
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
    body: String,
    /// The exhibits whose figures it holds.
    pub cards: Vec<&'static Card>,
}

/// The folder of an exhibit.
pub(super) fn folder(project: &Path, card: &Card) -> PathBuf {
    project.join("src/exhibits").join(card.folder)
}

/// The exhibits by the page on which they stand, in the order of the registry.
fn by_page() -> Vec<Vec<&'static Card>> {
    let mut pages: Vec<Vec<&Card>> = Vec::new();
    for card in exhibits::cards() {
        match pages.last_mut() {
            Some(page) if page.iter().all(|other| other.folder == card.folder) => page.push(card),
            _ => pages.push(vec![card]),
        }
    }
    pages
}

/// Every page but the front page, in the order in which they are read.
///
/// # Errors
/// If a fragment is missing or does not say what has to stand around it.
pub fn pages(project: &Path) -> Result<Vec<Page>> {
    let mut pages = Vec::new();
    for cards in by_page() {
        let Some(first) = cards.first() else { continue };
        let lesson = Fragment::read(&folder(project, first).join("lesson.html"))?;
        pages.push(Page::new(&first.page(), lesson, cards)?);
    }
    for name in ["python", "notebook", "class", "teaching"] {
        let file = project.join(format!("www/pages/{name}.html"));
        pages.push(Page::new(name, Fragment::read(&file)?, Vec::new())?);
    }
    number(&mut pages);
    let teachers = TeachersPart::of(&pages, project)?;
    let links = Links::of(&pages);
    for page in &mut pages {
        if page.name == "teaching" {
            page.body = teachers.put_into(&page.body)?;
        }
        if let Some(card) = page.cards.first() {
            let tasks = tinker::tasks(project, card)?.into_string();
            page.body = fill(&page.body, tinker::PLACE, &tasks)
                .with_context(|| format!("the lesson of {}", card.name))?;
        }
        page.body = links.filled(&page.body)?;
        let beside = page.cards.first().map_or(project.to_owned(), |card| folder(project, card));
        page.body = with_programs(&page.body, project, &beside)?;
        page.body = with_recorded_runs(&page.body, project, &page.cards)?;
        if page.body.contains(BOARD) {
            let board = playground::Board::new(&CHAPTER_TASKS, 2, "0.4.5_1.2.3");
            page.body =
                fill(&page.body, BOARD, &playground::still(&board, BOARD_WIDTH).into_string())?;
        }
        page.body = with_places_for_findings(&page.body, &page.cards)?;
    }
    Ok(pages)
}

impl Page {
    fn new(name: &str, fragment: Fragment, cards: Vec<&'static Card>) -> Result<Page> {
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

/// Gives every exhibit's page its number, unless its fragment says something else.
fn number(pages: &mut [Page]) {
    let numbered = pages.iter_mut().filter(|page| !page.cards.is_empty() && page.kicker.is_none());
    for (at, page) in numbered.enumerate() {
        page.kicker = Some(format!("{NUMBERED}{}", at + 1));
    }
}
