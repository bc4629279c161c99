//! The shell around every page: title, description, navigation, and the pages before and after.

use anyhow::{Context, Result};
use maud::{Markup, html};

use super::fragments::{after_tag, fill};
use super::pages::Page;

/// The links of the navigation; `here` is the page in which they stand. Old addresses name
/// exhibits: `data-holds` says which of them a page holds.
pub(super) fn contents(pages: &[Page], here: &str) -> Markup {
    html! {
        @for page in pages {
            @let names = page.cards.iter().map(|card| card.name);
            @let others: Vec<_> = names.filter(|name| *name != page.name).collect();
            li {
                a href=(page.address()) aria-current=[(page.name == here).then_some("page")]
                    data-holds=[(!others.is_empty()).then(|| others.join(" "))] { (page.short) }
            }
        }
    }
}

/// The links to the pages before and after this one.
pub(super) fn neighbours(pages: &[Page], here: Option<usize>) -> Markup {
    let next = pages.get(here.map_or(0, |at| at + 1));
    let previous = here.map(|at| match at.checked_sub(1).and_then(|at| pages.get(at)) {
        Some(page) => (page.address(), page.title.as_str()),
        None => ("./".to_owned(), "The front page"),
    });
    html! {
        nav.neighbours aria-label="Previous and next page" {
            @if let Some((address, title)) = &previous {
                a.previous rel="prev" href=(address) { span { "Previous" } (title) }
            }
            @if let Some(page) = next {
                a.next rel="next" href=(page.address()) { span { "Next" } (page.title) }
            }
        }
    }
}

/// One of the pages, in the shell.
///
/// # Errors
/// If the shell has no place for a part.
pub fn page(shell: &str, pages: &[Page], at: usize) -> Result<String> {
    let page = pages.get(at).context("there is no such page")?;
    let main = html! { (page.section()) (neighbours(pages, Some(at))) };
    let title = format!("{} · Fib Lab", page.title);
    let shell = dressed(shell, &title, &page.description, &main)?;
    fill(&shell, "data-contents", &contents(pages, &page.name).into_string())
}

/// The shell with another title, description and main part.
pub(super) fn dressed(
    shell: &str,
    title: &str,
    description: &str,
    main: &Markup,
) -> Result<String> {
    let shell = between(shell, "<title>", "</title>", &html! { (title) }.into_string())?;
    let described = html! { (description) }.into_string();
    let shell = between(&shell, "<meta name=\"description\" content=\"", "\"", &described)?;
    let start = after_tag(&shell, "<main")?;
    let end = shell.find("</main>").context("the shell has no </main>")?;
    let (head, foot) = (shell.get(..start), shell.get(end..));
    let (head, foot) = head.zip(foot).context("the shell's <main> ends before it begins")?;
    Ok(format!("{head}\n{}\n  {foot}", main.clone().into_string()))
}

/// Replaces what stands between two texts.
fn between(text: &str, start: &str, end: &str, new: &str) -> Result<String> {
    let (before, after) = text.split_once(start).with_context(|| format!("there is no {start}"))?;
    let (_, after) = after.split_once(end).with_context(|| format!("{start} has no {end}"))?;
    Ok(format!("{before}{start}{new}{end}{after}"))
}
