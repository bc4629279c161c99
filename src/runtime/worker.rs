//! A worker from the outside: started, asked, watched, and terminated when dropped.

use std::cell::Cell;
use std::rc::Rc;

use futures_channel::mpsc::{UnboundedReceiver, unbounded};
use futures_util::StreamExt;
use futures_util::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use js_sys::{Array, Object, Reflect};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{ErrorEvent, Event, MessageEvent, Worker, WorkerOptions, WorkerType};

use super::message::{decode, encode, text};
use crate::measure::clock::now_ms;
use crate::measure::clock_sync::Clocks;
use crate::measure::clock_sync::{Alignment, ROUND_TRIPS};
use crate::runtime::protocol::{Ask, Job, Reply, Told, Turn, TurnOrder};
use crate::trace::sample::Sample;

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
            if let Some(event) = event.dyn_ref::<Event>() {
                // It is dealt with here: else it would break the worker that started this one.
                event.prevent_default();
            }
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

impl Started {
    /// Sends a message, and ports with it.
    fn post_with(&self, message: &JsValue, ports: &Array) -> Result<(), Fault> {
        let posted = self.worker.post_message_with_transfer(message, ports);
        posted.map_err(|error| Fault::Broke(text(&error)))
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

    /// Gives the engine, as the store, a port to somebody who will ask it.
    pub fn connect_store(&self, port: &Array) -> Result<(), Fault> {
        let message = encode(&Job::Connect { peers: Vec::new() }).map_err(Fault::Broke)?;
        self.worker.post_with(&message, port)
    }

    /// Finds out where the engine's clock stands, seen from this worker's.
    pub async fn align(&self, step_ms: f64, patience_ms: u32) -> Result<Alignment, Fault> {
        let mut trips = Vec::with_capacity(ROUND_TRIPS as usize);
        for _ in 0..ROUND_TRIPS {
            let asked_ms = now_ms();
            let there = self.call(&Job::Now, patience_ms).await?;
            trips.push((asked_ms, there.start_ms, now_ms()));
        }
        let lost = Alignment { offset_ms: 0.0, error_ms: f64::from(patience_ms) };
        Ok(Alignment::of(trips, step_ms).unwrap_or(lost))
    }

    /// Gives the engine ports that lead to these workers.
    pub async fn connect(&self, peers: Vec<u32>, ports: &Array, ms: u32) -> Result<(), Fault> {
        let message = encode(&Job::Connect { peers }).map_err(Fault::Broke)?;
        self.worker.post_with(&message, ports)?;
        match self.hear(ms).await? {
            Reply::Ready => Ok(()),
            other => Err(unexpected(other)),
        }
    }

    /// Asks the engine, as the store.
    pub async fn ask(&self, ask: Ask, patience_ms: u32) -> Result<Told, Fault> {
        self.worker.post(&encode(&Job::Ask(ask)).map_err(Fault::Broke)?)?;
        self.told(patience_ms).await
    }

    /// Waits for the next thing that the store says, asked or not.
    pub async fn told(&self, patience_ms: u32) -> Result<Told, Fault> {
        match self.hear(patience_ms).await? {
            Reply::Told(told) => Ok(told),
            other => Err(unexpected(other)),
        }
    }

    /// Sends a job of a program that goes on while it talks. `heard` gets everything it
    /// says, and returns what it ended with, once it has ended.
    pub async fn follow<T>(
        &self,
        job: &Job,
        patience_ms: u32,
        mut heard: impl FnMut(Reply) -> Option<T>,
    ) -> Result<T, Fault> {
        self.worker.post(&encode(job).map_err(Fault::Broke)?)?;
        loop {
            match self.hear(patience_ms).await? {
                Reply::Fault { message } => return Err(Fault::Broke(message)),
                reply => {
                    if let Some(ended) = heard(reply) {
                        return Ok(ended);
                    }
                }
            }
        }
    }

    /// Sends a thread's turn and waits for its end, for at most `patience_ms`.
    pub async fn turn(&self, order: TurnOrder, patience_ms: u32) -> Result<Turn, Fault> {
        self.worker.post(&encode(&Job::Turn(order)).map_err(Fault::Broke)?)?;
        match self.hear(patience_ms).await? {
            Reply::Turn(turn) => Ok(turn),
            other => Err(unexpected(other)),
        }
    }

    /// Sends a job and waits for its sample, for at most `patience_ms`. The engine
    /// does one thing at a time: calls must not overlap.
    pub async fn call(&self, job: &Job, patience_ms: u32) -> Result<Sample, Fault> {
        self.worker.post(&encode(job).map_err(Fault::Broke)?)?;
        match self.hear(patience_ms).await? {
            Reply::Sample(sample) => Ok(sample),
            other => Err(unexpected(other)),
        }
    }

    /// Asks what the engine's clocks are like.
    pub async fn clocks(&self, patience_ms: u32) -> Result<Clocks, Fault> {
        self.worker.post(&encode(&Job::Clocks).map_err(Fault::Broke)?)?;
        match self.hear(patience_ms).await? {
            Reply::Clocks(clocks) => Ok(clocks),
            other => Err(unexpected(other)),
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

fn unexpected(reply: Reply) -> Fault {
    match reply {
        Reply::Fault { message } => Fault::Broke(message),
        _ => Fault::Broke("it answered something else".to_owned()),
    }
}
