//! The instrument: how samples are ordered, when enough is enough, and what the
//! samples allow one to say. Nothing here runs anything or knows what is measured,
//! so all of it is tested natively.

pub mod alignment;
pub mod clock;
pub mod interval;
pub mod line;
pub mod plan;
pub mod summary;
