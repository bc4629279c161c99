//! The scheduler of the lab, compiled with loom's threads and atomics: hand-over, parking and
//! leapfrogging, in every order that loom's memory model allows. Without loom its own
//! single-threaded tests are compiled, which Miri can run.

// It does not use all of its own doors here.
#[allow(dead_code, unused_imports)]
#[path = "../../../src/scheduler/mod.rs"]
mod scheduler;

#[cfg(all(test, loom))]
mod model;
