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

/// A question to the store, a small server of numbers by name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ask {
    /// Keeps a number.
    Set {
        /// Its name.
        key: String,
        /// The number.
        value: u64,
    },
    /// The number with this name.
    Get {
        /// Its name.
        key: String,
    },
    /// Adds one to the number with this name; what is not there counts as 0.
    Incr {
        /// Its name.
        key: String,
    },
    /// Says by itself when the number with this name has grown so far.
    Watch {
        /// Its name.
        key: String,
        /// So far.
        until: u64,
    },
    /// Keeps a number after a while, as a child would that ends then.
    SetLater {
        /// Its name.
        key: String,
        /// The number.
        value: u64,
        /// After so many milliseconds.
        after_ms: u32,
        /// Whether the store then says so by itself.
        notify: bool,
    },
}

/// What the store answers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Told {
    /// The number; absent if there is none.
    pub value: Option<u64>,
    /// When it was last changed, on the store's clock.
    pub changed_ms: f64,
}

/// What a child does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChildOrder {
    /// Its number, from 0.
    pub me: u32,
    /// Its argument.
    pub n: u32,
    /// What its work consists of.
    pub mode: Mode,
    /// Whether it dies half-way.
    pub dies: bool,
    /// Absolute address of a small file, for children that send requests.
    pub address: String,
}

/// What the work of a child consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Waiting for timers.
    Waiting,
    /// Computing fib(n).
    Computing,
    /// Sending requests.
    Requests,
    /// Using a database.
    Database,
}

/// What a rank does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RankOrder {
    /// Its number, from 0.
    pub me: u32,
    /// How many ranks take part.
    pub of: u32,
    /// The program.
    pub pattern: Pattern,
}

/// The programs that ranks run together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pattern {
    /// A token goes round.
    Ring {
        /// How many times.
        rounds: u32,
        /// What is wrong with the program.
        bug: Bug,
    },
    /// Ranks 0 and 1 send a message to and fro.
    PingPong {
        /// Its size.
        bytes: u32,
        /// How many times.
        rounds: u32,
    },
    /// Rank 0 hands out lists of tasks and collects the answers.
    ScatterGather {
        /// The arguments of fib, a list for each rank.
        lists: Vec<Vec<u32>>,
    },
}

/// Mistakes that a program of ranks can contain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bug {
    /// None.
    None,
    /// The first rank dies before it sends.
    LostFirst,
    /// Ranks die after they received.
    LostReply,
    /// Rank 0 receives from rank −1.
    SourceMinusOne,
    /// Everyone receives first.
    EveryoneReceives,
}

/// What a rank did. Times are on [`crate::measure::clock`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RankTurn {
    /// When it began.
    pub start_ms: f64,
    /// When it ended.
    pub end_ms: f64,
    /// Whether it died.
    pub died: bool,
    /// The messages it received, in order.
    pub deliveries: Vec<Delivery>,
    /// The tasks it computed.
    pub marks: Vec<Mark>,
    /// How long each round took, in milliseconds, where it clocks them.
    pub rounds_ms: Vec<f64>,
    /// What it ended with: the token, or nothing.
    pub token: String,
    /// How many messages it sent to each rank.
    pub sent: Vec<u32>,
}

/// A message on its way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Delivery {
    /// The rank that sent it.
    pub from: u32,
    /// What it says.
    pub words: String,
    /// When it was sent, on the sender's clock.
    pub sent_ms: f64,
    /// When the rank began to wait for it.
    pub wanted_ms: f64,
    /// When it was received.
    pub received_ms: f64,
}

/// A rank that waits, and what it has sent and got so far: enough to tell whether
/// anything is still on its way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Waiting {
    /// For whom; there may be no such rank.
    pub from: i32,
    /// How many messages it has sent to each rank.
    pub sent: Vec<u32>,
    /// How many messages have arrived.
    pub arrived: u32,
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
