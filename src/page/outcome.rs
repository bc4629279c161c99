//! What came of a run: the headline, the charts, the answers.

use leptos::prelude::*;

use super::files::save;
use super::lost::lost;
use super::rounds::rounds;
use super::samples::samples;
use super::speedup::speedup;
use super::table::table;
use super::timeline::timeline;
use super::words;
use crate::exhibits::Exhibit;
use crate::fib;
use crate::measure::interval::median;
use crate::report::{Block, Environment, Origin, Report};
use crate::trace::why::why;

/// The whole outcome of a run.
pub fn outcome(exhibit: &'static Exhibit, report: Report) -> impl IntoView {
    let answers = (!report.results.is_empty()).then(|| answers(&report));
    let label = label(&report);
    let warnings = report.warnings.clone();
    let charts = report.speedup.is_some().then(|| {
        view! {
            {why(&report).map(|sentence| view! {
                <p class="why"><strong>"Why not more? "</strong>{sentence}</p>
            })}
            {timeline(exhibit, &report)}
            {speedup(&report)}
            {lost(&report)}
            {samples(&report)}
            <p class="note">{instrument(&report)}</p>
        }
    });
    view! {
        <div class="outcome">
            {label}
            {headline(&report)}
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
fn headline(report: &Report) -> impl IntoView + use<> {
    let of = |column: fn(&Block) -> Option<f64>| {
        median(&report.blocks.iter().filter_map(column).collect::<Vec<_>>())
    };
    let serial_ms = of(|block| block.serial_ms);
    let parallel_ms = of(|block| block.parallel_ms);
    let spec = report.spec.as_ref();
    let workers = spec.map_or(1, |spec| spec.whole("workers"));
    let runtime = spec.map_or("workers", |spec| match spec.name("runtime") {
        "threads" => "threads",
        "processes" => "processes",
        _ => "workers",
    });
    match (&report.speedup, report.verdict, serial_ms, parallel_ms) {
        (Some(speedup), Some(verdict), Some(serial_ms), Some(parallel_ms)) => {
            let pool = if workers == 1 {
                format!("A pool of one of the {runtime}")
            } else {
                format!("A pool of {workers} {runtime}")
            };
            let big = format!("{}×", words::ratio(speedup));
            view! {
                <p class="headline">
                    <strong class="big">{big}</strong>
                    <span>
                        {format!("{pool} was {}", words::speedup(speedup, verdict))}
                        <small>
                            {format!(
                                ": {}, from {} paired blocks ({:.1} % confidence). Medians: serial {}, pool {}.",
                                words::interval(speedup),
                                speedup.blocks,
                                speedup.confidence * 100.0,
                                words::time(serial_ms),
                                words::time(parallel_ms),
                            )}
                        </small>
                    </span>
                </p>
            }
            .into_any()
        }
        (_, _, Some(serial_ms), _) if report.rounds.is_empty() => view! {
            <p class="headline">
                <strong class="big">{words::time(serial_ms)}</strong>
                <span>"is the median of the serial program. Nothing ran in parallel, so nothing is compared."</span>
            </p>
        }
        .into_any(),
        _ => ().into_any(),
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
