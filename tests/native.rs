//! Everything that is plain Rust, seen from outside: addresses, schedules, reports.
#![cfg(not(target_arch = "wasm32"))]

use futures_executor::block_on;
use std::rc::Rc;

use fib_lab::exhibits::address::Address;
use fib_lab::exhibits::{self, MAIN};
use fib_lab::fib;
use fib_lab::params::{Device, Kind, RunSpec, Value};
use fib_lab::report::{Report, SCHEMA};
use fib_lab::runtime::payload::Payload;
use fib_lab::runtime::pool::{POOL, Shared};
use fib_lab::runtime::program::Here;
use fib_lab::theory::laws::CHAPTER_TASKS;
use fib_lab::theory::schedule::{Assignment, lower_bound, makespan, optimum, plan, simulate, work};
use fib_lab::trace::sample::Sample;
use proptest::prelude::*;

const DEVICE: Device = Device { cores: 4, seed: 7 };

/// Whether every value of the run is one that its parameter allows.
fn is_allowed(spec: &RunSpec) -> bool {
    let Some(exhibit) = exhibits::named(&spec.exhibit) else { return false };
    exhibit.parameters().all(|parameter| {
        let Some(value) = spec.values.get(parameter.name) else { return false };
        parameter.parse(&value.to_string()).as_ref() == Ok(value)
    })
}

/// Addresses as people and programs get them wrong: real names with odd values.
fn odd_address() -> impl Strategy<Value = String> {
    let name = prop_oneof![
        Just("exhibit".to_owned()),
        Just("tasks".to_owned()),
        Just("workers".to_owned()),
        Just("runtime".to_owned()),
        Just("assignment".to_owned()),
        Just("seed".to_owned()),
        Just("run".to_owned()),
        ".{0,12}",
    ];
    let value = prop_oneof![
        Just(MAIN.name.to_owned()),
        Just("threads".to_owned()),
        any::<i64>().prop_map(|number| number.to_string()),
        prop::collection::vec(any::<i16>(), 0..90).prop_map(|list| list
            .iter()
            .map(i16::to_string)
            .collect::<Vec<_>>()
            .join(",")),
        "[-+0-9.,eE%&=]{0,40}",
        ".{0,40}",
    ];
    prop::collection::vec((name, value), 0..8).prop_map(|pairs| {
        pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, ..ProptestConfig::default() })]

    #[test]
    fn every_address_is_understood_as_an_allowed_run(query in odd_address()) {
        let address = Address::parse(&query, DEVICE);
        prop_assert!(is_allowed(&address.spec), "{:?}", address.spec);
        prop_assert!(address.notices.len() <= 12);
    }

    #[test]
    fn any_text_at_all_is_an_address(query in any::<String>()) {
        prop_assert!(is_allowed(&Address::parse(&query, DEVICE).spec));
    }
}

proptest! {
    #[test]
    fn an_address_made_from_a_run_describes_that_run(
        tasks in prop::collection::vec(1u32..=45, 1..=64),
        workers in 1u32..=64,
        assignment in 0usize..6,
    ) {
        let exhibit = MAIN;
        let mut spec = RunSpec::defaults(exhibit, DEVICE);
        spec.values.insert("tasks".into(), Value::List(tasks));
        spec.values.insert("workers".into(), Value::Whole(workers));
        let name = Assignment::ALL[assignment].0;
        spec.values.insert("assignment".into(), Value::Name(name.into()));
        let address = Address::parse(&format!("?{}&run=1", spec.query(exhibit)), DEVICE);
        prop_assert_eq!(&address.notices, &Vec::<String>::new());
        prop_assert!(address.run);
        prop_assert_eq!(address.spec, spec);
    }

    #[test]
    fn every_schedule_does_every_task_once_and_beats_no_bound(
        work in prop::collection::vec(1u64..1000, 1..40),
        workers in 1usize..20,
        chunk in 1usize..8,
    ) {
        for (name, assignment) in Assignment::ALL {
            let slots = simulate(&work, workers, &plan(&work, workers, assignment, chunk));
            let mut tasks: Vec<_> = slots.iter().map(|slot| slot.task).collect();
            tasks.sort_unstable();
            prop_assert_eq!(tasks, (0..work.len()).collect::<Vec<_>>(), "{}", name);
            prop_assert!(makespan(&slots) >= lower_bound(&work, workers), "{}", name);
            for worker in 0..workers {
                let mut lane: Vec<_> = slots.iter().filter(|slot| slot.worker == worker).collect();
                lane.sort_by_key(|slot| slot.start);
                prop_assert!(lane.windows(2).all(|pair| pair[0].end <= pair[1].start), "{}", name);
                prop_assert!(lane.iter().all(|slot| slot.end - slot.start == work[slot.task]));
            }
        }
    }

    #[test]
    fn list_schedules_keep_grahams_bounds(
        work in prop::collection::vec(1u64..200, 1..9),
        workers in 1usize..6,
    ) {
        let best = optimum(&work, workers).expect("short lists are searched to the end") as f64;
        let ended = |assignment| {
            makespan(&simulate(&work, workers, &plan(&work, workers, assignment, 1))) as f64
        };
        let p = workers as f64;
        prop_assert!(best >= lower_bound(&work, workers) as f64);
        prop_assert!(ended(Assignment::InOrder) <= (2.0 - 1.0 / p) * best + 1e-9);
        prop_assert!(ended(Assignment::LongestFirst) <= (4.0 / 3.0 - 1.0 / (3.0 * p)) * best + 1e-9);
    }
}

