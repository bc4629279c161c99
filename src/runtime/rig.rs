//! The engines of one run: started, checked, warm, and asked for samples.

use futures_util::future::LocalBoxFuture;

use super::budget::{SHORT_TIMEOUT_MS, START_TIMEOUT_MS, timeout_ms};
use super::capabilities::{Backend, Surroundings};
use super::engine::{Engine, Fault};
use super::pool::{List, SERIAL, Shared, wrong_answers};
use super::progress::Listener;
use super::protocol::Request;
use super::team::{Team, TeamKind};
use super::wrong_answers::WrongAnswers;
use crate::fib;
use crate::measure::block::Role;
use crate::measure::clock::now_ms;
use crate::measure::clock_sync::Alignment;
use crate::measure::sampling::WarmUp;
use crate::measure::stats::median;
use crate::theory::schedule::{Plan, in_order};
use crate::trace::sample::Sample;

/// The kernel that measures the machine repeats fib of this: long against reading the
/// clock, short against the window.
const KERNEL_N: u32 = 20;
/// The program on empty tasks is sampled so many times, each with so many repeats, for at
/// most so long.
const EMPTY_SAMPLES: usize = 7;
const EMPTY_MS: f64 = 300.0;
const LEAST_EMPTY_REPEATS: u32 = 1;
const MOST_EMPTY_REPEATS: u32 = 640;

/// What starts engines: the browser's loader, or, in native tests, a stand-in.
pub trait Starter {
    /// A plain engine.
    fn plain(&self) -> LocalBoxFuture<'_, Result<Engine, Fault>>;

    /// A team of `workers`.
    fn team(&self, kind: TeamKind, workers: u32) -> LocalBoxFuture<'_, Result<Team, Fault>>;

    /// The address of a small file that is there whenever the engines are.
    fn small_file(&self) -> String;
}

/// Which engines a run needs, besides the plain one of the serial program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// None.
    Nothing,
    /// A pool on the best backend that the visitor's wish and the browser allow, and its twin
    /// with one worker.
    Pool,
    /// Threads of one memory with an event loop each.
    EventLoops,
    /// Processes with a memory each.
    Processes,
    /// Workers of which any number can take part: threads with an event loop each where the
    /// visitor's wish and the browser allow it, else processes.
    Members,
}

/// Everything that is up and warm.
pub struct Rig {
    plain: Engine,
    team: Option<Team>,
    /// The same team with one worker; absent where the team itself has one.
    one: Option<Team>,
    workers: u32,
    /// Every sample's answers are checked, and counted here.
    wrong: WrongAnswers,
    /// The backend as it really runs.
    pub backend: Backend,
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
    /// `wish` is the backend that the visitor asks for; `wrong` counts what is answered wrongly.
    pub async fn start(
        starter: &dyn Starter,
        here: Surroundings,
        needs: Needs,
        workers: u32,
        wish: &str,
        listener: &dyn Listener,
        wrong: WrongAnswers,
    ) -> Result<Rig, Fault> {
        let backend = match needs {
            Needs::Nothing => Backend::Serial,
            Needs::Pool | Needs::Members => here.backend(wish),
            Needs::EventLoops => Backend::Threads,
            Needs::Processes => Backend::Processes,
        };
        let mut rig = Rig {
            plain: starter.plain().await?,
            team: None,
            one: None,
            workers,
            wrong,
            backend,
            start_up_ms: None,
            clock_step_ms: 0.0,
            clock_read_ms: 0.0,
            call_ms: 0.0,
        };
        rig.start_team(starter, needs, listener).await?;
        rig.check().await?;
        listener.say("Warming up", 0, 0, START_TIMEOUT_MS);
        if rig.warm_up().await? {
            listener
                .warn("The warm-up ended after one second, before times were steady.".to_owned());
        }
        Ok(rig)
    }

    /// Starts the team that is needed, and where it has one, its twin. A pool of threads that
    /// does not come up is replaced by processes.
    async fn start_team(
        &mut self,
        starter: &dyn Starter,
        needs: Needs,
        listener: &dyn Listener,
    ) -> Result<(), Fault> {
        let kind = match (needs, self.backend) {
            (_, Backend::Serial) => return Ok(()),
            (Needs::EventLoops, _) | (Needs::Members, Backend::Threads) => TeamKind::EventLoops,
            (_, Backend::Threads) => TeamKind::Pool,
            _ => TeamKind::Processes,
        };
        let asked_ms = now_ms();
        let twin = needs == Needs::Pool && self.workers > 1;
        match self.start_both(starter, kind, twin).await {
            Err(fault) if needs != Needs::EventLoops && kind != TeamKind::Processes => {
                listener.warn(format!("Threads did not start, so processes ran instead. {fault}."));
                self.backend = Backend::Processes;
                let asked_ms = now_ms();
                self.start_both(starter, TeamKind::Processes, twin).await?;
                self.start_up_ms = Some(now_ms() - asked_ms);
            }
            started => {
                started?;
                self.start_up_ms = Some(now_ms() - asked_ms);
            }
        }
        Ok(())
    }

