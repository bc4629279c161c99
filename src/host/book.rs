//! All pages in the order in which they are read, each with everything that the build puts in.

use std::path::Path;

use anyhow::{Context, Result};

use super::cross_references::Links;
use super::for_teachers::TeachersPart;
use super::fragments::{Fragment, fill, with_programs};
use super::in_lessons::{with_places_for_findings, with_recorded_runs};
use super::pages::{NUMBERED, Page, folder};
use super::tinker;
use crate::exhibits::{self, Card};
use crate::picture::playground;
use crate::theory::laws::CHAPTER_TASKS;

/// Where a schedule stands before it can be moved, and how wide it is drawn there.
const BOARD: &str = "data-board";
const BOARD_WIDTH: f64 = 640.0;
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
    for name in ["python", "quiz", "notebook", "class", "teaching"] {
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

/// Gives every exhibit's page its number, unless its fragment says something else.
fn number(pages: &mut [Page]) {
    let numbered = pages.iter_mut().filter(|page| !page.cards.is_empty() && page.kicker.is_none());
    for (at, page) in numbered.enumerate() {
        page.kicker = Some(format!("{NUMBERED}{}", at + 1));
    }
}
