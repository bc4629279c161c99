//! The threads of a run with a lock, and what their turns show about the lock: right
//! answers, and tickets that prove that no two threads ever held it together.

use crate::exhibits::gil;
use crate::fib;
use crate::runtime::protocol::{Locks, Outside, Program, Turn, TurnOrder};
use crate::runtime::rig::Rig;
use crate::runtime::worker::Fault;

/// The threads of a run, and what its turns found out about the lock.
pub struct Bench<'a> {
    /// Who runs them.
    pub rig: &'a Rig,
    /// How many threads there are.
    pub workers: u32,
    /// What they have to hold.
    pub locks: Locks,
    /// The switch interval.
    pub interval_ms: f64,
    /// The address of a small file, for requests.
    pub small_file: String,
    /// What was found out.
    pub proof: Proof,
}

/// Whether the lock kept its promise, over all turns.
#[derive(Default)]
pub struct Proof {
    /// How many times the lock was taken.
    pub takes: u64,
    /// How many answers were wrong or missing.
    pub wrong_answers: usize,
    /// Whether two threads held the lock at once.
    pub shared: bool,
}

impl Bench<'_> {
    fn order(&self, me: u32, together: bool, program: &Program, rounds: u32) -> TurnOrder {
        let address = self.small_file.clone();
        TurnOrder { me, together, program: program.clone(), rounds, address }
    }

    /// The program, `rounds` times, by one thread without a lock.
    pub async fn alone(&mut self, program: &Program, rounds: u32, ms: u32) -> Result<Turn, Fault> {
        let turn = self.rig.alone(self.order(0, false, program, rounds), ms).await?;
        self.proof.check(program, &[&turn], Locks::None);
        Ok(turn)
    }

    /// The program on `workers` threads, `rounds` times on each.
    pub async fn together(
        &mut self,
        workers: u32,
        program: &Program,
        rounds: u32,
        patience_ms: u32,
    ) -> Result<Vec<Turn>, Fault> {
        let order = |me| self.order(me, true, program, rounds);
        let (locks, interval_ms) = (self.locks, self.interval_ms);
        let turns = self.rig.turns(workers, locks, interval_ms, order, patience_ms).await?;
        self.proof.check(program, &turns.iter().collect::<Vec<_>>(), locks);
        Ok(turns)
    }

    /// One thread computes until the others, which wait again and again, are done.
    pub async fn mixed(
        &mut self,
        n: u32,
        rounds: u32,
        patience_ms: u32,
    ) -> Result<Vec<Turn>, Fault> {
        let busy = Program::Busy { n };
        let waiter = Program::Outside { what: Outside::Timer };
        let order = |me| self.order(me, true, if me == 0 { &busy } else { &waiter }, rounds);
        let (locks, interval_ms) = (self.locks, self.interval_ms);
        let turns = self.rig.turns(self.workers, locks, interval_ms, order, patience_ms).await?;
        let (computing, waiting): (Vec<_>, Vec<_>) =
            turns.iter().enumerate().partition(|t| t.0 == 0);
        self.proof.check_answers(&busy, computing.into_iter().map(|(_, turn)| turn));
        self.proof.check_answers(&waiter, waiting.into_iter().map(|(_, turn)| turn));
        self.proof.check_lock(&turns.iter().collect::<Vec<_>>(), locks);
        Ok(turns)
    }
}

impl Proof {
    fn check(&mut self, program: &Program, turns: &[&Turn], locks: Locks) {
        self.check_answers(program, turns.iter().copied());
        self.check_lock(turns, locks);
    }

    fn check_answers<'t>(&mut self, program: &Program, turns: impl Iterator<Item = &'t Turn>) {
        let right = fib::iterative(argument(program));
        for turn in turns {
            self.wrong_answers += turn.values.iter().filter(|&&value| value != right).count();
            self.wrong_answers += usize::from(turn.values.is_empty());
        }
    }

    /// Tickets that were drawn under one lock have to be all different and without gaps.
    fn check_lock(&mut self, turns: &[&Turn], locks: Locks) {
        self.shared |= !turns.iter().all(|turn| turn.alone);
        let takes: u64 = turns.iter().map(|turn| u64::from(turn.takes)).sum();
        self.takes += takes;
        let mut tickets: Vec<u64> = turns.iter().flat_map(|turn| &turn.tickets).copied().collect();
        tickets.sort_unstable();
        if locks == Locks::One {
            let whole = tickets.len() as u64 == takes;
            self.shared |= tickets.windows(2).any(|pair| pair[0] == pair[1]);
            self.shared |= whole && tickets.last().is_some_and(|&last| last + 1 != takes);
        }
    }
}

/// The argument of the fib that a program answers with.
pub fn argument(program: &Program) -> u32 {
    match *program {
        Program::Bytecode { n } | Program::Busy { n } | Program::Native { n, .. } => n,
        Program::Outside { .. } => gil::SMALL_N,
    }
}

/// From the first start to the last end.
pub fn elapsed_ms(turns: &[Turn]) -> f64 {
    let start = turns.iter().map(|turn| turn.start_ms).fold(f64::INFINITY, f64::min);
    turns.iter().map(|turn| turn.end_ms).fold(start, f64::max) - start
}
