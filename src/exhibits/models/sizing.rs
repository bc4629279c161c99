//! Warms up everybody who takes part, and sizes the run: what is too much, how often each does
//! the job in a sample, and how many blocks there are.

use super::entrant::{Entrant, Who};
use super::teams::Teams;
use crate::analysis::ideal::ideal;
use crate::fib;
use crate::measure::sampling::{FIRST_LOOK, Stopping, WarmUp, repeats, seen_ms};
use crate::runtime::budget::{
    Fits, LONGEST_RUN_MS, Refusal, SHORT_TIMEOUT_MS, START_TIMEOUT_MS, kernel_window_ms, timeout_ms,
};
use crate::runtime::engine::Fault;
use crate::runtime::progress::Listener;
use crate::runtime::run::{Ended, Run};
use crate::theory::schedule::in_order;

/// Warm-ups compute fib of this, twice for each worker.
const WARM_N: u32 = 20;
/// A sample of them holds no more jobs than this.
const MOST_WARM_REPEATS: u32 = 1 << 16;
/// And no more to begin with.
const MOST_FIRST_REPEATS: f64 = 1024.0;
/// What a short job costs is measured over this long.
const LEAST_COST_MS: f64 = 5.0;
/// Warming up takes no more than this share of the run's time: on a coarse clock it would take
/// all of it.
const WARM_SHARE: f64 = 0.35;
/// Jobs are repeated in a sample until it is this long.
const LONG_MS: f64 = 50.0;

/// A run, sized for the device.
#[derive(Debug)]
pub struct Sized {
    /// Who takes part.
    pub entrants: Vec<Entrant>,
    /// How long the kernel that measures the machine runs, in milliseconds.
    pub kernel_window_ms: f64,
    /// When to stop.
    pub stopping: Stopping,
    /// A sample that takes longer than this will not come.
    pub timeout_ms: u32,
}

/// Warms up all who take part, and sizes the run.
pub async fn sized(run: &Run, teams: &Teams<'_>) -> Result<Sized, Ended> {
    let mut entrants: Vec<Entrant> = Vec::new();
    let mut steady = true;
    for who in Who::all(&teams.models()) {
        run.say("Warming up", 0, 0, START_TIMEOUT_MS);
        let (call_ms, was_steady) = warm_up(run, teams, who).await?;
        steady &= was_steady;
        // What all workers do together is held against the calls of their serial program.
        let base = entrants.iter().find(|other| other.who.id() == who.model.base());
        let call_ms = base.map_or(call_ms, |base| base.call_ms);
        entrants.push(Entrant { who, call_ms, job_ms: 0.0, repeats: 1 });
    }
    if !steady {
        run.warn("The warm-up ended before times were steady.".to_owned());
    }
    let tasks = run.spec().list("tasks");
    let kernels_ms = 2.0 * kernel_window_ms(teams.clock_step_ms);
    refuse(run, &entrants, tasks, kernels_ms)?;
    let faster = faster(run, tasks);
    for entrant in &mut entrants {
        entrant.job_ms = entrant.expected_ms(tasks, faster);
        // What is short also costs what it takes to hand out tasks, so it is measured.
        if entrant.job_ms < LONG_MS && !entrant.who.alone {
            entrant.job_ms = cost_ms(teams, entrant.who, tasks).await?;
        }
    }
    Ok(Sized::new(run, entrants, teams.clock_step_ms))
}

impl Sized {
    /// How often everybody does the job in a sample, and how many blocks fit.
    fn new(run: &Run, mut entrants: Vec<Entrant>, clock_step_ms: f64) -> Sized {
        let kernel_window_ms = kernel_window_ms(clock_step_ms);
        let long = |entrant: &&Entrant| entrant.job_ms >= LONG_MS;
        let long_ms: f64 = entrants.iter().filter(long).map(|entrant| entrant.job_ms).sum();
        let short = entrants.iter().filter(|entrant| !long(entrant)).count().max(1);
        let fixed_ms = 2.0 * kernel_window_ms + long_ms;
        let share_ms = (run.left_ms() / FIRST_LOOK as f64 - fixed_ms).max(0.0) / short as f64;
        for entrant in &mut entrants {
            entrant.repeats = repeats(entrant.job_ms, clock_step_ms, share_ms);
        }
        let sample_ms = |entrant: &Entrant| entrant.job_ms * f64::from(entrant.repeats);
        let block_ms = 2.0 * kernel_window_ms + entrants.iter().map(sample_ms).sum::<f64>();
        let stopping = Stopping::new(run.seconds(), run.spent_ms(), block_ms);
        Sized {
            entrants,
            kernel_window_ms,
            // There is no one ratio that could end the run early.
            stopping: Stopping { early: false, ..stopping },
            timeout_ms: timeout_ms(block_ms),
        }
    }
}

