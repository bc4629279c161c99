//! The page: asks, and draws what comes back. It never times and never waits.
//!
//! Everything is drawn as a string and set into its place; what changes later is found there
//! again. One set of listeners per document hears what is pressed anywhere and hands it to
//! the part in which it was pressed. So there are no handlers to clean up when something is
//! drawn anew, and what the page knows is in plain structs that live as long as it does.
//!
//! It is two modules. The first is loaded with every page and asks for runs; all that is said
//! of reports is in the second, the [`views`], loaded when there is one. Neither knows the
//! other's types: they hand each other names, elements and reports, over [`viewer`].

mod by_hand;
mod class;
mod contract;
mod controls;
mod dom;
mod ended;
mod exercises;
mod figure;
mod machine;
mod notebook;
mod on_visible;
mod prediction;
mod remember;
mod session;
mod state;
mod storage;
mod viewer;
pub mod views;

use std::cell::Cell;

use wasm_bindgen::JsCast;
use web_sys::{Element, Event};

use self::contract::{Told, tell};
use self::dom::{elements, listen, location, page_is_visible};
use self::figure::Figure;
use self::state::State;
use self::viewer::Views;
use crate::exhibits::address::{Address, unknown};
use crate::exhibits::card::Progress;
use crate::exhibits::{self, Front};
use crate::params::Device;
use crate::picture;
use crate::runtime::capabilities::Isolation;
use crate::runtime::message::surroundings;

/// Mounts a figure into every `[data-exhibit]` of the document, and starts the run that
/// the address describes, if it asks for one.
pub fn mount() {
    let here = surroundings();
    // The low bits of the clock: any number will do, and the report says which it was.
    let seed = (js_sys::Date::now() as u64 & u64::from(u32::MAX)) as u32;
    let isolation = dom::root().and_then(|root| root.get_attribute("data-isolation"));
    let state: &'static State = Box::leak(Box::new(State {
        here,
        isolation: Isolation::named(&isolation.unwrap_or_default()),
        device: Device { cores: here.cores, seed },
        busy: Cell::new(false),
    }));
    let (query, hash) = location();
    let places: Vec<(Element, &'static Front)> = elements(dom::all("[data-exhibit]"))
        .filter_map(|place| {
            let front = exhibits::front(&place.get_attribute("data-exhibit")?)?;
            Some((place, front))
        })
        .collect();
    // The front page has a figure, and is no exhibit's.
    let is_of_an_exhibit =
        places.first().is_some_and(|(place, _)| !place.has_attribute("data-race"));
    let address = places.first().map(|(place, first)| {
        // What the place itself asks for comes first: the address may say otherwise.
        let own = place.get_attribute("data-query").unwrap_or_default();
        let query = format!("{own}&{}", query.trim_start_matches('?'));
        Address::on(first, query.trim_matches('&'), state.device)
    });
    let figures = figures(state, places, address.as_ref());
    for place in elements(dom::all("[data-machine]")) {
        machine::draw(&place, state);
    }
    for place in elements(dom::all("[data-notebook]")) {
        notebook::mount(&place);
    }
    for place in elements(dom::all("[data-class]")) {
        class::mount(&place);
    }
    for place in elements(dom::all("[data-stepper]")) {
        by_hand::mount(place, Views::stepper);
    }
    for place in elements(dom::all("[data-playground]")) {
        by_hand::offer(place, Views::playground);
    }
    for place in elements(dom::all("[data-quiz]")) {
        // Where nothing was answered yet, the questions are all there is to be seen.
        let take = if storage::quiz_is_begun() { by_hand::mount } else { by_hand::join };
        take(place, Views::quiz);
    }
    for place in elements(dom::all("[data-guesses]")).filter(|_| storage::has_visit()) {
        by_hand::mount(place, |views, _| views.guesses());
    }
    let solved = storage::solved().into_iter();
    let solved = solved.map(|(name, found)| (name, Progress::Solved(found)));
    exercises::draw(&solved.collect::<Vec<_>>());
    hear_everything(figures);
    tell(Told::Ready);
    if !is_of_an_exhibit {
        // What the query names wrongly is said by a figure, where there is one.
        say_unknown(if address.is_none() { &query } else { "" }, &hash);
    }
    if let Some(address) = address {
        begin(figures, &address, &hash);
    }
}

/// Mounts the figures of the page; they live as long as it does.
fn figures(
    state: &'static State,
    places: Vec<(Element, &'static Front)>,
    address: Option<&Address>,
) -> &'static [Figure] {
    let figures = places.into_iter().map(|(place, front)| {
        let own = address.filter(|address| address.spec.exhibit == front.name);
        // Alone means that of several only the one that is meant remains.
        if own.is_none() && address.is_some_and(|address| address.only) {
            let _ = place.set_attribute("hidden", "");
        }
        Figure::new(state, place, front, own)
    });
    let figures: &'static [Figure] = Vec::leak(figures.collect());
    for figure in figures {
        figure.mount();
    }
    figures
}

/// Does what the address asks for: shows a run that was kept, or starts one.
fn begin(figures: &'static [Figure], address: &Address, hash: &str) {
    let meant = figures.iter().find(|figure| figure.front.name == address.spec.exhibit);
    let Some(figure) = meant else { return };
    let kept = dom::parameter(hash.trim_start_matches('#'), "kept");
    // What happens should be seen. A figure alone is, and must not move the page around it.
    if (kept.is_some() || address.run) && !address.only {
        figure.place.scroll_into_view();
    }
    if let Some(id) = kept {
        figure.show_kept(id);
    } else if address.run {
        figure.start();
    }
}

/// Hears everything that happens on the page, for as long as it lives.
fn hear_everything(figures: &'static [Figure]) {
    let hear = move |event: Event| {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let Some(target) = target else { return };
        let within = |figure: &&Figure| figure.place.contains(Some(&target));
        if let Some(figure) = figures.iter().find(within) {
            figure.hear(&event, &target);
        } else if let Some(place) = target.closest("[data-notebook]").ok().flatten() {
            notebook::hear(&event, &target, &place);
        } else if let Some(place) = target.closest("[data-class]").ok().flatten() {
            class::hear(&event, &target, &place);
        }
    };
    for name in ["click", "input", "change", "toggle", "submit", "dragover", "dragleave", "drop"] {
        listen(&dom::document(), name, hear);
    }
    listen(&dom::document(), "visibilitychange", move |_| {
        for figure in figures {
            figure.tell_visibility(page_is_visible());
        }
    });
}

/// Says on a page that is no exhibit's that the address names an exhibit which there is not.
fn say_unknown(query: &str, hash: &str) {
    let named = dom::parameter(query.trim_start_matches('?'), "exhibit");
    let place = hash.trim_start_matches('#');
    let carries = ["kept", "program"].iter().any(|name| dom::parameter(place, name).is_some());
    let stray = !place.is_empty() && !carries && dom::document().get_element_by_id(place).is_none();
    let name = named.or_else(|| stray.then(|| place.to_owned()));
    let Some(name) = name.filter(|name| exhibits::front(name).is_none()) else { return };
    if let Some(main) = dom::find_in_document("main") {
        // An element always takes markup at its start.
        let notice = picture::shell::notices(&[unknown(&name)]).into_string();
        let _ = main.insert_adjacent_html("afterbegin", &notice);
    }
}
