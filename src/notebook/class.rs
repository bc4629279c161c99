//! The runs of a class: the reports of many files together, each run once, exhibit by exhibit.
//!
//! Its limit: what is kept of a run is its entry and what was guessed, not its samples; a
//! class of hundreds fits into a page that way.

use super::Entry;
use super::import::Opened;
use super::quiz::{QUESTIONS, Question};
use super::score::measured;
use crate::exhibits::{self, Card};
use crate::measure::block::Estimate;
use crate::measure::stats::median;
use crate::measure::unit::Unit;
use crate::report::browser::short_name;
use crate::report::{QuizAnswer, Report, Status, When};

/// A class has so many runs at the most.
pub const MOST_RUNS: usize = 2_000;

/// A run of somebody.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// The run without its samples.
    pub entry: Entry,
    /// What its maker is called, if the file says so.
    pub name: String,
    /// Which class that is, if the file says so.
    pub class: String,
    /// What was guessed, if anything was that can be compared.
    pub guess: Option<Guess>,
    /// What was answered in the quiz, if the file says so.
    pub quiz: Vec<QuizAnswer>,
}

/// A guess and what came of it, in one unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Guess {
    /// What was predicted.
    pub predicted: f64,
    /// What was measured.
    pub measured: f64,
    /// Of both.
    pub unit: Unit,
}

impl Run {
    fn of(report: &Report) -> Run {
        let visitor = report.visitor.clone().unwrap_or_default();
        let guess = report.prediction.as_ref().and_then(|prediction| {
            let (predicted, unit) = (prediction.value, prediction.unit);
            let [_, measured, _] = measured(report, unit)?;
            Some(Guess { predicted, measured, unit })
        });
        let (name, class, quiz) = (visitor.name, visitor.class, report.quiz.clone());
        Run { entry: Entry::of(report), name, class, guess, quiz }
    }

    /// How many answers of the quiz were right then; nothing where none was given.
    pub fn right(&self, when: When) -> Option<usize> {
        let mut given = self.quiz.iter().filter(|answer| answer.when == when).peekable();
        given.peek()?;
        Some(given.filter(|answer| answer.right == Some(true)).count())
    }

    /// Whether the same visitor has most likely answered both: the files of one visitor repeat the
    /// same answers.
    fn repeats(&self, other: &Run) -> bool {
        let agent = |run: &Run| run.entry.report.environment.user_agent.clone();
        let who = |run: &Run| (run.name.clone(), run.class.clone(), agent(run));
        self.quiz == other.quiz && who(self) == who(other)
    }

    /// The browser that made it.
    pub fn browser(&self) -> String {
        short_name(&self.entry.report.environment.user_agent)
    }

    /// How many cores that browser claims.
    pub fn cores(&self) -> u32 {
        self.entry.report.environment.hardware_concurrency
    }

    /// How many workers it had, where its exhibit asks that.
    pub fn workers(&self) -> Option<u32> {
        let spec = self.entry.report.spec.as_ref()?;
        spec.values.contains_key("workers").then(|| spec.whole("workers"))
    }

    /// By what it ran: threads or processes.
    pub fn runtime(&self) -> &str {
        self.entry.report.spec.as_ref().map_or("", |spec| spec.name("runtime"))
    }

    /// Whether it is the same run: begun at the same moment, with the same figures.
    fn is(&self, other: &Run) -> bool {
        let figures = |run: &Run| {
            let report = &run.entry.report;
            (report.spec.clone(), report.speedup.clone(), report.environment.user_agent.clone())
        };
        self.entry.id == other.entry.id && figures(self) == figures(other)
    }
}

/// What became of a file: how many of its runs were taken, how many are there already, and what
/// is wrong with the others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// The file's name.
    pub file: String,
    /// So many runs are new.
    pub taken: usize,
    /// So many are there already.
    pub known: usize,
    /// What was not taken, and why, in sentences.
    pub trouble: Option<String>,
}

impl Verdict {
    /// What is said of the file.
    ///
    /// # Examples
    /// ```
    /// use fib_lab::notebook::class::Verdict;
    /// let verdict = Verdict { file: "a.json".to_owned(), taken: 1, known: 2, trouble: None };
    /// assert_eq!(verdict.sentence(), "1 run taken; 2 are here already.");
    /// let refused = Verdict { trouble: Some("It is empty.".to_owned()), ..Verdict::default() };
    /// assert_eq!(refused.sentence(), "It is empty.");
    /// ```
    pub fn sentence(&self) -> String {
        let runs = |count: usize| if count == 1 { "run" } else { "runs" };
        let are = |count: usize| if count == 1 { "is" } else { "are" };
        let counted = match (self.taken, self.known) {
            (0, 0) => String::new(),
            (taken, 0) => format!("{taken} {} taken.", runs(taken)),
            (0, known) => format!("{known} {} that {} here already.", runs(known), are(known)),
            (taken, known) => {
                format!("{taken} {} taken; {known} {} here already.", runs(taken), are(known))
            }
        };
        match (&self.trouble, counted.is_empty()) {
            (None, true) => "There is no run in it.".to_owned(),
            (None, false) => counted,
            (Some(trouble), true) => trouble.clone(),
            (Some(trouble), false) => format!("{counted} {trouble}"),
        }
    }
}

