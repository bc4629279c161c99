//! What programs with separate memories are asked to do, and what they did: a parent's
//! children, their store, and ranks.

use serde::{Deserialize, Serialize};

use crate::trace::sample::Mark;

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
