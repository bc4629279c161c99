//! How often the instrument's intervals hold, on machines that are made up: with noise that is
//! normal, log-normal, of two modes, or that drifts; and given that a run stopped early.
//!
//! The noise is drawn from fixed seeds, so the figures are the same on every machine.

use fastrand::Rng;

use crate::measure::sampling::{FIRST_LOOK, LAST_LOOK, NARROW, Orders, Stopping};
use crate::measure::stats::{LEAST_FOR_VERDICT, estimate};

/// So many runs stand behind each share.
pub const RUNS: usize = 10_000;
/// How many times as fast the made-up programs are.
pub const TRUE_SPEEDUP: f64 = 1.8;

/// What disturbs the samples of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noise {
    /// Of 5 % for each sample.
    Normal,
    /// A factor that is as often halved as it is doubled.
    LogNormal,
    /// Two modes, as when another program now and then takes a core.
    Bimodal,
    /// A machine that gets slower with every sample, so that who comes later in a block looks
    /// slower: by 30 % over twelve blocks.
    Drifting,
}

impl Noise {
    /// All of them.
    pub const ALL: [Noise; 4] = [Noise::Normal, Noise::LogNormal, Noise::Bimodal, Noise::Drifting];

    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Noise::Normal => "normal",
            Noise::LogNormal => "log-normal",
            Noise::Bimodal => "bimodal",
            Noise::Drifting => "drifting",
        }
    }

    /// A factor around 1. For the drift what remains beside it.
    pub fn factor(self, rng: &mut Rng) -> f64 {
        match self {
            Noise::Normal => (1.0 + 0.05 * normal(rng)).max(0.1),
            Noise::LogNormal => (0.2 * normal(rng)).exp(),
            Noise::Bimodal => {
                let slow = if rng.f64() < 0.25 { 1.5 } else { 1.0 };
                slow * (1.0 + 0.01 * normal(rng))
            }
            Noise::Drifting => 1.0 + 0.02 * normal(rng),
        }
    }
}

/// A standard normal number, by G. E. P. Box and M. E. Muller's method (1958).
pub fn normal(rng: &mut Rng) -> f64 {
    let radius = (-2.0 * (1.0 - rng.f64()).ln()).sqrt();
    radius * (std::f64::consts::TAU * rng.f64()).cos()
}

/// The block ratios of a run under this rule, taken with this noise.
pub fn ratios(rule: Stopping, noise: Noise, seed: u32, rng: &mut Rng) -> Vec<f64> {
    let mut ratios = Vec::new();
    // Only where the machine drifts does it matter who comes first.
    let mut orders = Orders::new(&[TRUE_SPEEDUP, 1.0], seed);
    let mut slower = 1.0;
    while !rule.enough(&ratios) {
        let mut ratio = 1.0;
        let order = if noise == Noise::Drifting { orders.next() } else { None };
        for times in order.unwrap_or_else(|| vec![TRUE_SPEEDUP, 1.0]) {
            let ms = times * slower * noise.factor(rng);
            ratio = if times == 1.0 { ratio / ms } else { ratio * ms };
            if noise == Noise::Drifting {
                slower += 0.3 / 24.0;
            }
        }
        ratios.push(ratio);
    }
    ratios
}

/// Whether the interval of a run holds the truth.
fn covers(rule: Stopping, ratios: &[f64]) -> bool {
    let found = estimate(ratios, rule.least_coverage(ratios.len()));
    found.is_some_and(|found| found.low <= TRUE_SPEEDUP && TRUE_SPEEDUP <= found.high)
}

/// The share of quick runs whose interval holds the truth, where there is time for at most so
/// many blocks.
pub fn covered(noise: Noise, most: usize) -> f64 {
    let rule = Stopping { most, early: most > FIRST_LOOK };
    let mut rng = Rng::with_seed(20_26);
    let runs = (0..RUNS as u32).filter(|&seed| covers(rule, &ratios(rule, noise, seed, &mut rng)));
    runs.count() as f64 / RUNS as f64
}

/// Of runs whose block ratios have this noise, and whose first look comes after so many blocks:
/// which share ends at it, and which share of those covers the truth.
pub fn stopped_at(first_look: usize, noise: f64, rng: &mut Rng) -> (f64, f64) {
    let mut stopped = 0;
    let covered = (0..4 * RUNS).filter(|_| {
        let ratios: Vec<f64> =
            (0..first_look).map(|_| TRUE_SPEEDUP * (1.0 + noise * normal(rng))).collect();
        let Some(found) = estimate(&ratios, 0.95) else { return false };
        let stops = found.half_width() < NARROW;
        stopped += u32::from(stops);
        stops && found.low <= TRUE_SPEEDUP && TRUE_SPEEDUP <= found.high
    });
    let covered = covered.count() as f64;
    (f64::from(stopped) / (4 * RUNS) as f64, covered / f64::from(stopped))
}

/// Prints both tables.
pub fn run() {
    println!(
        "Simulated coverage of the interval in quick runs, by how many blocks there is time for \
         ({RUNS} runs each):"
    );
    let counts = LEAST_FOR_VERDICT..=LAST_LOOK;
    print!("{:<14}", "noise");
    counts.clone().for_each(|most| print!("{most:>8}"));
    println!();
    let mut least = f64::INFINITY;
    for noise in Noise::ALL {
        print!("{:<14}", noise.name());
        for most in counts.clone() {
            let share = covered(noise, most);
            least = least.min(share);
            print!("{:>6.1} %", share * 100.0);
        }
        println!();
    }
    println!("{:<38} {:.1} % (at least 95 %)", "the least of these", least * 100.0);
    println!("Given that a run stopped at its first look, by the noise of its block ratios:");
    let mut rng = Rng::with_seed(12);
    for percent in 1..=4 {
        let noise = f64::from(percent) / 100.0;
        let (_, at_six) = stopped_at(LEAST_FOR_VERDICT, noise, &mut rng);
        let (share, at_first) = stopped_at(FIRST_LOOK, noise, &mut rng);
        println!(
            "{percent} %{:<11} after {FIRST_LOOK} blocks {:.1} % ({:.1} % of all runs stop there{}); had it \
             come after {LEAST_FOR_VERDICT}, {:.1} %",
            "",
            at_first * 100.0,
            share * 100.0,
            if percent <= 3 { "; at least 95 %" } else { "" },
            at_six * 100.0
        );
    }
}
