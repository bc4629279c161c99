//! Down to which size a task splits itself.

use serde::{Deserialize, Serialize};

use crate::params::RunSpec;
use crate::scheduler::{Context, Site, auto};

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

// [shown
/// Decides whether a piece is split further. `key` grows with its size.
pub trait Cut: Copy + Send {
    /// The piece, by one of two programs that compute the same from this input.
    fn piece<I, R>(
        self,
        context: Context<'_>,
        key: u32,
        input: I,
        split: impl FnOnce(Context<'_>, I) -> R,
        serial: impl FnOnce(I) -> R,
    ) -> R;
}

/// Every piece is split.
#[derive(Clone, Copy)]
pub struct Always;

impl Cut for Always {
    #[inline(always)]
    fn piece<I, R>(
        self,
        context: Context<'_>,
        _: u32,
        input: I,
        split: impl FnOnce(Context<'_>, I) -> R,
        _: impl FnOnce(I) -> R,
    ) -> R {
        split(context, input)
    }
}

/// Pieces of this key and below are not split.
#[derive(Clone, Copy)]
pub struct Above(pub u32);

impl Cut for Above {
    #[inline(always)]
    fn piece<I, R>(
        self,
        context: Context<'_>,
        key: u32,
        input: I,
        split: impl FnOnce(Context<'_>, I) -> R,
        serial: impl FnOnce(I) -> R,
    ) -> R {
        if key <= self.0 { serial(input) } else { split(context, input) }
    }
}

/// Pieces are not split that are known to take less than a quantum.
#[derive(Clone, Copy)]
pub struct WorthIt(pub &'static Site);

impl Cut for WorthIt {
    #[inline(always)]
    fn piece<I, R>(
        self,
        context: Context<'_>,
        key: u32,
        input: I,
        split: impl FnOnce(Context<'_>, I) -> R,
        serial: impl FnOnce(I) -> R,
    ) -> R {
        auto(context, self.0, key, input, split, serial)
    }
}
// shown]
