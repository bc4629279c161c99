//! How much a report may hold: as much as the largest run of the lab makes, and little more.
//! Files are held to it before they are kept or drawn.
//!
//! Its limit: an exhibit that makes more than this has to raise it, or its own files do not
//! open; `tests/files.rs` opens the largest report of every exhibit.

use thiserror::Error;

use crate::interpreter::thread::MOST_STRETCHES;
use crate::measure::sampling::{self, LAST_LOOK};
use crate::params::{MAX_TASKS, MAX_WORKERS};

/// Files larger than this, in bytes, are not read.
pub const MOST_BYTES: f64 = 16.0 * 1024.0 * 1024.0;
/// Reports are six levels deep. A parser that recurses dies of thousands.
const MOST_DEPTH: usize = 32;
/// A timeline of the most events has half as many values.
const MOST_VALUES: usize = 1_000_000;

/// Rounds of an honesty check.
pub const MOST_ROUNDS: usize = 100;
/// Blocks of a comparison, or of all rounds of an honesty check.
pub const MOST_BLOCKS: usize = most(sampling::MOST_BLOCKS, MOST_ROUNDS * LAST_LOOK);
/// Arms: a curve over twelve numbers of workers has 25.
pub const MOST_ARMS: usize = 32;
/// Every stretch of every thread with its request for the lock, and each thread's end.
pub const MOST_EVENTS: usize = MAX_WORKERS as usize * (2 * MOST_STRETCHES + 1);
/// Answers: one for each task, or each worker.
pub const MOST_CHECKS: usize = most(MAX_TASKS, MAX_WORKERS as usize);
/// Series: sixteen children, and a sweep or two.
pub const MOST_SERIES: usize = 64;
/// Samples of a series. The most are the waits of 63 threads for the lock, in a minute.
pub const MOST_SAMPLES: usize = 1_000;
/// Lines that programs printed.
pub const MOST_LINES: usize = 1_000;
/// Sentences, fitted laws, answers of a visitor.
pub const MOST_OTHERS: usize = 100;
/// The bytes of a text.
pub const MOST_TEXT: usize = 1_000;
/// The bytes of all texts together. The tokens of a ring of 64 ranks come to a third of it.
pub const MOST_TEXTS: usize = 50_000;
/// The bytes of an arm's name.
pub const MOST_ID: usize = 40;

const fn most(one: usize, other: usize) -> usize {
    if one > other { one } else { other }
}

/// The lists of a report, of either schema.
pub const LISTS: [(&str, usize); 14] = [
    ("arms", MOST_ARMS),
    ("blocks", MOST_BLOCKS),
    ("checks", MOST_CHECKS),
    ("counts", MOST_ARMS),
    ("fits", MOST_OTHERS),
    ("log", MOST_LINES),
    ("points", MOST_OTHERS),
    ("quiz", MOST_OTHERS),
    ("results", MOST_CHECKS),
    ("rounds", MOST_ROUNDS),
    ("rows", MOST_OTHERS),
    ("series", MOST_SERIES),
    ("trace", MOST_EVENTS),
    ("warnings", MOST_OTHERS),
];

/// Why something is no report, whatever it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum TooMuch {
    /// It is nested as no report is.
    #[error("This is not a report of the lab: it is nested too deep.")]
    Deep,
    /// It holds more than any run makes.
    #[error("This is not a report of the lab: it is longer than any run.")]
    Long,
}

/// Checks a text before it is parsed.
///
/// # Errors
///
/// If it is larger, deeper or of more values than any file of the lab.
///
/// # Examples
///
/// ```
/// use fib_lab::report::limits::{TooMuch, check_text};
/// assert_eq!(check_text(r#"{"schema":2,"warnings":["[[[["]}"#), Ok(()));
/// // Where a parser that recurses would run out of its stack.
/// assert_eq!(check_text(&"[".repeat(20_000)), Err(TooMuch::Deep));
/// ```
pub fn check_text(text: &str) -> Result<(), TooMuch> {
    if text.len() as f64 > MOST_BYTES {
        return Err(TooMuch::Long);
    }
    let (mut depth, mut values) = (0usize, 0usize);
    let (mut quoted, mut escaped) = (false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            b',' => values += 1,
            _ => {}
        }
        if depth > MOST_DEPTH {
            return Err(TooMuch::Deep);
        }
        if values > MOST_VALUES {
            return Err(TooMuch::Long);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_count_where_they_are_brackets() {
        let deep = |depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(check_text(&deep(MOST_DEPTH)), Ok(()));
        assert_eq!(check_text(&deep(MOST_DEPTH + 1)), Err(TooMuch::Deep));
        // Beside each other they are no depth, and in texts they are letters.
        assert_eq!(check_text(&deep(1).repeat(1_000)), Ok(()));
        assert_eq!(check_text(&format!(r#"["\"{}"]"#, "{".repeat(1_000))), Ok(()));
        assert_eq!(check_text(&format!(r#"["\\",{}"#, "{".repeat(99))), Err(TooMuch::Deep));
    }

    #[test]
    fn a_text_of_too_many_values_is_refused_before_it_is_parsed() {
        assert_eq!(check_text(&"{},".repeat(MOST_VALUES)), Ok(()));
        assert_eq!(check_text(&"{},".repeat(MOST_VALUES + 1)), Err(TooMuch::Long));
        let large = " ".repeat(MOST_BYTES as usize + 1);
        assert_eq!(check_text(&large), Err(TooMuch::Long));
    }
}
