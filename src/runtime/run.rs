//! One run, from the order to the report, as far as it is the same for every exhibit.
//!
//! An exhibit's `run.rs` gets a [`Run`]: it asks for a rig, sizes its job, refuses what is too
//! much, takes blocks, and puts what is its own into the report. What starts engines and who
//! listens come from outside, so that all of it runs natively too, with a stand-in for the
//! workers.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::budget::{LONGEST_RUN_MS, Refusal, START_TIMEOUT_MS};
use super::capabilities::Surroundings;
use super::engine::{Engine, Fault};
use super::patience::Slept;
use super::progress::Listener;
use super::protocol::{News, Progress, RunOrder};
use super::rig::{Needs, Rig, Starter};
use super::team::{Team, TeamKind};
use super::wrong_answers::WrongAnswers;
use crate::measure::clock::now_ms;
use crate::params::{RunSpec, SECONDS, STARTS, Value};
use crate::report::{Report, Status};

/// Why a run ended without a report.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Ended {
    /// It was not started: the sentence says what would be allowed.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Something broke.
    #[error("{0}. Its engines were taken down; press Run to start fresh ones.")]
    Broke(#[from] Fault),
}

impl Ended {
    /// The message for the page.
    pub fn news(self) -> News {
        let sentence = self.to_string();
        match self {
            Ended::Refused(_) => News::Refused { sentence },
            Ended::Broke(_) => News::Failed { sentence },
        }
    }
}

/// Where a run takes place.
pub struct Place {
    /// What the worker finds around itself.
    pub here: Surroundings,
    /// What the browser calls itself.
    pub user_agent: String,
    /// What the browser tells of the machine.
    pub node: String,
    /// When the run began: ISO 8601, UTC.
    pub started_at: String,
    /// Whether the page has been hidden since.
    pub hidden: Rc<Cell<bool>>,
    /// What starts engines.
    pub starter: Box<dyn Starter>,
    /// Who hears of it.
    pub news: Box<dyn Fn(News)>,
}

/// Which of the fresh starts of a run this is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Part {
    /// Its number, from 0.
    pub start: u32,
    /// How many there will be.
    pub of: u32,
    /// How many blocks those before it took.
    pub taken: usize,
}

/// A run under way, or one of its fresh starts.
pub struct Run {
    /// What was ordered.
    pub order: RunOrder,
    /// Where it takes place.
    pub place: Rc<Place>,
    /// Absent where the run has a single start.
    part: Option<Part>,
    begun_ms: f64,
    /// How long nothing had run before it began.
    slept_before: Slept,
    /// One counter for all its fresh starts.
    wrong: WrongAnswers,
    warnings: RefCell<Vec<String>>,
}

impl Run {
    /// A run that begins now.
    pub fn begin(order: RunOrder, place: Place) -> Run {
        Run::at(order, Rc::new(place), None, WrongAnswers::default())
    }

    fn at(order: RunOrder, place: Rc<Place>, part: Option<Part>, wrong: WrongAnswers) -> Run {
        let (begun_ms, slept_before) = (now_ms(), Slept::so_far());
        Run { order, place, part, begun_ms, slept_before, wrong, warnings: RefCell::default() }
    }

    /// One of its fresh starts, which begins now with its share of what time is left. Those
    /// after the first do what the `first` has done, also where that was not what was asked,
    /// such as a list that was scaled down.
    pub fn part(&self, part: Part, first: Option<&Report>) -> Run {
        let mut order = self.order.clone();
        if let Some(spec) = first.and_then(|first| first.spec.as_ref()) {
            order.spec = spec.clone();
            order.default_tasks = false;
        }
        let share = self.left_ms() / 1e3 / f64::from(part.of.saturating_sub(part.start).max(1));
        let seconds = Value::Whole(share.round().clamp(1.0, 60.0) as u32);
        order.spec.values.insert(SECONDS.name.to_owned(), seconds);
        order.spec.values.insert(STARTS.name.to_owned(), Value::Whole(1));
        Run::at(order, Rc::clone(&self.place), Some(part), self.wrong.clone())
    }

    /// Over how many fresh starts it is to be spread.
    pub fn starts(&self) -> u32 {
        self.spec().whole(STARTS.name).max(1)
    }

    /// Which of the fresh starts this is, from 0.
    pub fn start(&self) -> u32 {
        self.part.map_or(0, |part| part.start)
    }

    /// Whether this is one of several starts.
    pub fn is_part(&self) -> bool {
        self.part.is_some()
    }

    /// How many blocks the starts before it took.
    pub fn blocks_before(&self) -> usize {
        self.part.map_or(0, |part| part.taken)
    }

