//! What a run computes, as it was asked for.

use serde::{Deserialize, Serialize};

use super::{queens, sort};
use crate::fib;
use crate::params::RunSpec;
use crate::trace::Divisible;

/// The most elements that are sorted, and the fewest.
pub const MOST_ELEMENTS: u32 = 1 << 22;
const FEWEST_ELEMENTS: u32 = 1 << 10;
/// The fewest queens, and the most.
const QUEENS: (u32, u32) = (4, 13);

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

/// What a run computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Of what kind.
    pub of: Divisible,
    /// The argument of fib, the number of elements, or of queens.
    pub size: u32,
    /// Where the random numbers that are sorted begin.
    pub seed: u32,
}

impl Asked {
    /// What is right: of fib and queens the answer, of sorting that every element stands where
    /// it belongs.
    pub fn want(self) -> u64 {
        match self.of {
            Divisible::Queens => queens::WAYS.get(self.size as usize).copied().unwrap_or(0),
            Divisible::Sort => u64::from(self.size),
            _ => fib::fast_doubling(self.size),
        }
    }

    /// How many joins there are when every piece is split that can be.
    pub fn joins(self) -> u64 {
        match self.of {
            Divisible::Queens => queens::joins(queens::Board::empty(self.size)),
            Divisible::Sort => sort::joins(self.size as usize),
            _ => fib::iterative(self.size).saturating_sub(1),
        }
    }
}
