//! A panic in the first branch of a join, where panics unwind: nobody may leave a frame that
//! somebody else still works on. In the browser a panic ends the worker, and this does not exist.

use super::header::Header;
use super::seat::Seat;

/// Stands in a join while its first branch runs.
pub struct Guard<'s> {
    seat: &'s Seat,
    frame: *mut Header,
}

impl<'s> Guard<'s> {
    /// Guards the frame that a join on this seat has just made.
    #[inline(always)]
    pub fn new(seat: &'s Seat, frame: *mut Header) -> Guard<'s> {
        Guard { seat, frame }
    }

    /// The first branch has ended well.
    #[inline(always)]
    pub fn disarm(self) {
        std::mem::forget(self);
    }
}

impl Drop for Guard<'_> {
    #[cold]
    fn drop(&mut self) {
        // SAFETY: the frame is the join's own and still in use; this thread sits on the seat. What it
        // holds is dropped once: the job if nobody took it, else the result if there is one.
        unsafe {
            let tag = (*self.frame).tag.get();
            if !tag.is_null() {
                ((*tag).drop_job)(self.frame);
                return;
            }
            let kind = (*self.frame).kind.get();
            if self.seat.take_back(self.frame) {
                ((*kind).drop_job)(self.frame);
            } else if self.seat.wait_for(self.frame) {
                ((*kind).drop_result)(self.frame);
            }
        }
    }
}
