//! What is known of the runs: the notebook, what each predicted, and what they say to the
//! exercises.

use std::cell::{Cell, RefCell};

use super::storage::{self, Visit};
use crate::analysis::cpython_pool::PYTHON;
use crate::analysis::rows::add_cpython;
use crate::exhibits::card::Progress;
use crate::exhibits::{self, Card};
use crate::notebook::guesses::{Guessed, MOST_GUESSES};
use crate::notebook::{Entry, put, shed};
use crate::page::storage::solved;
use crate::report::{Origin, Report, Status};

/// What is known of the runs.
pub struct Notes {
    /// The notebook, the newest run first.
    entries: RefCell<Vec<Entry>>,
    /// Why the browser does not keep the notebook, if it does not.
    trouble: RefCell<Option<String>>,
    /// How far each exercise has come, by its name.
    progress: RefCell<Vec<(String, Progress)>>,
    /// Whether the browser has not kept what was solved last.
    solved_is_unkept: Cell<bool>,
    /// The whole reports that were made or opened on this page, the oldest first.
    runs: RefCell<Vec<Report>>,
    /// The ids of those that the browser did not keep: they are on this page alone.
    unkept: RefCell<Vec<String>>,
}

impl Notes {
    /// What the browser has kept.
    pub fn new() -> Notes {
        Notes {
            entries: RefCell::new(storage::contents()),
            trouble: RefCell::new(None),
            progress: RefCell::new(solved_by_now()),
            solved_is_unkept: Cell::new(false),
            runs: RefCell::new(Vec::new()),
            unkept: RefCell::new(Vec::new()),
        }
    }

    /// The notebook, the newest run first.
    pub fn entries(&self) -> Vec<Entry> {
        self.entries.borrow().clone()
    }

    /// Why the browser does not keep the notebook, if it does not.
    pub fn trouble(&self) -> Option<String> {
        self.trouble.borrow().clone()
    }

    /// The guesses of this visit, the oldest first.
    pub fn guesses(&self) -> Vec<Guessed> {
        storage::visit().guesses
    }

    /// Takes a report that is new on the page: into the notebook, and if it was measured
    /// here, to the exercises and predictions. Says whether the browser has kept it; nothing
    /// of a report that is not new.
    pub fn take(&self, report: &Report) -> Option<Result<(), String>> {
        let card = exhibits::named(&report.exhibit);
        // A comparison in CPython is no exhibit's.
        if card.is_none() && report.exhibit != PYTHON {
            return None;
        }
        if report.status != Status::Complete || report.origin == Origin::Recorded {
            return None;
        }
        let entry = Entry::of(report);
        let id = entry.id.clone();
        // A run of an earlier visit that is shown again is not made again.
        if self.entries.borrow().iter().any(|known| known.id == id) {
            return None;
        }
        self.runs.borrow_mut().push(report.clone());
        let kept = self.keep(&id, report);
        self.change(|entries| put(entries, entry));
        if let Err(sentence) = kept {
            *self.trouble.borrow_mut() = Some(sentence);
        }
        if report.origin == Origin::Measured {
            storage::change_visit(|visit| {
                visit.runs.push(id);
                visit.guesses.extend(Guessed::of(report));
                let beyond = visit.guesses.len().saturating_sub(MOST_GUESSES);
                visit.guesses.drain(..beyond);
            });
            if let Some(machine) = measured_machine(report) {
                storage::keep_machine(machine);
            }
            if let Some(card) = card {
                self.check(card);
            }
        }
        Some(self.trouble().map_or(Ok(()), Err))
    }

    /// Adds what was measured last of CPython to a run that has a row for it and asks for it;
    /// says whether there was anything to add.
    pub fn add_cpython(&self, report: &mut Report) -> bool {
        let asks = report.spec.as_ref().is_some_and(|spec| spec.name("python") == "1");
        if !asks || report.rows.is_empty() {
            return false;
        }
        let entries = self.entries.borrow();
        let is_its = |entry: &&Entry| {
            entry.report.exhibit == PYTHON && entry.report.origin == Origin::Measured
        };
        let measured = entries.iter().filter(is_its).find_map(|entry| storage::report(&entry.id));
        if let Some(measured) = &measured {
            add_cpython(report, measured);
        }
        measured.is_some()
    }

