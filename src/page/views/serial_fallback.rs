//! The lowest backend: a browser without workers. The page itself runs the serial program,
//! one task at a time, and lets the browser breathe in between.

use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;

use crate::exhibits;
use crate::fib::calls;
use crate::measure::block::{Arm, Block, Role, balanced};
use crate::measure::clock::{now_ms, step_ms};
use crate::measure::sampling::{FIRST_LOOK, Stopping, repeats};
use crate::params::Value;
use crate::report::{Check, Report, SCHEMA};
use crate::runtime::budget::{Fits, Refusal};
use crate::runtime::environment::environment;
use crate::runtime::message::{surroundings, user_agent};
use crate::runtime::payload::Payload;
use crate::runtime::pool::{List, SERIAL};
use crate::runtime::program::Here;
use crate::runtime::protocol::{Progress, RunOrder};
use crate::theory::schedule::work;
use crate::trace::sample::Sample;

/// One sample of the serial program, on the page's own thread.
async fn serial(tasks: &[u32], repeats: u32) -> Result<Sample, String> {
    let program = exhibits::program(SERIAL.name).ok_or("there is no serial program")?;
    let list = List { tasks: tasks.to_vec(), repeats };
    let input = Payload::of(&list).map_err(|misread| misread.to_string())?;
    let output = (program.start)(input, Rc::new(Here::new(|_| {}))).await?;
    output.read().map_err(|misread| misread.to_string())
}

/// Runs the order on the page's own thread until it is done or `stopped`; the error is a
/// sentence that says why the run was refused.
pub async fn run(
    order: &RunOrder,
    stopped: impl Fn() -> bool,
    say: impl Fn(Progress),
) -> Result<Option<Report>, String> {
    let begun_ms = now_ms();
    let started_at = String::from(js_sys::Date::new_0().to_iso_string());
    let clock_step_ms = step_ms(now_ms, 10);
    let (tasks, seconds) = (order.spec.list("tasks"), order.spec.whole("seconds").max(1));
    let trial = serial(&[27], 3).await?;
    let job_ms = trial.ms * work(tasks).iter().sum::<u64>() as f64 / calls(27) as f64;
    Refusal::if_too_long(job_ms, || Fits::FewerTasks).map_err(|refusal| refusal.to_string())?;
    let spent_ms = || now_ms() - begun_ms;
    let share_ms = (f64::from(seconds) * 1e3 - spent_ms()).max(0.0) / FIRST_LOOK as f64;
    let repeats = repeats(job_ms, clock_step_ms, share_ms);
    let stopping = Stopping::new(seconds, spent_ms(), job_ms * f64::from(repeats));
    let of = stopping.most as u32;
    let arm = Arm::only(Role::Serial);
    let mut blocks = Vec::new();
    let mut checks = Vec::new();
    for done in 0..of {
        say(Progress { phase: "Measuring".into(), done, of, timeout_ms: i32::MAX as u32 });
        checks.clear();
        let mut serial_ms = 0.0;
        for &n in tasks {
            TimeoutFuture::new(0).await;
            if stopped() {
                return Ok(None);
            }
            let sample = serial(&[n], repeats).await?;
            serial_ms += sample.ms;
            let marks = sample.lanes.iter().flat_map(|lane| &lane.spans);
            checks.extend(marks.map(|mark| Check::fib(n, mark.value, 0)));
        }
        blocks.push(Block::from([(arm.id.as_str(), serial_ms)]));
        if spent_ms() >= f64::from(seconds) * 1e3 {
            break;
        }
    }
    let mut spec = order.spec.clone();
    spec.values.insert("runtime".to_owned(), Value::Name("serial".to_owned()));
    Ok(Some(Report {
        schema: SCHEMA,
        started_at,
        exhibit: spec.exhibit.clone(),
        seed: spec.whole("seed"),
        spec: Some(spec),
        environment: environment(&user_agent(), surroundings(), clock_step_ms, true, "page"),
        checks,
        repeats,
        arms: vec![arm],
        balanced: balanced(&blocks),
        blocks,
        prediction: order.prediction.clone(),
        warnings: vec!["Without workers, the page itself ran the serial program.".to_owned()],
        ..Report::default()
    }))
}
