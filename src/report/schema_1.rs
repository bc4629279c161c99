//! Reports of schema 1, which the lab wrote until November 2026: five fixed columns in each
//! block, labels where there are details now, names of series in words. This is the only
//! place that knows them; what it reads is a report of today from then on.
//!
//! Its limit: what schema 1 did not keep is not made up. Figures that had no interval get
//! one from their blocks, where those are there, and else none.

use serde::Deserialize;

use super::limits::MOST_BLOCKS;
use super::{
    Check, Environment, Ideal, LineKind, LogLine, LostTime, Origin, Outcome, Prediction, RankWait,
    Round, SCHEMA, Series, SeriesName, Status,
};
use crate::measure::block::{Arm, Block, Estimate, Role, Verdict, balanced};
use crate::measure::point::{Quantity, points};
use crate::measure::sampling::{FIRST_LOOK, Stopping};
use crate::measure::summary::{Rule, Summary};
use crate::measure::unit::Unit;
use crate::params::RunSpec;
use crate::trace::{Detail, Event, Kind, numbered};

/// The coverage that intervals of schema 1 had at least.
const LEAST: f64 = 0.95;

/// A report of schema 1.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Report {
    origin: Origin,
    status: Status,
    outcome: Option<Outcome>,
    started_at: String,
    exhibit: String,
    spec: Option<RunSpec>,
    environment: Environment,
    results: Vec<Answer>,
    seed: u32,
    repeats: u32,
    scaled_from: Option<u32>,
    blocks: Vec<Columns>,
    speedup: Option<Estimate>,
    relative_speedup: Option<Estimate>,
    work_overhead: Option<Estimate>,
    verdict: Option<Verdict>,
    ideal: Option<Ideal>,
    efficiency: Option<f64>,
    core_equivalents: Option<f64>,
    capacity_efficiency: Option<f64>,
    drift: Option<f64>,
    lost_time: Option<LostMs>,
    trace: Vec<Labelled>,
    series: Vec<Named>,
    rounds: Vec<Round>,
    log: Vec<Line>,
    prediction: Option<Prediction>,
    warnings: Vec<String>,
}

#[derive(Deserialize)]
struct Answer {
    n: u32,
    value: String,
    worker: u32,
}

/// A block.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Columns {
    order: Vec<String>,
    serial_ms: Option<f64>,
    one_worker_ms: Option<f64>,
    parallel_ms: Option<f64>,
    kernel_alone_ms: Option<f64>,
    kernel_together_ms: Option<f64>,
    tainted: bool,
}

/// The lost time of one sample, in milliseconds.
#[derive(Deserialize)]
struct LostMs {
    serial_ms: f64,
    work_inflation_ms: f64,
    idle_ms: f64,
    overhead_ms: f64,
    residual_ms: f64,
}

/// An event with its label.
#[derive(Deserialize)]
struct Labelled {
    worker: u32,
    label: String,
    kind: Kind,
    start_ms: f64,
    end_ms: f64,
}

/// A series with its name in words.
#[derive(Deserialize)]
struct Named {
    name: String,
    x: f64,
    samples: Vec<f64>,
}

#[derive(Deserialize)]
struct Line {
    worker: u32,
    at_ms: f64,
    text: String,
}

impl From<Report> for super::Report {
    fn from(old: Report) -> super::Report {
        let outcome = old.outcome.clone().or_else(|| old.told_outcome());
        let (arms, blocks) = old.compared();
        let derived = old.derived(&arms, &blocks);
        let quantity = match blocks.first() {
            Some(block) if block.ms.contains_key(BETTER) => Quantity::Time,
            _ => Quantity::SpeedUp,
        };
        let single = |estimate: Option<Estimate>, value: Option<f64>| {
            estimate.or_else(|| value.map(Estimate::single))
        };
        super::Report {
            schema: SCHEMA,
            origin: old.origin,
            status: old.status,
            outcome,
            started_at: old.started_at,
            exhibit: old.exhibit,
            spec: old.spec,
            environment: old.environment,
            checks: old.results.into_iter().map(check).collect(),
            seed: old.seed,
            repeats: old.repeats,
            scaled_from: old.scaled_from,
            balanced: balanced(&blocks),
            points: match old.rounds.is_empty() {
                true => points(&arms, &blocks, quantity, LEAST),
                false => Vec::new(),
            },
            arms,
            blocks,
            fits: Vec::new(),
            speedup: old.speedup,
            relative_speedup: old.relative_speedup,
            work_overhead: old.work_overhead,
            verdict: old.verdict,
            smallest_difference: None,
            ideal: old.ideal,
            efficiency: single(derived.efficiency, old.efficiency),
            core_equivalents: single(derived.core_equivalents, old.core_equivalents),
            capacity_efficiency: single(derived.capacity_efficiency, old.capacity_efficiency),
            drift: old.drift,
            lost_time: old.lost_time.as_ref().map(shares),
            trace: numbered(old.trace.into_iter().map(event).collect()),
            series: old.series.into_iter().filter_map(series).collect(),
            counts: Vec::new(),
            rounds: old.rounds,
            rows: Vec::new(),
            log: old.log.into_iter().map(line).collect(),
            prediction: old.prediction,
            visitor: None,
            quiz: Vec::new(),
            warnings: old.warnings,
        }
    }
}

