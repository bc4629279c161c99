//! The page for a class: many files at once, what became of each, and all runs together.
//!
//! Files are read one after another, and the browser gets its turn in between, so that the page
//! can be used meanwhile. Nothing of it is kept or sent.

use std::cell::{Cell, RefCell};

use gloo_timers::future::TimeoutFuture;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, Event, File};

use super::drawing::{Drawings, frame};
use super::files::{SHEET, download, read_file};
use super::sheet_style;
use crate::measure::clock::now_ms;
use crate::notebook::class::{Class, Verdict};
use crate::notebook::class_sheet::sheet;
use crate::page::dom::{find, set_markup, set_text};
use crate::picture::Chart;
use crate::picture::class::{acts, guesses, only_table, quiz, speedups, verdicts};

/// After so long the browser gets its turn.
const TURN_MS: f64 = 30.0;

/// The class in its place.
pub struct ClassPage {
    /// The element that holds it.
    pub place: Element,
    class: RefCell<Class>,
    verdicts: RefCell<Vec<Verdict>>,
    /// The pictures of each exhibit.
    drawings: RefCell<Vec<Drawings>>,
    /// How often everything was taken away: what was being read by then is not taken any more.
    cleared: Cell<u32>,
    /// How often everything was drawn: only the last time goes on.
    drawn: Cell<u32>,
}

/// Since when the browser has been waiting.
struct Turn(f64);

impl Turn {
    fn begun() -> Turn {
        Turn(now_ms())
    }

    /// Gives the browser its turn, if it has been waiting for long.
    async fn pass(&mut self) {
        if now_ms() - self.0 > TURN_MS {
            TimeoutFuture::new(0).await;
            self.0 = now_ms();
        }
    }
}

impl ClassPage {
    /// The class in its place, of which the page has drawn the frame.
    pub fn new(place: Element) -> ClassPage {
        ClassPage {
            place,
            class: RefCell::default(),
            verdicts: RefCell::default(),
            drawings: RefCell::default(),
            cleared: Cell::new(0),
            drawn: Cell::new(0),
        }
    }

    /// Draws anew what has another width by now.
    pub fn fit(&self) {
        self.drawings.borrow().iter().for_each(Drawings::fit);
    }

    /// Takes files, one after another, and shows what is in them.
    pub fn open(&'static self, files: Vec<File>) {
        let cleared = self.cleared.get();
        spawn_local(async move {
            let mut turn = Turn::begun();
            // Once, and not with every file: it is spoken.
            self.say(&format!("Reading {} files …", files.len()));
            for file in &files {
                let opened = read_file(file).await;
                if self.cleared.get() != cleared {
                    return;
                }
                let name: String = file.name().chars().take(80).collect();
                let verdict = self.class.borrow_mut().take(&name, opened);
                self.verdicts.borrow_mut().push(verdict);
                turn.pass().await;
            }
            self.draw(turn).await;
        });
    }

    /// Hears what is pressed and chosen.
    pub fn hear(&'static self, event: &Event, target: &Element) {
        let act = target.closest("[data-act]").ok().flatten();
        let act = act.and_then(|button| button.get_attribute("data-act"));
        match (event.type_().as_str(), act.as_deref()) {
            ("click", Some("save-class")) => {
                let sheet = sheet(&self.class.borrow(), sheet_style::chosen(&self.place));
                download("fib-lab-class.csv", SHEET, &sheet);
            }
            ("click", Some("clear-class")) => self.clear(),
            ("change", _) => sheet_style::keep(&self.place, target),
            _ => {}
        }
    }

    fn clear(&self) {
        self.cleared.set(self.cleared.get() + 1);
        self.drawn.set(self.drawn.get() + 1);
        *self.class.borrow_mut() = Class::default();
        self.verdicts.borrow_mut().clear();
        self.drawings.borrow_mut().clear();
        for css in [".verdicts", ".classes"] {
            set_markup(&self.place, css, maud::Markup::default());
        }
        self.say("All runs were taken away.");
        // The button is gone, and the keyboard must not be lost with it.
        if let Some(next) = find(&self.place, "input[type=file]") {
            let _ = next.focus();
        }
    }

    fn say(&self, words: &str) {
        set_text(&self.place, ".note", words);
    }

    /// Draws everything, exhibit by exhibit.
    async fn draw(&self, mut turn: Turn) {
        let drawn = self.drawn.get() + 1;
        self.drawn.set(drawn);
        set_markup(&self.place, ".verdicts", verdicts(&self.verdicts.borrow()));
        self.drawings.borrow_mut().clear();
        let names: Vec<&'static str> =
            self.class.borrow().by_exhibit().iter().map(|(card, _)| card.name).collect();
        let shell = maud::html! {
            @if !names.is_empty() { (acts(sheet_style::usual())) }
            @for name in &names { section data-class-of=(name) {} }
            (quiz(&self.class.borrow().answered()))
        };
        set_markup(&self.place, ".classes", shell);
        for name in names {
            turn.pass().await;
            if self.drawn.get() != drawn {
                return;
            }
            self.draw_exhibit(name);
        }
        let runs = self.class.borrow().runs().len();
        self.say(&match runs {
            1 => "There is 1 run.".to_owned(),
            runs => format!("There are {runs} runs."),
        });
    }

    fn draw_exhibit(&self, name: &str) {
        let class = self.class.borrow();
        let all = class.by_exhibit();
        let Some((card, runs)) = all.into_iter().find(|(card, _)| card.name == name) else {
            return;
        };
        let Some(section) = find(&self.place, &format!("[data-class-of={name}]")) else { return };
        let charts = RefCell::new(Vec::new());
        let drawn = |chart: Chart| frame(chart, &maud::Markup::default(), &charts);
        let markup = maud::html! {
            h2 { (card.title) }
            @match speedups(card.title, &runs) {
                Some(chart) => (drawn(chart)),
                None => (only_table(&runs)),
            }
            @if let Some(chart) = guesses(card.title, &runs) { (drawn(chart)) }
        };
        section.set_inner_html(&markup.into_string());
        let drawings = Drawings::fill(&section, charts.into_inner());
        self.drawings.borrow_mut().push(drawings);
    }
}
