//! Programs that engines run, by name: what an exhibit brings along for the workers.
//!
//! The conductor's side knows a program by its [`Call`], which says its name and the types
//! of what goes in and comes out. The engine's side is a [`Program`]; the registry of the
//! exhibits lists an [`Entry`] for each, in which the types are forgotten.

use std::any::{Any, TypeId};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::rc::Rc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::payload::Payload;
use super::ports::{Arrivals, Port};

/// How to ask for a program: its name, and what goes in and comes out.
pub struct Call<I, O> {
    /// The name in messages.
    pub name: &'static str,
    types: PhantomData<fn(I) -> O>,
}

impl<I, O> Call<I, O> {
    /// The program with this name. Names are unique over all exhibits.
    pub const fn named(name: &'static str) -> Call<I, O> {
        Call { name, types: PhantomData }
    }
}

/// What an engine runs.
pub trait Program: 'static {
    /// What it is given.
    type Input: Serialize + DeserializeOwned + 'static;
    /// What it ends with.
    type Output: Serialize + DeserializeOwned + 'static;
    /// Why it can fail: a phrase.
    type Error: Display;
    /// How it is asked for.
    const CALL: Call<Self::Input, Self::Output>;

    /// Runs it. What needs no event loop is done before the first await, so that nothing
    /// else happens on its worker meanwhile.
    fn run(
        input: Self::Input,
        here: Rc<Here>,
    ) -> impl Future<Output = Result<Self::Output, Self::Error>>;
}

/// A program under way; the error is a phrase.
pub type Running = Pin<Box<dyn Future<Output = Result<Payload, String>>>>;

/// A program in a list of programs.
#[derive(Clone, Copy)]
pub struct Entry {
    /// Its name in messages.
    pub name: &'static str,
    /// Starts it.
    pub start: fn(Payload, Rc<Here>) -> Running,
}

impl Entry {
    /// The entry of a program.
    pub const fn of<P: Program>() -> Entry {
        Entry { name: P::CALL.name, start: start::<P> }
    }
}

fn start<P: Program>(input: Payload, here: Rc<Here>) -> Running {
    Box::pin(async move {
        let input = input.read().map_err(|misread| misread.to_string())?;
        let output = P::run(input, here).await.map_err(|error| error.to_string())?;
        Payload::of(&output).map_err(|misread| misread.to_string())
    })
}

/// What a program finds on its worker: a way to speak while it runs, ports to other workers,
/// and what programs keep there from one call to the next.
pub struct Here {
    speak: Box<dyn Fn(Payload)>,
    arrivals: RefCell<Arrivals>,
    kept: RefCell<BTreeMap<TypeId, Rc<dyn Any>>>,
}

impl Here {
    /// A place whose programs are heard by `speak`.
    pub fn new(speak: impl Fn(Payload) + 'static) -> Here {
        Here { speak: Box::new(speak), arrivals: RefCell::default(), kept: RefCell::default() }
    }

    /// Says something to whoever follows the program. What cannot be said is noticed by
    /// the other side's timeout.
    pub fn say<T: Serialize>(&self, what: &T) {
        if let Ok(payload) = Payload::of(what) {
            (self.speak)(payload);
        }
    }

    /// What programs of this worker keep under this type; made when it is first asked for.
    ///
    /// ```
    /// use fib_lab::runtime::program::Here;
    /// use std::cell::Cell;
    /// let here = Here::new(|_| {});
    /// here.kept::<Cell<u32>>().set(7);
    /// assert_eq!(here.kept::<Cell<u32>>().get(), 7);
    /// ```
    pub fn kept<T: Default + 'static>(&self) -> Rc<T> {
        let mut kept = self.kept.borrow_mut();
        let own = kept.entry(TypeId::of::<T>()).or_insert_with(|| Rc::new(T::default()));
        // What is kept under a type is of that type.
        Rc::clone(own).downcast().unwrap_or_default()
    }

    /// Takes a port that came for this worker and leads to that one.
    pub fn arrive(&self, peer: u32, port: Port) {
        self.arrivals.borrow_mut().arrive(peer, port);
    }

    /// Gives every port that has come or will come, with the number of the worker it leads
    /// to, to `take`.
    pub fn take_ports(&self, take: impl FnMut(u32, Port) + 'static) {
        self.arrivals.borrow_mut().hand_to(Box::new(take));
    }
}
