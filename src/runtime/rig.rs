//! The engines of one run: started, checked, warm, and asked for samples.

use super::capabilities::{Backend, Surroundings};
use super::team::Team;
use super::worker::{Engine, Fault};
use crate::exhibits::pool_map;
use crate::exhibits::pool_map::run::say;
use crate::exhibits::pool_map::sizing::Fitted;
use crate::fib;
use crate::measure::clock::now_ms;
use crate::measure::clock_sync::Alignment;
use crate::measure::sampling::{Arm, WarmUp};
use crate::measure::stats::median;
use crate::params::RunSpec;
use crate::runtime::loader::Engines;
use crate::runtime::protocol::{Job, Locks, Turn, TurnOrder};
use crate::trace::sample::Sample;

/// Jobs that should take milliseconds are given up after this long.
const SHORT_PATIENCE_MS: u32 = 10_000;
/// Warm-up jobs take at least this long: shorter ones say little about compiled code.
const WARM_UP_MS: f64 = 10.0;

/// The kernel that measures the machine repeats fib of this: long against reading the
/// clock, short against the window.
const KERNEL_N: u32 = 20;
/// The program on empty tasks is sampled so many times, each with so many repeats.
const EMPTY_SAMPLES: u32 = 7;
const LEAST_EMPTY_REPEATS: u32 = 10;
const MOST_EMPTY_REPEATS: u32 = 640;

/// Everything that is up and warm.
pub struct Rig {
    plain: Engine,
    team: Option<Team>,
    /// The same team with one worker; absent where the team itself has one.
    one: Option<Team>,
    workers: u32,
    /// The runtime as it really runs.
    pub rung: Backend,
    /// How long it took until the team and its single-worker twin were ready; absent
    /// where there is no team.
    pub start_up_ms: Option<f64>,
    /// The largest step among the clocks that time samples.
    pub clock_step_ms: f64,
    /// How long one reading of a clock takes, in milliseconds.
    pub clock_read_ms: f64,
    /// How long one call of fib takes in the serial program.
    pub call_ms: f64,
}

impl Rig {
    /// Starts every engine, outside all timings, checks it with fib(20), and warms it up.
    pub async fn gather(
        folder: &str,
        here: Surroundings,
        spec: &RunSpec,
        warnings: &mut Vec<String>,
    ) -> Result<Rig, Fault> {
        let engines = Engines::new(folder);
        let workers = spec.whole("workers").max(1);
        let plain = engines.plain().await?;
        let rung = here.rung(spec.name("runtime"));
        let mut rig = Rig::new(plain, workers, rung);
        let mut asked_ms = now_ms();
        let mut teams = None;
        if rung == Backend::Threads {
            match engines.threads(workers).await {
                Ok(started) => teams = Some(started),
                Err(fault) => {
                    rig.rung = Backend::Processes;
                    asked_ms = now_ms();
                    warnings.push(format!(
                        "Threads did not start, so processes ran instead. {}.",
                        fault.phrase()
                    ));
                }
            }
        }
        if rig.rung == Backend::Processes {
            teams = Some(engines.processes(workers).await?);
        }
        if let Some((team, one)) = teams {
            rig.start_up_ms = Some(now_ms() - asked_ms);
            (rig.team, rig.one) = (Some(team), one);
        }
        rig.make_ready(warnings).await?;
        Ok(rig)
    }

    /// Only the serial program's engine, checked and warm.
    pub async fn gather_serial(folder: &str, warnings: &mut Vec<String>) -> Result<Rig, Fault> {
        let mut rig = Rig::new(Engines::new(folder).plain().await?, 1, Backend::Serial);
        rig.make_ready(warnings).await?;
        Ok(rig)
    }

    /// Threads of one memory with an event loop each, and an engine for the checks.
    pub async fn gather_loops(
        folder: &str,
        workers: u32,
        warnings: &mut Vec<String>,
    ) -> Result<Rig, Fault> {
        let engines = Engines::new(folder);
        let rig = Rig::new(engines.plain().await?, workers, Backend::Threads);
        rig.with_team(engines.loops(workers), warnings).await
    }

    /// The serial program's engine, and processes.
    pub async fn gather_processes(
        folder: &str,
        workers: u32,
        warnings: &mut Vec<String>,
    ) -> Result<Rig, Fault> {
        let engines = Engines::new(folder);
        let rig = Rig::new(engines.plain().await?, workers, Backend::Processes);
        rig.with_team(engines.processes_only(workers), warnings).await
    }

