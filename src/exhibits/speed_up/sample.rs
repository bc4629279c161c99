//! One sample of an arm, and what of it may be shown.

use super::asked::{Scaling, Work, six};
use super::job::Job;
use super::program::{Parts, UNIT_N, together};
use crate::exhibits::splitting::grain::Grain;
use crate::exhibits::splitting::lanes;
use crate::exhibits::splitting::team::Splitting;
use crate::measure::block::{Arm, Role};
use crate::measure::stats::middle;
use crate::params::MAX_TASKS;
use crate::report::{Check, Report};
use crate::runtime::capabilities::Backend;
use crate::runtime::engine::{Engine, Fault};
use crate::runtime::pool::{List, Shared, answers};
use crate::runtime::rig::Rig;
use crate::runtime::wrong_answers::WrongAnswers;
use crate::theory::schedule::in_order;
use crate::trace::sample::Sample;
use crate::trace::{Detail, Divisible, Event, Kind, events, numbered};

/// What was sampled, besides the times.
#[derive(Default)]
pub struct Found {
    /// The samples on all workers.
    pub shown: Vec<Shown>,
    /// The answers of the last serial sample.
    serial: Vec<Check>,
}

/// A sample that may be shown.
pub struct Shown {
    ms: f64,
    /// Who did what.
    pub trace: Vec<Event>,
    checks: Vec<Check>,
}

/// What samples are taken on.
pub struct On<'r, 'j> {
    /// The workers.
    pub rig: &'r Rig,
    /// The work.
    pub job: &'j Job,
    /// The workers of a task that splits itself.
    pub splitting: Option<Splitting<'r>>,
    /// Counts what is answered wrongly by workers that are asked directly.
    pub wrong: WrongAnswers,
}

impl On<'_, '_> {
    /// One sample of an arm, in milliseconds per job. A job is what the serial program does.
    pub async fn sample(&self, arm: &Arm, found: &mut Found) -> Result<f64, Fault> {
        let &On { rig, job, .. } = self;
        let p = arm.x.map_or(1, |p| p as u32);
        let timeout_ms = job.timeout_ms;
        match arm.role {
            Role::KernelAlone | Role::KernelTogether => {
                return rig.kernel_on(p, job.kernel_window_ms, timeout_ms).await;
            }
            Role::Serial => return self.serial(found).await,
            _ => {}
        }
        let largest = arm.role == Role::Parallel;
        if let Some(splitting) = &self.splitting {
            return self.split(splitting, p, largest, found).await;
        }
        let shown = match job.work {
            Work::Six => {
                let tasks = six(job.scaling, p);
                let plan = in_order(&tasks);
                let shared = Shared { plan, tasks, repeats: 1 };
                let sample = rig.parallel_on(p, &shared, timeout_ms).await?;
                largest.then(|| shown_tasks(&sample, &shared.tasks)).ok_or(sample.ms)
            }
            _ => {
                let (engines, alignments) = rig.engines()?;
                let engines = engines.get(..p as usize).unwrap_or(engines);
                let each = if job.scaling == Scaling::Weak { job.units } else { job.units / p };
                let parts = together(engines, each, timeout_ms).await?;
                self.wrong.count(parts.wrong());
                let here =
                    |worker: usize, ms: f64| alignments.get(worker).map_or(ms, |a| a.here(ms));
                largest.then(|| shown_parts(&parts, each, here)).ok_or(parts.ms)
            }
        };
        let all_ms = match shown {
            Ok(shown) => {
                let ms = shown.ms;
                found.shown.push(shown);
                ms
            }
            Err(ms) => ms,
        };
        Ok(all_ms / job.scaling.jobs(p))
    }

