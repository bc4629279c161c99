//! The notebook: runs that a visitor keeps, what their predictions were worth, and several
//! runs side by side.

pub mod bounds;
pub mod class;
pub mod class_sheet;
pub mod compare;
pub mod guesses;
pub mod import;
pub mod quiz;
pub mod score;

use serde::{Deserialize, Serialize};

use crate::analysis::cpython_pool::PYTHON;
use crate::exhibits;
use crate::measure::sampling::MOST_BLOCKS;
use crate::report::read::{self, Source};
use crate::report::{Origin, Report};

/// The notebook keeps so many runs from files; then the oldest of them goes.
pub const MOST_FOREIGN: usize = 200;

/// Names longer than this, in characters, are cut.
pub const MOST_NAME: usize = 80;

/// A run in the notebook's table of contents: everything but its samples and its timeline.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Entry {
    /// Tells it from all others: when it started, and what ran.
    pub id: String,
    /// What the visitor calls it.
    pub name: String,
    /// The report without what takes much room.
    pub report: Report,
    /// The speed-up of every unit of the run, to a hundred-thousandth: what it takes to compare
    /// it with another. Empty of runs that were kept before December 2026.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub speedups: Vec<f64>,
}

impl Entry {
    /// The entry of a report.
    ///
    /// # Examples
    /// ```
    /// use fib_lab::exhibits::MAIN;
    /// use fib_lab::notebook::Entry;
    /// use fib_lab::report::Report;
    ///
    /// let started_at = "2026-11-22T10:00:00.000Z".to_owned();
    /// let report = Report { started_at, exhibit: MAIN.name.to_owned(), ..Report::default() };
    /// let entry = Entry::of(&report);
    /// assert_eq!(entry.id, format!("2026-11-22T10:00:00.000Z {}", MAIN.name));
    /// assert_eq!(entry.name, MAIN.title);
    /// ```
    pub fn of(report: &Report) -> Entry {
        let title = match exhibits::named(&report.exhibit) {
            Some(exhibit) => exhibit.title,
            None if report.exhibit == PYTHON => "Serial against Pool in CPython",
            None => "A run",
        };
        let short = Report {
            origin: report.origin,
            status: report.status,
            started_at: report.started_at.clone(),
            exhibit: report.exhibit.clone(),
            spec: report.spec.clone(),
            environment: report.environment.clone(),
            speedup: report.speedup.clone(),
            relative_speedup: report.relative_speedup.clone(),
            verdict: report.verdict,
            ideal: report.ideal.clone(),
            smallest_difference: report.smallest_difference,
            efficiency: report.efficiency.clone(),
            core_equivalents: report.core_equivalents.clone(),
            capacity_efficiency: report.capacity_efficiency.clone(),
            prediction: report.prediction.clone(),
            schema: report.schema,
            ..Report::default()
        };
        let rounded = |ratio: f64| (ratio * 1e5).round() / 1e5;
        let speedups = report.speedups().into_iter().map(rounded).collect();
        Entry { id: Entry::id_of(report), name: title.to_owned(), report: short, speedups }
    }

    /// The id under which a report stands in the notebook.
    pub fn id_of(report: &Report) -> String {
        format!("{} {}", report.started_at, report.exhibit)
    }

    /// The entry under another name; an empty one is no name, and a long one is cut.
    pub fn renamed(self, name: &str) -> Entry {
        let name: String = name.trim().chars().take(MOST_NAME).collect();
        if name.is_empty() { self } else { Entry { name, ..self } }
    }

    /// The address that makes the run again.
    pub fn address(&self) -> Option<String> {
        let card = exhibits::named(&self.report.exhibit)?;
        self.report.spec.as_ref().map(|spec| card.starting_address(spec))
    }

    /// The address at which the run is shown, as far as the browser has kept it.
    ///
    /// # Examples
    /// ```
    /// use fib_lab::notebook::Entry;
    /// use fib_lab::report::Report;
    ///
    /// let started_at = "2026-11-22T10:00:00.000Z".to_owned();
    /// let exhibit = fib_lab::exhibits::MAIN.name.to_owned();
    /// let report = Report { started_at, exhibit, ..Report::default() };
    /// let address = Entry::of(&report).shown_at().unwrap();
    /// assert!(address.contains(".html#kept=2026-11-22T10%3A00%3A00.000Z+"), "{address}");
    /// ```
    pub fn shown_at(&self) -> Option<String> {
        let card = exhibits::named(&self.report.exhibit)?;
        let run = self.report.spec.as_ref().map(|spec| card.address(spec));
        let run = run.unwrap_or_else(|| format!("{}.html", card.page()));
        let id: String = form_urlencoded::byte_serialize(self.id.as_bytes()).collect();
        Some(format!("{run}#kept={id}"))
    }

    /// Where it comes from, if not from this browser.
    pub fn source(&self) -> Option<&'static str> {
        match self.report.origin {
            Origin::Measured => None,
            Origin::Recorded => Some("recorded"),
            Origin::Imported => Some("imported"),
        }
    }
}

/// Everything of an entry but its report, which may be of an older schema.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Cover {
    id: String,
    name: String,
    speedups: Vec<f64>,
}

