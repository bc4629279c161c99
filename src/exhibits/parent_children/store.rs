//! The store: a worker that keeps numbers by name, for a parent and its children.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::rc::Rc;

use futures_channel::oneshot;
use gloo_timers::callback::Timeout;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, MessagePort};

use super::messages::{ChildError, STORE, StoreReply, StoreRequest};
use crate::measure::clock::now_ms;
use crate::runtime::message::{decode, encode, text};
use crate::runtime::program::{Call, Here, Program};

/// Numbers by name, each with the time of its last change.
#[derive(Clone, Default)]
pub struct Store {
    numbers: Rc<RefCell<BTreeMap<String, StoreReply>>>,
    /// What to say by itself: which number, and how large it has to be.
    watched: Rc<RefCell<Option<(String, u64)>>>,
    /// Whether its ports are open.
    open: Rc<Cell<bool>>,
}

/// The store, as a program of its engine. The first question makes the engine a store.
pub struct StoreProgram;

impl Program for StoreProgram {
    type Input = StoreRequest;
    type Output = StoreReply;
    type Error = Infallible;
    const CALL: Call<StoreRequest, StoreReply> = STORE;

    async fn run(request: StoreRequest, here: Rc<Here>) -> Result<StoreReply, Infallible> {
        let store = here.kept::<Store>();
        store.open(&here);
        Ok(store.answer(request, &here))
    }
}

impl Store {
    /// Does what is asked, and answers.
    fn answer(&self, request: StoreRequest, here: &Rc<Here>) -> StoreReply {
        match request {
            StoreRequest::Set { key, value } => self.set(key, value, here),
            StoreRequest::Get { key } => {
                self.numbers.borrow().get(&key).cloned().unwrap_or_default()
            }
            StoreRequest::Incr { key } => {
                let value = self.numbers.borrow().get(&key).and_then(|told| told.value);
                self.set(key, value.unwrap_or(0) + 1, here)
            }
            StoreRequest::Watch { key, until } => {
                let reached = self.numbers.borrow().get(&key).cloned().unwrap_or_default();
                *self.watched.borrow_mut() = Some((key.clone(), until));
                self.tell_if_reached(&key, &reached, here);
                StoreReply::default()
            }
            StoreRequest::SetLater { key, value, after_ms, notify } => {
                let (store, here) = (self.clone(), Rc::clone(here));
                Timeout::new(after_ms, move || {
                    let told = store.set(key, value, &here);
                    if notify {
                        here.say(&told);
                    }
                })
                .forget();
                StoreReply::default()
            }
        }
    }

    fn set(&self, key: String, value: u64, here: &Rc<Here>) -> StoreReply {
        let told = StoreReply { value: Some(value), changed_ms: now_ms() };
        self.numbers.borrow_mut().insert(key.clone(), told.clone());
        self.tell_if_reached(&key, &told, here);
        told
    }

    fn tell_if_reached(&self, key: &str, told: &StoreReply, here: &Rc<Here>) {
        let reached = |(watched, until): &mut (String, u64)| {
            watched == key && told.value.unwrap_or(0) >= *until
        };
        if self.watched.borrow_mut().take_if(reached).is_some() {
            let (told, here) = (told.clone(), Rc::clone(here));
            // After the answer to the question that is being answered now.
            Timeout::new(0, move || here.say(&told)).forget();
        }
    }

    /// Answers whoever asks through these ports, for as long as this worker lives.
    fn open(&self, here: &Rc<Here>) {
        if self.open.replace(true) {
            return;
        }
        let (store, place) = (self.clone(), Rc::clone(here));
        here.take_ports(move |_, port: MessagePort| {
            let (store, place, answers) = (store.clone(), Rc::clone(&place), port.clone());
            let receive = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
                // What is no question gets no answer.
                let Ok(request) = decode::<StoreRequest>(event.data()) else { return };
                if let Ok(told) = encode(&store.answer(request, &place)) {
                    let _ = answers.post_message(&told);
                }
            });
            port.set_onmessage(Some(receive.as_ref().unchecked_ref()));
            receive.forget();
        });
    }
}

/// Asks the store through a port, and waits for its answer: what is only sent can get lost
/// or be late when its sender is taken down, and then the store knows less than the parent.
pub async fn ask(port: &MessagePort, request: &StoreRequest) -> Result<StoreReply, ChildError> {
    let unsent = |why: String| ChildError::NotSent(why);
    let request: JsValue = encode(request).map_err(|misread| unsent(misread.to_string()))?;
    let (sender, answer) = oneshot::channel();
    let receive = Closure::once(move |event: MessageEvent| {
        // Whoever asked may be gone.
        let _ = sender.send(decode::<StoreReply>(event.data()));
    });
    port.set_onmessage(Some(receive.as_ref().unchecked_ref()));
    port.post_message(&request).map_err(|error| unsent(text(&error)))?;
    let told = answer.await;
    port.set_onmessage(None);
    match told {
        Ok(Ok(told)) => Ok(told),
        Ok(Err(misread)) => Err(ChildError::NotAnswered(misread.to_string())),
        Err(given_up) => Err(ChildError::NotAnswered(given_up.to_string())),
    }
}
