//! A stand-in for the workers of a browser, so that rigs, teams, blocks and whole runs are
//! tested natively: its time is virtual, and its engines can be slow, silent, wrong or dead.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use futures_util::future::{FutureExt, LocalBoxFuture, ready};

use super::capabilities::Surroundings;
use super::engine::{Engine, Fault, Link};
use super::payload::Payload;
use super::pool::{List, POOL, SERIAL, Shared};
use super::ports::Port;
use super::protocol::{News, Reply, Request, RunOrder};
use super::rig::Starter;
use super::run::{Place, Run};
use super::team::{Team, TeamKind};
use crate::fib;
use crate::measure::clock_sync::{Alignment, Clocks};
use crate::params::RunSpec;
use crate::theory::schedule::{makespan, simulate, work};
use crate::trace::sample::{Lane, Sample, TaskSpan};

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

/// A device that is made up.
#[derive(Clone, Debug)]
pub struct StandIn {
    /// How long one call of fib takes.
    pub call_ms: f64,
    /// The step of every clock.
    pub clock_step_ms: f64,
    /// How the plain engine behaves.
    pub plain: Mood,
    /// How the workers of every team behave.
    pub team: Mood,
    /// Whether a pool of threads comes up.
    pub has_pools: bool,
    /// By which share the tasks of a pool take longer, for no reason that anything else shows.
    pub unexplained: f64,
    /// What was started: the kind of each team, and its workers.
    pub started: Rc<RefCell<Vec<(TeamKind, u32)>>>,
}

impl Default for StandIn {
    fn default() -> StandIn {
        StandIn {
            call_ms: 1e-6,
            clock_step_ms: 0.005,
            plain: SOUND,
            team: SOUND,
            has_pools: true,
            unexplained: 0.0,
            started: Rc::default(),
        }
    }
}

impl StandIn {
    fn engine(&self, mood: Mood, threads: u32) -> Engine {
        Engine::at(StandInEngine {
            device: self.clone(),
            mood,
            threads,
            asked: Cell::new(0),
            replies: RefCell::default(),
        })
    }

    /// A run of this specification on this device, and what is heard of it.
    pub fn run(self, spec: RunSpec) -> (Rc<Run>, Rc<RefCell<Vec<News>>>) {
        let heard: Rc<RefCell<Vec<News>>> = Rc::default();
        let ear = Rc::clone(&heard);
        let here = Surroundings { isolated: true, shared_memory: true, workers: true, cores: 2 };
        let place = Place {
            here,
            user_agent: "a stand-in".to_owned(),
            node: "nowhere".to_owned(),
            started_at: "2026-01-01T00:00:00.000Z".to_owned(),
            hidden: Rc::default(),
            starter: Box::new(self),
            news: Box::new(move |news| ear.borrow_mut().push(news)),
        };
        let order = RunOrder {
            spec,
            prediction: None,
            default_tasks: false,
            visible: true,
            engines: String::new(),
        };
        (Rc::new(Run::begin(order, place)), heard)
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
            _ => Ok(Team::each((0..workers).map(|_| self.engine(self.team, 1)).collect())),
        };
        ready(team).boxed_local()
    }

    fn small_file(&self) -> String {
        "worker.js".to_owned()
    }
}

struct StandInEngine {
    device: StandIn,
    mood: Mood,
    /// How many threads its pool has.
    threads: u32,
    asked: Cell<u32>,
    replies: RefCell<VecDeque<Result<Reply, Fault>>>,
}

impl Link for StandInEngine {
    fn send(&self, request: &Request, _: Vec<Port>) -> Result<(), Fault> {
        self.asked.set(self.asked.get() + 1);
        let reply = match self.mood {
            Mood::Silent => return Ok(()),
            Mood::Dies(at) if self.asked.get() >= at => Err(Fault::Broke("unreachable".to_owned())),
            _ => Ok(self.reply(request)),
        };
        self.replies.borrow_mut().push_back(reply);
        Ok(())
    }

    fn hear(&self, timeout_ms: u32) -> LocalBoxFuture<'_, Result<Reply, Fault>> {
        let reply = self.replies.borrow_mut().pop_front();
        ready(reply.unwrap_or(Err(Fault::TimedOut(timeout_ms)))).boxed_local()
    }
}

