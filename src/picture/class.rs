//! The runs of a class: the frame of its page, what became of each file, and for each exhibit
//! the speed-ups over the cores that the browsers claim, κ beside them, guesses over what was
//! measured, and tables.

use maud::{Markup, html};

use super::chart::{Chart, legend};
use super::shell::sheet_style;
use super::svg::{Anchor, Px, line, svg, ticks, words as text};
use super::table::{MOST_ROWS, folded, table};
use super::words;
use crate::measure::block::Estimate;
use crate::measure::stats::median;
use crate::notebook::class::{Answered, Guess, OfBrowser, Run, Verdict, by_browser};
use crate::report::sheet::Style;

/// So many runs are drawn at the most.
const MOST_DRAWN: usize = 600;
/// So many numbers of cores have a place of their own.
const MOST_PLACES: usize = 24;
/// Left of a drawing is this much room for its scale.
const GUTTER: f64 = 46.0;

/// Everything of the page that stays while files come and go. `open` is the field for files.
pub fn frame(open: &str) -> Markup {
    html! {
        div.drop data-drop {
            label for=(open) { "Open reports and notebooks: choose several files, or drop them here" }
            input id=(open) type="file" accept=".json,application/json" multiple;
        }
        p.note role="status" {}
        p.error role="alert" hidden {}
        div.verdicts {}
        div.classes {}
    }
}

/// What became of each file.
pub fn verdicts(verdicts: &[Verdict]) -> Markup {
    let troubled = verdicts.iter().filter(|verdict| verdict.trouble.is_some()).count();
    let summary = match (verdicts.len(), troubled) {
        (1, _) => "What became of the file".to_owned(),
        (all, 0) => format!("What became of each of the {all} files"),
        (all, some) => {
            format!("What became of each of the {all} files: {some} not as a whole")
        }
    };
    let mut first: Vec<&Verdict> = verdicts.iter().collect();
    // What needs attention comes first.
    first.sort_by_key(|verdict| verdict.trouble.is_none());
    html! {
        @if !verdicts.is_empty() {
            details open[verdicts.len() == 1 || troubled > 0] {
                summary { (summary) }
                ul.files-read {
                    @for verdict in first.iter().take(MOST_ROWS) {
                        li { strong translate="no" { (verdict.file) } ": " (verdict.sentence()) }
                    }
                }
            }
        }
    }
}

/// What can be done with all runs together.
pub fn acts(style: Style) -> Markup {
    html! {
        p.files {
            button.link type="button" data-act="save-class" { "Save all runs as CSV, one row each" }
            ", " (sheet_style(style)) " · "
            button.link type="button" data-act="clear-class" { "Take all away" }
        }
    }
}

/// The speed-ups of an exhibit's runs, with κ beside each; nothing where none has a speed-up.
pub fn speedups(title: &str, runs: &[&Run]) -> Option<Chart> {
    let marks: Vec<Mark> = runs.iter().filter_map(|run| Mark::of(run)).take(MOST_DRAWN).collect();
    let medians: Vec<f64> = marks.iter().map(|mark| mark.speedup.median).collect();
    let middle = median(&medians)?;
    let least = medians.iter().copied().fold(f64::INFINITY, f64::min);
    let most = medians.iter().copied().fold(0.0, f64::max);
    let left_out = runs.iter().filter(|run| run.entry.report.speedup.is_some()).count();
    let left_out = match left_out - marks.len() {
        0 => String::new(),
        more => format!(" {more} more are not drawn."),
    };
    let summary = format!(
        "{} with a speed-up: from {least:.2} to {most:.2}, in the middle {middle:.2}.{left_out}",
        counted(marks.len())
    );
    let label = format!("{title}: speed-up over claimed cores. {summary}");
    let browsers = by_browser(runs);
    let mut keys = vec![("parallel key-round", "speed-up, with its interval")];
    if marks.iter().any(|mark| mark.kappa.is_some()) {
        keys.push(("kappa", "κ, effective cores, of the same run"));
    }
    let below = html! { (legend(keys)) (medians_by_browser(&browsers)) };
    Some(Chart {
        below,
        table: folded(&format!("The runs of “{title}” as a table"), &as_table(runs)),
        ..Chart::new("Speed-up over claimed cores", &summary, move |width| {
            drawing(&marks, width, &label)
        })
    })
}

/// The table of runs that have no speed-up to be drawn.
pub fn only_table(runs: &[&Run]) -> Markup {
    html! { p.note { (counted(runs.len())) ", none with a speed-up." } (as_table(runs)) }
}

fn counted(runs: usize) -> String {
    if runs == 1 { "1 run".to_owned() } else { format!("{runs} runs") }
}

