//! The guesses of a visit as a list: what was guessed, what came of it, and what it taught.

use maud::{Markup, html};

use super::words;
use crate::exhibits;
use crate::measure::unit::Unit;
use crate::notebook::guesses::Guessed;
use crate::notebook::score::Worth;

/// The list with its heading, the oldest guess first; nothing where nothing was guessed.
pub fn guesses(guessed: &[Guessed]) -> Markup {
    html! {
        @if !guessed.is_empty() {
            h2 { "Your guesses on this visit" }
            ol.guesses { @for one in guessed { (item(one)) } }
        }
    }
}

fn item(one: &Guessed) -> Markup {
    let card = exhibits::named(&one.exhibit);
    html! {
        li {
            p {
                @if let Some(card) = card {
                    a href={ (card.page()) ".html" } { (card.title) } ": "
                }
                (compared(one))
            }
            @if !one.taught.is_empty() { p.taught { strong { "Why? " } (one.taught) } }
        }
    }
}

/// Guess and measurement, and what the one is worth beside the other.
fn compared(one: &Guessed) -> String {
    let [low, median, high] = one.measured;
    let off = (one.predicted / median - 1.0) * 100.0;
    let side = if off > 0.0 { "too high" } else { "too low" };
    let worth = match one.scored().map(|scored| scored.worth) {
        Some(Worth::Hit) if one.unit == Unit::Ms => "near enough for a time".to_owned(),
        Some(Worth::Hit) => "right".to_owned(),
        Some(Worth::Open) => "the interval is too wide to tell".to_owned(),
        // Of nothing there are no parts in a hundred.
        _ if !off.is_finite() => "off".to_owned(),
        _ => format!("{:.0} % {side}", off.abs()),
    };
    let interval = match high > low {
        true => format!(", between {} and {}", number(low, one.unit), number(high, one.unit)),
        false => String::new(),
    };
    let guessed = match one.unit {
        // As it was typed.
        Unit::Ms => format!("{} ms", one.predicted),
        Unit::Percent => format!("{} %", one.predicted),
        _ => format!("{}×", one.predicted),
    };
    format!("guessed {guessed}, measured {}{interval}: {worth}.", number(median, one.unit))
}

fn number(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Ms => words::time(value),
        Unit::Percent => words::share(value / 100.0),
        _ => format!("{value:.2}×"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(predicted: f64, unit: Unit, measured: [f64; 3], taught: &str) -> Guessed {
        let exhibit = exhibits::MAIN.name.to_owned();
        Guessed { exhibit, predicted, unit, measured, taught: taught.to_owned() }
    }

    #[test]
    fn each_guess_stands_beside_its_measurement_and_its_lesson() {
        let speed = Unit::SpeedUp;
        let all = [
            of(2.0, speed, [1.79, 1.86, 1.93], "One task <limits> it."),
            of(1.9, speed, [1.79, 1.86, 1.93], ""),
            of(1.9, speed, [1.0, 1.86, 2.93], ""),
            of(250.0, Unit::Ms, [310.0; 3], ""),
            of(0.0, Unit::Percent, [10.0, 30.0, 31.0], ""),
        ];
        let drawn = guesses(&all).into_string();
        for part in [
            "guessed 2×, measured 1.86×, between 1.79× and 1.93×: 8 % too high.",
            "One task &lt;limits&gt; it.",
            "guessed 1.9×, measured 1.86×, between 1.79× and 1.93×: right.",
            "between 1.00× and 2.93×: the interval is too wide to tell.",
            "guessed 250 ms, measured 310 ms: near enough for a time.",
        ] {
            assert!(drawn.contains(part), "{part}: {drawn}");
        }
        assert_eq!(drawn.matches("<li>").count(), 5);
        assert!(guesses(&[]).into_string().is_empty());
    }
}
