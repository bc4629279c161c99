//! What the figures of the page share: that only one runs at a time, the runs that were
//! made, the notebook, and what the runs say to the exercises.

use leptos::prelude::*;

use super::session::Session;
use super::storage;
use crate::exhibits::card::Progress;
use crate::exhibits::{self, Card};
use crate::notebook::score::{Scored, score};
use crate::notebook::{Entry, put};
use crate::report::{Origin, Report, Status};

/// The notebook keeps so many runs; then the oldest goes.
const MOST_RUNS: usize = 200;

/// What all figures share.
#[derive(Clone, Copy)]
pub struct Desk {
    /// Whether any figure runs: two runs at once would measure each other.
    pub busy: RwSignal<bool>,
    /// The notebook, the newest run first.
    pub entries: RwSignal<Vec<Entry>>,
    /// Why the browser does not keep the notebook, if it does not.
    pub trouble: RwSignal<Option<String>>,
    /// The predictions of this visit.
    pub scored: RwSignal<Vec<Scored>>,
    /// The newest run that measured the machine.
    pub machine: RwSignal<Option<(f64, u32)>>,
    /// How far each exercise has come, by its name.
    progress: RwSignal<Vec<(String, Progress)>>,
    /// The whole reports of this visit, the oldest first.
    runs: StoredValue<Vec<Report>, LocalStorage>,
    sessions: StoredValue<Vec<(&'static str, Session)>, LocalStorage>,
}

impl Desk {
    /// A desk with what the browser has kept.
    pub fn new() -> Desk {
        let entries = storage::contents();
        let machine = entries.iter().find_map(|entry| measured_machine(&entry.report));
        let solved = storage::solved().into_iter();
        let solved = solved.map(|(name, found)| (name, Progress::Solved(found)));
        Desk {
            busy: RwSignal::new(false),
            trouble: RwSignal::new(None),
            scored: RwSignal::new(Vec::new()),
            machine: RwSignal::new(machine),
            progress: RwSignal::new(solved.collect()),
            entries: RwSignal::new(entries),
            runs: StoredValue::new_local(Vec::new()),
            sessions: StoredValue::new_local(Vec::new()),
        }
    }

    /// Makes the session of a figure known to the notebook.
    pub fn join(self, exhibit: &'static Card, session: Session) {
        self.sessions.update_value(|sessions| sessions.push((exhibit.name, session)));
    }

    /// Takes a report that is new on the page: into the notebook, and if it was measured
    /// here, to the exercises and predictions.
    pub fn take(self, report: &Report) {
        let Some(exhibit) = exhibits::named(&report.exhibit) else { return };
        if report.status != Status::Complete || report.origin == Origin::Recorded {
            return;
        }
        let entry = Entry::of(report);
        let id = entry.id.clone();
        // A run of an earlier visit that is shown again is not made again.
        if self.entries.with_untracked(|entries| entries.iter().any(|entry| entry.id == id)) {
            return;
        }
        self.runs.update_value(|runs| runs.push(report.clone()));
        let kept = storage::keep(&id, report);
        self.change(move |entries| {
            put(entries, entry);
            for old in entries.drain(entries.len().min(MOST_RUNS)..) {
                storage::forget(&old.id);
            }
        });
        if let Err(sentence) = kept {
            self.trouble.set(Some(sentence));
        }
        if report.origin == Origin::Measured {
            self.scored.update(|scored| scored.extend(score(report)));
            if let Some(machine) = measured_machine(report) {
                self.machine.set(Some(machine));
            }
            self.check(exhibit);
        }
    }

    /// Changes the notebook, as the browser keeps it by now.
    pub fn change(self, change: impl FnOnce(&mut Vec<Entry>)) {
        let mut entries = storage::contents();
        // Runs that could not be kept are only on this page.
        for entry in self.entries.get_untracked().into_iter().rev() {
            let only_here = || {
                self.runs.with_value(|runs| runs.iter().any(|run| Entry::of(run).id == entry.id))
            };
            if !entries.iter().any(|other| other.id == entry.id) && only_here() {
                put(&mut entries, entry);
            }
        }
        change(&mut entries);
        self.trouble.set(storage::keep_contents(&entries).err());
        self.entries.set(entries);
    }

    /// Takes a run out of the notebook.
    pub fn delete(self, id: &str) {
        self.runs.update_value(|runs| runs.retain(|run| Entry::of(run).id != id));
        storage::forget(id);
        self.change(|entries| entries.retain(|entry| entry.id != id));
    }

    /// The whole report of a run in the notebook.
    pub fn report(self, id: &str) -> Option<Report> {
        let here =
            self.runs.with_value(|runs| runs.iter().find(|run| Entry::of(run).id == id).cloned());
        here.or_else(|| storage::report(id))
    }

    /// Shows a run of the notebook in its figure; says whether there is one.
    pub fn show(self, entry: &Entry) -> bool {
        let Some(report) = self.report(&entry.id) else { return false };
        let session = self.sessions.with_value(|sessions| {
            sessions.iter().find(|(name, _)| *name == report.exhibit).map(|(_, session)| *session)
        });
        let Some(session) = session else { return false };
        session.show(Ok(report));
        if let Some(lesson) = document().get_element_by_id(&entry.report.exhibit) {
            lesson.scroll_into_view();
        }
        true
    }

    /// What the runs so far say to the exercises of an exhibit.
    fn check(self, exhibit: &'static Card) {
        let own: Vec<Report> = self.runs.with_value(|runs| {
            let own = |run: &&Report| run.exhibit == exhibit.name && run.origin == Origin::Measured;
            runs.iter().filter(own).cloned().collect()
        });
        for (at, exercise) in exhibit.exercises.iter().enumerate() {
            let Some(found) = exercise(&own) else { continue };
            let name = exercise_name(exhibit, at);
            self.progress.update(|all| {
                let solved = |one: &(String, Progress)| {
                    one.0 == name && matches!(one.1, Progress::Solved(_))
                };
                // What was solved stays solved, with what was found last.
                if matches!(found, Progress::Solved(_)) || !all.iter().any(solved) {
                    all.retain(|(other, _)| *other != name);
                    all.push((name, found));
                }
            });
        }
        let solved = |(name, progress): &(String, Progress)| match progress {
            Progress::Solved(found) => Some((name.clone(), found.clone())),
            Progress::Open(_) => None,
        };
        storage::keep_solved(
            &self.progress.with_untracked(|all| all.iter().filter_map(solved).collect::<Vec<_>>()),
        );
    }

    /// How far an exercise has come.
    pub fn progress(self, exhibit: &'static Card, at: usize) -> Option<Progress> {
        let name = exercise_name(exhibit, at);
        self.progress.with(|all| all.iter().find(|one| one.0 == name).map(|one| one.1.clone()))
    }
}

/// The name under which an exercise is kept.
fn exercise_name(exhibit: &Card, at: usize) -> String {
    format!("{}/{}", exhibit.name, at + 1)
}

/// How many cores' worth the machine gave, and to how many workers.
fn measured_machine(report: &Report) -> Option<(f64, u32)> {
    if report.origin != Origin::Measured {
        return None;
    }
    Some((report.core_equivalents.as_ref()?.median, report.spec.as_ref()?.whole("workers")))
}
