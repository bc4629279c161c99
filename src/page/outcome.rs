//! What came of a run: the headline, the charts, the answers.

use leptos::prelude::*;

use super::files::save;
use super::graph::graph;
use super::log::log;
use super::lost::lost;
use super::rounds::rounds;
use super::samples::samples;
use super::speedup::speedup;
use super::sweep::sweep;
use super::table::table;
use super::timeline::timeline;
use super::words;
use crate::exhibits::{Exhibit, Headline};
use crate::fib;
use crate::measure::interval::median;
use crate::report::{Block, Environment, Origin, Report};

/// The whole outcome of a run.
pub fn outcome(exhibit: &'static Exhibit, report: Report) -> impl IntoView {
    let answers = (!report.results.is_empty()).then(|| answers(&report));
    let label = label(&report);
    let warnings = report.warnings.clone();
    let why = (exhibit.why)(&report);
    let compares = report.speedup.is_some();
    let charts = view! {
        {why.map(|sentence| view! { <p class="why"><strong>"Why? "</strong>{sentence}</p> })}
        {graph(&report)}
        {timeline(exhibit, &report)}
        {log(exhibit, &report)}
        {sweep(exhibit, &report)}
        {compares.then(|| view! {
            {speedup(exhibit, &report)}
            {lost(&report)}
            {samples(&report)}
            <p class="note">{instrument(&report)}</p>
        })}
    };
    view! {
        <div class="outcome">
            {label}
            {headline(exhibit, &report)}
            {(!warnings.is_empty()).then(|| view! {
                <ul class="warnings">
                    {warnings.into_iter().map(|warning| view! { <li>{warning}</li> }).collect_view()}
                </ul>
            })}
            {charts}
            {rounds(&report)}
            {answers}
            {save(&report)}
            <p class="simplifies"><strong>"What the picture leaves out. "</strong>{exhibit.simplifies}</p>
        </div>
    }
}

/// Says where the figures come from, unless they were just measured here.
fn label(report: &Report) -> Option<impl IntoView + use<>> {
    let what = match report.origin {
        Origin::Measured => return None,
        Origin::Recorded => "A recorded run, not yours",
        Origin::Imported => "Imported from a file",
    };
    let day = report.started_at.get(..10).unwrap_or("an unknown day");
    let Environment { user_agent, hardware_concurrency, .. } = &report.environment;
    Some(view! {
        <p class="origin">
            {format!("{what}: {day}, on a machine with {hardware_concurrency} cores, {user_agent}")}
        </p>
    })
}

/// The main result in words, with the two medians it compares.
fn headline(exhibit: &Exhibit, report: &Report) -> AnyView {
    let of = |column: fn(&Block) -> Option<f64>| {
        median(&report.blocks.iter().filter_map(column).collect::<Vec<_>>())
    };
    let (serial_ms, parallel_ms) = (of(|block| block.serial_ms), of(|block| block.parallel_ms));
    let big = |number: String, words: String, small: String| {
        view! {
            <p class="headline">
                <strong class="big">{number}</strong>
                <span>{words}<small>{small}</small></span>
            </p>
        }
        .into_any()
    };
    match (&report.speedup, report.verdict, serial_ms, parallel_ms) {
        (Some(speedup), Some(verdict), Some(serial_ms), Some(parallel_ms)) => {
            let (subject, plural) = subject(report);
            big(
                format!("{}×", words::ratio(speedup)),
                format!("{subject} {}", words::speedup(speedup, verdict, plural)),
                format!(
                    ": {}, from {} paired blocks ({:.1} % confidence). Medians: serial {}, parallel {}.",
                    words::interval(speedup),
                    speedup.blocks,
                    speedup.confidence * 100.0,
                    words::time(serial_ms),
                    words::time(parallel_ms),
                ),
            )
        }
        (_, _, Some(serial_ms), _) if report.rounds.is_empty() => big(
            words::time(serial_ms),
            "is the median of the serial program. Nothing ran in parallel, so nothing is compared."
                .to_owned(),
            String::new(),
        ),
        _ => match (exhibit.headline)(report) {
            Some(Headline { ms, words }) => {
                let predicted = report.prediction.as_ref().filter(|p| p.unit == "ms");
                let score = predicted.map_or(String::new(), |prediction| {
                    format!(" Your prediction was {}.", words::time(prediction.value))
                });
                big(words::time(ms), words, score)
            }
            None => ().into_any(),
        },
    }
}

/// Who was compared with the serial program, and whether that is a plural.
fn subject(report: &Report) -> (String, bool) {
    let Some(spec) = &report.spec else { return ("The parallel program".to_owned(), false) };
    let workers = spec.whole("workers");
    let runtime = match spec.name("runtime") {
        "threads" => "thread",
        "processes" => "process",
        _ => "worker",
    };
    let plural = if runtime == "process" { "es" } else { "s" };
    match (spec.list("tasks").is_empty(), workers) {
        (false, 1) => (format!("A pool of one {runtime}"), false),
        (false, _) => (format!("A pool of {workers} {runtime}{plural}"), false),
        (true, 1) => (format!("One {runtime}"), false),
        (true, _) => (format!("{workers} {runtime}{plural} together"), true),
    }
}

/// What the instrument itself is like, as the report knows it.
fn instrument(report: &Report) -> String {
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
fn answers(report: &Report) -> impl IntoView + use<> {
    let right = |n: u32, value: &str| fib::fast_doubling(n).to_string() == value;
    let all = report.results.iter().all(|answer| right(answer.n, &answer.value));
    let compares = report.speedup.is_some();
    let rows = report.results.iter().map(|answer| {
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
    view! { <div class="answers">{table("Answers", Some(caption), headings, rows)}</div> }
}
