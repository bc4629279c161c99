//! List schedules: which worker takes which task when, if every worker is
//! equally fast and nothing else costs anything.
//!
//! Work is counted in calls of [`crate::fib::naive`], so every schedule here is
//! exact. A worker that becomes free takes the next chunk of the list; ties go
//! to the worker with the lowest number. That is R. L. Graham's list scheduling
//! ("Bounds on multiprocessing timing anomalies", SIAM J. Appl. Math. 17, 1969).

use serde::{Deserialize, Serialize};

use super::halving::Halving;
use crate::fib;
use crate::sort::argsort;

/// How the tasks of a list reach the workers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Assignment {
    /// A free worker claims the next task: CPython's `Pool.map` with chunksize 1.
    InOrder,
    /// A free worker claims the next `chunk` tasks: `Pool.map` with a larger chunksize.
    Chunks,
    /// Worker w of p gets the w-th run of ⌈tasks / p⌉ consecutive tasks.
    Blocks,
    /// Worker w of p gets tasks w, w + p, w + 2p …
    Cyclic,
    /// A free worker claims the largest task left (Graham's LPT rule).
    LongestFirst,
    /// The list is halved until single tasks are left, as rayon's `par_iter` does.
    Halving,
}

impl Assignment {
    /// Every assignment, with its name in addresses and reports.
    pub const ALL: [(&'static str, Assignment); 6] = [
        ("in-order", Assignment::InOrder),
        ("chunks", Assignment::Chunks),
        ("blocks", Assignment::Blocks),
        ("cyclic", Assignment::Cyclic),
        ("longest-first", Assignment::LongestFirst),
        ("halving", Assignment::Halving),
    ];

    /// The assignment with this name.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::theory::schedule::Assignment;
    /// assert_eq!(Assignment::named("longest-first"), Some(Assignment::LongestFirst));
    /// assert_eq!(Assignment::named("at random"), None);
    /// ```
    pub fn named(name: &str) -> Option<Assignment> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, assignment)| *assignment)
    }
}

/// The plan that an assignment makes before any work starts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Plan {
    /// Whoever is free takes the next chunk.
    Claimed(Vec<Vec<usize>>),
    /// Worker w does its own list, and nothing else.
    Fixed(Vec<Vec<usize>>),
    /// The list is halved and the halves are stolen: see [`super::halving`].
    Halved,
}

/// The plan of `assignment` for these amounts of work on `workers` workers.
///
/// # Examples
///
/// ```
/// use fib_lab::theory::schedule::{plan, Assignment, Plan};
/// let cyclic = plan(&[5, 3, 2], 2, Assignment::Cyclic, 1);
/// assert_eq!(cyclic, Plan::Fixed(vec![vec![0, 2], vec![1]]));
/// ```
pub fn plan(work: &[u64], workers: usize, assignment: Assignment, chunk: usize) -> Plan {
    let in_order: Vec<usize> = (0..work.len()).collect();
    let workers = workers.max(1);
    match assignment {
        Assignment::InOrder => Plan::Claimed(in_order.iter().map(|&task| vec![task]).collect()),
        Assignment::Chunks => {
            Plan::Claimed(in_order.chunks(chunk.max(1)).map(<[usize]>::to_vec).collect())
        }
        Assignment::Blocks => {
            let length = work.len().div_ceil(workers).max(1);
            let mut lists: Vec<_> = in_order.chunks(length).map(<[usize]>::to_vec).collect();
            lists.resize(workers, Vec::new());
            Plan::Fixed(lists)
        }
        Assignment::Cyclic => {
            Plan::Fixed((0..workers).map(|w| (w..work.len()).step_by(workers).collect()).collect())
        }
        Assignment::LongestFirst => {
            let longest_first = argsort(work.len(), &mut |a, b| work[b].cmp(&work[a]));
            Plan::Claimed(longest_first.into_iter().map(|task| vec![task]).collect())
        }
        Assignment::Halving => Plan::Halved,
    }
}

