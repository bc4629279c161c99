//! What the visitor's runs say to the exercises of the lesson.

use super::asked::{Scaling, Work};
use crate::exhibits::card::{Progress, last, measured};
use crate::exhibits::exercise::{Shows, fewer_cores, shows, undecided};
use crate::measure::block::Estimate;
use crate::measure::point::{Point, Quantity};
use crate::measure::stats::LEAST_FOR_VERDICT;
use crate::report::{Constant, Fit, Law, Report};
use crate::theory::scaling::amdahl_share;

/// Two speed-ups whose ratio lies within this of 1 are about the same.
const ABOUT: f64 = 0.1;

/// The points of this quantity, from few workers to many.
fn over_workers(report: &Report, quantity: Quantity) -> Vec<(f64, &Point)> {
    let own = report.points.iter().filter(|point| point.quantity == quantity);
    let mut own: Vec<(f64, &Point)> = own.filter_map(|point| Some((point.x?, point))).collect();
    own.sort_by(|a, b| a.0.total_cmp(&b.0));
    own
}

/// Whether there are blocks enough to conclude something.
fn enough(estimate: &Estimate) -> bool {
    estimate.blocks >= LEAST_FOR_VERDICT
}

fn in_words(estimate: &Estimate) -> String {
    format!("{:.2} ({:.2} to {:.2})", estimate.median, estimate.low, estimate.high)
}

/// Amdahl's f of the six tasks, which have no serial part.
pub fn not_a_serial_part(runs: &[Report]) -> Option<Progress> {
    let run =
        last(runs, |spec| Work::of(spec) == Work::Six && Scaling::of(spec) == Scaling::Strong)?;
    let workers = run.spec.as_ref()?.whole("workers");
    let fitted = |fit: &&Fit| fit.law == Law::Amdahl && fit.parameter == Constant::SerialShare;
    let Some(fit) = run.fits.iter().find(fitted) else {
        return Some(Progress::Open(format!(
            "Your last run of the six tasks, with {workers} workers, does not determine f: it takes \
             at least three numbers of workers above one, and an interval narrower than 0.15."
        )));
    };
    let counts = over_workers(run, Quantity::SpeedUp);
    let perfect = counts.iter().map(|&(p, _)| (p, Work::Six.ideal(Scaling::Strong, p as u32)));
    let perfect = amdahl_share(&perfect.collect::<Vec<_>>())?;
    let read = format!(
        "Amdahl’s law reads f = {:.2} ({:.2} to {:.2}) out of your curve",
        fit.median, fit.low, fit.high
    );
    Some(if fit.low > 0.0 {
        let cores = fewer_cores(run).filter(|_| fit.low > perfect);
        let cores = cores.map_or(String::new(), |cores| {
            format!(" Yours bends more than that, for a reason that is not serial either: {cores}.")
        });
        Progress::Solved(format!(
            "{read}, and not one call of the six tasks is serial. It sees that fib(38) is one piece: \
             a perfect machine would be read as f = {perfect:.2} from these numbers of \
             workers.{cores}"
        ))
    } else if fit.high < 0.0 {
        Progress::Opposite(format!(
            "{read}, less than nothing. Your run shows the opposite, because serial and parallel \
             samples did not meet the same machine: on paper f is {perfect:.2}."
        ))
    } else {
        Progress::Open(format!(
            "{read}, which may be none at all. More workers, or more seconds, tell it from 0."
        ))
    })
}

/// As many workers as cores, and twice as many.
pub fn twice_the_cores(runs: &[Report]) -> Option<Progress> {
    let asked = |spec: &_| Work::of(spec) == Work::Equal && Scaling::of(spec) == Scaling::Strong;
    let run = last(runs, asked)?;
    let cores = run.environment.hardware_concurrency.max(1);
    let points = over_workers(run, Quantity::SpeedUp);
    let at = |p: u32| {
        let found = points.iter().find(|(x, _)| *x == f64::from(p));
        found.map(|(_, point)| point.estimate())
    };
    let twice_as_many = cores.saturating_mul(2);
    let (Some(once), Some(twice)) = (at(cores), at(twice_as_many)) else {
        return Some(Progress::Open(format!(
            "Your last run has no points at {cores} and {twice_as_many} workers: the browser claims \
             {cores} cores. Choose Workers = {twice_as_many}, and more seconds if it leaves points \
             out."
        )));
    };
    if !enough(&once) || !enough(&twice) {
        return Some(Progress::Open("That run has too few blocks to conclude from.".to_owned()));
    }
    let both = format!(
        "{cores} workers: {}; {twice_as_many} workers: {}.",
        in_words(&once),
        in_words(&twice)
    );
    let alike = twice.low / once.high > 1.0 - ABOUT && twice.high / once.low < 1.0 + ABOUT;
    Some(match shows(&twice, &once) {
        _ if alike => Progress::Solved(format!(
            "{both} That is about the same: further workers find no further cores."
        )),
        Shows::Expected => Progress::Opposite(format!(
            "{both} Your run shows that more workers than claimed cores help, because the machine has \
             more than the browser claims, or others use the cores too, and whoever has more workers \
             gets a larger share."
        )),
        Shows::Opposite => Progress::Opposite(format!(
            "{both} Your run shows that too many workers cost something, because they take turns on \
             the cores, and each change has its price."
        )),
        Shows::Neither => Progress::Open(both + undecided(&twice, &once).as_str()),
    })
}

/// The number of workers of which each does half as much as one alone.
pub fn half_efficient(runs: &[Report]) -> Option<Progress> {
    let run = last(runs, |spec| Scaling::of(spec) == Scaling::Strong)?;
    let points = over_workers(run, Quantity::Efficiency);
    let (most, at_most) = points.last()?;
    if !enough(&at_most.estimate()) {
        return Some(Progress::Open(
            "Your last run has too few blocks to conclude from.".to_owned(),
        ));
    }
    let Some((p, point)) = points.iter().find(|(_, point)| point.high <= 0.5) else {
        return Some(Progress::Open(format!(
            "With {most} workers your efficiency is still {}. More workers will bring it down.",
            in_words(&at_most.estimate())
        )));
    };
    let before = points.iter().rev().find(|(x, _)| x < p);
    let before =
        before.map_or(String::new(), |(x, point)| format!(", after {:.2} with {x}", point.median));
    Some(Progress::Solved(format!(
        "With {p} workers the efficiency is {}{before}; the speed-up of that run was {} with {most}.",
        in_words(&point.estimate()),
        measured(run)?
    )))
}
