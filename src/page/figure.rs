//! The figure of an exhibit: prediction, controls, Run and Stop, and a place for what comes
//! of it, which the views fill.

mod opened;

use std::cell::{Cell, OnceCell, RefCell};

use maud::{PreEscaped, html};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, Event};

use super::contract::{Told, tell};
use super::controls::{self, glance};
use super::dom::{self, find, set_attribute, set_hidden, set_markup, set_text};
use super::ended::{failed, failure, said_of};
use super::on_visible::when_visible;
use super::prediction::read_prediction;
use super::remember::remember;
use super::session::{Said, Session};
use super::state::State;
use super::storage;
use super::viewer::views;
use crate::exhibits::Front;
use crate::exhibits::address::Address;
use crate::params::RunSpec;
use crate::picture::race::{self, race_shell};
use crate::picture::shell::{Shell, cover, shell, unit};
use crate::runtime::message::surroundings;
use crate::runtime::protocol::Progress;

/// Where a figure stands.
#[derive(Clone, Debug, PartialEq)]
enum Phase {
    /// Nothing runs.
    Idle,
    /// A run is on.
    Running(Progress),
    /// What was asked for last broke off or was refused: the sentence says why and what to do.
    Failed(String),
}

/// The figure of an exhibit in its place; it lives as long as the page.
pub struct Figure {
    /// Whose figure it is.
    pub front: &'static Front,
    /// The element that holds it.
    pub place: Element,
    state: &'static State,
    /// The run that the address describes, or the default one.
    spec: RunSpec,
    /// What was clamped or ignored in the address.
    notices: Vec<String>,
    /// A list that somebody stated is run as stated, even if it is the default one.
    tasks_stated: bool,
    phase: RefCell<Phase>,
    session: OnceCell<Session>,
    /// Counts what was asked for, so that an answer that comes late is known as such.
    asked: Cell<u32>,
    /// Whether a sentence stands beside a run that is on.
    noticed: Cell<bool>,
}

impl Figure {
    /// A figure for its place. `address` is what the page's address says about it.
    pub fn new(
        state: &'static State,
        place: Element,
        front: &'static Front,
        address: Option<&Address>,
    ) -> Figure {
        let spec = address.map(|address| address.spec.clone());
        Figure {
            front,
            place,
            state,
            spec: spec.unwrap_or_else(|| RunSpec::defaults(front, state.device)),
            notices: address.map(|address| address.notices.clone()).unwrap_or_default(),
            tasks_stated: address.is_some_and(|address| address.states("tasks")),
            phase: RefCell::new(Phase::Idle),
            session: OnceCell::new(),
            asked: Cell::new(0),
            noticed: Cell::new(false),
        }
    }

    /// Draws the shell into its place, with a cover over the recorded run.
    pub fn mount(&'static self) {
        let in_words = find(&self.place, ".recorded").map(|words| words.inner_html());
        let parts = Shell {
            front: self.front,
            here: self.state.here,
            isolation: self.state.isolation,
            spec: &self.spec,
            notices: &self.notices,
        };
        let drawn = if self.is_race() { race_shell(&parts) } else { shell(&parts) };
        self.place.set_inner_html(&drawn.into_string());
        // What the run found stands in print, in the text's own words.
        let words = PreEscaped(in_words.unwrap_or_default());
        let before = if self.is_race() { race::before() } else { cover() };
        set_markup(&self.place, ".shown", html! { (before) div.printed { (words) } });
        self.session.get_or_init(|| Session::new(move |said| self.said(said)));
        if storage::was_shown(self.front.name) {
            when_visible(&self.place, Box::new(move || self.fetch_recorded(false)));
        }
    }

    /// The name of its recorded run.
    fn recorded(&self) -> String {
        self.place.get_attribute("data-recording").unwrap_or_else(|| self.front.name.to_owned())
    }

