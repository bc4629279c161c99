//! What the workers of a run do: one leads, the others help until it is done. They are threads
//! with an event loop each that share one memory, and take part in a pool for the length of one
//! call.

use std::cell::RefCell;
use std::convert::Infallible;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::asked::Asked;
use super::grain::Grain;
use super::job::{Job, Timed};
use super::told::Told;
use crate::measure::clock::now_ms;
use crate::runtime::program::{Call, Here, Program};
use crate::scheduler::{Clock, NoSeat, Pool};

/// Makes the memory of a job, on the worker that leads. Answers with the number of joins.
pub const SET_UP: Call<Asked, u64> = Call::named("split-set-up");
/// The serial program, so many times, on the worker that leads.
pub const ALONE: Call<u32, Timed> = Call::named("split-alone");
/// The serial program for another job, so many times.
pub const OTHER: Call<(Asked, u32), Timed> = Call::named("split-other");
/// Makes the pool that the next call leads, or helps.
pub const GATHER: Call<Gathering, ()> = Call::named("split-gather");
/// The program that splits itself.
pub const LEAD: Call<Lead, (Timed, Told)> = Call::named("split-lead");
/// Helps whoever leads, as this worker.
pub const HELP: Call<u32, Told> = Call::named("split-help");

/// Who will take part.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Gathering {
    /// How many workers.
    pub workers: u32,
    /// The largest step of their clocks, in milliseconds.
    pub clock_step_ms: f64,
}

/// What the worker that leads has to do.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lead {
    /// Down to which size it splits its task.
    pub grain: Grain,
    /// How many times.
    pub repeats: u32,
}

/// Why a worker could not do its part.
#[derive(Debug, thiserror::Error)]
pub enum Absent {
    /// There is no job.
    #[error("nobody has said what is to be computed")]
    Job,
    /// There is no pool.
    #[error("nobody has made a pool")]
    Pool,
    /// Its place in the pool is not free.
    #[error(transparent)]
    Seat(#[from] NoSeat),
}

/// The pool, and the step of its clock. An ordinary static: all workers have one memory.
static POOL: Mutex<Option<(Arc<Pool>, f64)>> = Mutex::new(None);

/// The pool that was made for the next call.
///
/// # Errors
///
/// [`Absent::Pool`] if none was.
pub fn pool() -> Result<Arc<Pool>, Absent> {
    let pool = POOL.lock().unwrap_or_else(PoisonError::into_inner);
    pool.as_ref().map(|(pool, _)| Arc::clone(pool)).ok_or(Absent::Pool)
}

type Kept = RefCell<Option<Job>>;

/// [`SET_UP`].
pub struct SetUp;

impl Program for SetUp {
    type Input = Asked;
    type Output = u64;
    type Error = Absent;
    const CALL: Call<Asked, u64> = SET_UP;

    async fn run(asked: Asked, here: Rc<Here>) -> Result<u64, Absent> {
        here.kept::<Kept>().replace(Some(Job::new(asked)));
        Ok(asked.joins())
    }
}

/// [`ALONE`].
pub struct Alone;

impl Program for Alone {
    type Input = u32;
    type Output = Timed;
    type Error = Absent;
    const CALL: Call<u32, Timed> = ALONE;

    async fn run(repeats: u32, here: Rc<Here>) -> Result<Timed, Absent> {
        let kept = here.kept::<Kept>();
        let mut job = kept.borrow_mut();
        Ok(job.as_mut().ok_or(Absent::Job)?.alone(repeats))
    }
}

/// [`OTHER`].
pub struct Other;

impl Program for Other {
    type Input = (Asked, u32);
    type Output = Timed;
    type Error = Infallible;
    const CALL: Call<(Asked, u32), Timed> = OTHER;

    async fn run((asked, repeats): (Asked, u32), _: Rc<Here>) -> Result<Timed, Infallible> {
        Ok(Job::new(asked).alone(repeats))
    }
}

/// [`GATHER`].
pub struct Gather;

impl Program for Gather {
    type Input = Gathering;
    type Output = ();
    type Error = Absent;
    const CALL: Call<Gathering, ()> = GATHER;

