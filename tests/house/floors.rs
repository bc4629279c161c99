//! The floors of the house: who may use whom.
//!
//! An arrow points down, or to a neighbour on the same floor, never up and never in a
//! circle, neither of files nor of rooms.

use std::collections::{BTreeMap, BTreeSet};

use super::modules::{Arrow, arrows};

/// The rooms of each floor, the lowest first. A room is a folder or a file of `src/`.
const FLOORS: [&[&str]; 9] = [
    &["trace", "fib", "sort"],
    &["measure", "theory", "params", "scheduler"],
    &["report", "interpreter"],
    &["runtime", "analysis", "python"],
    &["exhibits"],
    &["roles", "notebook"],
    &["picture"],
    &["host", "page"],
    &["bin", "lib"],
];

/// The room of a file, and its floor.
fn room(file: &str) -> Result<(&str, usize), String> {
    let room = file.split('/').next().unwrap_or_default().trim_end_matches(".rs");
    let floor = FLOORS.iter().position(|rooms| rooms.contains(&room));
    floor.map(|floor| (room, floor + 1)).ok_or_else(|| format!("{file} has no floor"))
}

/// What is wrong with these files, a sentence each. Arrows of `known` are still to go and are
/// not counted; one that is gone or right by now is wrong in this list.
pub fn breaches(files: &[(String, String)], known: &BTreeSet<Arrow>) -> Vec<String> {
    let all = arrows(files);
    let mut breaches: Vec<String> = files.iter().filter_map(|(file, _)| room(file).err()).collect();
    breaches.extend(wrong(all.iter().filter(|arrow| !known.contains(arrow))));
    for arrow in known {
        let others = all.iter().filter(|other| *other == arrow || !known.contains(other));
        let is_wrong = wrong(others).len() > breaches.len();
        if !all.contains(arrow) || (breaches.is_empty() && !is_wrong) {
            breaches.push(format!("no longer wrong, take it off the list: {arrow}"));
        }
    }
    breaches
}

/// What is wrong with these arrows.
fn wrong<'a>(arrows: impl Iterator<Item = &'a Arrow>) -> BTreeSet<String> {
    let mut wrong = BTreeSet::new();
    let (mut files, mut rooms) = (Vec::new(), Vec::new());
    for arrow in arrows {
        // A file without a floor is told of elsewhere.
        let (Ok((from, low)), Ok((to, high))) = (room(&arrow.from), room(&arrow.to)) else {
            continue;
        };
        if low < high {
            wrong.insert(format!("up from floor {low} to floor {high}: {arrow}"));
        } else if low == high {
            files.push((arrow.from.as_str(), arrow.to.as_str()));
            if from != to {
                rooms.push((from, to));
            }
        }
    }
    wrong.extend(circles(&files).into_iter().map(|circle| format!("a circle: {circle}")));
    wrong.extend(circles(&rooms).into_iter().map(|circle| format!("a circle of rooms: {circle}")));
    wrong
}

