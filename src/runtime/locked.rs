//! Runs of threads that have to hold a lock: `gil` and `c-extension`.
//!
//! The threads are workers of the threaded engine that share one memory, each with an
//! event loop of its own, because what they wait for outside, a request or a database,
//! answers through one. The serial program runs on one of them, without any lock: an
//! interpreter's speed hangs on how its loop happens to be compiled, and the plain engine's
//! was 11 % slower (Chromium 156), which would have looked like a speed-up of the lock.

use std::cell::Cell;
use std::rc::Rc;

use super::bench::{Bench, Proof, argument, elapsed_ms};
use super::blocks::{self, Comparison};
use super::crew::Crew;
use super::engines::Engines;
use super::fit::{LONGEST_RUN_MS, kernel_ms, patience_ms};
use super::message::surroundings;
use super::run::{Ended, say};
use super::worker::Fault;
use crate::exhibits::{c_extension, gil};
use crate::fib;
use crate::interpreter::thread::MOST_STRETCHES;
use crate::measure::clock::now_ms;
use crate::measure::interval::middle;
use crate::measure::plan::{Arm, FIRST_LOOK, LAST_LOOK, QUICK_SECONDS, Stopping, WarmUp};
use crate::protocol::{Locks, Outside, Program, RunOrder, Turn};
use crate::report::{Answer, Ideal, IdealSlot, Report, Series, Status};
use crate::spec::RunSpec;
use crate::theory::laws::PHI;
use crate::trace;

/// A turn that should take milliseconds is given up after this long.
const SHORT_PATIENCE_MS: u32 = 10_000;
/// Warm-up turns take at least this long.
const WARM_UP_MS: f64 = 10.0;
/// A sample of the parallel program takes at least this long.
const SAMPLE_MS: f64 = 50.0;
/// Blocks of a quick run take this share of its time.
const SHARE: f64 = 0.8;
/// The locks change hands at least so often in a sample in which threads compute.
const SWITCHES: f64 = 4.0;
/// At each switch interval of the mixed load the lock is waited for so often.
const DELAYS: u32 = 12;

/// What a run's threads execute, without and with their lock.
fn programs(spec: &RunSpec) -> (Program, Program) {
    let n = spec.whole("n").max(1);
    let outside = |what| (Program::Outside { what }, Program::Outside { what });
    match (spec.exhibit.as_str(), spec.name("load")) {
        ("c-extension", _) => (native(n, 0.0, 1), native(n, c_extension::held(spec), holds(spec))),
        (_, "waiting") => outside(Outside::Timer),
        (_, "requests") => outside(Outside::Request),
        (_, "database") => outside(Outside::Database),
        _ => (Program::Bytecode { n }, Program::Bytecode { n }),
    }
}

fn native(n: u32, held: f64, holds: u32) -> Program {
    Program::Native { n, held, holds }
}

fn holds(spec: &RunSpec) -> u32 {
    spec.whole("holds").max(1)
}

/// Runs the order and says what came of it.
pub async fn complete(order: RunOrder, hidden: Rc<Cell<bool>>) -> Result<Report, Ended> {
    let begun_ms = now_ms();
    let started_at = String::from(js_sys::Date::new_0().to_iso_string());
    let here = surroundings();
    let spec = &order.spec;
    let workers = spec.whole("workers").max(1);
    let mixed = spec.name("load") == "mixed";
    if mixed && workers < 2 {
        return Err(Ended::Refused(
            "The mixed load needs 2 workers or more: one that computes, and others that wait."
                .to_owned(),
        ));
    }
    let mut warnings = Vec::new();
    say("Starting the workers", 0, 0, 30_000);
    let crew = Crew::gather_loops(&order.engines, workers, &mut warnings).await?;
    let locks = gil::locks(Some(spec));
    let mut bench = Bench {
        crew: &crew,
        workers,
        locks,
        interval_ms: spec.real("interval_ms").unwrap_or(5.0),
        small_file: Engines::new(&order.engines).small_file(),
        proof: Proof::default(),
    };
    let (serial, parallel) = programs(spec);
    say("Warming up", 0, 0, 60_000);
    let unit_ms = warm_up(&mut bench, &serial, &parallel, crew.clock_step_ms).await?;

    let run = Run { order: &order, started_at, here, begun_ms, unit_ms, hidden: &hidden };
    let mut report = if mixed {
        run.mixed(&mut bench).await?
    } else {
        run.compared(&mut bench, &serial, &parallel).await?
    };
    let Proof { takes, wrong_answers, shared } = bench.proof;
    if locks != Locks::None {
        let unit = "times".to_owned();
        let name = "lock taken".to_owned();
        report.series.push(Series {
            name,
            x: f64::from(workers),
            unit,
            samples: vec![takes as f64],
        });
    }
    if wrong_answers > 0 {
        warnings.push(format!("{wrong_answers} answers are wrong or missing, over all samples."));
    }
    if shared {
        warnings.push("Two threads held the lock at once: a ticket was drawn twice.".to_owned());
    }
    if wrong_answers > 0 || shared {
        report.status = Status::Failed;
    }
    report.warnings.splice(0..0, warnings);
    Ok(report)
}

