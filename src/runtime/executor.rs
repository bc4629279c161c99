//! Runs one future on a worker's own event loop.
//!
//! The executor of wasm-bindgen-futures would do, but in a build with atomics it sleeps
//! on `Atomics.waitAsync`, and starts a worker from a `data:` address where a browser
//! lacks that, which the page's content policy forbids. What an engine waits for, timers,
//! requests and databases, wakes it on its own thread anyway.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake};

thread_local! {
    /// What this worker is doing; empty while it is being polled.
    static TASK: RefCell<Option<Pin<Box<dyn Future<Output = ()>>>>> = const { RefCell::new(None) };
    /// Whether the task was woken while it was being polled.
    static WOKEN: Cell<bool> = const { Cell::new(false) };
}

/// Wakes whatever task this worker has. Wakers are only called by the worker that made
/// them, because every future here ends in a callback of its own event loop.
struct Again;

impl Wake for Again {
    fn wake(self: Arc<Self>) {
        WOKEN.set(true);
        poll();
    }
}

/// Starts the future and goes on with it whenever it is woken. A worker does one thing at
/// a time: a future that is still under way is dropped.
pub fn execute(future: impl Future<Output = ()> + 'static) {
    TASK.set(Some(Box::pin(future)));
    WOKEN.set(true);
    poll();
}

fn poll() {
    // Absent while it is being polled: then the loop below sees that it was woken.
    let Some(mut task) = TASK.take() else { return };
    let waker = Arc::new(Again).into();
    while WOKEN.replace(false) {
        if task.as_mut().poll(&mut Context::from_waker(&waker)) == Poll::Ready(()) {
            return;
        }
    }
    TASK.set(Some(task));
}
