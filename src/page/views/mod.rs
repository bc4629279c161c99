//! The views: all that is said of reports, and the notebook that keeps them. `src/bin/views.rs`
//! exports them to the page as a module of its own.

mod class;
mod cpython_pool;
mod drawing;
mod embed;
mod files;
mod guesses;
mod notebook;
mod notes;
mod outcome;
mod playground;
mod pressed_alone;
mod quiz;
mod replay;
mod serial_fallback;
mod sheet_style;
mod stepper;
mod storage;
mod visitor;

use js_sys::Function;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, File, HtmlInputElement};

use self::class::ClassPage;
use self::notebook::Notebook;
use self::notes::Notes;
use self::outcome::Outcome;
use super::dom::{self, elements, find, listen, window};
use super::exercises;
use crate::exhibits;
use crate::report::{Report, read};
use crate::runtime::message::{decode, encode};

/// Everything that is shown on this page; it lives as long as the document.
struct Views {
    notes: Notes,
    /// The outcome of each figure.
    outcomes: Vec<Outcome>,
    notebook: Option<Notebook>,
    class: Option<ClassPage>,
}

std::thread_local! {
    static VIEWS: &'static Views = Box::leak(Box::new(Views::new()));
}

fn views() -> &'static Views {
    VIEWS.with(|views| *views)
}

/// Begins to hear what is pressed in what the views draw.
pub fn mount() {
    for name in ["click", "input", "change", "toggle"] {
        listen(&dom::document(), name, |event| views().hear(&event));
    }
    listen(&window(), "resize", |_| views().fit());
    // Another window has changed what is kept.
    listen(&window(), "storage", |_| views().refresh());
}

impl Views {
    fn new() -> Views {
        let outcomes = elements(dom::all("[data-exhibit]")).filter_map(|figure| {
            let card = exhibits::named(&figure.get_attribute("data-exhibit")?)?;
            Some(Outcome::new(card, find(&figure, ".shown")?.into()))
        });
        let outcomes = outcomes.collect();
        let place = |css: &str| dom::find_in_document(css);
        let notebook = place("[data-notebook]").map(Notebook::new);
        let class = place("[data-class]").map(ClassPage::new);
        Views { notes: Notes::new(), outcomes, notebook, class }
    }

    fn outcome(&self, name: &str) -> Option<&Outcome> {
        self.outcomes.iter().find(|outcome| outcome.card.name == name)
    }

    fn hear(&'static self, event: &Event) {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let Some(target) = target else { return };
        let within = |place: &Element| place.contains(Some(&target));
        if let Some(place) = target.closest("[data-embed]").ok().flatten() {
            embed::hear(event, &target, &place);
        } else if let Some(outcome) = self.outcomes.iter().find(|own| within(&own.place)) {
            outcome.hear(event, &target);
        } else if let Some(notebook) = self.notebook.as_ref().filter(|own| within(&own.place)) {
            notebook.hear(event, &target, &self.notes);
        } else if let Some(class) = self.class.as_ref().filter(|own| within(&own.place)) {
            class.hear(event, &target);
        }
    }

    /// Draws what the browser keeps by now.
    fn refresh(&self) {
        self.notes.refresh();
        exercises::draw(&self.notes.progress());
        guesses::draw(&self.notes);
        if let Some(notebook) = &self.notebook {
            notebook.draw(&self.notes);
        }
    }

    /// Draws anew what has another width by now.
    fn fit(&self) {
        for outcome in &self.outcomes {
            outcome.fit();
        }
        if let Some(notebook) = &self.notebook {
            notebook.fit();
        }
        if let Some(class) = &self.class {
            class.fit();
        }
    }
}

/// Draws a report that was just measured, takes it into the notebook, and returns it with what
/// was measured of CPython before, where the run asked for that.
///
/// # Errors
/// If it cannot be understood: a sentence.
pub fn show(name: &str, report: JsValue) -> Result<JsValue, String> {
    let mut read = read::report(&report)
        .map_err(|why| format!("The run is complete, but its report cannot be read: {why}"))?;
    let shown = match views().notes.add_cpython(&mut read) {
        true => encode(&read).map_err(|why| why.to_string())?,
        false => report,
    };
    if let Some(outcome) = views().outcome(name) {
        outcome.draw(read, &views().notes);
    }
    Ok(shown)
}