    async fn run(gathering: Gathering, _: Rc<Here>) -> Result<(), Absent> {
        let Gathering { workers, clock_step_ms: step_ms } = gathering;
        let mut shared = POOL.lock().unwrap_or_else(PoisonError::into_inner);
        // The last one does again, unless somebody still holds it or it has another size.
        if let Some((pool, own_step_ms)) = shared.as_mut()
            && pool.workers() == workers
            && *own_step_ms == step_ms
            && let Some(pool) = Arc::get_mut(pool)
        {
            pool.reset();
            return Ok(());
        }
        let pool = Pool::clocked(workers, Clock { now_ms, step_ms });
        *shared = Some((Arc::new(pool), step_ms));
        Ok(())
    }
}

/// [`LEAD`].
pub struct Leader;

impl Program for Leader {
    type Input = Lead;
    type Output = (Timed, Told);
    type Error = Absent;
    const CALL: Call<Lead, (Timed, Told)> = LEAD;

    async fn run(lead: Lead, here: Rc<Here>) -> Result<(Timed, Told), Absent> {
        let (kept, pool) = (here.kept::<Kept>(), pool()?);
        let mut job = kept.borrow_mut();
        let job = job.as_mut().ok_or(Absent::Job)?;
        let (timed, log) = pool.lead(|context| job.split(context, lead.grain, lead.repeats))?;
        Ok((timed, Told::of(log, timed.start_ms)))
    }
}

/// [`HELP`].
pub struct Helper;

impl Program for Helper {
    type Input = u32;
    type Output = Told;
    type Error = Absent;
    const CALL: Call<u32, Told> = HELP;

    async fn run(me: u32, _: Rc<Here>) -> Result<Told, Absent> {
        Ok(Told::of(pool()?.help(me)?, f64::NEG_INFINITY))
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use futures_executor::block_on;

    use super::*;
    use crate::trace::Divisible;

    /// One sample on so many threads.
    fn together(workers: u32, asked: Asked, grain: Grain) -> (Timed, Vec<Told>) {
        let here = || Rc::new(Here::new(|_| {}));
        let own = here();
        block_on(SetUp::run(asked, Rc::clone(&own))).unwrap();
        block_on(Gather::run(Gathering { workers, clock_step_ms: 0.001 }, here())).unwrap();
        std::thread::scope(|scope| {
            let help = |me| move || block_on(Helper::run(me, Rc::new(Here::new(|_| {}))));
            let helpers: Vec<_> = (1..workers).map(|me| scope.spawn(help(me))).collect();
            let (timed, told) = block_on(Leader::run(Lead { grain, repeats: 3 }, own)).unwrap();
            let helped = helpers.into_iter().map(|helper| helper.join().unwrap().unwrap());
            (timed, std::iter::once(told).chain(helped).collect())
        })
    }

    // One test, because all of a process share the pool.
    #[test]
    fn every_task_is_right_however_it_is_split_and_on_every_number_of_workers() {
        let here = Rc::new(Here::new(|_| {}));
        assert!(matches!(block_on(Alone::run(1, here)), Err(Absent::Job)));
        let grains = [Grain::None, Grain::CutOff(6), Grain::CutOff(40), Grain::Automatic];
        for (of, size) in [(Divisible::Fib, 20), (Divisible::Sort, 5_000), (Divisible::Queens, 7)] {
            let asked = Asked { of, size, seed: 1 };
            for (grain, workers) in grains.iter().flat_map(|&grain| [1, 2, 3].map(|p| (grain, p))) {
                let (timed, told) = together(workers, asked, grain);
                let what = format!("{asked:?}, {grain:?}, {workers} workers");
                assert_eq!((timed.got, timed.wrong), (asked.want(), 0), "{what}");
                assert_eq!(told.len(), workers as usize);
                // The root is computed by whoever leads, at least a little.
                assert!(told[0].pieces.iter().any(|piece| piece.size.is_none()), "{what}");
                let stolen: u32 = told.iter().map(|told| told.steals).sum();
                assert!(workers > 1 || stolen == 0, "{what}");
            }
        }
        // A seat is taken once in a run.
        let here = || Rc::new(Here::new(|_| {}));
        assert!(matches!(block_on(Helper::run(1, here())), Err(Absent::Seat(_))));
    }
}