    /// Waits for the only team, and makes everyone ready.
    async fn with_team(
        mut self,
        team: impl Future<Output = Result<Team, Fault>>,
        warnings: &mut Vec<String>,
    ) -> Result<Rig, Fault> {
        let asked_ms = now_ms();
        self.team = Some(team.await?);
        self.start_up_ms = Some(now_ms() - asked_ms);
        self.make_ready(warnings).await?;
        Ok(self)
    }

    fn new(plain: Engine, workers: u32, rung: Backend) -> Rig {
        Rig {
            plain,
            team: None,
            one: None,
            workers,
            rung,
            start_up_ms: None,
            clock_step_ms: 0.0,
            clock_read_ms: 0.0,
            call_ms: 0.0,
        }
    }

    /// The engine of each worker, and where its clock stands.
    pub fn each(&self) -> Result<(&[Engine], &[Alignment]), Fault> {
        self.team("that")?.each()
    }

    /// One turn of a program that runs alone, on the first thread of the team.
    pub async fn alone(&self, order: TurnOrder, patience_ms: u32) -> Result<Turn, Fault> {
        self.team("a turn")?.alone(order, patience_ms).await
    }

    /// The turns of `workers` threads that run a program together.
    pub async fn turns(
        &self,
        workers: u32,
        locks: Locks,
        interval_ms: f64,
        order: impl Fn(u32) -> TurnOrder,
        patience_ms: u32,
    ) -> Result<Vec<Turn>, Fault> {
        let team = self.team("turns")?;
        team.turns(workers, locks, interval_ms, order, patience_ms).await
    }

    /// A kernel that measures the machine, on one worker or on all, per fib.
    pub async fn kernel_ms(
        &self,
        together: bool,
        window_ms: f64,
        patience_ms: u32,
    ) -> Result<f64, Fault> {
        let workers = if together { self.workers } else { 1 };
        let team = self.team("the kernel")?;
        Ok(team.kernel(KERNEL_N, window_ms, workers, patience_ms).await?.ms)
    }

    fn team(&self, for_what: &str) -> Result<&Team, Fault> {
        let nobody = || Fault::Broke(format!("nobody is there for {for_what}"));
        self.team.as_ref().ok_or_else(nobody)
    }

    async fn make_ready(&mut self, warnings: &mut Vec<String>) -> Result<(), Fault> {
        self.check().await?;
        if self.warm_up().await? {
            warnings.push("The warm-up ended after one second, before times were steady.".into());
        }
        Ok(())
    }

    /// One sample of the serial program over any list, in milliseconds.
    pub async fn serial_ms(&self, tasks: &[u32]) -> Result<f64, Fault> {
        let job = Job::Serial { tasks: tasks.to_vec(), repeats: 1 };
        self.plain.call(&job, SHORT_PATIENCE_MS).await.map(|sample| sample.ms)
    }

    fn teams(&self) -> impl Iterator<Item = (&Team, u32)> {
        let all = self.team.iter().map(|team| (team, self.workers));
        all.chain(self.one.iter().map(|team| (team, 1)))
    }

