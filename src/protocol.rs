//! The messages between page, conductor and engines. They are plain data, so that
//! they can be read in a browser's developer tools.

use serde::{Deserialize, Serialize};

use crate::measure::alignment::Alignment;
use crate::report::{Block, Prediction, Report};
use crate::spec::RunSpec;
use crate::theory::schedule::Plan;
use crate::trace::Kind;

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
    /// What the engine's clocks are like.
    Clocks,
    /// One reading of the engine's clock.
    Now,
}

/// Which locks the threads of an interpreter have to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Locks {
    /// None.
    None,
    /// One for all of them.
    One,
    /// One for each of them.
    Each,
}

/// What one thread has to do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TurnOrder {
    /// Its number, from 0.
    pub me: u32,
    /// Whether it takes part in the arena and starts together with the others; else it
    /// runs alone and without a lock.
    pub together: bool,
    /// What it runs.
    pub program: Program,
    /// How many times, one after another.
    pub rounds: u32,
    /// Absolute address of a small file, for programs that send requests.
    pub address: String,
}

/// The programs that threads of an interpreter run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Program {
    /// fib(n) in bytecode.
    Bytecode {
        /// The argument of fib.
        n: u32,
    },
    /// Waits for something outside, notes how long the lock then takes to come back, and
    /// runs a little bytecode.
    Outside {
        /// What it waits for.
        what: Outside,
    },
    /// fib(n) in bytecode again and again, until all other threads are done.
    Busy {
        /// The argument of fib.
        n: u32,
    },
    /// fib(n) in native code, part of it under the lock.
    Native {
        /// The argument of fib.
        n: u32,
        /// The share of the work that is done under the lock, from 0 to 1.
        held: f64,
        /// How many times the lock is held.
        holds: u32,
    },
}

/// What a thread can wait for without the lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outside {
    /// A timer of 20 ms.
    Timer,
    /// A request to the page's own server.
    Request,
    /// An insert into the browser's database and a select.
    Database,
}

/// What one thread did in its turn. Times are on [`crate::measure::clock`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Turn {
    /// When it began.
    pub start_ms: f64,
    /// When it ended.
    pub end_ms: f64,
    /// The answers, one for each time the program ran.
    pub values: Vec<u64>,
    /// What it did when; the first of them, if there were too many.
    pub stretches: Vec<Stretch>,
    /// How many times it took the lock.
    pub takes: u32,
    /// The tickets that it drew under the lock; the first of them, if there were too many.
    pub tickets: Vec<u64>,
    /// Whether no other thread drew a ticket while this one held the lock.
    pub alone: bool,
    /// How long the lock took to come, where the program notes that.
    pub delays_ms: Vec<f64>,
}

impl Turn {
    /// Moves every time to another clock.
    pub fn map_times(&mut self, here: impl Fn(f64) -> f64) {
        self.start_ms = here(self.start_ms);
        self.end_ms = here(self.end_ms);
        for stretch in &mut self.stretches {
            stretch.start_ms = here(stretch.start_ms);
            stretch.end_ms = here(stretch.end_ms);
            stretch.requested_ms = stretch.requested_ms.map(&here);
        }
    }
}

/// A stretch of time in which a thread did one thing.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stretch {
    /// What: work, waiting for the lock, or waiting for something else.
    pub kind: Kind,
    /// Whether the thread held the lock meanwhile.
    pub held: bool,
    /// When it began.
    pub start_ms: f64,
    /// When it ended.
    pub end_ms: f64,
    /// When the thread asked the holder of the lock to drop it, if it had to.
    pub requested_ms: Option<f64>,
}

/// What an engine's clocks are like.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Clocks {
    /// The smallest step, in milliseconds.
    pub step_ms: f64,
    /// How long one reading takes, in milliseconds.
    pub read_ms: f64,
    /// Where the clock of each thread of the pool stands, seen from the engine's own.
    pub threads: Vec<Alignment>,
}

/// What an engine measured.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// Start of the last repetition, on [`crate::measure::clock`].
    pub start_ms: f64,
    /// Elapsed time of one repetition, the mean over all of them.
    pub ms: f64,
    /// Elapsed time of the last repetition, which the lanes describe.
    pub last_ms: f64,
    /// What each worker did in the last repetition.
    pub lanes: Vec<Lane>,
}

/// What one worker did.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Lane {
    /// Its tasks in order.
    pub marks: Vec<Mark>,
    /// When it found nothing more to do, on [`crate::measure::clock`].
    pub free_ms: f64,
}

/// One task on one worker.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    /// The index of the task in the list; of a kernel, how many times it ran.
    pub task: u32,
    /// The answer.
    pub value: u64,
    /// When it began, on [`crate::measure::clock`].
    pub start_ms: f64,
    /// When it ended, on [`crate::measure::clock`].
    pub end_ms: f64,
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
    /// The engine's clocks.
    Clocks(Clocks),
}