    /// Keeps the whole report of a run. Where the browser is full, the samples of others' runs
    /// make room for one's own.
    fn keep(&self, id: &str, report: &Report) -> Result<(), String> {
        let mut kept = storage::keep(id, report);
        if report.origin == Origin::Measured {
            let entries = self.entries.borrow();
            let foreign = |entry: &&Entry| entry.report.origin != Origin::Measured;
            for other in entries.iter().rev().filter(foreign) {
                if kept.is_ok() {
                    break;
                }
                storage::forget(&other.id);
                kept = storage::keep(id, report);
            }
        }
        kept
    }

    /// Takes reports from files into the notebook, all at once. The first is the newest, and
    /// comes to stand in front.
    pub fn take_foreign(&self, reports: &[Report]) {
        let mut known: Vec<String> = self.entries().into_iter().map(|entry| entry.id).collect();
        let (mut new, mut full) = (Vec::new(), None);
        for report in reports.iter().filter(|report| report.status == Status::Complete).rev() {
            let entry = Entry::of(report);
            if known.contains(&entry.id) {
                continue;
            }
            known.push(entry.id.clone());
            full = full.or(storage::keep(&entry.id, report).err());
            self.runs.borrow_mut().push(report.clone());
            new.push(entry);
        }
        self.change(|entries| {
            for entry in new {
                put(entries, entry);
            }
            for old in shed(entries) {
                storage::forget(&old.id);
            }
        });
        if full.is_some() {
            *self.trouble.borrow_mut() = full;
        }
    }

    /// The notebook as the browser keeps it by now. Runs that it could not keep are only on
    /// this page; others that are gone were deleted in another window.
    fn kept(&self) -> Vec<Entry> {
        let mut entries = storage::contents();
        let unkept = self.unkept.borrow();
        for entry in self.entries().into_iter().rev() {
            let is_kept = entries.iter().any(|other| other.id == entry.id);
            if !is_kept && unkept.contains(&entry.id) {
                put(&mut entries, entry);
            }
        }
        entries
    }

    /// Takes over what another window has changed.
    pub fn refresh(&self) {
        let entries = self.kept();
        let is_there = |run: &Report| entries.iter().any(|entry| entry.id == Entry::id_of(run));
        self.runs.borrow_mut().retain(is_there);
        *self.entries.borrow_mut() = entries;
        self.refresh_solved();
    }

    /// Takes over which exercises are solved by now: other windows solve some too, and forget
    /// them.
    fn refresh_solved(&self) {
        if self.solved_is_unkept.get() {
            return;
        }
        let kept = solved_by_now();
        let mut all = self.progress.borrow_mut();
        let is_kept = |name: &String| kept.iter().any(|(other, _)| other == name);
        all.retain(|(name, progress)| !matches!(progress, Progress::Solved(_)) || is_kept(name));
        for (name, found) in kept {
            match all.iter_mut().find(|(other, _)| *other == name) {
                // The runs of this window have shown the opposite since.
                Some((_, Progress::Opposite(_))) => {}
                Some((_, known)) => *known = found,
                None => all.push((name, found)),
            }
        }
    }

    /// Changes the notebook, as the browser keeps it by now.
    pub fn change(&self, change: impl FnOnce(&mut Vec<Entry>)) {
        let mut entries = self.kept();
        change(&mut entries);
        let trouble = storage::keep_contents(&entries).err();
        let there = if trouble.is_some() { storage::contents() } else { Vec::new() };
        let is_there = |id: &String| trouble.is_none() || there.iter().any(|kept| kept.id == *id);
        let ids = entries.iter().map(|entry| entry.id.clone());
        *self.unkept.borrow_mut() = ids.filter(|id| !is_there(id)).collect();
        *self.trouble.borrow_mut() = trouble;
        *self.entries.borrow_mut() = entries;
    }