/// Series that are arms now: their name, the arm's, and what it is there for.
const SWEPT: [(&str, &str, Role, Unit); 4] = [
    ("recursion on one core", "serial", Role::Serial, Unit::N),
    ("better algorithm on one core", BETTER, Role::Serial, Unit::N),
    ("recursion on all workers", "pool", Role::Point, Unit::N),
    (HELD, "held", Role::Point, Unit::Share),
];
const BETTER: &str = "better";
const HELD: &str = "speed-up over held";

impl Report {
    /// The arms and blocks: from the columns, and from series that were measured in blocks.
    fn compared(&self) -> (Vec<Arm>, Vec<Block>) {
        let ratio = self.spec.as_ref().and_then(|spec| spec.real("ratio")).unwrap_or(1.0);
        let mut arms = Vec::new();
        let mut blocks: Vec<Block> = self.blocks.iter().map(|block| block.block()).collect();
        for role in
            [Role::Serial, Role::OneWorker, Role::Parallel, Role::KernelAlone, Role::KernelTogether]
        {
            arms.push(Arm::only(role));
        }
        for (id, x) in [(ONE, 1.0), (MORE, ratio)] {
            let (x, unit) = (Some(x), Some(Unit::Ratio));
            arms.push(Arm { id: id.to_owned(), role: Role::Point, x, unit });
        }
        for series in &self.series {
            let Some(&(name, arm, role, unit)) = SWEPT.iter().find(|known| known.0 == series.name)
            else {
                continue;
            };
            let mut arm = Arm { role, ..Arm::point(arm, series.x, unit) };
            if role == Role::Serial {
                arm.id = if name == SWEPT[0].0 { SWEPT[0].1 } else { BETTER }.to_owned();
            }
            if self.blocks.is_empty() && blocks.len() < series.samples.len() {
                // One more than there may be, so that what reads a file refuses it.
                blocks.resize(series.samples.len().min(MOST_BLOCKS + 1), Block::default());
            }
            for (block, &sample) in blocks.iter_mut().zip(&series.samples) {
                // There, the samples are speed-ups already.
                let serial_ms = block.ms_of("serial").unwrap_or(sample);
                let ms = if name == HELD { serial_ms / sample } else { sample };
                block.ms.insert(arm.id.clone(), ms);
            }
            arms.retain(|known: &Arm| known.id != arm.id);
            arms.push(arm);
        }
        arms.retain(|arm| blocks.iter().any(|block| block.ms.contains_key(&arm.id)));
        (arms, blocks)
    }

    fn derived(&self, arms: &[Arm], blocks: &[Block]) -> Summary {
        let workers = self.spec.as_ref().map_or(1, |spec| spec.whole("workers"));
        let stopping = Stopping { most: FIRST_LOOK, early: false };
        let ideal = self.ideal.as_ref().map(|ideal| ideal.speedup);
        let rule = Rule { stopping, workers, ideal, seed: self.seed };
        Summary::without_power(arms, blocks, rule, LEAST)
    }

    /// The deadlock of a report from before reports had an outcome: there only a warning
    /// and labels told of it. The times are no help, because they are from several clocks;
    /// but a wait that came to its end is followed by the message that ended it.
    fn told_outcome(&self) -> Option<Outcome> {
        if !self.warnings.iter().any(|warning| warning.starts_with("Standstill: ")) {
            return None;
        }
        let waits = self.trace.iter().enumerate().filter_map(|(at, event)| {
            let next = self.trace.get(at + 1);
            let ended =
                next.is_some_and(|next| next.kind == Kind::Message && next.worker == event.worker);
            let whom = event.label.strip_prefix("waits for rank ")?.parse().ok()?;
            let lasts = event.kind == Kind::Wait && !ended;
            lasts.then_some(RankWait { who: event.worker, whom })
        });
        Some(Outcome::Deadlock { waits: waits.collect() })
    }
}

