//! What a worker tells of its part in a run.

use serde::{Deserialize, Serialize};

use crate::scheduler::{Doing, Log};

/// What a worker tells of its part in a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Told {
    /// What it computed when.
    pub pieces: Vec<TakenPiece>,
    /// How many of them are not told, because there were so many.
    pub left_out: u32,
    /// How many pieces it took from others.
    pub steals: u32,
    /// How many joins found no room on its arena.
    pub overflows: u32,
    /// How many times it slept.
    pub parks: u32,
    /// How many times a piece was found to be worth splitting.
    pub forks: u64,
}

/// A piece of a task, while it was computed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TakenPiece {
    /// Its size; absent of the whole task.
    pub size: Option<u32>,
    /// From whom it was taken; absent where a worker goes on with its own.
    pub from: Option<u32>,
    /// From when, on the worker's clock.
    pub start_ms: f64,
    /// Until when.
    pub end_ms: f64,
}

impl Told {
    /// What this log tells of the time since `since_ms`. What a coarse clock sees end at that very
    /// moment may have begun then, too.
    pub fn of(log: Log, since_ms: f64) -> Told {
        let Log { left_out, steals, overflows, parks, forks, .. } = log;
        let pieces = log.stretches.into_iter().filter(|stretch| stretch.end_ms >= since_ms);
        let pieces = pieces.filter_map(|stretch| {
            let (size, victim) = match stretch.doing {
                Doing::Nothing => return None,
                Doing::Root => (None, None),
                Doing::Stolen { victim, label } => (Some(label), Some(victim)),
            };
            let from = victim.filter(|_| stretch.first);
            let start_ms = stretch.start_ms.max(since_ms);
            Some(TakenPiece { size, from, start_ms, end_ms: stretch.end_ms })
        });
        Told { pieces: pieces.collect(), left_out, steals, overflows, parks, forks }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scheduler::Stretch;

    #[test]
    fn a_task_that_is_shorter_than_a_step_of_the_clock_is_told_of() {
        let root = |start_ms, end_ms| Stretch { doing: Doing::Root, first: true, start_ms, end_ms };
        let log = Log { stretches: [root(4.0, 5.0), root(7.0, 7.0)].into(), ..Log::default() };
        let pieces = Told::of(log, 7.0).pieces;
        assert_eq!(pieces.len(), 1, "{pieces:?}");
        assert_eq!((pieces[0].start_ms, pieces[0].end_ms), (7.0, 7.0));
    }
}
