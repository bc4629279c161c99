//! A device that is made up, and how its engines behave.

use std::cell::RefCell;
use std::rc::Rc;

use crate::runtime::payload::Payload;
use crate::runtime::team::TeamKind;

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
    /// Whether its page has memory that workers share.
    pub shared_memory: bool,
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
            shared_memory: true,
            has_pools: true,
            unexplained: 0.0,
            started: Rc::default(),
            real_time: false,
            played: Vec::new(),
            under_way: Rc::default(),
        }
    }
}
