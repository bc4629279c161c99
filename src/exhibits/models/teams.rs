//! The workers of every model, up at the same time and asleep but for one model: what starts
//! them, which of them cannot be started here and why, and how each does the job.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use super::entrant::Who;
use super::program::{Code, PartWork};
use crate::exhibits::locks::audit::{Audit, LockThreads, elapsed_ms};
use crate::exhibits::locks::messages::{Locks, SWITCH_INTERVAL_MS};
use crate::exhibits::ranks::messages::{Pattern, RankLog};
use crate::exhibits::ranks::play::{connect, play};
use crate::interpreter::log::ThreadLog;
use crate::measure::clock::now_ms;
use crate::report::{Check, Model, Row};
use crate::runtime::budget::{SHORT_TIMEOUT_MS, START_TIMEOUT_MS};
use crate::runtime::capabilities::{Backend, Surroundings};
use crate::runtime::engine::{Engine, Fault};
use crate::runtime::pool::{List, Shared, answers, wrong_answers};
use crate::runtime::progress::Listener;
use crate::runtime::rig::{Needs, Rig};
use crate::runtime::run::Run;
use crate::runtime::team::{Team, TeamKind};
use crate::theory::schedule::{dealt, in_order, work};
use crate::trace::sample::Sample;

/// A sample of the ranks has at most so many jobs: each is kept until its answers are checked.
const MOST_PLAYS: u32 = 2_000;

/// The workers of all models.
pub struct Teams<'a> {
    run: &'a Run,
    /// The plain engine, and the processes, which are also the ranks.
    pub rig: Rig,
    pool: Option<Team>,
    loops: Option<Team>,
    javascript: Option<Team>,
    /// A row for each model, in their order.
    pub rows: Vec<Row>,
    /// The largest step among the clocks that time samples.
    pub clock_step_ms: f64,
    /// What each model answered last.
    answered: RefCell<BTreeMap<&'static str, Vec<Check>>>,
    /// Whether two threads ever held the lock at once.
    shared: Cell<bool>,
}

/// Why nothing shares memory here: a sentence.
fn no_memory(here: Surroundings) -> &'static str {
    match here {
        Surroundings { isolated: true, .. } => {
            "It needs memory that workers share, and this browser hides SharedArrayBuffer although \
             the page is isolated."
        }
        _ => {
            "It needs memory that workers share, and browsers keep that from a page that is not \
             cross-origin isolated, as this one is not."
        }
    }
}

