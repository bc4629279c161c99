//! What is computed.

use serde::{Deserialize, Serialize};

use super::{queens, sort};
use crate::fib;
use crate::trace::Divisible;

/// The most queens whose number of ways is known here.
pub const MOST_QUEENS: u32 = queens::WAYS.len() as u32 - 1;

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
