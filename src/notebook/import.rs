//! Reports from files: taken as they are, or refused with a sentence.

use thiserror::Error;

use super::bounds::{Flaw, checked};
use crate::report::limits::check_text;
use crate::report::read::{self, Source, Unreadable};
use crate::report::{Origin, Report};

pub use crate::report::limits::MOST_BYTES;

/// A file has so many reports at the most.
const MOST_REPORTS: usize = 1_000;

/// Why a file is not taken. Its sentence is for the visitor.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refused {
    /// It is no report, or a newer one.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// It says something that no run says.
    #[error("This is not a report of the lab: {0}.")]
    NotOurs(#[from] Flaw),
    /// It is a list of too many.
    #[error("This file has {0} reports, and allowed are at most {MOST_REPORTS}.")]
    TooMany(usize),
}

/// What a file held.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Opened {
    /// The reports that are taken, in their order.
    pub reports: Vec<Report>,
    /// Those that are not: the place of each in the list, from 1, and why.
    pub refused: Vec<(usize, Refused)>,
}

impl Opened {
    /// What the visitor should know, if anything was refused: which, and why.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::notebook::bounds::Flaw;
    /// use fib_lab::notebook::import::Opened;
    /// use fib_lab::report::Report;
    /// let refused = vec![(2, Flaw::Length.into())];
    /// let opened = Opened { reports: vec![Report::default(); 2], refused };
    /// let sentence = opened.trouble().unwrap();
    /// assert!(sentence.starts_with("2 of 3 reports were opened. Report 2 was not: "), "{sentence}");
    /// assert_eq!(Opened::default().trouble(), None);
    /// ```
    pub fn trouble(&self) -> Option<String> {
        let (place, why) = self.refused.first()?;
        let (good, bad) = (self.reports.len(), self.refused.len());
        if good + bad == 1 {
            return Some(why.to_string());
        }
        let further = match bad - 1 {
            0 => String::new(),
            _ => {
                let places = self.refused.iter().skip(1).take(MOST_NAMED);
                let places: Vec<String> = places.map(|(place, _)| place.to_string()).collect();
                let more = if bad - 1 > MOST_NAMED { " and more" } else { "" };
                format!(" Nor were {}{more}.", places.join(", "))
            }
        };
        Some(format!(
            "{good} of {} reports were opened. Report {place} was not: {why}{further}",
            good + bad
        ))
    }
}

/// So many further reports are named that were not opened.
const MOST_NAMED: usize = 8;

/// Reads a report from a file, of whichever schema it is, and checks it.
///
/// # Errors
///
/// If it is no report, a newer one, or one that no run of this build can have made.
///
/// # Examples
///
// `wasm-pack test` compiles examples too, and reports are read from JavaScript there.
#[cfg_attr(not(target_arch = "wasm32"), doc = "```")]
#[cfg_attr(target_arch = "wasm32", doc = "```ignore")]
/// use fib_lab::notebook::import::report;
/// let refused = report(&serde_json::json!({ "schema": 1, "exhibit": "juggling" })).unwrap_err();
/// assert!(refused.to_string().contains("no exhibit of this page"));
/// ```
pub fn report(source: &impl Source) -> Result<Report, Refused> {
    Ok(imported(read::report(source)?)?)
}

/// Reads all the reports of a file: one, or a list of them. Those that are refused do not
/// take the others with them. `parse` makes data of a text that is known to be neither too
/// long nor too deep for it.
///
/// # Errors
///
/// If the file is no data, or more than the lab ever wrote.
///
/// # Examples
///
// `wasm-pack test` compiles examples too, and there is no serde_json for wasm.
#[cfg_attr(not(target_arch = "wasm32"), doc = "```")]
#[cfg_attr(target_arch = "wasm32", doc = "```ignore")]
/// use fib_lab::notebook::import::file;
/// use serde_json::{Value, from_str};
/// let parse = |text: &str| from_str::<Value>(text).map_err(|error| error.to_string());
/// let deep = file(&"[".repeat(20_000), parse).unwrap_err();
/// assert_eq!(deep.to_string(), "This is not a report of the lab: it is nested too deep.");
/// assert_eq!(file("[3, {}]", parse).unwrap().refused.len(), 2);
/// ```
pub fn file<S: Source>(
    text: &str,
    parse: impl FnOnce(&str) -> Result<S, String>,
) -> Result<Opened, Refused> {
    check_text(text).map_err(Unreadable::from)?;
    let source = parse(text).map_err(Unreadable::Broken)?;
    let items = match source.length() {
        Some(many) if many > MOST_REPORTS => return Err(Refused::TooMany(many)),
        Some(_) => source.items().unwrap_or_default(),
        None => vec![source],
    };
    let mut opened = Opened::default();
    for (place, item) in (1..).zip(&items) {
        match report(item) {
            Ok(report) => opened.reports.push(report),
            Err(why) => opened.refused.push((place, why)),
        }
    }
    Ok(opened)
}

