//! The curve over the number of workers: speed-up with its intervals, κ beside it, the laws that
//! the data determine, and the efficiency below.

use maud::{Markup, html};

use super::chart::{Chart, legend};
use super::svg::{Anchor, Corners, Px, line, room, svg, ticks, words as text};
use super::table::{folded, table};
use super::words;
use crate::exhibits::card::Card;
use crate::measure::block::{Estimate, Role};
use crate::measure::point::{Point, Quantity};
use crate::measure::unit::Unit;
use crate::params::MAX_WORKERS;
use crate::report::{Constant, Fit, Law, Report};
use crate::theory::laws::{amdahl, gustafson, universal_scalability};
use crate::theory::scaling::peak;

/// So many points of each kind are drawn at the most.
const MOST_POINTS: usize = 64;
/// A curve is drawn through so many points.
const CURVE: u32 = 60;

/// What is drawn.
struct Drawn {
    speedups: Vec<(f64, Estimate)>,
    efficiencies: Vec<(f64, Estimate)>,
    kappas: Vec<(f64, Estimate)>,
    times: Vec<(f64, Estimate)>,
    laws: Vec<Fitted>,
    /// What no number of workers can pass, and what it is called.
    ceilings: Vec<(f64, String)>,
    prediction: Option<f64>,
    most: f64,
}

/// A law with its constants.
struct Fitted {
    name: &'static str,
    class: &'static str,
    /// The constants with their intervals, in words.
    words: String,
    law: Box<dyn Fn(f64) -> f64>,
}

fn drawn(exhibit: &Card, report: &Report) -> Option<Drawn> {
    let of = |quantity| over_workers(report, quantity);
    let speedups = of(Quantity::SpeedUp);
    // Arms that have one number of workers compare something else.
    let rises = speedups.windows(2).all(|pair| matches!(pair, [a, b] if a.0 < b.0));
    if speedups.len() < 2 || !rises {
        return None;
    }
    let most = speedups.iter().map(|(p, _)| *p).fold(1.0, f64::max);
    let ceilings = (exhibit.landmarks)(report).into_iter();
    let ceilings = ceilings.filter(|mark| mark.class == "ideal" && mark.value < most * 0.999);
    Some(Drawn {
        efficiencies: of(Quantity::Efficiency),
        kappas: of(Quantity::CoreEquivalents),
        times: of(Quantity::Time),
        laws: laws(report),
        ceilings: ceilings.map(|mark| (mark.value, mark.name)).take(1).collect(),
        prediction: report.prediction.as_ref().map(|prediction| prediction.value),
        speedups,
        most,
    })
}

/// The points of this quantity whose arms say how many workers there were, from few to many.
fn over_workers(report: &Report, quantity: Quantity) -> Vec<(f64, Estimate)> {
    let counts_workers = |point: &&Point| {
        let own = |arm: &crate::measure::block::Arm| {
            arm.id == point.arm && arm.unit == Some(Unit::Workers) && arm.role != Role::Serial
        };
        point.quantity == quantity && report.arms.iter().any(own)
    };
    let within = |(p, _): &(f64, Estimate)| (1.0..=f64::from(MAX_WORKERS)).contains(p);
    let points = report.points.iter().filter(counts_workers);
    let points = points.filter_map(|point| Some((point.x?, point.estimate())));
    let mut points: Vec<(f64, Estimate)> = points.filter(within).take(MOST_POINTS).collect();
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    points
}

/// The laws of the report, each with all its constants.
fn laws(report: &Report) -> Vec<Fitted> {
    let fit = |law: Law, parameter: Constant| {
        report.fits.iter().find(|fit| fit.law == law && fit.parameter == parameter)
    };
    let said = |name: &str, fit: &Fit| {
        format!("{name} = {:.3} ({:.3} to {:.3})", fit.median, fit.low, fit.high)
    };
    let mut laws = Vec::new();
    if let Some(share) = fit(Law::Amdahl, Constant::SerialShare) {
        let f = share.median;
        let (words, law) = (said("f", share), Box::new(move |p| amdahl(f, p)));
        laws.push(Fitted { name: "Amdahl’s law", class: "law-1", words, law });
    }
    if let Some(share) = fit(Law::Gustafson, Constant::SerialShare) {
        let f = share.median;
        let (words, law) = (said("f", share), Box::new(move |p| gustafson(f, p)));
        laws.push(Fitted { name: "Gustafson’s law", class: "law-1", words, law });
    }
    if let (Some(contention), Some(coherence)) =
        (fit(Law::Usl, Constant::Alpha), fit(Law::Usl, Constant::Beta))
    {
        let (alpha, beta) = (contention.median, coherence.median);
        let highest = match peak(alpha, beta).filter(|_| coherence.low > 0.0) {
            Some(p) if p <= f64::from(MAX_WORKERS) => format!("; highest at {p:.0} workers"),
            _ => String::new(),
        };
        laws.push(Fitted {
            name: "universal scalability law",
            class: "law-2",
            words: format!("{}, {}{highest}", said("α", contention), said("β", coherence)),
            law: Box::new(move |p| universal_scalability(alpha, beta, p)),
        });
    }
    laws
}

