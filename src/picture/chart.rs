//! A chart: its drawing depends on a width, everything around it does not.

use std::rc::Rc;

use maud::{Markup, html};

use super::timeline::model::Timeline;

/// A figure with a drawing. Whoever shows it decides on the width of the drawing.
pub struct Chart {
    /// The classes of the figure.
    pub class: &'static str,
    /// What stands in its `figcaption`.
    pub caption: Markup,
    /// What stands above the drawing.
    pub above: Markup,
    /// The drawing, for a width in CSS pixels.
    pub draw: Box<dyn Fn(f64) -> Markup>,
    /// What stands right below the drawing: a legend, a note.
    pub below: Markup,
    /// The same figures as a table.
    pub table: Markup,
    /// What a replay goes through: only a timeline has moments.
    pub timeline: Option<Rc<Timeline>>,
}

impl Chart {
    /// A chart with this caption, and nothing around its drawing.
    pub fn new(title: &str, summary: &str, draw: impl Fn(f64) -> Markup + 'static) -> Chart {
        Chart {
            class: "chart",
            caption: caption(title, summary),
            above: Markup::default(),
            draw: Box::new(draw),
            below: Markup::default(),
            table: Markup::default(),
            timeline: None,
        }
    }

    /// The whole figure, drawn for this width.
    pub fn markup(&self, width: f64) -> Markup {
        html! {
            figure class=(self.class) {
                figcaption { (self.caption) }
                (self.above)
                div { ((self.draw)(width)) }
                (self.below)
                (self.table)
            }
        }
    }
}

/// What stands in the caption of a figure.
pub fn caption(title: &str, summary: &str) -> Markup {
    html! { strong { (title) ". " } (summary) }
}

/// The legend of a drawing: the class of a key, and what it means.
pub fn legend<'a>(keys: impl IntoIterator<Item = (&'a str, &'a str)>) -> Markup {
    html! {
        ul.legend {
            @for (class, words) in keys {
                li { span class={ "key key-" (class) } {} (words) }
            }
        }
    }
}