/// The entries in a table of contents, as whichever version of the lab wrote them. What is
/// no entry is left out: it must not take the others with it.
///
/// # Examples
///
// `wasm-pack test` compiles examples too, and reports are read from JavaScript there.
#[cfg_attr(not(target_arch = "wasm32"), doc = "```")]
#[cfg_attr(target_arch = "wasm32", doc = "```ignore")]
/// use serde_json::json;
/// let report = json!({ "schema": 1, "exhibit": "a-run", "core_equivalents": 1.9 });
/// let contents = json!([{ "id": "a", "name": "mine", "report": report }, 3]);
/// let entries = fib_lab::notebook::entries(&contents);
/// assert_eq!((entries.len(), entries[0].name.as_str()), (1, "mine"));
/// assert_eq!(entries[0].report.core_equivalents.as_ref().unwrap().median, 1.9);
/// ```
pub fn entries<S: Source>(contents: &S) -> Vec<Entry> {
    let entry = |source: &S| {
        let Cover { id, name, mut speedups } = source.read().ok()?;
        speedups.truncate(MOST_BLOCKS);
        speedups.retain(|ratio| ratio.is_finite() && *ratio > 0.0);
        let report = read::report(&source.field("report")?).ok()?;
        Some(Entry { id, name, report, speedups })
    };
    contents.items().unwrap_or_default().iter().filter_map(entry).collect()
}

/// Puts an entry in front, in place of an older one of the same run, whose name it keeps. A
/// run from a file never takes the place of one's own.
///
/// # Examples
///
/// ```
/// use fib_lab::notebook::{Entry, put};
/// let mine = Entry { id: "a".to_owned(), name: "mine".to_owned(), ..Entry::default() };
/// let mut entries = Vec::new();
/// put(&mut entries, mine.clone());
/// put(&mut entries, Entry { name: "A run".to_owned(), ..mine.clone() });
/// assert_eq!(entries, [mine]);
/// ```
pub fn put(entries: &mut Vec<Entry>, entry: Entry) {
    let known = entries.iter().position(|other| other.id == entry.id);
    let is_own = |entry: &Entry| entry.report.origin == Origin::Measured;
    if known.is_some_and(|at| is_own(&entries[at])) && !is_own(&entry) {
        return;
    }
    let entry = match known.map(|at| entries.remove(at)) {
        Some(older) => Entry { name: older.name, ..entry },
        None => entry,
    };
    entries.insert(0, entry);
}

/// Takes the oldest runs from files out of the notebook, as far as there are more than
/// [`MOST_FOREIGN`], and returns them. One's own runs are deleted by their owner alone.
///
/// # Examples
///
/// ```
/// use fib_lab::notebook::{Entry, MOST_FOREIGN, shed};
/// use fib_lab::report::{Origin, Report};
/// let of = |origin| Entry { report: Report { origin, ..Report::default() }, ..Entry::default() };
/// let mut entries = vec![of(Origin::Measured); 500];
/// assert!(shed(&mut entries).is_empty());
/// entries.extend(vec![of(Origin::Imported); MOST_FOREIGN + 3]);
/// assert_eq!((shed(&mut entries).len(), entries.len()), (3, 500 + MOST_FOREIGN));
/// ```
pub fn shed(entries: &mut Vec<Entry>) -> Vec<Entry> {
    let mut foreign = 0;
    let (kept, shed) = std::mem::take(entries).into_iter().partition(|entry| {
        foreign += usize::from(entry.report.origin != Origin::Measured);
        entry.report.origin == Origin::Measured || foreign <= MOST_FOREIGN
    });
    *entries = kept;
    shed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(id: &str, name: &str) -> Entry {
        Entry { id: id.to_owned(), name: name.to_owned(), ..Entry::default() }
    }

    #[test]
    fn the_same_run_is_kept_once_under_its_own_name() {
        let mut entries = vec![entry("b", "mine"), entry("a", "older")];
        put(&mut entries, entry("a", "A run"));
        put(&mut entries, entry("c", "new"));
        let names: Vec<_> = entries.iter().map(|entry| entry.name.as_str()).collect();
        assert_eq!(names, ["new", "older", "mine"]);
    }

    #[test]
    fn two_hundred_reports_of_others_push_out_none_of_ones_own() {
        let of = |id: String, origin| {
            let report = Report { origin, ..Report::default() };
            Entry { report, ..entry(&id, "a run") }
        };
        let mut entries = Vec::new();
        for at in 0..30 {
            put(&mut entries, of(format!("own {at}"), Origin::Measured));
        }
        // As many again, and each in place of one that is there.
        for at in 0..2 * MOST_FOREIGN {
            put(&mut entries, of(format!("foreign {at}"), Origin::Imported));
            put(&mut entries, of(format!("own {}", at % 30), Origin::Imported));
            shed(&mut entries);
        }
        let own = entries.iter().filter(|entry| entry.report.origin == Origin::Measured);
        assert_eq!((own.count(), entries.len()), (30, 30 + MOST_FOREIGN));
        assert_eq!(entries[0].id, format!("foreign {}", 2 * MOST_FOREIGN - 1));
    }

    #[test]
    fn an_empty_name_is_none_and_a_long_one_is_cut() {
        assert_eq!(entry("a", "old").renamed("  ").name, "old");
        assert_eq!(entry("a", "old").renamed(" at home ").name, "at home");
        assert_eq!(entry("a", "old").renamed(&"ü".repeat(99)).name.chars().count(), MOST_NAME);
    }
}
