//! The kernel that measures the machine: independent work on one worker or on several, for
//! a while. On both sides of it stands the same sum: the mean rate of the lanes.

#[cfg(target_arch = "wasm32")]
use std::hint::black_box;
#[cfg(target_arch = "wasm32")]
use std::sync::OnceLock;

#[cfg(target_arch = "wasm32")]
use crate::fib;
#[cfg(target_arch = "wasm32")]
use crate::measure::clock::now_ms;
use crate::trace::sample::Lane;
#[cfg(target_arch = "wasm32")]
use crate::trace::sample::{Sample, TaskSpan};

/// What one fib(n) of a kernel takes at the mean rate of these lanes, in milliseconds.
///
/// # Examples
///
/// ```
/// use fib_lab::runtime::kernel::kernel_ms;
/// use fib_lab::trace::sample::{Lane, TaskSpan};
/// // One worker computes 4 times in 20 ms, the other 6 times: 5 times on average.
/// let lane = |task| Lane {
///     spans: vec![TaskSpan { task, value: 6765, start_ms: 0.0, end_ms: 20.0 }],
///     free_ms: 20.0,
/// };
/// assert!((kernel_ms(&[lane(4), lane(6)]) - 4.0).abs() < 1e-12);
/// ```
pub fn kernel_ms(lanes: &[Lane]) -> f64 {
    let rates: f64 = lanes
        .iter()
        .flat_map(|lane| &lane.spans)
        .map(|span| f64::from(span.task) / (span.end_ms - span.start_ms).max(1e-6))
        .sum();
    lanes.len() as f64 / rates
}

/// The same work on each of the first `workers` workers, for `window_ms` from a common
/// start. Counting what gets done in a window, instead of timing a fixed amount, is fair
/// to workers that take turns on a core and to cores of two speeds; and a worker that has
/// to wait for a core before it can begin has been slow, not late.
/// The sample's time is that of one fib(n) at the workers' mean rate.
#[cfg(target_arch = "wasm32")]
pub fn kernel(n: u32, window_ms: f64, workers: u32, begun_ms: Option<f64>) -> Sample {
    let start_ms = now_ms();
    let begun: OnceLock<f64> = begun_ms.map(OnceLock::from).unwrap_or_default();
    let one = || {
        let start_ms = *begun.get_or_init(now_ms);
        let mut span = TaskSpan { start_ms, ..TaskSpan::default() };
        loop {
            span.value = fib::naive(black_box(n));
            span.task += 1;
            span.end_ms = now_ms();
            if span.end_ms - span.start_ms >= window_ms {
                return Lane { spans: vec![span], free_ms: span.end_ms };
            }
        }
    };
    // An engine that is told when to begin is one worker among others, and has no pool.
    if begun_ms.is_some() {
        let lanes = vec![one()];
        return Sample { start_ms, ms: kernel_ms(&lanes), last_ms: now_ms() - start_ms, lanes };
    }
    #[cfg(feature = "threads")]
    let lanes: Vec<Lane> = {
        let together = (workers as usize).min(rayon::current_num_threads());
        let start = std::sync::Barrier::new(together);
        let each = rayon::broadcast(|worker| {
            (worker.index() < together).then(|| {
                start.wait();
                one()
            })
        });
        each.into_iter().flatten().collect()
    };
    #[cfg(not(feature = "threads"))]
    let lanes: Vec<Lane> = (0..workers.min(1)).map(|_| one()).collect();
    Sample { start_ms, ms: kernel_ms(&lanes), last_ms: now_ms() - start_ms, lanes }
}
