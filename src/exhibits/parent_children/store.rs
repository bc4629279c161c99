//! The store: a worker that keeps numbers by name, for a parent and its children.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use js_sys::Array;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, MessagePort};

use crate::measure::clock::now_ms;
use crate::runtime::message::{decode, encode, post, text};
use crate::runtime::protocol::{Ask, Reply, Told};

/// Numbers by name, each with the time of its last change.
#[derive(Clone, Default)]
pub struct Store {
    numbers: Rc<RefCell<BTreeMap<String, Told>>>,
    /// What to say by itself: which number, and how large it has to be.
    watched: Rc<RefCell<Option<(String, u64)>>>,
}

impl Store {
    /// Does what is asked, and answers.
    pub fn answer(&self, ask: Ask) -> Told {
        match ask {
            Ask::Set { key, value } => self.set(key, value),
            Ask::Get { key } => self.numbers.borrow().get(&key).cloned().unwrap_or_default(),
            Ask::Incr { key } => {
                let value = self.numbers.borrow().get(&key).and_then(|told| told.value);
                self.set(key, value.unwrap_or(0) + 1)
            }
            Ask::Watch { key, until } => {
                let reached = self.numbers.borrow().get(&key).cloned().unwrap_or_default();
                *self.watched.borrow_mut() = Some((key.clone(), until));
                self.tell_if_reached(&key, &reached);
                Told::default()
            }
            Ask::SetLater { key, value, after_ms, notify } => {
                let store = self.clone();
                Timeout::new(after_ms, move || {
                    let told = store.set(key, value);
                    if notify {
                        post(&Reply::Told(told));
                    }
                })
                .forget();
                Told::default()
            }
        }
    }

    fn set(&self, key: String, value: u64) -> Told {
        let told = Told { value: Some(value), changed_ms: now_ms() };
        self.numbers.borrow_mut().insert(key.clone(), told.clone());
        self.tell_if_reached(&key, &told);
        told
    }

    fn tell_if_reached(&self, key: &str, told: &Told) {
        let reached = |(watched, until): &mut (String, u64)| {
            watched == key && told.value.unwrap_or(0) >= *until
        };
        if self.watched.borrow_mut().take_if(reached).is_some() {
            let told = Reply::Told(told.clone());
            // After the answer to the question that is being answered now.
            Timeout::new(0, move || post(&told)).forget();
        }
    }

    /// Answers whoever asks through these ports, for as long as this worker lives.
    pub fn open(&self, ports: &Array) {
        for port in ports.iter() {
            let Ok(port) = port.dyn_into::<MessagePort>() else { continue };
            let (store, answers) = (self.clone(), port.clone());
            let receive = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
                // What is no question gets no answer.
                let Ok(ask) = decode::<Ask>(event.data()) else { return };
                if let Ok(told) = encode(&store.answer(ask)) {
                    let _ = answers.post_message(&told);
                }
            });
            port.set_onmessage(Some(receive.as_ref().unchecked_ref()));
            receive.forget();
        }
    }
}

/// Asks the store through a port, and does not wait for the answer.
pub fn tell(port: &MessagePort, ask: &Ask) -> Result<(), String> {
    let ask: JsValue = encode(ask)?;
    port.post_message(&ask).map_err(|error| text(&error))
}
