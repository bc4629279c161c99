//! A run as the page sees it: a conductor that was started, its news, and its end. Reports
//! and blocks go through as they come: the page need not understand them.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_timers::callback::{Interval, Timeout};
use js_sys::{Array, Object, Reflect};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;

use super::dom::{absolute, find_in_document, page_is_visible};
use super::viewer::views;
use crate::measure::clock::now_ms;
use crate::params::RunSpec;
use crate::report::{Prediction, SCHEMA};
use crate::runtime::engine::Fault;
use crate::runtime::message::{encode, surroundings};
use crate::runtime::patience::Moment;
use crate::runtime::protocol::{Order, Progress, RunOrder};
use crate::runtime::worker::{Boot, Started};

/// The conductor loads the plain engine over the network and says that it comes, as long as it
/// does. When nothing has come for this long, nothing will.
const BOOT_PATIENCE_MS: u32 = 10_000;
/// The watchdog looks so often whether the run has spoken.
const TICK_MS: u32 = 1_000;

/// What a session says of its run.
pub enum Said {
    /// The run goes on.
    Progress(Progress),
    /// It broke off or was refused: why, and a report of how far it came.
    Failed(String, JsValue),
    /// It is over, with this report.
    Finished(JsValue),
}

/// The runs of one figure, one at a time; it lives as long as the page.
pub struct Session {
    say: Box<dyn Fn(Said)>,
    ongoing: RefCell<Option<Ongoing>>,
}

/// Everything that ends with a run; dropping it terminates the conductor and, with it,
/// every engine, whatever they are doing.
struct Ongoing {
    carrier: Option<Carrier>,
    watchdog: Option<Interval>,
    /// The order, as the conductor gets it.
    order: JsValue,
    /// Whether the conductor has it.
    is_sent: Cell<bool>,
    started_at: JsValue,
    arms: JsValue,
    blocks: Array,
    /// What is being done.
    phase: String,
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
    /// A session in which nothing runs; `say` gets all that happens later.
    pub fn new(say: impl Fn(Said) + 'static) -> Session {
        Session { say: Box::new(say), ongoing: RefCell::new(None) }
    }

    /// Starts a run. Whoever calls this has seen that nothing runs on the page.
    pub fn start(
        &'static self,
        spec: RunSpec,
        prediction: Option<Prediction>,
        default_tasks: bool,
    ) {
        let engines = engines_folder().unwrap_or_default();
        let visible = page_is_visible();
        let pressed_ms = now_ms();
        let order = RunOrder { spec, prediction, default_tasks, visible, engines, pressed_ms };
        let encoded = encode(&Order::Run(Box::new(order.clone()))).unwrap_or_default();
        *self.ongoing.borrow_mut() = Some(Ongoing {
            carrier: None,
            watchdog: None,
            order: encoded,
            is_sent: Cell::new(false),
            started_at: js_sys::Date::new_0().to_iso_string().into(),
            arms: JsValue::UNDEFINED,
            blocks: Array::new(),
            phase: String::new(),
        });
        self.wait_for_engine();
        // What draws the outcome comes with what runs the program, while nothing is measured. If it
        // does not, it is asked for again when there is something to draw.
        spawn_local(async { drop(views().await) });
        match self.carrier(&order) {
            Ok(carrier) => {
                if let Some(ongoing) = self.ongoing.borrow_mut().as_mut() {
                    ongoing.carrier = Some(carrier);
                }
            }
            Err(fault) => self.fail(&fault.to_string()),
        }
    }

    fn wait_for_engine(&'static self) {
        let phase = "Loading the engines".to_owned();
        self.progress(Progress { phase, done: 0, of: 0, timeout_ms: BOOT_PATIENCE_MS });
    }