    async fn start_both(
        &mut self,
        starter: &dyn Starter,
        kind: TeamKind,
        twin: bool,
    ) -> Result<(), Fault> {
        let team = starter.team(kind, self.workers).await?;
        self.one = if twin { Some(starter.team(kind, 1).await?) } else { None };
        self.team = Some(team);
        Ok(())
    }

    /// The team as a whole.
    pub fn team(&self) -> Result<&Team, Fault> {
        let nobody = || Fault::Broke("this run has no team".to_owned());
        self.team.as_ref().ok_or_else(nobody)
    }

    /// The engine of each worker, and where its clock stands.
    pub fn engines(&self) -> Result<(&[Engine], &[Alignment]), Fault> {
        self.team()?.engines()
    }

    /// A kernel that measures the machine, on one worker or on all, per fib.
    pub async fn kernel_ms(
        &self,
        together: bool,
        window_ms: f64,
        timeout_ms: u32,
    ) -> Result<f64, Fault> {
        self.kernel_on(if together { self.workers } else { 1 }, window_ms, timeout_ms).await
    }

    /// The same kernel on the first `workers` workers, while the others sleep.
    pub async fn kernel_on(
        &self,
        workers: u32,
        window_ms: f64,
        timeout_ms: u32,
    ) -> Result<f64, Fault> {
        let sample = self.team()?.kernel(KERNEL_N, window_ms, workers, timeout_ms).await?;
        let right = fib::iterative(KERNEL_N);
        let answers = sample.lanes.iter().flat_map(|lane| &lane.spans);
        self.wrong.count(answers.filter(|span| span.value != right).count());
        Ok(sample.ms)
    }

    /// One sample of the serial program over any list. Where threads run, it runs on an engine
    /// of their build: a browser may make 20 % slower code of the very same function in
    /// another module, which would look like a speed-up.
    pub async fn serial(&self, list: &List, timeout_ms: u32) -> Result<Sample, Fault> {
        let threaded = self.one.as_ref().or(self.team.as_ref()).and_then(Team::pool_engine);
        self.serial_on(threaded.unwrap_or(&self.plain), list, timeout_ms).await
    }

    /// One sample of the serial program on this engine.
    pub async fn serial_on(
        &self,
        engine: &Engine,
        list: &List,
        timeout_ms: u32,
    ) -> Result<Sample, Fault> {
        let sample = engine.call(&SERIAL, list, timeout_ms).await?;
        self.wrong.count(wrong_answers(&list.tasks, &sample.lanes));
        Ok(sample)
    }

    /// One sample of the serial program on the plain engine, whatever other engines there are.
    pub async fn serial_in_plain(&self, list: &List, timeout_ms: u32) -> Result<Sample, Fault> {
        self.serial_on(&self.plain, list, timeout_ms).await
    }

    /// One sample of the serial program over any list, in milliseconds.
    pub async fn serial_ms(&self, tasks: &[u32]) -> Result<f64, Fault> {
        let list = List { tasks: tasks.to_vec(), repeats: 1 };
        self.serial(&list, SHORT_TIMEOUT_MS).await.map(|sample| sample.ms)
    }

    fn teams(&self) -> impl Iterator<Item = (&Team, u32)> {
        let all = self.team.iter().map(|team| (team, self.workers));
        all.chain(self.one.iter().map(|team| (team, 1)))
    }

