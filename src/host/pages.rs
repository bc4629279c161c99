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

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use maud::{Markup, PreEscaped, html};

use super::fragments::{Fragment, after_tag, fill, with_programs};
use crate::exhibits::{self, Card};
use crate::params::{Device, RunSpec};
use crate::picture;
use crate::picture::playground;
use crate::report::{Report, read};
use crate::theory::laws::CHAPTER_TASKS;

/// Where a schedule stands before it can be moved, and how wide it is drawn there.
const BOARD: &str = "data-board";
const BOARD_WIDTH: f64 = 640.0;
/// What stands before the number of an exhibit.
const NUMBERED: &str = "Exhibit ";

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
    description: String,
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
    fn section(&self) -> Markup {
        self.headed(&self.body, |id| html! { h1 id=(id) { (self.title) } })
    }

    /// The same as a part of a page.
    fn lower_section(&self) -> Markup {
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
    fn asked(&self) -> Option<&'static str> {
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

/// Where references of one fragment to another exhibit lead.
pub(super) struct Links(Vec<(String, String)>);

impl Links {
    pub(super) fn of(pages: &[Page]) -> Links {
        let number = |page: &Page| {
            let kicker = page.kicker.as_deref().unwrap_or_default();
            kicker.strip_prefix(NUMBERED).unwrap_or_default().to_owned()
        };
        Links(pages.iter().map(|page| (page.name.clone(), number(page))).collect())
    }

    /// Fills `<a data-to="NAME">exhibit</a>`: the address, and the number behind its words.
    pub(super) fn filled(&self, body: &str) -> Result<String> {
        let (mut filled, mut rest) = (String::new(), body);
        while let Some((before, after)) = rest.split_once("data-to=\"") {
            let (name, after) = after.split_once("\">").context("data-to does not end its tag")?;
            let (words, after) = after.split_once("</a>").context("data-to stands in no <a>")?;
            let (_, number) = self
                .0
                .iter()
                .find(|(page, _)| page == name)
                .with_context(|| format!("data-to=\"{name}\" names no page"))?;
            filled.push_str(&format!("{before}href=\"{name}.html\">{words} {number}</a>"));
            rest = after;
        }
        filled.push_str(rest);
        Ok(filled)
    }
}

/// What the exhibits say to teachers, in the order of the registry.
struct TeachersPart {
    misconceptions: String,
    answers: String,
}

impl TeachersPart {
    fn of(pages: &[Page], project: &Path) -> Result<TeachersPart> {
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

    fn put_into(&self, body: &str) -> Result<String> {
        let body = fill(body, "data-misconceptions", &self.misconceptions)?;
        fill(&body, "data-answers", &self.answers)
    }
}

/// A recorded run below `src/exhibits/`.
pub(super) fn recorded(project: &Path, path: &str) -> Result<Report> {
    let file = project.join("src/exhibits").join(path);
    let text = fs::read_to_string(&file)
        .with_context(|| format!("the page shows {}, which cannot be read", file.display()))?;
    let json: serde_json::Value = serde_json::from_str(&text)?;
    read::report(&json).with_context(|| format!("{} is no report", file.display()))
}

/// Says in each figure's place what its recorded run found, for readers without script.
fn with_recorded_runs(body: &str, project: &Path, cards: &[&Card]) -> Result<String> {
    let mut body = body.to_owned();
    for card in cards {
        let path = format!("{}/recorded/{}.json", card.folder, card.name);
        let report = recorded(project, &path)?;
        let place = format!("data-exhibit=\"{}\">", card.name);
        let (before, after) = body
            .split_once(&place)
            .with_context(|| format!("the lesson of {} has no {place}", card.name))?;
        let (own, after) = after
            .split_once("</div>")
            .with_context(|| format!("the figure's place of {} does not end", card.name))?;
        ensure!(!own.contains("<div"), "the figure's place of {} holds a <div>", card.name);
        let words = html! { div.recorded { (picture::summary(card, &report)) } };
        body = format!("{before}{place}{own}{}</div>{after}", words.into_string());
    }
    Ok(body)
}

/// Leaves a place at the end of every exercise, for what the visitor's runs find to it. The
/// exercises of a lesson belong to its exhibits, in the order of both. Those that come after
/// them are solved without a run: they bring their place with them, and what solves them, which
/// names them in `data-stepper` or, if there are several, their exhibit, stands on the same page.
fn with_places_for_findings(body: &str, cards: &[&Card]) -> Result<String> {
    let names =
        cards.iter().flat_map(|card| (1..=card.exercises.len()).map(move |at| (card.name, at)));
    let Some((before, list)) = body.split_once("<ol class=\"exercises\">") else {
        ensure!(names.count() == 0, "the lesson has no exercises");
        return Ok(body.to_owned());
    };
    let (list, after) = list.split_once("</ol>").context("the exercises do not end")?;
    let mut items = list.split("</li>");
    let mut filled = String::new();
    for (name, at) in names {
        let item = items.next().unwrap_or_default();
        ensure!(item.contains("<li>"), "{name} has no exercise {at}");
        filled.push_str(&format!("{item}<div data-found=\"{name}/{at}\"></div></li>"));
    }
    for item in items {
        if item.contains("<li>") {
            let (_, name) =
                item.split_once("<div data-found=\"").context("an exercise is not checked")?;
            let (name, _) = name.split_once('"').context("the name of an exercise does not end")?;
            let (exhibit, _) = name.split_once('/').unwrap_or((name, ""));
            let solvers = [format!("data-stepper=\"{name}\""), format!("data-{exhibit}")];
            let is_solved = solvers.iter().any(|solver| body.contains(solver));
            ensure!(is_solved, "nothing on the page solves {name}");
            filled.push_str(&format!("{item}</li>"));
        } else {
            filled.push_str(item);
        }
    }
    Ok(format!("{before}<ol class=\"exercises\">{filled}</ol>{after}"))
}

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

/// Everything on one page, to print it or to read it without script. Its figures stay what
/// they are without script: nothing is mounted, so it needs no program either.
///
/// # Errors
/// If the shell has no place for a part.
pub fn all(shell: &str, pages: &[Page]) -> Result<String> {
    let start = "<section class=\"lesson\" id=\"workload\"";
    let (_, work) = shell.split_once(start).with_context(|| format!("there is no {start}"))?;
    let (work, _) = work.split_once("</section>").context("the part on the work does not end")?;
    let main = html! {
        h1 { "Fib Lab, all of it" }
        p.lead {
            "Every lesson in one piece, to print or to read. The figures are on the pages of the "
            "exhibits; here stands what a recorded run found."
        }
        (PreEscaped(format!("{start}{work}</section>")))
        @for page in pages.iter().filter(|page| page.name != "notebook") {
            @let question = page.asked();
            (PreEscaped(still(&page.lower_section().into_string(), &page.address(), question)))
        }
    };
    let description = "All lessons of Fib Lab on one page, to print or to read without script.";
    let shell = dressed(shell, "Everything · Fib Lab", description, &main)?;
    let shell = fill(&shell, "data-contents", &contents(pages, "all").into_string())?;
    ensure!(shell.contains("data-lab=\"loading\""), "the shell has no data-lab");
    let shell = shell.replacen("data-lab=\"loading\"", "data-lab=\"ready\"", 1);
    Ok(without_program(&shell))
}

/// A section whose figures stay what they are, with the question and room for a prediction
/// by hand. Without their attribute no script would look for them.
fn still(section: &str, address: &str, question: Option<&str>) -> String {
    let asked = html! {
        @if let Some(question) = question {
            p.predict { strong { "Predict first. " } (question) " " span.room {} }
        }
        p { a href=(address) { "The figure, to run" } "." }
    };
    let asked = asked.into_string();
    let section = section.replace(" data-quiz", "");
    let mut parts = section.split(" data-exhibit=\"");
    let mut still = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (_, rest) = part.split_once("\">").unwrap_or(("", part));
        still.push_str(&format!(">{asked}{rest}"));
    }
    still
}

/// The markup with every heading one level lower. Programs in it are escaped, so only
/// headings are meant.
fn lowered(body: &str) -> String {
    let body = body.replace("<h3", "<h4").replace("</h3>", "</h4>");
    body.replace("<h2", "<h3").replace("</h2>", "</h3>")
}

/// The shell with another title, description and main part.
fn dressed(shell: &str, title: &str, description: &str, main: &Markup) -> Result<String> {
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

/// The shell without what loads the page's program.
fn without_program(shell: &str) -> String {
    let loads = |tag: &str| {
        let preloads = ["rel=\"modulepreload\"", "rel=\"preload\""];
        tag.starts_with("<script") && tag.contains("start.js")
            || tag.starts_with("<link") && preloads.iter().any(|rel| tag.contains(rel))
    };
    let (mut kept, mut rest) = (String::new(), shell);
    while let Some(at) = rest.find('<') {
        let (text, tag) = rest.split_at(at);
        kept.push_str(text);
        let (tag, after) = tag.split_at(tag.find('>').map_or(tag.len(), |end| end + 1));
        if loads(tag) {
            rest = after.strip_prefix("</script>").unwrap_or(after);
        } else {
            kept.push_str(tag);
            rest = after;
        }
    }
    kept.push_str(rest);
    kept
}