/// The two programs of an honesty check, which stood in the columns of others.
const ONE: &str = "one";
const MORE: &str = "more";

impl Columns {
    fn block(&self) -> Block {
        let checks = self.order.iter().any(|arm| arm == MORE);
        let columns = [
            (if checks { MORE } else { Role::Serial.id() }, self.serial_ms),
            (Role::OneWorker.id(), self.one_worker_ms),
            (if checks { ONE } else { Role::Parallel.id() }, self.parallel_ms),
            (Role::KernelAlone.id(), self.kernel_alone_ms),
            (Role::KernelTogether.id(), self.kernel_together_ms),
        ];
        let mut block = Block { tainted: self.tainted, ..Block::default() };
        for (arm, ms) in columns {
            if let Some(ms) = ms {
                block.ms.insert(arm.to_owned(), ms);
            }
        }
        // All points of a sweep had one name, so nobody knows which of them stood where.
        block.order =
            self.order.iter().filter(|arm| block.ms.contains_key(*arm)).cloned().collect();
        block
    }
}

fn check(answer: Answer) -> Check {
    let got = answer.value.parse().unwrap_or_default();
    Check { got: answer.value, ..Check::fib(answer.n.min(92), got, answer.worker) }
}

fn shares(lost: &LostMs) -> LostTime {
    let parts = [lost.work_inflation_ms, lost.idle_ms, lost.overhead_ms, lost.residual_ms];
    let all_ms = lost.serial_ms + parts.iter().sum::<f64>();
    let [work_inflation, idle, overhead, residual] =
        parts.map(|ms| Estimate::single(ms / all_ms.max(1e-9)));
    LostTime { work_inflation, idle, overhead, residual }
}

fn event(old: Labelled) -> Event {
    Event::new(old.worker, old.kind, detail(&old.label), old.start_ms, old.end_ms)
}

fn detail(label: &str) -> Detail {
    let number = |text: &str| text.parse().ok();
    let task = |label: &str| number(label.strip_prefix("fib(")?.strip_suffix(')')?);
    let message = |label: &str| {
        let (way, words) = label.split_once(": ")?;
        let (from, to) = way.split_once(" → ")?;
        Some(Detail::Message { from: number(from)?, to: number(to)?, words: words.to_owned() })
    };
    match label {
        "idle" => Detail::Idle,
        "is being started" => Detail::Starting,
        "holds the lock" => Detail::Holds,
        "waits for the lock" => Detail::Wants,
        "asks for the lock" => Detail::Asks,
        "works without the lock" => Detail::Free,
        "computes" => Detail::Computes,
        "waits outside" => Detail::Outside,
        _ => {
            let task = task(label).map(|n| Detail::Task { n });
            let part = || Some(Detail::Part { k: number(label.strip_prefix("part ")?)? });
            let waits = || label.strip_prefix("waits for rank ")?.parse().ok();
            let waits = || Some(Detail::WaitsFor { whom: waits()? });
            task.or_else(part).or_else(waits).or_else(|| message(label)).unwrap_or_default()
        }
    }
}

fn series(old: Named) -> Option<Series> {
    let (name, unit) = match old.name.as_str() {
        "start-up" => (SeriesName::StartUp, Unit::Ms),
        "tracing" => (SeriesName::Tracing, Unit::Ms),
        "empty tasks" => (SeriesName::EmptyTasks, Unit::Ms),
        "JavaScript workers" => (SeriesName::JavascriptWorkers, Unit::Ms),
        "lock taken" => (SeriesName::LockTaken, Unit::Times),
        "latency" => (SeriesName::LockWait, Unit::Ms),
        "round of the ring" => (SeriesName::RingRound, Unit::Ms),
        "one message" => (SeriesName::Message, Unit::Ms),
        "detection delay" => (SeriesName::DetectionDelay, Unit::Ms),
        "questions in vain" => (SeriesName::QuestionsInVain, Unit::Questions),
        "notification delay" => (SeriesName::NotificationDelay, Unit::Ms),
        "life of a child" => (SeriesName::ChildLife, Unit::Ms),
        "all children" => (SeriesName::AllChildren, Unit::Ms),
        _ => return None,
    };
    Some(Series { name, x: old.x, unit, samples: old.samples })
}

fn line(old: Line) -> LogLine {
    let kind = match old.text.as_str() {
        "starting work" => LineKind::Begins,
        "work" => LineKind::Works,
        "done working" => LineKind::Done,
        "dies" => LineKind::Dies,
        _ => LineKind::Says,
    };
    LogLine { worker: old.worker, at_ms: old.at_ms, kind, text: old.text }
}
