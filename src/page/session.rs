//! A run as the page sees it: a conductor that was started, its news, and its end.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen_futures::spawn_local;
use web_sys::Url;

use super::alone;
use super::files::json;
use crate::exhibits;
use crate::measure::block::{Arm, Block, balanced};
use crate::params::RunSpec;
use crate::report::{Prediction, Report, SCHEMA, Status};
use crate::runtime::engine::Fault;
use crate::runtime::message::{decode, encode, surroundings};
use crate::runtime::protocol::{News, Order, Progress, RunOrder};
use crate::runtime::worker::{Boot, Started};

/// The conductor loads the plain engine over the network: patience for a slow one.
const BOOT_PATIENCE_MS: u32 = 60_000;

/// Where a figure stands.
#[derive(Clone, Debug, PartialEq)]
pub enum State {
    /// Nothing runs.
    Idle,
    /// A run is on.
    Running(Progress),
    /// The last run broke off or was refused: the sentence says why and what to do.
    Error(String),
}

/// The runs of one figure, one at a time.
#[derive(Clone, Copy)]
pub struct Session {
    /// Where the figure stands.
    pub state: RwSignal<State>,
    /// The report on show.
    pub report: RwSignal<Option<Report>>,
    /// Whether any figure of the page runs: two runs at once would measure each other.
    pub busy: RwSignal<bool>,
    inner: StoredValue<Rc<RefCell<Option<Ongoing>>>, LocalStorage>,
}

/// Everything that ends with a run; dropping it terminates the conductor and, with it,
/// every engine, whatever they are doing.
struct Ongoing {
    carrier: Carrier,
    watchdog: Option<Timeout>,
    order: RunOrder,
    started_at: String,
    arms: Vec<Arm>,
    blocks: Vec<Block>,
}

/// What runs the run.
enum Carrier {
    /// A worker, with all others below it.
    Conductor(Started),
    /// The page itself, where there are no workers: it stops when the flag is set.
    Page(Rc<Cell<bool>>),
}

impl Drop for Carrier {
    fn drop(&mut self) {
        if let Carrier::Page(stopped) = self {
            stopped.set(true);
        }
    }
}

impl Session {
    /// A session in which nothing has run yet.
    pub fn new(busy: RwSignal<bool>) -> Session {
        let session = Session {
            busy,
            state: RwSignal::new(State::Idle),
            report: RwSignal::new(None),
            inner: StoredValue::new_local(Rc::default()),
        };
        let tell = Closure::<dyn Fn()>::new(move || {
            if let Some(ongoing) = session.inner.get_value().borrow().as_ref() {
                ongoing.send(&Order::Visible { visible: page_is_visible() });
            }
        });
        // A document always takes a listener.
        let _ = document().add_event_listener_with_callback(
            "visibilitychange",
            wasm_bindgen::JsCast::unchecked_ref(tell.as_ref()),
        );
        tell.forget();
        session
    }

    /// Whether a run is on.
    pub fn is_running(&self) -> bool {
        matches!(self.state.get(), State::Running(_))
    }

    /// Starts a run, unless another figure is running; one that is on here is stopped first.
    pub fn run(self, spec: RunSpec, prediction: Option<Prediction>, default_tasks: bool) {
        self.end();
        if self.busy.get_untracked() {
            return;
        }
        // Without workers the conductor cannot say it.
        let missing = exhibits::named(&spec.exhibit).and_then(|exhibit| {
            surroundings().missing(exhibit.lowest, spec.name("runtime"), exhibit.fallback)
        });
        if let Some(sentence) = missing {
            return self.fail(&sentence);
        }
        tell_state("running");
        let progress = Progress {
            phase: "Loading the engines".into(),
            done: 0,
            of: 0,
            timeout_ms: BOOT_PATIENCE_MS,
        };
        self.state.set(State::Running(progress));
        let engines = engines_folder().unwrap_or_default();
        let visible = page_is_visible();
        let order = RunOrder { spec, prediction, default_tasks, visible, engines };
        let carrier = if surroundings().workers {
            let boot = Boot {
                script: format!("{}worker.js", order.engines),
                glue: format!("{}plain.js", order.engines),
                module: None,
                threads: 0,
                memory: None,
                shares: false,
                role: "conduct",
            };
            boot.start(move |heard| self.hear(heard)).map(Carrier::Conductor)
        } else {
            let stopped = Rc::new(Cell::new(false));
            self.run_alone(order.clone(), Rc::clone(&stopped));
            Ok(Carrier::Page(stopped))
        };
        match carrier {
            Ok(carrier) => {
                self.busy.set(true);
                *self.inner.get_value().borrow_mut() = Some(Ongoing {
                    carrier,
                    watchdog: None,
                    order,
                    started_at: String::from(js_sys::Date::new_0().to_iso_string()),
                    arms: Vec::new(),
                    blocks: Vec::new(),
                });
                self.expect_news_within(BOOT_PATIENCE_MS);
            }
            Err(fault) => self.fail(&fault.to_string()),
        }
    }

