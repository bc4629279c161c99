//! A run that is spread over fresh starts of the engines.
//!
//! All blocks of one start have in common what the browser made of the program when it was
//! started: where its code and its memory came to lie, which worker got which core. No number of
//! blocks shows that. So a run may be made several times over, each time with new engines and a
//! part of the time, and then the start is the unit: the median of its blocks is one value.

use std::rc::Rc;

use super::merge::merged;
use super::run::{Ended, Part, Run};
use crate::report::Report;

/// Makes a run `once`, or over as many fresh starts as it asks for. What ends with `once` is
/// taken down with it: no engine outlives its start.
pub async fn spread<F>(run: Rc<Run>, once: impl Fn(Rc<Run>) -> F) -> Result<Report, Ended>
where
    F: Future<Output = Result<Report, Ended>>,
{
    let of = run.starts();
    if of < 2 {
        return once(run).await;
    }
    let mut reports: Vec<Report> = Vec::new();
    for start in 0..of {
        if run.ends_before(start as usize, "all starts were made") {
            break;
        }
        let taken = reports.iter().map(|report| report.blocks.len()).sum();
        let part = run.part(Part { start, of, taken }, reports.first());
        reports.push(once(Rc::new(part)).await?);
    }
    Ok(run.close(merged(&run, reports)))
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use std::cell::RefCell;

    use futures_executor::block_on;

    use super::super::blocks::{self, Comparison};
    use super::super::progress::Listener;
    use super::super::protocol::News;
    use super::super::rig::Needs;
    use super::super::stand_in::StandIn;
    use super::super::team::TeamKind;
    use super::*;
    use crate::measure::block::{Arm, Role, Verdict};
    use crate::measure::sampling::Stopping;
    use crate::measure::summary::units;
    use crate::params::{RunSpec, Value};

    /// What each start makes of the serial program's time: every one is off by its own share.
    const OFF: [f64; 12] = [0.9, 1.1, 0.95, 1.05, 1.0, 1.0, 0.98, 1.02, 0.97, 1.03, 0.99, 1.01];

    fn run_of(starts: u32, seconds: u32) -> (Rc<Run>, Rc<RefCell<Vec<News>>>, StandIn) {
        let device = StandIn::default();
        let values = [("workers", 2), ("seed", 7), ("starts", starts), ("seconds", seconds)];
        let values = values.map(|(name, value)| (name.to_owned(), Value::Whole(value)));
        let spec = RunSpec { exhibit: "made-up".to_owned(), values: values.into() };
        let (run, heard) = device.clone().run(spec);
        (run, heard, device)
    }

    /// Four blocks of a program that is twice as fast, but for what its start makes of it.
    async fn four_blocks(run: Rc<Run>) -> Result<Report, Ended> {
        let rig = run.rig(Needs::Pool, 2).await?;
        let arms = [Role::Serial, Role::Parallel].map(Arm::only).to_vec();
        let stopping = Stopping { most: 4, early: false };
        let serial_ms = 200.0 * OFF[run.start() as usize];
        let sample = async |arm: &Arm| Ok(if arm.role == Role::Serial { serial_ms } else { 100.0 });
        let blocks = blocks::take(&run, &arms, stopping, 100, sample).await?;
        run.warn(format!("{} in {} s", run.start(), run.seconds()));
        run.warn("the same in all".to_owned());
        let empty = Comparison::without_blocks(&run, &rig);
        Ok(run.close(Comparison { arms, blocks, stopping, ..empty }.report()))
    }

    fn spread_over(starts: u32, seconds: u32) -> (Report, Vec<News>, Vec<(TeamKind, u32)>) {
        let (run, heard, device) = run_of(starts, seconds);
        let report = block_on(spread(run, four_blocks)).unwrap();
        let heard = heard.borrow().clone();
        let started = device.started.borrow().clone();
        (report, heard, started)
    }

    #[test]
    fn the_start_is_the_unit_and_its_engines_are_new() {
        let (report, heard, started) = spread_over(6, 60);
        assert_eq!(started.len(), 12, "a pool and its twin for each start");
        assert_eq!(
            report.blocks.iter().map(|block| block.start).collect::<Vec<_>>(),
            [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5]
        );
        let speedup = report.speedup.clone().unwrap();
        // From the least start to the greatest, not from the least block of one of them.
        assert_eq!((speedup.low, speedup.median, speedup.high), (1.8, 2.0, 2.2));
        assert_eq!((speedup.blocks, speedup.confidence), (6, 0.96875));
        assert_eq!(report.verdict, Some(Verdict::Faster));
        assert_eq!(report.speedups().len(), 6);
        assert!(report.smallest_difference.unwrap() > 1.05, "{:?}", report.smallest_difference);
        assert_eq!(report.spec.as_ref().map(|spec| spec.whole("seconds")), Some(60));
        assert_eq!(report.efficiency.unwrap().blocks, 6);
        // Each has its share of the time, and what all say is said once.
        assert_eq!(report.warnings.len(), 7, "{:?}", report.warnings);
        assert!(report.warnings.contains(&"0 in 10 s".to_owned()));
        let phases = heard.iter().filter_map(|news| match news {
            News::Progress(progress) => Some(progress.phase.as_str()),
            _ => None,
        });
        assert!(phases.clone().any(|phase| phase == "Start 6 of 6: Measuring"));
    }

    #[test]
    fn orders_go_on_where_the_start_before_left_off() {
        let (report, ..) = spread_over(6, 60);
        let firsts = report.blocks.iter().filter(|block| block.order[0] == "serial").count();
        assert_eq!((firsts, report.balanced), (12, Some(true)));
    }

    #[test]
    fn one_start_is_an_ordinary_run() {
        let (report, heard, started) = spread_over(1, 60);
        assert_eq!((started.len(), report.blocks.len()), (2, 4));
        assert_eq!(report.verdict, None);
        assert!(units(&report.blocks, |own| vec![own.len() as f64]) == [4.0]);
        assert!(heard.iter().all(|news| match news {
            News::Progress(progress) => !progress.phase.starts_with("Start "),
            _ => true,
        }));
    }

    #[test]
    fn a_start_that_is_refused_or_breaks_ends_the_run() {
        let (run, ..) = run_of(6, 60);
        let fault = super::super::engine::Fault::Broke("unreachable".to_owned());
        let third = |run: Rc<Run>| {
            let fault = fault.clone();
            async move {
                if run.start() == 2 { Err(Ended::Broke(fault)) } else { four_blocks(run).await }
            }
        };
        assert_eq!(block_on(spread(run, third)).unwrap_err(), Ended::Broke(fault.clone()));
    }
}