impl StandInEngine {
    fn reply(&self, request: &Request) -> Reply {
        let device = &self.device;
        match request {
            Request::Program { name, input } if name == SERIAL.name => self.serial(input),
            Request::Program { name, input } if name == POOL.name => self.pool(input),
            Request::Program { name, .. } => {
                Reply::Fault { message: format!("a stand-in has no program {name}") }
            }
            &Request::Kernel { n, window_ms, workers, .. } => {
                let fib_ms = fib::calls(n) as f64 * device.call_ms * self.slowness();
                let span = TaskSpan {
                    task: (window_ms / fib_ms).ceil().max(1.0) as u32,
                    value: self.answer(n),
                    start_ms: 0.0,
                    end_ms: (window_ms / fib_ms).ceil().max(1.0) * fib_ms,
                };
                let lane = Lane { spans: vec![span], free_ms: span.end_ms };
                let lanes = vec![lane; workers.min(self.threads) as usize];
                Reply::Sample(Sample { start_ms: 0.0, ms: fib_ms, last_ms: span.end_ms, lanes })
            }
            Request::Connect { .. } => Reply::Ready,
            Request::Clocks => {
                let exact = Alignment { offset_ms: 0.0, error_ms: device.clock_step_ms };
                let threads = vec![exact; self.threads as usize];
                Reply::Clocks(Clocks { step_ms: device.clock_step_ms, read_ms: 1e-5, threads })
            }
            Request::Now => Reply::Now { ms: crate::measure::clock::now_ms() },
        }
    }

    fn slowness(&self) -> f64 {
        match self.mood {
            Mood::Slow(times) => times,
            _ => 1.0,
        }
    }

    fn answer(&self, n: u32) -> u64 {
        fib::iterative(n)
            + u64::from(matches!(self.mood, Mood::Wrong(from) if self.asked.get() >= from))
    }

    /// A time as a coarse clock would read it.
    fn read(&self, ms: f64) -> f64 {
        (ms / self.device.clock_step_ms).floor() * self.device.clock_step_ms
    }

    fn spans(
        &self,
        slots: impl Iterator<Item = (u32, u32, u64, u64)>,
        call_ms: f64,
    ) -> Vec<TaskSpan> {
        let span = |(task, n, start, end)| TaskSpan {
            task,
            value: self.answer(n),
            start_ms: start as f64 * call_ms,
            end_ms: end as f64 * call_ms,
        };
        slots.map(span).collect()
    }

    /// The lanes of a job of which each repetition takes so long, as a sample.
    fn sample(&self, lanes: Vec<Lane>, job_ms: f64, repeats: u32) -> Reply {
        let repeats = f64::from(repeats.max(1));
        let ms = self.read(job_ms * repeats) / repeats;
        let sample = Sample { start_ms: 0.0, ms, last_ms: job_ms, lanes };
        Payload::of(&sample).map_or_else(|error| panic!("{error}"), Reply::Output)
    }

    fn serial(&self, input: &Payload) -> Reply {
        let List { tasks, repeats } = input.read().unwrap();
        let mut start = 0;
        let slots = tasks.iter().zip(0..).map(|(&n, task)| {
            let slot = (task, n, start, start + fib::calls(n));
            start = slot.3;
            slot
        });
        let call_ms = self.device.call_ms * self.slowness();
        let spans = self.spans(slots, call_ms);
        let lane = Lane { free_ms: spans.last().map_or(0.0, |span| span.end_ms), spans };
        self.sample(vec![lane], work(&tasks).iter().sum::<u64>() as f64 * call_ms, repeats)
    }

    fn pool(&self, input: &Payload) -> Reply {
        let Shared { tasks, plan, repeats } = input.read().unwrap();
        let slots = simulate(&work(&tasks), self.threads as usize, &plan);
        let call_ms = self.device.call_ms * self.slowness() * (1.0 + self.device.unexplained);
        let lane = |worker| {
            let own = slots.iter().filter(|slot| slot.worker == worker);
            let own = own.map(|slot| (slot.task as u32, tasks[slot.task], slot.start, slot.end));
            let spans = self.spans(own, call_ms);
            Lane { free_ms: spans.last().map_or(0.0, |span| span.end_ms), spans }
        };
        let lanes = (0..self.threads as usize).map(lane).collect();
        self.sample(lanes, makespan(&slots) as f64 * call_ms, repeats)
    }
}
