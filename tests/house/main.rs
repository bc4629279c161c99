//! The house of the code: who may use whom, and who may name an exhibit.
#![cfg(not(target_arch = "wasm32"))]

mod floors;
mod modules;
mod names;
mod repository;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use fib_lab::exhibits::cards;

use self::modules::Arrow;

/// Files in the folders of exhibits that are part of the tests.
const OWN_TESTS: [&str; 3] = ["/end_to_end.rs", "/cpython.rs", "/both_ways.rs"];

/// Every file below a folder of the project whose name ends in one of these ways: its path
/// from there, and its text.
fn files(folder: &str, endings: &[&str]) -> Vec<(String, String)> {
    fn collect(folder: &Path, prefix: &str, endings: &[&str], files: &mut Vec<(String, String)>) {
        let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(Result::unwrap).collect();
        entries.sort_by_key(|entry| entry.file_name());
        for entry in entries {
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.file_type().unwrap().is_dir() {
                collect(&entry.path(), &format!("{name}/"), endings, files);
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                files.push((name, fs::read_to_string(entry.path()).unwrap()));
            }
        }
    }
    let mut files = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    collect(&root, "", endings, &mut files);
    files
}

/// A list of what is still to go: a line each, two parts with two spaces in between. Lines
/// may be taken away, never added.
fn still(list: &str) -> BTreeSet<(String, String)> {
    let lines = list.lines().filter(|line| !line.starts_with("//") && !line.is_empty());
    let pair = |line: &str| {
        let parts = line.split_once("  ");
        let (a, b) = parts.unwrap_or_else(|| panic!("two parts with two spaces: {line}"));
        (a.trim().to_owned(), b.trim().to_owned())
    };
    lines.map(pair).collect()
}

#[test]
fn arrows_point_down_and_never_in_a_circle() {
    let known = still(include_str!("still_wrong.txt"));
    let known = known.into_iter().map(|(from, to)| Arrow { from, to }).collect();
    let mut sources = files("src", &[".rs"]);
    // The tests of one exhibit lie in its folder, but belong to the tests.
    sources.retain(|(file, _)| !OWN_TESTS.iter().any(|test| file.ends_with(test)));
    let breaches = floors::breaches(&sources, &known);
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}

#[test]
fn an_exhibit_is_named_in_its_folder_and_in_the_registry_only() {
    let mut all = Vec::new();
    for folder in ["src", "tests", "www"] {
        let below = files(folder, &[".rs", ".js", ".css", ".html"]).into_iter();
        all.extend(below.map(|(file, text)| (format!("{folder}/{file}"), text)));
    }
    let shell = Path::new(env!("CARGO_MANIFEST_DIR")).join("Index.html");
    all.push(("Index.html".to_owned(), fs::read_to_string(shell).unwrap()));
    // This test is made of such names.
    all.retain(|(file, _)| !file.starts_with("tests/house/"));
    let exhibits: Vec<_> = cards().map(|card| (card.name, card.folder)).collect();
    let folder = |file: &str| {
        let (folder, _) = file.strip_prefix("src/exhibits/")?.split_once('/')?;
        Some(folder.to_owned())
    };
    let folders: BTreeSet<String> = all.iter().filter_map(|(file, _)| folder(file)).collect();
    let folders: Vec<&str> = folders.iter().map(String::as_str).collect();
    let found = names::namings(&all, &exhibits, &folders);

    let known = still(include_str!("still_named.txt"));
    let told = |what: &str, (file, name): &(String, String)| format!("{what}: {file}  {name}");
    let new = found.difference(&known).map(|pair| told("an exhibit is named", pair));
    let gone = known.difference(&found).map(|pair| told("no longer, take it off the list", pair));
    let told: Vec<String> = new.chain(gone).collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
}
