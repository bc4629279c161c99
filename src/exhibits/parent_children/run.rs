//! How a parent and its children are measured.
//!
//! The conductor is the parent. Every child is a worker that is started for its life and
//! taken down after it; the store is a worker of its own, to which each child has a port.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use fastrand::Rng;
use futures_util::future::{join, join_all};

use super::asking::{Askers, EVENTS, MEAN_WAIT_MS, POLLS_MS, spread, wait_ms};
use super::messages::{
    CHILD, ChildOrder, ChildSays, Mode, STORE, STORE_NUMBER, StoreReply, StoreRequest, mode,
};
use crate::fib;
use crate::measure::clock::now_ms;
use crate::measure::clock_sync::Alignment;
use crate::measure::sampling::LAST_LOOK;
use crate::measure::unit::Unit;
use crate::params::Value;
use crate::report::{Check, LineKind, LogLine, Report, Series, SeriesName, Status};
use crate::runtime::blocks::Comparison;
use crate::runtime::budget::{Fits, Refusal};
use crate::runtime::capabilities::Backend;
use crate::runtime::engine::{Engine, Fault};
use crate::runtime::ports::channel;
use crate::runtime::progress::Listener;
use crate::runtime::rig::Needs;
use crate::runtime::run::{Ended, Run};
use crate::runtime::timer::sleep;
use crate::trace::{Detail, Event, Kind, numbered};

/// The next sign of life of a child or the store comes within this time.
const TIMEOUT_MS: u32 = 60_000;
/// The store's word to the parent and the end of the last child come on two ways, in any order:
/// after that end, so long is still waited for the word.
const GRACE_MS: u32 = 500;
/// The questions at every interval take about so long.
const ASKING_MS: f64 = EVENTS as f64 * (MEAN_WAIT_MS + 100.0);
/// The name under which the store counts the children that are done.
const DONE: &str = "done";

/// What became of a child.
struct Life {
    start_ms: f64,
    end_ms: f64,
    lines: Vec<LogLine>,
    ended: Result<u64, Fault>,
}

/// All children, from the first start to the last end, once.
struct Scene {
    start_ms: f64,
    end_ms: f64,
    lives: Vec<Life>,
    /// What the parent prints about it.
    noticed: Vec<LogLine>,
}

impl Scene {
    /// How many children came to a wrong answer.
    fn wrong(&self, n: u32) -> usize {
        let right = fib::iterative(n);
        self.lives.iter().filter(|life| life.ended.as_ref().is_ok_and(|it| *it != right)).count()
    }

    /// How many came to no end at all.
    fn lost(&self) -> usize {
        self.lives.iter().filter(|life| life.ended.is_err()).count()
    }
}

/// The parent's view of the run.
struct Parent<'a> {
    run: &'a Run,
    store: Engine,
    /// Where the store's clock stands, seen from the parent's.
    store_clock: Alignment,
}

/// Runs the children and says what came of it.
pub async fn run(run: Rc<Run>) -> Result<Report, Ended> {
    let spec = run.spec();
    let rig = run.rig(Needs::Nothing, 1).await?;
    let children = spec.whole("children").clamp(1, 16);
    if mode(spec) == Mode::Computing {
        let all_ms = fib::calls(spec.whole("n")) as f64 * rig.call_ms * f64::from(children);
        Refusal::if_too_long(all_ms, || Fits::SmallerNOrFewerChildren)?;
    }
    run.say("Starting the store", 0, 0, TIMEOUT_MS);
    let store = run.engine().await?;
    let store_clock = store.align(rig.clock_step_ms, TIMEOUT_MS).await?;
    let parent = Parent { run: &run, store, store_clock };
    let scenes = parent.scenes(children).await?;
    run.say("Asking the store", 1, 2, TIMEOUT_MS);
    let all = scenes.iter().map(|scene| scene.end_ms - scene.start_ms).collect();
    let mut series = vec![Series::ms(SeriesName::AllChildren, f64::from(children), all)];
    for child in 0..children {
        let lives = scenes.iter().filter_map(|scene| scene.lives.get(child as usize));
        let lives = lives.map(|life| life.end_ms - life.start_ms).collect();
        series.push(Series::ms(SeriesName::ChildLife, f64::from(child + 1), lives));
    }
    series.extend(parent.sweep().await?);
    // The first is shown: who watched saw that one begin.
    run.wrong().count(scenes.iter().map(|scene| scene.wrong(spec.whole("n"))).sum());
    let mut scenes = scenes.into_iter();
    let Some(Scene { start_ms, lives, noticed, .. }) = scenes.next() else {
        return Err(Fault::Broke("no child was started".to_owned()).into());
    };

    let mut report = Comparison::without_blocks(&run, &rig).report();
    if let Some(spec) = &mut report.spec {
        let processes = Value::Name(Backend::Processes.name().to_owned());
        spec.values.insert("runtime".to_owned(), processes);
    }
    report.series.extend(series);
    describe(&mut report, &lives, spec.whole("n"), mode(spec), start_ms);
    let lost: usize = scenes.map(|scene| scene.lost()).sum();
    if lost > 0 {
        report.status = Status::Failed;
        report.warnings.push(format!("{lost} children of further times came to no end."));
    }
    report
        .log
        .extend(noticed.into_iter().map(|line| LogLine { at_ms: line.at_ms - start_ms, ..line }));
    report.log.sort_by(|a, b| a.at_ms.total_cmp(&b.at_ms));
    Ok(run.close(report))
}

