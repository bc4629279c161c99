//! What all charts share: their width, and a round scale.

use leptos::ev::resize;
use leptos::html::Div;
use leptos::prelude::*;

/// The width of a chart's place in CSS pixels, kept up to date. Charts are drawn at
/// their true size, so that their words stay readable on a phone.
pub fn width_of(place: NodeRef<Div>) -> ReadSignal<f64> {
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

/// A step of 1, 2 or 5 times a power of ten that divides `span` into at most `most` parts.
pub fn round_step(span: f64, most: usize) -> f64 {
    let rough = (span / most.max(1) as f64).max(1e-9);
    let power = 10f64.powf(rough.log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|step| *step >= rough)
        .unwrap_or(10.0 * power)
}
