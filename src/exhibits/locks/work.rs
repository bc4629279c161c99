//! What a thread under a lock does: the part that each exhibit brings along.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::fellows::Fellows;
use super::messages::ThreadOrder;
use crate::interpreter::log::ThreadLog;
use crate::interpreter::thread::Thread;
use crate::runtime::io::{IoError, IoSource};
use crate::runtime::program::Call;

/// The work of one thread.
pub trait Work: Clone + Serialize + DeserializeOwned + 'static {
    /// How a thread is asked to do it.
    const CALL: Call<ThreadOrder<Self>, ThreadLog>;

    /// The argument of the fib that it answers with; of the first, where there are several.
    fn argument(&self) -> u32;

    /// The arguments of all fibs that it answers with, in their order.
    fn arguments(&self) -> Vec<u32> {
        vec![self.argument()]
    }

    /// What it waits for outside, if it does.
    fn source(&self) -> Option<IoSource>;

    /// How much faster several threads can be together at the most: `workers` of them, on
    /// `cores` cores, where `locked` says whether one lock is for all.
    fn overlap(&self, workers: f64, cores: f64, locked: bool) -> f64;

    /// Does it, `rounds` times, beside its fellows.
    fn run(
        &self,
        thread: &mut Thread<'_>,
        rounds: u32,
        fellows: &Fellows<'_>,
    ) -> impl Future<Output = Result<(), IoError>>;
}
