//! What the build puts into lessons: what recorded runs found, and places for what the
//! visitor's own runs find.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use maud::html;

use crate::exhibits::Card;
use crate::picture;
use crate::report::{Report, read};

/// A recorded run below `src/exhibits/`.
pub(super) fn recorded(project: &Path, path: &str) -> Result<Report> {
    let file = project.join("src/exhibits").join(path);
    let text = fs::read_to_string(&file)
        .with_context(|| format!("the page shows {}, which cannot be read", file.display()))?;
    let json: serde_json::Value = serde_json::from_str(&text)?;
    read::report(&json).with_context(|| format!("{} is no report", file.display()))
}

/// Says in each figure's place what its recorded run found, for readers without script.
pub(super) fn with_recorded_runs(body: &str, project: &Path, cards: &[&Card]) -> Result<String> {
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
pub(super) fn with_places_for_findings(body: &str, cards: &[&Card]) -> Result<String> {
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
