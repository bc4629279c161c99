//! The notebook: every run that was made or opened here, to be named, shown again, set side
//! by side, saved and deleted; and what the predictions were worth.

use leptos::prelude::*;

use super::chart::chart;
use super::desk::Desk;
use super::files::{download, json, open};
use crate::notebook::compare::MOST;
use crate::notebook::score::summary;
use crate::notebook::{Entry, MOST_NAME};
use crate::picture;
use crate::report::Report;

/// A saved notebook is at most so large: browsers keep no more for a page.
const MOST_BYTES: f64 = 12e6;

/// The notebook.
pub fn notebook(desk: Desk) -> impl IntoView {
    let chosen = RwSignal::new(Vec::<String>::new());
    let asked = RwSignal::new(false);
    let refused = RwSignal::new(None::<String>);
    let take = move |opened: Result<Vec<Report>, String>| match opened {
        Ok(reports) => {
            refused.set(None);
            // The first of the file is the newest, and comes to stand in front.
            for report in reports.iter().rev() {
                desk.take(report);
            }
        }
        Err(sentence) => refused.set(Some(sentence)),
    };
    let empty = move || desk.entries.with(Vec::is_empty);
    let delete_all = move |_| {
        if !asked.get_untracked() {
            return asked.set(true);
        }
        for entry in desk.entries.get_untracked() {
            desk.delete(&entry.id);
        }
        chosen.set(Vec::new());
        asked.set(false);
    };
    view! {
        <p class="predictions">{move || desk.scored.with(|scored| summary(scored))}</p>
        {move || desk.trouble.get().map(|sentence| view! { <p class="error" role="alert">{sentence}</p> })}
        {move || empty().then(|| view! { <p>"No run yet. Each run that you make or open appears here."</p> })}
        <ul class="runs">
            <For each=move || desk.entries.get() key=|entry| entry.id.clone() let:entry>
                {one(desk, entry, chosen)}
            </For>
        </ul>
        <p class="files" class:hidden=empty>
            <button type="button" class="link save-all" on:click=move |_| save_all(desk)>
                "Save all as one file"
            </button>
            " · "
            <button type="button" class="link delete-all" on:click=delete_all>
                {move || if asked.get() { "Really delete all runs" } else { "Delete all" }}
            </button>
            {move || asked.get().then(|| view! {
                " · "
                <button type="button" class="link" on:click=move |_| asked.set(false)>"Keep them"</button>
            })}
        </p>
        <div class="compared">{move || compared(desk, &chosen.get())}</div>
        {move || refused.get().map(|sentence| view! { <p class="error" role="alert">{sentence}</p> })}
        {open("notebook-open".to_owned(), "Open a saved report or notebook: ", MOST_BYTES, take)}
    }
}

/// One run of the notebook.
fn one(desk: Desk, entry: Entry, chosen: RwSignal<Vec<String>>) -> impl IntoView {
    let id = StoredValue::new(entry.id.clone());
    let missing = RwSignal::new(false);
    let is_chosen = move || chosen.with(|all| id.with_value(|id| all.contains(id)));
    let is_full = move || chosen.with(Vec::len) >= MOST && !is_chosen();
    let result = entry.report.speedup.as_ref().map_or(String::new(), |speedup| {
        format!(", {:.2}× ({:.2} to {:.2})", speedup.median, speedup.low, speedup.high)
    });
    let when = entry.report.started_at.get(..16).unwrap_or_default().replace('T', " ");
    let source = entry.source().map_or(String::new(), |source| format!(", {source}"));
    let address = format!("?{}", entry.query().unwrap_or_default());
    let label = format!("{} of {when}", entry.name);
    let rename = move |name: String| {
        desk.change(|entries| {
            id.with_value(|id| {
                if let Some(at) = entries.iter().position(|entry| entry.id == *id) {
                    entries[at] = std::mem::take(&mut entries[at]).renamed(&name);
                }
            });
        });
    };
    let shown = StoredValue::new(entry.clone());
    view! {
        <li>
            <input
                type="checkbox"
                aria-label=format!("Compare {label}")
                prop:checked=is_chosen
                disabled=is_full
                on:change=move |_| chosen.update(|all| {
                    let id = id.get_value();
                    match all.iter().position(|other| *other == id) {
                        Some(at) => drop(all.remove(at)),
                        None => all.push(id),
                    }
                })
            />
            <input
                class="name"
                type="text"
                aria-label=format!("Name of {label}")
                maxlength=MOST_NAME
                prop:value=entry.name
                on:change:target=move |event| rename(event.target().value())
            />
            <span class="facts">{format!("{}, {when}{source}{result}", entry.report.exhibit)}</span>
            <span class="acts">
                <button
                    type="button" class="link show" aria-label=format!("Show {label}")
                    on:click=move |_| missing.set(!shown.with_value(|entry| desk.show(entry)))
                >
                    "Show"
                </button>
                <a href=address aria-label=format!("Address of {label}")>"Address"</a>
                <button
                    type="button" class="link delete" aria-label=format!("Delete {label}")
                    on:click=move |_| {
                        let id = id.get_value();
                        chosen.update(|all| all.retain(|other| *other != id));
                        desk.delete(&id);
                    }
                >
                    "Delete"
                </button>
            </span>
            {move || missing.get().then(|| view! {
                <span class="facts" role="alert">
                    "The browser has not kept the samples of this run; its address runs it again."
                </span>
            })}
        </li>
    }
}

/// The chosen runs side by side.
fn compared(desk: Desk, chosen: &[String]) -> Option<AnyView> {
    let entries = desk.entries.get();
    let found: Vec<&Entry> =
        chosen.iter().filter_map(|id| entries.iter().find(|entry| entry.id == *id)).collect();
    match found.len() {
        0 => return (entries.len() > 1).then(|| {
            view! { <p class="note">{format!("Tick two to {MOST} runs to see them side by side.")}</p> }
                .into_any()
        }),
        1 => return Some(view! { <p class="note">"Tick another run."</p> }.into_any()),
        _ => {}
    }
    Some(chart("notebook", picture::compare(&found)))
}

/// Saves every run whose report is there as one JSON list, which any figure opens.
fn save_all(desk: Desk) {
    let entries = desk.entries.get_untracked();
    let all: Vec<Report> = entries.iter().filter_map(|entry| desk.report(&entry.id)).collect();
    download("fib-lab-notebook.json", "application/json", &json(&all));
}
