//! The page: asks, and draws what comes back. It never times and never waits.

mod alone;
mod chart;
mod controls;
mod desk;
mod exercises;
mod figure;
mod files;
mod machine;
mod near;
mod notebook;
mod outcome;
mod replay;
mod session;
mod share;
mod storage;

use leptos::mount::mount_to;
use leptos::prelude::*;

use self::desk::Desk;
use self::exercises::elements;
use self::figure::Setting;
use crate::exhibits;
use crate::runtime::ladder::Isolation;
use crate::runtime::message::surroundings;
use crate::spec::{Address, Device};

/// Mounts a figure into every `[data-exhibit]` of the document, and starts the run that
/// the address describes, if it asks for one.
pub fn mount() {
    let window = window();
    let here = surroundings();
    // The low bits of the clock: any number will do, and the report says which it was.
    let seed = (js_sys::Date::now() as u64 & u64::from(u32::MAX)) as u32;
    let device = Device { cores: here.cores, seed };
    let query = window.location().search().unwrap_or_default();
    let address = Address::parse(&query, device);

    let root = document().document_element();
    let isolation = root.and_then(|root| root.get_attribute("data-isolation"));
    let isolation = Isolation::named(&isolation.unwrap_or_default());

    let desk = Desk::new();
    let setting = Setting { here, isolation, device, desk };
    for place in elements(document().query_selector_all("[data-exhibit]")) {
        let name = place.get_attribute("data-exhibit").unwrap_or_default();
        let Some(exhibit) = exhibits::named(&name) else { continue };
        let addressed = (exhibit.name == address.spec.exhibit).then(|| address.clone());
        place.set_inner_html("");
        let near = place.clone();
        mount_to(place, move || figure::figure(exhibit, setting, addressed, &near)).forget();
    }
    // What follows the runs outside of figures does so as long as the page lives. A page
    // without such places goes without.
    let owner = Owner::new();
    owner.with(|| {
        for place in elements(document().query_selector_all("[data-machine]")) {
            machine::mount(place, setting);
        }
        for place in elements(document().query_selector_all("[data-notebook]")) {
            notebook::mount(place, desk);
        }
        exercises::mount(desk);
    });
    std::mem::forget(owner);
    session::tell_state("ready");
}