    /// Takes everything out of the notebook, and what its runs solved.
    pub fn delete_all(&self) {
        self.runs.borrow_mut().clear();
        self.progress.borrow_mut().clear();
        storage::forget_all();
        self.change(Vec::clear);
    }

    /// Takes a run out of the notebook.
    pub fn delete(&self, id: &str) {
        self.runs.borrow_mut().retain(|run| Entry::id_of(run) != id);
        storage::forget(id);
        self.change(|entries| entries.retain(|entry| entry.id != id));
    }

    /// The whole report of a run in the notebook.
    pub fn report(&self, id: &str) -> Option<Report> {
        let runs = self.runs.borrow();
        let here = runs.iter().find(|run| Entry::id_of(run) == id).cloned();
        here.or_else(|| storage::report(id))
    }

    /// What the runs of this visit so far say to the exercises of an exhibit.
    fn check(&self, card: &'static Card) {
        let Visit { runs, .. } = storage::visit();
        let of_this_visit = runs.iter().filter(|id| id.ends_with(&format!(" {}", card.name)));
        let mut own: Vec<Report> = of_this_visit.filter_map(|id| self.report(id)).collect();
        // Where nothing can be kept for a visit, there are the runs of this page.
        if own.is_empty() {
            let here = self.runs.borrow();
            let measured = |run: &&Report| run.origin == Origin::Measured;
            own = here
                .iter()
                .filter(measured)
                .filter(|run| run.exhibit == card.name)
                .cloned()
                .collect();
        }
        self.refresh_solved();
        let mut all = self.progress.borrow_mut();
        for (at, exercise) in card.exercises.iter().enumerate() {
            let Some(found) = exercise(&own) else { continue };
            let name = exercise_name(card, at);
            let solved =
                |one: &(String, Progress)| one.0 == name && matches!(one.1, Progress::Solved(_));
            // What was solved stays solved, with what was found last; but newer runs may show
            // the opposite.
            let told = matches!(found, Progress::Solved(_) | Progress::Opposite(_));
            if told || !all.iter().any(solved) {
                all.retain(|(other, _)| *other != name);
                all.push((name, found));
            }
        }
        self.keep_solved(&all);
    }

    /// Takes an exercise that was solved without a run: its name, and what was found.
    pub fn solve(&self, name: &str, found: String) {
        self.refresh_solved();
        let mut all = self.progress.borrow_mut();
        all.retain(|(other, _)| other != name);
        all.push((name.to_owned(), Progress::Solved(found)));
        self.keep_solved(&all);
    }

    /// Keeps the exercises that are solved. They can be solved again, so nobody has to know if
    /// that cannot be kept.
    fn keep_solved(&self, all: &[(String, Progress)]) {
        let solved = |(name, progress): &(String, Progress)| match progress {
            Progress::Solved(found) => Some((name.clone(), found.clone())),
            Progress::Open(_) | Progress::Opposite(_) => None,
        };
        let solved: Vec<(String, String)> = all.iter().filter_map(solved).collect();
        self.solved_is_unkept.set(storage::keep_solved(&solved).is_err());
    }

    /// How far each exercise has come, by its name.
    pub fn progress(&self) -> Vec<(String, Progress)> {
        self.progress.borrow().clone()
    }
}

/// The exercises that the browser knows to be solved.
fn solved_by_now() -> Vec<(String, Progress)> {
    solved().into_iter().map(|(name, found)| (name, Progress::Solved(found))).collect()
}

/// The name under which an exercise is kept.
fn exercise_name(card: &Card, at: usize) -> String {
    format!("{}/{}", card.name, at + 1)
}

/// How many cores' worth the machine gave, and to how many workers.
fn measured_machine(report: &Report) -> Option<(f64, u32)> {
    Some((report.core_equivalents.as_ref()?.median, report.spec.as_ref()?.whole("workers")))
}
