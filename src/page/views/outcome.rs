//! What a figure shows of a report: its main result, one picture, further ones folded under
//! the questions that they answer, and what can be done with it.

use std::cell::RefCell;

use gloo_timers::callback::Interval;
use maud::{Markup, html};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, Event};

use super::drawing::{Drawings, frame};
use super::embed;
use super::files;
use super::guesses;
use super::notes::Notes;
use super::replay::Replay;
use super::sheet_style;
use super::storage;
use super::visitor;
use crate::analysis::limit::{Limit, limit};
use crate::exhibits::Card;
use crate::page::dom::{self, set_hidden, set_text};
use crate::page::exercises;
use crate::picture::{self, Chart, Part, shell};
use crate::report::{Origin, Report};

/// The outcome in its figure; it lives as long as the page.
pub struct Outcome {
    /// Whose outcome it is.
    pub card: &'static Card,
    /// The element that holds it.
    pub place: Element,
    /// The report on show.
    report: RefCell<Option<Report>>,
    /// The pictures on show.
    drawings: RefCell<Drawings>,
    /// The replay that plays.
    playing: RefCell<Option<Interval>>,
}

impl Outcome {
    /// An outcome that shows nothing yet.
    pub fn new(card: &'static Card, place: Element) -> Outcome {
        let (drawings, playing) = (RefCell::default(), RefCell::default());
        Outcome { card, place, report: RefCell::new(None), drawings, playing }
    }

    /// Whether there is a report on show.
    pub fn shows_a_report(&self) -> bool {
        self.report.borrow().is_some()
    }

    /// Draws anew what has another width by now.
    pub fn fit(&self) {
        self.drawings.borrow().fit();
    }

    /// Draws a report, and takes it into the notebook if it is new.
    pub fn draw(&'static self, report: Report, notes: &Notes) {
        self.replay().halt();
        let kept = notes.take(&report);
        let (markup, charts) = self.markup(&report);
        *self.report.borrow_mut() = Some(report);
        self.place.set_inner_html(&markup.into_string());
        *self.drawings.borrow_mut() = Drawings::fill(&self.place, charts);
        self.say_kept(kept);
        self.lead_on();
        exercises::draw(&notes.progress());
        guesses::draw(notes);
        self.close_embed();
    }

    /// Shows where to read on about what limited this very run, where the page has such places.
    fn lead_on(&self) {
        let found = self.report.borrow().as_ref().and_then(limit).map_or("", Limit::name);
        for place in dom::elements(dom::all("[data-limit]")) {
            let _ = match place.get_attribute("data-limit").as_deref() == Some(found) {
                true => place.remove_attribute("hidden"),
                false => place.set_attribute("hidden", ""),
            };
        }
    }

    /// Says whether the browser has kept a run that was new.
    fn say_kept(&self, kept: Option<Result<(), String>>) {
        let words = match &kept {
            None => "",
            Some(Ok(())) => "This run is kept in your notebook.",
            Some(Err(sentence)) => sentence,
        };
        if let Some(figure) = self.place.parent_element() {
            set_text(&figure, ".kept", words);
            set_hidden(&figure, ".kept", words.is_empty());
        }
    }

    /// The whole outcome as markup, and the charts that are to be drawn into it.
    fn markup(&self, report: &Report) -> (Markup, Vec<Chart>) {
        let charts = RefCell::new(Vec::new());
        let open = storage::open_folds();
        let drawn = |part: Part| match part {
            Part::Still(markup) => markup,
            Part::Chart(chart) if chart.timeline.is_some() => {
                frame(chart, &shell::replay(self.card.name), &charts)
            }
            Part::Chart(chart) => frame(chart, &Markup::default(), &charts),
        };
        let pieces = picture::pieces(self.card, report);
        let markup = html! {
            div.outcome {
                (pieces.summary)
                @if let Some(part) = pieces.picture { (drawn(part)) }
                @for further in pieces.further {
                    details.fold data-fold=(further.name)
                        open[open.iter().any(|name| name == further.name)] {
                        summary { (further.question) }
                        @for part in further.parts { (drawn(part)) }
                    }
                }
                (picture::simplifies(self.card))
                (shell::take_away(self.address(report).as_deref(), sheet_style::usual()))
                (shell::signature(&storage::visitor()))
            }
        };
        (markup, charts.into_inner())
    }

    /// The address that makes the run again, on whatever machine it is opened.
    fn address(&self, report: &Report) -> Option<String> {
        dom::absolute(&self.card.starting_address(report.spec.as_ref()?))
    }

    /// Says how another page frames this figure: with the run on show, if it is one's own, else
    /// set as this address says.
    pub fn embed(&self, address: &str) {
        let Some(figure) = self.place.parent_element() else { return };
        let own = self.report.borrow();
        let own = own.as_ref().filter(|report| report.origin != Origin::Recorded);
        let own = own.and_then(|report| Some(self.card.address(report.spec.as_ref()?)));
        let is_of_a_run = own.is_some();
        embed::fill(&figure, &own.unwrap_or_else(|| address.to_owned()), self.card, is_of_a_run);
    }

    /// What is framed is another run by now; whoever opens the fold again sees which.
    fn close_embed(&self) {
        if let Some(figure) = self.place.parent_element() {
            dom::set_attribute(&figure, "[data-embed]", "open", None);
        }
    }

    /// Hears what was pressed, moved or folded in the outcome.
    pub fn hear(&'static self, event: &Event, target: &Element) {
        match event.type_().as_str() {
            "click" => self.pressed(target),
            "input" => self.replay().moved(target),
            "change" => {
                sheet_style::keep(&self.place, target);
                visitor::keep(&self.place, target);
            }
            "toggle" => {
                // Its charts have a width now, and that it is open is remembered.
                if let Some(name) = target.get_attribute("data-fold") {
                    storage::keep_fold(&name, target.has_attribute("open"));
                    self.fit();
                }
            }
            _ => {}
        }
    }

    fn pressed(&'static self, target: &Element) {
        let attribute = |name: &str| {
            let button = target.closest(&format!("[{name}]")).ok().flatten()?;
            button.get_attribute(name)
        };
        match attribute("data-act").as_deref() {
            Some("copy") => self.copy_address(),
            Some(act) => self.replay().act(act),
            None => {}
        }
        if let (Some(ending), Some(report)) = (attribute("data-save"), &*self.report.borrow()) {
            let report = visitor::signed(report, &self.place);
            files::save(&report, &ending, sheet_style::chosen(&self.place));
        }
    }

    fn copy_address(&'static self) {
        let address = self.report.borrow().as_ref().and_then(|report| self.address(report));
        let Some(address) = address else { return };
        spawn_local(async move {
            // Where it cannot be copied, it can be read.
            let said = if files::copied(&address).await { "Copied." } else { &address };
            set_text(&self.place, ".copied", said);
        });
    }

    fn replay(&'static self) -> Replay {
        let (drawings, playing) = (&self.drawings, &self.playing);
        Replay { name: self.card.name, place: &self.place, drawings, playing }
    }
}