/// Runs of one browser of a class.
#[derive(Clone, Debug, PartialEq)]
pub struct OfBrowser {
    /// The browser.
    pub browser: String,
    /// The speed-ups, from the least on.
    pub speedups: Vec<f64>,
    /// The median of κ, where it was measured.
    pub kappa: Option<f64>,
}

/// A question of the quiz, and how a class has answered it.
#[derive(Clone, Copy, Debug)]
pub struct Answered {
    /// The question.
    pub question: &'static Question,
    /// How many were right before the lesson, of how many.
    pub before: (usize, usize),
    /// How many were right after it, of how many.
    pub after: (usize, usize),
}

/// The runs of a class.
#[derive(Clone, Debug, Default)]
pub struct Class {
    runs: Vec<Run>,
}

impl Class {
    /// Takes what a file held, and says what became of it.
    pub fn take(&mut self, file: &str, opened: Result<Opened, String>) -> Verdict {
        let mut verdict = Verdict { file: file.to_owned(), ..Verdict::default() };
        let opened = match opened {
            Ok(opened) => opened,
            Err(sentence) => return Verdict { trouble: Some(sentence), ..verdict },
        };
        let mut trouble: Vec<String> = opened.trouble().into_iter().collect();
        let all = opened.reports.len();
        let complete = opened.reports.iter().filter(|report| report.status == Status::Complete);
        let runs: Vec<Run> = complete.map(Run::of).collect();
        match all - runs.len() {
            0 => {}
            1 => trouble.push("1 run did not come to its end.".to_owned()),
            broken => trouble.push(format!("{broken} runs did not come to their end.")),
        }
        for run in runs {
            if self.runs.iter().any(|known| known.is(&run)) {
                verdict.known += 1;
            } else if self.runs.len() < MOST_RUNS {
                verdict.taken += 1;
                self.runs.push(run);
            } else {
                trouble.push(format!("A class has at most {MOST_RUNS} runs."));
                break;
            }
        }
        verdict.trouble = (!trouble.is_empty()).then(|| trouble.join(" "));
        verdict
    }

    /// All runs, in the order in which they came.
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// The runs of each exhibit that has any, in the order of the registry.
    pub fn by_exhibit(&self) -> Vec<(&'static Card, Vec<&Run>)> {
        let of = |card: &'static Card| {
            let own = self.runs.iter().filter(|run| run.entry.report.exhibit == card.name);
            (card, own.collect::<Vec<_>>())
        };
        exhibits::cards().map(of).filter(|(_, runs)| !runs.is_empty()).collect()
    }

    /// How many of those who have answered a question of the quiz were right, before and after:
    /// whoever has handed in several runs counts once.
    pub fn answered(&self) -> Vec<Answered> {
        let mut visitors: Vec<&Run> = Vec::new();
        for run in self.runs.iter().filter(|run| !run.quiz.is_empty()) {
            if !visitors.iter().any(|known| known.repeats(run)) {
                visitors.push(run);
            }
        }
        let of = |question: &'static Question| {
            let count = |when: When| {
                let all = visitors.iter().flat_map(|run| &run.quiz);
                let own = all.filter(|one| one.when == when && one.question == question.id);
                own.fold((0, 0), |(right, all), one| {
                    (right + usize::from(one.right == Some(true)), all + 1)
                })
            };
            Answered { question, before: count(When::Before), after: count(When::After) }
        };
        if visitors.is_empty() { Vec::new() } else { QUESTIONS.iter().map(of).collect() }
    }
}

