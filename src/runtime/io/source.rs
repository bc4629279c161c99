//! What a program can wait for, and why it may not come.

use serde::{Deserialize, Serialize};

/// What a program can wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IoSource {
    /// A timer of [`TIMER_MS`].
    Timer,
    /// A request to the page's own server.
    Request,
    /// An insert into the browser's database and a select.
    Database,
}

/// Why something outside did not answer: a phrase.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IoError {
    /// The server.
    #[error("a request failed: {0}")]
    Request(String),
    /// The database.
    #[error("the browser's database cannot be used here: {0}")]
    Database(String),
}

/// How long a timer runs.
pub const TIMER_MS: u32 = 20;
