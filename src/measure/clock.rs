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
    stand_in::now_ms()
}

#[cfg(not(target_arch = "wasm32"))]
fn real_ms() -> f64 {
    use std::sync::OnceLock;
    use std::time::Instant;
    static ORIGIN: OnceLock<Instant> = OnceLock::new();
    ORIGIN.get_or_init(Instant::now).elapsed().as_secs_f64() * 1e3
}

/// A clock for programs that have only stand-ins to wait for: time passes at once, and the clock
/// can be as coarse as a browser's. Each thread has its own.
#[cfg(not(target_arch = "wasm32"))]
pub mod stand_in {
    use std::cell::Cell;

    thread_local! {
        static PASSED_MS: Cell<f64> = const { Cell::new(0.0) };
        static STEP_MS: Cell<f64> = const { Cell::new(0.0) };
        static STOPPED_MS: Cell<Option<f64>> = const { Cell::new(None) };
        static SLEEP: Cell<Option<(f64, f64)>> = const { Cell::new(None) };
    }

    /// Where real time stands still, a reading takes so long, so that whoever waits for the clock
    /// to move does not wait for ever.
    const READ_MS: f64 = 2e-4;

    /// Lets so many milliseconds pass at once.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::measure::clock::{now_ms, stand_in};
    /// let start_ms = now_ms();
    /// stand_in::pass(60_000.0);
    /// assert!(now_ms() - start_ms >= 60_000.0);
    /// ```
    pub fn pass(ms: f64) {
        let passed_ms = PASSED_MS.get() + ms.max(0.0);
        PASSED_MS.set(passed_ms);
        if let Some((_, for_ms)) = SLEEP.get().filter(|(from_ms, _)| passed_ms > *from_ms) {
            SLEEP.set(None);
            PASSED_MS.set(passed_ms + for_ms);
        }
    }

    /// After so many milliseconds more the device sleeps, for so long: then time passes, and
    /// nothing happens meanwhile.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::measure::clock::{now_ms, stand_in};
    /// let start_ms = now_ms();
    /// stand_in::sleep(5.0, 20_000.0);
    /// stand_in::pass(1.0);
    /// assert!(now_ms() - start_ms < 1_000.0);
    /// stand_in::pass(5.0);
    /// assert!(now_ms() - start_ms >= 20_000.0);
    /// ```
    pub fn sleep(after_ms: f64, for_ms: f64) {
        SLEEP.set(Some((PASSED_MS.get() + after_ms, for_ms)));
    }

    /// From now on the clock of this thread moves in steps of so many milliseconds; 0 for its own.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::measure::clock::{now_ms, stand_in};
    /// stand_in::coarsen(100.0);
    /// assert_eq!(now_ms() % 100.0, 0.0);
    /// stand_in::coarsen(0.0);
    /// ```
    pub fn coarsen(step_ms: f64) {
        STEP_MS.set(step_ms);
    }

    /// Whether real time passes on this thread from now on. Where it does not, only that time
    /// passes which [`pass`] lets pass, and what readings take, however busy the machine is.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::measure::clock::{now_ms, stand_in};
    /// stand_in::real_time(false);
    /// let start_ms = now_ms();
    /// std::thread::sleep(std::time::Duration::from_millis(20));
    /// assert!(now_ms() - start_ms < 1.0);
    /// ```
    pub fn real_time(passes: bool) {
        let stopped_ms = || STOPPED_MS.get().unwrap_or_else(super::real_ms);
        STOPPED_MS.set((!passes).then(stopped_ms));
    }

    /// What this thread's clock shows.
    pub(super) fn now_ms() -> f64 {
        let real_ms = match STOPPED_MS.get() {
            Some(stopped_ms) => {
                pass(READ_MS);
                stopped_ms
            }
            None => super::real_ms(),
        };
        let (ms, step_ms) = (real_ms + PASSED_MS.get(), STEP_MS.get());
        if step_ms > 0.0 { (ms / step_ms).floor() * step_ms } else { ms }
    }
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

/// Milliseconds of the calendar: they go on while a device sleeps, and jump when it is set.
#[cfg(target_arch = "wasm32")]
pub fn calendar_ms() -> f64 {
    js_sys::Date::now()
}

/// Milliseconds of the calendar: natively those of the other clock.
#[cfg(not(target_arch = "wasm32"))]
pub fn calendar_ms() -> f64 {
    now_ms()
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
