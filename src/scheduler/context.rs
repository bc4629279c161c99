//! Where a worker stands: what a task needs to split itself.

use super::header::Place;
use super::seat::Seat;

/// Where a worker stands: it may split its task from here. Two words, passed by value, so that
/// a join touches no stack.
///
/// A context belongs to the thread it is on, and is used up by a join; whoever wants several
/// joins one after another lends it with [`again`](Context::again).
///
/// ```compile_fail
/// # use fib_lab::scheduler::{Context, join};
/// fn twice(context: Context<'_>) {
///     join(context, |_| (), |_| ());
///     join(context, |_| (), |_| ());
/// }
/// ```
///
/// A task cannot take the context of another along:
///
/// ```compile_fail
/// # use fib_lab::scheduler::{Context, join};
/// fn smuggled(mut context: Context<'_>) {
///     let lent = context.again();
///     join(lent, |_| (), move |_| join(context, |_| (), |_| ()));
/// }
/// ```
pub struct Context<'c> {
    /// The first byte of the arena that no frame has.
    top: *mut u8,
    seat: &'c Seat,
}

impl<'c> Context<'c> {
    /// # Safety
    ///
    /// The calling thread sits on this seat; `top` lies in its arena, at most at its end, is
    /// aligned to a frame, and no frame at or above it is in use.
    #[inline(always)]
    pub(super) unsafe fn at(top: *mut u8, seat: &'c Seat) -> Context<'c> {
        Context { top, seat }
    }

    /// # Safety
    ///
    /// The place's seat is one, stays for as long as this lives, and all of [`Context::at`] holds.
    pub(super) unsafe fn from_place(place: Place) -> Context<'c> {
        // SAFETY: the caller's.
        unsafe { Context::at(place.top, &*place.seat.cast()) }
    }

    /// The first free byte and the seat; the context is used up.
    #[inline(always)]
    pub(super) fn parts(self) -> (*mut u8, &'c Seat) {
        (self.top, self.seat)
    }

    #[inline(always)]
    pub(super) fn seat(&self) -> &'c Seat {
        self.seat
    }

    /// The same context once more, for a join before the next one.
    #[inline(always)]
    pub fn again(&mut self) -> Context<'_> {
        Context { top: self.top, seat: self.seat }
    }

    /// The number of the worker that runs this, from 0.
    pub fn worker(&self) -> u32 {
        self.seat.index()
    }
}
