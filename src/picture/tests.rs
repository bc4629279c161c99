//! Pictures of real runs and of hostile files.

use super::*;
use crate::exhibits;
use crate::measure::block::{Role, Verdict};
use crate::report::{LogLine, Outcome, RankWait, Round, Series, read};
use crate::trace::{Detail, Event, Kind};

const WIDTHS: [f64; 3] = [320.0, 640.0, 1280.0];

/// The folder of an exhibit's recorded runs.
fn folder(exhibit: &Card) -> String {
    format!("{}/src/exhibits/{}/recorded", env!("CARGO_MANIFEST_DIR"), exhibit.folder)
}

fn recorded(exhibit: &Card) -> Report {
    recorded_as(exhibit, exhibit.name)
}

fn recorded_as(exhibit: &Card, name: &str) -> Report {
    let file = format!("{}/{name}.json", folder(exhibit));
    let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file}: {error}"));
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    read::report(&json).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// A message from rank 0 to rank 1.
fn message(words: &str, start_ms: f64, end_ms: f64) -> Event {
    let detail = Detail::Message { from: 0, to: 1, words: words.to_owned() };
    Event::new(1, Kind::Message, detail, start_ms, end_ms)
}

/// Whether every tag is closed, in the right order. Nothing a picture draws may stay open:
/// inside SVG there are no void elements.
#[track_caller]
fn assert_balanced(markup: &str) {
    let mut open = Vec::new();
    for tag in markup.split('<').skip(1) {
        let (tag, _) = tag.split_once('>').unwrap_or_else(|| panic!("not a tag: <{tag}"));
        match tag.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name), "in {markup}"),
            None => open.push(tag.split(' ').next().unwrap_or_default()),
        }
    }
    assert!(open.is_empty(), "{open:?} stay open");
}

#[test]
fn every_recorded_run_is_drawn_at_every_width() {
    for exhibit in exhibits::cards() {
        let report = recorded(exhibit);
        for width in WIDTHS {
            let markup = outcome(exhibit, &report, width).into_string();
            let name = exhibit.name;
            let mut words = markup.split(|letter: char| !letter.is_alphanumeric());
            assert!(!words.any(|word| ["NaN", "inf"].contains(&word)), "{name} at {width}");
            assert_balanced(&markup);
            assert!(markup.contains(">A recorded run, not yours: 20"), "{name}");
            let pictures = markup.matches("<svg ").count();
            let named = markup.matches("role=\"img\" aria-label=\"").count();
            assert!(
                pictures > 0 && pictures == named,
                "{name}: {pictures} pictures, {named} names"
            );
        }
    }
}

#[test]
fn a_race_has_two_lanes_to_scale_and_is_one_only_between_one_worker_and_all() {
    let report = recorded_as(exhibits::RACE, exhibits::RACE_RECORDED);
    let race = |report: &Report| race::race(report).map(|chart| (chart.draw)(640.0).into_string());
    let markup = race(&report).expect("a race");
    assert_balanced(&markup);
    // The blocks of a lane end where its time does.
    let blocks = markup.split("<rect class=\"block\"").skip(1).map(|block| {
        let (_, width) = block.split_once("width=\"").unwrap();
        width.split_once('"').unwrap().0.parse::<f64>().unwrap()
    });
    let blocks: Vec<f64> = blocks.collect();
    let workers = report.spec.as_ref().unwrap().whole("workers") as usize;
    assert_eq!(blocks.len(), 1 + workers);
    let drawn = blocks[0] / blocks[1];
    let measured =
        report.median_ms(Role::OneWorker).unwrap() / report.median_ms(Role::Parallel).unwrap();
    assert!((drawn / measured - 1.0).abs() < 0.01, "{drawn} for {measured}");
    // The curve has more than two lanes, and a pool no number of workers on its arms.
    assert!(race(&recorded(exhibits::RACE)).is_none());
    assert!(race(&recorded(exhibits::MAIN)).is_none());
    for ms in [f64::NAN, f64::INFINITY, 0.0, -1.0] {
        let mut broken = report.clone();
        for block in &mut broken.blocks {
            block.take(Role::OneWorker.id(), ms);
            block.take("workers-1", ms);
        }
        assert!(race(&broken).is_none(), "{ms}");
    }
    assert_balanced(&race::empty_lanes(280.0).into_string());
}

