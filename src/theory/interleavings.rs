//! Interleavings: every order in which workers can take their steps, and what comes of each.
//!
//! Two or three workers add 1 to one number in memory, several times each, and each addition
//! is three steps: load the number into a register of one's own, add 1 there, store it back.
//! A scheduler decides whose step is next. The steps of one worker keep their order; the
//! orders of all of them together are the interleavings, (3kp)! / ((3k)!)^p of them for p
//! workers that add k times.
//!
//! What can be left in memory is found by walking through all of them at once: two
//! interleavings that lead to the same state have the same future, so a layer of states, each
//! with the number of ways that lead to it, is enough to go on from. Nothing is sampled and
//! nothing is rounded.
//!
//! Known: two workers that add k ≥ 2 times each can leave everything from 2 to 2k. Less is
//! impossible: the last store of all belongs to the last addition of its worker. That worker
//! has stored before, so memory held at least 1 when it loaded.
//!
//! Its limit: memory is one place that has one order of accesses, as it is for relaxed
//! atomic operations on one variable.

use std::collections::BTreeMap;

/// No race has more workers.
pub const MOST_WORKERS: u32 = 3;
/// No worker adds more often. The number of interleavings stays below 2^80, so that it is
/// counted exactly.
pub const MOST_INCREMENTS: u32 = 6;

/// A step of an addition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Memory into the register.
    Load,
    /// Register plus 1.
    Add,
    /// The register into memory.
    Store,
}

impl Step {
    /// The steps of one addition, in their order.
    pub const ALL: [Step; 3] = [Step::Load, Step::Add, Step::Store];

    /// What it is called.
    ///
    /// ```
    /// use fib_lab::theory::interleavings::Step;
    /// assert_eq!(Step::ALL.map(Step::name), ["load", "add", "store"]);
    /// ```
    pub fn name(self) -> &'static str {
        match self {
            Step::Load => "load",
            Step::Add => "add",
            Step::Store => "store",
        }
    }
}

/// One worker on its way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Worker {
    /// How many steps it has taken.
    pub steps: u32,
    /// What it has in its register; empty outside of an addition.
    pub register: Option<u32>,
}

/// A state: memory, and where each worker stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Race {
    /// How many times each worker adds.
    increments: u32,
    /// The number that all of them share.
    pub memory: u32,
    /// The workers.
    pub workers: Vec<Worker>,
}

impl Race {
    /// The state before the first step: memory holds 0. Workers are held to 1 to
    /// [`MOST_WORKERS`], increments to 1 to [`MOST_INCREMENTS`].
    pub fn new(workers: u32, increments: u32) -> Race {
        Race {
            increments: increments.clamp(1, MOST_INCREMENTS),
            memory: 0,
            workers: vec![Worker::default(); workers.clamp(1, MOST_WORKERS) as usize],
        }
    }

    /// How many times each worker adds.
    pub fn increments(&self) -> u32 {
        self.increments
    }

    /// What memory holds at the end if nothing is lost.
    pub fn expected(&self) -> u32 {
        self.increments * self.workers.len() as u32
    }

    /// The next step of this worker, from 0; nothing if it is done, or does not exist.
    ///
    /// ```
    /// use fib_lab::theory::interleavings::{Race, Step};
    /// let race = Race::new(2, 1);
    /// assert_eq!(race.next(0), Some(Step::Load));
    /// assert_eq!(race.next(2), None);
    /// ```
    pub fn next(&self, worker: usize) -> Option<Step> {
        let steps = self.workers.get(worker)?.steps;
        if steps >= 3 * self.increments { None } else { Some(Step::ALL[steps as usize % 3]) }
    }

    /// The state after the next step of this worker; nothing if it has none.
    ///
    /// ```
    /// use fib_lab::theory::interleavings::Race;
    /// // Both load 0 before either stores: one of the two additions is lost.
    /// let end = [0, 1, 0, 0, 1, 1]
    ///     .into_iter()
    ///     .try_fold(Race::new(2, 1), |race, worker| race.after(worker))
    ///     .unwrap();
    /// assert_eq!((end.memory, end.is_over()), (1, true));
    /// ```
    pub fn after(&self, worker: usize) -> Option<Race> {
        let step = self.next(worker)?;
        let mut after = self.clone();
        let own = after.workers.get_mut(worker)?;
        own.steps += 1;
        match step {
            Step::Load => own.register = Some(self.memory),
            Step::Add => own.register = own.register.map(|value| value + 1),
            Step::Store => after.memory = own.register.take().unwrap_or(self.memory),
        }
        Some(after)
    }

    /// Whether all workers are done.
    pub fn is_over(&self) -> bool {
        (0..self.workers.len()).all(|worker| self.next(worker).is_none())
    }

    /// What memory can hold at the end, and how many interleavings of the steps that are left
    /// lead to each; exact.
    ///
    /// ```
    /// use fib_lab::theory::interleavings::Race;
    /// // Of the 20 interleavings of two single additions only 2 lose nothing: one worker has
    /// // to be done before the other begins.
    /// let outcomes: Vec<_> = Race::new(2, 1).outcomes().into_iter().collect();
    /// assert_eq!(outcomes, [(1, 18), (2, 2)]);
    /// ```
    pub fn outcomes(&self) -> BTreeMap<u32, u128> {
        // All states of a layer are equally many steps away from the end.
        let mut layer = BTreeMap::from([(self.sorted(), 1u128)]);
        while layer.keys().next().is_some_and(|race| !race.is_over()) {
            let mut next: BTreeMap<Race, u128> = BTreeMap::new();
            for (race, ways) in layer {
                for after in (0..race.workers.len()).filter_map(|worker| race.after(worker)) {
                    *next.entry(after.sorted()).or_default() += ways;
                }
            }
            layer = next;
        }
        let mut outcomes = BTreeMap::new();
        for (race, ways) in layer {
            *outcomes.entry(race.memory).or_default() += ways;
        }
        outcomes
    }

