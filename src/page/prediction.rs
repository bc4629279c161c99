//! What is typed as a prediction.

use crate::measure::unit::Unit;
use crate::params::decimal;
use crate::report::Prediction;

/// A prediction is a number, with a point or a comma, or nothing.
pub fn read_prediction(text: &str, unit: Unit) -> Result<Option<Prediction>, String> {
    let text = text.trim().trim_end_matches(['×', 'x', 'm', 's', '%']).trim_end();
    if text.is_empty() {
        return Ok(None);
    }
    let (is_allowed, allowed): (fn(f64) -> bool, _) = match unit {
        Unit::Percent => (|value| (0.0..=100.0).contains(&value), "from 0 to 100, such as 30"),
        _ => (|value| value > 0.0 && value <= 1000.0, "above 0 and up to 1000, such as 1.8"),
    };
    match decimal(&text.replace(',', ".")) {
        Some(value) if is_allowed(value) => Ok(Some(Prediction { value, unit })),
        _ => {
            let shown: String = text.chars().take(40).collect();
            Err(format!(
                "The prediction is “{shown}”, but allowed is a number {allowed}, or nothing."
            ))
        }
    }
}
