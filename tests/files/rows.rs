//! Each fault that was seen in a real browser, made as it was made there.

use fib_lab::exhibits;
use fib_lab::report::sheet::Style;
use fib_lab::report::{Report, csv};
use serde_json::{Value, json};

use super::{assert_opens_again, draw, open, opened, recorded, recorded_with, seeds};

/// Why the only report of a file is refused.
#[track_caller]
fn refused(json: &Value) -> String {
    let sentence = match open(&json.to_string()) {
        Ok(opened) => {
            assert_eq!(opened.reports, []);
            opened.trouble().expect("a reason")
        }
        Err(why) => why.to_string(),
    };
    assert!(sentence.ends_with('.') && sentence.len() < 400, "{sentence}");
    sentence
}

#[test]
fn a_report_of_very_many_children_is_refused_with_what_is_allowed() {
    for children in [4_000_000_000u64, 30_000_000, 17, 0] {
        let mut json = recorded_with("children");
        json["spec"]["children"] = json!(children);
        let sentence = refused(&json);
        assert!(sentence.contains("allowed is a whole number from 1 to 16"), "{sentence}");
    }
    let mut json = recorded_with("children");
    json["spec"]["children"] = json!(16);
    draw(&opened(&json));
}

#[test]
fn every_parameter_of_every_exhibit_is_held_to_its_own_check() {
    let hostile =
        [json!(-1), json!(1e300), json!(9_007_199_254_740_992u64), json!("x"), json!([0])];
    for card in exhibits::cards() {
        for parameter in card.parameters() {
            for value in &hostile {
                let mut json = recorded(card.name);
                json["spec"][parameter.name] = value.clone();
                let sentence = refused(&json);
                assert!(sentence.contains(parameter.name), "{sentence}");
            }
        }
        // What this build does not know is nothing that it draws by.
        let mut json = recorded(card.name);
        json["spec"]["newer"] = json!(1e300);
        assert_eq!(opened(&json), opened(&recorded(card.name)));
        json["spec"]["exhibit"] = json!("another");
        assert!(refused(&json).contains("what was run"));
    }
}

#[test]
fn series_of_absurd_samples_are_refused_and_harmless() {
    for sample in [1e300, -1e300, 9_007_199_254_740_992.0] {
        let mut json = recorded_with("children");
        for series in json["series"].as_array_mut().expect("series") {
            series["samples"] = json!([sample, sample]);
        }
        assert!(refused(&json).contains("numbers"));
        // A report that an older page has kept is drawn without that check.
        let report: Report = serde_json::from_value(json).expect("a report");
        draw(&report);
    }
}

#[test]
fn a_share_below_nothing_and_ends_beyond_all_numbers_are_refused_and_harmless() {
    let mut json = recorded_with("holds");
    json["spec"]["held"] = json!(-1);
    assert!(refused(&json).contains("held is “-1”"));
    draw(&serde_json::from_value(json).expect("a report"));
    for end in [9_007_199_254_740_992.0, 1e300, f64::MAX] {
        let mut json = recorded_with("interval_ms");
        for event in json["trace"].as_array_mut().expect("a trace") {
            event["end_ms"] = json!(end);
        }
        assert!(refused(&json).contains("numbers"));
        draw(&serde_json::from_value(json).expect("a report"));
    }
}

#[test]
fn twenty_thousand_brackets_are_refused_in_words() {
    for text in ["[".repeat(20_000), "{\"a\":".repeat(20_000), format!("[1,{}", "[".repeat(99))] {
        let sentence = open(&text).expect_err("no report").to_string();
        assert_eq!(sentence, "This is not a report of the lab: it is nested too deep.");
    }
}

#[test]
fn a_list_in_which_one_of_three_is_bad_opens_the_others_and_names_it() {
    let good = recorded_with("tasks");
    let mut bad = good.clone();
    bad["spec"]["workers"] = json!(65);
    let opened = open(&json!([good, bad, good]).to_string()).expect("a list");
    assert_eq!(opened.reports.len(), 2);
    let sentence = opened.trouble().expect("a reason");
    assert!(sentence.starts_with("2 of 3 reports were opened. Report 2 was not: "), "{sentence}");
    assert!(sentence.contains("workers is “65”"), "{sentence}");
    let many = json!(vec![json!(3); 50]);
    let sentence = open(&many.to_string()).expect("a list").trouble().expect("a reason");
    assert!(sentence.len() < 400 && sentence.contains(" and more."), "{sentence}");
    let too_many = json!(vec![json!(3); 1_001]);
    assert!(refused(&too_many).contains("at most 1000"));
}

#[test]
fn a_list_that_no_run_makes_is_refused_before_it_is_read() {
    for (parameter, list, item) in [
        ("interval_ms", "trace", json!({})),
        ("interval_ms", "blocks", json!({})),
        ("interval_ms", "warnings", json!(7)),
        ("children", "series", json!(null)),
        ("children", "log", json!(null)),
    ] {
        let mut json = recorded_with(parameter);
        // What is in it would be no report: nobody has looked.
        json[list] = json!(vec![item; 60_000]);
        assert!(refused(&json).contains("longer than any run"), "{list}");
    }
}

#[test]
fn every_file_that_is_kept_opens_and_opens_again() {
    for (name, json) in seeds() {
        if name.ends_with("contents.json") {
            continue;
        }
        let opened = open(&json.to_string()).unwrap_or_else(|why| panic!("{name}: {why}"));
        assert_eq!(opened.trouble(), None, "{name}");
        for report in &opened.reports {
            draw(report);
            assert_opens_again(report);
        }
    }
}

#[test]
fn every_sample_of_every_run_has_a_row() {
    for (name, json) in seeds() {
        let Ok(found) = open(&json.to_string()) else { panic!("{name}") };
        for report in &found.reports {
            let rows = csv::samples(report, Style::Point);
            let in_blocks: usize = report.blocks.iter().map(|block| block.ms.len()).sum();
            let in_series: usize = report.series.iter().map(|series| series.samples.len()).sum();
            let counts: usize = report.counts.iter().map(|counted| counted.samples.len()).sum();
            // The heading alone says nothing. A deadlock has only its start.
            assert!(in_blocks + in_series > 0, "{name}");
            assert_eq!(rows.lines().count(), 1 + in_blocks + in_series + counts, "{name}");
            let cells = |row: &str| row.split(',').count();
            assert!(rows.lines().all(|row| cells(row) == cells("n,r,x,s,p,v,u,s,t")), "{name}");
            // Where the comma is the decimal sign, the same cells with the same numbers.
            let comma = csv::samples(report, Style::Comma);
            let back = comma.replace(',', ".").replace(';', ",");
            assert_eq!(back, rows, "{name}");
        }
    }
}
