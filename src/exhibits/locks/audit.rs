//! The threads of a run with a lock, and what their logs show about the lock: right
//! answers, and tickets that prove that no two threads ever held it together.

use futures_util::future::join_all;

use super::messages::{Locks, SET_UP, Setup, ThreadOrder};
use super::work::Work;
use crate::fib;
use crate::interpreter::log::ThreadLog;
use crate::runtime::engine::Fault;
use crate::runtime::rig::Rig;
use crate::runtime::team::Team;
use crate::runtime::wrong_answers::WrongAnswers;

/// What a reader has to know where the lock failed.
pub const TWO_HOLDERS: &str = "Two threads held the lock at once: a ticket was drawn twice.";

/// The threads of a run, and what was found out about their lock.
pub struct LockThreads<'a> {
    /// The rig of their run.
    pub rig: &'a Rig,
    /// The workers that they are: threads with an event loop each.
    pub team: &'a Team,
    /// How many threads there are.
    pub workers: u32,
    /// What they have to hold.
    pub locks: Locks,
    /// The switch interval.
    pub interval_ms: f64,
    /// The address of a small file, for requests.
    pub small_file: String,
    /// What was found out.
    pub audit: Audit,
}

/// Whether the lock kept its promise, over all programs.
pub struct Audit {
    /// How many times the lock was taken.
    pub takes: u64,
    /// What counts the answers that are wrong or missing.
    pub wrong: WrongAnswers,
    /// Whether two threads held the lock at once.
    pub shared: bool,
}

impl LockThreads<'_> {
    fn order<W: Work>(&self, me: u32, together: bool, work: &W, rounds: u32) -> ThreadOrder<W> {
        let address = self.small_file.clone();
        ThreadOrder { me, together, work: work.clone(), rounds, address }
    }

    /// The work, `rounds` times, by one thread without a lock.
    pub async fn alone<W: Work>(
        &mut self,
        work: &W,
        rounds: u32,
        timeout_ms: u32,
    ) -> Result<ThreadLog, Fault> {
        let team = self.team;
        let (engines, _) = team.engines()?;
        let first = engines.first().ok_or_else(|| Fault::Broke("it has no threads".to_owned()))?;
        let log = first.call(&W::CALL, &self.order(0, false, work, rounds), timeout_ms).await?;
        self.audit.check_answers(work, [&log]);
        self.audit.check_lock(&[&log], Locks::None);
        Ok(log)
    }

    /// The work on `workers` threads, `rounds` times on each.
    pub async fn together<W: Work>(
        &mut self,
        workers: u32,
        work: &W,
        rounds: u32,
        timeout_ms: u32,
    ) -> Result<Vec<ThreadLog>, Fault> {
        let logs = self.run(workers, |_| work, rounds, timeout_ms).await?;
        self.audit.check_answers(work, &logs);
        Ok(logs)
    }

    /// Each thread does its own part of what was dealt out beforehand; there is a part for each
    /// of them.
    pub async fn dealt<W: Work>(
        &mut self,
        parts: &[W],
        rounds: u32,
        timeout_ms: u32,
    ) -> Result<Vec<ThreadLog>, Fault> {
        let part = |me: u32| &parts[me as usize];
        let logs = self.run(parts.len() as u32, part, rounds, timeout_ms).await?;
        for (part, log) in parts.iter().zip(&logs) {
            self.audit.check_answers(part, [log]);
        }
        Ok(logs)
    }

    /// One thread does the `first` work, the others another, all at the same time.
    pub async fn mixed<W: Work>(
        &mut self,
        first: &W,
        others: &W,
        rounds: u32,
        timeout_ms: u32,
    ) -> Result<Vec<ThreadLog>, Fault> {
        let work = |me| if me == 0 { first } else { others };
        let logs = self.run(self.workers, work, rounds, timeout_ms).await?;
        self.audit.check_answers(first, logs.iter().take(1));
        self.audit.check_answers(others, logs.iter().skip(1));
        Ok(logs)
    }

    /// A program of several threads: `work` says what each of the first `workers` does. Times
    /// are on the clock of this very worker.
    async fn run<'w, W: Work>(
        &mut self,
        workers: u32,
        work: impl Fn(u32) -> &'w W,
        rounds: u32,
        timeout_ms: u32,
    ) -> Result<Vec<ThreadLog>, Fault> {
        let team = self.team;
        let (engines, alignments) = team.engines()?;
        let Some(first) = engines.first() else { return Ok(Vec::new()) };
        let (locks, interval_ms) = (self.locks, self.interval_ms);
        let setup = Setup { threads: workers, locks, interval_ms };
        first.call(&SET_UP, &setup, timeout_ms).await?;
        let calls = engines.iter().zip(0..workers).map(|(engine, me)| {
            let order = self.order(me, true, work(me), rounds);
            async move { engine.call(&W::CALL, &order, timeout_ms).await }
        });
        let mut logs = join_all(calls).await.into_iter().collect::<Result<Vec<_>, _>>()?;
        for (log, alignment) in logs.iter_mut().zip(alignments) {
            log.map_times(|ms| alignment.here(ms));
        }
        self.audit.check_lock(&logs.iter().collect::<Vec<_>>(), locks);
        Ok(logs)
    }
}

impl Audit {
    /// Nothing is known yet; `wrong` counts for the run.
    pub fn new(wrong: WrongAnswers) -> Audit {
        Audit { takes: 0, wrong, shared: false }
    }

    fn check_answers<'t, W: Work>(&self, work: &W, logs: impl IntoIterator<Item = &'t ThreadLog>) {
        let right: Vec<u64> = work.arguments().into_iter().map(fib::iterative).collect();
        for log in logs {
            let rounds = log.values.len().div_ceil(right.len().max(1)).max(1);
            let missing = (rounds * right.len()).saturating_sub(log.values.len());
            let all = log.values.iter().zip(right.iter().cycle());
            let wrong = all.filter(|(value, right)| value != right).count();
            // Where nothing was to be answered, every answer is too many.
            let more = if right.is_empty() { log.values.len() } else { 0 };
            self.wrong.count(wrong + missing + more);
        }
    }

    /// Tickets that were drawn under one lock have to be all different and without gaps.
    fn check_lock(&mut self, logs: &[&ThreadLog], locks: Locks) {
        self.shared |= !logs.iter().all(|log| log.alone);
        let takes: u64 = logs.iter().map(|log| u64::from(log.takes)).sum();
        self.takes += takes;
        let mut tickets: Vec<u64> = logs.iter().flat_map(|log| &log.tickets).copied().collect();
        tickets.sort_unstable();
        if locks == Locks::One {
            let whole = tickets.len() as u64 == takes;
            self.shared |= tickets.windows(2).any(|pair| pair[0] == pair[1]);
            self.shared |= whole && tickets.last().is_some_and(|&last| last + 1 != takes);
        }
    }
}

/// From the first start to the last end, in milliseconds.
pub fn elapsed_ms(logs: &[ThreadLog]) -> f64 {
    let start = logs.iter().map(|log| log.start_ms).fold(f64::INFINITY, f64::min);
    logs.iter().map(|log| log.end_ms).fold(start, f64::max) - start
}
