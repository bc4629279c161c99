//! A child's life, inside its worker.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use web_sys::MessagePort;

use super::messages::{CHILD, ChildError, ChildOrder, ChildSays, Mode, StoreRequest};
use super::program::{Child, compute, life};
use super::store::ask;
use crate::fib;
use crate::report::LineKind;
use crate::runtime::io::{Io, IoSource};
use crate::runtime::program::{Call, Here, Program};

/// A part of the work that waits takes this long: five of them two seconds.
const PART_MS: u32 = 400;
/// A part of the work outside consists of so many requests, or uses of the database.
const USES: u32 = 5;

struct RealChild<'a> {
    here: &'a Here,
    order: &'a ChildOrder,
    store: &'a MessagePort,
    io: Option<Io>,
    value: u64,
}

impl Child for RealChild<'_> {
    fn say(&mut self, kind: LineKind, text: &str) {
        self.here.say(&ChildSays { kind, text: text.to_owned() });
    }

    async fn work(&mut self, part: u32) -> Result<(), ChildError> {
        match (&self.io, self.order.mode) {
            (Some(io), _) => {
                for _ in 0..USES {
                    io.wait().await?;
                }
            }
            (None, Mode::Computing) => self.value += compute(self.order.n, part),
            _ => TimeoutFuture::new(PART_MS).await,
        }
        Ok(())
    }

    async fn done(&mut self) -> Result<(), ChildError> {
        ask(self.store, &StoreRequest::Incr { key: "done".to_owned() }).await.map(drop)
    }

    async fn half_way(&mut self) {
        if self.order.dies {
            self.say(LineKind::Dies, "dies");
            // In a callback of the event loop, so that the browser sees it as what it is:
            // an error that nobody caught, which ends the program.
            TimeoutFuture::new(0).await;
            std::process::abort();
        }
    }
}

/// A child, as a program of its engine.
pub struct ChildProgram;

impl Program for ChildProgram {
    type Input = ChildOrder;
    type Output = u64;
    type Error = ChildError;
    const CALL: Call<ChildOrder, u64> = CHILD;

    async fn run(order: ChildOrder, here: Rc<Here>) -> Result<u64, ChildError> {
        // The only port that a child is given leads to the store.
        let port: Rc<RefCell<Option<MessagePort>>> = Rc::default();
        let place = Rc::clone(&port);
        here.take_ports(move |_, port| *place.borrow_mut() = Some(port));
        let store = port.borrow().clone().ok_or(ChildError::NoStore)?;
        let io = match order.mode {
            Mode::Requests => Some(Io::open(IoSource::Request, &order.address, order.me).await?),
            Mode::Database => Some(Io::open(IoSource::Database, "", order.me).await?),
            _ => None,
        };
        let mut child = RealChild { here: &here, order: &order, store: &store, io, value: 0 };
        let outcome = life(&mut child).await;
        if let Some(io) = child.io {
            io.close().await?;
        }
        outcome?;
        Ok(match order.mode {
            Mode::Computing => child.value,
            _ => fib::fast_doubling(order.n),
        })
    }
}
