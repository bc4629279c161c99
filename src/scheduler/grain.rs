//! Automatic granularity: where a piece is too short to be worth sharing, the serial program
//! runs instead. What is too short is found out by the clock.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use super::context::Context;

/// The quantum: the shortest piece worth sharing, in microseconds. It is long against a steal and
/// against the step of an isolated page's clock, and short against what is worth splitting.
pub const QUANTUM_US: f32 = 25.0;
/// So many kinds of pieces a site tells apart.
const KEYS: usize = 64;
/// One call in so many is clocked.
const CLOCKED: u32 = 8;
/// The weight of a new reading in the fading mean.
const WEIGHT: f32 = 1.0 / 8.0;

/// What is known of the pieces that one place of a program makes: how long they take, by a key
/// that predicts it. Shared by all workers.
pub struct Site {
    /// The fading mean of each key, in microseconds, as bits; 0 while nothing is known.
    means: [AtomicU32; KEYS],
}

impl Default for Site {
    fn default() -> Site {
        Site::new()
    }
}

impl Site {
    /// A place of which nothing is known yet.
    pub const fn new() -> Site {
        Site { means: [const { AtomicU32::new(0) }; KEYS] }
    }

    fn mean(&self, key: u32) -> &AtomicU32 {
        &self.means[(key as usize).min(KEYS - 1)]
    }

    /// How long a piece takes, in microseconds, as far as is known.
    pub fn estimate_us(&self, key: u32) -> Option<f32> {
        let bits = self.mean(key).load(Relaxed);
        (bits != 0).then(|| f32::from_bits(bits))
    }

    /// Learns that a piece took so many milliseconds. Of two workers that learn at once one
    /// may be forgotten.
    fn learn(&self, key: u32, ms: f64) {
        // Never 0, which stands for nothing known.
        let us = ((ms * 1e3) as f32).max(1e-3);
        let mean = self.estimate_us(key).map_or(us, |mean| mean + (us - mean) * WEIGHT);
        self.mean(key).store(mean.to_bits(), Relaxed);
    }
}

/// Does a piece of work by one of two forms that compute the same from one input: `fork`, which splits
/// it further, or `serial`, which does not. `key` is anything below 64 that predicts how long the piece takes,
/// such as its size or the number of its digits; with a key that lumps short and long pieces
/// together use [`join_with`](super::join_with) alone.
///
/// Nothing here asks how many workers there are: one worker makes the same cuts as many. Where
/// the pool's clock goes in steps longer than the quantum, every piece is split.
///
/// # Examples
///
/// ```
/// use fib_lab::scheduler::{Context, Pool, Site, auto, join_with};
///
/// static SITE: Site = Site::new();
///
/// fn serial(n: u32) -> u64 {
///     if n <= 2 { 1 } else { serial(n - 1) + serial(n - 2) }
/// }
///
/// fn fib(context: Context<'_>, n: u32) -> u64 {
///     if n <= 2 {
///         return 1;
///     }
///     let split = |context: Context<'_>, n| {
///         let left = move |context: Context<'_>| fib(context, n - 1);
///         let right = move |context: Context<'_>| fib(context, n - 2);
///         join_with(context, left, right, |left, right| left + right)
///     };
///     auto(context, &SITE, n, n, split, serial)
/// }
///
/// assert_eq!(Pool::new(2).on_threads(|context| fib(context, 20)), 6765);
/// ```
#[inline]
pub fn auto<I, R>(
    context: Context<'_>,
    site: &Site,
    key: u32,
    input: I,
    fork: impl FnOnce(Context<'_>, I) -> R,
    serial: impl FnOnce(I) -> R,
) -> R {
    let seat = context.seat();
    let clock = seat.clock();
    if clock.step_ms * 1e3 > f64::from(QUANTUM_US) {
        seat.note_fork();
        return fork(context, input);
    }
    let estimate_us = site.estimate_us(key);
    let is_clocked = seat.count_call().is_multiple_of(CLOCKED) || estimate_us.is_none();
    let start_ms = is_clocked.then(clock.now_ms);
    let result = if estimate_us.is_some_and(|us| us <= QUANTUM_US) {
        serial(input)
    } else {
        seat.note_fork();
        fork(context, input)
    };
    if let Some(start_ms) = start_ms {
        site.learn(key, (clock.now_ms)() - start_ms);
    }
    result
}
