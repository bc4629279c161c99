//! What a run says over the number of workers: the points of the curve, the laws fitted to
//! them, and where more workers stop to help. All of it block by block.

use super::asked::Scaling;
use crate::measure::block::{Arm, Block, Role};
use crate::measure::point::{Point, Quantity};
use crate::measure::stats::estimate;
use crate::measure::summary::{column, ratios};
use crate::measure::unit::Unit;
use crate::report::{Constant, Fit, Law, Report};
use crate::theory::scaling::{Measured, amdahl_share, gustafson_share, scalability};

/// Amdahl's and Gustafson's law are fitted from so many numbers of workers above one.
const LEAST_COUNTS: usize = 3;
/// The universal scalability law is fitted from so many numbers of workers.
const LEAST_FOR_TWO_CONSTANTS: usize = 5;
/// A share is drawn where its interval is at most this wide,
const WIDEST_SHARE: f64 = 0.15;
/// and a coherency where its interval is.
const WIDEST_COHERENCY: f64 = 0.05;
/// More workers are no more than this much of a core each, where they do not help.
pub const LITTLE: f64 = 0.1;

/// The arm of the parallel program on p workers.
pub fn arm(p: u32, largest: bool) -> Arm {
    let role = match p {
        _ if largest => Role::Parallel,
        1 => Role::OneWorker,
        _ => Role::Point,
    };
    Arm { id: format!("workers-{p}"), role, x: Some(f64::from(p)), unit: Some(Unit::Workers) }
}

/// The arm of the kernel on p workers at once.
pub fn kernel(p: u32, largest: bool) -> Arm {
    let only = Arm::only(Role::KernelTogether);
    let id = if largest { only.id } else { format!("kernel-{p}") };
    Arm { id, x: Some(f64::from(p)), unit: Some(Unit::Workers), ..only }
}

/// The arms of the parallel program, by their number of workers.
fn programs(arms: &[Arm]) -> impl Iterator<Item = (f64, &Arm)> {
    let is_program = |arm: &&Arm| {
        arm.unit == Some(Unit::Workers)
            && matches!(arm.role, Role::OneWorker | Role::Point | Role::Parallel)
    };
    arms.iter().filter(is_program).filter_map(|arm| Some((arm.x?, arm)))
}

/// The arms of the kernel, by their number of workers.
fn kernels(arms: &[Arm]) -> impl Iterator<Item = (f64, &Arm)> {
    arms.iter().filter(|arm| arm.role == Role::KernelTogether).filter_map(|arm| Some((arm.x?, arm)))
}

/// Speed-up, efficiency and time for each number of workers, and κ beside them. The time is
/// that of all the work, which grows with the workers where the scaling is weak.
pub fn points(arms: &[Arm], blocks: &[Block], scaling: Scaling, least: f64) -> Vec<Point> {
    let point = |quantity: Quantity, arm: &Arm, values: Vec<f64>| {
        Some(Point::new(quantity, arm, estimate(&values, least)?))
    };
    let mut points = Vec::new();
    for (p, arm) in programs(arms) {
        let speedups = ratios(blocks, Role::Serial.id(), &arm.id);
        let shares = speedups.iter().map(|speedup| speedup / p).collect();
        let jobs = if scaling == Scaling::Weak { p } else { 1.0 };
        let times = column(blocks, &arm.id).iter().map(|ms| ms * jobs).collect();
        points.extend(point(Quantity::SpeedUp, arm, speedups));
        points.extend(point(Quantity::Efficiency, arm, shares));
        points.extend(point(Quantity::Time, arm, times));
    }
    for (p, arm) in kernels(arms) {
        let kappas = kappas(blocks, p, arm).collect();
        points.extend(point(Quantity::CoreEquivalents, arm, kappas));
    }
    points
}

fn kappas(blocks: &[Block], p: f64, arm: &Arm) -> impl Iterator<Item = f64> {
    ratios(blocks, Role::KernelAlone.id(), &arm.id).into_iter().map(move |ratio| p * ratio)
}

/// The laws that these blocks determine.
pub fn fits(arms: &[Arm], blocks: &[Block], scaling: Scaling, least: f64) -> Vec<Fit> {
    let curves: Vec<Vec<Measured>> = blocks
        .iter()
        .map(|block| {
            let speedup = |(p, arm): (f64, &Arm)| {
                Some((p, block.ms_of(Role::Serial.id())? / block.ms_of(&arm.id)?))
            };
            programs(arms).filter_map(speedup).collect()
        })
        .collect();
    let counts = programs(arms).count();
    let above_one = programs(arms).filter(|(p, _)| *p > 1.0).count();
    let fit = |law, parameter, widest: f64, constant: &dyn Fn(&[Measured]) -> Option<f64>| {
        let values: Vec<f64> = curves.iter().filter_map(|curve| constant(curve)).collect();
        let fit = Fit::new(law, parameter, estimate(&values, least)?);
        let determined = values.len() == curves.len() && fit.high - fit.low <= widest;
        determined.then_some(fit)
    };
    let mut fits = Vec::new();
    if above_one >= LEAST_COUNTS {
        let (parameter, widest) = (Constant::SerialShare, WIDEST_SHARE);
        fits.extend(match scaling {
            Scaling::Strong => fit(Law::Amdahl, parameter, widest, &amdahl_share),
            Scaling::Weak => fit(Law::Gustafson, parameter, widest, &gustafson_share),
        });
    }
    if counts >= LEAST_FOR_TWO_CONSTANTS && scaling == Scaling::Strong {
        let alpha = |curve: &[Measured]| scalability(curve).map(|(alpha, _)| alpha);
        let beta = |curve: &[Measured]| scalability(curve).map(|(_, beta)| beta);
        let alpha = fit(Law::Usl, Constant::Alpha, WIDEST_SHARE, &alpha);
        let beta = fit(Law::Usl, Constant::Beta, WIDEST_COHERENCY, &beta);
        // One without the other is no law.
        fits.extend(alpha.zip(beta).into_iter().flat_map(|(alpha, beta)| [alpha, beta]));
    }
    fits
}

