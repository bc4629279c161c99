//! What a figure says after its charts: what the instrument is like, and every answer.

use maud::{Markup, html};

use super::table::table;
use super::words;
use crate::measure::block::Role;
use crate::report::{Check, Report, SeriesName, Want};

/// What the instrument itself is like, as the report knows it.
pub fn instrument(report: &Report) -> String {
    let environment = &report.environment;
    let first = |name: SeriesName| report.series_named(name).next()?.samples.first().copied();
    let mut sentences = vec![format!(
        "The clock moves in steps of {}.",
        words::time(environment.timer_step_us / 1e3)
    )];
    sentences.extend(
        environment
            .clock_alignment_us
            .map(|us| format!("The workers' clocks agree to within {}.", words::time(us / 1e3))),
    );
    let parallel_ms = report.median_ms(Role::Parallel);
    if let (Some(tracing_ms), Some(parallel_ms)) = (first(SeriesName::Tracing), parallel_ms) {
        sentences.push(format!(
            "Recording the timeline took {} of each job ({:.3} %).",
            words::time(tracing_ms),
            tracing_ms / parallel_ms * 100.0
        ));
    }
    if let Some(ms) = first(SeriesName::StartUp) {
        sentences
            .push(format!("Starting the workers took {}, outside all samples.", words::time(ms)));
    }
    let kappa = report.core_equivalents.as_ref().map(|kappa| kappa.median);
    let workers = report.spec.as_ref().map_or(1, |spec| spec.whole("workers"));
    if let Some(kappa) = kappa.filter(|kappa| workers > 1 && *kappa < 0.9 * f64::from(workers)) {
        sentences.push(format!(
            "{workers} independent kernels get only {kappa:.2} cores' worth of this machine: cores \
             may be shared by two threads each, of two speeds, or busy with something else."
        ));
    }
    sentences.join(" ")
}

/// Every answer, and what is right.
pub fn answers(report: &Report) -> Markup {
    let checks = &report.checks;
    if checks.is_empty() {
        return Markup::default();
    }
    let compares = report.speedup.is_some();
    let mark = |check: &Check| match (check.right, &check.want) {
        (Some(true), Some(Want::Range { low, high })) => format!(
            "✓ possible: {} to {}",
            words::grouped(&low.to_string()),
            words::grouped(&high.to_string())
        ),
        (Some(true), _) => "✓ right".to_owned(),
        (Some(false), Some(Want::Value(want))) => format!("✗ wrong: {}", words::grouped(want)),
        (Some(false), _) => "✗ wrong".to_owned(),
        (None, _) => "any is right".to_owned(),
    };
    let of_arms = checks.iter().any(|check| check.arm.is_some());
    let mut rows = checks.iter().map(|check| {
        let by = match &check.arm {
            Some(arm) => Some(arm.replace('-', " ")),
            None => compares.then(|| format!("worker {}", check.worker.saturating_add(1))),
        };
        [words::what(check.what), words::grouped(&check.got)]
            .into_iter()
            .chain(by)
            .chain([mark(check)])
            .collect()
    });
    let is_range = |check: &Check| matches!(check.want, Some(Want::Range { .. }));
    let caption = if checks.iter().any(is_range) && !report.is_wrong() {
        "Every answer is one that is possible; the last sample of each is shown, and all were checked."
    } else if checks.iter().all(|check| check.right == Some(true)) {
        "All answers are right, checked against another way to find them."
    } else if report.is_wrong() {
        "Some answers are wrong."
    } else {
        "What came out."
    };
    let headings: &[_] = if of_arms {
        &["Task", "#Answer", "Counted by", "Check"]
    } else if compares {
        &["Task", "#Answer", "Computed by", "Check"]
    } else {
        &["Task", "#Answer", "Check"]
    };
    html! { div.answers { (table("Answers", Some(caption), headings, &mut rows)) } }
}