    fn run_alone(self, order: RunOrder, stopped: Rc<Cell<bool>>) {
        spawn_local(async move {
            let say = |progress| self.take(News::Progress(progress));
            match alone::run(&order, stopped, say).await {
                Ok(Some(report)) => self.take(News::Finished { report: Box::new(report) }),
                Ok(None) => {}
                Err(sentence) => self.take(News::Refused { sentence }),
            }
        });
    }

    /// Stops the run at once, whatever is running.
    pub fn stop(self) {
        if let Some(ongoing) = self.end() {
            publish(&ongoing.unfinished(Status::Stopped, "The run was stopped."));
            self.state.set(State::Idle);
            tell_state("ready");
        }
    }

    /// Shows a report that was not measured here and now, or says why it cannot.
    pub fn show(self, opened: Result<Report, String>) {
        self.stop();
        match opened {
            Ok(report) => {
                self.report.set(Some(report));
                self.state.set(State::Idle);
            }
            Err(sentence) => self.state.set(State::Error(sentence)),
        }
    }

    fn end(self) -> Option<Ongoing> {
        let ended = self.inner.get_value().borrow_mut().take();
        if ended.is_some() {
            self.busy.set(false);
        }
        ended
    }

    fn fail(self, sentence: &str) {
        let sentence = if sentence.ends_with('.') {
            sentence.to_owned()
        } else {
            let during = match self.state.get_untracked() {
                State::Running(progress) => format!(" (during: {})", progress.phase),
                _ => String::new(),
            };
            format!(
                "{sentence}{during}. Everything was taken down; press Run to start afresh, or \
                 reload the page."
            )
        };
        if let Some(ongoing) = self.end() {
            publish(&ongoing.unfinished(Status::Failed, &sentence));
        }
        self.state.set(State::Error(sentence));
        tell_state("error");
    }

    fn hear(self, heard: Result<JsValue, Fault>) {
        match heard.and_then(|message| Ok(decode::<News>(message)?)) {
            Err(fault) => self.fail(&fault.to_string()),
            Ok(news) => self.take(news),
        }
    }

    fn take(self, news: News) {
        match news {
            News::Ready => {
                if let Some(ongoing) = self.inner.get_value().borrow().as_ref() {
                    ongoing.send(&Order::Run(Box::new(ongoing.order.clone())));
                }
            }
            News::Fault { message } => self.fail(&Fault::DidNotStart(message).to_string()),
            News::Progress(progress) => {
                self.expect_news_within(progress.timeout_ms);
                self.state.set(State::Running(progress));
            }
            News::Arms { arms } => {
                if let Some(ongoing) = self.inner.get_value().borrow_mut().as_mut() {
                    ongoing.arms = arms;
                }
            }
            News::Block { block } => {
                if let Some(ongoing) = self.inner.get_value().borrow_mut().as_mut() {
                    ongoing.blocks.push(block);
                }
            }
            News::Refused { sentence } | News::Failed { sentence } => self.fail(&sentence),
            News::Finished { report } => {
                drop(self.end());
                publish(&report);
                let state = if report.status == Status::Failed { "error" } else { "done" };
                self.report.set(Some(*report));
                self.state.set(State::Idle);
                tell_state(state);
            }
        }
    }

    /// The conductor watches the engines; this watches the conductor.
    fn expect_news_within(self, patience_ms: u32) {
        if let Some(ongoing) = self.inner.get_value().borrow_mut().as_mut() {
            ongoing.watchdog = Some(Timeout::new(patience_ms, move || {
                self.fail(&Fault::TimedOut(patience_ms).to_string());
            }));
        }
    }
}

impl Ongoing {
    fn send(&self, order: &Order) {
        // A conductor that cannot be reached is noticed by the watchdog.
        if let (Carrier::Conductor(conductor), Ok(message)) = (&self.carrier, encode(order)) {
            let _ = conductor.post(&message);
        }
    }

    /// The report of a run that did not come to its end.
    fn unfinished(&self, status: Status, sentence: &str) -> Report {
        Report {
            schema: SCHEMA,
            status,
            started_at: self.started_at.clone(),
            exhibit: self.order.spec.exhibit.clone(),
            spec: Some(self.order.spec.clone()),
            seed: self.order.spec.whole("seed"),
            arms: self.arms.clone(),
            balanced: balanced(&self.blocks),
            blocks: self.blocks.clone(),
            prediction: self.order.prediction.clone(),
            warnings: vec![sentence.to_owned()],
            ..Report::default()
        }
    }
}

/// Puts the state where scripts look for it.
pub fn tell_state(state: &str) {
    if let Some(root) = document().document_element() {
        // Setting an attribute with a valid name cannot fail.
        let _ = root.set_attribute("data-lab", state);
    }
}

/// Puts the report where scripts look for it.
fn publish(report: &Report) {
    if let Some(place) = document().get_element_by_id("report") {
        place.set_text_content(Some(&json(report)));
    }
}

fn page_is_visible() -> bool {
    document().visibility_state() == web_sys::VisibilityState::Visible
}

/// The absolute address of the engines' folder, which the build put into the head.
fn engines_folder() -> Option<String> {
    let meta = document().query_selector("meta[name=engines]").ok()??;
    let base = document().base_uri().ok()??;
    Some(Url::new_with_base(&meta.get_attribute("content")?, &base).ok()?.href())
}
