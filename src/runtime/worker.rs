//! A worker of the browser from the outside: started, sent to, listened to, and terminated
//! when dropped.

use std::cell::Cell;
use std::rc::Rc;

use futures_channel::mpsc::{UnboundedReceiver, unbounded};
use futures_util::StreamExt;
use futures_util::future::{Either, FutureExt, LocalBoxFuture, select};
use gloo_timers::future::TimeoutFuture;
use js_sys::{Array, Object, Reflect};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{ErrorEvent, Event, MessageEvent, Worker, WorkerOptions, WorkerType};

use super::engine::{Engine, Fault, Link};
use super::message::{decode, encode, text};
use super::patience::patiently;
use super::ports::Port;
use super::protocol::{Reply, Request};

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

/// An engine's worker: what carries messages to it and back.
struct EngineWorker {
    worker: Started,
    /// Taken while somebody waits for an answer.
    inbox: Cell<Option<Inbox>>,
}

/// Starts an engine and waits until it listens, for at most `timeout_ms`.
pub async fn start_engine(boot: &Boot, timeout_ms: u32) -> Result<Engine, Fault> {
    let (worker, message) = EngineWorker::start(boot, timeout_ms).await?;
    match decode(message).map_err(|misread| Fault::DidNotStart(misread.to_string()))? {
        Reply::Ready => Ok(Engine::at(worker)),
        Reply::Fault { message } => Err(Fault::DidNotStart(message)),
        _ => Err(Fault::DidNotStart("it answered before it was asked".to_owned())),
    }
}

/// Starts an engine whose memory others can share, and returns that too.
pub async fn start_sharing(boot: &Boot, timeout_ms: u32) -> Result<(Engine, JsValue), Fault> {
    let boot = Boot { shares: true, ..boot.clone() };
    let (worker, message) = EngineWorker::start(&boot, timeout_ms).await?;
    let memory = Reflect::get(&message, &JsValue::from_str("memory")).unwrap_or_default();
    if memory.is_undefined() {
        let why = match decode(message) {
            Ok(Reply::Fault { message }) => message,
            _ => "it has no memory to share".to_owned(),
        };
        return Err(Fault::DidNotStart(why));
    }
    Ok((Engine::at(worker), memory))
}

impl EngineWorker {
    /// Starts the worker and waits for its first message.
    async fn start(boot: &Boot, timeout_ms: u32) -> Result<(EngineWorker, JsValue), Fault> {
        let (sender, receiver) = unbounded();
        let worker = boot.start(move |heard| {
            // An engine that was given up in the meantime has no receiver any more.
            let _ = sender.unbounded_send(heard);
        })?;
        let started = EngineWorker { worker, inbox: Cell::new(Some(receiver)) };
        let message = patiently(timeout_ms, async |ms| started.listen(ms).await).await?;
        Ok((started, message))
    }

    /// The next message, whatever it is.
    async fn listen(&self, timeout_ms: u32) -> Result<JsValue, Fault> {
        let Some(mut inbox) = self.inbox.take() else {
            return Err(Fault::Broke("it was asked twice at once".to_owned()));
        };
        let heard = match select(inbox.next(), TimeoutFuture::new(timeout_ms)).await {
            Either::Left((Some(heard), _)) => heard,
            Either::Left((None, _)) => Err(Fault::Broke("its channel closed".to_owned())),
            Either::Right(_) => Err(Fault::TimedOut(timeout_ms)),
        };
        self.inbox.set(Some(inbox));
        heard
    }
}

impl Link for EngineWorker {
    fn send(&self, request: &Request, ports: Vec<Port>) -> Result<(), Fault> {
        let message = encode(request)?;
        let ports: Array = ports.into_iter().map(JsValue::from).collect();
        self.worker.post_with(&message, &ports)
    }

    fn hear(&self, timeout_ms: u32) -> LocalBoxFuture<'_, Result<Reply, Fault>> {
        async move { Ok(decode(self.listen(timeout_ms).await?)?) }.boxed_local()
    }
}
