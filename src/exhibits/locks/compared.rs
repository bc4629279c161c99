//! Threads that hold a lock against the serial program, in blocks; what is swept beside
//! them stands in the same blocks.

use super::run::{Run, describe, holds, native};
use crate::exhibits::c_extension;
use crate::exhibits::locks::audit::{Bench, argument, elapsed_ms};
use crate::exhibits::pool_map::run::Ended;
use crate::exhibits::pool_map::sizing::{LONGEST_RUN_MS, kernel_ms, patience_ms};
use crate::fib;
use crate::measure::clock::now_ms;
use crate::measure::sampling::{Arm, FIRST_LOOK, LAST_LOOK, QUICK_SECONDS, Stopping};
use crate::measure::stats::middle;
use crate::report::{Ideal, IdealSlot, Report, Series};
use crate::runtime::blocks::{self, Comparison};
use crate::runtime::protocol::{Locks, Program, Turn};
use crate::theory::laws::PHI;

/// A sample of the parallel program takes at least this long.
const SAMPLE_MS: f64 = 50.0;
/// Blocks of a quick run take this share of its time.
const SHARE: f64 = 0.8;
/// The locks change hands at least so often in a sample in which threads compute.
const SWITCHES: f64 = 4.0;

/// A run, fitted to the device.
struct Fitted {
    rounds: u32,
    stopping: Stopping,
    patience_ms: u32,
}

impl Run<'_> {
    /// Serial against parallel, in blocks, and whatever is swept beside it.
    pub async fn compared(
        self,
        bench: &mut Bench<'_>,
        serial: &Program,
        parallel: &Program,
    ) -> Result<Report, Ended> {
        let spec = &self.order.spec;
        let (rig, workers) = (bench.rig, bench.workers);
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
        let window_ms = kernel_ms(rig.clock_step_ms);
        let sample = async |arm| {
            let turns = match arm {
                Arm::KernelAlone | Arm::KernelTogether => {
                    let together = arm == Arm::KernelTogether;
                    return rig.kernel_ms(together, window_ms, patience_ms).await;
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
            Comparison { order, started_at, here, rig, blocks, stopping, ideal, readings }.report();
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
        let least_ms = least_ms.max(200.0 * bench.rig.clock_step_ms);
        let all_ms = workers * self.unit_ms;
        let block_ms = |rounds: f64| {
            let parallel_arms = 1.0 + points as f64;
            let kernels_ms = 2.0 * kernel_ms(bench.rig.clock_step_ms);
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
