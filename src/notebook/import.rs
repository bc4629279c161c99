//! Reports from files: taken as they are, or refused with a sentence.

use crate::exhibits;
use crate::params::{MAX_TASKS, MAX_WORKERS};
use crate::report::{Origin, Outcome, RankWait, Report, SCHEMA};
use crate::trace::Kind;

/// Files larger than this are not read.
pub const MOST_BYTES: f64 = 4e6;
const MOST_BLOCKS: usize = 1_000;
const MOST_EVENTS: usize = 20_000;
const MOST_TEXT: usize = 2_000;

impl Report {
    /// Takes a report that was read from a file: marked as imported, otherwise unchanged.
    /// The error is a sentence for the visitor.
    ///
    /// # Errors
    ///
    /// A sentence if the schema is newer than [`SCHEMA`], the report names no exhibit of this
    /// build, or anything in it is longer or larger than a run can make it.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::exhibits::pool_map::EXHIBIT;
    /// use fib_lab::report::{Origin, Report, SCHEMA};
    /// use fib_lab::params::{Device, RunSpec};
    ///
    /// let spec = Some(RunSpec::defaults(&EXHIBIT, Device { cores: 2, seed: 1 }));
    /// let report = Report { schema: SCHEMA, exhibit: "pool-map".into(), spec, ..Report::default() };
    /// assert_eq!(report.imported().unwrap().origin, Origin::Imported);
    /// assert!(Report::default().imported().unwrap_err().contains("no schema"));
    /// ```
    pub fn imported(self) -> Result<Report, String> {
        if self.schema > SCHEMA {
            return Err(format!(
                "This report was written by a newer lab (schema {}, and this page reads up to \
                 {SCHEMA}). Reload the page to get its newest version.",
                self.schema
            ));
        }
        let refuse = |what: &str| Err(format!("This is not a report of the lab: {what}."));
        if self.schema == 0 {
            return refuse("it names no schema");
        }
        if exhibits::named(&self.exhibit).is_none() {
            return refuse("it names no exhibit of this page");
        }
        let Some(spec) = &self.spec else { return refuse("it does not say what was run") };
        if !(1..=MAX_WORKERS).contains(&spec.whole("workers").max(1)) {
            return refuse("its number of workers is out of range");
        }
        if self.results.len() > MAX_TASKS
            || self.blocks.len() > MOST_BLOCKS
            || self.rounds.len() > MOST_BLOCKS
            || self.trace.len() > MOST_EVENTS
            || self.warnings.len() > MOST_BLOCKS
        {
            return refuse("it is longer than any run");
        }
        if self.results.iter().any(|answer| answer.n > 92 || answer.value.len() > 20) {
            return refuse("its answers are out of range");
        }
        let worker_known = |worker: u32| worker < MAX_WORKERS;
        let ideal = self.ideal.iter().flat_map(|ideal| &ideal.schedule);
        if !self.trace.iter().all(|event| worker_known(event.worker))
            || !ideal.clone().all(|slot| worker_known(slot.worker) && slot.n <= 92)
            || ideal.count() > MAX_TASKS
        {
            return refuse("its timeline is out of range");
        }
        let outcome = self.outcome.clone().or_else(|| self.told_outcome());
        if let Some(Outcome::Deadlock { waits }) = &outcome {
            let known = |wait: &RankWait| wait.who < MAX_WORKERS && wait.whom < MAX_WORKERS as i32;
            if waits.len() > MAX_WORKERS as usize || !waits.iter().all(known) {
                return refuse("its deadlock is out of range");
            }
        }
        if self.texts().any(|text| text.len() > MOST_TEXT) {
            return refuse("its texts are too long");
        }
        if !self.numbers().all(|number| number.is_finite() && number.abs() < 1e12) {
            return refuse("some of its numbers are none");
        }
        Ok(Report { origin: Origin::Imported, outcome, ..self })
    }

    /// The deadlock of a report from before reports had an `outcome`: there only a warning
    /// and labels told of it. The times are no help, because they are from several clocks;
    /// but a wait that came to its end is followed by the message that ended it.
    fn told_outcome(&self) -> Option<Outcome> {
        let told = self.warnings.iter().any(|warning| warning.starts_with("Standstill: "));
        if self.schema > 1 || !told {
            return None;
        }
        let waits = self.trace.iter().enumerate().filter_map(|(at, event)| {
            let next = self.trace.get(at + 1);
            let ended =
                next.is_some_and(|next| next.kind == Kind::Message && next.worker == event.worker);
            let whom = event.label.strip_prefix("waits for rank ")?.parse().ok()?;
            let lasts = event.kind == Kind::Wait && !ended;
            lasts.then_some(RankWait { who: event.worker, whom })
        });
        Some(Outcome::Deadlock { waits: waits.collect() })
    }

