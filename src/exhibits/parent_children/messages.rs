//! What children and their store are asked to do, and what they say.

use serde::{Deserialize, Serialize};

use crate::params::RunSpec;
use crate::report::LineKind;
use crate::runtime::io::IoError;
use crate::runtime::program::Call;

/// A child's life; it ends with fib of its argument.
pub const CHILD: Call<ChildOrder, u64> = Call::named("child");
/// A question to the store.
pub const STORE: Call<StoreRequest, StoreReply> = Call::named("store");
/// The number of the store among the workers of a run.
pub const STORE_NUMBER: u32 = u32::MAX;

/// Why a child did not come to its end: a phrase.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChildError {
    /// It was given no port.
    #[error("the child has no way to the store")]
    NoStore,
    /// The browser did not send what it has for the store.
    #[error("a message to the store could not be sent: {0}")]
    NotSent(String),
    /// What the store answered is no answer.
    #[error("the store has not answered: {0}")]
    NotAnswered(String),
    /// What it waited for outside did not come.
    #[error(transparent)]
    Io(#[from] IoError),
}

/// A child prints a line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChildSays {
    /// What the line tells.
    pub kind: LineKind,
    /// What it says.
    pub text: String,
}

/// A question to the store, a small server of numbers by name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StoreRequest {
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
pub struct StoreReply {
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

/// What the children of a run do.
pub fn mode(spec: &RunSpec) -> Mode {
    match spec.name("mode") {
        "computing" => Mode::Computing,
        "requests" => Mode::Requests,
        "database" => Mode::Database,
        _ => Mode::Waiting,
    }
}
