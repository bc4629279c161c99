//! What the comparison of serial and pool in CPython says.

use maud::{Markup, html};

use super::headline::warnings;
use super::words;
use crate::analysis::cpython_pool::{Row, rows};
use crate::measure::block::{Estimate, Role};
use crate::report::Report;

/// The figure, the machine beside it, and what each arm took.
pub fn outcome(report: &Report) -> Markup {
    let workers = report.spec.as_ref().map_or(0, |spec| spec.whole("workers"));
    let with_interval = |found: &Estimate| {
        format!("{} ({})", words::ratio(found), words::blocks(found, words::Units::Blocks))
    };
    html! {
        @if let Some(speedup) = &report.speedup {
            p.headline {
                strong.big { (words::ratio(speedup)) "×" }
                span {
                    "The pool of " (workers) " "
                    (words::speedup(speedup, report.verdict, false))
                    small { ": " (words::blocks(speedup, words::Units::Blocks)) "." }
                }
            }
        }
        @if let Some(kappa) = &report.core_equivalents {
            p {
                "In the same blocks the machine gave " (workers) " interpreters "
                (with_interval(kappa)) " cores' worth"
                @if let Some(reached) = &report.capacity_efficiency {
                    "; of what that and the list allow the pool reached " (with_interval(reached))
                }
                "."
            }
        }
        div.table role="group" tabindex="0" aria-labelledby="cpython-pool-arms" {
            table {
                caption id="cpython-pool-arms" { "What each took: medians" }
                thead { tr {
                    th scope="col" { "Arm" } th scope="col" { "Time" } th scope="col" { "Per call" }
                } }
                tbody { @for row in rows(report) { (line(&row)) } }
            }
        }
        p.help {
            "Per call is what one interpreter takes for a call of fib. If serial and kernel differ there "
            "by much, they were not the same code, and the figure means less."
        }
        (warnings(report))
    }
}

fn line(row: &Row) -> Markup {
    let name = match row.role {
        Role::Serial => "the list, one by one",
        Role::Parallel => "the list, by the pool",
        Role::KernelAlone => "a kernel in one interpreter",
        _ => "the same in all of them at once",
    };
    html! {
        tr {
            th scope="row" { (name) }
            td { (words::time(row.ms)) }
            td { @if let Some(ns) = row.call_ns { (format!("{ns:.1} ns")) } @else { "–" } }
        }
    }
}
