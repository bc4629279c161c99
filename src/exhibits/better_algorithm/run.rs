//! The slow algorithm on one core and on all, beside a better one on one core.

use std::cell::Cell;
use std::rc::Rc;

use crate::exhibits::better_algorithm::{BELOW, BETTER, POOL, SERIAL, better, tasks};
use crate::exhibits::pool_map::in_order;
use crate::exhibits::pool_map::run::{Ended, say};
use crate::exhibits::pool_map::sizing::{Fitted, LONGEST_RUN_MS, patience_ms};
use crate::fib;
use crate::measure::clock::now_ms;
use crate::measure::sampling::{Arm, FIRST_LOOK, Stopping};
use crate::report::{Answer, Report, Series, Status};
use crate::runtime::blocks::{self, Comparison};
use crate::runtime::message::surroundings;
use crate::runtime::protocol::RunOrder;
use crate::runtime::rig::Rig;
use crate::trace;
use crate::trace::sample::Sample;

/// A sample lasts at least so many steps of the clock.
const STEPS: f64 = 100.0;
/// A run has at most so many blocks.
const MOST_BLOCKS: usize = 30;
/// What handing out the tasks costs at least, in milliseconds.
const HANDING_OUT_MS: f64 = 0.02;

/// Runs the order and says what came of it.
pub async fn complete(order: RunOrder, hidden: Rc<Cell<bool>>) -> Result<Report, Ended> {
    let begun_ms = now_ms();
    let started_at = String::from(js_sys::Date::new_0().to_iso_string());
    let here = surroundings();
    let spec = &order.spec;
    let (n, algorithm) = (spec.whole("n"), spec.name("algorithm").to_owned());
    let workers = f64::from(spec.whole("workers").max(1));
    let mut warnings = Vec::new();
    say("Starting the workers", 0, 0, 30_000);
    let rig = Rig::gather(&order.engines, here, spec, &mut warnings).await?;

    let serial_ms = |n: u32| fib::calls(n) as f64 * rig.call_ms;
    // The pool at n and below takes as long as the recursion does, at the worst.
    let block_ms = |n: u32| serial_ms(n) * 2.5;
    let six_blocks_ms = |n: u32| FIRST_LOOK as f64 * block_ms(n);
    if six_blocks_ms(n) > LONGEST_RUN_MS {
        let fits = (1..n).rev().find(|&n| six_blocks_ms(n) <= LONGEST_RUN_MS).unwrap_or(1);
        return Err(Ended::Refused(format!(
            "This run would take about {:.0} s on this device, and a run may take 60 s. The largest n \
             that fits here is {fits}.",
            six_blocks_ms(n) / 1e3
        )));
    }
    let left_ms = f64::from(spec.whole("seconds").max(1)) * 1e3 - (now_ms() - begun_ms);
    let most = ((left_ms / block_ms(n)).max(0.0) as usize).clamp(FIRST_LOOK, MOST_BLOCKS);
    let stopping = Stopping { most, early: false };
    let patience_ms = patience_ms(block_ms(n));

    let least_ms = STEPS * rig.clock_step_ms;
    let pools: Vec<Fitted> = BELOW
        .map(|below| {
            let tasks = tasks(n - below);
            let job_ms = serial_ms(n - below) / workers + HANDING_OUT_MS;
            let repeats = (least_ms / job_ms).ceil().clamp(1.0, 1e4) as u32;
            let plan = in_order(&tasks);
            let (kernel_ms, javascript, scaled_from) = (0.0, 0, None);
            Fitted {
                tasks,
                plan,
                repeats,
                kernel_ms,
                stopping,
                javascript,
                patience_ms,
                scaled_from,
            }
        })
        .into();
    let mut repeats = 1_000;
    while better(&algorithm, n, repeats).1 * f64::from(repeats) < least_ms && repeats < 1 << 28 {
        repeats *= 2;
    }

    let mut wrong = 0;
    let mut shown = None;
    let mut times: Vec<Vec<f64>> = vec![Vec::new(); BELOW.len() + 2];
    let points: Vec<Arm> = (0..times.len()).map(Arm::Point).collect();
    let sample = async |arm| {
        let Arm::Point(at) = arm else { return Ok(0.0) };
        let ms = match pools.get(at) {
            Some(fitted) => {
                let sample = rig.parallel(fitted, true).await?;
                wrong += usize::from(sum(&sample) != fib::iterative(n - BELOW[at]));
                let ms = sample.ms;
                if fitted.tasks == pools[pools.len() - 1].tasks {
                    shown = Some(sample);
                }
                ms
            }
            None if at == BELOW.len() => rig.serial_ms(&[n]).await?,
            None => {
                let (answer, ms) = better(&algorithm, n, repeats);
                wrong += usize::from(answer != fib::iterative(n));
                ms
            }
        };
        times[at].push(ms);
        Ok(ms)
    };
    let blocks =
        blocks::take(&points, spec.whole("seed"), stopping, patience_ms, &hidden, sample).await?;

    let run = Comparison::without_blocks(&order, started_at, here, &rig);
    let mut report = run.report();
    let named = BELOW.map(|below| (POOL, n - below)).into_iter().chain([(SERIAL, n), (BETTER, n)]);
    report.series.extend(named.zip(times).map(|((name, x), samples)| {
        let (name, unit) = (name.to_owned(), "ms".to_owned());
        Series { name, x: f64::from(x), unit, samples }
    }));
    if let Some(sample) = &shown {
        report.trace = trace::events(sample, &pools[pools.len() - 1].tasks);
        let value = sum(sample).to_string();
        report.results = vec![Answer { n, value, worker: 0 }];
    }
    if wrong > 0 {
        report.status = Status::Failed;
        warnings.push(format!("{wrong} answers are wrong, over all samples."));
    }
    report.environment.visible &= !blocks.iter().any(|block| block.tainted);
    warnings.append(&mut report.warnings);
    Ok(Report { warnings, ..report })
}

/// What the answers of a sample add up to.
fn sum(sample: &Sample) -> u64 {
    sample.lanes.iter().flat_map(|lane| &lane.marks).map(|mark| mark.value).sum()
}