    /// Whether it is the race of the front page.
    fn is_race(&self) -> bool {
        self.place.has_attribute("data-race")
    }

    /// Hears what was pressed, typed, chosen or opened in the figure.
    pub fn hear(&'static self, event: &Event, target: &Element) {
        let act = target.closest("[data-act]").ok().flatten();
        let act = act.and_then(|button| button.get_attribute("data-act"));
        match (event.type_().as_str(), act.as_deref()) {
            ("submit", _) => {
                event.prevent_default();
                self.start();
            }
            ("click", Some("stop")) => self.stop(),
            ("click", Some("show-me")) => {
                storage::keep_shown(self.front.name);
                self.fetch_recorded(true);
            }
            ("input" | "change", _) if controls::check(self.front, &self.place, target) => {
                // The question changes with the controls.
                let question = (self.front.question)(&glance(self.front));
                set_text(&self.place, ".question", question.text);
                set_text(&self.place, ".unit", unit(question));
            }
            ("change", _) if target.id() == format!("{}-open", self.front.name) => {
                self.open_file(target.clone());
            }
            ("toggle", _) if target.has_attribute("data-embed") && target.has_attribute("open") => {
                self.embed();
            }
            _ => {}
        }
    }

    /// Tells a run that the page was shown or hidden.
    pub fn tell_visibility(&self, visible: bool) {
        if let Some(session) = self.session.get() {
            session.tell_visibility(visible);
        }
    }

    /// Starts the run that the controls describe, or says what is wrong with them.
    pub fn start(&'static self) {
        if self.state.busy.get() {
            return;
        }
        self.ask_anew();
        let spec = match controls::read(self.front, &self.place) {
            Ok(spec) => spec,
            Err(refusal) => return self.refuse(refusal.sentence),
        };
        let field = find(&self.place, &format!("#{}-prediction", self.front.name));
        let text = field.as_deref().and_then(dom::value).unwrap_or_default();
        let prediction = match read_prediction(&text, (self.front.question)(&spec).unit) {
            Ok(prediction) => prediction,
            Err(sentence) => return self.refuse(sentence),
        };
        // Without workers the conductor cannot say it.
        let Front { lowest, fallback, .. } = *self.front;
        if let Some(missing) = surroundings().missing(lowest, spec.name("runtime"), fallback) {
            self.refuse(missing);
            if surroundings().highest() < lowest {
                // There will be no run of one's own here, so nothing has to stay covered.
                self.fetch_recorded(false);
            }
            return;
        }
        if prediction.is_some() {
            // Who has guessed may look.
            storage::keep_shown(self.front.name);
        }
        self.remember(&spec);
        let default = self.front.parameter("tasks").map(|tasks| tasks.default(self.state.device));
        let default_tasks = !self.tasks_stated && default.as_ref() == spec.values.get("tasks");
        tell(Told::Running);
        self.set_busy(true);
        // What will draw the report loads while the engines do.
        spawn_local(async {
            // If it cannot be had, that is said when it is needed.
            let _ = views().await;
        });
        if let Some(session) = self.session.get() {
            session.start(spec, prediction, default_tasks);
        }
    }

    /// Takes what the session says of the run.
    fn said(&'static self, said: Said) {
        match said {
            Said::Progress(progress) => self.draw(Phase::Running(progress), ""),
            Said::Failed(sentence, report) => {
                self.set_busy(false);
                tell(Told::Failed(Some(&report)));
                self.draw(Phase::Failed(sentence), "");
            }
            Said::Finished(report) => {
                let asked = self.asked.get();
                spawn_local(async move {
                    let drawn = match views().await {
                        Ok(views) => views.show(self.front.name, &report).map_err(said_of),
                        Err(sentence) => Err(sentence),
                    };
                    if self.asked.get() != asked {
                        // It was stopped at the last moment.
                        return;
                    }
                    self.set_busy(false);
                    // A run can come to its end and say that it failed: a wrong answer.
                    let report = drawn.as_ref().unwrap_or(&report);
                    let has_failed = failed(report);
                    match has_failed {
                        true => tell(Told::Failed(Some(report))),
                        false => tell(Told::Done(report)),
                    }
                    match &drawn {
                        Ok(_) if has_failed => {
                            self.draw(Phase::Failed(failure(report)), "");
                        }
                        Ok(_) => self.draw(Phase::Idle, "The run is complete."),
                        Err(sentence) => self.draw(Phase::Failed(sentence.clone()), ""),
                    }
                });
            }
        }
    }

