//! What a figure says after its charts: what the instrument is like, and every answer.

use maud::{Markup, html};

use super::table::table;
use super::words;
use crate::fib;
use crate::measure::stats::median;
use crate::report::Report;

/// What the instrument itself is like, as the report knows it.
pub fn instrument(report: &Report) -> String {
    let environment = &report.environment;
    let series = |name: &str| {
        let found = report.series.iter().find(|series| series.name == name);
        found.and_then(|series| series.samples.first().copied())
    };
    let mut sentences = vec![format!(
        "The clock moves in steps of {}.",
        words::time(environment.timer_step_us / 1e3)
    )];
    sentences.extend(
        environment
            .clock_alignment_us
            .map(|us| format!("The workers' clocks agree to within {}.", words::time(us / 1e3))),
    );
    let parallel_ms =
        median(&report.blocks.iter().filter_map(|b| b.parallel_ms).collect::<Vec<_>>());
    if let (Some(tracing_ms), Some(parallel_ms)) = (series("tracing"), parallel_ms) {
        sentences.push(format!(
            "Recording the timeline took {} of each sample ({:.3} %).",
            words::time(tracing_ms),
            tracing_ms / parallel_ms * 100.0
        ));
    }
    if let Some(ms) = series("start-up") {
        sentences
            .push(format!("Starting the workers took {}, outside all samples.", words::time(ms)));
    }
    let kappa = report.core_equivalents;
    let workers = report.spec.as_ref().map_or(1, |spec| spec.whole("workers"));
    if let Some(kappa) = kappa.filter(|kappa| workers > 1 && *kappa < 0.9 * f64::from(workers)) {
        sentences.push(format!(
            "{workers} independent kernels get only {kappa:.2} cores' worth of this machine: cores \
             may be shared by two threads each, of two speeds, or busy with something else."
        ));
    }
    sentences.join(" ")
}

/// Every answer, checked against another way to compute it.
pub fn answers(report: &Report) -> Markup {
    if report.results.is_empty() {
        return Markup::default();
    }
    let right = |n: u32, value: &str| fib::fast_doubling(n).to_string() == value;
    let all = report.results.iter().all(|answer| right(answer.n, &answer.value));
    let compares = report.speedup.is_some();
    let mut rows = report.results.iter().map(|answer| {
        let mark = if right(answer.n, &answer.value) { "✓ right" } else { "✗ wrong" };
        let by = compares.then(|| format!("worker {}", answer.worker + 1));
        [format!("fib({})", answer.n), words::grouped(&answer.value)]
            .into_iter()
            .chain(by)
            .chain([mark.to_owned()])
            .collect()
    });
    let caption = if all {
        "All answers are right, checked against fast doubling."
    } else {
        "Some answers are wrong."
    };
    let headings: &[_] = if compares {
        &["Task", "#Answer", "Computed by", "Check"]
    } else {
        &["Task", "#Answer", "Check"]
    };
    html! { div.answers { (table("Answers", Some(caption), headings, &mut rows)) } }
}
