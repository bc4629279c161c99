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

use gloo_timers::future::TimeoutFuture;
use leptos::mount::mount_to;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use self::desk::Desk;
use self::exercises::elements;
use self::figure::Setting;
use crate::exhibits;
use crate::exhibits::address::Address;
use crate::params::Device;
use crate::runtime::capabilities::Isolation;
use crate::runtime::message::surroundings;

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
    let mut figures: Vec<_> = elements(document().query_selector_all("[data-exhibit]"))
        .into_iter()
        .filter_map(|place| {
            let exhibit = exhibits::named(&place.get_attribute("data-exhibit")?)?;
            Some((place, exhibit, exhibit.name == address.spec.exhibit))
        })
        .collect();
    // The run that the address asks for begins when everything else is in its place.
    figures.sort_unstable_by_key(|(.., addressed)| *addressed);
    spawn_local(async move {
        for (place, exhibit, addressed) in figures {
            // Between two figures the browser can answer the visitor.
            TimeoutFuture::new(0).await;
            let address = addressed.then(|| address.clone());
            place.set_inner_html("");
            let near = place.clone();
            mount_to(place, move || figure::figure(exhibit, setting, address, &near)).forget();
        }
        follow(setting);
        session::tell_state("ready");
    });
}

/// Mounts what follows the runs outside of figures, for as long as the page lives. A page
/// without such places goes without.
fn follow(setting: Setting) {
    let owner = Owner::new();
    owner.with(|| {
        for place in elements(document().query_selector_all("[data-machine]")) {
            machine::mount(place, setting);
        }
        for place in elements(document().query_selector_all("[data-notebook]")) {
            notebook::mount(place, setting.desk);
        }
        exercises::mount(setting.desk);
    });
    std::mem::forget(owner);
}
