//! What a run of all models says in sentences: only what the intervals allow.

use crate::analysis::rows::{Figures, figures, times_as_long, times_the_speedup};
use crate::exhibits::card::Headline;
use crate::measure::block::{Estimate, Verdict};
use crate::measure::stats::LEAST_FOR_VERDICT;
use crate::report::{Model, Report};

/// A ratio with its interval: `1.93 (1.90 to 1.96)`.
pub fn with_interval(ratio: &Estimate) -> String {
    let digits = ratio.digits().max(1);
    let Estimate { median, low, high, .. } = ratio;
    format!("{median:.digits$} ({low:.digits$} to {high:.digits$})")
}

/// The models of a run that has enough blocks for a verdict.
pub fn enough(report: &Report) -> Option<Vec<Figures>> {
    let all = figures(report);
    let has_enough = |figures: &Figures| figures.time.blocks >= LEAST_FOR_VERDICT;
    (!all.is_empty() && all.iter().all(has_enough)).then_some(all)
}

/// The model with the least median time.
fn fastest(all: &[Figures]) -> Option<&Figures> {
    all.iter().min_by(|a, b| a.time.median.total_cmp(&b.time.median))
}

/// The main result: the time of the fastest model, and how far the slowest is from it.
pub fn headline(report: &Report) -> Option<Headline> {
    let all = figures(report);
    let fast = fastest(&all)?;
    let slow = all.iter().max_by(|a, b| a.time.median.total_cmp(&b.time.median))?;
    let Estimate { median, low, high, blocks, confidence } = fast.time;
    let within = match blocks {
        1 => " in a single block".to_owned(),
        _ => format!(
            ", between {low:.1} and {high:.1} ms in {blocks} blocks ({:.1} % confidence)",
            confidence * 100.0
        ),
    };
    let far = times_as_long(report, slow, fast).filter(|_| slow.model != fast.model);
    let far = far.map_or(String::new(), |far| {
        format!(" The slowest, {}, took {} times as long.", slow.model.words(), with_interval(&far))
    });
    let words =
        format!("is what the fastest took for the list: {}{within}.{far}", fast.model.words());
    Some(Headline { ms: median, words })
}

/// What the run shows of speed-ups and speed.
pub fn why(report: &Report) -> Option<String> {
    let Some(all) = enough(report) else {
        let blocks = report.blocks.len();
        return (!report.rows.is_empty()).then(|| {
            format!(
                "Nothing is said of {blocks} blocks: a verdict takes {LEAST_FOR_VERDICT}, and more \
                 seconds give more."
            )
        });
    };
    let sentences = [Some(lesson(report, &all)), first(report, &all), without_gain(&all)];
    Some(sentences.into_iter().flatten().collect::<Vec<_>>().join(" "))
}

/// A model that gained, and is slower than the loop without workers all the same: the model,
/// and how many times as long it takes. Of several the slowest.
pub fn slow_gainer<'f>(report: &Report, all: &'f [Figures]) -> Option<(&'f Figures, Estimate)> {
    let serial = all.iter().find(|figures| figures.model == Model::Serial)?;
    let gained = all.iter().filter(|figures| verdict(figures) == Some(Verdict::Faster));
    let slower = gained.filter_map(|figures| {
        let ratio = times_as_long(report, figures, serial)?;
        (ratio.verdict() == Some(Verdict::Faster)).then_some((figures, ratio))
    });
    slower.max_by(|(_, a), (_, b)| a.median.total_cmp(&b.median))
}

/// Two models of which the one with the better speed-up, a gain, is the slower one, and what both ratios
/// are: of speed-ups, and of times. Of several pairs the one whose times are furthest apart.
pub fn better_but_slower<'f>(
    report: &Report,
    all: &'f [Figures],
) -> Option<(&'f Figures, &'f Figures, Estimate)> {
    pairs(report, all, Verdict::Faster).max_by(|(.., a), (.., b)| a.median.total_cmp(&b.median))
}

