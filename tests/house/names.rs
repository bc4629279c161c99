//! Who names an exhibit: nobody but its own folder and the registry.
//!
//! An exhibit is named by the path of its module, however that is reached, and by its id:
//! quoted, as a place in the page, or in an address. What is told to readers may name it:
//! lessons, answers, and the pages that are all text.

use std::collections::BTreeSet;

use fib_lab::measure::point::Quantity;

use super::modules::arrows;

/// The file that lists all exhibits, one line each.
const REGISTRY: &str = "src/exhibits/mod.rs";
/// They compare certain exhibits with other programs; that is what they are for.
const BENCHMARKS: [&str; 5] = [
    "src/host/bench.rs",
    "src/host/bench_counter.rs",
    "src/host/bench_instrument.rs",
    "src/host/bench_joins.rs",
    "src/host/compare.rs",
];

/// An exhibit: its id, and its folder in `src/exhibits/`.
pub type Exhibit<'a> = (&'a str, &'a str);

/// Every place outside its folder where these files, each given as its path and its text,
/// name an exhibit: the file, and the name as it stands there. Folders without an exhibit of
/// their own are what some exhibits share.
pub fn namings(
    files: &[(String, String)],
    exhibits: &[Exhibit],
    folders: &[&str],
) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    let exempt = |file: &str| {
        let told = file.starts_with("src/exhibits/") || file.starts_with("www/pages/");
        file == REGISTRY || (told && file.ends_with(".html")) || BENCHMARKS.contains(&file)
    };
    let rust: Vec<(String, String)> = files
        .iter()
        .filter(|(file, _)| file.ends_with(".rs"))
        .map(|(file, text)| (file.trim_start_matches("src/").to_owned(), text.clone()))
        .collect();
    for arrow in arrows(&rust) {
        let from = full(&arrow.from);
        let Some(of) = folder(&full(&arrow.to)).map(str::to_owned) else { continue };
        let shared = !exhibits.iter().any(|(_, folder)| *folder == of);
        let at_home = folder(&from).is_some_and(|own| own == of || shared);
        if !exempt(&from) && !at_home {
            found.insert((from, format!("exhibits::{of}")));
        }
    }
    for (file, text) in files.iter().filter(|(file, _)| !exempt(file)) {
        let own = folder(file);
        for name in folders.iter().filter(|name| own != Some(**name)) {
            // Examples in the documentation are read by this.
            let path = format!("exhibits::{name}");
            let shared = own.is_some() && !exhibits.iter().any(|(_, folder)| folder == name);
            if !shared && stands_in(text, &path) {
                found.insert((file.clone(), path));
            }
        }
        for (id, _) in exhibits.iter().filter(|(_, folder)| own != Some(*folder)) {
            for naming in [
                format!("\"{id}\""),
                format!("'{id}'"),
                format!("#{id}"),
                format!("exhibit={id}"),
                format!("exhibit=\"{id}"),
                format!("{id}.html"),
            ] {
                let is_quoted = naming.starts_with(['"', '\'']);
                if stands_in(text, &naming) && !(is_quoted && is_a_quantity(id)) {
                    found.insert((file.clone(), naming));
                }
            }
        }
    }
    found
}

/// Whether reports have this word too, for a quantity: quoted, it names that.
fn is_a_quantity(id: &str) -> bool {
    let quantity = serde_json::from_value::<Quantity>(id.into());
    quantity.is_ok_and(|quantity| quantity != Quantity::Unknown)
}

/// Programs that test from outside lie beside `src/`; everything else is named from there.
fn full(file: &str) -> String {
    if file.starts_with("tests/") { file.to_owned() } else { format!("src/{file}") }
}

/// The folder of the exhibit that a file belongs to.
fn folder(file: &str) -> Option<&str> {
    Some(file.strip_prefix("src/exhibits/")?.split_once('/')?.0)
}