/// One task on one worker, from `start` to `end` in units of work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// The worker, from 0.
    pub worker: usize,
    /// The index of the task in the list.
    pub task: usize,
    /// When it starts: the time in which one worker does this much work.
    pub start: u64,
    /// When it ends.
    pub end: u64,
}

/// Gives out the tasks of a plan, one request at a time: the same for a schedule on
/// paper and for processes that ask for work.
#[derive(Clone, Debug)]
pub struct Dealer<'a> {
    plan: &'a Plan,
    claimed: usize,
    begun: Vec<bool>,
    halving: Halving,
}

impl<'a> Dealer<'a> {
    /// A dealer of this plan for `tasks` tasks, of which none is given out yet.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::theory::schedule::{Assignment, Dealer, plan};
    /// let work = [5, 3, 2];
    /// let plan = plan(&work, 2, Assignment::LongestFirst, 1);
    /// let mut dealer = Dealer::new(&plan, work.len(), 2);
    /// assert_eq!(dealer.deal(1), Some(vec![0]));
    /// assert_eq!(dealer.deal(0), Some(vec![1]));
    /// assert_eq!(dealer.deal(0), Some(vec![2]));
    /// assert_eq!(dealer.deal(1), None);
    /// ```
    pub fn new(plan: &'a Plan, tasks: usize, workers: usize) -> Dealer<'a> {
        let begun = vec![false; workers.max(1)];
        Dealer { plan, claimed: 0, begun, halving: Halving::new(tasks, workers) }
    }

    /// What a free worker does next. `None` means nothing now; under halving there may
    /// be something again once another worker has taken a piece and halved it.
    ///
    /// # Panics
    ///
    /// If `worker` is not below the number of workers that the dealer was made for.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::theory::schedule::{Assignment, Dealer, plan};
    /// // A fixed list is dealt once, whole, and to its own worker only.
    /// let plan = plan(&[1, 1, 1], 2, Assignment::Cyclic, 1);
    /// let mut dealer = Dealer::new(&plan, 3, 2);
    /// assert_eq!(dealer.deal(0), Some(vec![0, 2]));
    /// assert_eq!(dealer.deal(0), None);
    /// ```
    pub fn deal(&mut self, worker: usize) -> Option<Vec<usize>> {
        match self.plan {
            Plan::Claimed(chunks) => {
                self.claimed += 1;
                chunks.get(self.claimed - 1).cloned()
            }
            Plan::Fixed(lists) => {
                let begun = std::mem::replace(&mut self.begun[worker], true);
                lists.get(worker).filter(|list| !begun && !list.is_empty()).cloned()
            }
            Plan::Halved => self.halving.take(worker).map(Iterator::collect),
        }
    }
}

/// The schedule that a plan leads to, in order of start: whoever is free first takes
/// what the dealer gives, and one that got nothing asks again after the next deal.
///
/// Times are in units of work.
///
/// # Examples
///
/// ```
/// use fib_lab::theory::schedule::{Assignment, Slot, plan, simulate};
/// let work = [4, 1, 2];
/// let slots = simulate(&work, 2, &plan(&work, 2, Assignment::InOrder, 1));
/// // The second worker is free first, and takes the last task as well.
/// assert_eq!(slots[2], Slot { worker: 1, task: 2, start: 1, end: 3 });
/// ```
pub fn simulate(work: &[u64], workers: usize, plan: &Plan) -> Vec<Slot> {
    let mut dealer = Dealer::new(plan, work.len(), workers);
    let mut clock = vec![0u64; workers.max(1)];
    let mut waits = vec![false; workers.max(1)];
    let mut slots = Vec::with_capacity(work.len());
    while let Some(worker) = (0..clock.len()).filter(|&w| !waits[w]).min_by_key(|&w| (clock[w], w))
    {
        let now = clock[worker];
        let Some(tasks) = dealer.deal(worker) else {
            waits[worker] = true;
            continue;
        };
        for task in tasks {
            let start = clock[worker];
            clock[worker] += work[task];
            slots.push(Slot { worker, task, start, end: clock[worker] });
        }
        for other in 0..clock.len() {
            if std::mem::take(&mut waits[other]) {
                clock[other] = clock[other].max(now);
            }
        }
    }
    let key = |at: usize| (slots[at].start, slots[at].worker);
    let by_time = argsort(slots.len(), &mut |a, b| key(a).cmp(&key(b)));
    by_time.into_iter().map(|at| slots[at].clone()).collect()
}

/// The time at which the last worker ends, in units of work.
///
/// # Examples
///
/// ```
/// use fib_lab::theory::schedule::{Assignment, makespan, plan, simulate};
/// let work = [4, 1, 2];
/// let on = |workers| {
///     makespan(&simulate(&work, workers, &plan(&work, workers, Assignment::InOrder, 1)))
/// };
/// assert_eq!((on(1), on(2), on(3)), (7, 4, 4));
/// ```
pub fn makespan(slots: &[Slot]) -> u64 {
    slots.iter().map(|slot| slot.end).max().unwrap_or(0)
}

/// No schedule can end before this: `max(⌈work / p⌉, largest task)`.
///
/// That is the Work Law and the Span Law for whole tasks, in units of work.
///
/// # Examples
///
/// ```
/// use fib_lab::theory::schedule::lower_bound;
/// // Limited by the work on two workers, by the largest task on three.
/// assert_eq!(lower_bound(&[4, 2, 2], 2), 4);
/// assert_eq!(lower_bound(&[4, 2, 2], 3), 4);
/// assert_eq!(lower_bound(&[3, 3, 3], 2), 5);
/// ```
pub fn lower_bound(work: &[u64], workers: usize) -> u64 {
    let total: u64 = work.iter().sum();
    total.div_ceil(workers.max(1) as u64).max(work.iter().copied().max().unwrap_or(0))
}

/// The best possible makespan, or `None` when finding it would take too long.
///
/// Branch and bound over tasks in descending order; the search gives up after trying a
/// million placements, some 20 ms of work, which most lists of up to 20 tasks do not need.
///
/// # Examples
///
/// ```
/// use fib_lab::theory::schedule::optimum;
/// // {3, 3} and {2, 2, 2}: better than longest first, which ends after 7.
/// assert_eq!(optimum(&[3, 3, 2, 2, 2], 2), Some(6));
/// ```
pub fn optimum(work: &[u64], workers: usize) -> Option<u64> {
    let mut sorted: Vec<u64> = work.to_vec();
    sorted.sort_unstable_by(|a, b| b.cmp(a));
    let lpt =
        makespan(&simulate(&sorted, workers, &plan(&sorted, workers, Assignment::InOrder, 1)));
    let mut search =
        Search { work: &sorted, best: lpt, floor: lower_bound(work, workers), steps: 0 };
    search.place(0, &mut vec![0; workers.max(1)]);
    (search.steps < Search::MOST_STEPS || search.best == search.floor).then_some(search.best)
}

struct Search<'a> {
    work: &'a [u64],
    best: u64,
    floor: u64,
    steps: u32,
}

