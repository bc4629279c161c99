//! The files of a whole class, natively: how much work they are for what reads and counts them.

use std::time::{Duration, Instant};

use fib_lab::exhibits::MAIN;
use fib_lab::notebook::class::Class;
use fib_lab::notebook::class_sheet::sheet;
use fib_lab::notebook::import;
use fib_lab::report::sheet::Style;
use serde_json::{Value, json};

use crate::seeds::seeds;

const FILES: usize = 200;
const BYTES: usize = 60_000;
/// Unoptimised and on a machine that others use, it takes 2 s; what grows with the square of the
/// files takes longer than this.
const MOST: Duration = Duration::from_secs(30);

/// The recorded run of the main exhibit as that of somebody else, as long as this.
fn file(recorded: &Value, at: usize) -> String {
    let mut own = recorded.clone();
    own["started_at"] = json!(format!("2026-11-30T10:00:00.{at:03}Z"));
    let blocks = own["blocks"].as_array().unwrap().clone();
    let times = BYTES / json!(blocks).to_string().len() + 1;
    own["blocks"] = blocks.iter().cycle().take(blocks.len() * times).cloned().collect();
    own.to_string()
}

#[test]
fn two_hundred_files_are_read_and_counted() {
    let name = format!("/recorded/{}.json", MAIN.name);
    let (_, recorded) =
        seeds().into_iter().find(|(path, _)| path.replace('\\', "/").ends_with(&name)).unwrap();
    let files: Vec<String> = (0..FILES).map(|at| file(&recorded, at)).collect();
    assert!(files.iter().all(|file| file.len() > BYTES));
    let parse = |text: &str| serde_json::from_str::<Value>(text).map_err(|why| why.to_string());
    let began = Instant::now();
    let mut class = Class::default();
    // Each file twice: the second time its run is there already.
    for (at, file) in files.iter().chain(&files).enumerate() {
        let opened = import::file(file, parse).map_err(|why| why.to_string());
        let verdict = class.take("a.json", opened);
        let expected = if at < FILES { (1, 0) } else { (0, 1) };
        assert_eq!((verdict.taken, verdict.known), expected, "{}", verdict.sentence());
    }
    assert_eq!(sheet(&class, Style::Point).lines().count(), FILES + 1);
    assert!(began.elapsed() < MOST, "{:?}", began.elapsed());
}
