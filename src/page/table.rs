//! The table that stands beside every chart.

use leptos::prelude::*;

/// A table of plain words. The first cell of a row names it; columns of numbers, whose
/// headings begin with `#`, stand to the right.
pub fn table(
    label: &'static str,
    caption: Option<&'static str>,
    headings: &[&'static str],
    rows: impl Iterator<Item = Vec<String>>,
) -> AnyView {
    let numbers: Vec<bool> = headings.iter().map(|heading| heading.starts_with('#')).collect();
    let class = |at: usize| numbers.get(at).copied().unwrap_or(false).then_some("number");
    let head = headings
        .iter()
        .enumerate()
        .map(|(at, heading)| {
            view! {
                <th scope="col" class=class(at)>{heading.trim_start_matches('#')}</th>
            }
        })
        .collect_view();
    let body = rows
        .map(|cells| {
            let cells = cells.into_iter().enumerate().map(|(at, cell)| match at {
                0 => view! { <th scope="row" class=class(at)>{cell}</th> }.into_any(),
                _ => view! { <td class=class(at)>{cell}</td> }.into_any(),
            });
            view! { <tr>{cells.collect_view()}</tr> }
        })
        .collect_view();
    view! {
        <div class="table" tabindex="0" role="group" aria-label=label>
            <table>
                {caption.map(|caption| view! { <caption>{caption}</caption> })}
                <thead><tr>{head}</tr></thead>
                <tbody>{body}</tbody>
            </table>
        </div>
    }
    .into_any()
}
