//! The envelopes of the messages between page, conductor and engines. They are plain data,
//! so that they can be read in a browser's developer tools. What a program is given and
//! answers is its own affair: the envelope carries it as a [`Payload`].

use serde::{Deserialize, Serialize};

use super::payload::Payload;
use crate::measure::block::{Arm, Block};
use crate::measure::clock_sync::Clocks;
use crate::params::RunSpec;
use crate::report::{Prediction, Report};
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
    /// When the visitor pressed, on [`now_ms`](crate::measure::clock::now_ms)'s clock.
    pub pressed_ms: f64,
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
    /// What every block will hold a sample of.
    Arms {
        /// The arms.
        arms: Vec<Arm>,
    },
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
    pub timeout_ms: u32,
}

/// Conductor → engine.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Request {
    /// Run this program.
    Program {
        /// Its name, as the registry of the exhibits has it.
        name: String,
        /// What it is given.
        input: Payload,
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
    /// The ports that come with this message lead to these workers, in this order. Nothing
    /// is answered.
    Connect {
        /// Their numbers.
        peers: Vec<u32>,
    },
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
    /// The program has ended with this.
    Output(Payload),
    /// A program says something and goes on.
    Said(Payload),
    /// The kernel has ended.
    Sample(Sample),
    /// The engine's clocks.
    Clocks(Clocks),
    /// The engine's clock.
    Now {
        /// Its reading.
        ms: f64,
    },
}
