//! A worker from the outside: started, asked, watched, and terminated when dropped.

use std::cell::Cell;
use std::rc::Rc;

use futures_channel::mpsc::{UnboundedReceiver, unbounded};
use futures_util::StreamExt;
use futures_util::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use js_sys::{Object, Reflect};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{ErrorEvent, MessageEvent, Worker, WorkerOptions, WorkerType};

use super::message::{decode, encode, text};
use crate::protocol::{Clocks, Job, Reply, Sample, Turn, TurnOrder};

/// What can go wrong with a worker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It did not come up: a file is missing or broken, or the browser refused.
    DidNotStart(String),
    /// It broke down while it worked.
    Broke(String),
    /// It has not answered for this long, in milliseconds.
    Silent(u32),
}

impl Fault {
    /// What happened, as the start of a sentence without its full stop.
    pub fn phrase(&self) -> String {
        match self {
            Fault::DidNotStart(why) => format!("A worker could not be started ({why})"),
            Fault::Broke(why) => format!("A worker broke down ({why})"),
            Fault::Silent(ms) => {
                format!("A worker has not answered for {:.0} s", f64::from(*ms) / 1e3)
            }
        }
    }
}

/// How a worker starts: the boot file imports `glue`, instantiates the module, starts
/// a pool of `threads` if that is not 0, and calls the exported function `role`.
#[derive(Clone, Debug)]
pub struct Boot {
    /// Absolute address of the boot file.
    pub script: String,
    /// Absolute address of the engine's JavaScript.
    pub glue: String,
    /// The compiled engine; without it the worker fetches its own.
    pub module: Option<JsValue>,
    /// How many threads the pool gets; 0 for no pool.
    pub threads: u32,
    /// The memory of another worker that this one shares; without it, it has its own.
    pub memory: Option<JsValue>,
    /// Whether the worker hands out its memory, for others to share.
    pub shares: bool,
    /// The exported function that gives the worker its role.
    pub role: &'static str,
}

