//! A card: what the page, the command and the tests need to know of an exhibit, as plain
//! data and pure functions of its reports. How it is run is not on it.

use crate::measure::block::Estimate;
use crate::measure::point::Quantity;
use crate::measure::stats::LEAST_FOR_VERDICT;
use crate::measure::unit::Unit;
use crate::params::{Parameter, RunSpec, Table};
use crate::report::{Report, SeriesName};
use crate::runtime::capabilities::Backend;

/// What can be asked of an exhibit: all that a page needs before there is a report. It is a
/// part by itself so that a page can be small: what a card says of reports draws in the rest.
#[derive(Debug)]
pub struct Front {
    /// Its name in addresses, commands and reports.
    pub name: &'static str,
    /// The folder below `src/exhibits/` with everything that is its own.
    pub folder: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// Its own parameters.
    pub own_parameters: &'static [Parameter],
    /// Parameters that it shares with others; they come after its own.
    pub shared_parameters: &'static [Parameter],
    /// The lowest backend on which it runs.
    pub lowest: Backend,
    /// What is missing on lower backends, and what would bring it.
    pub fallback: &'static str,
    /// The question before Run.
    pub question: fn(&RunSpec) -> Question,
}

/// Everything the page, the command and the tests need to know of an exhibit. It has all that
/// its front has.
#[derive(Debug)]
pub struct Card {
    /// What can be asked of it.
    pub front: &'static Front,
    /// What the measured speed-up can be compared with.
    pub landmarks: fn(&Report) -> Vec<Landmark>,
    /// The main reason for what was measured, in a sentence, chosen from the figures.
    pub why: fn(&Report) -> Option<String>,
    /// The main result of a run that compares nothing with a serial program.
    pub headline: fn(&Report) -> Option<Headline>,
    /// How the lanes of its timeline look.
    pub lanes: Lanes,
    /// The ratio that each round should find, where that is known beforehand.
    pub known: fn(&Report) -> Option<f64>,
    /// What a run sweeps, if it does.
    pub sweep: fn(&Report) -> Option<Sweep>,
    /// What the pictures leave out.
    pub simplifies: &'static str,
    /// The exercises of its lesson, in their order: what the visitor's own runs, oldest
    /// first, say to each.
    pub exercises: &'static [Exercise],
    /// Runs for those who look at its figure.
    pub trials: Trials,
    /// The runs of it that are shipped with the page. The one with its name stands in its figure.
    pub recordings: &'static [Recording],
}

/// A run that is shipped with the page: `cargo lab record` makes it.
#[derive(Clone, Copy, Debug)]
pub struct Recording {
    /// The name of its file, without `.json`.
    pub name: &'static str,
    /// What is run, as the query of an address.
    pub query: &'static str,
}

/// Runs of an exhibit for those who look at its figure, as queries of addresses.
#[derive(Clone, Copy, Debug)]
pub struct Trials {
    /// One that goes on while it is looked at, also where the machine is busy.
    pub long: &'static str,
    /// Some that are soon done, and show every kind of picture that the exhibit has.
    pub short: &'static [&'static str],
}

impl std::ops::Deref for Card {
    type Target = Front;

    fn deref(&self) -> &Front {
        self.front
    }
}

/// Checks the visitor's own complete runs of an exhibit; `None` while no run has anything
/// to do with the exercise.
pub type Exercise = fn(&[Report]) -> Option<Progress>;

/// How far an exercise has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Something is missing: what, in a sentence.
    Open(String),
    /// It is solved: what was found, in a sentence.
    Solved(String),
    /// The runs show the opposite of what is expected: what was found, and why.
    Opposite(String),
}

impl From<String> for Progress {
    /// What was found, where nothing in particular was expected.
    fn from(found: String) -> Progress {
        Progress::Solved(found)
    }
}

/// A question that a prediction answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question {
    /// The question.
    pub text: &'static str,
    /// The unit of its answer.
    pub unit: Unit,
}

