//! What a run computes, by the serial program or by one that splits itself, again and again,
//! each time clocked and checked.

use std::hint::black_box;

use serde::{Deserialize, Serialize};

use super::asked::Asked;
use super::grain::{Above, Always, Cut, Grain, WorthIt};
use super::sort::Piece;
use super::{program, queens, sort};
use crate::fib;
use crate::measure::clock::now_ms;
use crate::scheduler::{Context, Site};
use crate::trace::Divisible;

/// What is known of the pieces of each kind of work: all workers and samples learn together.
static SITES: [Site; 3] = [Site::new(), Site::new(), Site::new()];

/// The memory of a job, made before anything is clocked.
pub struct Job {
    asked: Asked,
    source: Vec<u32>,
    sorted: Vec<u32>,
    data: Vec<u32>,
    other: Vec<u32>,
}

/// How long it took, and what came out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Timed {
    /// When the last repetition began, on [`crate::measure::clock`].
    pub start_ms: f64,
    /// How long one repetition took, on average.
    pub ms: f64,
    /// How long the last one took.
    pub last_ms: f64,
    /// The last answer.
    pub got: u64,
    /// How many answers were wrong.
    pub wrong: u32,
}

impl Job {
    /// The job, with its memory.
    pub fn new(asked: Asked) -> Job {
        let mut rng = fastrand::Rng::with_seed(u64::from(asked.seed));
        let elements = if asked.of == Divisible::Sort { asked.size } else { 0 };
        let source: Vec<u32> = (0..elements).map(|_| rng.u32(..)).collect();
        let mut sorted = source.clone();
        sorted.sort_unstable();
        Job { asked, data: source.clone(), other: source.clone(), source, sorted }
    }

    /// The serial program, so many times.
    pub fn alone(&mut self, repeats: u32) -> Timed {
        self.clocked(repeats, |job| {
            let size = black_box(job.asked.size);
            match job.asked.of {
                Divisible::Queens => queens::serial(queens::Board::empty(size)),
                Divisible::Sort => {
                    sort::serial(job.piece());
                    0
                }
                _ => fib::naive(size),
            }
        })
    }

    /// The program that splits itself, so many times.
    pub fn split(&mut self, mut context: Context<'_>, grain: Grain, repeats: u32) -> Timed {
        let site = match self.asked.of {
            Divisible::Queens => &SITES[2],
            Divisible::Sort => &SITES[1],
            _ => &SITES[0],
        };
        self.clocked(repeats, |job| match grain {
            Grain::None => job.cut(context.again(), Always),
            Grain::CutOff(key) => job.cut(context.again(), Above(key)),
            Grain::Automatic => job.cut(context.again(), WorthIt(site)),
        })
    }

    fn cut<C: Cut>(&mut self, context: Context<'_>, cut: C) -> u64 {
        let size = black_box(self.asked.size);
        match self.asked.of {
            Divisible::Queens => queens::split(context, queens::Board::empty(size), cut),
            Divisible::Sort => {
                sort::split(context, self.piece(), cut);
                0
            }
            _ => program::split(context, size, cut),
        }
    }

    fn piece(&mut self) -> Piece<'_> {
        Piece { data: &mut self.data, other: &mut self.other, over: false }
    }

    /// Runs it so many times. Of sorting only the program itself is clocked, not what is put back
    /// and checked in between; everything else is clocked as a whole, so that short tasks are not
    /// drowned in readings of a clock that may not even have moved.
    fn clocked(&mut self, repeats: u32, mut run: impl FnMut(&mut Job) -> u64) -> Timed {
        let repeats = repeats.max(1);
        let (want, mut timed, mut all_ms) = (self.asked.want(), Timed::default(), 0.0);
        let is_each_clocked = self.asked.of == Divisible::Sort;
        let first_ms = now_ms();
        for repeat in 1..=repeats {
            self.data.copy_from_slice(&self.source);
            if is_each_clocked || repeat == repeats {
                timed.start_ms = now_ms();
            }
            timed.got = run(self);
            if is_each_clocked {
                timed.last_ms = now_ms() - timed.start_ms;
                all_ms += timed.last_ms;
                let in_place = self.data.iter().zip(&self.sorted).filter(|(a, b)| a == b);
                timed.got = in_place.count() as u64;
            }
            timed.wrong += u32::from(timed.got != want);
        }
        if !is_each_clocked {
            let end_ms = now_ms();
            timed.last_ms = end_ms - timed.start_ms;
            all_ms = end_ms - first_ms;
        }
        timed.ms = all_ms / f64::from(repeats);
        timed
    }
}
