//! What can go wrong with a worker, in words.

use super::misread::Misread;
use super::ports::NoChannel;

/// What can go wrong with a worker: the start of a sentence, without its full stop.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It did not come up: a file is missing or broken, or the browser refused.
    #[error("A worker could not be started ({0})")]
    DidNotStart(String),
    /// It broke down while it worked.
    #[error("A worker broke down ({0})")]
    Broke(String),
    /// It has not answered for this long, in milliseconds.
    #[error("A worker has not answered for {:.0} s", f64::from(*.0) / 1e3)]
    TimedOut(u32),
    /// It has not answered since the device slept, or the browser stopped the page.
    #[error(
        "The run was interrupted by sleep: for a while nothing ran, and a worker has not answered \
         since"
    )]
    Slept,
}

impl From<Misread> for Fault {
    fn from(misread: Misread) -> Fault {
        Fault::Broke(misread.to_string())
    }
}

impl From<NoChannel> for Fault {
    fn from(error: NoChannel) -> Fault {
        Fault::Broke(error.to_string())
    }
}
