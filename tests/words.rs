//! No word is read by a program: every sentence of a report could be another one, and still
//! the same would be drawn, found and scored.
#![cfg(not(target_arch = "wasm32"))]

use std::path::Path;

use fib_lab::exhibits::{self, Card};
use fib_lab::notebook::score::score;
use fib_lab::params::Value as Parameter;
use fib_lab::picture;
use fib_lab::report::{Origin, Report, read};
use serde_json::Value;

/// Fields that hold words. Everything else that is text is an id, a name of an enum, a
/// number or a date.
const WORDS: [&str; 3] = ["text", "words", "warnings"];

/// Recorded runs, and files of schema 1 of kinds that are not recorded.
fn reports() -> Vec<(&'static Card, Report)> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = vec![project.join("tests/data/schema-1/deadlock.json")];
    for card in exhibits::cards() {
        let folder = project.join("src/exhibits").join(card.folder).join("recorded");
        files.extend(std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()));
    }
    files.sort();
    files.dedup();
    let report = |file: &std::path::PathBuf| {
        let json: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        let report = read::report(&json).unwrap_or_else(|why| panic!("{file:?}: {why}"));
        let card = exhibits::named(&report.exhibit).unwrap();
        let warnings = vec!["Deadlock: rank 0 waits for rank 1.".to_owned()];
        let mut report = Report { origin: Origin::Measured, warnings, ..report };
        // One of the exercises counts what the children say after one of them has died.
        if let Some(kill) = report.spec.as_mut().and_then(|spec| spec.values.get_mut("kill")) {
            *kill = Parameter::Whole(3);
        }
        (card, report)
    };
    files.iter().map(report).collect()
}

/// Other words of the same length, so that they take as much room.
fn reworded(text: &str) -> String {
    let other = |letter: char| match letter {
        'a'..='y' | 'A'..='Y' | '0'..='8' => char::from(letter as u8 + 1),
        'z' | 'Z' | '9' => char::from(letter as u8 - 1),
        '→' => '←',
        ':' => ';',
        letter => letter,
    };
    text.chars().map(other).collect()
}

/// Rewords every text in a field of words, at any depth.
fn reword(value: &mut Value, is_words: bool, count: &mut usize) {
    match value {
        Value::String(text) if is_words => {
            *text = reworded(text);
            *count += 1;
        }
        Value::Array(items) => items.iter_mut().for_each(|item| reword(item, is_words, count)),
        Value::Object(fields) => {
            for (name, field) in fields {
                reword(field, WORDS.contains(&name.as_str()), count);
            }
        }
        _ => {}
    }
}

/// What is drawn, without its words: the tags, their classes, places and sizes.
fn shape(markup: &str) -> Vec<String> {
    markup
        .split('<')
        .filter_map(|tag| tag.split_once('>'))
        .map(|(tag, _)| match tag.split_once("aria-label=\"") {
            Some((before, rest)) => {
                let after = rest.split_once('"').map_or("", |(_, after)| after);
                format!("{before}{after}")
            }
            None => tag.to_owned(),
        })
        .collect()
}

#[test]
fn every_sentence_can_be_another_one() {
    let (mut words, mut found) = (0, 0);
    for (card, report) in reports() {
        let mut json = serde_json::to_value(&report).unwrap();
        reword(&mut json, false, &mut words);
        let other: Report = serde_json::from_value(json).unwrap();
        assert_ne!(report, other, "{}", card.name);
        let name = card.name;
        for width in [320.0, 1280.0] {
            let [before, after] = [&report, &other]
                .map(|report| shape(&picture::outcome(card, report, width).into_string()));
            for (before, after) in before.iter().zip(&after) {
                assert_eq!(before, after, "{name} at {width}");
            }
            assert_eq!(before.len(), after.len(), "{name} at {width}");
        }
        assert_eq!((card.why)(&report), (card.why)(&other), "{name}");
        assert_eq!((card.headline)(&report), (card.headline)(&other), "{name}");
        assert_eq!(score(&report), score(&other), "{name}");
        for exercise in card.exercises {
            let [before, after] = [&report, &other].map(|run| exercise(std::slice::from_ref(run)));
            assert_eq!(before, after, "{name}");
            found += usize::from(before.is_some());
        }
    }
    assert!(words > 60 && found > 5, "{words} texts, {found} exercises");
}
