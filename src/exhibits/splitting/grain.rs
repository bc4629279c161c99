//! Down to which size a task splits itself.

use serde::{Deserialize, Serialize};

use crate::params::RunSpec;
use crate::scheduler::{Context, QUANTUM_US, Site, auto};

/// Down to which size a task splits itself, as a run asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grain {
    /// Every piece that can be split is.
    None,
    /// Pieces of this key and below are not split.
    CutOff(u32),
    /// Pieces are not split that the clock has found to be shorter than a quantum.
    Automatic,
}

impl Grain {
    /// What a run asks for.
    pub fn of(spec: &RunSpec) -> Grain {
        match spec.name("grain") {
            "none" => Grain::None,
            "cut-off" => Grain::CutOff(spec.whole("cutoff")),
            _ => Grain::Automatic,
        }
    }
}

/// Without a cut-off one worker may take so many times as long as the serial program.
pub const UNCUT: f64 = 3.0;

/// What is to be said where a clock with this step finds out nothing about pieces, so that the
/// automatic grain splits all of them.
pub fn splits_all(clock_step_ms: f64) -> Option<String> {
    let step_us = clock_step_ms * 1e3;
    (step_us > f64::from(QUANTUM_US)).then(|| {
        format!(
            "This browser's clock moves in steps of {step_us:.0} µs, too coarse to find out which \
             pieces are shorter than {QUANTUM_US} µs: every piece was split."
        )
    })
}

// [shown
/// A piece of work, by one of two programs that compute the same.
pub trait Piece: Sized {
    /// What it computes.
    type Output;

    /// Splits it in two. Inlined wherever it is used: only a function that calls itself, not one
    /// that calls another which calls it, has its second call turned into a loop.
    fn split<C: Cut>(self, context: Context<'_>, cut: C) -> Self::Output;

    /// Leaves it whole.
    fn serial(self) -> Self::Output;
}

/// Decides whether a piece is split further. `key` grows with its size.
pub trait Cut: Copy + Send {
    /// The piece, by one of its two programs.
    fn piece<P: Piece>(self, context: Context<'_>, key: u32, piece: P) -> P::Output;
}

/// Every piece is split.
#[derive(Clone, Copy)]
pub struct Always;

impl Cut for Always {
    #[inline(always)]
    fn piece<P: Piece>(self, context: Context<'_>, _: u32, piece: P) -> P::Output {
        piece.split(context, self)
    }
}

/// Pieces of this key and below are not split.
#[derive(Clone, Copy)]
pub struct Above(pub u32);

impl Cut for Above {
    #[inline(always)]
    fn piece<P: Piece>(self, context: Context<'_>, key: u32, piece: P) -> P::Output {
        if key <= self.0 { piece.serial() } else { piece.split(context, self) }
    }
}

/// Pieces are not split that are known to take less than a quantum.
#[derive(Clone, Copy)]
pub struct WorthIt(pub &'static Site);

impl Cut for WorthIt {
    #[inline(always)]
    fn piece<P: Piece>(self, context: Context<'_>, key: u32, piece: P) -> P::Output {
        let split = move |context: Context<'_>, piece: P| piece.split(context, self);
        auto(context, self.0, key, piece, split, P::serial)
    }
}
// shown]