impl Boot {
    /// Starts the worker and sends it what it needs to come up. `hear` gets every
    /// message and every error from then on.
    pub fn start(&self, hear: impl Fn(Result<JsValue, Fault>) + 'static) -> Result<Started, Fault> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let refused = |error: JsValue| Fault::DidNotStart(text(&error));
        let worker = Worker::new_with_options(&self.script, &options).map_err(refused)?;
        let hear = Rc::new(hear);
        let on_message = {
            let hear = Rc::clone(&hear);
            Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| hear(Ok(event.data())))
        };
        let on_error = Closure::<dyn Fn(JsValue)>::new(move |event: JsValue| {
            hear(Err(match event.dyn_ref::<ErrorEvent>().map(ErrorEvent::message) {
                Some(message) if !message.is_empty() => Fault::Broke(message),
                // A script that cannot be loaded is a plain event without a message.
                _ => Fault::DidNotStart("its script did not load".to_owned()),
            }));
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        let started = Started { worker, _on_message: on_message, _on_error: on_error };

        let message = Object::new();
        let fields = [
            ("glue", JsValue::from_str(&self.glue)),
            ("module", self.module.clone().unwrap_or(JsValue::UNDEFINED)),
            ("threads", JsValue::from(self.threads)),
            ("memory", self.memory.clone().unwrap_or(JsValue::UNDEFINED)),
            ("shares", JsValue::from(self.shares)),
            ("role", JsValue::from_str(self.role)),
        ];
        for (name, value) in fields {
            Reflect::set(&message, &JsValue::from_str(name), &value).map_err(refused)?;
        }
        started.worker.post_message(&message).map_err(refused)?;
        Ok(started)
    }
}

/// A started worker; dropping it terminates it, whatever it is doing.
pub struct Started {
    worker: Worker,
    _on_message: Closure<dyn Fn(MessageEvent)>,
    _on_error: Closure<dyn Fn(JsValue)>,
}

impl Started {
    /// Sends a message.
    pub fn post(&self, message: &JsValue) -> Result<(), Fault> {
        self.worker.post_message(message).map_err(|error| Fault::Broke(text(&error)))
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

/// What a worker says, in order.
type Inbox = UnboundedReceiver<Result<JsValue, Fault>>;

/// An engine in a worker of its own, as the conductor sees it.
pub struct Engine {
    worker: Started,
    /// Taken while somebody waits for an answer.
    inbox: Cell<Option<Inbox>>,
}

impl Engine {
    /// Starts an engine and waits until it listens, for at most `patience_ms`.
    pub async fn start(boot: &Boot, patience_ms: u32) -> Result<Engine, Fault> {
        let (engine, message) = Engine::boot(boot, patience_ms).await?;
        match decode(message).map_err(Fault::DidNotStart)? {
            Reply::Ready => Ok(engine),
            Reply::Fault { message } => Err(Fault::DidNotStart(message)),
            _ => Err(Fault::DidNotStart("it answered before it was asked".to_owned())),
        }
    }

    /// Starts an engine whose memory others can share, and returns that too.
    pub async fn start_sharing(boot: &Boot, patience_ms: u32) -> Result<(Engine, JsValue), Fault> {
        let boot = Boot { shares: true, ..boot.clone() };
        let (engine, message) = Engine::boot(&boot, patience_ms).await?;
        let memory = Reflect::get(&message, &JsValue::from_str("memory")).unwrap_or_default();
        if memory.is_undefined() {
            let why = match decode(message) {
                Ok(Reply::Fault { message }) => message,
                _ => "it has no memory to share".to_owned(),
            };
            return Err(Fault::DidNotStart(why));
        }
        Ok((engine, memory))
    }

    /// Starts the worker and waits for its first message.
    async fn boot(boot: &Boot, patience_ms: u32) -> Result<(Engine, JsValue), Fault> {
        let (sender, receiver) = unbounded();
        let worker = boot.start(move |heard| {
            // An engine that was given up in the meantime has no receiver any more.
            let _ = sender.unbounded_send(heard);
        })?;
        let engine = Engine { worker, inbox: Cell::new(Some(receiver)) };
        let message = engine.listen(patience_ms).await?;
        Ok((engine, message))
    }

    /// Sends a thread's turn and waits for its end, for at most `patience_ms`.
    pub async fn turn(&self, order: TurnOrder, patience_ms: u32) -> Result<Turn, Fault> {
        self.worker.post(&encode(&Job::Turn(order)).map_err(Fault::Broke)?)?;
        match self.hear(patience_ms).await? {
            Reply::Turn(turn) => Ok(turn),
            Reply::Fault { message } => Err(Fault::Broke(message)),
            _ => Err(Fault::Broke("it answered something else".to_owned())),
        }
    }

    /// Sends a job and waits for its sample, for at most `patience_ms`. The engine
    /// does one thing at a time: calls must not overlap.
    pub async fn call(&self, job: &Job, patience_ms: u32) -> Result<Sample, Fault> {
        self.worker.post(&encode(job).map_err(Fault::Broke)?)?;
        match self.hear(patience_ms).await? {
            Reply::Sample(sample) => Ok(sample),
            Reply::Fault { message } => Err(Fault::Broke(message)),
            _ => Err(Fault::Broke("it answered something else".to_owned())),
        }
    }

    /// Asks what the engine's clocks are like.
    pub async fn clocks(&self, patience_ms: u32) -> Result<Clocks, Fault> {
        self.worker.post(&encode(&Job::Clocks).map_err(Fault::Broke)?)?;
        match self.hear(patience_ms).await? {
            Reply::Clocks(clocks) => Ok(clocks),
            Reply::Fault { message } => Err(Fault::Broke(message)),
            _ => Err(Fault::Broke("it answered something else".to_owned())),
        }
    }

    async fn hear(&self, patience_ms: u32) -> Result<Reply, Fault> {
        decode(self.listen(patience_ms).await?).map_err(Fault::Broke)
    }

    /// The next message, whatever it is.
    async fn listen(&self, patience_ms: u32) -> Result<JsValue, Fault> {
        let Some(mut inbox) = self.inbox.take() else {
            return Err(Fault::Broke("it was asked twice at once".to_owned()));
        };
        let heard = match select(inbox.next(), TimeoutFuture::new(patience_ms)).await {
            Either::Left((Some(heard), _)) => heard,
            Either::Left((None, _)) => Err(Fault::Broke("its channel closed".to_owned())),
            Either::Right(_) => Err(Fault::Silent(patience_ms)),
        };
        self.inbox.set(Some(inbox));
        heard
    }
}
