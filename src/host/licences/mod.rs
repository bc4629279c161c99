//! `licences.html`: everything in the built page that others have made, under which licence, and
//! the licences' own texts. The crates come from cargo, the editor's parts from npm's lock file,
//! Python's parts stand in `of_python.rs`.

mod crates;
mod of_npm;
mod of_python;
mod part;

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Result;
use maud::{Markup, html};

use self::part::Part;
use super::everything::without_program;
use super::fragments::fill;
use super::pages::Page;
use super::shell::{contents, dressed};

/// A list of the page.
struct Chapter {
    title: &'static str,
    words: &'static str,
    parts: Vec<Part>,
}

/// The page, in the shell.
///
/// # Errors
/// If cargo cannot say what the page is made of, or the shell has no place for a part.
pub fn page(shell: &str, pages: &[Page], project: &Path) -> Result<String> {
    let chapters = [
        Chapter {
            title: "The lab's own programs",
            words: "Rust, compiled to WebAssembly: the page, its views and the two engines, with \
                    these crates and the standard library in them. Where a crate offers several \
                    licences, the lab uses it under MIT where it can.",
            parts: crates::of_the_page(project)?,
        },
        Chapter {
            title: "The editor",
            words: "On the page for Python, once Python has been asked for: CodeMirror and what it \
                    needs, from npm, bundled into one file.",
            parts: of_npm::of_the_editor()?,
        },
        Chapter {
            title: "Python",
            words: "Where the page was built with Python. Pyodide's files are shipped as they come \
                    from npm; their source is at github.com/pyodide/pyodide. In them are CPython \
                    and these libraries.",
            parts: of_python::parts(),
        },
    ];
    let main = body(&chapters);
    let description = "Everything in Fib Lab that others have made, with its licences.";
    let shell = dressed(shell, "Licences · Fib Lab", description, &main)?;
    let shell = fill(&shell, "data-contents", &contents(pages, "licences").into_string())?;
    let loading = "data-lab=\"loading\"";
    anyhow::ensure!(shell.contains(loading), "the shell has no data-lab");
    Ok(without_program(&shell.replacen(loading, "data-lab=\"ready\"", 1)))
}

fn body(chapters: &[Chapter]) -> Markup {
    let texts = texts(chapters);
    html! {
        section.lesson {
            h1 { "Licences" }
            p.lead {
                "Fib Lab is free software under MIT or Apache-2.0, as you like. It carries the work of "
                "others, and this is all of it."
            }
            @for chapter in chapters {
                h2 { (chapter.title) }
                p { (chapter.words) }
                ul.parts {
                    @for part in &chapter.parts {
                        li { (part.name) " " (part.version) ": " (part.licence) }
                    }
                }
            }
            h2 { "The texts" }
            @for (text, names) in &texts {
                details {
                    summary { (names.join(", ")) }
                    pre tabindex="0" { (text) }
                }
            }
        }
    }
}

/// Every text once, with the names of what it belongs to, in the order of those.
fn texts(chapters: &[Chapter]) -> Vec<(String, Vec<String>)> {
    // The same text comes with other line ends and indents.
    let key = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut texts: Vec<(String, Vec<String>)> = Vec::new();
    for part in chapters.iter().flat_map(|chapter| &chapter.parts) {
        for text in &part.texts {
            let at = *places.entry(key(text)).or_insert_with(|| {
                texts.push((text.trim().to_owned(), Vec::new()));
                texts.len() - 1
            });
            let names = &mut texts[at].1;
            if !names.contains(&part.name) {
                names.push(part.name.clone());
            }
        }
    }
    texts
}
