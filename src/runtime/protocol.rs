//! The messages between page, conductor and engines. They are plain data, so that
//! they can be read in a browser's developer tools.

pub use crate::exhibits::locks::messages::{Locks, Outside, Program, Stretch, Turn, TurnOrder};
pub use crate::exhibits::message_ring::messages::{
    Ask, Bug, ChildOrder, Delivery, Mode, Pattern, RankOrder, RankTurn, Told, Waiting,
};
use serde::{Deserialize, Serialize};

use crate::measure::block::Block;
use crate::measure::clock_sync::Clocks;
use crate::params::RunSpec;
use crate::report::{Prediction, Report};
use crate::theory::schedule::Plan;
use crate::trace::sample::Sample;

/// Page → conductor.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// Run this.
    Run(Box<RunOrder>),
    /// The page was shown or hidden.
    Visible {
        /// Whether it can be seen now.
        visible: bool,
    },
}

/// A run, and what the conductor cannot find out by itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RunOrder {
    /// What to run.
    pub spec: RunSpec,
    /// What the visitor expects.
    pub prediction: Option<Prediction>,
    /// Whether the task list is the exhibit's own, which may be scaled down on a slow device.
    pub default_tasks: bool,
    /// Whether the page is visible at the start.
    pub visible: bool,
    /// Absolute address of the folder that holds the engines.
    pub engines: String,
}

/// Conductor → page.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum News {
    /// The worker is up and listens.
    Ready,
    /// The worker did not come up, or broke down later.
    Fault {
        /// What the browser said.
        message: String,
    },
    /// The run goes on.
    Progress(Progress),
    /// A block is done.
    Block {
        /// Its samples.
        block: Block,
    },
    /// The run was not started, for this reason.
    Refused {
        /// What is wrong and what would be allowed.
        sentence: String,
    },
    /// The run is over.
    Finished {
        /// Everything it has to say.
        report: Box<Report>,
    },
    /// The run broke off, for this reason.
    Failed {
        /// What happened and what to try.
        sentence: String,
    },
}

/// Where a run stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// What is being done, as a short phrase.
    pub phase: String,
    /// Steps done.
    pub done: u32,
    /// Steps in all; 0 while that is not known.
    pub of: u32,
    /// The next news comes within this time unless something is broken.
    pub patience_ms: u32,
}

/// Conductor → engine.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Job {
    /// The serial program: one task after another on the engine's own thread.
    Serial {
        /// The arguments of fib.
        tasks: Vec<u32>,
        /// How many times the whole list is computed.
        repeats: u32,
    },
    /// The parallel program: the pool maps fib over the list.
    Pool {
        /// The arguments of fib.
        tasks: Vec<u32>,
        /// Who takes what.
        plan: Plan,
        /// How many times the whole list is computed.
        repeats: u32,
    },
    /// The same independent work on each of the first `workers` workers: fib(n), again and
    /// again, for a while.
    Kernel {
        /// The argument of fib.
        n: u32,
        /// For how long, in milliseconds; 0 for once.
        window_ms: f64,
        /// How many workers run it; the others sleep.
        workers: u32,
        /// When it begins, on [`crate::measure::clock`]; by default when all are awake.
        begun_ms: Option<f64>,
    },
    /// The engine's part in what threads of one interpreter share: made anew before each
    /// sample, by the first of them.
    Arena {
        /// How many threads take part.
        threads: u32,
        /// What they have to hold.
        locks: Locks,
        /// The switch interval.
        interval_ms: f64,
    },
    /// One thread's part in a program of several threads.
    Turn(TurnOrder),
    /// The ports that come with this message lead to these workers, in this order.
    Connect {
        /// Their numbers.
        peers: Vec<u32>,
    },
    /// A question to the store; the engine that is asked becomes one.
    Ask(Ask),
    /// A child's life.
    Child(ChildOrder),
    /// A rank's part in a program of several.
    Rank(RankOrder),
    /// What the engine's clocks are like.
    Clocks,
    /// One reading of the engine's clock.
    Now,
}

/// Engine → conductor.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reply {
    /// The worker is up and listens.
    Ready,
    /// The worker did not come up, or could not do what was asked.
    Fault {
        /// What happened.
        message: String,
    },
    /// The job is done.
    Sample(Sample),
    /// The turn is over.
    Turn(Turn),
    /// A program prints a line and goes on.
    Said {
        /// When, on its clock.
        at_ms: f64,
        /// What.
        text: String,
    },
    /// A rank waits for a message.
    Waits(Waiting),
    /// A rank's part is over.
    Rank(RankTurn),
    /// A child's life is over: it had this answer.
    Child {
        /// fib of its argument.
        value: u64,
    },
    /// The store answers.
    Told(Told),
    /// The engine's clocks.
    Clocks(Clocks),
}