/// The runs with a speed-up by browser, those of most runs first.
pub fn by_browser(runs: &[&Run]) -> Vec<OfBrowser> {
    let mut names: Vec<String> = runs.iter().map(|run| run.browser()).collect();
    names.sort();
    names.dedup();
    let of = |browser: String| {
        let own: Vec<&&Run> = runs.iter().filter(|run| run.browser() == browser).collect();
        let medians = |estimate: fn(&Report) -> Option<&Estimate>| -> Vec<f64> {
            own.iter().filter_map(|run| Some(estimate(&run.entry.report)?.median)).collect()
        };
        let mut speedups = medians(|report| report.speedup.as_ref());
        speedups.sort_by(f64::total_cmp);
        let kappa = median(&medians(|report| report.core_equivalents.as_ref()));
        OfBrowser { browser, speedups, kappa }
    };
    let mut all: Vec<OfBrowser> =
        names.into_iter().map(of).filter(|own| !own.speedups.is_empty()).collect();
    all.sort_by_key(|own| std::cmp::Reverse(own.speedups.len()));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notebook::bounds::Flaw;
    use crate::notebook::import::Refused;
    use crate::params::{Device, RunSpec};
    use crate::report::{Environment, Prediction, Visitor};

    fn report(at: u32, median: f64, agent: &str) -> Report {
        let exhibit = exhibits::MAIN;
        let spec = RunSpec::defaults(exhibit, Device { cores: 4, seed: at });
        let (low, high) = (median * 0.9, median * 1.1);
        let environment = Environment {
            user_agent: agent.to_owned(),
            hardware_concurrency: 4,
            ..Environment::default()
        };
        Report {
            started_at: format!("2026-11-30T10:00:00.{at:03}Z"),
            exhibit: exhibit.name.to_owned(),
            spec: Some(spec),
            speedup: Some(Estimate { median, low, high, confidence: 0.97, blocks: 8 }),
            prediction: Some(Prediction { value: 2.0, unit: Unit::SpeedUp }),
            environment,
            ..Report::default()
        }
    }

    fn opened(reports: Vec<Report>) -> Result<Opened, String> {
        Ok(Opened { reports, refused: Vec::new() })
    }

    #[test]
    fn each_run_is_taken_once_whichever_file_it_is_in() {
        let mut class = Class::default();
        let both = class.take("a.json", opened(vec![report(1, 1.8, "x"), report(2, 1.9, "x")]));
        assert_eq!((both.taken, both.known), (2, 0));
        let again = class.take("b.json", opened(vec![report(2, 1.9, "x"), report(3, 1.7, "x")]));
        assert_eq!(again.sentence(), "1 run taken; 1 is here already.");
        // Two who began at the same millisecond.
        let other = class.take("c.json", opened(vec![report(3, 1.2, "y")]));
        assert_eq!((other.taken, class.runs().len()), (1, 4));
    }

    #[test]
    fn what_is_wrong_with_a_file_is_said_of_it() {
        let mut class = Class::default();
        let none = class.take("a.txt", Err("This is not a report of the lab.".to_owned()));
        assert_eq!(none.sentence(), "This is not a report of the lab.");
        let refused = vec![(2, Refused::from(Flaw::Length))];
        let some = Opened { reports: vec![report(1, 1.8, "x")], refused };
        let sentence = class.take("b.json", Ok(some)).sentence();
        assert!(sentence.starts_with("1 run taken. 1 of 2 reports were opened."), "{sentence}");
        let stopped = Report { status: Status::Stopped, ..report(2, 1.0, "x") };
        let sentence = class.take("c.json", opened(vec![stopped])).sentence();
        assert_eq!(sentence, "1 run did not come to its end.");
        assert_eq!(class.take("d.json", opened(Vec::new())).sentence(), "There is no run in it.");
    }

    #[test]
    fn the_browsers_of_a_class_have_their_medians() {
        let mut class = Class::default();
        let chromium = "Chrome/156.0";
        let all =
            [(1, 1.0, chromium), (2, 3.0, chromium), (3, 2.0, chromium), (4, 5.0, "Firefox/1")];
        class.take("a", opened(all.map(|(at, ratio, agent)| report(at, ratio, agent)).to_vec()));
        let all = class.by_exhibit();
        assert_eq!((all.len(), all[0].0.name), (1, exhibits::MAIN.name));
        let browsers = by_browser(&all[0].1);
        let names: Vec<&str> = browsers.iter().map(|own| own.browser.as_str()).collect();
        assert_eq!(names, ["Chromium 156", "Firefox 1"]);
        assert_eq!(browsers[0].speedups, [1.0, 2.0, 3.0]);
    }

    #[test]
    fn whoever_hands_in_several_runs_has_answered_once() {
        let answers = |right: bool| {
            let of = |when: When, right: bool| {
                QUESTIONS.iter().map(move |question| QuizAnswer {
                    when,
                    question: question.id.to_owned(),
                    answer: question.right.to_owned(),
                    right: Some(right),
                })
            };
            of(When::Before, false).chain(of(When::After, right)).collect::<Vec<_>>()
        };
        let by = |at: u32, name: &str, right: bool| {
            let visitor = Some(Visitor { name: name.to_owned(), class: "7b".to_owned() });
            Report { visitor, quiz: answers(right), ..report(at, 1.5, "x") }
        };
        let mut class = Class::default();
        class.take("a", opened(vec![report(9, 1.5, "x")]));
        assert!(class.answered().is_empty());
        class.take("b", opened(vec![by(1, "Ada", true), by(2, "Ada", true), by(3, "Bob", false)]));
        let answered = class.answered();
        assert_eq!(answered.len(), QUESTIONS.len());
        assert!(answered.iter().all(|one| (one.before, one.after) == ((0, 2), (1, 2))));
    }
}
