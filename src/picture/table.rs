//! The table that stands beside every chart.

use maud::{Markup, html};

/// Tables show so many rows at the most; the saved report has all of them.
pub const MOST_ROWS: usize = 300;

/// A table of plain words. The first cell of a row names it; columns of numbers, whose
/// headings begin with `#`, stand to the right.
pub fn table(
    label: &str,
    caption: Option<&str>,
    headings: &[&str],
    rows: &mut dyn Iterator<Item = Vec<String>>,
) -> Markup {
    let class = |at: usize| {
        let heading = headings.get(at).copied().unwrap_or_default();
        heading.starts_with('#').then_some("number")
    };
    html! {
        div.table tabindex="0" role="group" aria-label=(label) {
            table {
                @if let Some(caption) = caption {
                    caption { (caption) }
                }
                thead {
                    tr {
                        @for (at, heading) in headings.iter().enumerate() {
                            th scope="col" class=[class(at)] { (heading.trim_start_matches('#')) }
                        }
                    }
                }
                tbody {
                    @for cells in rows.take(MOST_ROWS) {
                        tr {
                            @for (at, cell) in cells.iter().enumerate() {
                                @if at == 0 {
                                    th scope="row" class=[class(at)] { (cell) }
                                } @else {
                                    td class=[class(at)] { (cell) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A table behind a summary that opens it.
pub fn folded(summary: &str, table: &Markup) -> Markup {
    html! {
        details {
            summary { (summary) }
            (table)
        }
    }
}
