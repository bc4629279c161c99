//! The platform without shared memory, in a worker of a real browser.
#![cfg(all(target_arch = "wasm32", not(target_feature = "atomics")))]

use std::rc::Rc;

use fib_lab::exhibits;
use fib_lab::exhibits::address::Address;
use fib_lab::measure::clock::{now_ms, step_ms};
use fib_lab::params::{Device, RunSpec};
use fib_lab::roles::engine;
use fib_lab::runtime::capabilities::Backend;
use fib_lab::runtime::message::{decode, encode, surroundings, user_agent};
use fib_lab::runtime::payload::Payload;
use fib_lab::runtime::pool::{List, POOL, SERIAL, Shared};
use fib_lab::runtime::program::Here;
use fib_lab::runtime::protocol::{News, Progress, Reply, Request};
use fib_lab::theory::schedule::Plan;
use fib_lab::trace::sample::Sample;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::{console_log, wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

#[wasm_bindgen_test]
async fn the_serial_program_has_the_right_answers_in_order() {
    console_log!("The tests with threads need shared memory; cargo lab test runs them as well.");
    let list = Payload::of(&List { tasks: vec![20, 25, 1], repeats: 2 }).unwrap();
    let here = Rc::new(Here::new(|_| {}));
    let Reply::Output(sample) = engine::run(SERIAL.name, list, here).await else {
        panic!("no sample")
    };
    let sample: Sample = sample.read().unwrap();
    let answers: Vec<_> = sample.lanes[0].spans.iter().map(|span| span.value).collect();
    assert_eq!(answers, [6765, 75_025, 1]);
    assert!(sample.ms > 0.0 || step_ms(now_ms, 5) > 0.1);
}

#[wasm_bindgen_test]
async fn what_an_engine_cannot_run_it_says() {
    let here = || Rc::new(Here::new(|_| {}));
    let shared = Shared { tasks: vec![20], plan: Plan::Halved, repeats: 1 };
    let pool = engine::run(POOL.name, Payload::of(&shared).unwrap(), here()).await;
    assert!(matches!(pool, Reply::Fault { message } if message.contains("no pool")));
    let nothing = engine::run("no such program", Payload::of(&1).unwrap(), here()).await;
    assert!(matches!(nothing, Reply::Fault { message } if message.contains("no such program")));
    let misread = engine::run(SERIAL.name, Payload::of(&"x").unwrap(), here()).await;
    assert!(matches!(misread, Reply::Fault { message } if message.contains("another form")));
}

#[wasm_bindgen_test]
fn the_clock_goes_forward_in_steps_that_the_lab_can_use() {
    let (first, second) = (now_ms(), now_ms());
    assert!(second >= first && first > 1.6e12, "{first} {second}");
    let step = step_ms(now_ms, 20);
    assert!(step > 0.0 && step <= 20.0, "{step}");
}

#[wasm_bindgen_test]
fn messages_arrive_as_they_were_sent() {
    let progress = Progress { phase: "x".into(), done: 1, of: 2, timeout_ms: 3 };
    let sent = encode(&News::Progress(progress.clone())).unwrap();
    let Ok(News::Progress(received)) = decode::<News>(sent) else { panic!("another message") };
    assert_eq!(received, progress);
    assert!(decode::<News>(JsValue::from_str("nonsense")).is_err());
    assert!(decode::<Request>(JsValue::UNDEFINED).is_err());
}

#[wasm_bindgen_test]
fn a_run_is_a_flat_object_for_scripts() {
    let spec = RunSpec::defaults(exhibits::MAIN, Device { cores: 2, seed: 1 });
    let object = encode(&spec).unwrap();
    let tasks = js_sys::Reflect::get(&object, &JsValue::from_str("tasks")).unwrap();
    assert_eq!(js_sys::Array::from(&tasks).length(), 6);
    assert_eq!(decode::<RunSpec>(object).unwrap(), spec);
}

#[wasm_bindgen_test]
fn the_surroundings_of_this_worker_are_known() {
    let here = surroundings();
    assert!(here.cores >= 1 && !user_agent().is_empty());
    assert!(here.highest() >= Backend::Serial);
}

#[wasm_bindgen_test]
fn a_hundred_odd_addresses_are_understood() {
    let device = Device { cores: 2, seed: 1 };
    for number in 0..100u32 {
        let odd = char::from_u32(number * 0x1_0d).unwrap_or('\u{fffd}');
        let main = exhibits::MAIN.name;
        let query = format!("?exhibit={main}&tasks={odd},{number}&workers={odd}{number}&{odd}=%");
        let address = Address::parse(&query, device);
        let workers = address.spec.whole("workers");
        assert!((1..=64).contains(&workers), "{query}");
        assert!(address.spec.list("tasks").iter().all(|n| (1..=45).contains(n)), "{query}");
    }
}

#[wasm_bindgen_test]
async fn timers_and_the_database_are_waited_for_and_leave_nothing_behind() {
    use fib_lab::measure::clock::now_ms;
    use fib_lab::runtime::io::{Io, IoSource, TIMER_MS};
    let timer = Io::open(IoSource::Timer, "", 0).await.unwrap();
    let start_ms = now_ms();
    timer.wait().await.unwrap();
    // Timers may come a little early by a coarse clock, never by much.
    assert!(now_ms() - start_ms >= f64::from(TIMER_MS) - 2.0);

    let database = Io::open(IoSource::Database, "", 7).await.unwrap();
    for _ in 0..3 {
        database.wait().await.unwrap();
    }
    database.close().await.unwrap();
    // Opened again, it is a new one: the old one is gone.
    let again = Io::open(IoSource::Database, "", 7).await.unwrap();
    again.wait().await.unwrap();
    again.close().await.unwrap();
}
