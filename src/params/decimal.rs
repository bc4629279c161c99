//! Numbers as visitors write them: `1.8`, `0.25`, `2e3`.

/// Digits beyond these change nothing that anybody could have meant.
const MOST_DIGITS: usize = 15;

/// The number that a text is, to the last bit if it has no more than 15 digits. The parser
/// of the standard library is exact for all texts, for which it brings tables of 10 KB.
///
/// ```
/// use fib_lab::params::decimal;
/// assert_eq!(decimal("-1.8"), Some(-1.8));
/// assert_eq!(decimal("1,8"), None);
/// ```
pub fn decimal(text: &str) -> Option<f64> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let negative = mantissa.starts_with('-');
    let mantissa = mantissa.strip_prefix(['-', '+']).unwrap_or(mantissa);
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = || whole.bytes().chain(part.bytes());
    if digits().count() == 0 || !digits().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let (mut number, mut length, mut power) = (0u64, 0, exponent.clamp(-999, 999));
    for (at, digit) in digits().enumerate() {
        let behind_point = at >= whole.len();
        if length < MOST_DIGITS {
            number = number * 10 + u64::from(digit - b'0');
            length += usize::from(number > 0);
            power -= i32::from(behind_point);
        } else {
            power += i32::from(!behind_point);
        }
    }
    // Up to 10²² powers of ten are exact, and then there is one rounding only.
    let mut ten = 1.0;
    for _ in 0..power.unsigned_abs().min(700) {
        ten *= 10.0;
    }
    let number = number as f64;
    let size = match (number == 0.0, power < 0) {
        (true, _) => 0.0,
        (_, true) => number / ten,
        (_, false) => number * ten,
    };
    Some(if negative { -size } else { size })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_the_number_that_the_standard_library_reads() {
        for text in [
            "0",
            "-0",
            "1",
            "1.8",
            "17.5",
            ".5",
            "5.",
            "+2.25",
            "0.1",
            "0.35",
            "1e3",
            "2.5E-3",
            "1e22",
            "123456789.012345",
            "0.000001",
            "000000000000000000000001.5",
            "1e999",
            "1e-999",
            "0e999",
        ] {
            assert_eq!(decimal(text), text.parse().ok(), "{text}");
        }
        for text in
            ["", ".", "-", "e3", "1e", "1e1.5", "1,8", "1.2.3", "--1", "0x1", "1 2", "²", "NaN"]
        {
            assert_eq!(decimal(text), None, "{text}");
        }
        let long = decimal("1234567890123456789.987654321").unwrap();
        assert!((long / 1_234_567_890_123_456_789.987_654_321 - 1.0).abs() < 1e-14);
    }
}
