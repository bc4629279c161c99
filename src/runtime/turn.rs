//! Windows do not measure each other: of all windows and tabs of one origin, whichever copy of the
//! lab they show, one at a time runs something.
//!
//! The browser's lock does it. A worker that has it keeps it until it is taken down, so whoever
//! stops a run, or closes its window, hands it on. Where a browser has no locks, or forbids them, a
//! run begins at once.

use std::pin::pin;

use futures_channel::oneshot;
use futures_util::future::{Either, FutureExt, select};
use gloo_timers::future::TimeoutFuture;
use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// The name of the lock, in every window.
const NAME: &str = "fib-lab/run";
/// Whoever gets the lock within this time has not waited.
const AT_ONCE_MS: u32 = 300;
/// Whoever waits says so again after this time.
const AGAIN_MS: u32 = 5_000;

/// Waits until no other window runs anything; `wait` hears again and again that it still does.
/// From then on it is this worker's turn, for as long as it lives.
pub async fn take(wait: impl Fn()) {
    let Some((asked, granted)) = ask() else { return };
    // Who is refused the lock does without.
    let refused = JsFuture::from(asked).map(|_| ());
    let mut answered = pin!(select(granted, refused));
    let mut patience_ms = AT_ONCE_MS;
    while let Either::Right(_) = select(&mut answered, TimeoutFuture::new(patience_ms)).await {
        wait();
        patience_ms = AGAIN_MS;
    }
}

/// Asks for the lock: what the browser promises, and who tells that it is granted.
fn ask() -> Option<(Promise, oneshot::Receiver<()>)> {
    let field = |of: &JsValue, name: &str| Reflect::get(of, &JsValue::from_str(name)).ok();
    let locks = field(&field(&js_sys::global(), "navigator")?, "locks")?;
    let request: Function = field(&locks, "request")?.dyn_into().ok()?;
    let (sender, granted) = oneshot::channel();
    let held = Closure::once_into_js(move |_: JsValue| {
        // Whoever asked waits for this.
        let _ = sender.send(());
        // It is held until this is kept, which is never: the worker is taken down.
        Promise::new(&mut |_, _| {})
    });
    let asked = request.call2(&locks, &JsValue::from_str(NAME), &held).ok()?;
    Some((asked.dyn_into().ok()?, granted))
}