/// What is drawn of a run.
struct Mark {
    cores: u32,
    speedup: Estimate,
    kappa: Option<f64>,
    words: String,
}

impl Mark {
    fn of(run: &Run) -> Option<Mark> {
        let report = &run.entry.report;
        let speedup = report.speedup.clone()?;
        let kappa = report.core_equivalents.as_ref().map(|kappa| kappa.median);
        let who = if run.name.is_empty() { run.browser() } else { run.name.clone() };
        let words = format!("{who}: {}, {}", words::ratio(&speedup), words::interval(&speedup));
        Some(Mark { cores: run.cores(), speedup, kappa, words })
    }
}

/// The numbers of cores that have a place, from few to many, and the runs on each.
fn places(marks: &[Mark]) -> Vec<(u32, Vec<&Mark>)> {
    let mut cores: Vec<u32> = marks.iter().map(|mark| mark.cores).collect();
    cores.sort_unstable();
    cores.dedup();
    cores.truncate(MOST_PLACES);
    let last = cores.last().copied().unwrap_or_default();
    // More kinds of machines than there are places share the last.
    let of = |own: &u32| {
        let mut on: Vec<&Mark> = marks.iter().filter(|mark| mark.cores.min(last) == *own).collect();
        on.sort_by(|a, b| a.speedup.median.total_cmp(&b.speedup.median));
        (*own, on)
    };
    cores.iter().map(of).collect()
}

fn drawing(marks: &[Mark], width: f64, label: &str) -> Markup {
    let (height, top, bottom) = (300.0, 10.0, 258.0);
    let ends = marks.iter().flat_map(|mark| [mark.speedup.high, mark.kappa.unwrap_or(0.0)]);
    // A run that lasted one block may have any interval; what is beyond is cut at the rim.
    let highest = marks.iter().map(|mark| mark.speedup.median).fold(1.0, f64::max);
    let most = ends.fold(1.0, f64::max).min(highest * 2.0);
    let y = |ratio: f64| bottom - (bottom - top) * (ratio / most).clamp(0.0, 1.0);
    let places = places(marks);
    let across = (width - GUTTER - 8.0) / places.len().max(1) as f64;
    let content = html! {
        @for ratio in ticks(most, 6) {
            (line("grid", (GUTTER, y(ratio)), (width, y(ratio))))
            (text("tick", (GUTTER - 6.0, y(ratio) + 4.0), Anchor::End, &number(ratio)))
        }
        (line("bound", (GUTTER, y(1.0)), (width, y(1.0))))
        @for (at, (cores, on)) in places.iter().enumerate() {
            @let left = GUTTER + across * at as f64;
            @let step = across * 0.8 / on.len().max(1) as f64;
            @for (nth, mark) in on.iter().enumerate() {
                @let x = left + across * 0.1 + step * (nth as f64 + 0.5);
                g {
                    title { (mark.words) }
                    (line("interval", (x, y(mark.speedup.low)), (x, y(mark.speedup.high))))
                    @if let Some(kappa) = mark.kappa {
                        (cross((x, y(kappa))))
                    }
                    circle class="dot parallel" cx=(Px(x)) cy=(Px(y(mark.speedup.median))) r="4" {}
                }
            }
            (text("tick", (left + across / 2.0, bottom + 18.0), Anchor::Middle, &cores.to_string()))
        }
        (text("tick", (GUTTER, height - 6.0), Anchor::Start, "cores that the browser claims"))
    };
    svg(width, height, label, &content)
}

/// κ, as a cross.
fn cross((x, y): (f64, f64)) -> Markup {
    html! {
        g.kappa {
            (line("arm", (x - 3.5, y - 3.5), (x + 3.5, y + 3.5)))
            (line("arm", (x - 3.5, y + 3.5), (x + 3.5, y - 3.5)))
        }
    }
}

fn number(value: f64) -> String {
    let short = format!("{value:.1}");
    short.trim_end_matches(".0").to_owned()
}

/// What each browser came to.
fn medians_by_browser(browsers: &[OfBrowser]) -> Markup {
    let mut rows = browsers.iter().map(|own| {
        let least_to_most = match own.speedups.as_slice() {
            [] | [_] => String::new(),
            [least, .., most] => format!("{least:.2} to {most:.2}"),
        };
        vec![
            own.browser.clone(),
            own.speedups.len().to_string(),
            median(&own.speedups).map_or(String::new(), |middle| format!("{middle:.2}")),
            least_to_most,
            own.kappa.map_or(String::new(), |kappa| format!("{kappa:.2}")),
        ]
    });
    let headings = ["Browser", "#Runs", "#Speed-up, median", "#Least to most", "#κ, median"];
    table("Medians by browser", Some("Medians by browser"), &headings, &mut rows)
}