/// The curve of a report that has one, with its table.
pub fn scaling(exhibit: &Card, report: &Report) -> Option<Chart> {
    let drawn = drawn(exhibit, report)?;
    let at = |points: &[(f64, Estimate)]| {
        let (p, last) = points.last()?;
        Some(format!("{p} workers: {}, {}", words::ratio(last), words::interval(last)))
    };
    let summary = match at(&drawn.speedups) {
        Some(last) => format!("From 1 to {} workers. With {last}.", drawn.most),
        None => String::new(),
    };
    let title = "Speed-up over workers";
    let label = format!("{title}. {summary}");
    let below = html! {
        (legend(keys(&drawn)))
        @for law in &drawn.laws {
            p.note { "Fitted: " (law.name) ", " (law.words) "." }
        }
    };
    let as_table = folded("The curve as a table", &as_table(&drawn));
    Some(Chart {
        class: "chart scaling",
        below,
        table: as_table,
        ..Chart::new(title, &summary, move |width| drawing(&drawn, width, &label))
    })
}

fn keys(drawn: &Drawn) -> Vec<(&'static str, &'static str)> {
    let mut keys = vec![
        ("parallel key-round", "measured: median and interval"),
        ("ideal-line", "as many times as workers"),
    ];
    if !drawn.kappas.is_empty() {
        keys.push(("kappa", "κ: what as many independent kernels get"));
    }
    keys.extend(drawn.laws.iter().map(|law| (law.class, law.name)));
    keys
}

const TOP: f64 = 24.0;
const HIGH: f64 = 220.0;
const LOW: f64 = 90.0;
const FOOT: f64 = 40.0;
const GUTTER: f64 = 46.0;

/// Two pictures over one axis: the speed-up, and below it the efficiency.
fn drawing(drawn: &Drawn, width: f64, label: &str) -> Markup {
    let along = |p: f64| {
        // Equal distances are equal ratios: the first workers matter as much as the last.
        let share = p.max(1.0).ln() / drawn.most.max(1.0 + 1e-9).ln();
        GUTTER + 14.0 + share * (width - GUTTER - 32.0)
    };
    let ends =
        |points: &[(f64, Estimate)]| points.iter().map(|(_, found)| found.high).fold(0.0, f64::max);
    let kappa = ends(&drawn.kappas);
    let ceiling = drawn.ceilings.iter().map(|(value, _)| *value).fold(0.0, f64::max);
    let measured = ends(&drawn.speedups).max(kappa).max(drawn.prediction.unwrap_or(0.0));
    // The ideal line leaves the picture where nothing measured is near it.
    let highest = measured.max(ceiling).clamp(1.0, 1e6) * 1.15;
    let foot = TOP + HIGH;
    let y = |value: f64| foot - HIGH * (value / highest).clamp(0.0, 1.05);
    let steps = |law: &dyn Fn(f64) -> f64| -> Vec<(f64, f64)> {
        let at = |step: u32| (drawn.most.ln() * f64::from(step) / f64::from(CURVE)).exp();
        let inside = |&(_, value): &(f64, f64)| (0.0..=highest).contains(&value);
        let values = (0..=CURVE).map(|step| (at(step), law(at(step)))).take_while(inside);
        values.map(|(p, value)| (along(p), y(value))).collect()
    };
    let upper = html! {
        @for value in ticks(highest, 5) {
            (line("grid", (GUTTER, y(value)), (width, y(value))))
            (text("tick", (GUTTER - 6.0, y(value) + 4.0), Anchor::End, &format!("{value}×")))
        }
        polyline.ideal-line points=(Corners(&steps(&|p| p))) {}
        @for (value, name) in &drawn.ceilings {
            (line("bound", (GUTTER, y(*value)), (width, y(*value))))
            (text("bound", (width - 4.0, y(*value) - 5.0), Anchor::End, name))
        }
        @if let Some(value) = drawn.prediction.filter(|value| (0.0..=highest).contains(value)) {
            (line("guess", (GUTTER, y(value)), (width, y(value))))
            (text("bound", (width - 4.0, y(value) - 5.0), Anchor::End, "your prediction"))
        }
        @for law in &drawn.laws {
            polyline class=(law.class) points=(Corners(&steps(&law.law))) {}
        }
        @for (p, found) in &drawn.kappas { (cross(along(*p) + 7.0, &y, found, *p)) }
        @for (p, found) in &drawn.speedups { (dot(along(*p), &y, found, *p, "times as fast")) }
        (text("tick", (0.0, 12.0), Anchor::Start, "speed-up"))
    };
    let top = foot + FOOT;
    let base = top + LOW;
    let share = |value: f64| base - LOW * (value / 1.2).clamp(0.0, 1.0);
    let lower = html! {
        @for value in [0.0, 0.5, 1.0] {
            (line("grid", (GUTTER, share(value)), (width, share(value))))
            (text("tick", (GUTTER - 6.0, share(value) + 4.0), Anchor::End, &value.to_string()))
        }
        @for (p, found) in &drawn.efficiencies { (dot(along(*p), &share, found, *p, "per worker")) }
        (text("tick", (0.0, top - 10.0), Anchor::Start, "efficiency"))
        (text("tick", (width - 4.0, base + FOOT - 4.0), Anchor::End, "workers"))
    };
    let content = html! {
        (upper) (lower)
        (names(drawn, &along, foot + 18.0)) (names(drawn, &along, base + 18.0))
    };
    svg(width, base + FOOT, label, &content)
}