    /// Starts what will run the order.
    fn carrier(&'static self, order: &RunOrder) -> Result<Carrier, Fault> {
        if !surroundings().workers {
            let stopped = Rc::new(Cell::new(false));
            self.run_without_workers(order, Rc::clone(&stopped));
            return Ok(Carrier::Page(stopped));
        }
        let boot = Boot {
            script: format!("{}worker.js", order.engines),
            glue: format!("{}plain.js", order.engines),
            module: None,
            threads: 0,
            memory: None,
            shares: false,
            role: "conduct",
        };
        let heard = move |heard: Result<JsValue, Fault>| match heard {
            Ok(news) => self.hear(&news),
            Err(fault) => self.fail(&fault.to_string()),
        };
        boot.start(heard).map(Carrier::Conductor)
    }

    /// The lowest backend: the views run the serial program, one task at a time.
    fn run_without_workers(&'static self, order: &RunOrder, stopped: Rc<Cell<bool>>) {
        let order = encode(order).unwrap_or_default();
        spawn_local(async move {
            let views = match views().await {
                Ok(views) => views,
                Err(sentence) => return self.fail(&sentence),
            };
            let say = Closure::<dyn Fn(JsValue)>::new(move |news: JsValue| self.hear(&news));
            let stopped = Closure::<dyn Fn() -> bool>::new(move || stopped.get());
            let (say_it, is_stopped) =
                (say.as_ref().unchecked_ref(), stopped.as_ref().unchecked_ref());
            match views.run_serially(&order, say_it, is_stopped).await {
                // Nothing comes of a run that was stopped.
                Ok(report) if report.is_undefined() => {}
                Ok(report) => self.finish(report),
                Err(sentence) => self.fail(&sentence.as_string().unwrap_or_default()),
            }
        });
    }

    /// Stops the run at once, whatever is running; the report of how far it came.
    pub fn stop(&self) -> Option<JsValue> {
        let ongoing = self.ongoing.borrow_mut().take()?;
        Some(ongoing.unfinished("stopped", "The run was stopped."))
    }

    /// Ends a run that broke off. A phrase without its full stop says what happened; the rest
    /// of the sentence is added.
    fn fail(&self, sentence: &str) {
        let Some(ongoing) = self.ongoing.borrow_mut().take() else { return };
        let sentence = if sentence.ends_with('.') {
            sentence.to_owned()
        } else {
            format!(
                "{sentence} (during: {}). Everything was taken down; press Run to start afresh, \
                 or reload the page.",
                ongoing.phase
            )
        };
        let report = ongoing.unfinished("failed", &sentence);
        ongoing.let_go();
        (self.say)(Said::Failed(sentence, report));
    }

    fn finish(&self, report: JsValue) {
        let ended = self.ongoing.borrow_mut().take();
        if let Some(ended) = ended {
            ended.let_go();
            (self.say)(Said::Finished(report));
        }
    }

    fn progress(&'static self, progress: Progress) {
        let timeout_ms = progress.timeout_ms;
        if let Some(ongoing) = self.ongoing.borrow_mut().as_mut() {
            ongoing.phase.clone_from(&progress.phase);
            // The conductor watches the engines; this watches the conductor.
            ongoing.watchdog = Some(self.watch(timeout_ms));
        }
        (self.say)(Said::Progress(progress));
    }

    /// Gives a run up that does not speak for so long. While the device sleeps, or the browser has
    /// stopped the page, nobody can speak: after that it has its time anew.
    fn watch(&'static self, timeout_ms: u32) -> Interval {
        let (mut last, mut quiet_ms, mut slept) = (Moment::now(), 0, false);
        Interval::new(TICK_MS, move || {
            match last.gap_after(f64::from(TICK_MS)) {
                Some(_) => (quiet_ms, slept) = (0, true),
                None => quiet_ms += TICK_MS,
            }
            last = Moment::now();
            if quiet_ms >= timeout_ms {
                let fault = if slept { Fault::Slept } else { Fault::TimedOut(timeout_ms) };
                self.fail(&fault.to_string());
            }
        })
    }

