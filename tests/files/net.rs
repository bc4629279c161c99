//! Any file: real reports and notebooks, changed at random, through import and every
//! picture. `FIB_LAB_FILES` says how many, `FIB_LAB_FILES_SEED` from which on.

use std::panic::{AssertUnwindSafe, catch_unwind};

use fastrand::Rng;
use fib_lab::host::soak::share::Share;
use fib_lab::report::Report;
use fib_lab::report::read;
use fib_lab::{exhibits, notebook, picture};
use serde_json::Value;

use super::{WIDTHS, assert_opens_again, draw, mutate, open, seeds};

/// So many files are tried where nobody says.
const FILES: u64 = 1_000;
/// So many tags are drawn at the most of a report that was never checked.
const MOST_TAGS: usize = 60_000;

fn asked(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().expect("a number"))
}

/// What became of a file.
#[derive(Default)]
struct Fate {
    taken: usize,
    refused: usize,
}

/// A report that an older page kept unchecked: whatever it says, it is drawn and ends.
fn draw_unchecked(report: &Report) {
    let Some(card) = exhibits::named(&report.exhibit) else { return };
    for width in WIDTHS {
        let markup = picture::outcome(card, report, width).into_string();
        let tags = markup.matches('<').count();
        assert!(tags < MOST_TAGS, "{tags} tags of {}", report.exhibit);
    }
}

fn try_out(text: &str) -> Fate {
    let parsed = serde_json::from_str::<Value>(text);
    if let Ok(json) = &parsed {
        for entry in notebook::entries(json) {
            picture::notebook::runs(&[entry]).into_string();
        }
        let reports = json.as_array().cloned().unwrap_or_else(|| vec![json.clone()]);
        reports
            .iter()
            .filter_map(|one| read::report(one).ok())
            .for_each(|one| draw_unchecked(&one));
    }
    match open(text) {
        Err(why) => {
            assert!(why.to_string().ends_with('.'), "{why}");
            Fate { taken: 0, refused: 1 }
        }
        Ok(opened) => {
            for (_, why) in &opened.refused {
                let sentence = why.to_string();
                assert!(sentence.ends_with('.'), "{sentence}");
            }
            for report in &opened.reports {
                draw(report);
                assert_opens_again(report);
            }
            Fate { taken: opened.reports.len(), refused: opened.refused.len() }
        }
    }
}

/// Tries the file with this seed.
fn tried(seeds: &[Value], seed: u64) -> Result<Fate, &'static str> {
    let text = mutate::file(seeds, &mut Rng::with_seed(seed));
    catch_unwind(AssertUnwindSafe(|| try_out(&text))).map_err(|_| "a panic, or no bound held")
}

/// The long form: files at random, as long as there is time.
#[test]
#[ignore = "cargo lab soak runs it"]
fn any_file() {
    let share = Share::asked().expect("cargo lab soak starts this");
    let seeds: Vec<Value> = seeds().into_iter().map(|(_, json)| json).collect();
    let mut rng = Rng::with_seed(share.seed);
    while share.goes_on() {
        let seed = rng.u64(..);
        let ended = tried(&seeds, seed).map(drop);
        share.note(&format!("FIB_LAB_FILES=1 FIB_LAB_FILES_SEED={seed}"), &ended);
    }
}

#[test]
fn any_file_is_drawn_or_refused_in_words() {
    let seeds: Vec<Value> = seeds().into_iter().map(|(_, json)| json).collect();
    let (files, first) = (asked("FIB_LAB_FILES", FILES), asked("FIB_LAB_FILES_SEED", 0));
    let mut all = Fate::default();
    let mut failed = Vec::new();
    for seed in first..first + files {
        match tried(&seeds, seed) {
            Ok(Fate { taken, refused }) => {
                all.taken += taken;
                all.refused += refused;
            }
            Err(_) => failed.push(seed),
        }
    }
    assert!(failed.is_empty(), "FIB_LAB_FILES=1 FIB_LAB_FILES_SEED=… with {failed:?}");
    // A net of nothing but refusals would try no picture.
    let enough = files as usize / 5;
    assert!(all.taken >= enough && all.refused >= enough, "{} and {}", all.taken, all.refused);
}
