//! The lessons: every exhibit is complete, and what stands beside it is true.
#![cfg(not(target_arch = "wasm32"))]

#[path = "../src/exhibits/c_extension/cpython.rs"]
mod c_extension;
#[path = "../src/exhibits/fork_join/cpython.rs"]
mod fork_join;
#[path = "../src/exhibits/gil/cpython.rs"]
mod gil;
#[path = "../src/exhibits/message_ring/cpython.rs"]
mod message_ring;
#[path = "../src/exhibits/models/cpython.rs"]
mod models;
#[path = "lessons/numbers.rs"]
mod numbers;
#[path = "../src/exhibits/parent_children/cpython.rs"]
mod parent_children;
#[path = "../src/exhibits/playground/cpython.rs"]
mod playground;
#[path = "../src/exhibits/pool_map/cpython.rs"]
mod pool_map;
#[path = "../src/exhibits/shared_counter/cpython.rs"]
mod shared_counter;

use std::path::{Path, PathBuf};
use std::process::{self, Command};
use std::sync::LazyLock;

use fib_lab::analysis::ideal::ideal;
use fib_lab::exhibits::address::Address;
use fib_lab::exhibits::card::Measured;
use fib_lab::exhibits::{self, Card};
use fib_lab::fib;
use fib_lab::host::{assemble, tinker};
use fib_lab::interpreter::bytecode::{FIB, Machine};
use fib_lab::measure::stats::coverage;
use fib_lab::params::{Device, RunSpec};
use fib_lab::picture;
use fib_lab::report::{Origin, Report, SCHEMA, What};
use fib_lab::theory::interleavings::Race;
use fib_lab::theory::laws::{PHI, SIX_TASK_CEILING, karp_flatt, list_scheduling_bound};
use fib_lab::theory::one_lock::one_lock;
use fib_lab::theory::schedule::{in_order, optimum, work};

/// Every page as the build puts it together, by its address.
static SITE: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let shell = include_str!("../Index.html");
    assemble::site(shell, project()).unwrap_or_else(|error| panic!("{error:#}"))
});

fn page(address: &str) -> &'static str {
    let found = SITE.iter().find(|(name, _)| name == address);
    found.map(|(_, page)| page.as_str()).unwrap_or_else(|| panic!("there is no {address}"))
}

fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The lesson of an exhibit, as it lies in its folder.
fn lesson(exhibit: &Card) -> String {
    let file = project().join("src/exhibits").join(exhibit.folder).join("lesson.html");
    std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// The contents of every element that begins and ends like this.
fn between<'a>(text: &'a str, start: &str, end: &str) -> Vec<&'a str> {
    let parts = text.split(start).skip(1);
    parts.filter_map(|part| part.split_once(end)).map(|(content, _)| content).collect()
}