impl Search<'_> {
    const MOST_STEPS: u32 = 1_000_000;

    fn place(&mut self, task: usize, load: &mut [u64]) {
        if self.best == self.floor || self.steps >= Self::MOST_STEPS {
            return;
        }
        let Some(&work) = self.work.get(task) else {
            self.best = self.best.min(load.iter().copied().max().unwrap_or(0));
            return;
        };
        for worker in 0..load.len() {
            self.steps += 1;
            // Workers with equal load are interchangeable: trying one is enough.
            if load[..worker].contains(&load[worker]) || load[worker] + work >= self.best {
                continue;
            }
            load[worker] += work;
            self.place(task + 1, load);
            load[worker] -= work;
        }
    }
}

/// The places in the list that each worker gets if all of it is dealt out beforehand: longest
/// first, each to whoever would be free.
///
/// # Examples
///
/// ```
/// use fib_lab::theory::schedule::dealt;
/// assert_eq!(dealt(&[3, 5, 4], 2), [vec![1], vec![2, 0]]);
/// ```
pub fn dealt(work: &[u64], workers: usize) -> Vec<Vec<usize>> {
    let plan = plan(work, workers, Assignment::LongestFirst, 1);
    let mut places = vec![Vec::new(); workers.max(1)];
    for slot in simulate(work, workers, &plan) {
        places[slot.worker].push(slot.task);
    }
    places
}

