//! How a schedule is measured: as every list that a pool does, by a plan that is fixed.

pub use crate::exhibits::pooled::run::run;
