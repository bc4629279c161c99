//! A stand-in for the workers of a browser, so that rigs, teams, blocks and whole runs are
//! tested natively: its time is virtual, and its engines can be slow, silent, wrong or dead.
//!
//! Whoever waits for an engine lets the time pass that its work takes, on as many cores as the
//! device has; the clock that everything reads is [`crate::measure::clock::stand_in`]'s.

use std::cell::RefCell;
use std::rc::Rc;

use futures_util::future::{FutureExt, LocalBoxFuture, ready};

use super::capabilities::Surroundings;
use super::engine::{Engine, Fault};
use super::protocol::{News, RunOrder};
use super::rig::Starter;
use super::run::{Place, Run};
use super::team::{Team, TeamKind};
use crate::measure::clock::{now_ms, stand_in};
use crate::params::RunSpec;

mod answers;
mod device;
mod link;

pub use self::device::{Conditions, Mood, Played, SOUND, StandIn};

impl StandIn {
    /// A run of this specification on this device, and what is heard of it.
    pub fn run(self, spec: RunSpec) -> (Rc<Run>, Rc<RefCell<Vec<News>>>) {
        let heard: Rc<RefCell<Vec<News>>> = Rc::default();
        let ear = Rc::clone(&heard);
        (self.run_heard(spec, move |news| ear.borrow_mut().push(news)), heard)
    }

    /// A run of this specification on this device; `hear` gets all news.
    pub fn run_heard(self, spec: RunSpec, hear: impl Fn(News) + 'static) -> Rc<Run> {
        let cores = self.claimed;
        let shared = self.shared_memory;
        let here = Surroundings { isolated: shared, shared_memory: shared, workers: true, cores };
        stand_in::coarsen(self.clock_step_ms);
        stand_in::real_time(self.real_time);
        let place = Place {
            here,
            user_agent: "a stand-in".to_owned(),
            node: "nowhere".to_owned(),
            started_at: "2026-01-01T00:00:00.000Z".to_owned(),
            hidden: Rc::default(),
            starter: Box::new(self),
            news: Box::new(hear),
        };
        let order = RunOrder {
            spec,
            prediction: None,
            default_tasks: false,
            visible: true,
            engines: String::new(),
            pressed_ms: now_ms(),
        };
        Rc::new(Run::begin(order, place))
    }
}

impl Starter for StandIn {
    fn plain(&self) -> LocalBoxFuture<'_, Result<Engine, Fault>> {
        ready(Ok(self.engine(self.plain, 1))).boxed_local()
    }

    fn team(&self, kind: TeamKind, workers: u32) -> LocalBoxFuture<'_, Result<Team, Fault>> {
        self.started.borrow_mut().push((kind, workers));
        let team = match kind {
            TeamKind::Pool if !self.has_pools => {
                Err(Fault::DidNotStart("the pool did not come up".to_owned()))
            }
            TeamKind::Pool => Ok(Team::pool(self.engine(self.team, workers))),
            _ => {
                let mood = if kind == TeamKind::JavaScript { self.javascript } else { self.team };
                Ok(Team::each((0..workers).map(|_| self.engine(mood, 1)).collect()))
            }
        };
        ready(team).boxed_local()
    }

    fn small_file(&self) -> String {
        "worker.js".to_owned()
    }
}