    /// What each block compares.
    pub fn arms(&self) -> &'static [Role] {
        use Role::*;
        match (&self.team, &self.one) {
            (None, _) => &[Serial],
            (_, None) => &[Serial, Parallel, KernelAlone, KernelTogether],
            _ => &[Serial, OneWorker, Parallel, KernelAlone, KernelTogether],
        }
    }

    /// Checks that every worker computes fib(20), and finds the step of the clocks.
    async fn check(&mut self) -> Result<(), Fault> {
        let check = |sample: Sample| {
            let mut answers = sample.lanes.iter().flat_map(|lane| &lane.spans).peekable();
            if answers.peek().is_some() && answers.all(|span| span.value == fib::iterative(20)) {
                Ok(())
            } else {
                Err(Fault::Broke("fib(20) is not 6765 in it".to_owned()))
            }
        };
        let kernel = Request::Kernel { n: 20, window_ms: 0.0, workers: 1, begun_ms: None };
        check(self.plain.kernel(kernel, SHORT_TIMEOUT_MS).await?)?;
        for (team, workers) in self.teams() {
            check(team.kernel(20, 0.0, workers, SHORT_TIMEOUT_MS).await?)?;
        }
        let mut all = vec![self.plain.clocks(SHORT_TIMEOUT_MS).await?];
        for team in [&mut self.team, &mut self.one].into_iter().flatten() {
            all.push(team.align(SHORT_TIMEOUT_MS).await?);
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
        let mut capped = self.warm_up_serial().await?;
        let least_ms = WarmUp::least_job_ms(self.clock_step_ms);
        for (team, workers) in self.teams() {
            // With more workers than cores they take turns: then shorter jobs are enough.
            let job_ms = least_ms.min((WarmUp::MOST_MS / f64::from(workers)).max(10.0));
            let calls = job_ms / self.call_ms;
            let n = (20..40).find(|&n| fib::calls(n) as f64 >= calls).unwrap_or(40);
            let mut warm_up = WarmUp::default();
            let timeout_ms = timeout_ms(f64::from(workers) * least_ms);
            while warm_up.again(team.kernel(n, 0.0, workers, timeout_ms).await?.last_ms) {}
            capped |= warm_up.capped;
        }
        Ok(capped)
    }

    /// Warms up the serial path alone and finds its speed, the best that was seen so
    /// far. Returns whether the time for that ran out.
    pub async fn warm_up_serial(&mut self) -> Result<bool, Fault> {
        let least_ms = WarmUp::least_job_ms(self.clock_step_ms);
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

    /// How long the parallel program takes when `tasks` tasks are empty: what starting,
    /// handing out and collecting cost. The median of a few samples, as many as fit into
    /// [`EMPTY_MS`]: with many processes even an empty job takes its time.
    pub async fn empty_ms(&self, tasks: usize, plan: &Plan) -> Result<Option<f64>, Fault> {
        let Some(team) = &self.team else { return Ok(None) };
        let run = async |repeats: u32| {
            let empty = Shared { tasks: vec![1; tasks], plan: plan.clone(), repeats };
            team.map(&empty, SHORT_TIMEOUT_MS).await.map(|sample| sample.ms)
        };
        let begun_ms = now_ms();
        let in_time = || now_ms() - begun_ms < EMPTY_MS;
        let mut job_ms = run(LEAST_EMPTY_REPEATS).await?;
        // A coarse clock sees nothing of a few empty runs.
        let mut repeats = LEAST_EMPTY_REPEATS;
        while repeats < MOST_EMPTY_REPEATS
            && in_time()
            && job_ms * f64::from(repeats) < 20.0 * self.clock_step_ms
        {
            repeats *= 4;
            job_ms = run(repeats).await?;
        }
        let mut samples = vec![job_ms];
        while samples.len() < EMPTY_SAMPLES && in_time() {
            samples.push(run(repeats).await?);
        }
        Ok(median(&samples))
    }

    /// One sample of the parallel program, on all workers or on the twin of one.
    pub async fn parallel(
        &self,
        job: &Shared,
        on_all: bool,
        timeout_ms: u32,
    ) -> Result<Sample, Fault> {
        let sample = match &self.one {
            Some(one) if !on_all => {
                let plan = in_order(&job.tasks);
                one.map(&Shared { plan, ..job.clone() }, timeout_ms).await?
            }
            _ => self.team()?.map(job, timeout_ms).await?,
        };
        self.wrong.count(wrong_answers(&job.tasks, &sample.lanes));
        Ok(sample)
    }

    /// One sample of the parallel program on the first `members`, where the team is one of
    /// engines.
    pub async fn parallel_on(
        &self,
        members: u32,
        job: &Shared,
        timeout_ms: u32,
    ) -> Result<Sample, Fault> {
        let sample = self.team()?.map_on(members as usize, job, timeout_ms).await?;
        self.wrong.count(wrong_answers(&job.tasks, &sample.lanes));
        Ok(sample)
    }
}