    /// What each block compares.
    pub fn arms(&self) -> &'static [Arm] {
        use Arm::*;
        match (&self.team, &self.one) {
            (None, _) => &[Serial],
            (_, None) => &[Serial, Parallel, KernelAlone, KernelTogether],
            _ => &[Serial, OneWorker, Parallel, KernelAlone, KernelTogether],
        }
    }

    /// Checks that every worker computes fib(20), and finds the step of the clocks.
    async fn check(&mut self) -> Result<(), Fault> {
        let check = |sample: Sample| {
            let mut answers = sample.lanes.iter().flat_map(|lane| &lane.marks).peekable();
            if answers.peek().is_some() && answers.all(|mark| mark.value == fib::iterative(20)) {
                Ok(())
            } else {
                Err(Fault::Broke("fib(20) is not 6765 in it".to_owned()))
            }
        };
        let job = Job::Kernel { n: 20, window_ms: 0.0, workers: 1, begun_ms: None };
        check(self.plain.call(&job, SHORT_PATIENCE_MS).await?)?;
        for (team, workers) in self.teams() {
            check(team.kernel(20, 0.0, workers, SHORT_PATIENCE_MS).await?)?;
        }
        let mut all = vec![self.plain.clocks(SHORT_PATIENCE_MS).await?];
        for team in [&mut self.team, &mut self.one].into_iter().flatten() {
            all.push(team.align(SHORT_PATIENCE_MS).await?);
        }
        for clocks in all {
            self.clock_step_ms = self.clock_step_ms.max(clocks.step_ms);
            self.clock_read_ms = self.clock_read_ms.max(clocks.read_ms);
        }
        Ok(())
    }

    /// Warms up the serial path and every worker with short calls, because browsers
    /// replace code by better code between calls, not within one. Returns whether the
    /// time for that ran out.
    async fn warm_up(&mut self) -> Result<bool, Fault> {
        say("Warming up", 0, 0, 60_000);
        let mut capped = self.warm_up_serial().await?;
        let least_ms = WARM_UP_MS.max(100.0 * self.clock_step_ms);
        let calls = least_ms / self.call_ms;
        let n = (20..40).find(|&n| fib::calls(n) as f64 >= calls).unwrap_or(40);
        for (team, workers) in self.teams() {
            let mut warm_up = WarmUp::default();
            let patience_ms = SHORT_PATIENCE_MS;
            while warm_up.again(team.kernel(n, 0.0, workers, patience_ms).await?.last_ms) {}
            capped |= warm_up.capped;
        }
        Ok(capped)
    }

    /// Warms up the serial path alone and finds its speed, the best that was seen so
    /// far. Returns whether the time for that ran out.
    pub async fn warm_up_serial(&mut self) -> Result<bool, Fault> {
        let least_ms = WARM_UP_MS.max(100.0 * self.clock_step_ms);
        let (mut n, mut best_ms, mut warm_up) = (20, f64::INFINITY, WarmUp::default());
        loop {
            let ms = self.serial_ms(&[n]).await?;
            if ms < least_ms && n < 40 {
                // Too short against the clock, perhaps only since the browser has found better
                // code: a sample of 0 ms would say nothing, for ever.
                (n, best_ms, warm_up) = (n + 1, f64::INFINITY, WarmUp::default());
                continue;
            }
            best_ms = best_ms.min(ms);
            if !warm_up.again(best_ms) {
                break;
            }
        }
        let call_ms = best_ms / fib::calls(n) as f64;
        self.call_ms = if self.call_ms > 0.0 { self.call_ms.min(call_ms) } else { call_ms };
        Ok(warm_up.capped)
    }

    /// How far an event in a trace may be off; absent where nothing runs in parallel.
    pub fn alignment_error_ms(&self) -> Option<f64> {
        self.team.as_ref().map(Team::alignment_error_ms)
    }

    /// How long the parallel program takes when every task is empty: what starting,
    /// handing out and collecting cost. The median of a few samples.
    pub async fn empty_ms(&self, fitted: &Fitted) -> Result<Option<f64>, Fault> {
        let Some(team) = &self.team else { return Ok(None) };
        let empty = vec![1; fitted.tasks.len()];
        let run = async |repeats: u32| {
            let sample = team.map(&empty, &fitted.plan, repeats, SHORT_PATIENCE_MS).await;
            sample.map(|sample| sample.ms)
        };
        // A coarse clock sees nothing of a few empty runs.
        let mut repeats = LEAST_EMPTY_REPEATS;
        while repeats < MOST_EMPTY_REPEATS
            && run(repeats).await? * f64::from(repeats) < 20.0 * self.clock_step_ms
        {
            repeats *= 4;
        }
        let mut samples = Vec::new();
        for _ in 0..EMPTY_SAMPLES {
            samples.push(run(repeats).await?);
        }
        Ok(median(&samples))
    }

    /// One sample of the serial program.
    pub async fn serial(&self, fitted: &Fitted) -> Result<Sample, Fault> {
        let job = Job::Serial { tasks: fitted.tasks.clone(), repeats: fitted.repeats };
        self.plain.call(&job, fitted.patience_ms).await
    }

    /// One sample of the parallel program, on all workers or on the twin of one.
    pub async fn parallel(&self, fitted: &Fitted, on_all: bool) -> Result<Sample, Fault> {
        let Fitted { tasks, plan, repeats, patience_ms, .. } = fitted;
        match &self.one {
            Some(one) if !on_all => {
                one.map(tasks, &pool_map::in_order(tasks), *repeats, *patience_ms).await
            }
            _ => self.team("the pool")?.map(tasks, plan, *repeats, *patience_ms).await,
        }
    }
}