impl<'a> Teams<'a> {
    /// Starts the workers of every model that can run here.
    pub async fn start(run: &'a Run) -> Result<Teams<'a>, Fault> {
        let workers = run.workers();
        let rig = run.rig(Needs::Processes, workers).await?;
        connect(rig.engines()?.0)?;
        let mut teams = Teams {
            run,
            clock_step_ms: rig.clock_step_ms,
            rig,
            pool: None,
            loops: None,
            javascript: None,
            rows: [Model::Serial, Model::Processes].map(Row::measured).to_vec(),
            answered: RefCell::default(),
            shared: Cell::new(false),
        };
        let rows = &mut teams.rows;
        rows.push(match workers {
            1 => Row::missing(Model::Ranks, "A single rank would have nobody to send to."),
            _ => Row::measured(Model::Ranks),
        });
        let threaded = [Model::Threads, Model::OneLock, Model::LockReleased];
        if run.place.here.highest() < Backend::Threads {
            let why = no_memory(run.place.here);
            rows.extend(threaded.map(|model| Row::missing(model, why)));
        } else {
            teams.pool = teams.team(TeamKind::Pool, &threaded[..1]).await;
            teams.loops = teams.team(TeamKind::EventLoops, &threaded[1..]).await;
        }
        teams.javascript = teams.team(TeamKind::JavaScript, &[Model::Javascript]).await;
        let place = |row: &Row| Model::ALL.iter().position(|model| *model == row.model);
        teams.rows.sort_by_key(place);
        Ok(teams)
    }

    /// Starts a team for these models. One that does not come up is said in their rows: it is no
    /// reason to lose the others.
    async fn team(&mut self, kind: TeamKind, models: &[Model]) -> Option<Team> {
        self.run.say("Starting the workers", 0, 0, START_TIMEOUT_MS);
        match self.aligned(kind).await {
            Ok(team) => {
                self.rows.extend(models.iter().map(|&model| Row::measured(model)));
                Some(team)
            }
            Err(fault) => {
                let why = format!("Its workers did not start. {fault}.");
                self.rows.extend(models.iter().map(|&model| Row::missing(model, why.clone())));
                None
            }
        }
    }

    async fn aligned(&mut self, kind: TeamKind) -> Result<Team, Fault> {
        let mut team = self.run.team(kind, self.run.workers()).await?;
        if kind == TeamKind::JavaScript {
            // They know fib and nothing of clocks; the one that counts is the coordinator's.
            return Ok(team);
        }
        let clocks = team.align(SHORT_TIMEOUT_MS).await?;
        self.clock_step_ms = self.clock_step_ms.max(clocks.step_ms);
        Ok(team)
    }

    /// The models that are measured.
    pub fn models(&self) -> Vec<Model> {
        self.rows.iter().filter(|row| row.is_measured()).map(|row| row.model).collect()
    }

    /// Whether the lock has failed: two threads held it at once.
    pub fn lock_failed(&self) -> bool {
        self.shared.get()
    }

    /// What each of these models answered last, as far as there is room for all of it.
    pub fn checks(&self, most: usize) -> Vec<Check> {
        let answered = self.answered.borrow();
        let mut checks: Vec<Check> = Vec::new();
        for id in self.rows.iter().map(|row| row.model.id()) {
            let own = answered.get(id).map(Vec::as_slice).unwrap_or_default();
            if checks.len() + own.len() <= most {
                let named = |check: &Check| Check { arm: Some(id.to_owned()), ..check.clone() };
                checks.extend(own.iter().map(named));
            }
        }
        checks
    }

    /// The job, `repeats` times over: how long one of them took, in milliseconds. Every answer
    /// is checked.
    pub async fn sample(
        &self,
        who: Who,
        tasks: &[u32],
        repeats: u32,
        timeout_ms: u32,
    ) -> Result<f64, Fault> {
        let list = List { tasks: tasks.to_vec(), repeats };
        let rig = &self.rig;
        let sample = match (who.model, who.alone) {
            (Model::Threads, true) => {
                let engine = self.pool()?.pool_engine().ok_or_else(nobody)?;
                rig.serial_on(engine, &list, timeout_ms).await?
            }
            (Model::Threads, false) => self.mapped(self.pool()?, list, timeout_ms).await?,
            (Model::Processes, false) => self.mapped(rig.team()?, list, timeout_ms).await?,
            (Model::Ranks, false) => return self.ranks(&list, timeout_ms).await,
            (Model::OneLock, alone) => {
                return self.locked(Code::Bytecode, who, alone, &list, timeout_ms).await;
            }
            (Model::LockReleased, alone) => {
                return self.locked(Code::Native, who, alone, &list, timeout_ms).await;
            }
            (Model::Javascript, true) => {
                let team = self.javascript.as_ref().ok_or_else(nobody)?;
                rig.serial_on(first(team)?, &list, timeout_ms).await?
            }
            (Model::Javascript, false) => {
                let team = self.javascript.as_ref().ok_or_else(nobody)?;
                self.mapped(team, list, timeout_ms).await?
            }
            _ => rig.serial_in_plain(&list, timeout_ms).await?,
        };
        self.note(who, answers(tasks, &sample.lanes));
        Ok(sample.ms)
    }

    fn note(&self, who: Who, answers: Vec<Check>) {
        self.answered.borrow_mut().insert(who.id(), answers);
    }

    fn pool(&self) -> Result<&Team, Fault> {
        self.pool.as_ref().ok_or_else(nobody)
    }

    /// A team claims the tasks in their order.
    async fn mapped(&self, team: &Team, list: List, timeout_ms: u32) -> Result<Sample, Fault> {
        let List { tasks, repeats } = list;
        let job = Shared { plan: in_order(&tasks), tasks, repeats };
        let sample = team.map(&job, timeout_ms).await?;
        self.run.wrong().count(wrong_answers(&job.tasks, &sample.lanes));
        Ok(sample)
    }

    /// The list as it is dealt out to workers that cannot claim.
    fn parts(&self, tasks: &[u32]) -> Vec<Vec<u32>> {
        let places = dealt(&work(tasks), self.run.workers() as usize);
        places.into_iter().map(|own| own.into_iter().map(|at| tasks[at]).collect()).collect()
    }

    /// Ranks scatter and gather. As for processes the conductor's clock counts, over all of the
    /// repeats: on a coarse one rank 0 would see nothing of a short job, however often it ran.
    async fn ranks(&self, list: &List, timeout_ms: u32) -> Result<f64, Fault> {
        let (lists, team) = (self.parts(&list.tasks), self.rig.team()?);
        let repeats = list.repeats.clamp(1, MOST_PLAYS);
        let mut all = Vec::with_capacity(repeats as usize);
        let begun_ms = now_ms();
        for _ in 0..repeats {
            let pattern = Pattern::ScatterGather { lists: lists.clone() };
            all.push(play(team, self.run.workers(), pattern, timeout_ms).await?);
        }
        let ms = (now_ms() - begun_ms) / f64::from(repeats);
        for played in &all {
            self.run.wrong().count(played.wrong(&list.tasks));
        }
        let turns = all.iter().last().into_iter().flat_map(|last| &last.turns).flatten();
        let check = |(rank, turn): (usize, &RankLog)| {
            let own = turn.spans.iter();
            own.map(|span| Check::fib(span.task, span.value, rank as u32)).collect::<Vec<_>>()
        };
        let who = Who { model: Model::Ranks, alone: false };
        self.note(who, turns.enumerate().flat_map(check).collect());
        Ok(ms)
    }

    /// Threads of the interpreter: one of them without a lock, or all of them under one.
    async fn locked(
        &self,
        code: Code,
        who: Who,
        alone: bool,
        list: &List,
        timeout_ms: u32,
    ) -> Result<f64, Fault> {
        let team = self.loops.as_ref().ok_or_else(nobody)?;
        let mut threads = LockThreads {
            rig: &self.rig,
            team,
            workers: self.run.workers(),
            locks: Locks::One,
            interval_ms: SWITCH_INTERVAL_MS,
            small_file: self.run.small_file(),
            audit: Audit::new(self.run.wrong().clone()),
        };
        let repeats = list.repeats.max(1);
        let of = |tasks| PartWork { tasks, code };
        let parts: Vec<PartWork> = match alone {
            true => vec![of(list.tasks.clone())],
            false => self.parts(&list.tasks).into_iter().map(of).collect(),
        };
        let logs = match parts.as_slice() {
            [all] if alone => vec![threads.alone(all, repeats, timeout_ms).await?],
            parts => threads.dealt(parts, repeats, timeout_ms).await?,
        };
        self.shared.set(self.shared.get() || threads.audit.shared);
        // One round is answered, and so each task once.
        let answered: usize = logs.iter().map(|log| log.values.len()).sum();
        self.run.wrong().count(answered.abs_diff(list.tasks.len()));
        let check = |(worker, (part, log)): (usize, (&PartWork, &ThreadLog))| {
            let own = part.tasks.iter().zip(&log.values);
            own.map(|(&n, &value)| Check::fib(n, value, worker as u32)).collect::<Vec<_>>()
        };
        self.note(who, parts.iter().zip(&logs).enumerate().flat_map(check).collect());
        Ok(elapsed_ms(&logs) / f64::from(repeats))
    }
}

/// The engine of the first worker.
fn first(team: &Team) -> Result<&Engine, Fault> {
    team.engines()?.0.first().ok_or_else(nobody)
}

fn nobody() -> Fault {
    Fault::Broke("this model has no workers".to_owned())
}
