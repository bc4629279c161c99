//! A stand-in for the workers of a browser, so that rigs, teams, blocks and whole runs are
//! tested natively: its time is virtual, and its engines can be slow, silent, wrong or dead.
//!
//! Whoever waits for an engine lets the time pass that its work takes, on as many cores as the
//! device has; the clock that everything reads is [`crate::measure::clock::stand_in`]'s.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;

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
use crate::measure::clock::{now_ms, stand_in};
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

/// Something under way, by its number, and when it will be done, once that is known.
pub type UnderWay = (u64, Option<f64>);

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
    fn engine(&self, mood: Mood, threads: u32) -> Engine {
        Engine::at(StandInEngine {
            device: self.clone(),
            mood,
            threads,
            asked: Cell::new(0),
            requests: RefCell::default(),
        })
    }

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
    /// What it was sent and has not answered.
    requests: RefCell<VecDeque<Sent>>,
}

/// A request on its way.
struct Sent {
    /// Its place among all that were ever sent on this device.
    id: u64,
    request: Request,
    sent_ms: f64,
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
        self.requests.borrow_mut().push_back(Sent { id, request, sent_ms });
        Ok(())
    }

    fn hear(&self, timeout_ms: u32) -> LocalBoxFuture<'_, Result<Reply, Fault>> {
        let Some(sent) = self.requests.borrow_mut().pop_front() else {
            stand_in::pass(f64::from(timeout_ms));
            return ready(Err(Fault::TimedOut(timeout_ms))).boxed_local();
        };
        let mut reply = None;
        let mut looks = 0u32;
        // Whoever asks several engines at once has asked them all before anybody answers; then
        // they answer one after another, and time passes until they do.
        poll_fn(move |context| {
            looks += 1;
            if looks > 1 && reply.is_none() {
                reply = Some(self.answered(&sent, timeout_ms));
            }
            let due_ms = self.device.due(sent.id);
            if let (Some(due_ms), true) = (due_ms, self.device.is_next(sent.id)) {
                stand_in::pass(due_ms - now_ms());
                self.device.done(sent.id);
                return Poll::Ready(reply.take().unwrap_or(Err(Fault::TimedOut(timeout_ms))));
            }
            context.waker().wake_by_ref();
            Poll::Pending
        })
        .boxed_local()
    }
}

impl StandIn {
    fn due(&self, id: u64) -> Option<f64> {
        self.under_way.borrow().iter().find(|(own, _)| *own == id)?.1
    }

    /// Whether this is the next to be done of all that is under way.
    fn is_next(&self, id: u64) -> bool {
        let under_way = self.under_way.borrow();
        let due = |(_, due_ms): &(u64, Option<f64>)| due_ms.unwrap_or(f64::NEG_INFINITY);
        let next = under_way.iter().min_by(|a, b| due(a).total_cmp(&due(b)));
        next.is_none_or(|(next, _)| *next == id)
    }

