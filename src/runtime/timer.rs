//! Waiting for a while, without holding up the event loop.

/// Waits for so many milliseconds, and notes whether the device slept meanwhile.
#[cfg(target_arch = "wasm32")]
pub async fn sleep(ms: u32) {
    let begun = super::patience::Moment::now();
    gloo_timers::future::TimeoutFuture::new(ms).await;
    let _ = begun.gap_after(ms.into());
}

/// Waits for so many milliseconds. Natively, where only stand-ins are waited for, they pass at
/// once.
#[cfg(not(target_arch = "wasm32"))]
pub async fn sleep(ms: u32) {
    crate::measure::clock::stand_in::pass(ms.into());
}