    /// Takes news of the conductor: a word, or an object with one field (`News` in
    /// `src/runtime/protocol.rs`).
    fn hear(&'static self, news: &JsValue) {
        if news.as_string().as_deref() == Some("ready") {
            if let Some(ongoing) = self.ongoing.borrow().as_ref() {
                ongoing.is_sent.set(true);
                ongoing.send(&ongoing.order);
            }
            return;
        }
        if news.as_string().as_deref() == Some("loading") {
            // The order is sent when all of it has come; only until then this is news.
            if self.ongoing.borrow().as_ref().is_some_and(|ongoing| !ongoing.is_sent.get()) {
                self.wait_for_engine();
            }
            return;
        }
        let known = |name: &str| Some(field(news, name)).filter(|value| !value.is_undefined());
        if let Some(progress) = known("progress") {
            let number = |name: &str| field(&progress, name).as_f64().unwrap_or(0.0) as u32;
            self.progress(Progress {
                phase: field(&progress, "phase").as_string().unwrap_or_default(),
                done: number("done"),
                of: number("of"),
                timeout_ms: number("timeout_ms"),
            });
        } else if let Some(arms) = known("arms") {
            if let Some(ongoing) = self.ongoing.borrow_mut().as_mut() {
                ongoing.arms = field(&arms, "arms");
            }
        } else if let Some(block) = known("block") {
            if let Some(ongoing) = self.ongoing.borrow().as_ref() {
                ongoing.blocks.push(&field(&block, "block"));
            }
        } else if let Some(finished) = known("finished") {
            self.finish(field(&finished, "report"));
        } else if let Some(fault) = known("fault") {
            let message = field(&fault, "message").as_string().unwrap_or_default();
            self.fail(&Fault::DidNotStart(message).to_string());
        } else if let Some(end) = known("refused").or_else(|| known("failed")) {
            self.fail(&field(&end, "sentence").as_string().unwrap_or_default());
        }
    }

    /// Tells a run that the page was shown or hidden. What was so while its engines loaded stands
    /// in the order that it gets then.
    pub fn tell_visibility(&self, visible: bool) {
        let ongoing = self.ongoing.borrow();
        let Some(ongoing) = ongoing.as_ref() else { return };
        if ongoing.is_sent.get() {
            if let Ok(order) = encode(&Order::Visible { visible }) {
                ongoing.send(&order);
            }
        } else if !visible {
            // A plain object takes any field.
            let _ = Reflect::set(&field(&ongoing.order, "run"), &"visible".into(), &false.into());
        }
    }
}

impl Ongoing {
    /// Ends the conductor in a task of its own. From within the handler of the conductor's last
    /// message, which comes right after it has ended its engines, Chromium (148) often keeps all of
    /// them for ever: after 24 runs 37 threads were left, and with them their memory.
    fn let_go(self) {
        Timeout::new(0, move || drop(self)).forget();
    }

    fn send(&self, order: &JsValue) {
        // A conductor that cannot be reached is noticed by the watchdog.
        if let Some(Carrier::Conductor(conductor)) = &self.carrier {
            let _ = conductor.post(order);
        }
    }

    /// The report of a run that did not come to its end.
    fn unfinished(&self, status: &str, sentence: &str) -> JsValue {
        let order = field(&self.order, "run");
        let spec = field(&order, "spec");
        let report = Object::new();
        let fields = [
            ("schema", SCHEMA.into()),
            ("status", status.into()),
            ("started_at", self.started_at.clone()),
            ("exhibit", field(&spec, "exhibit")),
            ("seed", field(&spec, "seed")),
            ("spec", spec),
            ("arms", self.arms.clone()),
            ("blocks", self.blocks.clone().into()),
            ("prediction", field(&order, "prediction")),
            ("warnings", Array::of1(&sentence.into()).into()),
        ];
        for (name, value) in fields {
            if !value.is_undefined() && !value.is_null() {
                // A plain object takes any field.
                let _ = Reflect::set(&report, &name.into(), &value);
            }
        }
        report.into()
    }
}

/// A field of an object; undefined where there is none.
fn field(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or_default()
}

/// The absolute address of the engines' folder, which the build put into the head.
fn engines_folder() -> Option<String> {
    let meta = find_in_document("meta[name=engines]")?;
    absolute(&meta.get_attribute("content")?)
}
