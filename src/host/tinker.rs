//! The Python program of an exhibit, and what readers are asked to do with it: something to
//! break, and programs to mend. `python.json` beside the program says it, once for the lesson
//! and for the page on which Python runs.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use maud::{Markup, PreEscaped, html};
use serde::{Deserialize, Serialize};

use super::in_lessons::recorded;
use super::pages::folder;
use crate::exhibits::Card;
use crate::fib;
use crate::report::What;

/// What a lesson says where its tasks belong.
pub const PLACE: &str = "data-tinker";
/// Larger ones come from the recorded run: the build does not wait for them.
const MOST_N: u32 = 31;

/// What `python.json` says.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    /// What stands behind the program at first.
    #[serde(default)]
    arguments: String,
    /// A line that it prints, with `{n}` for what Rust answers to fib(n).
    answer: Option<String>,
    /// What to break, with code between backticks.
    #[serde(rename = "break")]
    to_break: String,
    mend: Vec<Slip>,
}

/// A program with a slip in it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Slip {
    task: String,
    hint: String,
    /// The text of the exhibit's program that is another one here, and that other one.
    change: Option<(String, String)>,
    /// Or a program of its own, beside it.
    file: Option<String>,
    #[serde(default = "one")]
    ranks: u32,
    arguments: Option<String>,
    /// What a line of the mended program looks like, where the answer does not tell.
    mended: Option<String>,
}

fn one() -> u32 {
    1
}

/// A program to start from, as the page reads it.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Program {
    /// What an address calls it: that of the exhibit, or with `.1` behind it the first to mend.
    pub name: String,
    /// What the list of programs calls it.
    pub title: String,
    /// The program itself.
    pub source: String,
    /// What stands behind it.
    pub arguments: String,
    /// How many ranks there are.
    pub ranks: u32,
    /// What is to be done with it.
    pub task: String,
    /// A line that Rust's answers make, which the program has to print.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// What a line of it looks like once it is mended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mended: Option<String>,
}

fn told(project: &Path, card: &Card) -> Result<Told> {
    let file = folder(project, card).join("python.json");
    let text =
        fs::read_to_string(&file).with_context(|| format!("{} is missing", file.display()))?;
    serde_json::from_str(&text).with_context(|| file.display().to_string())
}

/// The program of an exhibit, and those to mend.
///
/// # Errors
/// If a file is missing, or a change does not fit the program.
pub fn programs(project: &Path, card: &Card) -> Result<Vec<Program>> {
    let read = |name: &str| {
        let file = folder(project, card).join(name);
        fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))
    };
    let told = told(project, card)?;
    let source = read("program.py")?;
    let answer = told.answer.map(|line| answered(&line, project, card)).transpose()?;
    let mut programs = Vec::new();
    for (at, slip) in told.mend.iter().enumerate() {
        let of = format!("{}, to mend: {}", card.name, at + 1);
        let source = match (&slip.change, &slip.file) {
            (Some((from, to)), None) => {
                ensure!(source.matches(from.as_str()).count() == 1, "{of}: not once: {from}");
                source.replacen(from.as_str(), to, 1)
            }
            (None, Some(file)) => read(file)?,
            _ => anyhow::bail!("{of} has a change or a file"),
        };
        // What another line shows, the answer does not.
        let answer = if slip.mended.is_some() { None } else { answer.clone() };
        ensure!(answer.is_some() || slip.mended.is_some(), "{of} is never mended");
        programs.push(Program {
            name: format!("{}.{}", card.name, at + 1),
            title: format!("{}: to mend{}", card.title, numbered(at, told.mend.len())),
            source,
            arguments: slip.arguments.clone().unwrap_or_else(|| told.arguments.clone()),
            ranks: slip.ranks,
            task: format!("Mend it. {}", slip.task),
            answer,
            mended: slip.mended.clone(),
        });
    }
    let own = Program {
        name: card.name.to_owned(),
        title: card.title.to_owned(),
        source,
        arguments: told.arguments,
        ranks: 1,
        task: format!("Break it. {}", told.to_break),
        answer,
        mended: None,
    };
    programs.insert(0, own);
    Ok(programs)
}

fn numbered(at: usize, of: usize) -> String {
    if of > 1 { format!(" ({})", at + 1) } else { String::new() }
}

/// A line with Rust's answers in it: those of the recorded run of the exhibit, where it has
/// them, and else what the lab's own function says.
fn answered(line: &str, project: &Path, card: &Card) -> Result<String> {
    let run = recorded(project, &format!("{}/recorded/{}.json", card.folder, card.name))?;
    let (mut filled, mut rest) = (String::new(), line);
    while let Some((before, after)) = rest.split_once('{') {
        let (n, after) = after.split_once('}').context("an answer does not end")?;
        let n: u32 = n.parse().with_context(|| format!("{n} is no number"))?;
        let got = run.checks.iter().find(|check| check.what == What::Fib(n));
        let got = match got {
            Some(check) => check.got.clone(),
            None => {
                ensure!(n <= MOST_N, "fib({n}) is not in the recorded run");
                fib::naive(n).to_string()
            }
        };
        filled.push_str(before);
        filled.push_str(&got);
        rest = after;
    }
    filled.push_str(rest);
    Ok(filled)
}

/// What a lesson asks its readers to do with its Python program.
///
/// # Errors
/// If `python.json` is missing or wrong.
pub fn tasks(project: &Path, card: &Card) -> Result<Markup> {
    let told = told(project, card)?;
    let address = |name: &str| format!("python.html?program={name}");
    Ok(html! {
        li {
            strong { "Break it. " } (with_code(&told.to_break)) " "
            a href=(address(card.name)) { "Open it" } "."
        }
        @for (at, slip) in told.mend.iter().enumerate() {
            li {
                strong { "Mend it. " } (with_code(&slip.task)) " "
                a href=(address(&format!("{}.{}", card.name, at + 1))) {
                    "Open " @if told.mend.len() > 1 { "number " (at + 1) } @else { "the broken one" }
                } "."
                details { summary { "Hint" } p { (with_code(&slip.hint)) } }
            }
        }
    })
}

/// Words with code between backticks.
fn with_code(words: &str) -> Markup {
    let parts = words.split('`').enumerate().map(|(at, part)| match at % 2 {
        0 => html! { (part) },
        _ => html! { code { (part) } },
    });
    PreEscaped(parts.map(Markup::into_string).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exhibits;
    use crate::host::project;

    #[test]
    fn every_program_has_something_to_break_and_something_to_mend() {
        for card in exhibits::cards() {
            let programs = programs(project(), card).unwrap_or_else(|why| panic!("{why:#}"));
            assert!(programs.len() >= 2, "{}", card.name);
            let lesson = tasks(project(), card).unwrap().into_string();
            for program in &programs {
                let address = format!("python.html?program={}\"", program.name);
                assert!(lesson.contains(&address), "{address}");
                assert_eq!(program.task.matches('`').count() % 2, 0, "{}", program.task);
            }
            let [own, broken @ ..] = programs.as_slice() else { panic!("{}", card.name) };
            assert!(broken.iter().all(|broken| broken.source != own.source), "{}", card.name);
        }
    }

    #[test]
    fn answers_are_what_rust_says() {
        let card = exhibits::cards().next().unwrap();
        assert_eq!(answered("[{10}, {20}]", project(), card).unwrap(), "[55, 6765]");
        assert!(answered("{44}", project(), card).is_err());
    }
}