impl Parent<'_> {
    /// Asks the store.
    async fn ask(&self, request: StoreRequest) -> Result<StoreReply, Fault> {
        self.store.call(&STORE, &request, TIMEOUT_MS).await
    }

    /// Has the children live again and again, as far as there is time beside the questions. One
    /// that is to die does so once.
    async fn scenes(&self, children: u32) -> Result<Vec<Scene>, Fault> {
        let most = if self.run.spec().whole("kill") > 0 { 1 } else { LAST_LOOK as u32 };
        let mut scenes: Vec<Scene> = Vec::new();
        loop {
            let of = (scenes.len() as u32, most);
            self.signs(of);
            let scene = self.scene(children, of).await?;
            let next_ms = scene.end_ms - scene.start_ms + ASKING_MS;
            scenes.push(scene);
            if scenes.len() >= most as usize || self.run.left_ms() < next_ms {
                return Ok(scenes);
            }
        }
    }

    /// Has all children live once.
    async fn scene(&self, children: u32, of: (u32, u32)) -> Result<Scene, Fault> {
        // The first question makes the store one.
        self.ask(StoreRequest::Set { key: DONE.to_owned(), value: 0 }).await?;
        let start_ms = now_ms();
        let over = Cell::new(false);
        let lives = async {
            let lives = self.lives(children, of).await;
            over.set(true);
            lives
        };
        let (lives, noticed) = join(lives, self.notice(children, &over)).await;
        let end_ms = lives.iter().map(|life| life.end_ms).fold(start_ms, f64::max);
        Ok(Scene { start_ms, end_ms, lives, noticed: noticed? })
    }

    /// Starts the children, all at once or one after another, and waits for their ends.
    async fn lives(&self, children: u32, of: (u32, u32)) -> Vec<Life> {
        if self.run.spec().name("start") == "one-by-one" {
            let mut lives = Vec::new();
            for child in 0..children {
                lives.push(self.life(child, of).await);
            }
            lives
        } else {
            join_all((0..children).map(|child| self.life(child, of))).await
        }
    }

    async fn life(&self, child: u32, of: (u32, u32)) -> Life {
        let start_ms = now_ms();
        let lines = RefCell::new(Vec::new());
        let ended = self.live(child, &lines, of).await;
        self.signs(of);
        Life { start_ms, end_ms: now_ms(), lines: lines.into_inner(), ended }
    }

    /// Tells the page that a child is alive, or has ended: each has its own patience.
    fn signs(&self, (times, most): (u32, u32)) {
        self.run.say("The children live", times, most, TIMEOUT_MS);
    }

    async fn live(
        &self,
        child: u32,
        lines: &RefCell<Vec<LogLine>>,
        of: (u32, u32),
    ) -> Result<u64, Fault> {
        let engine = self.run.engine().await?;
        let (to_child, to_store) = channel()?;
        // The store may be answering meanwhile; it takes the port when it can.
        self.store.connect(vec![(child, to_child)])?;
        engine.connect(vec![(STORE_NUMBER, to_store)])?;
        let spec = self.run.spec();
        let order = ChildOrder {
            me: child,
            n: spec.whole("n"),
            mode: mode(spec),
            dies: spec.whole("kill") == child + 1,
            address: self.run.small_file(),
        };
        let hear = |ChildSays { kind, text }| {
            // Lines stand at the time when the parent reads them.
            lines.borrow_mut().push(LogLine { worker: child, at_ms: now_ms(), kind, text });
            self.signs(of);
        };
        engine.follow(&CHILD, &order, TIMEOUT_MS, hear).await
    }

    /// Finds out, in the way that was asked for, that the children are done. Returns what
    /// the parent prints about it.
    async fn notice(&self, children: u32, over: &Cell<bool>) -> Result<Vec<LogLine>, Fault> {
        let spec = self.run.spec();
        let kill = spec.whole("kill");
        let expected = children - u32::from((1..=children).contains(&kill));
        let poll_ms = spec.whole("poll_ms").max(1);
        let kind = LineKind::Says;
        let line = |text: String| LogLine { worker: children, at_ms: now_ms(), kind, text };
        let notify = spec.name("notice") == "notify";
        let (told, asked) = if notify {
            (self.is_told(expected, over).await?, 0)
        } else {
            self.asks(expected, poll_ms, over).await?
        };
        let Some(told) = told else {
            return Ok(vec![line("some children are gone that never said they were done".into())]);
        };
        let late_ms = (now_ms() - self.store_clock.here(told.changed_ms)).max(0.0);
        Ok(vec![line(if notify {
            format!("told by the store that {expected} are done, {late_ms:.1} ms late")
        } else {
            format!("knows after {asked} questions that {expected} are done, {late_ms:.1} ms late")
        })])
    }

    /// Asks the store again and again until so many children are done; what it answered, and
    /// after how many questions. `None` if all lives are over and the count is short: some
    /// child died without a word.
    async fn asks(
        &self,
        expected: u32,
        poll_ms: u32,
        over: &Cell<bool>,
    ) -> Result<(Option<StoreReply>, u32), Fault> {
        let mut asked = 0;
        loop {
            // A child ends only when the store knows its last word.
            let gone = over.get();
            asked += 1;
            let told = self.ask(StoreRequest::Get { key: DONE.to_owned() }).await?;
            if told.value.unwrap_or(0) >= u64::from(expected) {
                return Ok((Some(told), asked));
            }
            if gone {
                return Ok((None, asked));
            }
            sleep(poll_ms).await;
        }
    }

    /// Waits until the store says by itself that so many children are done; `None` if all
    /// lives are over and it never does.
    async fn is_told(&self, expected: u32, over: &Cell<bool>) -> Result<Option<StoreReply>, Fault> {
        let watch = StoreRequest::Watch { key: DONE.to_owned(), until: u64::from(expected) };
        self.ask(watch).await?;
        if expected == 0 {
            return Ok(None);
        }
        loop {
            let gone = over.get();
            match self.store.said::<StoreReply>(GRACE_MS).await {
                // The lives themselves are bounded; as long as one goes on, so does the wait.
                Err(Fault::TimedOut(_) | Fault::Slept) if !gone => {}
                Err(Fault::TimedOut(_) | Fault::Slept) => return Ok(None),
                told => return told.map(Some),
            }
        }
    }

    /// How late a parent hears of an event, by the time between two of its questions; and
    /// how late if the store tells it.
    async fn sweep(&self) -> Result<Vec<Series>, Fault> {
        let spec = self.run.spec();
        let mut rng = Rng::with_seed(u64::from(spec.whole("seed")));
        let own_ms = spec.whole("poll_ms").max(1);
        let mut polls_ms = vec![own_ms];
        polls_ms.extend(POLLS_MS.into_iter().filter(|&poll_ms| poll_ms != own_ms));
        let taus_ms: Vec<f64> = polls_ms.into_iter().map(f64::from).collect();
        let waits = spread(EVENTS, &mut rng);
        // The phases of the questions are random, so that events fall anywhere between two of
        // them, and everywhere equally often.
        let phases: Vec<_> = taus_ms.iter().map(|_| spread(EVENTS, &mut rng)).collect();
        let mut found = vec![(Vec::new(), Vec::new()); taus_ms.len()];
        let mut told_ms = Vec::new();
        for (event, wait) in waits.into_iter().enumerate() {
            if self.run.ends_before(event, "all events had come") {
                break;
            }
            // Who asks and who is told take turns, in random order.
            let told_first = rng.bool();
            if told_first {
                told_ms.push(self.told_late_ms(event).await?);
            }
            let key = format!("event-{event}");
            let after_ms = wait_ms(wait);
            let later =
                StoreRequest::SetLater { key: key.clone(), value: 1, after_ms, notify: false };
            self.ask(later).await?;
            let parents = taus_ms.iter().zip(&phases);
            let parents = parents.map(|(&tau_ms, phases)| (tau_ms, phases[event]));
            let mut askers = Askers::new(now_ms(), parents);
            while let Some((parent, next_ms)) = askers.next() {
                sleep((next_ms - now_ms()).max(0.0).round() as u32).await;
                let told = self.ask(StoreRequest::Get { key: key.clone() }).await?;
                if let Some(in_vain) = askers.hears(parent, told.value.is_some()) {
                    let (delays, wasted) = &mut found[parent];
                    delays.push((now_ms() - self.store_clock.here(told.changed_ms)).max(0.0));
                    wasted.push(f64::from(in_vain));
                }
            }
            if !told_first {
                told_ms.push(self.told_late_ms(event).await?);
            }
        }
        let mut series = Vec::new();
        for (tau_ms, (delays, samples)) in taus_ms.into_iter().zip(found) {
            let (name, unit) = (SeriesName::QuestionsInVain, Unit::Questions);
            series.push(Series::ms(SeriesName::DetectionDelay, tau_ms, delays));
            series.push(Series { name, x: tau_ms, unit, samples });
        }
        series.push(Series::ms(SeriesName::NotificationDelay, 0.0, told_ms));
        Ok(series)
    }

    /// How late the parent hears of an event of which the store tells it.
    async fn told_late_ms(&self, event: usize) -> Result<f64, Fault> {
        let key = format!("told-{event}");
        let later = StoreRequest::SetLater { key, value: 1, after_ms: 10, notify: true };
        self.ask(later).await?;
        let told = self.store.said::<StoreReply>(TIMEOUT_MS).await?;
        Ok((now_ms() - self.store_clock.here(told.changed_ms)).max(0.0))
    }
}