    fn done(&self, id: u64) {
        self.under_way.borrow_mut().retain(|(own, _)| *own != id);
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
    /// Works a request out, and notes when that is done; what takes longer than `timeout_ms` is
    /// given up then.
    fn answered(&self, sent: &Sent, timeout_ms: u32) -> Result<Reply, Fault> {
        let (reply, takes_ms) = match self.mood {
            Mood::Silent => (Err(Fault::TimedOut(timeout_ms)), f64::from(timeout_ms)),
            Mood::Dies(at) if self.asked.get() >= at => {
                (Err(Fault::Broke("unreachable".to_owned())), 0.0)
            }
            _ => {
                let (reply, ms) = self.reply(sent);
                (Ok(reply), ms + self.device.message_ms)
            }
        };
        let (reply, takes_ms) = match takes_ms > f64::from(timeout_ms) {
            true => (Err(Fault::TimedOut(timeout_ms)), f64::from(timeout_ms)),
            false => (reply, takes_ms),
        };
        let mut under_way = self.device.under_way.borrow_mut();
        if let Some((_, due_ms)) = under_way.iter_mut().find(|(id, _)| *id == sent.id) {
            *due_ms = Some(sent.sent_ms + takes_ms);
        }
        reply
    }

    /// What it answers, and how long that takes.
    fn reply(&self, sent: &Sent) -> (Reply, f64) {
        let device = &self.device;
        let conditions = Conditions {
            call_ms: device.call_ms * self.slowness(),
            cores: f64::from(device.cores),
            together: device.under_way.borrow().len() as f64,
            start_ms: sent.sent_ms,
            clock_step_ms: device.clock_step_ms,
        };
        match &sent.request {
            Request::Program { name, input } if name == SERIAL.name => {
                self.serial(input, conditions)
            }
            Request::Program { name, input } if name == POOL.name => self.pool(input, conditions),
            Request::Program { name, input } => {
                let played = device.played.iter().find_map(|play| play(name, input, conditions));
                let (output, ms) = played
                    .unwrap_or_else(|| panic!("a stand-in has no program {name} for this input"));
                (Reply::Output(output), ms)
            }
            &Request::Kernel { n, window_ms, workers, begun_ms } => {
                let own = workers.min(self.threads);
                let busy = conditions.together.max(f64::from(own));
                let crowding = Conditions { together: busy, ..conditions }.crowding();
                let fib_ms = fib::calls(n) as f64 * conditions.call_ms * crowding;
                let ran = (window_ms / fib_ms).ceil().max(1.0);
                let start_ms = begun_ms.unwrap_or(sent.sent_ms);
                let end_ms = start_ms + ran * fib_ms;
                let span = TaskSpan { task: ran as u32, value: self.answer(n), start_ms, end_ms };
                let lanes = vec![Lane { spans: vec![span], free_ms: end_ms }; own as usize];
                let last_ms = conditions.read(ran * fib_ms);
                (Reply::Sample(Sample { start_ms, ms: fib_ms, last_ms, lanes }), ran * fib_ms)
            }
            Request::Connect { .. } => (Reply::Ready, 0.0),
            Request::Clocks => {
                let exact = Alignment { offset_ms: 0.0, error_ms: device.clock_step_ms };
                let threads = vec![exact; self.threads as usize];
                let step_ms = device.clock_step_ms;
                (Reply::Clocks(Clocks { step_ms, read_ms: 1e-5, threads }), 0.0)
            }
            Request::Now => (Reply::Now { ms: now_ms() }, 0.0),
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

    fn spans(
        &self,
        slots: impl Iterator<Item = (u32, u32, u64, u64)>,
        start_ms: f64,
        call_ms: f64,
    ) -> Vec<TaskSpan> {
        let span = |(task, n, start, end)| TaskSpan {
            task,
            value: self.answer(n),
            start_ms: start_ms + start as f64 * call_ms,
            end_ms: start_ms + end as f64 * call_ms,
        };
        slots.map(span).collect()
    }

    /// The sample of a job of which each repetition takes so long, and how long all of it takes.
    /// `lanes` are those of a repetition that begins then.
    fn sample(
        lanes: impl FnOnce(f64) -> Vec<Lane>,
        (job_ms, repeats): (f64, u32),
        conditions: Conditions,
    ) -> (Reply, f64) {
        let repeats = f64::from(repeats.max(1));
        let ms = conditions.read(job_ms * repeats) / repeats;
        let start_ms = conditions.start_ms + (repeats - 1.0) * job_ms;
        let sample = Sample { start_ms, ms, last_ms: job_ms, lanes: lanes(start_ms) };
        let reply = Payload::of(&sample).map_or_else(|error| panic!("{error}"), Reply::Output);
        (reply, job_ms * repeats)
    }

    fn serial(&self, input: &Payload, conditions: Conditions) -> (Reply, f64) {
        let List { tasks, repeats } = input.read().unwrap();
        let mut start = 0;
        let slots = tasks.iter().zip(0..).map(|(&n, task)| {
            let slot = (task, n, start, start + fib::calls(n));
            start = slot.3;
            slot
        });
        let slots: Vec<_> = slots.collect();
        let call_ms = conditions.call_ms * conditions.crowding();
        let lanes = |start_ms| {
            let spans = self.spans(slots.into_iter(), start_ms, call_ms);
            vec![Lane { free_ms: spans.last().map_or(start_ms, |span| span.end_ms), spans }]
        };
        let job_ms = work(&tasks).iter().sum::<u64>() as f64 * call_ms;
        StandInEngine::sample(lanes, (job_ms, repeats), conditions)
    }

    fn pool(&self, input: &Payload, conditions: Conditions) -> (Reply, f64) {
        let Shared { tasks, plan, repeats } = input.read().unwrap();
        let slots = simulate(&work(&tasks), self.threads as usize, &plan);
        let calls = work(&tasks).iter().sum::<u64>() as f64;
        // Threads without a core of their own take turns.
        let ends = (makespan(&slots) as f64).max(calls / conditions.cores);
        let crowding = ends / (makespan(&slots) as f64).max(1.0);
        let call_ms = conditions.call_ms * crowding * (1.0 + self.device.unexplained);
        let lanes = |start_ms: f64| {
            let lane = |worker| {
                let own = slots.iter().filter(|slot| slot.worker == worker);
                let own =
                    own.map(|slot| (slot.task as u32, tasks[slot.task], slot.start, slot.end));
                let spans = self.spans(own, start_ms, call_ms);
                Lane { free_ms: spans.last().map_or(start_ms, |span| span.end_ms), spans }
            };
            (0..self.threads as usize).map(lane).collect()
        };
        let job_ms = makespan(&slots) as f64 * call_ms + self.device.message_ms / 10.0;
        StandInEngine::sample(lanes, (job_ms, repeats), conditions)
    }
}