#[test]
fn a_run_in_an_address_needs_its_exhibit() {
    assert!(!Address::parse("run=1", DEVICE).run);
    assert!(!Address::parse("exhibit=nonsense&run=1", DEVICE).run);
    assert!(Address::parse(&format!("exhibit={}&run=1", MAIN.name), DEVICE).run);
}

#[test]
fn what_is_out_of_range_is_clamped_and_said() {
    #[track_caller]
    fn case(query: &str, name: &str, value: Value) {
        let address = Address::parse(&format!("exhibit={}&{query}", MAIN.name), DEVICE);
        assert_eq!(address.spec.values[name], value);
        assert_eq!(address.notices.len(), 1, "{:?}", address.notices);
        assert!(address.notices[0].contains("allowed is"), "{}", address.notices[0]);
    }
    case("workers=0", "workers", Value::Whole(1));
    case("workers=99999999999999999999999999999999999999999", "workers", Value::Whole(64));
    case("workers=-3", "workers", Value::Whole(1));
    case("workers=two", "workers", Value::Whole(4));
    case("seconds=61", "seconds", Value::Whole(60));
    case("tasks=46,,20", "tasks", Value::List(vec![45, 20]));
    case("tasks=", "tasks", Value::List(CHAPTER_TASKS.to_vec()));
    case("runtime=magic", "runtime", Value::Name("best".into()));
}

#[test]
fn the_defaults_of_every_parameter_are_allowed_and_every_help_is_a_sentence() {
    for exhibit in exhibits::cards() {
        assert!(is_allowed(&RunSpec::defaults(exhibit, DEVICE)), "{}", exhibit.name);
        for parameter in exhibit.parameters() {
            assert!(parameter.help.ends_with('.'), "{}", parameter.name);
            if let Kind::Choice { options, default } = parameter.kind {
                assert!(options.iter().any(|(name, _)| *name == default), "{}", parameter.name);
            }
        }
    }
}

#[test]
fn reports_survive_json_and_ignore_what_they_do_not_know() {
    let spec = RunSpec::defaults(MAIN, DEVICE);
    let report = Report { schema: SCHEMA, spec: Some(spec), ..Report::default() };
    let mut json = serde_json::to_value(&report).unwrap();
    assert!(json.get("speedup").is_none(), "what does not apply is absent");
    assert_eq!(json["spec"]["exhibit"], MAIN.name);
    assert_eq!(json["spec"]["tasks"][0], 38);
    json["from_the_future"] = serde_json::json!({ "x": 1 });
    assert_eq!(serde_json::from_value::<Report>(json).unwrap(), report);
}

#[cfg(feature = "threads")]
#[test]
fn natively_too_every_assignment_gives_the_same_answers() {
    let tasks = [22, 21, 20, 19, 18, 17, 3];
    for (name, assignment) in Assignment::ALL {
        let workers = rayon::current_num_threads();
        let plan = plan(&work(&tasks), workers, assignment, 2);
        let shared = Shared { tasks: tasks.to_vec(), plan, repeats: 3 };
        let program = exhibits::program(POOL.name).unwrap();
        let here = Rc::new(Here::new(|_| {}));
        let output = block_on((program.start)(Payload::of(&shared).unwrap(), here)).unwrap();
        let sample: Sample = output.read().unwrap();
        let mut spans: Vec<_> = sample.lanes.iter().flat_map(|lane| &lane.spans).collect();
        spans.sort_by_key(|span| span.task);
        let answers: Vec<_> = spans.iter().map(|span| span.value).collect();
        assert_eq!(answers, tasks.map(fib::iterative), "{name}");
    }
}