/// Whether these words stand in the text and are not a part of longer ones, other than of
/// `data-exhibit`.
fn stands_in(text: &str, words: &str) -> bool {
    let goes_on = |letter: char| letter.is_alphanumeric() || letter == '-' || letter == '_';
    let is_word = |letter: Option<char>| letter.is_some_and(goes_on);
    text.match_indices(words).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + words.len()..].chars().next();
        let starts =
            words.starts_with("exhibit=") || !is_word(words.chars().next()) || !is_word(before);
        let ends = !is_word(words.chars().next_back()) || !is_word(after);
        starts && ends
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXHIBITS: [Exhibit; 2] = [("ring", "ring"), ("two-locks", "locks_of_two")];
    const FOLDERS: [&str; 3] = ["ring", "locks_of_two", "shared"];

    /// The names that a made-up file uses beside some exhibits.
    #[track_caller]
    fn case(file: &str, text: &str, names: &[&str]) {
        let files = [
            ("src/lib.rs", "pub mod exhibits;"),
            ("src/exhibits/mod.rs", "pub mod ring; pub use ring::Ring; pub mod card;"),
            ("src/exhibits/card.rs", "pub struct Card;"),
            ("src/exhibits/ring/mod.rs", "pub struct Ring; pub const NAME: &str = \"ring\";"),
            ("src/exhibits/shared/mod.rs", "pub struct Shared;"),
            ("src/exhibits/locks_of_two/mod.rs", "use crate::exhibits::shared::Shared;"),
            (file, text),
        ];
        let files = files.map(|(file, text)| (file.to_owned(), text.to_owned()));
        let found = namings(&files, &EXHIBITS, &FOLDERS);
        let found: Vec<(&str, &str)> = found.iter().map(|(a, b)| (&**a, &**b)).collect();
        let expected: Vec<_> = names.iter().map(|name| (file, *name)).collect();
        assert_eq!(found, expected, "{file}: {text}");
    }

    #[test]
    fn a_module_is_named_however_it_is_reached() {
        case("src/host/a.rs", "use crate::exhibits::ring::Ring;", &["exhibits::ring"]);
        case("src/host/a.rs", "use crate::exhibits::{card::Card, Ring};", &["exhibits::ring"]);
        case(
            "src/host/a.rs",
            "use crate::exhibits; fn f() { exhibits::ring::x() }",
            &["exhibits::ring"],
        );
        case(
            "tests/a.rs",
            "use fib_lab::exhibits::{self, ring}; fn f() { ring::x() }",
            &["exhibits::ring"],
        );
        case("src/host/a.rs", "/// use fib_lab::exhibits::ring::Ring;", &["exhibits::ring"]);
        case(
            "src/exhibits/locks_of_two/run.rs",
            "use super::super::ring::Ring;",
            &["exhibits::ring"],
        );
        case("src/host/a.rs", "use crate::exhibits::shared::Shared;", &["exhibits::shared"]);
    }

    #[test]
    fn an_id_is_named_quoted_as_a_place_and_in_an_address() {
        case("src/host/a.rs", "const A: &str = \"ring\";", &["\"ring\""]);
        case("www/a.js", "open('?exhibit=ring&run=1')", &["exhibit=ring"]);
        case("www/a.css", "#ring, #two-locks > p {}", &["#ring", "#two-locks"]);
        case("www/a.html", "<div data-exhibit=\"ring\">", &["\"ring\"", "exhibit=\"ring"]);
        case("tests/a.rs", "const A: &str = \"[data-exhibit=ring]\";", &["exhibit=ring"]);
        case("www/a.html", "<a href=\"two-locks.html?workers=2\">", &["two-locks.html"]);
    }

    #[test]
    fn at_home_in_the_registry_in_lessons_and_in_benchmarks_it_may_be_named() {
        case("src/exhibits/ring/run.rs", "use super::Ring; const A: &str = \"#ring\";", &[]);
        case("src/exhibits/ring/run.rs", "use crate::exhibits::shared::Shared;", &[]);
        case("src/exhibits/locks_of_two/lesson.html", "As in <a href=\"#ring\">the ring</a>", &[]);
        case("src/host/bench.rs", "use crate::exhibits::ring::Ring;", &[]);
    }

    #[test]
    fn the_word_of_a_quantity_is_no_name_but_its_page_is() {
        let exhibits = [("efficiency", "efficiency")];
        let text = "const A: [&str; 2] = [\"efficiency\", \"efficiency.html\"];";
        let files = [("src/host/a.rs".to_owned(), text.to_owned())];
        let found = namings(&files, &exhibits, &["efficiency"]);
        let found: Vec<&str> = found.iter().map(|(_, name)| &**name).collect();
        assert_eq!(found, ["efficiency.html"]);
    }

    #[test]
    fn parts_of_longer_words_and_prose_are_no_names() {
        case("www/a.css", "#ring-finger, #rings, .ring { color: red }", &[]);
        case(
            "src/host/a.rs",
            "// A ring of exhibits::rings.\nuse crate::exhibits::card::Card;",
            &[],
        );
    }
}
