//! The three ways to split a task in two.

use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::sync::atomic::Ordering::Relaxed;

use super::context::Context;
use super::frame::{Frame, Task};
use super::seat::Seat;
#[cfg(panic = "unwind")]
use super::unwind::Guard;

/// Runs `a`, and `b` here or on another worker, and returns what `combine` makes of both.
///
/// `combine` stands in both ends of the join, the common one and the rare one, instead of behind
/// their meeting point: so a compiler can turn the second of two recursive calls into a loop,
/// as it does in the serial program. Write `move` before closures, or what they borrow goes
/// through memory.
///
/// # Examples
///
/// ```
/// use fib_lab::scheduler::{Context, Pool, join_with};
///
/// fn fib(context: Context<'_>, n: u32) -> u64 {
///     if n <= 2 {
///         return 1;
///     }
///     let left = move |context: Context<'_>| fib(context, n - 1);
///     let right = move |context: Context<'_>| fib(context, n - 2);
///     join_with(context, left, right, |left, right| left + right)
/// }
///
/// let pool = Pool::new(2);
/// assert_eq!(pool.on_threads(|context| fib(context, 20)), 6765);
/// ```
#[inline(always)]
pub fn join_with<A, B, RA, RB, R>(
    context: Context<'_>,
    a: A,
    b: B,
    combine: impl FnOnce(RA, RB) -> R,
) -> R
where
    A: FnOnce(Context<'_>) -> RA,
    B: FnOnce(Context<'_>) -> RB + Send,
    RB: Send,
{
    fork(context, a, Closure { run: b, result: PhantomData }, combine)
}

/// Runs `a`, and `b` here or on another worker, and returns both results.
///
/// # Examples
///
/// ```
/// use fib_lab::scheduler::{Pool, join};
/// let mut words = ["to", "be", "or", "not"];
/// let (left, right) = words.split_at_mut(2);
/// Pool::new(2).on_threads(|context| join(context, |_| left.sort(), |_| right.sort()));
/// assert_eq!(words, ["be", "to", "not", "or"]);
/// ```
#[inline(always)]
pub fn join<A, B, RA, RB>(context: Context<'_>, a: A, b: B) -> (RA, RB)
where
    A: FnOnce(Context<'_>) -> RA,
    B: FnOnce(Context<'_>) -> RB + Send,
    RB: Send,
{
    join_with(context, a, b, |ra, rb| (ra, rb))
}

/// A closure as a task without a label.
struct Closure<F, R> {
    run: F,
    result: PhantomData<fn() -> R>,
}

impl<F: FnOnce(Context<'_>) -> R + Send, R: Send> Task for Closure<F, R> {
    type Output = R;

    #[inline(always)]
    fn run(self, context: Context<'_>) -> R {
        (self.run)(context)
    }
}

/// [`join_with`] whose second branch is a [`Task`], which has a label for the log.
#[inline(always)]
pub fn fork<A, B, RA, R>(
    context: Context<'_>,
    a: A,
    b: B,
    combine: impl FnOnce(RA, B::Output) -> R,
) -> R
where
    A: FnOnce(Context<'_>) -> RA,
    B: Task,
{
    let (top, seat) = context.parts();
    let frame = top.cast::<Frame<B>>();
    // SAFETY: a context says that its thread sits on the seat and that the arena is free from `top`
    // on, aligned to a frame; beyond its end there is room for one more frame of any size
    // (`frame::LARGEST`), so writing this one needs no question first. From here to the end of this
    // function the frame is in use, and both branches get contexts that honour that: `a` above
    // it, `b` in its place, when the job has been moved out. Tag and mark are touched by this
    // thread alone (invariant 2); the job is run here only if the tag says that it is private,
    // else by whoever takes it out of the offer (invariant 4), and `settle` returns only when the
    // result is in its place.
    unsafe {
        (&raw mut (*frame).slot.job).write(ManuallyDrop::new(b));
        let tag = &raw const (*frame).header.tag;
        (*tag).set(Frame::<B>::KIND);
        let next = top.add(Frame::<B>::SIZE);
        // One word, two questions: no room above, or somebody hungry.
        if next.addr() > seat.limit.load(Relaxed) && !seat.promote(top, next) {
            return in_place(frame, seat, a, combine);
        }
        #[cfg(panic = "unwind")]
        let unwinding = Guard::new(seat, frame.cast());
        let ra = a(Context::at(next, seat));
        #[cfg(panic = "unwind")]
        unwinding.disarm();
        if !(*tag).get().is_null() {
            let b = Frame::take_job(frame);
            combine(ra, b.run(Context::at(top, seat)))
        } else {
            seat.settle(frame.cast());
            combine(ra, Frame::take_result(frame))
        }
    }
}

/// There is no room above this frame: both branches run here, one after the other.
///
/// # Safety
///
/// As in [`fork`]: the frame at the top of the seat's arena has a job and is not shared.
#[cold]
#[inline(never)]
unsafe fn in_place<A, B, RA, R>(
    frame: *mut Frame<B>,
    seat: &Seat,
    a: A,
    combine: impl FnOnce(RA, B::Output) -> R,
) -> R
where
    A: FnOnce(Context<'_>) -> RA,
    B: Task,
{
    seat.note_overflow();
    // SAFETY: the job is moved out, so the frame is free again, and the top is where it was.
    unsafe {
        let b = Frame::take_job(frame);
        let ra = a(Context::at(frame.cast(), seat));
        combine(ra, b.run(Context::at(frame.cast(), seat)))
    }
}