fn recorded(exhibit: &Card) -> Report {
    let folder = project().join("src/exhibits").join(exhibit.folder);
    let file = folder.join(format!("recorded/{}.json", exhibit.name));
    let text = std::fs::read_to_string(&file)
        .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn sentences(text: &str) -> usize {
    text.matches(['.', '?', '!']).count()
}

#[test]
fn every_exhibit_is_complete() {
    for exhibit in exhibits::cards() {
        let (name, lesson) = (exhibit.name, lesson(exhibit));
        let spec = RunSpec::defaults(exhibit, Device { cores: 4, seed: 1 });

        let (idea, rest) = lesson.split_once("<div class=\"exhibit\"").expect(name);
        let idea = between(idea, "<p>", "</p>").concat();
        assert!(sentences(&idea) >= 3, "{name}: the idea takes three sentences: {idea}");
        assert!((exhibit.question)(&spec).text.ends_with('?'), "{name} asks for a prediction");

        let (_, exercises) = rest.split_once("<ol class=\"exercises\">").expect(name);
        let exercises = between(exercises, "<li>", "</li>");
        assert!(exercises.len() >= 2, "{name} has two exercises");
        // The two checks of the instrument share a lesson.
        let checked = exhibits::cards().filter(|other| self::lesson(other) == lesson);
        let checks: usize = checked.map(|other| other.exercises.len()).sum();
        // Those that are solved without a run bring their place with them.
        let played = exercises.iter().filter(|own| own.contains("data-found=")).count();
        assert_eq!(checks + played, exercises.len(), "{name}: each exercise is checked");
        assert!(exhibit.exercises.iter().all(|check| check(&[]).is_none()), "{name}");
        for exercise in exercises {
            let (_, hint) = exercise.split_once("<details><summary>Hint</summary>").expect(name);
            assert!(sentences(hint) >= 1, "{name}: every exercise has a hint");
        }

        // A name without a folder is one beside the lesson; that it is there, the build checks.
        let sources = between(&lesson, "data-source=\"", "\"");
        let shows = |end: &str| sources.iter().any(|f| !f.contains('/') && f.ends_with(end));
        assert!(shows(".rs"), "{name} shows its code");
        assert!(shows("program.py"), "{name} shows a Python program");

        let report = recorded(exhibit);
        assert_eq!((report.origin, report.exhibit.as_str()), (Origin::Recorded, name));
        assert_eq!(report.schema, SCHEMA, "{name}");
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
    for exhibit in exhibits::cards() {
        let report = recorded(exhibit);
        for check in &report.checks {
            match check.what {
                What::Fib(n) => {
                    assert_eq!(check.got, fib::iterative(n).to_string(), "{}", exhibit.name);
                }
                // What a counter says is checked against what is possible.
                What::Count => assert!(check.want.is_some(), "{}: {check:?}", exhibit.name),
                // What went round the ring has passed every rank once, in order.
                What::Token => {
                    let ranks = report.spec.as_ref().map_or(0, |spec| spec.whole("workers"));
                    let passed: String = (0..ranks).map(|rank| format!("P{rank}")).collect();
                    assert_eq!(check.got, passed, "{}", exhibit.name);
                }
                _ => panic!("{}: {check:?}", exhibit.name),
            }
            assert_eq!(check.right, Some(true), "{}: {check:?}", exhibit.name);
        }
        if let Some(sweep) = (exhibit.sweep)(&report) {
            let samples: Vec<usize> = match sweep.measured {
                Measured::Series(name) => {
                    report.series_named(name).map(|series| series.samples.len()).collect()
                }
                Measured::Points(quantity) => {
                    report.swept(quantity).map(|point| point.blocks).collect()
                }
            };
            assert!(samples.len() >= 3, "{}", exhibit.name);
            assert!(samples.iter().all(|&of| of >= 6), "{}: {samples:?} samples", exhibit.name);
        }
    }
}

/// Runs one of our programs and returns the lines it prints.
fn python(folder: &str, arguments: &[&str]) -> Vec<String> {
    let file: PathBuf = project().join("src/exhibits").join(folder).join("program.py");
    let output = Command::new("python3").arg(&file).args(arguments).output();
    let output = output.expect("python3 is on the path");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{folder}: {errors}");
    String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
}

/// What one of the programs to start from prints natively: its lines, and how it ended.
fn natively(program: &tinker::Program) -> (Vec<String>, bool) {
    let folder = std::env::temp_dir().join(format!("fib-lab-{}-{}", program.name, process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("program.py");
    std::fs::write(&file, &program.source).unwrap();
    let arguments = program.arguments.split_whitespace();
    let output = Command::new("python3").arg(&file).args(arguments).output();
    let output = output.expect("python3 is on the path");
    std::fs::remove_dir_all(&folder).unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    (printed.lines().map(str::to_owned).collect(), output.status.success())
}

#[test]
fn pythons_answers_are_rusts_and_those_of_broken_programs_are_not() {
    let mut folders = std::collections::BTreeSet::new();
    for card in exhibits::cards().filter(|card| folders.insert(card.folder)) {
        let programs = tinker::programs(project(), card).unwrap();
        for (at, program) in programs.iter().enumerate() {
            // Natively a deadlock would never end, and what a time shows is not asserted here:
            // such programs have no answer, but say what a line looks like once they are mended.
            let Some(answer) = &program.answer else { continue };
            let (lines, ended_well) = natively(program);
            let is_right = ended_well && lines.contains(answer);
            assert_eq!(is_right, at == 0, "{}: {lines:?}", program.name);
        }
    }
}

#[test]
fn every_page_has_a_title_a_description_and_a_heading_of_its_own() {
    let mut seen = std::collections::BTreeSet::new();
    for (address, page) in SITE.iter() {
        for (start, end) in [("<title>", "</title>"), ("name=\"description\" content=\"", "\"")] {
            let found = between(page, start, end);
            let [text] = found.as_slice() else { panic!("{address}: {found:?}") };
            assert!(text.len() > 10 && seen.insert(*text), "{address}: {text}");
        }
        assert_eq!(page.matches("<h1").count(), 1, "{address}");
        assert_eq!(page.matches("aria-current=\"page\"").count(), usize::from(named(address)));
    }
    /// Whether the navigation names it.
    fn named(address: &str) -> bool {
        !["index.html", "all.html", "licences.html"].contains(&address)
    }
}

#[test]
fn previous_and_next_lead_through_all_pages_like_a_book() {
    let (mut here, mut read) = ("index.html".to_owned(), Vec::new());
    while let [next] = between(page(&here), "rel=\"next\" href=\"", "\"").as_slice() {
        let back = between(page(next), "rel=\"prev\" href=\"", "\"");
        assert_eq!(back, [if here == "index.html" { "./" } else { &here }], "{next}");
        read.push(here);
        here = (*next).to_owned();
    }
    // All of them but the one that holds everything, and that of the licences.
    assert_eq!(read.len() + 1, SITE.len() - 2, "{read:?}, {here}");
}

#[test]
fn each_page_mounts_its_own_figures_and_no_other() {
    for (address, page) in SITE.iter() {
        let mounted = between(page, "data-exhibit=\"", "\"");
        // The front page has the race.
        let own = exhibits::cards().filter(|card| match &**address {
            "index.html" => card.name == exhibits::RACE.name,
            _ => format!("{}.html", card.page()) == *address,
        });
        assert_eq!(mounted, own.map(|card| card.name).collect::<Vec<_>>(), "{address}");
    }
}

#[test]
fn every_link_leads_somewhere_and_every_address_is_understood_as_it_is_written() {
    let mut runs = 0;
    for (here, text) in SITE.iter() {
        for link in between(text, "href=\"", "\"") {
            let link = link.replace("&amp;", "&");
            if link.starts_with("http") || link.starts_with("www/") || link.starts_with("target/") {
                continue;
            }
            let (address, place) = link.split_once('#').unwrap_or((&link, ""));
            let (name, query) = address.split_once('?').unwrap_or((address, ""));
            let name = match name {
                "" => here.as_str(),
                "./" => "index.html",
                name => name,
            };
            let id = format!("id=\"{place}\"");
            assert!(place.is_empty() || page(name).contains(&id), "{here}: {link}");
            if let Some(program) = query.strip_prefix("program=") {
                assert_eq!(name, "python.html");
                // The programs to mend have a number behind the exhibit's name.
                let (exhibit, _) = program.split_once('.').unwrap_or((program, ""));
                let card = exhibits::named(exhibit).unwrap_or_else(|| panic!("{here}: {link}"));
                let mut programs = tinker::programs(project(), card).unwrap().into_iter();
                assert!(programs.any(|own| own.name == program), "{here}: {link}");
            } else if !query.is_empty() {
                let mut fronts = exhibits::FRONTS.into_iter();
                let card = fronts.find(|front| format!("{}.html", front.page()) == name);
                let card = card.unwrap_or_else(|| panic!("{here}: {link}"));
                let understood = Address::on(card, query, Device { cores: 4, seed: 1 });
                assert!(understood.run && understood.notices.is_empty(), "{link}: {understood:?}");
                runs += 1;
            }
        }
    }
    assert!(runs >= 8, "{runs} links start runs");
}

#[test]
fn everything_on_one_page_needs_no_script() {
    let all = page("all.html");
    assert!(all.contains("data-lab=\"ready\""));
    assert!(!all.contains("data-exhibit=") && !all.contains("data-notebook"));
    for card in exhibits::cards() {
        assert!(all.contains(&format!("id=\"{}\"", card.page())), "{}", card.name);
        assert!(page("index.html").contains(&format!("href=\"{}.html\"", card.page())));
        // What the recorded run found, in words: its date, its figures, and why.
        let report = recorded(card);
        let found = picture::summary(card, &report).into_string();
        assert!(found.contains(&report.started_at[..10]) && found.contains("class=\"why\""));
        let own = page(&format!("{}.html", card.page()));
        assert!(all.contains(&found) && own.contains(&found), "{}", card.name);
    }
}

/// The text of the teacher's part, with one space between words.
#[test]
fn the_licences_of_everything_that_is_shipped_are_on_the_page() {
    let licences = page("licences.html");
    for part in
        ["rayon ", "wasm-bindgen ", "@codemirror/view ", "Pyodide 314.0.7", "CPython 3.14.2"]
    {
        assert!(licences.contains(&format!("<li>{part}")), "{part}");
    }
    for text in ["Mozilla Public License Version 2.0", "PYTHON SOFTWARE FOUNDATION LICENSE", "musl"]
    {
        assert!(licences.contains(text), "{text}");
    }
    for (address, page) in SITE.iter() {
        assert!(page.contains("href=\"licences.html\""), "{address} has no link to the licences");
    }
}

fn answers() -> String {
    page("teaching.html").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_exercise_has_an_answer() {
    let answers = answers();
    let answers = between(&answers, "<details>", "</details>");
    let mut lessons: Vec<_> = exhibits::cards().map(lesson).collect();
    lessons.dedup();
    assert_eq!(answers.len(), lessons.len());
    for (answers, lesson) in answers.iter().zip(lessons) {
        let exercises = between(&lesson, "<ol class=\"exercises\">", "</ol>").concat();
        // A hint is no list, so every item is an exercise.
        assert_eq!(answers.matches("<li>").count(), exercises.matches("<li>").count());
    }
}

/// A number as the page writes it, with commas between groups of three digits.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let groups = digits.as_bytes().rchunks(3).rev();
    groups.map(String::from_utf8_lossy).collect::<Vec<_>>().join(",")
}

#[test]
fn the_answers_to_the_exercises_are_what_theory_says() {
    let answers = answers();
    let says = |part: &str| assert!(answers.contains(part), "the answers do not say: {part}");
    let calls = |tasks: &[u32]| tasks.iter().map(|&n| fib::calls(n)).sum::<u64>();
    let in_order = |tasks: &[u32], workers| {
        let work = work(tasks);
        let makespan = ideal(tasks, &in_order(tasks), workers).makespan_calls;
        assert!(optimum(&work, workers as usize).is_some_and(|best| best <= makespan));
        makespan
    };

    // The pool: the list turned round, and lists for three workers.
    let (first, second) = (calls(&[33, 35, 37]), calls(&[34, 36, 38]));
    let reversed = [33, 34, 35, 36, 37, 38];
    assert_eq!(in_order(&reversed, 2), second);
    assert!((calls(&reversed) as f64 / second as f64 - PHI).abs() < 1e-6);
    assert!((second as f64 / (calls(&reversed) / 2) as f64 - 1.236).abs() < 5e-4);
    assert_eq!(list_scheduling_bound(2.0), 1.5);
    for number in [calls(&reversed), second, first, second - first] {
        says(&grouped(number));
    }
    assert_eq!(in_order(&[36, 36, 36, 35, 35, 35], 3), calls(&[36, 35]));
    assert_eq!(in_order(&[38, 37, 37, 36, 35, 34], 3), calls(&[38]));
    assert_eq!(calls(&[38]) - calls(&[37, 35, 34]), 2);

    // The misconceptions: Karp–Flatt for 16 workers, and another algorithm.
    says(&format!("Karp–Flatt gives {:.3}", karp_flatt(SIX_TASK_CEILING, 16.0)));
    says(&format!("instead of {} calls", grouped(calls(&[38]))));

    // The lock: the instructions of the small bytecode.
    let mut machine = Machine::new(FIB, 10);
    let instructions = 1 + std::iter::from_fn(|| machine.step().is_none().then_some(())).count();
    says(&format!("{} instructions", grouped(instructions as u64)));
    let share = |interval_ms: f64| 0.05 / (interval_ms + 0.05) * 100.0;
    let percent = [50.0, 5.0, 0.5].map(|interval_ms| format!("{:.1}", share(interval_ms)));
    assert_eq!(percent, ["0.1", "1.0", "9.1"]);

    // The released lock: a quarter of the work under it, and half, with what a hand-over costs.
    let quarter = [1.0, 10.0].map(|k| one_lock(0.25, k, 2.0, 0.0));
    let half = [10.0, 100.0].map(|k| [20.0 / 13e3, 0.0].map(|w| one_lock(0.5, k, 2.0, w)));
    says(&format!("one hold gives {:.3}", quarter[0]));
    says(&format!("ten give {:.3}", quarter[1]));
    says(&format!("ten holds give {:.3} and a hundred {:.3}", half[0][0], half[1][0]));
    says(&format!("they would give {:.3} and {:.3}", half[0][1], half[1][1]));
    assert!((1..=64).all(|p| (one_lock(1.0, 1.0, f64::from(p), 0.0) - 1.0).abs() < 1e-12));
    let once_in = |interval_ms: f64| interval_ms + 0.05;
    says(&format!("{:.0} times as often", once_in(50.0) / once_in(0.5)));

    // The better algorithm: steps, and the longest chain of calls.
    says(&format!("three multiplications for each: {}", fib::multiplications(36)));
    says(&format!("{} of them, could not be shared", 36 - 1));
    says(&grouped(calls(&[36]) / 35));

    // Interleavings: how many lead to the smallest value.
    let outcomes = Race::new(2, 3).outcomes();
    let all: u128 = outcomes.values().sum();
    let grouped_all = grouped(u64::try_from(all).unwrap());
    says(&format!("{}, in {} of {grouped_all}", Race::new(2, 3).smallest(), outcomes[&2]));
    let order = "1 2 2 2 2 2 2 1 1 2 1 1 1 1 1 1 2 2";
    says(order);
    let steps = order.split(' ').map(|worker| worker.parse::<usize>().unwrap() - 1);
    let end = steps.fold(Race::new(2, 3), |race, worker| race.after(worker).unwrap());
    assert_eq!((end.is_over(), end.memory), (true, 2));

    // All models: what a slow program can make up for, and what small tasks come to.
    says(&format!("3/{SIX_TASK_CEILING:.2} = {:.2}", 3.0 / SIX_TASK_CEILING));
    let small = calls(&[20, 19, 18, 17, 16, 15]);
    says(&format!("down make {} calls in all", grouped(small)));

    // Parent and children: sixteen children that compute fib(36).
    let one_ms = 216.0 * calls(&[36]) as f64 / calls(&reversed) as f64;
    says(&format!("fib(36) with its {} takes t = {one_ms:.0} ms", grouped(calls(&[36]))));
    says(&format!("all take {:.2} s", 16.0 * one_ms / 2.0 / 1e3));

    // Ranks: where a message takes twice as long as one of a byte.
    let bytes = 0.05 / 2e-6 + 2.0;
    says(&format!("{} bytes", grouped(bytes as u64)));

    // The instrument: the coverages of its two looks.
    for (n, k, words) in [(8, 1, "99.2 %"), (12, 2, "99.4 %")] {
        assert_eq!(format!("{:.1} %", coverage(n, k) * 100.0), words);
        says(words);
    }
    for (half_width, words) in [(0.03, "1.04 for 3 %"), (0.01, "1.02 for 1 %")] {
        assert!(words.starts_with(&format!("{:.2}", 1.01 / (1.0 - half_width))));
        says(words);
    }
}