/// Warms up the programs and returns how long the serial one takes for one round.
async fn warm_up(
    bench: &mut Bench<'_>,
    serial: &Program,
    parallel: &Program,
    clock_step_ms: f64,
) -> Result<f64, Fault> {
    let least_ms = WARM_UP_MS.max(100.0 * clock_step_ms);
    let mut rounds = 1;
    while rounds < 1 << 20 {
        let turn = bench.alone(serial, rounds, SHORT_PATIENCE_MS).await?;
        if turn.end_ms - turn.start_ms >= least_ms {
            break;
        }
        rounds *= 2;
    }
    let mut unit_ms = f64::INFINITY;
    let mut warm_up = WarmUp::default();
    loop {
        let turn = bench.alone(serial, rounds, SHORT_PATIENCE_MS).await?;
        let ms = turn.end_ms - turn.start_ms;
        unit_ms = unit_ms.min(ms / f64::from(rounds));
        if !warm_up.again(ms) {
            break;
        }
    }
    let mut warm_up = WarmUp::default();
    let workers = bench.workers;
    while warm_up
        .again(elapsed_ms(&bench.together(workers, parallel, rounds, SHORT_PATIENCE_MS).await?))
    {
    }
    Ok(unit_ms)
}

/// What both kinds of run need.
struct Run<'a> {
    order: &'a RunOrder,
    started_at: String,
    here: super::ladder::Surroundings,
    begun_ms: f64,
    /// How long one round of the serial program takes.
    unit_ms: f64,
    hidden: &'a Cell<bool>,
}