/// The amounts of work in the list, in calls of fib.
pub fn work(tasks: &[u32]) -> Vec<u64> {
    tasks.iter().map(|&n| fib::calls(n)).collect()
}

/// One task after another, claimed by whoever is there.
pub fn in_order(tasks: &[u32]) -> Plan {
    plan(&work(tasks), 1, Assignment::InOrder, 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fib::calls;

    fn six() -> Vec<u64> {
        [38, 37, 36, 35, 34, 33].map(calls).to_vec()
    }

    fn ended(work: &[u64], workers: usize, assignment: Assignment) -> u64 {
        makespan(&simulate(work, workers, &plan(work, workers, assignment, 1)))
    }

    #[track_caller]
    fn case(workers: usize, best: u64, speedups: [f64; 4]) {
        let work = six();
        let total: u64 = work.iter().sum();
        let mut ascending = work.clone();
        ascending.reverse();
        assert_eq!(optimum(&work, workers), Some(best));
        let reached = [
            ended(&work, workers, Assignment::InOrder),
            ended(&ascending, workers, Assignment::InOrder),
            ended(&work, workers, Assignment::Blocks),
            ended(&work, workers, Assignment::Cyclic),
        ];
        for (makespan, expected) in reached.iter().zip(speedups) {
            let speedup = total as f64 / *makespan as f64;
            assert!(
                (speedup - expected).abs() < 0.0006,
                "{workers} workers: {speedup} against {expected}"
            );
        }
    }

    #[test]
    fn the_six_tasks_reach_the_published_table() {
        case(1, 193_262_530, [1.0, 1.0, 1.0, 1.0]);
        case(2, 96_631_265, [2.0, 1.618, 1.236, 1.618]);
        case(3, 78_176_337, [2.4721, 2.0, 1.528, 2.0]);
        case(4, 78_176_337, [2.4721, 2.157, 1.528, 2.157]);
        case(5, 78_176_337, [2.4721, 2.268, 1.528, 2.268]);
        case(6, 78_176_337, [2.4721, 2.4721, 2.4721, 2.4721]);
        case(16, 78_176_337, [2.4721, 2.4721, 2.4721, 2.4721]);
    }

    #[test]
    fn on_two_workers_claiming_in_order_splits_the_six_tasks_exactly() {
        let slots = simulate(&six(), 2, &plan(&six(), 2, Assignment::InOrder, 1));
        let of = |worker| {
            slots.iter().filter(|s| s.worker == worker).map(|s| s.task).collect::<Vec<_>>()
        };
        assert_eq!((of(0), of(1)), (vec![0, 4, 5], vec![1, 2, 3]));
        assert_eq!(makespan(&slots), 96_631_265);
    }

    #[test]
    fn halving_on_two_workers_has_the_ideal_four_over_root_five() {
        let total: u64 = six().iter().sum();
        let speedup = total as f64 / ended(&six(), 2, Assignment::Halving) as f64;
        assert!((speedup - 4.0 / 5f64.sqrt()).abs() < 1e-6, "{speedup}");
    }
}
