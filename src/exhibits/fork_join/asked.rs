//! What a run is asked: what splits itself, and how large it is.

use crate::exhibits::splitting::asked::{Asked, MOST_QUEENS};
use crate::params::RunSpec;
use crate::trace::Divisible;

/// The most elements that are sorted, and the fewest.
pub const MOST_ELEMENTS: u32 = 1 << 22;
const FEWEST_ELEMENTS: u32 = 1 << 10;
/// The fewest queens, and the most.
const QUEENS: (u32, u32) = (4, MOST_QUEENS);

/// What the run computes, and a sentence if its size had to be another one.
pub fn asked(spec: &RunSpec, seed: u32) -> (Asked, Option<String>) {
    let size = spec.whole("size");
    let within = |(least, most): (u32, u32), default: u32, what: &str| {
        let used = if size == 0 { default } else { size.clamp(least, most) };
        let said = (size != 0 && used != size)
            .then(|| format!("{what} {least} to {most}, so the size was {used} and not {size}."));
        (used, said)
    };
    let (of, (size, said)) = match spec.name("work") {
        "sort" => {
            let range = (FEWEST_ELEMENTS, MOST_ELEMENTS);
            (Divisible::Sort, within(range, 1 << 20, "Lists to sort have"))
        }
        "queens" => (Divisible::Queens, within(QUEENS, 12, "Boards have")),
        _ => (Divisible::Fib, (spec.whole("n").max(1), None)),
    };
    (Asked { of, size, seed }, said)
}