/// Two models of which the one with the better speed-up is the faster one as well.
pub fn better_and_faster<'f>(
    report: &Report,
    all: &'f [Figures],
) -> Option<(&'f Figures, &'f Figures, Estimate)> {
    pairs(report, all, Verdict::Slower).min_by(|(.., a), (.., b)| a.median.total_cmp(&b.median))
}

/// Pairs of which the first has the better speed-up, and takes longer or less long.
fn pairs<'f>(
    report: &Report,
    all: &'f [Figures],
    time: Verdict,
) -> impl Iterator<Item = (&'f Figures, &'f Figures, Estimate)> {
    let both = all.iter().flat_map(|one| all.iter().map(move |other| (one, other)));
    both.filter_map(move |(one, other)| {
        // A loss that is smaller than another is no good speed-up.
        if verdict(one) != Some(Verdict::Faster) {
            return None;
        }
        let better = times_the_speedup(report, one, other)?.verdict();
        let ratio = times_as_long(report, one, other)?;
        let is_so = better == Some(Verdict::Faster) && ratio.verdict() == Some(time);
        is_so.then_some((one, other, ratio))
    })
}

fn verdict(figures: &Figures) -> Option<Verdict> {
    figures.speedup.as_ref().and_then(Estimate::verdict)
}

/// What of a model is its speed-up: `JavaScript workers (speed-up 1.93, 1.90 to 1.96)`.
pub fn named(figures: &Figures) -> String {
    let words = figures.model.words();
    figures.speedup.as_ref().map_or(words.to_owned(), |speedup| {
        let digits = speedup.digits().max(1);
        let Estimate { median, low, high, .. } = speedup;
        format!("{words} (speed-up {median:.digits$}, {low:.digits$} to {high:.digits$})")
    })
}

/// Whether a good speed-up was a fast program.
fn lesson(report: &Report, all: &[Figures]) -> String {
    const LESSON: &str = "A good speed-up of a slow program is not a fast program:";
    if let Some((slow, ratio)) = slow_gainer(report, all) {
        return format!(
            "{LESSON} {} took {} times as long as the loop in native code that has no workers at \
             all.",
            named(slow),
            with_interval(&ratio)
        );
    }
    if let Some((slow, fast, ratio)) = better_but_slower(report, all) {
        return format!(
            "{LESSON} {} took {} times as long as {}.",
            named(slow),
            with_interval(&ratio),
            named(fast)
        );
    }
    "In this run no model is shown by the intervals to have gained much and to be slow all the \
     same."
        .to_owned()
}

/// Who was first, and from whom that cannot be told.
fn first(report: &Report, all: &[Figures]) -> Option<String> {
    let fast = fastest(all)?;
    let is_near = |other: &&Figures| {
        let ratio = times_as_long(report, other, fast);
        other.model != fast.model
            && ratio.is_some_and(|ratio| ratio.verdict() != Some(Verdict::Faster))
    };
    let near: Vec<&str> = all.iter().filter(is_near).map(|other| other.model.words()).collect();
    let near = match near.as_slice() {
        [] => ", and all others measurably slower".to_owned(),
        near => format!("; not measurably slower: {}", near.join(", ")),
    };
    Some(format!("Fastest were {}{near}.", fast.model.words()))
}

/// Which models gained nothing.
fn without_gain(all: &[Figures]) -> Option<String> {
    let of = |wanted: Verdict| -> Vec<String> {
        all.iter().filter(|figures| verdict(figures) == Some(wanted)).map(named).collect()
    };
    let (same, slower) = (of(Verdict::NoDifference), of(Verdict::Slower));
    let said = |what: &str, own: Vec<String>| {
        (!own.is_empty()).then(|| format!("{what}: {}.", own.join(", ")))
    };
    let both = [
        said("No measurable gain from workers", same),
        said("Slower than their own serial program", slower),
    ];
    let both: Vec<String> = both.into_iter().flatten().collect();
    (!both.is_empty()).then(|| both.join(" "))
}
