//! Who computed which piece when, as events on lanes.

use super::team::Split;
use super::told::TakenPiece;
use crate::trace::{Detail, Divisible, Event, Kind, numbered};

/// The events of the last repetition of a sample. `size` is that of the whole task.
pub fn events(split: &Split, of: Divisible, size: u32) -> Vec<Event> {
    let end_ms = split.timed.last_ms;
    let mut events = Vec::new();
    for (worker, told) in (0..).zip(&split.told) {
        let mut free_ms = 0.0;
        let idle = |events: &mut Vec<Event>, from_ms: f64, until_ms: f64| {
            if until_ms > from_ms {
                events.push(Event::new(worker, Kind::Idle, Detail::Idle, from_ms, until_ms));
            }
        };
        // Of the repetition before nothing is shown; the whole task always is, also where a coarse
        // clock sees no time pass in it.
        let is_shown = |piece: &&TakenPiece| piece.end_ms > 0.0 || is_whole(piece);
        for piece in told.pieces.iter().filter(is_shown) {
            // Clocks of two workers agree to a few steps only.
            let start_ms = piece.start_ms.max(free_ms);
            let piece_end_ms = piece.end_ms.min(end_ms).max(start_ms);
            idle(&mut events, free_ms, start_ms);
            let detail = Detail::Piece { of, size: piece.size.unwrap_or(size), from: piece.from };
            events.push(Event::new(worker, Kind::Work, detail, start_ms, piece_end_ms));
            free_ms = piece_end_ms;
        }
        idle(&mut events, free_ms, end_ms);
    }
    numbered(events)
}

/// Whether a piece is the whole task, in the last repetition.
fn is_whole(piece: &TakenPiece) -> bool {
    piece.size.is_none() && piece.end_ms >= 0.0
}

#[cfg(test)]
mod tests {
    use super::super::job::Timed;
    use super::super::told::Told;
    use super::*;

    #[test]
    fn pieces_of_the_last_repetition_are_work_and_what_is_between_them_is_idle() {
        let piece = |size, from, start_ms, end_ms| TakenPiece { size, from, start_ms, end_ms };
        let told = |pieces: Vec<TakenPiece>| Told { pieces, ..Told::default() };
        let split = Split {
            timed: Timed { last_ms: 10.0, ..Timed::default() },
            told: vec![
                told(vec![piece(None, None, 0.0, 6.0), piece(Some(20), Some(1), 7.0, 10.0)]),
                // The first one belongs to the repetition before; the clock is a little ahead.
                told(vec![
                    piece(Some(9), Some(0), -5.0, -1.0),
                    piece(Some(28), Some(0), 1.0, 10.1),
                ]),
            ],
        };
        let found: Vec<_> = events(&split, Divisible::Fib, 30)
            .into_iter()
            .map(|event| (event.worker, event.detail, event.start_ms, event.end_ms))
            .collect();
        let piece = |size, from| Detail::Piece { of: Divisible::Fib, size, from };
        let wanted = [
            (0, piece(30, None), 0.0, 6.0),
            (0, Detail::Idle, 6.0, 7.0),
            (0, piece(20, Some(1)), 7.0, 10.0),
            (1, Detail::Idle, 0.0, 1.0),
            (1, piece(28, Some(0)), 1.0, 10.0),
        ];
        assert_eq!(found, wanted);
    }

    #[test]
    fn a_task_that_a_coarse_clock_sees_no_time_in_is_shown_all_the_same() {
        let whole = TakenPiece { size: None, from: None, start_ms: 0.0, end_ms: 0.0 };
        let taken = TakenPiece { size: Some(3), from: Some(0), ..whole };
        let told = |piece| Told { pieces: vec![piece], ..Told::default() };
        let split = Split { timed: Timed::default(), told: vec![told(whole), told(taken)] };
        let found = events(&split, Divisible::Queens, 9);
        let shown: Vec<_> = found.iter().map(|event| (event.worker, &event.detail)).collect();
        let detail = Detail::Piece { of: Divisible::Queens, size: 9, from: None };
        assert_eq!(shown, [(0, &detail)]);
    }
}
