//! The lowest rung: a browser without workers. The page itself runs the serial program,
//! one task at a time, and lets the browser breathe in between.

use gloo_timers::future::TimeoutFuture;

use crate::exhibits::pool_map::program::sample_serial;
use crate::exhibits::pool_map::sizing::{Device, Sized};
use crate::measure::block::{Arm, Block, Role, balanced};
use crate::measure::clock::{now_ms, step_ms};
use crate::params::Value;
use crate::report::{Check, Report, SCHEMA};
use crate::runtime::environment::environment;
use crate::runtime::message::{surroundings, user_agent};
use crate::runtime::protocol::{Progress, RunOrder};

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
    let trial = sample_serial(&[27], 3);
    let device = Device {
        call_ms: trial.ms / crate::fib::calls(27) as f64,
        clock_step_ms,
        cores: 1,
        arms: 1,
        empty_ms: 0.0,
        spent_ms: now_ms() - begun_ms,
    };
    let sized = Sized::new(&order.spec, order.default_tasks, device)
        .map_err(|refusal| refusal.to_string())?;
    let of = sized.stopping.most as u32;
    let arm = Arm::only(Role::Serial);
    let mut blocks = Vec::new();
    let mut checks = Vec::new();
    for done in 0..of {
        say(Progress { phase: "Measuring".into(), done, of, timeout_ms: i32::MAX as u32 });
        checks.clear();
        let mut serial_ms = 0.0;
        for &n in &sized.tasks {
            TimeoutFuture::new(0).await;
            if stopped() {
                return Ok(None);
            }
            let sample = sample_serial(&[n], sized.repeats);
            serial_ms += sample.ms;
            let marks = sample.lanes.iter().flat_map(|lane| &lane.spans);
            checks.extend(marks.map(|mark| Check::fib(n, mark.value, 0)));
        }
        blocks.push(Block::from([(arm.id.as_str(), serial_ms)]));
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
        repeats: sized.repeats,
        scaled_from: sized.scaled_from,
        arms: vec![arm],
        balanced: balanced(&blocks),
        blocks,
        prediction: order.prediction.clone(),
        warnings: vec!["Without workers, the page itself ran the serial program.".to_owned()],
        ..Report::default()
    }))
}
