//! What kept a parallel program from being as many times as fast as it has workers, where the
//! intervals say so.

use crate::measure::stats::Standing;
use crate::report::Report;

/// What the figures name as the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Nothing: the workers gave all that they could.
    Nothing,
    /// The machine: independent kernels get no more.
    Machine,
    /// The program: it reached less than the machine and its schedule allow.
    Program,
    /// The intervals are too wide to tell.
    Unclear,
}

impl Limit {
    /// The name in the page.
    pub fn name(self) -> &'static str {
        match self {
            Limit::Nothing => "nothing",
            Limit::Machine => "machine",
            Limit::Program => "program",
            Limit::Unclear => "unclear",
        }
    }
}

/// The limit of a run; `None` where nothing was compared.
///
/// # Examples
///
/// ```
/// use fib_lab::analysis::limit::limit;
/// use fib_lab::report::Report;
/// assert_eq!(limit(&Report::default()), None);
/// ```
pub fn limit(report: &Report) -> Option<Limit> {
    let workers = f64::from(report.spec.as_ref()?.whole("workers").max(1));
    report.verdict.as_ref()?;
    let kappa = report.core_equivalents.as_ref()?;
    let capacity = report.capacity_efficiency.as_ref()?;
    Some(match (capacity.standing(1.0), kappa.standing(workers)) {
        (Standing::Short, _) => Limit::Program,
        (_, Standing::Short) => Limit::Machine,
        (Standing::AsTheory, Standing::AsTheory) => Limit::Nothing,
        _ => Limit::Unclear,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::measure::block::{Estimate, Verdict};
    use crate::params::{RunSpec, Value};

    #[test]
    fn a_limit_is_named_only_where_the_whole_interval_says_so() {
        #[track_caller]
        fn case(kappa: (f64, f64), capacity: (f64, f64), expected: Limit) {
            let estimate = |(low, high): (f64, f64)| {
                Some(Estimate {
                    median: (low + high) / 2.0,
                    low,
                    high,
                    confidence: 0.99,
                    blocks: 8,
                })
            };
            let values = BTreeMap::from([("workers".to_owned(), Value::Whole(4))]);
            let report = Report {
                spec: Some(RunSpec { exhibit: "a race".to_owned(), values }),
                verdict: Some(Verdict::Faster),
                core_equivalents: estimate(kappa),
                capacity_efficiency: estimate(capacity),
                ..Report::default()
            };
            assert_eq!(limit(&report), Some(expected));
            assert_eq!(limit(&Report { verdict: None, ..report }), None);
        }
        case((3.95, 4.0), (0.98, 1.0), Limit::Nothing);
        case((2.0, 2.2), (0.98, 1.0), Limit::Machine);
        case((3.95, 4.0), (0.8, 0.9), Limit::Program);
        case((3.0, 4.0), (0.9, 1.1), Limit::Unclear);
    }
}
