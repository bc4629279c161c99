//! Files, notebooks and recordings of schema 1: copies of what the lab wrote until November
//! 2026. They have to open for as long as there is a lab.
#![cfg(not(target_arch = "wasm32"))]

use std::collections::BTreeSet;

use fib_lab::exhibits::card::Measured;
use fib_lab::exhibits::{self, Card};
use fib_lab::measure::block::Estimate;
use fib_lab::measure::unit::Unit;
use fib_lab::notebook::{entries, import, score};
use fib_lab::picture;
use fib_lab::report::{LineKind, Outcome, RankWait, Report, SCHEMA, SeriesName};
use fib_lab::trace::Detail;
use serde_json::Value;

/// A file: its name, what stands in it, and what is read from it.
struct Old {
    name: String,
    json: Value,
    report: Report,
}

fn json(name: &str) -> Value {
    let file = format!("{}/tests/data/schema-1/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// Every file that holds a single report.
fn files() -> Vec<Old> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/schema-1");
    let entries = std::fs::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    let files: Vec<Old> = names
        .iter()
        .filter_map(|name| name.strip_suffix(".json"))
        .map(|name| (name.to_owned(), json(name)))
        .filter(|(_, json)| !json.is_array())
        .map(|(name, json)| {
            let report = import::report(&json).unwrap_or_else(|why| panic!("{name}: {why}"));
            Old { name, json, report }
        })
        .collect();
    assert_eq!(files.len(), 10);
    files
}

fn list<'a>(json: &'a Value, name: &str) -> &'a [Value] {
    json[name].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn card(old: &Old) -> &'static Card {
    exhibits::named(&old.report.exhibit).unwrap_or_else(|| panic!("{}: no exhibit", old.name))
}

/// The times in a block of schema 1.
fn columns(block: &Value) -> impl Iterator<Item = f64> {
    let fields = block.as_object().into_iter().flatten();
    fields.filter(|(name, _)| name.ends_with("_ms")).filter_map(|(_, ms)| ms.as_f64())
}

#[test]
fn every_file_opens_and_is_drawn() {
    for old in files() {
        assert_eq!((old.json["schema"].as_u64(), old.report.schema), (Some(1), SCHEMA));
        let drawn = picture::outcome(card(&old), &old.report, 640.0).into_string();
        assert!(drawn.contains("<svg "), "{} has a picture", old.name);
    }
}

#[test]
fn one_of_each_exhibit_that_wrote_such_files_is_kept() {
    // There will never be more of them: whatever moves in later writes schema 2 from the start.
    const WROTE: usize = 8;
    let exhibits: BTreeSet<String> = files().into_iter().map(|old| old.report.exhibit).collect();
    assert_eq!(exhibits.len(), WROTE, "{exhibits:?}");
}

#[test]
fn what_was_measured_is_all_there() {
    for Old { name, json, report } in files() {
        for (before, block) in list(&json, "blocks").iter().zip(&report.blocks) {
            for ms in columns(before) {
                assert!(block.ms.values().any(|new| *new == ms), "{name}: {ms} in {block:?}");
            }
        }
        let ratios = [
            ("speedup", &report.speedup),
            ("relative_speedup", &report.relative_speedup),
            ("work_overhead", &report.work_overhead),
        ];
        for (what, now) in ratios {
            let before: Option<Estimate> = serde_json::from_value(json[what].clone()).unwrap();
            assert_eq!(before, *now, "{name}: {what}");
        }
        for (answer, check) in list(&json, "results").iter().zip(&report.checks) {
            assert_eq!(answer["value"], *check.got, "{name}");
            assert_eq!(check.right, Some(true), "{name}");
        }
        let lengths = [
            ("results", report.checks.len()),
            ("trace", report.trace.len()),
            ("log", report.log.len()),
            ("rounds", report.rounds.len()),
            ("warnings", report.warnings.len()),
        ];
        for (what, now) in lengths {
            assert_eq!(list(&json, what).len(), now, "{name}: {what}");
        }
        // A series is a series again, or arms of the blocks.
        let before = list(&json, "series").iter().map(|series| list(series, "samples").len());
        let series = report.series.iter().map(|series| series.samples.len()).sum::<usize>();
        let in_columns = list(&json, "blocks").iter().flat_map(columns).count();
        let in_arms = report.blocks.iter().map(|block| block.ms.len()).sum::<usize>();
        assert_eq!(before.sum::<usize>(), series + in_arms - in_columns, "{name}");
    }
}

#[test]
fn every_label_and_every_name_is_understood() {
    let mut children = 0;
    for Old { name, report, .. } in files() {
        let known = |detail: &Detail| *detail != Detail::Unknown;
        assert!(report.trace.iter().all(|event| known(&event.detail)), "{name}");
        assert!(report.series.iter().all(|series| series.name != SeriesName::Unknown), "{name}");
        assert!(report.series.iter().all(|series| series.unit != Unit::Unknown), "{name}");
        let ids: Vec<u32> = report.trace.iter().map(|event| event.id).collect();
        assert_eq!(ids, (0..ids.len() as u32).collect::<Vec<_>>(), "{name}");
        let of = |kind| report.log.iter().filter(|line| line.kind == kind).count();
        assert_eq!(of(LineKind::Begins) * 5, of(LineKind::Works), "{name}");
        assert_eq!(of(LineKind::Begins), of(LineKind::Done), "{name}");
        children += of(LineKind::Begins);
    }
    assert_eq!(children, 5);
}

