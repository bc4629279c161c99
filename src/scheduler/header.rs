//! The untyped part of a frame, and what is known of the rest when its type is forgotten.

use std::cell::Cell;

use super::sync::AtomicU32;

/// Where a worker stands, without types: a context is made of it.
#[derive(Clone, Copy)]
pub struct Place {
    /// The first byte of the arena that no frame has.
    pub top: *mut u8,
    /// The worker's seat.
    pub seat: *const (),
}

/// What is known of a task when its type is forgotten.
pub struct Kind {
    /// How many bytes its frame takes.
    pub size: usize,
    /// What a log calls it.
    pub label: unsafe fn(*mut Header) -> u32,
    /// Runs the job in the frame and puts the result into its place.
    pub run: unsafe fn(*mut Header, Place),
    /// Drops the job, which nobody will run.
    #[cfg(panic = "unwind")]
    pub drop_job: unsafe fn(*mut Header),
    /// Drops the result, which nobody wants.
    #[cfg(panic = "unwind")]
    pub drop_result: unsafe fn(*mut Header),
}

/// The first words of every frame. A private frame has only its tag; the rest is made when it
/// is shared, so that a join that nobody takes pays for two stores.
#[repr(C, align(8))]
pub struct Header {
    /// The kind while the frame is private, null once it is shared. Written and read by the
    /// owner alone.
    pub tag: Cell<*const Kind>,
    /// The kind of a shared frame.
    pub kind: Cell<*const Kind>,
    /// How a shared frame stands: [`RUNNING`], [`DONE`], [`PANICKED`].
    pub state: AtomicU32,
    /// Who took it: its number and 1, or 0 while that is not known.
    pub thief: AtomicU32,
}

/// Nobody has finished the job.
pub const RUNNING: u32 = 0;
/// The result is in its place.
pub const DONE: u32 = 1;
/// The job panicked; there is no result.
pub const PANICKED: u32 = 2;