/// The circles among these arrows: the shortest through each name that is on one, each
/// circle once.
fn circles(arrows: &[(&str, &str)]) -> BTreeSet<String> {
    let mut leads: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for &(from, to) in arrows {
        leads.entry(from).or_default().insert(to);
    }
    let mut found = BTreeSet::new();
    for &start in leads.keys() {
        // Breadth first: the first way back is the shortest.
        let mut ways: Vec<Vec<&str>> = vec![vec![start]];
        let mut seen = BTreeSet::new();
        let mut at = 0;
        while let Some(way) = ways.get(at).cloned() {
            at += 1;
            let last = way.last().copied().unwrap_or(start);
            for &next in leads.get(last).into_iter().flatten() {
                if next == start {
                    // Written from its first name in order, so that it is the same circle
                    // whoever found it.
                    let first = way.iter().enumerate().min_by_key(|(_, name)| **name);
                    let mut circle = way.clone();
                    circle.rotate_left(first.map_or(0, |(at, _)| at));
                    circle.push(circle[0]);
                    found.insert(circle.join(" uses "));
                    at = ways.len();
                } else if seen.insert(next) {
                    ways.push(way.iter().copied().chain([next]).collect());
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is wrong with made-up files.
    fn of(files: &[(&str, &str)], known: &[(&str, &str)]) -> Vec<String> {
        let rooms = [("lib.rs", ""), ("page/mod.rs", ""), ("host/mod.rs", "")];
        let files: Vec<_> = rooms
            .iter()
            .chain(files)
            .map(|(file, text)| ((*file).to_owned(), (*text).to_owned()))
            .collect();
        let arrow =
            |(from, to): &(&str, &str)| Arrow { from: (*from).to_owned(), to: (*to).to_owned() };
        breaches(&files, &known.iter().map(arrow).collect())
    }

    const UP: [(&str, &str); 2] =
        [("trace/mod.rs", "use crate::report::Report;"), ("report/mod.rs", "pub struct Report;")];
    const CIRCLE: [(&str, &str); 3] = [
        ("page/a.rs", "use super::b::B;"),
        ("page/b.rs", "use super::c::C; pub struct B;"),
        ("page/c.rs", "pub struct C; fn f() { crate::page::a::g() }"),
    ];

    #[test]
    fn down_and_to_a_neighbour_is_right() {
        let down = [
            ("fib.rs", "pub fn naive() {}"),
            ("trace/mod.rs", "use crate::fib::naive;"),
            ("picture/mod.rs", "use crate::trace::Event;"),
            ("bin/lab.rs", "fn main() { fib_lab::picture::draw() }"),
        ];
        assert_eq!(of(&down, &[]), [""; 0]);
    }

    #[test]
    fn an_arrow_up_is_told_with_both_files_and_floors() {
        let told = "up from floor 1 to floor 3: trace/mod.rs uses report/mod.rs";
        assert_eq!(of(&UP, &[]), [told]);
        assert_eq!(of(&UP, &[("trace/mod.rs", "report/mod.rs")]), [""; 0]);
    }

    #[test]
    fn a_circle_is_told_once_of_files_and_of_rooms() {
        let told = "a circle: page/a.rs uses page/b.rs uses page/c.rs uses page/a.rs";
        assert_eq!(of(&CIRCLE, &[]), [told]);
        assert_eq!(of(&CIRCLE, &[("page/c.rs", "page/a.rs")]), [""; 0]);
        // No file uses itself by a detour here, but the rooms do.
        let rooms = [
            ("host/a.rs", "use crate::page::a::A; pub struct H;"),
            ("host/b.rs", "pub struct B;"),
            ("page/a.rs", "pub struct A;"),
            ("page/b.rs", "use crate::host::b::B;"),
        ];
        assert_eq!(of(&rooms, &[]), ["a circle of rooms: host uses page uses host"]);
    }

    #[test]
    fn the_list_of_what_is_still_wrong_can_only_shrink() {
        let gone = [("trace/mod.rs", ""), ("report/mod.rs", "pub struct Report;")];
        let told = "no longer wrong, take it off the list: trace/mod.rs uses report/mod.rs";
        assert_eq!(of(&gone, &[("trace/mod.rs", "report/mod.rs")]), [told]);
        // It is still there, but nothing is wrong with it any more.
        let right = [("trace/mod.rs", "pub struct E;"), ("report/mod.rs", "use crate::trace::E;")];
        let told = "no longer wrong, take it off the list: report/mod.rs uses trace/mod.rs";
        assert_eq!(of(&right, &[("report/mod.rs", "trace/mod.rs")]), [told]);
    }

    #[test]
    fn a_room_without_a_floor_is_told() {
        assert_eq!(of(&[("attic/mod.rs", "")], &[]), ["attic/mod.rs has no floor"]);
    }
}
