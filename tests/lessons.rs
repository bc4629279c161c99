//! The lessons: every exhibit is complete, and what stands beside it is true.
#![cfg(not(target_arch = "wasm32"))]

use std::path::{Path, PathBuf};
use std::process::Command;

use fib_lab::exhibits::{self, Exhibit, gil, message_ring};
use fib_lab::fib;
use fib_lab::report::{Origin, Report};
use fib_lab::spec::{Device, RunSpec};

const PAGE: &str = include_str!("../Index.html");

fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The lesson of an exhibit: the section in which its figure stands.
fn lesson(exhibit: &Exhibit) -> &'static str {
    let figure = format!("data-exhibit=\"{}\"", exhibit.name);
    PAGE.split("<section ")
        .find(|section| section.contains(&figure))
        .unwrap_or_else(|| panic!("{} has no lesson", exhibit.name))
}

/// The contents of every element that begins and ends like this.
fn between<'a>(text: &'a str, start: &str, end: &str) -> Vec<&'a str> {
    let parts = text.split(start).skip(1);
    parts.filter_map(|part| part.split_once(end)).map(|(content, _)| content).collect()
}

fn recorded(exhibit: &Exhibit) -> Report {
    let file = project().join(format!("www/recorded/{}.json", exhibit.name));
    let text = std::fs::read_to_string(&file)
        .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn sentences(text: &str) -> usize {
    text.matches(['.', '?', '!']).count()
}

#[test]
fn every_exhibit_is_complete() {
    for exhibit in exhibits::ALL {
        let (name, lesson) = (exhibit.name, lesson(exhibit));
        let spec = RunSpec::defaults(exhibit, Device { cores: 4, seed: 1 });

        let (idea, rest) = lesson.split_once("<div class=\"exhibit\"").unwrap();
        let idea = between(idea, "<p>", "</p>").concat();
        assert!(sentences(&idea) >= 3, "{name}: the idea takes three sentences: {idea}");
        assert!((exhibit.question)(&spec).text.ends_with('?'), "{name} asks for a prediction");

        let (_, exercises) = rest.split_once("<ol class=\"exercises\">").expect(name);
        let exercises = between(exercises, "<li>", "</li>");
        assert!(exercises.len() >= 2, "{name} has two exercises");
        // The two checks of the instrument share a lesson.
        let checked = exhibits::ALL.iter().filter(|other| self::lesson(other) == lesson);
        let checks: usize = checked.map(|other| other.exercises.len()).sum();
        assert_eq!(checks, exercises.len(), "{name}: each exercise is checked");
        assert!(exhibit.exercises.iter().all(|check| check(&[]).is_none()), "{name}");
        for exercise in exercises {
            let (_, hint) = exercise.split_once("<details><summary>Hint</summary>").expect(name);
            assert!(sentences(hint) >= 1, "{name}: every exercise has a hint");
        }

        let sources = between(lesson, "data-source=\"", "\"");
        let shows = |start: &str| sources.iter().any(|file| file.starts_with(start));
        assert!(shows("src/exhibits/"), "{name} shows its code");
        assert!(shows("www/python/"), "{name} shows a Python program");
        for file in sources {
            assert!(project().join(file).is_file(), "{name} shows {file}, which is not there");
        }

        let report = recorded(exhibit);
        assert_eq!((report.origin, report.exhibit.as_str()), (Origin::Recorded, name));
        assert!(report.started_at.starts_with("20"), "{name}: when was it recorded?");
        assert!(!report.environment.user_agent.is_empty(), "{name}: where was it recorded?");
        let own = report.spec.as_ref().map(|spec| &spec.values);
        for parameter in exhibit.parameters() {
            let value = own.and_then(|own| own.get(parameter.name));
            assert!(
                value.is_some(),
                "{name}: the recorded run does not say its {}",
                parameter.name
            );
        }

        assert!(sentences(exhibit.fallback) >= 1, "{name} says what is missing");
        assert!(sentences(exhibit.simplifies) >= 1, "{name} says what it simplifies");
        assert!((exhibit.why)(&report).is_some(), "{name} explains its recorded run");
    }
}

#[test]
fn the_recorded_runs_have_right_answers_and_a_point_for_everything_they_sweep() {
    for exhibit in exhibits::ALL {
        let report = recorded(exhibit);
        for answer in &report.results {
            assert_eq!(answer.value, fib::iterative(answer.n).to_string(), "{}", exhibit.name);
        }
        if let Some(sweep) = (exhibit.sweep)(&report) {
            let points = report.series.iter().filter(|series| series.name == sweep.series);
            assert!(points.clone().count() >= 3, "{}", exhibit.name);
            let least = points.map(|point| point.samples.len()).min();
            assert!(least >= Some(6), "{}: {least:?} samples", exhibit.name);
        }
    }
}

/// Runs one of our programs and returns the lines it prints.
fn python(program: &str, arguments: &[&str]) -> Vec<String> {
    let file: PathBuf = project().join("www/python").join(program);
    let output = Command::new("python3").arg(&file).args(arguments).output();
    let output = output.expect("python3 is on the path");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program}: {errors}");
    String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
}

#[test]
fn the_cpython_pool_gives_the_same_answers() {
    assert_eq!(python("pool_map.py", &["20", "19", "18"]), ["[6765, 4181, 2584]"]);
}

#[test]
fn the_cpython_threads_give_the_same_answers_under_the_same_switch_interval() {
    let spec = RunSpec::defaults(&gil::EXHIBIT, Device { cores: 2, seed: 1 });
    let printed = python("gil.py", &[]);
    let answer = fib::iterative(spec.whole("n"));
    assert_eq!(printed[0], format!("{answer} {answer}"));
    let interval_ms = spec.real("interval_ms").unwrap();
    assert_eq!(printed[1], format!("switch interval {interval_ms} ms"));
}

#[test]
fn the_cpython_extension_gives_both_threads_the_same_digest() {
    let printed = python("c_extension.py", &[]);
    let answer = fib::iterative(22);
    assert_eq!(printed[0], format!("{answer} {answer}"));
    let digests: Vec<_> = printed[1].split(' ').collect();
    assert_eq!(digests, ["8f64ef62163af950"; 2]);
}

#[test]
fn the_cpython_parent_gets_the_answers_of_its_children() {
    let printed = python("parent_children.py", &[]);
    let answer = fib::iterative(20);
    let all = format!("5 children, answers {}", vec![answer.to_string(); 5].join(" "));
    assert!(printed.contains(&all), "{printed:?}");
    let child: Vec<_> = printed.iter().filter_map(|line| line.strip_prefix("child 3: ")).collect();
    assert_eq!((child.first(), child.last()), (Some(&"starting work"), Some(&"done working")));
    assert_eq!(child.iter().filter(|line| **line == "work").count(), 5);
}

#[test]
fn the_cpython_ring_returns_the_same_token_and_gathers_the_same_answers() {
    let printed = python("message_ring.py", &[]);
    assert!(printed.contains(&format!("ring {}", message_ring::token(4))), "{printed:?}");
    let answers = [20, 19, 18, 17, 16, 15].map(fib::iterative);
    assert!(printed.contains(&format!("scatter-gather {answers:?}")), "{printed:?}");
    let ranks = printed.iter().filter(|line| line.contains(" of 4 on node ")).count();
    assert_eq!(ranks, 4);
}