#[test]
fn a_curve_is_drawn_over_different_numbers_of_workers_only() {
    let curve = recorded(exhibits::RACE);
    assert_balanced(&scaling(exhibits::RACE, &curve).expect("a curve").markup(640.0).into_string());
    let mut alike = curve.clone();
    for point in &mut alike.points {
        point.x = Some(2.0);
    }
    assert!(scaling(exhibits::RACE, &alike).is_none());
    assert!(scaling(exhibits::MAIN, &recorded(exhibits::MAIN)).is_none());
}

#[test]
fn a_timeline_has_a_lane_for_every_worker_and_a_block_for_every_task() {
    let mut timelines = 0;
    for exhibit in exhibits::cards() {
        let report = recorded(exhibit);
        let Some(chart) = timeline(exhibit, &report) else { continue };
        timelines += 1;
        let markup = chart.markup(1280.0).into_string();
        let serial = usize::from(report.speedup.is_some());
        let lanes = markup.matches("class=\"lane\"").count();
        let spec = report.spec.as_ref().unwrap();
        let workers = spec.whole(exhibit.lanes.parameter) as usize;
        assert_eq!(lanes, workers + serial, "{}", exhibit.name);
        for event in report.trace.iter().filter(|event| event.end_ms - event.start_ms > 5.0) {
            let title = format!(
                ": {}, {}",
                words::event(event),
                words::time(event.end_ms - event.start_ms)
            );
            assert!(markup.contains(&title), "{}: {title}", exhibit.name);
        }
    }
    assert!(timelines >= 4, "{timelines} recorded runs have a timeline");
}

#[test]
fn a_replay_shows_what_has_begun_and_says_who_does_what() {
    let exhibit = exhibits::MAIN;
    let chart = timeline(exhibit, &recorded(exhibit)).unwrap();
    let timeline = chart.timeline.unwrap();
    let blocks = |moment| {
        let markup = timeline.drawing(640.0, moment).into_string();
        (markup.matches("class=\"block size-").count(), markup.matches("class=\"cursor\"").count())
    };
    assert_eq!(blocks(None), (6, 0));
    assert_eq!(blocks(Some(timeline.end_ms())), (6, 1));
    let first = timeline.boundary(-1.0, true);
    assert_eq!(first, 0.0);
    let second = timeline.boundary(first, true);
    assert_eq!(timeline.boundary(second, false), first);
    assert!(blocks(Some(second)).0 <= 2);
    let said = timeline.describe(second);
    assert!(said.starts_with("At ") && said.contains(" computes fib("), "{said}");
    assert!(timeline.describe(timeline.end_ms()).ends_with("all is done."));
}

#[test]
fn what_a_hostile_file_says_is_text() {
    let hostile = "\"'><script>alert(1)</script><g onload=alert(2)>";
    for exhibit in exhibits::cards() {
        let mut report = recorded(exhibit);
        report.trace.push(message(hostile, 0.0, 1e4));
        hostile.clone_into(&mut report.environment.user_agent);
        hostile.clone_into(&mut report.started_at);
        report.warnings = vec![hostile.to_owned(), format!("Standstill: {hostile}")];
        report.log = vec![LogLine { at_ms: 1.0, text: hostile.to_owned(), ..LogLine::default() }];
        for arm in &mut report.arms {
            hostile.clone_into(&mut arm.id);
        }
        for block in &mut report.blocks {
            block.order = vec![hostile.to_owned()];
        }
        for check in &mut report.checks {
            hostile.clone_into(&mut check.got);
        }
        let markup = outcome(exhibit, &report, 1280.0).into_string();
        assert!(!markup.contains("<script") && !markup.contains("<g onload"), "{}", exhibit.name);
        assert!(markup.matches("&lt;script&gt;alert(1)").count() > 5, "{}", exhibit.name);
        assert_balanced(&markup);
    }
}

