//! What came of a run: its pictures, and what can be done with it.

use leptos::prelude::*;

use super::chart::{chart, still};
use super::files::save;
use super::share::share;
use crate::exhibits::Card;
use crate::picture::{self, Part};
use crate::report::Report;

/// The whole outcome of a run.
pub fn outcome(exhibit: &'static Card, report: Report) -> AnyView {
    let parts: Vec<AnyView> = picture::parts(exhibit, &report)
        .into_iter()
        .map(|part| match part {
            Part::Still(markup) => still(markup),
            Part::Chart(drawn) => chart(exhibit.name, drawn),
        })
        .collect();
    view! {
        <div class="outcome">
            {parts}
            {share(&report)}
            {save(report)}
            {still(picture::simplifies(exhibit))}
        </div>
    }
    .into_any()
}