/// Takes a report that was read from a file: marked as imported, otherwise unchanged.
///
/// # Errors
///
/// What is wrong with it, if it names no exhibit of this build, or anything in it is longer
/// or larger than a run can make it.
///
/// # Examples
///
/// ```
/// use fib_lab::exhibits::MAIN;
/// use fib_lab::notebook::bounds::Flaw;
/// use fib_lab::notebook::import::imported;
/// use fib_lab::params::{Device, RunSpec};
/// use fib_lab::report::{Origin, Report, SCHEMA};
///
/// let spec = Some(RunSpec::defaults(MAIN, Device { cores: 2, seed: 1 }));
/// let report = Report { schema: SCHEMA, exhibit: MAIN.name.into(), spec, ..Report::default() };
/// assert_eq!(imported(report).unwrap().origin, Origin::Imported);
/// assert_eq!(imported(Report::default()), Err(Flaw::Exhibit));
/// ```
pub fn imported(report: Report) -> Result<Report, Flaw> {
    Ok(Report { origin: Origin::Imported, ..checked(report)? })
}

// Files are read through another library on the page.
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::exhibits::MAIN;
    use crate::measure::block::Block;
    use crate::params::{Device, RunSpec};
    use crate::report::{Outcome, RankWait, SCHEMA};
    use serde_json::json;

    fn sample() -> Report {
        let spec = RunSpec::defaults(MAIN, Device { cores: 2, seed: 1 });
        let exhibit = MAIN.name.to_owned();
        Report { schema: SCHEMA, exhibit, spec: Some(spec), ..Report::default() }
    }

    #[test]
    fn a_report_is_taken_as_it_is_and_marked() {
        let json = serde_json::to_value(sample()).unwrap();
        let expected = Report { origin: Origin::Imported, ..sample() };
        assert_eq!(report(&json), Ok(expected.clone()));
        let read = |text: &str| serde_json::from_str::<serde_json::Value>(text);
        let all = |json: serde_json::Value| {
            let parse = |text: &str| read(text).map_err(|error| error.to_string());
            file(&json.to_string(), parse).unwrap().reports
        };
        assert_eq!(all(json.clone()), vec![expected.clone()]);
        assert_eq!(all(json!([json, json])), vec![expected.clone(), expected]);
    }

    #[test]
    fn what_the_lab_did_not_write_is_refused_with_a_sentence() {
        #[track_caller]
        fn case(change: impl FnOnce(&mut serde_json::Value), part: &str) {
            let mut json = serde_json::to_value(sample()).unwrap();
            change(&mut json);
            let sentence = report(&json).unwrap_err().to_string();
            assert!(sentence.contains(part) && sentence.ends_with('.'), "{sentence}");
        }
        case(|json| json["schema"] = json!(SCHEMA + 1), "newer lab");
        // A newer report may have fields of other kinds.
        case(|json| *json = json!({ "schema": 9, "blocks": 7 }), "newer lab");
        case(|json| *json = json!({}), "no schema");
        case(|json| *json = json!(3), "not a report");
        case(|json| *json = json!({ "schema": SCHEMA, "blocks": 7 }), "not a report");
        case(|json| json["exhibit"] = json!("x"), "no exhibit");
        case(|json| drop(json.as_object_mut().unwrap().remove("spec")), "what was run");
    }

    #[test]
    fn what_no_run_can_have_made_is_refused_with_a_sentence() {
        #[track_caller]
        fn case(report: Report, part: &str) {
            let sentence = Refused::from(imported(report).unwrap_err()).to_string();
            assert!(sentence.contains(part) && sentence.ends_with('.'), "{sentence}");
        }
        case(Report { blocks: vec![Block::default(); 5_000], ..sample() }, "longer than any run");
        case(Report { warnings: vec!["x".repeat(9_999)], ..sample() }, "too long");
        case(Report { drift: Some(f64::NAN), ..sample() }, "numbers");
        let far = RankWait { who: 99, whom: 0 };
        let outcome = Some(Outcome::Deadlock { waits: vec![far] });
        case(Report { outcome, ..sample() }, "deadlock is out of range");
    }
}