/// The lanes of a timeline.
#[derive(Clone, Copy, Debug)]
pub struct Lanes {
    /// What each is called.
    pub name: &'static str,
    /// The number of the first.
    pub first: u32,
    /// The parameter that says how many there are.
    pub parameter: &'static str,
    /// What they show.
    pub style: LaneStyle,
}

impl Lanes {
    /// Workers that do tasks.
    pub const WORKERS: Lanes =
        Lanes { name: "Worker", first: 1, parameter: "workers", style: LaneStyle::Tasks };
    /// Workers that are threads which have to hold a lock.
    pub const LOCKED: Lanes = Lanes { style: LaneStyle::Lock, ..Lanes::WORKERS };
}

/// What lanes show, and so how they are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LaneStyle {
    /// Threads that have to hold a lock, with their requests for it above.
    Lock,
    /// Tasks, by their size.
    Tasks,
    /// Messages from lane to lane.
    Messages,
    /// Programs that are started, and end.
    Children,
}

/// A value from theory or from elsewhere, beside a measured speed-up.
#[derive(Clone, Debug, PartialEq)]
pub struct Landmark {
    /// What it is.
    pub name: String,
    /// How it is drawn: `ideal`, `chapter` or `further`.
    pub class: &'static str,
    /// The speed-up.
    pub value: f64,
}

/// The main result of a run, in one time and one sentence.
#[derive(Clone, Debug, PartialEq)]
pub struct Headline {
    /// The time, in milliseconds.
    pub ms: f64,
    /// What it is: the end of a sentence that begins with the time.
    pub words: String,
}

/// A quantity measured over another one that the run sweeps, with the curve that theory
/// expects.
#[derive(Clone, Copy, Debug)]
pub struct Sweep {
    /// What the picture shows.
    pub title: &'static str,
    /// Where the points are in the report.
    pub measured: Measured,
    /// What is swept.
    pub x: &'static str,
    /// What is measured.
    pub y: &'static str,
    /// The unit of what is measured.
    pub unit: Unit,
    /// Whether equal distances are equal ratios, on both axes.
    pub logarithmic: bool,
    /// What is drawn as a level beside the points, by its median, and what it is called.
    pub level: Option<(Level, &'static str)>,
    /// A second quantity over the same one, drawn below the first.
    pub beside: Option<Beside>,
    /// Whether a prediction is about what is measured here.
    pub predicted: bool,
    /// What the curve is.
    pub curve_name: &'static str,
    /// The curve.
    pub curve: fn(&Report, f64) -> f64,
}

/// A second quantity of a sweep: a series over what is swept, on its axis, with a scale of its
/// own and the curve that theory expects.
#[derive(Clone, Copy, Debug)]
pub struct Beside {
    /// Which series.
    pub series: SeriesName,
    /// Its heading in the table.
    pub heading: &'static str,
    /// What is measured.
    pub y: &'static str,
    /// The unit of what is measured.
    pub unit: Unit,
    /// What the curve is.
    pub curve_name: &'static str,
    /// The curve.
    pub curve: fn(&Report, f64) -> f64,
}

/// Where the points of a sweep are.
#[derive(Clone, Copy, Debug)]
pub enum Measured {
    /// In series of this name, one for each value of what is swept.
    Series(SeriesName),
    /// In the blocks: this quantity of every arm that is a point.
    Points(Quantity),
}

impl Measured {
    /// Where the times of a sweep are: in the blocks, or, of a report that was made before they
    /// were, in series of this name.
    pub fn blocks_or(report: &Report, name: SeriesName) -> Measured {
        match report.swept(Quantity::Time).next() {
            Some(_) => Measured::Points(Quantity::Time),
            None => Measured::Series(name),
        }
    }
}

/// What a level stands for.
#[derive(Clone, Copy, Debug)]
pub enum Level {
    /// The first series of this name.
    Series(SeriesName),
    /// The times of the arm with this id.
    Arm(&'static str),
}

/// The last run of which something is true, such as the one that an exercise asks for.
pub fn last(runs: &[Report], asked: impl Fn(&RunSpec) -> bool) -> Option<&Report> {
    runs.iter().rev().find(|run| run.spec.as_ref().is_some_and(&asked))
}

/// The progress of an exercise that compares two runs: what to run next while one is
/// missing, and what both say together.
pub fn both<T, F: Into<Progress>>(
    first: Option<T>,
    second: Option<T>,
    [no_first, no_second]: [&str; 2],
    found: impl FnOnce(T, T) -> Option<F>,
) -> Option<Progress> {
    match (first, second) {
        (Some(first), Some(second)) => found(first, second).map(F::into),
        (None, Some(_)) => Some(Progress::Open(no_first.to_owned())),
        (Some(_), None) => Some(Progress::Open(no_second.to_owned())),
        (None, None) => None,
    }
}

/// A measured speed-up with its interval, as words: `1.86 (1.79 to 1.93)`.
pub fn measured(report: &Report) -> Option<String> {
    let speedup = report.speedup.as_ref()?;
    Some(format!("{:.2} ({:.2} to {:.2})", speedup.median, speedup.low, speedup.high))
}

impl From<&Front> for Table {
    fn from(front: &Front) -> Table {
        Table { exhibit: front.name, own: front.own_parameters, shared: front.shared_parameters }
    }
}

impl Card {
    /// The main reason for what was measured. A speed-up from too few blocks for a verdict is
    /// not explained either.
    pub fn reason(&self, report: &Report) -> Option<String> {
        let too_few = |speedup: &Estimate| speedup.blocks < LEAST_FOR_VERDICT;
        if report.speedup.as_ref().is_some_and(too_few) { None } else { (self.why)(report) }
    }
}

impl From<&Card> for Table {
    fn from(card: &Card) -> Table {
        Table::from(card.front)
    }
}

impl Front {
    /// The name of the page with its figure, without `.html`. Several may share a page.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::exhibits::MAIN_FRONT;
    /// assert_eq!(MAIN_FRONT.page(), MAIN_FRONT.folder.replace('_', "-"));
    /// ```
    pub fn page(&self) -> String {
        self.folder.replace('_', "-")
    }

