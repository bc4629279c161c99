//! In which order samples are taken and when there are enough of them.
//!
//! A block holds one sample of everything that is compared, so that drift and noise
//! slower than a block cancel in its ratios. The orders are the rows of a square that is
//! balanced for carry-over (E. J. Williams, "Experimental designs balanced for the estimation
//! of residual effects of treatments", Australian Journal of Scientific Research A 2, 1949):
//! over a whole square every arm stands at every place equally often, and follows every other
//! arm equally often, so that what an arm leaves behind, such as a warm core, meets all alike.

use fastrand::Rng;

use super::stats::estimate;

/// The first look at the interval. Looks that come earlier stop too often at an interval that
/// is narrow by luck: `tests/honesty.rs` prints how often such an interval holds.
pub const FIRST_LOOK: usize = 8;
/// The last block of a quick run.
pub const LAST_LOOK: usize = 12;
/// The first look is enough when the interval's half-width is below this share of the median.
pub const NARROW: f64 = 0.03;
/// Runs of up to this many seconds are quick: they may end at the first look.
pub const QUICK_SECONDS: u32 = 10;
/// No run has more blocks than this.
pub const MOST_BLOCKS: usize = 400;
/// The least coverage of an interval that is looked at once.
const ONE_LOOK: f64 = 0.95;
/// The least coverage at the second look: two looks miss more often than one.
const SECOND_LOOK: f64 = 0.975;

/// When to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopping {
    /// How many blocks at the most.
    pub most: usize,
    /// Whether the run may end after [`FIRST_LOOK`] blocks.
    pub early: bool,
}

impl Stopping {
    /// The rule for a run of `seconds`, of which `spent_ms` are gone, with blocks of
    /// about `block_ms`. One block is always taken; fewer than
    /// [`LEAST_FOR_VERDICT`](super::stats::LEAST_FOR_VERDICT) allow no verdict.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::measure::sampling::Stopping;
    /// // Ten seconds, one of them gone, blocks of half a second: twelve of eighteen are enough.
    /// assert_eq!(Stopping::new(10, 1e3, 500.0), Stopping { most: 12, early: true });
    /// // A minute takes as many as fit.
    /// assert_eq!(Stopping::new(60, 1e3, 500.0), Stopping { most: 118, early: false });
    /// // Where there is time for one block, there is one.
    /// assert_eq!(Stopping::new(1, 1e3, 500.0), Stopping { most: 1, early: false });
    /// ```
    pub fn new(seconds: u32, spent_ms: f64, block_ms: f64) -> Stopping {
        let left_ms = f64::from(seconds) * 1e3 - spent_ms;
        let fit = (left_ms / block_ms.max(1e-3)).floor().clamp(0.0, MOST_BLOCKS as f64) as usize;
        let early = seconds <= QUICK_SECONDS;
        let most = if early { fit.min(LAST_LOOK) } else { fit }.max(1);
        Stopping { most, early: early && most > FIRST_LOOK }
    }

    /// The coverage to ask of an interval over `blocks` blocks.
    ///
    /// A probability, from 0 to 1.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::measure::sampling::Stopping;
    /// let quick = Stopping { most: 12, early: true };
    /// assert_eq!((quick.least_coverage(8), quick.least_coverage(12)), (0.95, 0.975));
    /// ```
    pub fn least_coverage(&self, blocks: usize) -> f64 {
        if self.early && blocks > FIRST_LOOK { SECOND_LOOK } else { ONE_LOOK }
    }

    /// Whether these ratios, one per block so far, are enough.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::measure::sampling::Stopping;
    /// let quick = Stopping { most: 12, early: true };
    /// assert!(!quick.enough(&[1.8; 7]));
    /// assert!(quick.enough(&[1.8; 8]));
    /// // A wide interval needs the second look.
    /// assert!(!quick.enough(&[1.8, 1.8, 1.8, 1.8, 1.8, 1.8, 1.8, 2.2]));
    /// ```
    pub fn enough(&self, ratios: &[f64]) -> bool {
        let narrow = || {
            estimate(ratios, self.least_coverage(FIRST_LOOK))
                .is_some_and(|r| r.half_width() < NARROW)
        };
        ratios.len() >= self.most || (self.early && ratios.len() == FIRST_LOOK && narrow())
    }
}

