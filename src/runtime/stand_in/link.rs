//! The link to an engine of a stand-in: requests wait in it, and whoever listens lets the time
//! pass until the answer is due, or until nobody waits any longer.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::task::Poll;

use futures_util::future::{FutureExt, LocalBoxFuture, ready};

use super::device::{Mood, StandIn, UnderWay};
use crate::measure::clock::{now_ms, stand_in};
use crate::runtime::engine::{Engine, Fault, Link};
use crate::runtime::ports::Port;
use crate::runtime::protocol::{Reply, Request};

/// An engine that is made up.
pub struct StandInEngine {
    pub(super) device: StandIn,
    pub(super) mood: Mood,
    /// How many threads its pool has.
    pub(super) threads: u32,
    pub(super) asked: Cell<u32>,
    /// What it was sent and has not answered.
    requests: RefCell<VecDeque<Sent>>,
}

/// A request on its way.
pub struct Sent {
    /// Its place among all that were ever sent on this device.
    id: u64,
    pub(super) request: Request,
    pub(super) sent_ms: f64,
    /// What is answered, and when, once that is worked out.
    answer: Option<(Result<Reply, Fault>, f64)>,
}

impl StandIn {
    pub(super) fn engine(&self, mood: Mood, threads: u32) -> Engine {
        Engine::at(StandInEngine {
            device: self.clone(),
            mood,
            threads,
            asked: Cell::new(0),
            requests: RefCell::default(),
        })
    }

    fn note(&self, id: u64, next_ms: Option<f64>) {
        let mut under_way = self.under_way.borrow_mut();
        if let Some((_, noted_ms)) = under_way.iter_mut().find(|(own, _)| *own == id) {
            *noted_ms = next_ms;
        }
    }

    /// Whether this is the next of all that is under way.
    fn is_next(&self, id: u64) -> bool {
        let under_way = self.under_way.borrow();
        let due = |(_, next_ms): &UnderWay| next_ms.unwrap_or(f64::NEG_INFINITY);
        let next = under_way.iter().min_by(|a, b| due(a).total_cmp(&due(b)));
        next.is_none_or(|(next, _)| *next == id)
    }

    fn done(&self, id: u64) {
        self.under_way.borrow_mut().retain(|(own, _)| *own != id);
    }
}

impl Link for StandInEngine {
    fn send(&self, request: &Request, _: Vec<Port>) -> Result<(), Fault> {
        if matches!(request, Request::Connect { .. }) {
            return Ok(());
        }
        self.asked.set(self.asked.get() + 1);
        let mut under_way = self.device.under_way.borrow_mut();
        let id = under_way.last().map_or(0, |(id, _)| id + 1);
        under_way.push((id, None));
        let (request, sent_ms) = (request.clone(), now_ms());
        self.requests.borrow_mut().push_back(Sent { id, request, sent_ms, answer: None });
        Ok(())
    }

    fn hear(&self, timeout_ms: u32) -> LocalBoxFuture<'_, Result<Reply, Fault>> {
        let Some(sent) = self.requests.borrow_mut().pop_front() else {
            stand_in::pass(f64::from(timeout_ms));
            return ready(Err(Fault::TimedOut(timeout_ms))).boxed_local();
        };
        self.device.note(sent.id, None);
        let until_ms = now_ms() + f64::from(timeout_ms);
        let mut heard = Some(sent);
        let mut looks = 0u32;
        // Whoever asks several engines at once has asked them all before anybody answers; then
        // they answer one after another, and time passes until they do.
        poll_fn(move |context| {
            let Some(mut sent) = heard.take() else { return Poll::Pending };
            looks += 1;
            if looks > 1 {
                let (answer, due_ms) = sent.answer.take().unwrap_or_else(|| self.answered(&sent));
                let next_ms = due_ms.min(until_ms);
                self.device.note(sent.id, Some(next_ms));
                let is_next = self.device.is_next(sent.id);
                if is_next {
                    stand_in::pass(next_ms - now_ms());
                }
                if is_next && due_ms <= until_ms {
                    self.device.done(sent.id);
                    return Poll::Ready(answer);
                }
                sent.answer = Some((answer, due_ms));
                if is_next {
                    // Nobody listens, and nobody waits for it.
                    self.device.note(sent.id, Some(f64::INFINITY));
                    self.requests.borrow_mut().push_front(sent);
                    return Poll::Ready(Err(Fault::TimedOut(timeout_ms)));
                }
            }
            heard = Some(sent);
            context.waker().wake_by_ref();
            Poll::Pending
        })
        .boxed_local()
    }
}

impl Drop for StandInEngine {
    fn drop(&mut self) {
        for sent in self.requests.borrow().iter() {
            self.device.done(sent.id);
        }
    }
}

impl StandInEngine {
    /// Works a request out: the answer, and when it comes.
    fn answered(&self, sent: &Sent) -> (Result<Reply, Fault>, f64) {
        let (reply, takes_ms) = match self.mood {
            Mood::Silent => (Err(Fault::Broke("it is silent".to_owned())), f64::INFINITY),
            Mood::Dies(at) if self.asked.get() >= at => {
                (Err(Fault::Broke("unreachable".to_owned())), 0.0)
            }
            _ => {
                let (reply, ms) = self.reply(sent);
                (Ok(reply), ms + self.device.message_ms)
            }
        };
        (reply, sent.sent_ms + takes_ms)
    }
}