#[test]
fn a_message_is_never_drawn_backwards_whichever_clock_is_ahead() {
    let exhibit = exhibits::MAIN;
    let event = message("P0", 5.0, 3.0);
    let report = Report { trace: vec![event], ..recorded(exhibit) };
    let chart = timeline(exhibit, &report).expect("a timeline");
    let markup = chart.markup(640.0).into_string();
    assert!(markup.contains("0 → 1: P0, 0 (from 5.0 ms to 5.0 ms)"), "{markup}");
}

#[test]
fn the_graph_of_a_deadlock_is_drawn_from_its_waits_and_from_nothing_else() {
    // Rank 1 received its message when everything else was over, by a clock that is ahead.
    let late = message("P0", 1.0, 9.0);
    let waits = [(0, 3), (2, 1), (3, -1)].map(|(who, whom)| RankWait { who, whom }).to_vec();
    let outcome = Some(Outcome::Deadlock { waits });
    for trace in [Vec::new(), vec![late]] {
        let report = Report { outcome: outcome.clone(), trace, ..recorded(exhibits::MAIN) };
        let drawn = graph(exhibits::MAIN, &report).expect("a deadlock is drawn").into_string();
        assert_balanced(&drawn);
        assert_eq!(drawn.matches("<polygon class=\"wait\"").count(), 3, "{drawn}");
        for words in
            ["rank 0 waits for rank 3", "rank 2 waits for rank 1", "rank 3 waits for rank -1"]
        {
            assert!(drawn.contains(&format!("<title>{words}</title>")), "{words}: {drawn}");
        }
    }
    // What sentences and labels say draws nothing.
    let warnings = vec!["Standstill: rank 0 waits for rank 1.".to_owned()];
    assert!(graph(exhibits::MAIN, &Report { warnings, ..Report::default() }).is_none());
}

#[test]
fn odd_reports_are_drawn_too() {
    for exhibit in exhibits::cards() {
        let mut report = recorded(exhibit);
        for event in &mut report.trace {
            (event.start_ms, event.end_ms) = (-event.end_ms, event.start_ms * 1e9);
        }
        for block in &mut report.blocks {
            block.ms.insert("serial".to_owned(), 0.0);
            block.tainted = true;
        }
        report.series.push(Series { x: -1.0, ..Series::default() });
        let (median, low, high) = (0.0, 1e11, -1e11);
        report.rounds.push(Round { median, low, high, verdict: Verdict::Slower });
        for width in [1.0, 320.0] {
            assert_balanced(&outcome(exhibit, &report, width).into_string());
        }
        assert_balanced(&outcome(exhibit, &Report::default(), 640.0).into_string());
    }
}

/// What is drawn, a tag to a line, so that a difference can be read. Tables behind a fold
/// are left out: they say the same again.
fn lines(markup: &str) -> String {
    let mut lines = String::new();
    let mut folded = false;
    for part in markup.split('<').skip(1) {
        folded |= part.starts_with("details");
        if !folded {
            lines.push_str(&format!("<{}\n", part.trim_end()));
        }
        folded &= !part.starts_with("/details");
    }
    lines
}

#[test]
fn every_recorded_run_looks_as_it_did() {
    for exhibit in exhibits::cards() {
        let report = recorded(exhibit);
        for width in [320.0, 1280.0] {
            let drawn = lines(&outcome(exhibit, &report, width).into_string());
            let name = format!("{}-{width}", exhibit.name);
            insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
                insta::assert_snapshot!(name, drawn);
            });
        }
    }
}