#[test]
fn figures_that_had_no_interval_get_one_from_their_blocks() {
    let mut measured = 0;
    for Old { name, json, report } in files() {
        let Some(before) = json["core_equivalents"].as_f64() else { continue };
        measured += 1;
        let kappa = report.core_equivalents.unwrap();
        assert!((kappa.median / before - 1.0).abs() < 1e-3, "{name}: {kappa:?}, not {before}");
        assert!(kappa.low < kappa.high && kappa.confidence > 0.95, "{name}: {kappa:?}");
        assert!(report.efficiency.is_some_and(|found| found.blocks > 6), "{name}");
        assert!(report.capacity_efficiency.is_some_and(|found| found.blocks > 6), "{name}");
        // The lost time was of one sample.
        let Some(lost) = report.lost_time else { continue };
        assert_eq!((lost.idle.blocks, lost.idle.confidence), (1, 0.0), "{name}");
        let parts = ["serial", "work_inflation", "idle", "overhead", "residual"];
        let ms = |part: &str| json["lost_time"][format!("{part}_ms")].as_f64().unwrap();
        let all_ms = parts.map(ms).iter().sum::<f64>();
        assert!((lost.idle.median - ms("idle") / all_ms).abs() < 1e-12, "{name}: {lost:?}");
    }
    assert_eq!(measured, 4);
}

#[test]
fn what_was_swept_in_blocks_is_arms_of_them() {
    let mut sweeps = 0;
    for old in files() {
        let Some(sweep) = (card(&old).sweep)(&old.report) else { continue };
        let Measured::Points(quantity) = sweep.measured else { continue };
        sweeps += 1;
        let points: Vec<_> = old.report.swept(quantity).collect();
        assert!(points.len() >= 6, "{}: {points:?}", old.name);
        for point in points {
            let series = list(&old.json, "series").iter();
            let own = series.filter(|series| series["x"].as_f64() == point.x);
            let mut medians = own.filter_map(|series| {
                let samples = list(series, "samples").iter().filter_map(Value::as_f64);
                fib_lab::measure::stats::median(&samples.collect::<Vec<_>>())
            });
            let kept = medians.any(|median| (median / point.median - 1.0).abs() < 1e-12);
            assert!(kept, "{}: {point:?}", old.name);
        }
    }
    assert_eq!(sweeps, 2);
}

#[test]
fn a_deadlock_has_its_waits_whichever_clock_was_ahead() {
    let old = json("deadlock");
    let outcome = |json: &Value| import::report(json).unwrap().outcome;
    let waits = [(0, 3), (2, 1), (3, 2)].map(|(who, whom)| RankWait { who, whom }).to_vec();
    assert_eq!(outcome(&old), Some(Outcome::Deadlock { waits }));
    // What a report itself says counts.
    let told = Some(Outcome::Deadlock { waits: vec![RankWait { who: 2, whom: -1 }] });
    let mut newer = old.clone();
    newer["outcome"] = serde_json::to_value(&told).unwrap();
    assert_eq!(outcome(&newer), told);
    let mut ended = old;
    ended["warnings"] = serde_json::json!([]);
    assert_eq!(outcome(&ended), None);
}

#[test]
fn a_saved_notebook_opens() {
    let old = json("notebook");
    let parse = |text: &str| serde_json::from_str::<Value>(text).map_err(|why| why.to_string());
    let reports = import::file(&old.to_string(), parse).unwrap().reports;
    assert_eq!(reports.len(), 2);
    for (report, before) in reports.iter().zip(old.as_array().unwrap()) {
        assert_eq!(before["exhibit"], *report.exhibit);
        // Predictions are scored by today's rule: within a wide interval they are open.
        let worth = score::score(report).map(|scored| scored.worth);
        let within = [Some(score::Worth::Hit), Some(score::Worth::Open)];
        assert!(within.contains(&worth), "{}: {worth:?}", report.exhibit);
    }
}

#[test]
fn what_a_browser_keeps_of_a_notebook_is_still_its_contents() {
    let mut contents = json("contents");
    // Something that is no run does not take the others with it.
    contents.as_array_mut().unwrap().push(serde_json::json!({ "id": 7 }));
    let entries = entries(&contents);
    let names: Vec<_> = entries.iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(names, ["at home", "five children"]);
    let kappa = entries[0].report.core_equivalents.as_ref().unwrap();
    assert!((kappa.median - 1.8734).abs() < 1e-9 && kappa.confidence == 0.0, "{kappa:?}");
    // Kept again, it is of today's schema, and stays what it is.
    let again = serde_json::to_value(&entries).unwrap();
    assert_eq!(fib_lab::notebook::entries(&again), entries);
}
