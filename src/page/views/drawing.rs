//! Charts in their places. They are drawn at the width that they find, so that their words
//! stay readable on a phone, and anew when that width changes.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use maud::{Markup, html};
use web_sys::Element;

use crate::page::dom::elements;
use crate::picture::{Chart, Timeline};

/// What a chart's place is taken to be before anything is known of it.
const DEFAULT_WIDTH: f64 = 640.0;

/// A chart in its place.
pub struct Drawing {
    place: Element,
    draw: Box<dyn Fn(f64) -> Markup>,
    width: Cell<f64>,
    /// What a replay goes through, and the moment at which it stands.
    timeline: Option<Rc<Timeline>>,
    moment: Cell<Option<f64>>,
}

impl Drawing {
    /// Draws, for the width that its place has by now. What is folded away has none.
    fn fit(&self, fallback: f64) {
        let found = f64::from(self.place.client_width());
        let width = if found > 0.0 { found } else { fallback };
        if (width - self.width.get()).abs() >= 1.0 {
            self.width.set(width);
            self.redraw();
        }
    }

    fn redraw(&self) {
        let width = self.width.get();
        let drawn = match &self.timeline {
            Some(timeline) => timeline.drawing(width, self.moment.get()),
            None => (self.draw)(width),
        };
        self.place.set_inner_html(&drawn.into_string());
    }
}

/// The charts on show in one place, such as a figure.
#[derive(Default)]
pub struct Drawings(Vec<Drawing>);

impl Drawings {
    /// Fills the places that [`frame`] left below this element, in their order.
    pub fn fill(within: &Element, charts: Vec<Chart>) -> Drawings {
        let places = elements(within.query_selector_all("[data-drawing]"));
        let drawings = places.zip(charts).map(|(place, chart)| Drawing {
            place,
            draw: chart.draw,
            width: Cell::new(0.0),
            timeline: chart.timeline,
            moment: Cell::new(None),
        });
        let drawings = Drawings(drawings.collect());
        drawings.fit();
        drawings
    }

    /// Draws what has another width by now.
    pub fn fit(&self) {
        let widest = self.0.iter().map(|one| f64::from(one.place.client_width()));
        let widest = widest.fold(0.0, f64::max);
        let fallback = if widest > 0.0 { widest } else { DEFAULT_WIDTH };
        for drawing in &self.0 {
            drawing.fit(fallback);
        }
    }

    /// The timeline that a replay goes through.
    pub fn timeline(&self) -> Option<&Rc<Timeline>> {
        self.0.iter().find_map(|drawing| drawing.timeline.as_ref())
    }

    /// The moment at which the replay stands.
    pub fn moment(&self) -> Option<f64> {
        self.0.iter().find_map(|drawing| drawing.moment.get())
    }

    /// Draws the timeline at a moment of its replay.
    pub fn set_moment(&self, moment: f64) {
        for drawing in self.0.iter().filter(|drawing| drawing.timeline.is_some()) {
            drawing.moment.set(Some(moment));
            drawing.redraw();
        }
    }
}

/// A chart without its drawing, which [`Drawings::fill`] draws; `below` comes right after
/// what belongs to the drawing. What is drawn is taken out into `charts`.
pub fn frame(chart: Chart, below: &Markup, charts: &RefCell<Vec<Chart>>) -> Markup {
    let markup = html! {
        figure class=(chart.class) {
            figcaption { (chart.caption) }
            (chart.above)
            // The names of lanes and arms stand in the text too, as they are.
            div data-drawing="" translate="no" {}
            (chart.below)
            (below)
            (chart.table)
        }
    };
    charts.borrow_mut().push(chart);
    markup
}