/// The number of workers from which on every further one brings less than [`LITTLE`] of a core,
/// as far as the intervals say; `None` where none do.
pub fn knee(report: &Report) -> Option<u32> {
    let mut arms: Vec<(f64, &Arm)> = kernels(&report.arms).collect();
    arms.sort_by(|a, b| a.0.total_cmp(&b.0));
    let blocks = &report.blocks;
    // One worker gets one core.
    let mut before = (1.0, vec![1.0; blocks.len()]);
    let mut knee = None;
    for (p, arm) in arms {
        let here: Vec<f64> = kappas(blocks, p, arm).collect();
        if here.len() != before.1.len() || p <= before.0 {
            return None;
        }
        let each = |(now, then): (&f64, &f64)| (now - then) / (p - before.0);
        let growth: Vec<f64> = here.iter().zip(&before.1).map(each).collect();
        if estimate(&growth, 0.95)?.high < LITTLE {
            knee = knee.or(Some(before.0 as u32));
        } else {
            knee = None;
        }
        before = (p, here);
    }
    knee
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::theory::laws::{amdahl, universal_scalability};

    const COUNTS: [u32; 6] = [1, 2, 3, 4, 6, 8];

    /// Eight blocks on a machine where p workers are so many times as fast, and p kernels too.
    fn made(law: impl Fn(f64) -> f64, kappa: impl Fn(f64) -> f64) -> (Vec<Arm>, Vec<Block>) {
        let largest = |p: u32| p == 8;
        let mut arms = vec![Arm::only(Role::Serial), Arm::only(Role::KernelAlone)];
        arms.extend(COUNTS.map(|p| arm(p, largest(p))));
        arms.extend(COUNTS.iter().filter(|p| **p > 1).map(|&p| kernel(p, largest(p))));
        let block = |at: u32| {
            let noise = 1.0 + 0.004 * f64::from(at % 4) - 0.006;
            let mut block = Block::default();
            for arm in &arms {
                let p = arm.x.unwrap_or(1.0);
                let ms = match arm.role {
                    Role::Serial => 100.0,
                    Role::KernelAlone => 1.0,
                    Role::KernelTogether => noise * p / kappa(p),
                    _ => noise * 100.0 / law(p),
                };
                block.take(&arm.id, ms);
            }
            block
        };
        let blocks = (0..8).map(block).collect();
        (arms, blocks)
    }

    #[test]
    fn every_number_of_workers_has_its_points() {
        let (arms, blocks) = made(|p| p, |p| p);
        let points = points(&arms, &blocks, Scaling::Strong, 0.95);
        let of = |quantity| points.iter().filter(move |point| point.quantity == quantity);
        assert_eq!(
            of(Quantity::SpeedUp).filter_map(|point| point.x).collect::<Vec<_>>(),
            [1.0, 2.0, 3.0, 4.0, 6.0, 8.0]
        );
        assert!(of(Quantity::Efficiency).all(|point| (point.median - 1.0).abs() < 0.01));
        assert_eq!(of(Quantity::CoreEquivalents).count(), 5);
        // Where the work grows, all of it takes as long as one part alone.
        let weak = super::points(&arms, &blocks, Scaling::Weak, 0.95);
        let times = weak.iter().filter(|point| point.quantity == Quantity::Time);
        assert!(times.into_iter().all(|point| (point.median - 100.0).abs() < 2.0));
    }

    #[test]
    fn a_law_is_fitted_where_the_data_determine_it() {
        let (arms, blocks) = made(|p| amdahl(0.1, p), |p| p);
        let fits = fits(&arms, &blocks, Scaling::Strong, 0.95);
        let [share, alpha, beta] = fits.as_slice() else { panic!("{fits:?}") };
        assert_eq!((share.law, share.parameter), (Law::Amdahl, Constant::SerialShare));
        for (fit, truth) in [(share, 0.1), (alpha, 0.1), (beta, 0.0)] {
            assert!(fit.low <= truth && truth <= fit.high, "{fit:?}");
        }
        let (arms, blocks) = made(|p| universal_scalability(0.05, 0.02, p), |p| p);
        let beta = super::fits(&arms, &blocks, Scaling::Strong, 0.95).pop();
        assert!(beta.is_some_and(|beta| beta.low <= 0.02 && 0.02 <= beta.high));
        // Two points determine nothing.
        let two: Vec<Arm> = arms.into_iter().filter(|arm| arm.x.is_none_or(|p| p < 3.0)).collect();
        assert_eq!(super::fits(&two, &blocks, Scaling::Strong, 0.95), []);
    }

    #[test]
    fn the_knee_is_where_more_workers_bring_no_more_cores() {
        let knee_of = |kappa: fn(f64) -> f64| {
            let (arms, blocks) = made(|p| p, kappa);
            knee(&Report { arms, blocks, ..Report::default() })
        };
        assert_eq!(knee_of(|p| p), None);
        assert_eq!(knee_of(|p| p.min(2.0)), Some(2));
        assert_eq!(knee_of(|p| p.min(4.0)), Some(4));
        assert_eq!(knee_of(|_| 1.0), Some(1));
        assert_eq!(knee(&Report::default()), None);
    }
}