    /// The address that describes a run, from any page of the site, without starting it. Where
    /// several exhibits share a page, it says which.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::exhibits::MAIN_FRONT;
    /// use fib_lab::params::{Device, RunSpec};
    /// let spec = RunSpec::defaults(MAIN_FRONT, Device { cores: 4, seed: 1 });
    /// assert_eq!(MAIN_FRONT.address(&spec), format!("{}.html?workers=4", MAIN_FRONT.page()));
    /// ```
    pub fn address(&self, spec: &RunSpec) -> String {
        let (page, query) = (self.page(), spec.query(self));
        let named = format!("exhibit={}", self.name);
        let query = match query.strip_prefix(&named) {
            Some(rest) if page == self.name => rest.trim_start_matches('&'),
            _ => &query,
        };
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{page}.html{mark}{query}")
    }

    /// The address that starts a run.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::exhibits::MAIN_FRONT;
    /// use fib_lab::params::{Device, RunSpec};
    /// let spec = RunSpec::defaults(MAIN_FRONT, Device { cores: 4, seed: 1 });
    /// assert!(MAIN_FRONT.starting_address(&spec).ends_with(".html?workers=4&run=1"));
    /// ```
    pub fn starting_address(&self, spec: &RunSpec) -> String {
        let address = self.address(spec);
        let mark = if address.contains('?') { '&' } else { '?' };
        format!("{address}{mark}run=1")
    }

    /// Its own parameters, then the shared ones.
    pub fn parameters(&self) -> impl Iterator<Item = &'static Parameter> + use<> {
        Table::from(self).parameters()
    }

    /// The parameter with this name.
    pub fn parameter(&self, name: &str) -> Option<&'static Parameter> {
        Table::from(self).parameter(name)
    }
}
