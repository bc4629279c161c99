//! A worker's ports to other workers, and the mail that comes through them.
//!
//! Letters are small arrays: when it was sent, and what it says, as a string or as bytes.
//! Bytes are copied from one memory to the other, as between processes.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use futures_channel::oneshot;
use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, MessagePort};

use super::messages::{RankError, RankSays, Waiting};
use crate::measure::clock::now_ms;
use crate::runtime::message::text;
use crate::runtime::program::Here;

/// What a letter says.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// Words.
    Words(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

/// A letter that has arrived.
#[derive(Clone, Debug, PartialEq)]
pub struct Letter {
    /// What it says.
    pub content: Content,
    /// When it was sent, on the sender's clock.
    pub sent_ms: f64,
}

#[derive(Default)]
struct Mail {
    kept: BTreeMap<u32, VecDeque<Letter>>,
    arrived: u32,
    sent: Vec<u32>,
    /// For whom the worker waits, and how to wake it.
    wanted: Option<(i32, oneshot::Sender<()>)>,
}

/// The mail of this worker, and its ports.
#[derive(Default)]
pub struct Mailbox {
    ports: Rc<RefCell<BTreeMap<u32, Way>>>,
    mail: Rc<RefCell<Mail>>,
}

/// A port, and what listens to it.
type Way = (MessagePort, Closure<dyn Fn(MessageEvent)>);

impl Mailbox {
    /// Opens the ports that this worker has, and will have.
    pub fn open(&self, here: &Rc<Here>) {
        let (ports, mail, place) = (Rc::clone(&self.ports), Rc::clone(&self.mail), Rc::clone(here));
        here.take_ports(move |peer, port: MessagePort| {
            let (mail, place) = (Rc::clone(&mail), Rc::clone(&place));
            let receive = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
                let Some(letter) = letter(&event.data()) else { return };
                // Whoever is woken goes on at once and looks into the mail.
                let wake = mail.borrow_mut().keep(peer, letter, &place);
                if let Some(wake) = wake {
                    let _ = wake.send(());
                }
            });
            // Setting this also opens the port.
            port.set_onmessage(Some(receive.as_ref().unchecked_ref()));
            ports.borrow_mut().insert(peer, (port, receive));
        });
    }

    /// Sends a letter.
    pub fn send(&self, to: u32, content: &Content) -> Result<(), RankError> {
        let ports = self.ports.borrow();
        let (port, _) = ports.get(&to).ok_or(RankError::NoWay(to))?;
        let content = match content {
            Content::Words(words) => JsValue::from_str(words),
            Content::Bytes(bytes) => Uint8Array::from(bytes.as_slice()).into(),
        };
        let mut mail = self.mail.borrow_mut();
        let place = to as usize;
        if mail.sent.len() <= place {
            mail.sent.resize(place + 1, 0);
        }
        mail.sent[place] += 1;
        let letter = Array::of(&[JsValue::from_f64(now_ms()), content]);
        port.post_message(&letter).map_err(|error| RankError::NotSent(text(&error)))
    }

    /// How many letters were sent to each worker.
    pub fn sent(&self) -> Vec<u32> {
        self.mail.borrow().sent.clone()
    }

    /// The next letter from this worker; there may be no such worker.
    pub async fn receive(&self, from: i32, here: &Here) -> Result<Letter, RankError> {
        loop {
            let waiting = {
                let mut mail = self.mail.borrow_mut();
                let kept = u32::try_from(from).ok().and_then(|from| mail.kept.get_mut(&from));
                if let Some(letter) = kept.and_then(VecDeque::pop_front) {
                    return Ok(letter);
                }
                let (sender, waiting) = oneshot::channel();
                mail.wanted = Some((from, sender));
                mail.tell(here);
                waiting
            };
            waiting.await.map_err(|_| RankError::GivenUp)?;
        }
    }
}

impl Mail {
    /// Keeps a letter, and returns whom to wake, if somebody waits for just this one.
    fn keep(&mut self, from: u32, letter: Letter, here: &Here) -> Option<oneshot::Sender<()>> {
        self.kept.entry(from).or_default().push_back(letter);
        self.arrived += 1;
        let (wanted, wake) = self.wanted.take()?;
        if wanted == from as i32 {
            return Some(wake);
        }
        self.wanted = Some((wanted, wake));
        self.tell(here);
        None
    }

    /// Tells the conductor for whom this worker waits: it looks out for standstills.
    fn tell(&self, here: &Here) {
        if let Some((from, _)) = &self.wanted {
            let (from, sent, arrived) = (*from, self.sent.clone(), self.arrived);
            here.say(&RankSays::Waits(Waiting { from, sent, arrived }));
        }
    }
}

fn letter(data: &JsValue) -> Option<Letter> {
    let parts = data.dyn_ref::<Array>()?;
    let content = parts.get(1);
    let content = match content.as_string() {
        Some(words) => Content::Words(words),
        None => Content::Bytes(content.dyn_into::<Uint8Array>().ok()?.to_vec()),
    };
    Some(Letter { content, sent_ms: parts.get(0).as_f64()? })
}
