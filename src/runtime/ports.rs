//! Ports: ways from one worker to another, past the conductor. Natively there are none; a
//! stand-in for the workers gets empty ones.

/// A way to another worker.
#[cfg(target_arch = "wasm32")]
pub type Port = web_sys::MessagePort;
/// A way to another worker.
#[cfg(not(target_arch = "wasm32"))]
pub type Port = ();

/// The browser makes no way between two workers: a phrase.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no way between two workers could be made: {0}")]
pub struct NoChannel(pub String);

/// Both ends of a new way between two workers.
///
/// # Errors
///
/// Where the browser refuses.
#[cfg(target_arch = "wasm32")]
pub fn channel() -> Result<(Port, Port), NoChannel> {
    let channel =
        web_sys::MessageChannel::new().map_err(|error| NoChannel(super::message::text(&error)))?;
    Ok((channel.port1(), channel.port2()))
}

/// Both ends of a new way between two workers.
///
/// # Errors
///
/// None natively.
#[cfg(not(target_arch = "wasm32"))]
pub fn channel() -> Result<(Port, Port), NoChannel> {
    Ok(((), ()))
}

/// Ports that came to a worker, until a program takes them; then whatever comes goes to it.
#[derive(Default)]
pub struct Arrivals {
    waiting: Vec<(u32, Port)>,
    take: Option<Box<dyn FnMut(u32, Port)>>,
}

impl Arrivals {
    /// A port has come.
    pub fn arrive(&mut self, peer: u32, port: Port) {
        match &mut self.take {
            Some(take) => take(peer, port),
            None => self.waiting.push((peer, port)),
        }
    }

    /// From now on every port goes to `take`; those that have come, at once.
    pub fn hand_to(&mut self, mut take: Box<dyn FnMut(u32, Port)>) {
        for (peer, port) in self.waiting.drain(..) {
            take(peer, port);
        }
        self.take = Some(take);
    }
}
