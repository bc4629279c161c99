//! Runs side by side: a row for everything that tells them apart or that they found.

use super::Entry;
use crate::exhibits;
use crate::measure::block::{Estimate, Verdict};
use crate::measure::stats::LEAST_FOR_VERDICT;
use crate::measure::two_samples;
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

/// The least coverage of the interval of a ratio of two runs.
const COVERAGE: f64 = 0.95;
/// What no comparison of two runs can see.
const BEYOND: &str = "Runs differ beyond their blocks, as each start of the engines may: run both \
                      again, or over several starts, before you conclude.";

/// Which of two runs has the larger speed-up, by the interval of the ratio between them; that
/// two intervals overlap says nothing of it.
pub fn sentence(entries: &[&Entry]) -> Option<String> {
    let [first, second] = entries else { return None };
    first.report.speedup.as_ref().and(second.report.speedup.as_ref())?;
    let (a, b) = (first.speedups.as_slice(), second.speedups.as_slice());
    let fewer = a.len().min(b.len());
    if fewer == 0 {
        return Some(
            "One of the two was kept without its samples, so there is nothing to compare: make it \
             again, or open its file."
                .to_owned(),
        );
    }
    if fewer < LEAST_FOR_VERDICT {
        return Some(format!(
            "One of the two has only {fewer} units, which are blocks or starts of the engines: from \
             fewer than {LEAST_FOR_VERDICT} nothing is concluded."
        ));
    }
    let ratio = two_samples::ratio(a, b, COVERAGE)?;
    Some(match ratio.verdict()? {
        Verdict::Faster => larger(first, second, &ratio),
        Verdict::Slower => {
            let turned = two_samples::ratio(b, a, COVERAGE)?;
            larger(second, first, &turned)
        }
        Verdict::NoDifference => {
            let seed = first.report.seed ^ second.report.seed;
            let smallest = two_samples::smallest_ratio(a, b, COVERAGE, seed)?;
            format!(
                "No measurable difference between the two speed-ups: their ratio lies between {:.3} \
                 and {:.3} ({:.1} % confidence). One of {smallest:.2} times would most likely have been \
                 seen. {BEYOND}",
                ratio.low,
                ratio.high,
                ratio.confidence * 100.0
            )
        }
    })
}

fn larger(more: &Entry, less: &Entry, ratio: &Estimate) -> String {
    format!(
        "“{}” has the larger speed-up than “{}”: {:.2} times, between {:.3} and {:.3} ({:.1} % \
         confidence, from the ratios of all pairs). {BEYOND}",
        more.name,
        less.name,
        ratio.median,
        ratio.low,
        ratio.high,
        ratio.confidence * 100.0
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::block::{Arm, Block, Role};
    use crate::measure::stats::estimate;
    use crate::params::{Device, RunSpec};
    use crate::report::Report;

    fn entry(workers: &str, speedups: &[f64]) -> Entry {
        let exhibit = exhibits::MAIN;
        let mut spec = RunSpec::defaults(exhibit, Device { cores: 4, seed: 1 });
        spec.set(exhibit, "workers", workers).unwrap();
        let block = |s: &f64| Block::from([("serial", 100.0 * s), ("parallel", 100.0)]);
        let report = Report {
            spec: Some(spec),
            arms: [Role::Serial, Role::Parallel].map(Arm::only).to_vec(),
            blocks: speedups.iter().map(block).collect(),
            speedup: estimate(speedups, 0.95),
            exhibit: exhibit.name.to_owned(),
            ..Report::default()
        };
        Entry { name: format!("{workers} workers"), ..Entry::of(&report) }
    }

    #[test]
    fn only_parameters_that_differ_are_rows() {
        let two = entry("2", &[1.8, 1.84, 1.85, 1.85, 1.86, 1.9]);
        let four = entry("4", &[2.2, 2.3, 2.3, 2.3, 2.3, 2.4]);
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
    fn two_runs_are_told_apart_whose_intervals_overlap() {
        // Twelve blocks each, six per cent apart, with a noise of about four.
        let noise = [-0.07, -0.05, -0.03, -0.02, -0.01, 0.0, 0.0, 0.01, 0.02, 0.03, 0.05, 0.07];
        let of = |middle: f64| noise.map(|by| middle * (1.0 + by));
        let (two, four) = (entry("2", &of(1.8)), entry("4", &of(1.908)));
        let interval = |entry: &Entry| entry.report.speedup.clone().unwrap();
        assert!(interval(&two).high > interval(&four).low, "they overlap");
        for pair in [[&two, &four], [&four, &two]] {
            let said = sentence(&pair).unwrap();
            assert!(said.starts_with("“4 workers” has the larger"), "{said}");
            assert!(said.contains("1.06 times") && said.contains("beyond their blocks"), "{said}");
        }
    }

    #[test]
    fn where_nothing_is_told_the_smallest_difference_is() {
        let noise = [0.0, 0.01, -0.01, 0.005, -0.005, 0.0, 0.008, -0.008];
        let of = |middle: f64| noise.map(|by| middle * (1.0 + by));
        let said = sentence(&[&entry("2", &of(1.8)), &entry("4", &of(1.805))]).unwrap();
        assert!(said.starts_with("No measurable difference"), "{said}");
        assert!(said.contains("One of 1.02 times would most likely have been seen"), "{said}");
        let few = sentence(&[&entry("2", &of(1.8)), &entry("4", &[1.9; 5])]).unwrap();
        assert!(few.contains("only 5 units"), "{few}");
        assert_eq!(sentence(&[&entry("2", &of(1.8))]), None);
    }
}