    /// What was asked for.
    pub fn spec(&self) -> &RunSpec {
        &self.order.spec
    }

    /// How many workers take part.
    pub fn workers(&self) -> u32 {
        self.spec().whole("workers").max(1)
    }

    /// How long the measurement may take, in seconds: as long as any run may, where nothing is
    /// said.
    pub fn seconds(&self) -> u32 {
        match self.spec().whole("seconds") {
            0 => (LONGEST_RUN_MS / 1e3) as u32,
            seconds => seconds,
        }
    }

    /// What the random order starts from.
    pub fn seed(&self) -> u32 {
        self.spec().whole("seed")
    }

    /// How many cores the browser claims.
    pub fn cores(&self) -> u32 {
        self.place.here.cores
    }

    /// Whether the time that it may take is over: then it ends after what is under way.
    pub fn time_is_up(&self) -> bool {
        self.spent_ms() >= f64::from(self.seconds()) * 1e3
    }

    /// Whether a sweep has to end before its next point, because the run's time is up; says so.
    /// The first point is always measured.
    pub fn ends_before(&self, point: usize, what: &str) -> bool {
        let ends = point > 0 && self.time_is_up();
        if ends {
            self.warn(format!("The run's time was over before {what}."));
        }
        ends
    }

    /// How long it has been going on, without the time in which nothing ran.
    pub fn spent_ms(&self) -> f64 {
        now_ms() - self.begun_ms - Slept::since(self.slept_before).clock_ms
    }

    /// How long the visitor had waited when it began: what runs it had to be loaded.
    pub fn loaded_ms(&self) -> f64 {
        (self.begun_ms - self.order.pressed_ms).max(0.0)
    }

    /// What counts the answers that are wrong or missing, in every sample.
    pub fn wrong(&self) -> &WrongAnswers {
        &self.wrong
    }

    /// How much of its time is left, in milliseconds; less than nothing when it is up.
    pub fn left_ms(&self) -> f64 {
        f64::from(self.seconds()) * 1e3 - self.spent_ms()
    }

    /// Whether the page has been hidden since the run began.
    pub fn hidden(&self) -> bool {
        self.place.hidden.get()
    }

    /// Starts the engines that the run needs, checks them and warms them up.
    pub async fn rig(&self, needs: Needs, workers: u32) -> Result<Rig, Fault> {
        self.say("Starting the workers", 0, 0, START_TIMEOUT_MS);
        let (starter, wish) = (self.place.starter.as_ref(), self.spec().name("runtime"));
        Rig::start(starter, self.place.here, needs, workers, wish, self, self.wrong.clone()).await
    }

    /// Starts one more plain engine.
    pub async fn engine(&self) -> Result<Engine, Fault> {
        self.place.starter.plain().await
    }

    /// Starts the pool's twin in plain JavaScript.
    pub async fn javascript(&self, workers: u32) -> Result<Team, Fault> {
        self.team(TeamKind::JavaScript, workers).await
    }

    /// Starts a team besides those of the rig.
    pub async fn team(&self, kind: TeamKind, workers: u32) -> Result<Team, Fault> {
        self.place.starter.team(kind, workers).await
    }

    /// The address of a small file that is there whenever the engines are.
    pub fn small_file(&self) -> String {
        self.place.starter.small_file()
    }

    /// Puts everything that was said to a reader of the figures before the report's own
    /// warnings. A run with a wrong answer has failed, in whichever sample it was.
    pub fn close(&self, report: Report) -> Report {
        let mut warnings = self.warnings.take();
        warnings.extend(report.warnings);
        let mut status = report.status;
        if !self.is_part() {
            let slept_s = Slept::since(self.slept_before).ms / 1e3;
            if slept_s > 0.0 {
                warnings.push(format!(
                    "For at least {slept_s:.0} s of this run nothing ran, as when a device sleeps. \
                     What was being measured then is marked."
                ));
            }
            if let Some(sentence) = self.wrong.sentence() {
                status = Status::Failed;
                warnings.push(sentence);
            }
        }
        Report { status, warnings, ..report }
    }
}

impl Listener for Run {
    fn hear(&self, news: News) {
        (self.place.news)(match (news, self.part) {
            (News::Progress(progress), Some(Part { start, of, .. })) => {
                let phase = format!("Start {} of {of}: {}", start + 1, progress.phase);
                News::Progress(Progress { phase, ..progress })
            }
            (news, _) => news,
        });
    }

    fn warn(&self, sentence: String) {
        self.warnings.borrow_mut().push(sentence);
    }
}