/// Puts what the children did, printed and answered into the report.
fn describe(report: &mut Report, lives: &[Life], n: u32, mode: Mode, start_ms: f64) {
    let kind = if mode == Mode::Computing { Kind::Work } else { Kind::Wait };
    let mut events = Vec::new();
    for (worker, life) in (0..).zip(lives) {
        let mut push = |detail, kind, from_ms: f64, to_ms: f64| {
            events.push(Event::new(worker, kind, detail, from_ms - start_ms, to_ms - start_ms));
        };
        let first_ms = life.lines.first().map_or(life.end_ms, |line| line.at_ms);
        push(Detail::Starting, Kind::Message, life.start_ms, first_ms);
        let parts = life.lines.windows(2).filter(|pair| pair[1].kind == LineKind::Works);
        for (k, pair) in (1..).zip(parts) {
            push(Detail::Part { k }, kind, pair[0].at_ms, pair[1].at_ms);
        }
        let lines = life.lines.iter().cloned();
        report.log.extend(lines.map(|line| LogLine { at_ms: line.at_ms - start_ms, ..line }));
        match &life.ended {
            Ok(value) => {
                report.checks.push(Check::fib(n, *value, worker));
            }
            Err(fault) => {
                let died = life.lines.last().is_some_and(|line| line.kind == LineKind::Dies);
                let text = match died {
                    true => "is dead; the others go on".to_owned(),
                    false => format!("did not get to its end: {}", fault),
                };
                report.warnings.push(format!("Child {} {text}.", worker + 1));
                let (at_ms, kind) = (life.end_ms - start_ms, LineKind::Says);
                report.log.push(LogLine { worker, at_ms, kind, text });
                if !died {
                    report.status = Status::Failed;
                }
            }
        }
    }
    report.trace = numbered(events);
}
