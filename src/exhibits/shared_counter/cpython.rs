//! The Python program beside the lesson counts within what is possible, and exactly where a
//! lock protects the variable.

use crate::python;

/// The least and the most that it counted, of how many.
fn counts(line: &str) -> (u64, u64, u64) {
    let (_, counts) = line.split_once(": ").expect(line);
    let numbers: Vec<u64> = counts.split(' ').filter_map(|word| word.parse().ok()).collect();
    let [low, high, of] = numbers.as_slice() else { panic!("{line}") };
    (*low, *high, *of)
}

#[test]
fn cpython_loses_counts_only_where_nothing_protects_them() {
    let printed = python("shared_counter", &[]);
    let (_, version) = printed[0].split_once("Python ").expect("its version");
    for (line, name) in printed[1..=3].iter().zip(["plain", "with_call", "locked"]) {
        assert!(line.starts_with(name), "{line}");
        let (low, high, of) = counts(line);
        assert_eq!(of, 600_000);
        assert!(2 <= low && low <= high && high <= of, "{line}");
    }
    let (low, ..) = counts(&printed[3]);
    assert_eq!(low, 600_000, "under the lock nothing is lost");
    // Where the lock is looked after only at jumps and calls, the plain loop loses nothing.
    let minor: u32 = version.split('.').nth(1).and_then(|minor| minor.parse().ok()).expect(version);
    if minor >= 10 && version.ends_with("with the lock") {
        assert_eq!(counts(&printed[1]).0, 600_000, "{version}");
    }
    // Load, add and store are three instructions in every version.
    let names: Vec<&str> = printed[4..].iter().filter_map(|line| line.split(' ').next()).collect();
    let at = |name: &str| names.iter().position(|own| *own == name).expect(name);
    assert!(at("LOAD_GLOBAL") < at("STORE_GLOBAL"), "{names:?}");
}
