//! A device that is made up: how its engines behave, and what they find.

use std::cell::RefCell;
use std::rc::Rc;

use futures_util::future::{FutureExt, LocalBoxFuture, ready};

use crate::measure::clock::stand_in;
use crate::params::RunSpec;
use crate::runtime::capabilities::Surroundings;
use crate::runtime::engine::{Engine, Fault};
use crate::runtime::payload::Payload;
use crate::runtime::protocol::{News, RunOrder};
use crate::runtime::rig::Starter;
use crate::runtime::run::{Place, Run};
use crate::runtime::team::{Team, TeamKind};

/// Something under way, by its number, and when somebody has to look at it again, once that is
/// known.
pub type UnderWay = (u64, Option<f64>);

/// How an engine behaves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Mood {
    /// It answers, so many times as slowly as the others.
    Slow(f64),
    /// It never answers.
    Silent,
    /// From its so many-th request on its answers are wrong by one.
    Wrong(u32),
    /// It breaks down at its so many-th request.
    Dies(u32),
}

/// An ordinary engine.
pub const SOUND: Mood = Mood::Slow(1.0);

/// What a program of an exhibit finds on a stand-in.
#[derive(Clone, Copy, Debug)]
pub struct Conditions {
    /// How long one call of fib takes.
    pub call_ms: f64,
    /// How many cores the device has.
    pub cores: f64,
    /// How many programs are under way, this one included.
    pub together: f64,
    /// When this one begins.
    pub start_ms: f64,
    /// The step of the clock.
    pub clock_step_ms: f64,
}

impl Conditions {
    /// A time of the clock.
    pub fn read(&self, ms: f64) -> f64 {
        (ms / self.clock_step_ms).floor() * self.clock_step_ms
    }

    /// How much longer everything takes because there are fewer cores than programs.
    pub fn crowding(&self) -> f64 {
        (self.together / self.cores).max(1.0)
    }
}

/// A program that an exhibit brings along for its stand-ins: what it answers, and how long it
/// takes; `None` of a name that it does not know.
pub type Played = fn(&str, &Payload, Conditions) -> Option<(Payload, f64)>;

/// A device that is made up.
#[derive(Clone, Debug)]
pub struct StandIn {
    /// How long one call of fib takes.
    pub call_ms: f64,
    /// The step of every clock.
    pub clock_step_ms: f64,
    /// How many cores it has.
    pub cores: u32,
    /// How many it claims.
    pub claimed: u32,
    /// How long it takes to ask an engine and to be answered.
    pub message_ms: f64,
    /// How the plain engine behaves.
    pub plain: Mood,
    /// How the workers of every team behave.
    pub team: Mood,
    /// How the workers in plain JavaScript behave.
    pub javascript: Mood,
    /// Whether a pool of threads comes up.
    pub has_pools: bool,
    /// By which share the tasks of a pool take longer, for no reason that anything else shows.
    pub unexplained: f64,
    /// What was started: the kind of each team, and its workers.
    pub started: Rc<RefCell<Vec<(TeamKind, u32)>>>,
    /// Whether real time passes too, for what really runs.
    pub real_time: bool,
    /// What programs of exhibits do.
    pub played: Vec<Played>,
    /// What is under way: when each will be done, once that is known.
    pub under_way: Rc<RefCell<Vec<UnderWay>>>,
}

impl Default for StandIn {
    fn default() -> StandIn {
        StandIn {
            call_ms: 1e-6,
            clock_step_ms: 0.005,
            cores: 2,
            claimed: 2,
            message_ms: 0.0,
            plain: SOUND,
            team: SOUND,
            javascript: SOUND,
            has_pools: true,
            unexplained: 0.0,
            started: Rc::default(),
            real_time: false,
            played: Vec::new(),
            under_way: Rc::default(),
        }
    }
}

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
        let here = Surroundings { isolated: true, shared_memory: true, workers: true, cores };
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
