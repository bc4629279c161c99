//! The instrument: how samples are ordered, when enough is enough, and what the
//! samples allow one to say. Nothing here runs anything or knows what is measured,
//! so all of it is tested natively.

pub mod block;
pub mod clock;
pub mod clock_sync;
pub mod line_fit;
pub mod point;
pub mod power;
pub mod sampling;
pub mod stats;
pub mod summary;
pub mod tail;
pub mod trend;
pub mod two_samples;
pub mod unit;
