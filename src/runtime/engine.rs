//! An engine as the conductor sees it: asked by messages, answering in its time, or not.
//!
//! What carries the messages is a [`Link`]: a worker of the browser, or, in native tests, a
//! stand-in that can be slow, silent, wrong or dead.

use futures_util::future::LocalBoxFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::patience::patiently;
use super::payload::Payload;
use super::ports::Port;
use super::program::Call;
use super::protocol::{Reply, Request};
use crate::measure::clock::now_ms;
use crate::measure::clock_sync::{Alignment, Clocks, ROUND_TRIPS};
use crate::trace::sample::Sample;

pub use super::fault::Fault;

/// What carries messages to an engine and back.
pub trait Link {
    /// Sends a message, and ports with it.
    fn send(&self, request: &Request, ports: Vec<Port>) -> Result<(), Fault>;

    /// The next thing that the engine says, for which it has `timeout_ms`. What comes later is
    /// heard when it is listened to once more.
    fn hear(&self, timeout_ms: u32) -> LocalBoxFuture<'_, Result<Reply, Fault>>;
}

/// An engine. It does one thing at a time: calls must not overlap.
pub struct Engine {
    link: Box<dyn Link>,
}

impl Engine {
    /// The engine at the other end of this link, which is up and listens.
    pub fn at(link: impl Link + 'static) -> Engine {
        Engine { link: Box::new(link) }
    }

    /// Runs a program and waits for its end, for at most `timeout_ms`.
    pub async fn call<I: Serialize, O: DeserializeOwned>(
        &self,
        call: &Call<I, O>,
        input: &I,
        timeout_ms: u32,
    ) -> Result<O, Fault> {
        self.begin(call, input)?;
        match self.hear(timeout_ms).await? {
            Reply::Output(output) => Ok(output.read()?),
            _ => Err(unexpected()),
        }
    }

    /// Runs a program that speaks while it runs: `heard` gets everything it says. It may be
    /// quiet for `timeout_ms` at a time.
    pub async fn follow<I: Serialize, O: DeserializeOwned, S: DeserializeOwned>(
        &self,
        call: &Call<I, O>,
        input: &I,
        timeout_ms: u32,
        mut heard: impl FnMut(S),
    ) -> Result<O, Fault> {
        self.begin(call, input)?;
        loop {
            match self.hear(timeout_ms).await? {
                Reply::Output(output) => return Ok(output.read()?),
                Reply::Said(said) => heard(said.read()?),
                _ => return Err(unexpected()),
            }
        }
    }

    /// Waits for the next thing that a program says by itself, after its end.
    pub async fn said<S: DeserializeOwned>(&self, timeout_ms: u32) -> Result<S, Fault> {
        match self.hear(timeout_ms).await? {
            Reply::Said(said) => Ok(said.read()?),
            _ => Err(unexpected()),
        }
    }

    /// Gives the engine ports that lead to these workers. It takes them before whatever it
    /// is sent later, so nobody has to wait.
    pub fn connect(&self, ways: Vec<(u32, Port)>) -> Result<(), Fault> {
        let (peers, ports) = ways.into_iter().unzip();
        self.link.send(&Request::Connect { peers }, ports)
    }

    /// The same work on each of the first `workers` workers of the engine, for a while; see
    /// [`Request::Kernel`].
    pub async fn kernel(&self, kernel: Request, timeout_ms: u32) -> Result<Sample, Fault> {
        self.link.send(&kernel, Vec::new())?;
        match self.hear(timeout_ms).await? {
            Reply::Sample(sample) => Ok(sample),
            _ => Err(unexpected()),
        }
    }

    /// Asks what the engine's clocks are like.
    pub async fn clocks(&self, timeout_ms: u32) -> Result<Clocks, Fault> {
        self.link.send(&Request::Clocks, Vec::new())?;
        match self.hear(timeout_ms).await? {
            Reply::Clocks(clocks) => Ok(clocks),
            _ => Err(unexpected()),
        }
    }

    /// Finds out where the engine's clock stands, seen from this worker's, whose step is
    /// `step_ms`.
    pub async fn align(&self, step_ms: f64, timeout_ms: u32) -> Result<Alignment, Fault> {
        let mut trips = Vec::with_capacity(ROUND_TRIPS as usize);
        for _ in 0..ROUND_TRIPS {
            let asked_ms = now_ms();
            self.link.send(&Request::Now, Vec::new())?;
            let Reply::Now { ms } = self.hear(timeout_ms).await? else { return Err(unexpected()) };
            trips.push((asked_ms, ms, now_ms()));
        }
        let lost = Alignment { offset_ms: 0.0, error_ms: f64::from(timeout_ms) };
        Ok(Alignment::of(trips, step_ms).unwrap_or(lost))
    }

    fn begin<I: Serialize, O>(&self, call: &Call<I, O>, input: &I) -> Result<(), Fault> {
        let (name, input) = (call.name.to_owned(), Payload::of(input)?);
        self.link.send(&Request::Program { name, input }, Vec::new())
    }

    async fn hear(&self, timeout_ms: u32) -> Result<Reply, Fault> {
        let heard = patiently(timeout_ms, async |ms| self.link.hear(ms).await);
        match heard.await? {
            Reply::Fault { message } => Err(Fault::Broke(message)),
            reply => Ok(reply),
        }
    }
}

fn unexpected() -> Fault {
    Fault::Broke("it answered something else".to_owned())
}
