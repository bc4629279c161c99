//! What a join leaves on its worker's arena while it goes down its first branch.

use std::mem::ManuallyDrop;

use super::arena::{ALIGN, LARGEST};
use super::context::Context;
use super::header::{Header, Kind, Place};

/// The second branch of a join: what another worker may take.
pub trait Task: Send {
    /// What it computes.
    type Output: Send;

    /// Computes it. Whoever runs it goes on splitting with this context.
    fn run(self, context: Context<'_>) -> Self::Output;

    /// A number that says in a log what was taken, such as the size of a subtree.
    fn label(&self) -> u32 {
        0
    }
}

/// A frame: a header, then the job until it is run, and its result from then on.
#[repr(C, align(8))]
pub struct Frame<B: Task> {
    /// What all frames have.
    pub header: Header,
    /// The job, or its result.
    pub slot: Slot<B>,
}

/// The job, or its result, in the same place.
#[repr(C)]
pub union Slot<B: Task> {
    /// The job.
    pub job: ManuallyDrop<B>,
    /// Its result.
    pub result: ManuallyDrop<B::Output>,
}

impl<B: Task> Frame<B> {
    /// How many bytes it takes.
    pub const SIZE: usize = {
        let size = size_of::<Frame<B>>();
        assert!(align_of::<Frame<B>>() == ALIGN, "a task or its result is aligned to over 8");
        assert!(size <= LARGEST, "a task or its result is larger than 4 KB: borrow, or box it");
        size
    };

    /// What is known of it when its type is forgotten.
    pub const KIND: &'static Kind = &Kind {
        size: Self::SIZE,
        label: Self::label,
        run: Self::run,
        #[cfg(panic = "unwind")]
        drop_job: Self::drop_job,
        #[cfg(panic = "unwind")]
        drop_result: Self::drop_result,
    };

    /// Takes the job out of a frame.
    ///
    /// # Safety
    ///
    /// `frame` is a frame of this type whose job is in its place and will not be taken again.
    #[inline(always)]
    pub unsafe fn take_job(frame: *mut Frame<B>) -> B {
        // SAFETY: the caller vouches for the type and that the job is there, once (invariant 4).
        unsafe { ManuallyDrop::into_inner((&raw const (*frame).slot.job).read()) }
    }

    /// Takes the result out of a frame.
    ///
    /// # Safety
    ///
    /// `frame` is a frame of this type whose job was run, and whose result was not taken yet.
    #[inline(always)]
    pub unsafe fn take_result(frame: *mut Frame<B>) -> B::Output {
        // SAFETY: the caller vouches for the type and that the result is there.
        unsafe { ManuallyDrop::into_inner((&raw const (*frame).slot.result).read()) }
    }

    unsafe fn label(header: *mut Header) -> u32 {
        let frame = header.cast::<Frame<B>>();
        // SAFETY: called by whoever took the frame and has not run its job yet (invariant 4), so
        // the job is there, and nobody else looks at it.
        unsafe { (*frame).slot.job.label() }
    }

    unsafe fn run(header: *mut Header, place: Place) {
        let frame = header.cast::<Frame<B>>();
        // SAFETY: called once, by whoever took the frame (invariant 4), with its own place. The job is
        // moved out before it runs, so it may run on the very bytes of its frame, and the slot is
        // written after.
        unsafe {
            let result = Self::take_job(frame).run(Context::from_place(place));
            (&raw mut (*frame).slot.result).write(ManuallyDrop::new(result));
        }
    }

    #[cfg(panic = "unwind")]
    unsafe fn drop_job(header: *mut Header) {
        // SAFETY: called by the owner of a frame that nobody took, so the job is there.
        drop(unsafe { Self::take_job(header.cast()) });
    }

    #[cfg(panic = "unwind")]
    unsafe fn drop_result(header: *mut Header) {
        // SAFETY: called by the owner of a frame that is done, so the result is there.
        drop(unsafe { Self::take_result(header.cast()) });
    }
}
