//! A chart on the page: a picture that follows the width of its place.

use std::rc::Rc;

use leptos::ev::resize;
use leptos::html::Div;
use leptos::prelude::*;
use maud::Markup;

use super::replay::replay;
use crate::picture::Chart;

/// The width of a chart's place in CSS pixels, kept up to date. Charts are drawn at
/// their true size, so that their words stay readable on a phone.
fn width_of(place: NodeRef<Div>) -> ReadSignal<f64> {
    let (width, set_width) = signal(640.0);
    let measure = move || {
        if let Some(place) = place.get_untracked() {
            let found = f64::from(place.client_width());
            if found > 0.0 && (found - width.get_untracked()).abs() >= 1.0 {
                set_width.set(found);
            }
        }
    };
    Effect::new(move || {
        place.track();
        measure();
    });
    // The next run replaces the chart, and what it listens with must go with it.
    let resized = window_event_listener(resize, move |_| measure());
    on_cleanup(move || resized.remove());
    width
}

/// A chart in the width of its place. Of a timeline there is a replay too.
pub fn chart(exhibit: &'static str, chart: Chart) -> AnyView {
    let place = NodeRef::<Div>::new();
    let width = width_of(place);
    let Chart { class, caption, above, draw, below, table, timeline } = chart;
    let moment = RwSignal::new(None::<f64>);
    let replay = timeline.as_ref().map(|timeline| replay(exhibit, Rc::clone(timeline), moment));
    let drawing = move || match &timeline {
        Some(timeline) => timeline.drawing(width.get(), moment.get()),
        None => draw(width.get()),
    };
    // What belongs to the page's own thread stays there.
    let drawing = StoredValue::new_local(drawing);
    view! {
        <figure class=class>
            <figcaption inner_html=caption.into_string()></figcaption>
            {still(above)}
            <div node_ref=place inner_html=move || drawing.with_value(|draw| draw()).into_string()></div>
            {still(below)}
            {replay}
            {still(table)}
        </figure>
    }
    .into_any()
}

/// Markup that never changes.
pub fn still(markup: Markup) -> AnyView {
    view! { <div inner_html=markup.into_string()></div> }.into_any()
}