/// A measured value, as a dot on its interval.
fn dot(at: f64, y: &impl Fn(f64) -> f64, found: &Estimate, p: f64, unit: &str) -> Markup {
    html! {
        g {
            title {
                (p) " workers: " (format!("{:.2}", found.median)) " " (unit) ", between "
                (format!("{:.2}", found.low)) " and " (format!("{:.2}", found.high))
            }
            (line("interval", (at, y(found.low)), (at, y(found.high))))
            circle class="dot parallel" cx=(Px(at)) cy=(Px(y(found.median))) r="5" {}
        }
    }
}

/// κ, as a cross on its interval.
fn cross(at: f64, y: &impl Fn(f64) -> f64, found: &Estimate, p: f64) -> Markup {
    let middle = y(found.median);
    html! {
        g.kappa {
            title {
                (p) " kernels get " (format!("{:.2}", found.median)) " cores’ worth, between "
                (format!("{:.2}", found.low)) " and " (format!("{:.2}", found.high))
            }
            (line("spread", (at, y(found.low)), (at, y(found.high))))
            (line("arm", (at - 5.0, middle - 5.0), (at + 5.0, middle + 5.0)))
            (line("arm", (at - 5.0, middle + 5.0), (at + 5.0, middle - 5.0)))
        }
    }
}

/// The numbers of workers; those that would touch the one before are left to the table.
fn names(drawn: &Drawn, along: &impl Fn(f64) -> f64, y: f64) -> Markup {
    let mut free_from = f64::NEG_INFINITY;
    let names = drawn.speedups.iter().filter_map(|(p, _)| {
        let (at, name) = (along(*p), p.to_string());
        let half = (room(&name) + 6.0) / 2.0;
        (at - half >= free_from).then(|| {
            free_from = at + half;
            text("tick", (at, y), Anchor::Middle, &name)
        })
    });
    html! { @for name in names { (name) } }
}

fn as_table(drawn: &Drawn) -> Markup {
    let find = |points: &[(f64, Estimate)], p: f64| {
        points.iter().find(|(x, _)| *x == p).map(|(_, found)| found.clone())
    };
    let said = |found: Option<Estimate>| {
        let words = |e: Estimate| format!("{:.2} ({:.2} to {:.2})", e.median, e.low, e.high);
        found.map_or_else(|| "none".to_owned(), words)
    };
    let mut rows = drawn.speedups.iter().map(|(p, found)| {
        let time = find(&drawn.times, *p).map_or(String::new(), |time| words::time(time.median));
        vec![
            p.to_string(),
            said(Some(found.clone())),
            said(find(&drawn.efficiencies, *p)),
            said(find(&drawn.kappas, *p)),
            time,
            found.blocks.to_string(),
        ]
    });
    let headings = ["Workers", "#Speed-up", "#Efficiency", "#κ", "#Time", "#Blocks"];
    table("The curve as a table", None, &headings, &mut rows)
}