    /// The smallest value that memory can hold at the end.
    ///
    /// ```
    /// use fib_lab::theory::interleavings::Race;
    /// assert_eq!((Race::new(2, 1).smallest(), Race::new(3, 3).smallest()), (1, 2));
    /// ```
    pub fn smallest(&self) -> u32 {
        self.outcomes().keys().next().copied().unwrap_or(self.memory)
    }

    /// The same state, the workers in order: what can come of it does not depend on their
    /// names.
    fn sorted(&self) -> Race {
        let mut sorted = self.clone();
        sorted.workers.sort_unstable();
        sorted
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Every interleaving, one after another.
    fn brute_force(race: &Race, found: &mut BTreeMap<u32, u128>) {
        if race.is_over() {
            *found.entry(race.memory).or_default() += 1;
        }
        for after in (0..race.workers.len()).filter_map(|worker| race.after(worker)) {
            brute_force(&after, found);
        }
    }

    fn steps_left(race: &Race) -> u32 {
        race.workers.iter().map(|worker| 3 * race.increments() - worker.steps).sum()
    }

    proptest! {
        #[test]
        fn from_any_state_the_enumeration_counts_what_brute_force_finds(
            workers in 2u32..=3,
            increments in 1u32..=3,
            choices in proptest::collection::vec(0usize..3, 40),
        ) {
            let mut race = Race::new(workers, increments);
            // What is left has to be short enough to be tried one by one.
            for choice in choices.into_iter().cycle().take(4_000) {
                if steps_left(&race) <= 11 {
                    break;
                }
                race = race.after(choice % workers as usize).unwrap_or(race);
            }
            if steps_left(&race) > 11 {
                // The choices never named a worker that has steps left.
                return Ok(());
            }
            let mut found = BTreeMap::new();
            brute_force(&race, &mut found);
            prop_assert_eq!(race.outcomes(), found);
        }
    }

    #[test]
    fn whole_races_that_can_be_tried_one_by_one_agree() {
        for (workers, increments) in [(2, 1), (2, 2), (2, 3), (3, 1)] {
            let race = Race::new(workers, increments);
            let mut found = BTreeMap::new();
            brute_force(&race, &mut found);
            assert_eq!(race.outcomes(), found, "{workers} workers, {increments} increments");
        }
    }

    #[test]
    fn there_are_as_many_interleavings_as_the_multinomial_coefficient_says() {
        let factorial = |n: u32| (1..=u128::from(n)).product::<u128>();
        for (workers, increments) in [(2, 1), (2, 2), (2, 3), (3, 1), (3, 2), (3, 3), (2, 5)] {
            let own = 3 * increments;
            let all = factorial(workers * own) / factorial(own).pow(workers);
            let race = Race::new(workers, increments);
            assert_eq!(race.outcomes().values().sum::<u128>(), all, "{workers}, {increments}");
        }
        assert_eq!(Race::new(3, 3).outcomes().values().sum::<u128>(), 227_873_431_500);
    }

    #[test]
    fn two_workers_can_leave_everything_from_two_to_all_of_it() {
        let possible = |workers, increments| {
            Race::new(workers, increments).outcomes().into_keys().collect::<Vec<u32>>()
        };
        assert_eq!(possible(2, 1), [1, 2]);
        for increments in 2..=MOST_INCREMENTS {
            assert_eq!(possible(2, increments), (2..=2 * increments).collect::<Vec<_>>());
        }
        // Three are no different.
        assert_eq!(possible(3, 1), [1, 2, 3]);
        assert_eq!(possible(3, 2), (2..=6).collect::<Vec<_>>());
        assert_eq!(possible(3, 3), (2..=9).collect::<Vec<_>>());
    }

    #[test]
    fn the_counts_are_those_that_another_program_found() {
        // By a recursion with a memory, in Python.
        let found = |workers, increments| -> Vec<u128> {
            Race::new(workers, increments).outcomes().into_values().collect()
        };
        assert_eq!(found(2, 2), [702, 216, 6]);
        assert_eq!(found(2, 3), [648, 30_780, 15_714, 1_458, 20]);
        assert_eq!(found(3, 1), [1_404, 270, 6]);
        assert_eq!(found(3, 2), [10_819_224, 5_692_896, 624_726, 16_200, 90]);
        let largest = [
            3_776_608_476,
            108_139_787_370,
            91_812_035_790,
            22_192_417_638,
            1_892_942_676,
            59_025_510,
            612_360,
            1_680,
        ];
        assert_eq!(found(3, 3), largest);
    }

    #[test]
    fn one_after_another_loses_nothing_in_exactly_one_way_each() {
        // Only the orders in which the additions do not overlap keep all of them.
        assert_eq!(Race::new(2, 2).outcomes()[&4], 6);
        assert_eq!(Race::new(1, 3).outcomes(), BTreeMap::from([(3, 1)]));
    }

    #[test]
    fn what_is_out_of_range_is_held_to_it() {
        let race = Race::new(9, 0);
        assert_eq!((race.workers.len(), race.increments(), race.expected()), (3, 1, 3));
        assert_eq!(Race::new(0, 99).increments(), MOST_INCREMENTS);
    }
}
