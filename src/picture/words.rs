//! Numbers as people read them.

use crate::measure::block::{Estimate, Verdict};
use crate::params::STARTS;
use crate::report::{Constant, Fit, Law, Report, What};
use crate::trace::{Detail, Divisible, Event};

/// A time with the unit that suits it: `312 ms`, `1.24 s`, `48 µs`, `31 ns`.
pub fn time(ms: f64) -> String {
    let size = ms.abs();
    if size >= 10_000.0 {
        format!("{:.1} s", ms / 1e3)
    } else if size >= 1_000.0 {
        format!("{:.2} s", ms / 1e3)
    } else if size >= 100.0 {
        format!("{ms:.0} ms")
    } else if size >= 1.0 {
        format!("{ms:.1} ms")
    } else if size == 0.0 {
        "0".to_owned()
    } else if size >= 0.01 {
        format!("{:.0} µs", ms * 1e3)
    } else if size >= 0.001 {
        format!("{:.1} µs", ms * 1e3)
    } else if size >= 1e-5 {
        format!("{:.0} ns", ms * 1e6)
    } else {
        format!("{:.1} ns", ms * 1e6)
    }
}

/// A whole number in groups of three digits.
pub fn grouped(number: &str) -> String {
    let mut text = String::new();
    for (at, digit) in number.chars().enumerate() {
        if at > 0 && (number.len() - at).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

/// A share in percent, with more digits where it is small: `34 %`, `3.4 %`, `0.34 %`.
pub fn share(share: f64) -> String {
    let percent = share * 100.0;
    let digits = match percent {
        0.0 => 0,
        _ if percent < 1.0 => 2,
        _ if percent < 10.0 => 1,
        _ => 0,
    };
    format!("{percent:.digits$} %")
}

/// A ratio with no more digits than its interval supports: `1.86`.
pub fn ratio(ratio: &Estimate) -> String {
    format!("{:.*}", ratio.digits(), ratio.median)
}

/// The interval in words: `between 1.79 and 1.93`.
pub fn interval(ratio: &Estimate) -> String {
    let digits = ratio.digits().max(1);
    format!("between {:.digits$} and {:.digits$}", ratio.low, ratio.high)
}

/// What an interval comes from: of a run, blocks, or the fresh starts that it was spread over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Units {
    /// Each block counts.
    Blocks,
    /// Each start of the engines counts, by the median of its blocks.
    Starts,
}

impl Units {
    /// What the intervals of a report come from.
    pub fn of(report: &Report) -> Units {
        match report.spec.as_ref().map_or(0, |spec| spec.whole(STARTS.name)) {
            0 | 1 => Units::Blocks,
            _ => Units::Starts,
        }
    }

    /// So many of them.
    pub fn count(self, number: usize) -> String {
        match (self, number) {
            (Units::Blocks, 1) => "a single block".to_owned(),
            (Units::Starts, 1) => "a single start".to_owned(),
            (Units::Blocks, _) => format!("{number} blocks"),
            (Units::Starts, _) => format!("{number} fresh starts"),
        }
    }
}

/// The interval and where it comes from: `between 1.79 and 1.93, from 12 paired blocks (99.4 %
/// confidence)`.
pub fn blocks(ratio: &Estimate, units: Units) -> String {
    let confidence = ratio.confidence * 100.0;
    let from = match (units, ratio.blocks) {
        (_, 1) => return format!("from {}", units.count(1)),
        (Units::Blocks, blocks) => format!("{blocks} paired blocks"),
        (Units::Starts, starts) => units.count(starts),
    };
    format!("{}, from {from} ({confidence:.1} % confidence)", interval(ratio))
}

/// What was measured, as the end of a sentence whose subject is plural or not:
/// `was 1.86 times as fast as the serial program`.
pub fn speedup(ratio: &Estimate, verdict: Option<Verdict>, plural: bool) -> String {
    let was = if plural { "were" } else { "was" };
    match verdict {
        Some(Verdict::NoDifference) => {
            format!(
                "{was} neither faster nor slower than the serial program, as far as can be measured"
            )
        }
        _ => format!("{was} {} times as fast as the serial program", self::ratio(ratio)),
    }
}

/// What was fitted to measurements, with its interval; `None` of a law that has no sentence.
pub fn fit(fit: &Fit, units: Units) -> Option<String> {
    let Fit { median, low, high, confidence, blocks, .. } = fit;
    let from = units.count(*blocks);
    match (fit.law, fit.parameter) {
        (Law::OneLock, Constant::HandOver) => Some(format!(
            "Handing the lock to a thread that waits cost {} here, between {} and {}, from {from} \
             ({:.1} % confidence).",
            time(*median),
            time(*low),
            time(*high),
            confidence * 100.0
        )),
        // Where joins are rare their price is lost in the noise.
        (Law::ForkJoin, Constant::Join) if *low > 0.0 => Some(format!(
            "A join that nobody takes part in cost {} here, between {} and {}, from {from} \
             ({:.1} % confidence).",
            time(*median),
            time(*low),
            time(*high),
            confidence * 100.0
        )),
        _ => None,
    }
}

/// What an event is called: `fib(38)`.
pub fn event(event: &Event) -> String {
    match &event.detail {
        Detail::Task { n } => format!("fib({n})"),
        Detail::Piece { of, size, .. } => piece(*of, *size),
        Detail::Part { k } => format!("part {k}"),
        Detail::Message { from, to, words } => format!("{from} → {to}: {words}"),
        Detail::WaitsFor { whom } => format!("waits for rank {whom}"),
        plain => detail(plain).to_owned(),
    }
}

/// What a piece of a task is called: `fib(29)`.
pub fn piece(of: Divisible, size: u32) -> String {
    match of {
        Divisible::Fib => format!("fib({size})"),
        Divisible::Sort => format!("sort {}", grouped(&size.to_string())),
        Divisible::Queens if size == 1 => "1 row left".to_owned(),
        Divisible::Queens => format!("{size} rows left"),
        Divisible::Unknown => "something newer than this page".to_owned(),
    }
}

/// What an event is called whose detail has no numbers.
pub fn detail(detail: &Detail) -> &'static str {
    match detail {
        Detail::Idle => "idle",
        Detail::Starting => "is being started",
        Detail::Holds => "holds the lock",
        Detail::Wants => "waits for the lock",
        Detail::Asks => "asks for the lock",
        Detail::Free => "works without the lock",
        Detail::Computes => "computes",
        Detail::Outside => "waits outside",
        Detail::Task { .. } => "a task",
        Detail::Piece { .. } => "a piece of a task",
        Detail::Part { .. } => "a part",
        Detail::Message { .. } => "a message",
        Detail::WaitsFor { .. } => "waits for a message",
        Detail::Unknown => "something newer than this page",
    }
}

/// What was asked, in a check: `fib(38)`.
pub fn what(what: What) -> String {
    match what {
        What::Fib(n) => format!("fib({n})"),
        What::Token => "the token".to_owned(),
        What::Count => "the count".to_owned(),
        What::Sorted(size) => format!("{} elements in order", grouped(&size.to_string())),
        What::Queens(size) => format!("ways for {size} queens"),
        What::Unknown => "something newer than this page".to_owned(),
    }
}