/// How many times as fast as its serial program a model can be here at the most.
fn faster(run: &Run, tasks: &[u32]) -> f64 {
    let ideal = ideal(tasks, &in_order(tasks), run.workers()).speedup;
    ideal.min(f64::from(run.cores())).max(1.0)
}

/// Refuses a list of which a single block would take longer than a run may. Nothing is scaled
/// down: the same list is for all.
fn refuse(run: &Run, entrants: &[Entrant], tasks: &[u32], kernels_ms: f64) -> Result<(), Refusal> {
    let block_ms = |tasks: &[u32]| {
        let faster = faster(run, tasks);
        let jobs = entrants.iter().map(|entrant| entrant.expected_ms(tasks, faster));
        kernels_ms + jobs.sum::<f64>()
    };
    Refusal::if_too_long(block_ms(tasks), || {
        let lowered = |n: u32| tasks.iter().map(|&task| task.min(n)).collect::<Vec<_>>();
        let largest = tasks.iter().copied().max().unwrap_or(1);
        let fits = (1..largest).rev().find(|&n| block_ms(&lowered(n)) <= LONGEST_RUN_MS);
        fits.map_or(Fits::FewerTasks, Fits::LargestN)
    })
}

/// What a short job costs, as far as the clock has to see it. There are many who are asked, so
/// none of them is asked for more.
async fn cost_ms(teams: &Teams<'_>, who: Who, tasks: &[u32]) -> Result<f64, Fault> {
    let least_ms = seen_ms(LEAST_COST_MS, 0.0, teams.clock_step_ms);
    let mut repeats = 1;
    loop {
        let ms = teams.sample(who, tasks, repeats, SHORT_TIMEOUT_MS).await?;
        if ms * f64::from(repeats) >= least_ms || repeats >= MOST_WARM_REPEATS {
            return Ok(ms.max(teams.clock_step_ms / f64::from(repeats)));
        }
        repeats *= 4;
    }
}

/// Warms one of them up with small tasks: how long a call took, and whether it was steady in
/// the end.
async fn warm_up(run: &Run, teams: &Teams<'_>, who: Who) -> Result<(f64, bool), Fault> {
    let list = vec![WARM_N; 2 * run.workers() as usize];
    let (step_ms, call_ms) = (teams.clock_step_ms, teams.rig.call_ms);
    let one = fib::calls(WARM_N) as f64 * list.len() as f64;
    let is_over = || run.spent_ms() > WARM_SHARE * f64::from(run.seconds()) * 1e3;
    // Once there is no time for more, no longer than the clock has to see.
    let least_ms = || match is_over() {
        true => seen_ms(0.0, 0.0, step_ms),
        false => WarmUp::least_job_ms(step_ms),
    };
    // No code is faster than that of the loop, so the clock sees something of this.
    let mut repeats = (step_ms / (one * call_ms)).ceil().clamp(1.0, MOST_FIRST_REPEATS) as u32;
    let sample = async |repeats| {
        let ms = teams.sample(who, &list, repeats, SHORT_TIMEOUT_MS).await?;
        Ok::<f64, Fault>(ms * f64::from(repeats))
    };
    let mut ms = sample(repeats).await?;
    while ms < least_ms() && repeats < MOST_WARM_REPEATS {
        // What was seen says how much more it takes, but the first calls are slow.
        let times = (1.2 * least_ms() / ms.max(1e-6)).clamp(2.0, 8.0);
        repeats = (f64::from(repeats) * times).ceil() as u32;
        ms = sample(repeats).await?;
    }
    let mut best_ms = ms;
    let mut warm_up = WarmUp::default();
    let mut steady = true;
    while warm_up.again(ms) {
        if is_over() {
            steady = false;
            break;
        }
        ms = sample(repeats).await?;
        best_ms = best_ms.min(ms);
    }
    Ok((best_ms.max(1e-9) / (one * f64::from(repeats)), steady && !warm_up.capped))
}
