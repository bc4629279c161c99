//! One clock for pages, workers and native programs.

/// Milliseconds on a clock that never runs backwards. Differences are elapsed time;
/// in a browser, readings of different workers share one origin as exactly as
/// `performance.timeOrigin` allows.
///
/// # Examples
///
/// ```
/// use fib_lab::measure::clock::now_ms;
/// let start_ms = now_ms();
/// std::thread::sleep(std::time::Duration::from_millis(2));
/// assert!(now_ms() - start_ms >= 2.0);
/// ```
#[cfg(not(target_arch = "wasm32"))]
pub fn now_ms() -> f64 {
    use std::sync::OnceLock;
    use std::time::Instant;
    static ORIGIN: OnceLock<Instant> = OnceLock::new();
    ORIGIN.get_or_init(Instant::now).elapsed().as_secs_f64() * 1e3
}

/// Milliseconds on a clock that never runs backwards. Differences are elapsed time;
/// in a browser, readings of different workers share one origin as exactly as
/// `performance.timeOrigin` allows.
#[cfg(target_arch = "wasm32")]
pub fn now_ms() -> f64 {
    use js_sys::Reflect;
    use wasm_bindgen::{JsCast, JsValue};
    use web_sys::Performance;
    thread_local! {
        // Found once per thread: the look-up costs more than the reading.
        static CLOCK: Option<(Performance, f64)> =
            Reflect::get(&js_sys::global(), &JsValue::from_str("performance"))
                .ok()
                .and_then(|value| value.dyn_into::<Performance>().ok())
                .map(|performance| {
                    let origin = performance.time_origin();
                    (performance, origin)
                });
    }
    // Every browser that has wasm has this clock; Date is the remainder of doubt.
    CLOCK.with(|clock| match clock {
        Some((performance, origin)) => origin + performance.now(),
        None => js_sys::Date::now(),
    })
}

/// How long one reading of the clock takes, in milliseconds: the mean of a thousand.
///
/// # Examples
///
/// ```
/// // A reading takes far less than what is measured: no sample is shorter than 10 ms.
/// assert!(fib_lab::measure::clock::read_ms() < 1.0);
/// ```
pub fn read_ms() -> f64 {
    const READINGS: u32 = 1000;
    let start_ms = now_ms();
    let mut end_ms = start_ms;
    for _ in 0..READINGS {
        end_ms = now_ms();
    }
    (end_ms - start_ms) / f64::from(READINGS)
}

/// The smallest step of a clock, in milliseconds: the least difference seen between
/// two unequal readings, over `steps` steps or 20 ms, whichever comes first, but over no
/// fewer than five: a thread that loses its core sees a step that is none.
///
/// # Examples
///
/// ```
/// let mut t = 0.0;
/// let step = fib_lab::measure::clock::step_ms(|| { t += 0.05; (t * 5.0_f64).floor() / 5.0 }, 20);
/// assert!((step - 0.2).abs() < 1e-9);
/// ```
///
/// ```
/// let mut readings = [0.0, 60.0, 61.0, 62.0, 63.0, 64.0, 65.0].into_iter();
/// let step = fib_lab::measure::clock::step_ms(|| readings.next().unwrap_or(99.0), 20);
/// assert_eq!(step, 1.0);
/// ```
pub fn step_ms(mut now: impl FnMut() -> f64, steps: u32) -> f64 {
    let start = now();
    let (mut last, mut least, mut seen) = (start, f64::INFINITY, 0);
    while seen < steps && (seen < 5 || last - start < 20.0) {
        let reading = now();
        if reading > last {
            least = least.min(reading - last);
            last = reading;
            seen += 1;
        }
    }
    least
}
