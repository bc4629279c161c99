//! A model of the lock: threads as plain data that walk through every state to which
//! they can bring [`Queue`], in any order of events. The README beside it says what
//! that shows and what it does not.

use std::collections::HashSet;

use super::Queue;

/// Where a thread of the model stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum At {
    /// It has so many holds to go.
    Outside(u8),
    /// It sleeps; the lock had been taken so often when it fell asleep.
    Asleep {
        taken: u64,
        notified: bool,
    },
    /// It executes instructions.
    Holding,
    Done,
}

/// Every thread, the lock, and how many others took it since each began to wait.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct State {
    queue: Queue,
    request: bool,
    threads: Vec<At>,
    holds_left: Vec<u8>,
    /// Instructions to go, of the hold under way: handing over loses none.
    instructions: Vec<u8>,
    overtaken: Vec<u8>,
}

/// What can happen to a thread next. Everything that the lock does under its mutex is
/// one step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Go,
    Wake,
    TimeOut,
}

const INSTRUCTIONS: u8 = 3;

impl State {
    fn new(threads: usize, holds: u8) -> State {
        State {
            queue: Queue::default(),
            request: false,
            threads: vec![At::Outside(holds); threads],
            holds_left: vec![holds; threads],
            instructions: vec![INSTRUCTIONS; threads],
            overtaken: vec![0; threads],
        }
    }

    fn steps(&self, me: usize) -> Vec<Step> {
        match &self.threads[me] {
            At::Outside(_) | At::Holding => vec![Step::Go],
            // Condition variables also wake without a reason.
            At::Asleep { .. } => vec![Step::Wake, Step::TimeOut],
            At::Done => vec![],
        }
    }

    /// The body of [`Lock::take`] from one sleep to the next.
    fn try_take(&mut self, me: usize) {
        if self.queue.try_take(me as u32) {
            self.request = false;
            self.threads[me] = At::Holding;
            self.overtaken[me] = 0;
            for &other in &self.queue.waiting {
                self.overtaken[other as usize] += 1;
            }
        } else {
            self.threads[me] = At::Asleep { taken: self.queue.taken, notified: false };
        }
    }

    fn give_up(&mut self) {
        if let Some(next) = self.queue.give_up()
            && let At::Asleep { notified, .. } = &mut self.threads[next as usize]
        {
            *notified = true;
        }
    }

    fn after(&self, me: usize, step: Step) -> State {
        let mut next = self.clone();
        match (&self.threads[me], step) {
            (At::Outside(_), _) => {
                next.queue.join(me as u32);
                next.try_take(me);
            }
            (At::Asleep { taken, .. }, step) => {
                if step == Step::TimeOut && next.queue.is_stuck_since(*taken) {
                    next.request = true;
                }
                next.try_take(me);
            }
            (At::Holding, _) => {
                next.instructions[me] -= 1;
                if next.instructions[me] == 0 {
                    next.give_up();
                    next.instructions[me] = INSTRUCTIONS;
                    next.holds_left[me] -= 1;
                    next.threads[me] = match next.holds_left[me] {
                        0 => At::Done,
                        left => At::Outside(left),
                    };
                } else if self.request {
                    next.give_up();
                    next.queue.join(me as u32);
                    next.try_take(me);
                }
            }
            (At::Done, _) => {}
        }
        next
    }

    #[track_caller]
    fn check(&self) {
        let holding = |at: &At| *at == At::Holding;
        let holders = self.threads.iter().filter(|at| holding(at)).count();
        assert!(holders <= 1, "two holders: {self:?}");
        assert_eq!(holders, usize::from(self.queue.holder.is_some()), "{self:?}");
        if let (None, Some(&first)) = (self.queue.holder, self.queue.waiting.front()) {
            let woken = matches!(self.threads[first as usize], At::Asleep { notified: true, .. });
            assert!(woken, "a lost wake-up: {self:?}");
        }
        let most = self.threads.len() as u8 - 1;
        assert!(self.overtaken.iter().all(|&by| by <= most), "overtaken: {self:?}");
    }

    /// Every thread takes its turn: how many rounds until all are done.
    fn rounds_to_the_end(&self) -> usize {
        let mut state = self.clone();
        for round in 0..200 {
            if state.threads.iter().all(|at| *at == At::Done) {
                return round;
            }
            for me in 0..state.threads.len() {
                if let Some(&last) = state.steps(me).last() {
                    state = state.after(me, last);
                }
            }
        }
        panic!("some thread never gets the lock again: {self:?}");
    }
}

/// The counter of takes only grows; what matters is whether it moved since a sleeper
/// looked, so states that differ only by its height are one.
fn normal(state: &State) -> State {
    let mut state = state.clone();
    let height = state.queue.taken;
    for at in &mut state.threads {
        if let At::Asleep { taken, .. } = at {
            *taken = u64::from(*taken == height);
        }
    }
    state.queue.taken = 1;
    state
}

/// Walks through every state that the threads can bring the lock to.
fn explore(threads: usize, holds: u8) -> usize {
    let mut seen = HashSet::new();
    let mut open = vec![State::new(threads, holds)];
    while let Some(state) = open.pop() {
        if !seen.insert(normal(&state)) {
            continue;
        }
        state.check();
        state.rounds_to_the_end();
        for me in 0..threads {
            open.extend(state.steps(me).into_iter().map(|step| state.after(me, step)));
        }
    }
    seen.len()
}

#[test]
fn in_every_order_of_events_one_thread_holds_it_and_nobody_starves() {
    assert!(explore(2, 3) > 100);
    assert!(explore(3, 2) > 1_000);
}