/// Loads and draws the recorded run, unless there is another report by then; `false` if it
/// cannot be had.
pub async fn show_recorded(name: &str, recording: &str) -> bool {
    let Some(outcome) = views().outcome(name) else { return false };
    let recorded = files::recorded(recording).await;
    match recorded {
        _ if outcome.shows_a_report() => true,
        Some(report) => {
            outcome.draw(report, &views().notes);
            true
        }
        None => false,
    }
}

/// Draws a run that the notebook has kept, and returns its report.
pub fn show_kept(name: &str, id: &str) -> JsValue {
    let kept = storage::report(id).filter(|report| report.exhibit == name);
    match (kept, views().outcome(name)) {
        (Some(report), Some(outcome)) => shown(report, outcome),
        _ => JsValue::UNDEFINED,
    }
}

/// Draws the first report of the chosen file and returns it.
///
/// # Errors
/// If it is no report of this exhibit: a sentence.
pub async fn open(name: &str, input: &HtmlInputElement) -> Result<JsValue, String> {
    let files::Chosen { reports, trouble } = files::chosen(input).await;
    let Some(report) = reports.into_iter().next() else {
        return Err(trouble.unwrap_or_else(|| "This file is empty.".to_owned()));
    };
    match views().outcome(name).filter(|_| report.exhibit == name) {
        Some(outcome) => Ok(shown(report, outcome)),
        None => {
            let name = report.exhibit;
            Err(format!("This is a report of {name}; open it in that figure."))
        }
    }
}

fn shown(report: Report, outcome: &'static Outcome) -> JsValue {
    let encoded = encode(&report).unwrap_or_default();
    outcome.draw(report, &views().notes);
    encoded
}

/// Fills the notebook of the page, and keeps it up to date.
pub fn notebook() {
    if let Some(notebook) = &views().notebook {
        notebook.draw(&views().notes);
    }
}

/// Takes the reports in the chosen file into the notebook.
pub fn open_in_notebook(input: HtmlInputElement) {
    if let Some(notebook) = &views().notebook {
        notebook.open(input, &views().notes);
    }
}

/// Takes the files of a class, and shows all of its runs together.
pub fn open_class(files: Vec<File>) {
    if let Some(class) = &views().class {
        class.open(files);
    }
}

/// Lets the visitor be the scheduler, in this place.
pub fn stepper(place: Element) {
    stepper::mount(place, &views().notes);
}

/// Lets the visitor fill the lanes of a schedule, in this place.
pub fn playground(place: Element) {
    playground::mount(place, &views().notes);
}

/// Hears what the visitor answers in the quiz, in this place.
pub fn quiz(place: Element) {
    quiz::mount(place);
}

/// Lists the guesses of this visit, wherever the page has a place for them.
pub fn guesses() {
    guesses::draw(&views().notes);
}

/// Says how another page frames the figure of this name: with the run on show, if it is one's
/// own, else set as this address says.
pub fn embed(name: &str, address: &str) {
    if let Some(outcome) = views().outcome(name) {
        outcome.embed(address);
    }
}

/// The order of the arms in every block of a comparison in CPython.
pub fn cpython_orders(seed: u32) -> JsValue {
    cpython_pool::orders(seed)
}

/// What a comparison in CPython says: its report, its markup, and what became of it in the
/// notebook.
///
/// # Errors
/// If it cannot have been measured: a sentence.
pub fn cpython_outcome(measured: JsValue) -> Result<JsValue, String> {
    cpython_pool::outcome(measured, &views().notes)
}

/// Runs the serial program on the page's own thread and returns its report; nothing if
/// `is_stopped` says so meanwhile.
///
/// # Errors
/// If the run is refused: a sentence.
pub async fn run_serially(
    order: JsValue,
    say: &Function,
    is_stopped: &Function,
) -> Result<JsValue, String> {
    let order = decode(order).map_err(|why| why.to_string())?;
    let call = |function: &Function, news: &JsValue| function.call1(&JsValue::NULL, news).ok();
    let stopped = || call(is_stopped, &JsValue::NULL).is_some_and(|stopped| stopped.is_truthy());
    let say = |progress| {
        if let Ok(news) = encode(&crate::runtime::protocol::News::Progress(progress)) {
            call(say, &news);
        }
    };
    match serial_fallback::run(&order, stopped, say).await? {
        Some(report) => encode(&report).map_err(|why| why.to_string()),
        None => Ok(JsValue::UNDEFINED),
    }
}
