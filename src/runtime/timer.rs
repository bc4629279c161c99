//! Waiting for a while, without holding up the event loop.

/// Waits for so many milliseconds.
#[cfg(target_arch = "wasm32")]
pub async fn sleep(ms: u32) {
    gloo_timers::future::TimeoutFuture::new(ms).await;
}

/// Waits for so many milliseconds. Natively, where only stand-ins are waited for, they pass at
/// once.
#[cfg(not(target_arch = "wasm32"))]
pub async fn sleep(ms: u32) {
    crate::measure::clock::stand_in::pass(ms.into());
}
