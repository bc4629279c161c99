//! What a run may cost: how long it may take, how long to wait for it, and the sentence that
//! refuses one that is too much.

use crate::measure::sampling::seen_ms;

/// A run that would take longer than this is refused.
pub const LONGEST_RUN_MS: f64 = 60_000.0;
/// Jobs that should take milliseconds are given up after this long.
pub const SHORT_TIMEOUT_MS: u32 = 10_000;
/// How long starting and warming up may take between two signs of life.
pub const START_TIMEOUT_MS: u32 = 60_000;
/// The kernel that measures the machine runs for this long.
const KERNEL_MS: f64 = 40.0;
/// Samples are given up after the longer of this and 20 times what they should take.
const LEAST_TIMEOUT_MS: f64 = 10_000.0;

/// Why a run is not started, in a sentence that says what would be allowed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// It would take too long.
    #[error(
        "This run would take about {:.0} s on this device, and a run may take {:.0} s. {fits}",
        .ms / 1e3, LONGEST_RUN_MS / 1e3
    )]
    TooLong {
        /// What it would take.
        ms: f64,
        /// What would fit.
        fits: Fits,
    },
    /// It would be short enough on a finer clock.
    #[error(
        "The clock of this browser moves in steps of {step_ms:.1} ms, so samples have to be long, \
         and this run would take about {:.0} s; a run may take {:.0} s. {fits}",
        .ms / 1e3, LONGEST_RUN_MS / 1e3
    )]
    CoarseClock {
        /// The step of the clock.
        step_ms: f64,
        /// What it would take.
        ms: f64,
        /// What would fit.
        fits: Fits,
    },
    /// Its parameters do not go together: a sentence.
    #[error("{0}")]
    Contradiction(&'static str),
}

/// What would fit instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fits {
    /// A smaller argument of fib.
    #[error("The largest n that fits here is {0}.")]
    LargestN(u32),
    /// A smaller argument of fib, known roughly.
    #[error("The largest n that fits here is about {0}.")]
    AboutN(u32),
    /// A shorter list.
    #[error("Fewer tasks would fit.")]
    FewerTasks,
    /// Fewer workers.
    #[error("Fewer workers would fit.")]
    FewerWorkers,
    /// A smaller argument, or fewer processes.
    #[error("Choose a smaller n, or fewer children.")]
    SmallerNOrFewerChildren,
    /// Fewer additions, known roughly.
    #[error("About {0} increments for each worker fit here.")]
    AboutIncrements(u32),
    /// Fewer complete comparisons.
    #[error("At most {0} rounds fit here.")]
    Rounds(u32),
}

impl Refusal {
    /// Refuses what would take longer than a run may.
    ///
    /// # Errors
    ///
    /// [`Refusal::TooLong`], with what `fits` finds.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::runtime::budget::{Fits, Refusal};
    /// assert_eq!(Refusal::if_too_long(9_000.0, || Fits::FewerTasks), Ok(()));
    /// let refusal = Refusal::if_too_long(90_000.0, || Fits::LargestN(38)).unwrap_err();
    /// assert_eq!(
    ///     refusal.to_string(),
    ///     "This run would take about 90 s on this device, and a run may take 60 s. The largest n \
    ///      that fits here is 38."
    /// );
    /// ```
    pub fn if_too_long(ms: f64, fits: impl FnOnce() -> Fits) -> Result<(), Refusal> {
        if ms > LONGEST_RUN_MS { Err(Refusal::TooLong { ms, fits: fits() }) } else { Ok(()) }
    }
}

/// How long to wait for a sample of blocks that should take `block_ms`, in milliseconds.
pub fn timeout_ms(block_ms: f64) -> u32 {
    (20.0 * block_ms).max(LEAST_TIMEOUT_MS) as u32
}

/// How long the kernel that measures the machine runs, in milliseconds: longer for a coarse
/// clock.
pub fn kernel_window_ms(clock_step_ms: f64) -> f64 {
    seen_ms(KERNEL_MS, 200.0, clock_step_ms)
}