/// Draws the order of every block: the rows of a Williams square over arms that are relabelled
/// at random, each once, in random order; then those of the next square.
#[derive(Debug)]
pub struct Orders<A> {
    arms: Vec<A>,
    /// What is left of the square.
    rows: Vec<Vec<usize>>,
    rng: Rng,
}

/// The rows of a Williams square over so many arms, as numbers from 0: every number stands at
/// every place equally often, and directly behind every other equally often. For an odd number
/// it takes a pair of squares.
///
/// # Examples
///
/// ```
/// use fib_lab::measure::sampling::williams;
/// assert_eq!(williams(2), [[0, 1], [1, 0]]);
/// assert_eq!(williams(4)[0], [0, 3, 1, 2]);
/// assert_eq!((williams(4).len(), williams(5).len()), (4, 10));
/// ```
pub fn williams(arms: usize) -> Vec<Vec<usize>> {
    // 0, n − 1, 1, n − 2, …: the differences of neighbours are all different.
    let zigzag = |place: usize| match place % 2 {
        0 => place / 2,
        _ => arms - 1 - place / 2,
    };
    let row = |shift: usize| (0..arms).map(|place| (zigzag(place) + shift) % arms).collect();
    let mut rows: Vec<Vec<usize>> = (0..arms).map(row).collect();
    if arms % 2 == 1 && arms > 1 {
        let turned = |row: &Vec<usize>| row.iter().rev().copied().collect();
        let mirrored: Vec<Vec<usize>> = rows.iter().map(turned).collect();
        rows.extend(mirrored);
    }
    rows
}

impl<A: Clone> Orders<A> {
    /// Orders of these arms from this seed: the same seed, the same orders.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::measure::sampling::Orders;
    /// let orders: Vec<_> = Orders::new(&["serial", "parallel"], 7).take(2).collect();
    /// // The second block turns the first one round.
    /// assert_eq!(orders[0][0], orders[1][1]);
    /// assert_eq!(orders, Orders::new(&["serial", "parallel"], 7).take(2).collect::<Vec<_>>());
    /// ```
    pub fn new(arms: &[A], seed: u32) -> Orders<A> {
        let rng = Rng::with_seed(u64::from(seed));
        Orders { arms: arms.to_vec(), rows: Vec::new(), rng }
    }
}

impl<A: Clone> Iterator for Orders<A> {
    type Item = Vec<A>;

    fn next(&mut self) -> Option<Vec<A>> {
        if self.rows.is_empty() {
            self.rng.shuffle(&mut self.arms);
            self.rows = williams(self.arms.len());
            self.rng.shuffle(&mut self.rows);
        }
        let row = self.rows.pop().unwrap_or_default();
        Some(row.into_iter().filter_map(|arm| self.arms.get(arm).cloned()).collect())
    }
}

/// Decides when a warm-up may end: once two blocks in a row are each less than 3 %
/// faster than the best before, or after a second. Not in the first moments, though:
/// a browser's first, slow code is steady too, until its better code is ready.
#[derive(Debug, Default)]
pub struct WarmUp {
    best_ms: Option<f64>,
    steady: u32,
    spent_ms: f64,
    /// Whether the second ran out before the times were steady.
    pub capped: bool,
}

impl WarmUp {
    /// A warm-up takes at least this long.
    pub const LEAST_MS: f64 = 100.0;
    /// A block counts for at least so much, so that a clock that sees nothing of it cannot
    /// keep a warm-up going for ever.
    pub const LEAST_BLOCK_MS: f64 = 1.0;
    /// A warm-up is given up after this long.
    pub const MOST_MS: f64 = 1e3;

    /// A job that warms up takes at least this long, in milliseconds, on a clock with steps of
    /// `clock_step_ms`: shorter ones say little about compiled code, and the clock sees little
    /// of them.
    pub fn least_job_ms(clock_step_ms: f64) -> f64 {
        seen_ms(10.0, 100.0, clock_step_ms)
    }

