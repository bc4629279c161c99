//! What the figures of a page share.

use std::cell::Cell;

use crate::params::Device;
use crate::runtime::capabilities::{Isolation, Surroundings};

/// Where the page finds itself, and whether it is busy; it lives as long as the document.
pub struct State {
    /// What the browser offers.
    pub here: Surroundings,
    /// What isolated the page, or why nothing did.
    pub isolation: Isolation,
    /// What defaults depend on.
    pub device: Device,
    /// Whether any figure runs: two runs at once would measure each other.
    pub busy: Cell<bool>,
}
