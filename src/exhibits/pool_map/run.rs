//! How it is measured: as every list that a pool does.

pub use crate::exhibits::pooled::run::run;
