//! The front page: a race on the visitor's own cores, and the contents, each exhibit with its
//! question and a small picture.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use maud::{Markup, PreEscaped, html};

use super::cross_references::Links;
use super::fragments::fill;
use super::in_lessons::recorded;
use super::pages::{Page, asked, folder};
use super::shell::{contents, neighbours};
use crate::exhibits::{RACE, RACE_QUERY, RACE_RECORDED};
use crate::picture::{self, Part};

/// The front page: the shell as it is, with the contents and the picture at its top.
///
/// # Errors
/// If the shell has no place for a part.
pub fn front(shell: &str, pages: &[Page], project: &Path) -> Result<String> {
    let mut small = BTreeMap::new();
    for page in pages {
        let drawn = small_picture(project, page)?;
        small.extend(drawn.map(|drawn| (page.name.as_str(), drawn)));
    }
    let list = html! {
        @for page in pages.iter().filter(|page| !page.cards.is_empty()) {
            li {
                a href=(page.address()) { (page.title) }
                @if let Some(kicker) = &page.kicker { span.kicker { (kicker) } }
                @if let Some(question) = &page.question { p { (question) } }
                @if let Some(small) = small.get(page.name.as_str()) {
                    div class="thumb chart" aria-hidden="true" { (small) }
                }
            }
        }
    };
    let shell = fill(shell, "data-exhibits", &list.into_string())?;
    let shell = fill(&shell, "data-contents", &contents(pages, "").into_string())?;
    let shell = fill(&shell, "data-onward", &onward(pages, project)?)?;
    let shell = with_race(&shell, project)?;
    let end = "</main>";
    ensure!(shell.contains(end), "the shell has no {end}");
    let next = neighbours(pages, None).into_string();
    Ok(shell.replacen(end, &format!("{next}\n  {end}"), 1))
}

/// A picture so wide stands beside an exhibit on the front page.
const SMALL: f64 = 388.0;
/// What has more markup than this is too much for a small picture.
const MOST_MARKUP: usize = 30_000;

/// A small picture of a page's recorded run, without its numbers: the first that is small in
/// bytes too.
fn small_picture(project: &Path, page: &Page) -> Result<Option<Markup>> {
    let Some(card) = page.cards.first() else { return Ok(None) };
    let report = recorded(project, &format!("{}/recorded/{}.json", card.folder, card.name))?;
    let outcome = picture::pieces(card, &report);
    let further = outcome.further.into_iter().flat_map(|further| further.parts);
    let drawn = outcome.picture.into_iter().chain(further).filter_map(|part| match part {
        Part::Chart(chart) => Some(without_words(&(chart.draw)(SMALL).into_string())),
        Part::Still(_) => None,
    });
    let mut few = drawn.filter(|drawn| drawn.len() <= MOST_MARKUP);
    Ok(few.next().map(PreEscaped))
}

/// A drawing without what its texts and its description say, which would be the answer.
fn without_words(drawing: &str) -> String {
    let mut kept = drawing.to_owned();
    for (start, end) in [("<text", "</text>"), ("<title", "</title>"), (" aria-label=\"", "\"")] {
        let rest = std::mem::take(&mut kept);
        let mut rest = rest.as_str();
        while let Some((before, after)) = rest.split_once(start) {
            kept.push_str(before);
            rest = after.split_once(end).map_or("", |(_, after)| after);
        }
        kept.push_str(rest);
    }
    kept
}

/// What to make of each outcome of the race, and where to read on; the page shows the one that
/// the figures name.
fn onward(pages: &[Page], project: &Path) -> Result<String> {
    let file = folder(project, RACE).join("onward.html");
    let said =
        fs::read_to_string(&file).with_context(|| format!("{} is missing", file.display()))?;
    Links::of(pages).filled(&said)
}

/// Makes the place of the race on the front page: two empty lanes, and in words what the
/// recorded race found, so that both are there before any script is.
fn with_race(page: &str, project: &Path) -> Result<String> {
    let card = RACE;
    let report = recorded(project, &format!("{}/recorded/{RACE_RECORDED}.json", card.folder))?;
    let place = html! {
        div.exhibit.race data-race data-exhibit=(card.name) data-query=(RACE_QUERY)
            data-recording=(RACE_RECORDED) {
            p { strong { "Your browser claims some cores. " } (asked(card)) }
            div.wide translate="no" { (picture::race::empty_lanes(758.0)) }
            div.narrow translate="no" { (picture::race::empty_lanes(280.0)) }
            div.recorded { (picture::summary(card, &report)) }
        }
    };
    let marked = "<div class=\"exhibit race\" data-race></div>";
    ensure!(page.contains(marked), "the front page has no {marked}");
    Ok(page.replacen(marked, &place.into_string(), 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_picture_says_nothing() {
        let drawing = "<svg aria-label=\"1.9 times\"><title>1.9</title><g><text x=\"1\">1.9×</text><rect/></g><text>2</text></svg>";
        assert_eq!(without_words(drawing), "<svg><g><rect/></g></svg>");
        assert_eq!(without_words("<svg/>"), "<svg/>");
    }
}