    fn texts(&self) -> impl Iterator<Item = &String> {
        let own = [&self.started_at, &self.environment.user_agent];
        let labels = self.trace.iter().map(|event| &event.label);
        let arms = self.blocks.iter().flat_map(|block| &block.order);
        own.into_iter().chain(labels).chain(arms).chain(&self.warnings)
    }

    fn numbers(&self) -> impl Iterator<Item = f64> {
        let blocks = self.blocks.iter().flat_map(|block| {
            [
                block.serial_ms,
                block.one_worker_ms,
                block.parallel_ms,
                block.kernel_alone_ms,
                block.kernel_together_ms,
            ]
        });
        let ratios = [&self.speedup, &self.relative_speedup, &self.work_overhead];
        let ratios = ratios.into_iter().flatten().flat_map(|r| [r.median, r.low, r.high]);
        let events = self.trace.iter().flat_map(|event| [event.start_ms, event.end_ms]);
        let rounds = self.rounds.iter().flat_map(|round| [round.median, round.low, round.high]);
        let single = [self.core_equivalents, self.capacity_efficiency, self.efficiency, self.drift];
        let more = self.prediction.iter().map(|prediction| prediction.value);
        let lost = self.lost_time.iter().flat_map(|lost| {
            [
                lost.serial_ms,
                lost.work_inflation_ms,
                lost.idle_ms,
                lost.overhead_ms,
                lost.residual_ms,
            ]
        });
        let ideal = self.ideal.iter().map(|ideal| ideal.speedup);
        let all = blocks.flatten().chain(ratios).chain(events).chain(rounds);
        all.chain(single.into_iter().flatten()).chain(more).chain(lost).chain(ideal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exhibits::pool_map::EXHIBIT;
    use crate::measure::block::Block;
    use crate::params::{Device, RunSpec};
    use crate::trace::Event;

    fn report() -> Report {
        let spec = RunSpec::defaults(&EXHIBIT, Device { cores: 2, seed: 1 });
        Report { schema: 1, exhibit: "pool-map".into(), spec: Some(spec), ..Report::default() }
    }

    #[test]
    fn a_report_is_taken_as_it_is_and_marked() {
        let imported = report().imported().unwrap();
        assert_eq!(imported, Report { origin: Origin::Imported, ..report() });
    }

    /// A report of a ring in which rank 0 waits for rank 1, which died: as it was written
    /// before reports had an outcome, by clocks of which one was ahead.
    fn old_deadlock() -> Report {
        let event = |worker, label: &str, kind, end_ms| {
            let label = label.to_owned();
            Event { worker, label, kind, start_ms: 0.0, end_ms }
        };
        let trace = vec![
            event(0, "waits for rank 1", Kind::Wait, 3.0),
            event(1, "waits for rank 0", Kind::Wait, 4.0),
            event(1, "0 → 1: P0", Kind::Message, 4.0),
        ];
        let warnings = vec!["Standstill: rank 0 waits for rank 1, and so on.".to_owned()];
        Report { trace, warnings, ..report() }
    }

    #[test]
    fn an_old_report_of_a_deadlock_has_its_outcome_whichever_clock_was_ahead() {
        let waits = vec![RankWait { who: 0, whom: 1 }];
        let imported = old_deadlock().imported().unwrap();
        assert_eq!(imported.outcome, Some(Outcome::Deadlock { waits: waits.clone() }));
        // What a report itself says counts.
        let waits = vec![RankWait { who: 2, whom: -1 }];
        let outcome = Some(Outcome::Deadlock { waits });
        let newer = Report { outcome: outcome.clone(), ..old_deadlock() };
        assert_eq!(newer.imported().unwrap().outcome, outcome);
        let ended = Report { warnings: Vec::new(), ..old_deadlock() };
        assert_eq!(ended.imported().unwrap().outcome, None);
    }

    #[test]
    fn what_is_no_report_is_refused_with_a_sentence() {
        #[track_caller]
        fn case(report: Report, part: &str) {
            let sentence = report.imported().unwrap_err();
            assert!(sentence.contains(part) && sentence.ends_with('.'), "{sentence}");
        }
        case(Report { schema: 2, ..report() }, "newer lab");
        case(Report::default(), "no schema");
        case(Report { exhibit: "x".into(), ..report() }, "no exhibit");
        case(Report { spec: None, ..report() }, "what was run");
        case(Report { blocks: vec![Block::default(); 5_000], ..report() }, "longer than any run");
        case(Report { warnings: vec!["x".repeat(9_999)], ..report() }, "too long");
        for waits in [vec![RankWait { who: 64, whom: 0 }], vec![RankWait { who: 0, whom: 0 }; 65]] {
            let outcome = Some(Outcome::Deadlock { waits });
            case(Report { outcome, ..report() }, "deadlock");
        }
        case(Report { drift: Some(f64::NAN), ..report() }, "numbers");
    }
}