impl Run<'_> {
    /// Serial against parallel, in blocks, and whatever is swept beside it.
    async fn compared(
        self,
        bench: &mut Bench<'_>,
        serial: &Program,
        parallel: &Program,
    ) -> Result<Report, Ended> {
        let spec = &self.order.spec;
        let (crew, workers) = (bench.crew, bench.workers);
        let points: Vec<Program> = match spec.exhibit.as_str() {
            "c-extension" if spec.name("release") == "no" => {
                c_extension::SHARES.map(|_| parallel.clone()).to_vec()
            }
            "c-extension" => {
                let n = spec.whole("n");
                c_extension::SHARES.map(|held| native(n, held, holds(spec))).to_vec()
            }
            _ => Vec::new(),
        };
        let Fitted { rounds, stopping, patience_ms } = self.fit(bench, parallel, points.len())?;

        let mut arms =
            vec![Arm::Serial, Arm::OneWorker, Arm::Parallel, Arm::KernelAlone, Arm::KernelTogether];
        arms.extend((0..points.len()).map(Arm::Point));
        let mut samples: Vec<Vec<Turn>> = Vec::new();
        let mut swept: Vec<Vec<f64>> = vec![Vec::new(); points.len()];
        let window_ms = kernel_ms(crew.clock_step_ms);
        let sample = async |arm| {
            let turns = match arm {
                Arm::KernelAlone | Arm::KernelTogether => {
                    let together = arm == Arm::KernelTogether;
                    return crew.kernel_ms(together, window_ms, patience_ms).await;
                }
                Arm::Serial => vec![bench.alone(serial, workers * rounds, patience_ms).await?],
                Arm::OneWorker => {
                    bench.together(1, parallel, workers * rounds, patience_ms).await?
                }
                Arm::Parallel => bench.together(workers, parallel, rounds, patience_ms).await?,
                Arm::Point(at) => bench.together(workers, &points[at], rounds, patience_ms).await?,
            };
            let ms = elapsed_ms(&turns) / f64::from(rounds);
            match arm {
                Arm::Parallel => samples.push(turns),
                Arm::Point(at) => swept[at].push(ms),
                _ => {}
            }
            Ok(ms)
        };
        let seed = spec.whole("seed");
        let blocks = blocks::take(&arms, seed, stopping, patience_ms, self.hidden, sample).await?;

        let shown = middle(&samples.iter().map(|turns| elapsed_ms(turns)).collect::<Vec<_>>());
        let shown = shown.and_then(|at| samples.get(at)).map(Vec::as_slice).unwrap_or_default();
        let stretches = shown.iter().map(|turn| turn.stretches.len()).sum::<usize>();
        let points_x = c_extension::SHARES.iter().zip(swept);
        let sweep: Vec<Series> = points_x
            .map(|(&x, parallel_ms)| Series {
                name: c_extension::SWEEP.to_owned(),
                x,
                unit: "speed-up".to_owned(),
                samples: blocks
                    .iter()
                    .zip(parallel_ms)
                    .filter_map(|(block, ms)| Some(block.serial_ms? / ms))
                    .collect(),
            })
            .collect();
        let ideal = computes(parallel).then(|| ideal(argument(parallel), workers));
        let (order, started_at, here) = (self.order, self.started_at, self.here);
        let readings = 2.0 * stretches as f64;
        let mut report =
            Comparison { order, started_at, here, crew, blocks, stopping, ideal, readings }
                .report();
        report.repeats = rounds;
        report.series.extend(sweep);
        describe(&mut report, shown, parallel, bench.locks);
        Ok(report)
    }

    /// How often each thread runs the program in a sample, and how many blocks there are.
    fn fit(&self, bench: &Bench, parallel: &Program, points: usize) -> Result<Fitted, Ended> {
        let spec = &self.order.spec;
        let workers = f64::from(bench.workers);
        let cores = workers.min(f64::from(self.here.cores)).max(1.0);
        // How much faster the parallel program can be at the most.
        let (overlap, least_ms) = match parallel {
            Program::Outside { .. } => (workers, SAMPLE_MS),
            Program::Native { .. } => (cores, SAMPLE_MS),
            _ if bench.locks == Locks::One => (1.0, SAMPLE_MS.max(SWITCHES * bench.interval_ms)),
            _ => (cores, SAMPLE_MS),
        };
        let least_ms = least_ms.max(200.0 * bench.crew.clock_step_ms);
        let all_ms = workers * self.unit_ms;
        let block_ms = |rounds: f64| {
            let parallel_arms = 1.0 + points as f64;
            let kernels_ms = 2.0 * kernel_ms(bench.crew.clock_step_ms);
            rounds * all_ms * (2.0 + parallel_arms / overlap) + kernels_ms
        };
        let seconds = spec.whole("seconds").max(1);
        let spent_ms = now_ms() - self.begun_ms;
        let left_ms = |seconds: u32| f64::from(seconds) * 1e3 - spent_ms;
        // Longer samples where there is time: they even out more of the noise.
        let share_ms = SHARE * left_ms(seconds.min(QUICK_SECONDS)) / LAST_LOOK as f64;
        let rounds_in = |ms: f64| ((ms - block_ms(0.0)) / (block_ms(1.0) - block_ms(0.0))).floor();
        let least = (least_ms * overlap / all_ms).ceil();
        let mut rounds = least.max(rounds_in(share_ms)).max(1.0);
        // Waiting takes as long as it takes: of many workers each waits less often.
        if matches!(parallel, Program::Outside { .. }) {
            let most_ms = left_ms(seconds) / FIRST_LOOK as f64;
            rounds = rounds.min(rounds_in(most_ms)).max(1.0);
        }
        let six_ms = FIRST_LOOK as f64 * block_ms(rounds);
        if six_ms > LONGEST_RUN_MS {
            // Each step of n multiplies the work by φ.
            let steps = (six_ms / LONGEST_RUN_MS).log(PHI).ceil().max(1.0) as u32;
            return Err(Ended::Refused(format!(
                "This run would take about {:.0} s on this device, and a run may take 60 s. {}",
                six_ms / 1e3,
                match spec.whole("n").checked_sub(steps) {
                    Some(n) if computes(parallel) =>
                        format!("The largest n that fits here is about {n}."),
                    _ => "Fewer workers would fit.".to_owned(),
                }
            )));
        }
        let block_ms = block_ms(rounds);
        Ok(Fitted {
            rounds: rounds as u32,
            stopping: Stopping::new(seconds, spent_ms, block_ms),
            patience_ms: patience_ms(block_ms),
        })
    }

    /// How long a thread that wakes up waits for the lock, for every switch interval.
    async fn mixed(self, bench: &mut Bench<'_>) -> Result<Report, Ended> {
        let spec = &self.order.spec;
        let n = spec.whole("n").max(1);
        let asked_ms = bench.interval_ms;
        let mut intervals = gil::INTERVALS_MS.to_vec();
        if !intervals.contains(&asked_ms) {
            intervals.push(asked_ms);
            intervals.sort_by(f64::total_cmp);
        }
        let waiters = bench.workers - 1;
        let seconds = spec.whole("seconds").max(1);
        let rounds = (DELAYS.div_ceil(waiters) * seconds).div_ceil(10).max(2);
        let mut shown = Vec::new();
        let mut series = Vec::new();
        for (at, &interval_ms) in intervals.iter().enumerate() {
            bench.interval_ms = interval_ms;
            let once_ms = 30.0 + f64::from(bench.workers) * interval_ms;
            let patience_ms = patience_ms(f64::from(rounds) * once_ms);
            say("Measuring", at as u32, intervals.len() as u32, patience_ms);
            let turns = bench.mixed(n, rounds, patience_ms).await?;
            series.push(Series {
                name: gil::LATENCY.to_owned(),
                x: interval_ms,
                unit: "ms".to_owned(),
                samples: turns.iter().skip(1).flat_map(|turn| turn.delays_ms.clone()).collect(),
            });
            if interval_ms == asked_ms {
                shown = turns;
            }
        }
        bench.interval_ms = asked_ms;
        let (order, started_at, here, crew) = (self.order, self.started_at, self.here, bench.crew);
        let mut report = Comparison::without_blocks(order, started_at, here, crew).report();
        report.environment.visible = !self.hidden.get();
        report.series.extend(series);
        describe(&mut report, &shown, &Program::Bytecode { n }, bench.locks);
        for (answer, turn) in report.results.iter_mut().zip(&shown).skip(1) {
            answer.n = gil::SMALL_N;
            answer.value = turn.values.last().copied().unwrap_or_default().to_string();
        }
        Ok(report)
    }
}

/// A run, fitted to the device.
struct Fitted {
    rounds: u32,
    stopping: Stopping,
    patience_ms: u32,
}

fn computes(program: &Program) -> bool {
    !matches!(program, Program::Outside { .. })
}

/// What p equal cores would do if nobody had to hold anything.
fn ideal(n: u32, workers: u32) -> Ideal {
    let end = fib::calls(n);
    let slot = |worker| IdealSlot { worker, n, start: 0, end };
    Ideal {
        speedup: f64::from(workers),
        makespan_calls: end,
        schedule: (0..workers).map(slot).collect(),
    }
}

/// Puts the turns that are shown into the report: answers and trace.
fn describe(report: &mut Report, turns: &[Turn], program: &Program, locks: Locks) {
    report.results = turns
        .iter()
        .zip(0..)
        .map(|(turn, worker)| Answer {
            n: argument(program),
            value: turn.values.last().copied().unwrap_or_default().to_string(),
            worker,
        })
        .collect();
    report.trace = trace::locked::events(turns, locks != Locks::None);
    if turns.iter().any(|turn| turn.stretches.len() >= MOST_STRETCHES) {
        report.warnings.push(format!(
            "The timeline shows the first {MOST_STRETCHES} stretches of each thread."
        ));
    }
}