    /// Takes the time of a warm-up block and says whether another is needed.
    ///
    /// `block_ms` is in milliseconds.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::measure::sampling::WarmUp;
    /// let mut warm_up = WarmUp::default();
    /// // The third block still brings a quarter; the next two bring nothing.
    /// let times = [80.0, 60.0, 45.0, 45.0, 44.5];
    /// assert_eq!(times.map(|ms| warm_up.again(ms)), [true, true, true, true, false]);
    /// assert!(!warm_up.capped);
    /// ```
    pub fn again(&mut self, block_ms: f64) -> bool {
        self.spent_ms += block_ms.max(Self::LEAST_BLOCK_MS);
        let improved = self.best_ms.is_none_or(|best| block_ms < best * 0.97);
        self.steady = if improved { 0 } else { self.steady + 1 };
        self.best_ms = Some(self.best_ms.map_or(block_ms, |best| best.min(block_ms)));
        let steady = self.steady >= 2 && self.spent_ms >= Self::LEAST_MS;
        self.capped = !steady && self.spent_ms >= Self::MOST_MS;
        !steady && !self.capped
    }
}

/// Where a clock is so coarse that many of its steps would take for ever, samples are no longer
/// than this, or than [`FEWEST_STEPS`] of it.
const LONG_ENOUGH_MS: f64 = 300.0;
/// No sample has fewer steps of the clock.
const FEWEST_STEPS: f64 = 3.0;

/// How long a sample of at least `least_ms` has to be for a clock with steps of `step_ms` to see
/// so many of them; on a coarse clock fewer, which more blocks make up for.
///
/// All in milliseconds.
///
/// # Examples
///
/// ```
/// use fib_lab::measure::sampling::seen_ms;
/// assert_eq!((seen_ms(50.0, 200.0, 0.005), seen_ms(50.0, 200.0, 1.0)), (50.0, 200.0));
/// assert_eq!((seen_ms(50.0, 200.0, 16.7), seen_ms(50.0, 200.0, 150.0)), (300.0, 450.0));
/// ```
pub fn seen_ms(least_ms: f64, steps: f64, step_ms: f64) -> f64 {
    least_ms.max((steps * step_ms).min(LONG_ENOUGH_MS)).max(FEWEST_STEPS * step_ms)
}

/// What a job costs, found by doing it: more and more often, until a clock with steps of
/// `step_ms` sees it. `run` does it so many times, and returns what one took.
///
/// # Errors
///
/// Those of `run`.
pub async fn cost_ms<E>(
    step_ms: f64,
    mut run: impl AsyncFnMut(u32) -> Result<f64, E>,
) -> Result<f64, E> {
    const LEAST_MS: f64 = 5.0;
    const MOST_TIMES: f64 = 1e8;
    let least_ms = seen_ms(LEAST_MS, 20.0, step_ms);
    let mut times = 1.0;
    loop {
        let job_ms = run(times as u32).await?;
        let all_ms = job_ms * times;
        if all_ms >= least_ms || times >= MOST_TIMES {
            return Ok(job_ms.max(step_ms / times));
        }
        // What was seen says how much more it takes, but a first call can be slow.
        times = (times * (1.2 * least_ms / all_ms.max(1e-9)).clamp(2.0, 8.0)).ceil();
    }
}

