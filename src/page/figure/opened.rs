//! Reports in a figure that are not of its own run: the recorded one, one that the notebook has
//! kept, one from a file.

use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::Element;

use super::{Figure, Phase};
use crate::page::contract::{Told, tell};
use crate::page::dom::{self, find, set_hidden, set_text};
use crate::page::ended::said_of;
use crate::page::viewer::views;

impl Figure {
    /// Shows the recorded run, unless there is a run of one's own by then.
    pub(super) fn fetch_recorded(&'static self, wished: bool) {
        spawn_local(async move {
            let shown = match views().await {
                Ok(views) => {
                    views.show_recorded(self.front.name, &self.recorded()).await.is_truthy()
                }
                Err(_) => false,
            };
            if !shown {
                let sentence = "The recorded run could not be loaded. Run your own, or try later.";
                set_text(&self.place, ".error", sentence);
                set_hidden(&self.place, ".error", false);
            } else if let Some(place) = find(&self.place, ".shown").filter(|_| wished) {
                // The button is gone, and the keyboard must not be lost with it.
                let _ = place.focus();
            }
        });
    }

    /// Shows a run that the notebook has kept.
    pub fn show_kept(&'static self, id: String) {
        if self.leaves_the_run() {
            return;
        }
        let asked = self.ask_anew();
        spawn_local(async move {
            let found = views().await.map(|views| views.show_kept(self.front.name, &id));
            let gone =
                "The browser has not kept the samples of this run; press Run to make it again.";
            let found = found.and_then(|report| {
                if report.is_undefined() { Err(gone.to_owned()) } else { Ok(report) }
            });
            self.opened(asked, found);
        });
    }

    /// Opens the report in the chosen file.
    pub(super) fn open_file(&'static self, input: Element) {
        if self.leaves_the_run() {
            // So that the same file can be chosen again.
            return dom::set_value(&input, "");
        }
        let asked = self.ask_anew();
        spawn_local(async move {
            let opened = match views().await {
                Ok(views) => views.open(self.front.name, &input).await.map_err(said_of),
                Err(sentence) => Err(sentence),
            };
            self.opened(asked, opened);
        });
    }

    /// Whether a run is on, which no report takes away; then that is said.
    fn leaves_the_run(&self) -> bool {
        let is_on = matches!(*self.phase.borrow(), Phase::Running(_));
        if is_on {
            let sentence = "A run is on. Stop it, or wait until it is over, to see another report.";
            set_text(&self.place, ".error", sentence);
            set_hidden(&self.place, ".error", false);
            self.noticed.set(true);
        }
        is_on
    }

    /// Says what became of a report that was to be shown.
    fn opened(&self, asked: u32, opened: Result<JsValue, String>) {
        if self.asked.get() != asked {
            return;
        }
        match opened {
            Ok(report) => {
                tell(Told::Done(&report));
                self.draw(Phase::Idle, "The report is shown.");
            }
            Err(sentence) => self.refuse(sentence),
        }
    }
}