fn as_table(runs: &[&Run]) -> Markup {
    let estimate = |estimate: &Option<Estimate>| match estimate {
        Some(Estimate { median, low, high, .. }) => {
            format!("{median:.2} ({low:.2} to {high:.2})")
        }
        None => String::new(),
    };
    let mut rows = runs.iter().map(|run| {
        let report = &run.entry.report;
        let who = if run.name.is_empty() { "–" } else { &run.name };
        vec![
            who.to_owned(),
            run.class.clone(),
            run.browser(),
            run.cores().to_string(),
            run.workers().map_or(String::new(), |workers| workers.to_string()),
            run.runtime().to_owned(),
            estimate(&report.speedup),
            estimate(&report.core_equivalents),
            run.guess.map_or(String::new(), |guess| guess.predicted.to_string()),
        ]
    });
    let headings = [
        "Name",
        "Class",
        "Browser",
        "#Claimed cores",
        "#Workers",
        "Runtime",
        "#Speed-up (interval)",
        "#κ (interval)",
        "#Predicted",
    ];
    let shown = table("Runs as a table", None, &headings, &mut rows);
    html! {
        (shown)
        @if runs.len() > MOST_ROWS {
            p.note { "The first " (MOST_ROWS) " of " (runs.len()) " runs; the CSV has all of them." }
        }
    }
}

/// How a class has answered the quiz, question by question; nothing where nobody has.
pub fn quiz(answered: &[Answered]) -> Markup {
    let of = |(right, all): (usize, usize)| match all {
        0 => "–".to_owned(),
        _ => format!("{right} of {all}"),
    };
    let mut rows = answered
        .iter()
        .map(|one| vec![one.question.about.to_owned(), of(one.before), of(one.after)]);
    let headings = ["Question", "#Right before", "#Right after"];
    html! {
        @if !answered.is_empty() {
            h2 { "The quiz, before and after" }
            (table("The quiz, before and after", Some("How many were right"), &headings, &mut rows))
        }
    }
}

/// What was guessed over what was measured; nothing where nobody has guessed.
pub fn guesses(title: &str, runs: &[&Run]) -> Option<Chart> {
    let all: Vec<Guess> = runs.iter().filter_map(|run| run.guess).take(MOST_DRAWN).collect();
    let unit = all.first()?.unit;
    let all: Vec<Guess> = all.into_iter().filter(|guess| guess.unit == unit).collect();
    let above = all.iter().filter(|guess| guess.predicted > guess.measured).count();
    let summary = format!(
        "{} of {} guesses were above what was measured. On the line a guess is right.",
        above,
        all.len()
    );
    let label = format!("{title}: guesses over measurements. {summary}");
    Some(Chart::new("Guessed and measured", &summary, move |width| {
        scattered(&all, unit.name(), width, &label)
    }))
}

fn scattered(all: &[Guess], unit: &str, width: f64, label: &str) -> Markup {
    let (height, top, bottom) = (300.0, 10.0, 258.0);
    let right = width - 12.0;
    let most = all.iter().map(|guess| guess.measured).fold(1e-6, f64::max) * 1.1;
    // Who guesses a thousand stands at the rim.
    let highest = all.iter().map(|guess| guess.predicted).fold(most, f64::max).min(most * 2.0);
    let x = |measured: f64| GUTTER + (right - GUTTER) * (measured / most).clamp(0.0, 1.0);
    let y = |guessed: f64| bottom - (bottom - top) * (guessed / highest).clamp(0.0, 1.0);
    let content = html! {
        @for guessed in ticks(highest, 5) {
            (line("grid", (GUTTER, y(guessed)), (right, y(guessed))))
            (text("tick", (GUTTER - 6.0, y(guessed) + 4.0), Anchor::End, &number(guessed)))
        }
        @for measured in ticks(most, 5) {
            (text("tick", (x(measured), bottom + 18.0), Anchor::Middle, &number(measured)))
        }
        (line("bound", (x(0.0), y(0.0)), (x(most), y(most))))
        @for guess in all {
            @let beyond = if guess.predicted > highest { "dot prediction beyond" } else { "dot prediction" };
            circle class=(beyond) cx=(Px(x(guess.measured))) cy=(Px(y(guess.predicted))) r="4" {
                title { "guessed " (number(guess.predicted)) ", measured " (number(guess.measured)) }
            }
        }
        (text("tick", (GUTTER, height - 6.0), Anchor::Start, &format!("measured ({unit}); guessed upwards")))
    };
    svg(width, height, label, &content)
}
