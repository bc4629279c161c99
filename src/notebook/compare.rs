//! Runs side by side: a row for everything that tells them apart or that they found.

use super::Entry;
use crate::exhibits;
use crate::measure::block::Estimate;
use crate::measure::unit::Unit;
use crate::report::Origin;
use crate::report::browser::short_name;

/// So many runs fit side by side.
pub const MOST: usize = 4;

/// What is compared, and its value for each run; an empty value does not apply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What it is.
    pub what: String,
    /// One value per run.
    pub values: Vec<String>,
}

/// The rows for these runs: where they ran, each parameter that not all have in common,
/// what they have in common, and the figures.
pub fn rows(entries: &[&Entry]) -> Vec<Row> {
    let row = |what: &str, value: &dyn Fn(&Entry) -> String| Row {
        what: what.to_owned(),
        values: entries.iter().map(|entry| value(entry)).collect(),
    };
    let number = |value: Option<f64>| value.map_or(String::new(), |value| format!("{value:.2}"));
    let interval = |estimate: &Option<Estimate>| match estimate {
        // Of an old report, or of a single block.
        Some(Estimate { median, blocks: 0 | 1, .. }) => format!("{median:.2}"),
        Some(Estimate { median, low, high, .. }) => format!("{median:.2} ({low:.2} to {high:.2})"),
        None => String::new(),
    };
    let mut rows = vec![
        row("Exhibit", &|entry| entry.report.exhibit.clone()),
        row("When", &|entry| {
            let stamp = entry.report.started_at.get(..16).unwrap_or_default().replace('T', " ");
            match entry.report.origin {
                Origin::Measured => stamp,
                _ => format!("{stamp}, {}", entry.source().unwrap_or_default()),
            }
        }),
        row("Browser", &|entry| short_name(&entry.report.environment.user_agent)),
        row("Claimed cores", &|entry| entry.report.environment.hardware_concurrency.to_string()),
    ];
    rows.extend(parameters(entries));
    rows.push(row("Speed-up (interval)", &|entry| interval(&entry.report.speedup)));
    rows.push(row("Relative speed-up", &|entry| interval(&entry.report.relative_speedup)));
    rows.push(row("Ideal", &|entry| number(entry.report.ideal.as_ref().map(|i| i.speedup))));
    rows.push(row("Core-equivalents κ", &|entry| interval(&entry.report.core_equivalents)));
    rows.push(row("Efficiency", &|entry| interval(&entry.report.efficiency)));
    rows.push(row("Capacity efficiency", &|entry| interval(&entry.report.capacity_efficiency)));
    rows.push(row("Predicted", &|entry| {
        let prediction = entry.report.prediction.as_ref();
        prediction.map_or(String::new(), |one| match one.unit {
            Unit::Ms => format!("{} ms", one.value),
            Unit::Percent => format!("{} %", one.value),
            _ => one.value.to_string(),
        })
    }));
    rows.retain(|row| row.values.iter().any(|value| !value.is_empty()));
    rows
}

/// Every parameter in which the runs differ; those in which all agree say nothing here.
fn parameters(entries: &[&Entry]) -> Vec<Row> {
    let mut names: Vec<(&str, &str)> = Vec::new();
    for entry in entries {
        let exhibit = exhibits::named(&entry.report.exhibit);
        let own = exhibit.into_iter().flat_map(|exhibit| exhibit.parameters());
        for parameter in own.filter(|parameter| parameter.name != "seed") {
            if !names.iter().any(|(name, _)| *name == parameter.name) {
                names.push((parameter.name, parameter.label));
            }
        }
    }
    let value = |entry: &Entry, name: &str| {
        let spec = entry.report.spec.as_ref();
        spec.and_then(|spec| spec.values.get(name)).map_or(String::new(), ToString::to_string)
    };
    let rows = names.into_iter().map(|(name, label)| Row {
        what: label.to_owned(),
        values: entries.iter().map(|entry| value(entry, name)).collect(),
    });
    rows.filter(|row| row.values.windows(2).any(|pair| pair[0] != pair[1])).collect()
}

/// Whether the intervals of two speed-ups allow one to say which run gained more.
pub fn sentence(entries: &[&Entry]) -> Option<String> {
    let [first, second] = entries else { return None };
    let (a, b) = (first.report.speedup.as_ref()?, second.report.speedup.as_ref()?);
    Some(if a.low > b.high || b.low > a.high {
        let (more, less) = if a.low > b.high { (first, second) } else { (second, first) };
        format!(
            "“{}” has the larger speed-up than “{}”: their intervals do not meet.",
            more.name, less.name
        )
    } else {
        "The intervals of the two speed-ups meet, so these runs do not tell which is larger."
            .to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params::{Device, RunSpec};
    use crate::report::Report;

    fn entry(workers: &str, low: f64, high: f64) -> Entry {
        let exhibit = exhibits::MAIN;
        let mut spec = RunSpec::defaults(exhibit, Device { cores: 4, seed: 1 });
        spec.set(exhibit, "workers", workers).unwrap();
        let median = (low + high) / 2.0;
        let speedup = Some(Estimate { median, low, high, confidence: 0.97, blocks: 6 });
        let exhibit = exhibit.name.to_owned();
        let report = Report { spec: Some(spec), speedup, exhibit, ..Report::default() };
        Entry { name: format!("{workers} workers"), ..Entry::of(&report) }
    }

    #[test]
    fn only_parameters_that_differ_are_rows() {
        let (two, four) = (entry("2", 1.8, 1.9), entry("4", 2.2, 2.4));
        let rows = rows(&[&two, &four]);
        let row = |what: &str| rows.iter().find(|row| row.what == what);
        assert_eq!(
            row("Workers").map(|row| row.values.as_slice()),
            Some(&["2".into(), "4".into()][..])
        );
        assert_eq!(row("Tasks"), None);
        assert_eq!(row("Efficiency"), None, "nobody has one");
        assert_eq!(row("Speed-up (interval)").unwrap().values[0], "1.85 (1.80 to 1.90)");
    }

    #[test]
    fn a_difference_is_named_only_if_the_intervals_do_not_meet() {
        let (two, four, near) = (entry("2", 1.8, 1.9), entry("4", 2.2, 2.4), entry("3", 1.9, 2.3));
        assert!(sentence(&[&two, &four]).unwrap().starts_with("“4 workers” has the larger"));
        assert!(sentence(&[&four, &near]).unwrap().contains("do not tell"));
        assert_eq!(sentence(&[&two]), None);
    }
}