/// How often a job of about `job_ms` has to be repeated for a sample that a clock with steps
/// of `step_ms` measures well: to at least 50 ms and 200 steps, but to no more than `share_ms`,
/// what there is time for, and never to fewer than three steps.
///
/// # Examples
///
/// ```
/// use fib_lab::measure::sampling::repeats;
/// assert_eq!(repeats(300.0, 0.005, 1e3), 1);
/// // A clock with steps of a millisecond needs samples of 200 ms, if there is time.
/// assert_eq!((repeats(10.0, 1.0, 1e3), repeats(10.0, 1.0, 50.0)), (20, 5));
/// // Three steps of a clock of 100 ms, however short the time.
/// assert_eq!(repeats(10.0, 100.0, 50.0), 30);
/// ```
pub fn repeats(job_ms: f64, step_ms: f64, share_ms: f64) -> u32 {
    let sample_ms = (200.0 * step_ms).max(50.0).min(share_ms).max(3.0 * step_ms);
    (sample_ms / job_ms.max(1e-6)).ceil().clamp(1.0, 1e8) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARMS: [&str; 3] = ["serial", "one-worker", "parallel"];

    #[test]
    fn a_warm_up_ends_even_if_the_clock_sees_nothing_of_it() {
        let mut warm_up = WarmUp::default();
        let blocks = (1..).find(|_| !warm_up.again(0.0));
        assert_eq!(blocks, Some(WarmUp::LEAST_MS as u32));
        assert!(!warm_up.capped);
    }

    #[test]
    fn over_a_square_every_arm_stands_everywhere_and_follows_every_other_equally_often() {
        for count in 1..=13 {
            let arms: Vec<usize> = (0..count).collect();
            let rows = if count % 2 == 0 || count == 1 { count } else { 2 * count };
            // Two squares, each over arms that are relabelled.
            let orders: Vec<_> = Orders::new(&arms, 7).take(2 * rows).collect();
            for square in orders.chunks(rows) {
                for &arm in &arms {
                    for place in 0..count {
                        let here = square.iter().filter(|order| order[place] == arm).count();
                        assert_eq!(here, rows / count, "{count} arms");
                    }
                    for &other in arms.iter().filter(|other| **other != arm) {
                        let follows =
                            |order: &&Vec<usize>| order.windows(2).any(|pair| pair == [other, arm]);
                        let follows = square.iter().filter(follows).count();
                        assert_eq!(follows, rows / count, "{count} arms: {arm} after {other}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_orders() {
        let take = |seed| Orders::new(&ARMS, seed).take(9).collect::<Vec<_>>();
        assert_eq!(take(5), take(5));
        assert!((0..20).any(|seed| take(seed) != take(5)));
    }

    #[test]
    fn a_quick_run_looks_after_eight_blocks_and_ends_after_twelve() {
        let rule = Stopping::new(10, 1e3, 500.0);
        assert_eq!(rule, Stopping { most: 12, early: true });
        assert!(!rule.enough(&[1.8; 7]));
        assert!(rule.enough(&[1.8; 8]));
        let noisy = [1.5, 1.8, 1.9, 1.7, 1.8, 1.6, 1.8, 1.8, 1.8, 1.8, 1.8, 1.8];
        assert!((6..12).all(|n| !rule.enough(&noisy[..n])));
        assert!(rule.enough(&noisy));
    }

    #[test]
    fn a_slow_job_gets_as_many_blocks_as_fit_and_one_at_least() {
        assert_eq!(Stopping::new(1, 900.0, 5e3), Stopping { most: 1, early: false });
        assert_eq!(Stopping::new(10, 0.0, 3e3), Stopping { most: 3, early: false });
        assert_eq!(Stopping::new(60, 0.0, 1e3), Stopping { most: 60, early: false });
    }

    #[test]
    fn samples_are_long_for_the_clock() {
        assert_eq!(repeats(300.0, 0.005, 1e3), 1);
        assert_eq!(repeats(10.0, 0.005, 1e3), 5);
        assert_eq!(repeats(10.0, 1.0, 1e3), 20);
    }

    #[test]
    fn a_warm_up_ends_when_steady_or_after_a_second() {
        let mut steady = WarmUp::default();
        let times = [60.0, 42.0, 41.9, 41.8];
        assert_eq!(times.map(|ms| steady.again(ms)), [true, true, true, false]);
        assert!(!steady.capped);
        let mut slow_code = WarmUp::default();
        let times = [20.0, 20.0, 20.0, 20.0, 10.0, 10.0, 10.0];
        let again = times.map(|ms| slow_code.again(ms));
        assert_eq!(again, [true, true, true, true, true, true, false]);
        let mut endless = WarmUp::default();
        let mut ms = 900.0;
        while endless.again(ms) {
            ms *= 0.9;
        }
        assert!(endless.capped);
    }
}