    fn stop(&self) {
        if let Some(report) = self.session.get().and_then(Session::stop) {
            self.ask_anew();
            self.set_busy(false);
            tell(Told::Stopped(&report));
            self.draw(Phase::Idle, "The run was stopped.");
        }
    }

    /// Says that something cannot be done, with the whole sentence.
    fn refuse(&self, sentence: String) {
        tell(Told::Failed(None));
        self.draw(Phase::Failed(sentence), "");
    }

    /// What was asked for before is not waited for any more.
    fn ask_anew(&self) -> u32 {
        self.asked.set(self.asked.get() + 1);
        self.asked.get()
    }

    /// Draws where the figure stands. `milestone` is what is spoken: never every block.
    fn draw(&self, phase: Phase, milestone: &str) {
        let (progress, sentence) = match &phase {
            Phase::Idle => (None, ""),
            Phase::Running(progress) => (Some(progress), ""),
            Phase::Failed(sentence) => (None, sentence.as_str()),
        };
        let counted = progress.filter(|progress| progress.of > 0);
        for (name, value) in [
            ("max", counted.map(|progress| progress.of)),
            ("value", counted.map(|progress| progress.done)),
        ] {
            let value = value.map(|value| value.to_string());
            set_attribute(&self.place, "progress", name, value.as_deref());
        }
        set_hidden(&self.place, "progress", progress.is_none());
        let block = counted.map(|now| format!(": block {} of at most {}", now.done + 1, now.of));
        let words = progress.map_or("", |now| now.phase.as_str()).to_owned();
        set_text(&self.place, ".phase", &(words + &block.unwrap_or_default()));
        // What was said meanwhile stands as long as the run.
        if progress.is_none() || !self.noticed.get() {
            set_text(&self.place, ".error", sentence);
            set_hidden(&self.place, ".error", sentence.is_empty());
            self.noticed.set(false);
        }
        let milestone = match progress {
            Some(progress) => format!("{} …", progress.phase),
            None => milestone.to_owned(),
        };
        set_text(&self.place, ":scope > .spoken", &milestone);
        set_attribute(&self.place, ".stop", "aria-disabled", progress.is_none().then_some("true"));
        *self.phase.borrow_mut() = phase;
    }

    /// Two runs at once would measure each other, so only one figure of a page runs. A button
    /// that was disabled would lose the keyboard, so it only says that it is.
    fn set_busy(&self, busy: bool) {
        self.state.busy.set(busy);
        for button in dom::elements(dom::all(".run")) {
            let _ = match busy {
                true => button.set_attribute("aria-disabled", "true"),
                false => button.remove_attribute("aria-disabled"),
            };
        }
    }

    /// Puts the run into the address, so that it can be shared or reloaded. The front page stays
    /// the front page; the address of its run stands below it.
    fn remember(&self, spec: &RunSpec) {
        if !self.is_race() {
            remember(self.front, spec);
        }
    }

    /// Says how another page frames this figure, as it is set now.
    fn embed(&'static self) {
        let address = self.front.address(&glance(self.front));
        spawn_local(async move {
            match views().await {
                Ok(views) => views.embed(self.front.name, &address),
                Err(sentence) => {
                    set_text(&self.place, ".error", &sentence);
                    set_hidden(&self.place, ".error", false);
                }
            }
        });
    }
}
