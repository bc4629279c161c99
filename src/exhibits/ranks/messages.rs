//! What ranks are asked to do, what they say meanwhile, and what they did.

use serde::{Deserialize, Serialize};

use crate::report::LineKind;
use crate::runtime::program::Call;
use crate::trace::sample::TaskSpan;

/// A rank's part in a program of several.
pub const RANK: Call<RankOrder, RankLog> = Call::named("rank");

/// Why a rank broke down: a phrase.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RankError {
    /// It has no port to that rank.
    #[error("there is no way to rank {0}")]
    NoWay(u32),
    /// The browser did not send it.
    #[error("a message could not be sent: {0}")]
    NotSent(String),
    /// Nobody is left who could wake it.
    #[error("the wait was given up")]
    GivenUp,
    /// A message has another content or length than it was sent with.
    #[error("a message arrived damaged")]
    Damaged,
}

/// What a rank says while it runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RankSays {
    /// It prints a line.
    Line {
        /// When, on its clock.
        at_ms: f64,
        /// What the line tells.
        kind: LineKind,
        /// What it says.
        text: String,
    },
    /// It waits for a message.
    Waits(Waiting),
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
pub struct RankLog {
    /// When it began.
    pub start_ms: f64,
    /// When it ended.
    pub end_ms: f64,
    /// Whether it died.
    pub died: bool,
    /// The messages it received, in order.
    pub deliveries: Vec<Delivery>,
    /// The tasks it computed.
    pub spans: Vec<TaskSpan>,
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