    /// The task that splits itself on p workers: once, or, where the work grows, once for each.
    async fn split(
        &self,
        splitting: &Splitting<'_>,
        p: u32,
        is_shown: bool,
        found: &mut Found,
    ) -> Result<f64, Fault> {
        let Job { n, scaling, timeout_ms, .. } = *self.job;
        let jobs = scaling.jobs(p) as u32;
        let split = splitting.together(p, Grain::Automatic, jobs, timeout_ms).await?;
        self.wrong.count(split.timed.wrong as usize);
        if is_shown {
            found.shown.push(Shown {
                ms: split.timed.ms,
                trace: lanes::events(&split, Divisible::Fib, n),
                checks: vec![Check::fib(n, split.timed.got, 0)],
            });
        }
        Ok(split.timed.ms)
    }

    /// One sample of the serial program: on one of the workers, so that it is the same machine
    /// code.
    async fn serial(&self, found: &mut Found) -> Result<f64, Fault> {
        let &On { rig, job, .. } = self;
        if let Some(splitting) = &self.splitting {
            let timed = splitting.alone(1, job.timeout_ms).await?;
            self.wrong.count(timed.wrong as usize);
            return Ok(timed.ms);
        }
        let first: Option<&Engine> = match rig.backend {
            Backend::Serial => None,
            _ => rig.engines()?.0.first(),
        };
        let (list, jobs) = match job.work {
            Work::Six => (List { tasks: job.tasks.clone(), repeats: 1 }, 1.0),
            _ => (List { tasks: vec![UNIT_N], repeats: job.units }, f64::from(job.units)),
        };
        let sample = match first {
            Some(engine) => rig.serial_on(engine, &list, job.timeout_ms).await?,
            None => rig.serial(&list, job.timeout_ms).await?,
        };
        found.serial = reported(&sample, &list.tasks);
        Ok(sample.ms * jobs)
    }
}

/// Equal parts, one for each worker.
fn shown_parts(parts: &Parts, each: u32, here: impl Fn(usize, f64) -> f64) -> Shown {
    let mut trace = Vec::new();
    let mut checks = Vec::new();
    for (worker, (sample, answer)) in parts.samples.iter().zip(parts.answers()).enumerate() {
        let lane = worker as u32;
        // Its last repetition is clocked; all of them are as long on the average.
        let end_ms = here(worker, sample.start_ms + sample.last_ms) - parts.start_ms;
        let start_ms = (end_ms - sample.ms * f64::from(each)).max(0.0);
        let end_ms = end_ms.clamp(start_ms, parts.ms.max(start_ms));
        let part = Detail::Part { k: lane + 1 };
        trace.push(Event::new(lane, Kind::Work, part, start_ms, end_ms));
        trace.push(Event::new(lane, Kind::Idle, Detail::Idle, end_ms, parts.ms.max(end_ms)));
        checks.push(Check::fib(UNIT_N, answer.unwrap_or_default(), lane));
    }
    Shown { ms: parts.ms, trace: numbered(trace), checks }
}

/// Tasks that were claimed.
fn shown_tasks(sample: &Sample, tasks: &[u32]) -> Shown {
    Shown { ms: sample.ms, trace: events(sample, tasks), checks: reported(sample, tasks) }
}

/// The answers of a sample, as many as a report holds.
fn reported(sample: &Sample, tasks: &[u32]) -> Vec<Check> {
    let mut checks = answers(tasks, &sample.lanes);
    if checks.len() > MAX_TASKS {
        // Wrong ones are counted over all samples, and shown first.
        checks.sort_by_key(|check| check.right == Some(true));
        checks.truncate(MAX_TASKS);
    }
    checks
}

impl Found {
    /// Puts the sample that is the median into the report.
    pub fn describe(mut self, report: &mut Report) {
        let times: Vec<f64> = self.shown.iter().map(|shown| shown.ms).collect();
        if let Some(at) = middle(&times).filter(|at| *at < self.shown.len()) {
            let shown = self.shown.swap_remove(at);
            (report.trace, report.checks) = (shown.trace, shown.checks);
        }
        if report.checks.is_empty() {
            report.checks = self.serial;
        }
    }
}
