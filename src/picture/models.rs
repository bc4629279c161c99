//! One job by every programming model: what each takes with its own serial program and with all
//! of its workers, on one axis of time, and which were not measured and why.

use maud::{Markup, html};

use super::chart::{Chart, legend};
use super::pairs::{Pair, drawing, interval};
use super::table::table;
use super::words;
use crate::analysis::rows::{Figures, figures};
use crate::measure::block::Estimate;
use crate::report::{Model, Report, Row};

/// The room for a time and a speed-up behind the last mark of a row.
const VALUE: f64 = 128.0;

/// A model's name, at the beginning of a row.
fn called(model: Model) -> String {
    let mut letters = model.words().chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

fn speedup(found: &Estimate) -> String {
    interval(found, |value| format!("{value:.2}"))
}

/// The models of a run, with their two numbers.
pub fn models(report: &Report) -> Option<Chart> {
    let all = figures(report);
    if all.is_empty() {
        return None;
    }
    let value = |own: &Figures| {
        let time = words::time(own.time.median);
        own.speedup.as_ref().map_or(time.clone(), |s| format!("{time} · {}×", words::ratio(s)))
    };
    let pair = |own: &Figures| Pair {
        name: called(own.model),
        one: own.base.clone(),
        all: own.time.clone(),
        value: value(own),
    };
    let pairs: Vec<Pair> = all.iter().map(pair).collect();
    let title = "The same list by every model";
    let rows: Vec<String> =
        pairs.iter().map(|pair| format!("{}: {}", pair.name, pair.value)).collect();
    let label = format!("{title}, on one axis of time. {}.", rows.join("; "));
    let summary = "Left is fast. A long line is a good speed-up: equal distances are equal ratios. \
                   Each model is held against its own serial program.";
    Some(Chart {
        class: "chart ways models",
        below: html! {
            (legend([("serial", "its own serial program"), ("parallel", "all workers")]))
            (missing(&report.rows))
        },
        table: as_table(&all),
        ..Chart::new(title, summary, move |width| {
            drawing(&pairs, words::time, VALUE, width, &label)
        })
    })
}

/// Which models were not measured, and why.
fn missing(rows: &[Row]) -> Markup {
    let mut missing = rows.iter().filter(|row| !row.is_measured()).peekable();
    html! {
        @if missing.peek().is_some() {
            ul.missing {
                @for row in missing {
                    li {
                        strong { (called(row.model)) ", not measured here. " }
                        (row.words)
                        @if row.model == Model::Cpython {
                            " " a href="python.html" { "To the Python page" }
                        }
                    }
                }
            }
        }
    }
}

fn as_table(all: &[Figures]) -> Markup {
    let none = || "–".to_owned();
    let time = |found: &Estimate| interval(found, words::time);
    let mut rows = all.iter().map(|own| {
        let apart = if own.apart { ", measured apart, in blocks of its own" } else { "" };
        vec![
            format!("{}{apart}", called(own.model)),
            time(&own.time),
            own.speedup.as_ref().map_or_else(none, speedup),
            own.base.as_ref().map_or_else(none, time),
        ]
    });
    let headings = ["Model", "#Time", "#Speed-up", "#Its serial program"];
    table("The models, each with its time and its speed-up", None, &headings, &mut rows)
}
