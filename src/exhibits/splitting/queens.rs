//! In how many ways can n queens stand on a board of n × n without attacking each other? The
//! search splits itself at every choice, into pieces of very different sizes.

use super::grain::{Cut, Piece};
use crate::scheduler::{Context, Task, fork};

/// A board whose upper rows have their queens, with what they attack of the next row, as bits.
#[derive(Clone, Copy)]
pub struct Board {
    all: u32,
    columns: u32,
    rising: u32,
    falling: u32,
    /// How many rows have no queen yet.
    rows: u32,
}

impl Board {
    /// An empty one with so many rows, at most 31.
    pub fn empty(rows: u32) -> Board {
        Board { all: (1 << rows) - 1, columns: 0, rising: 0, falling: 0, rows }
    }

    /// The squares of the next row that nobody attacks.
    fn free(self) -> u32 {
        self.all & !(self.columns | self.rising | self.falling)
    }

    /// The board with a queen on this square of the next row.
    fn with(self, square: u32) -> Board {
        Board {
            all: self.all,
            columns: self.columns | square,
            rising: (self.rising | square) << 1,
            falling: (self.falling | square) >> 1,
            rows: self.rows - 1,
        }
    }
}

/// The lowest of these squares, and the others.
fn lowest(squares: u32) -> (u32, u32) {
    let square = squares & squares.wrapping_neg();
    (square, squares ^ square)
}

// [shown
/// Tries every free square of the next row, one after another.
pub fn serial(board: Board) -> u64 {
    search(board.all, board.columns, board.rising, board.falling)
}

/// Four numbers instead of a board: they stay in registers from row to row.
#[inline(never)]
fn search(all: u32, columns: u32, rising: u32, falling: u32) -> u64 {
    if columns == all {
        return 1;
    }
    let (mut ways, mut squares) = (0, all & !(columns | rising | falling));
    while squares != 0 {
        let (square, others) = lowest(squares);
        let [columns, rising, falling] = [columns, rising, falling].map(|it| it | square);
        ways += search(all, columns, rising << 1, falling >> 1);
        squares = others;
    }
    ways
}

/// The same, where all but the first square are for whoever has nothing to do.
pub fn split<C: Cut>(context: Context<'_>, board: Board, cut: C) -> u64 {
    if board.rows == 0 {
        return 1;
    }
    cut.piece(context, board.rows, board)
}

impl Piece for Board {
    type Output = u64;

    #[inline(always)]
    fn split<C: Cut>(self, context: Context<'_>, cut: C) -> u64 {
        try_out(context, self, self.free(), cut)
    }

    fn serial(self) -> u64 {
        serial(self)
    }
}

fn try_out<C: Cut>(context: Context<'_>, board: Board, squares: u32, cut: C) -> u64 {
    let (square, others) = lowest(squares);
    match (square, others) {
        (0, _) => 0,
        (_, 0) => split(context, board.with(square), cut),
        _ => {
            let first = move |context: Context<'_>| split(context, board.with(square), cut);
            fork(context, first, Others { board, others, cut }, |first, others| first + others)
        }
    }
}
// shown]

struct Others<C> {
    board: Board,
    others: u32,
    cut: C,
}

impl<C: Cut> Task for Others<C> {
    type Output = u64;

    #[inline(always)]
    fn run(self, context: Context<'_>) -> u64 {
        try_out(context, self.board, self.others, self.cut)
    }

    fn label(&self) -> u32 {
        self.board.rows
    }
}

/// How often the search is split when every choice is.
pub fn joins(board: Board) -> u64 {
    if board.rows == 0 {
        return 0;
    }
    let mut squares = board.free();
    let mut joins = u64::from(squares.count_ones().saturating_sub(1));
    while squares != 0 {
        let (square, others) = lowest(squares);
        joins += self::joins(board.with(square));
        squares = others;
    }
    joins
}

/// In how many ways so many queens stand on their board, for 0 to 13 of them: another source
/// than any program of the lab (N. J. A. Sloane, The On-Line Encyclopedia of Integer Sequences,
/// A000170).
pub const WAYS: [u64; 14] = [1, 1, 0, 0, 2, 10, 4, 40, 92, 352, 724, 2_680, 14_200, 73_712];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_serial_search_finds_all_ways() {
        for (rows, ways) in (0..).zip(WAYS).take(10) {
            assert_eq!(serial(Board::empty(rows)), ways, "{rows}");
        }
    }

    #[test]
    fn of_two_choices_one_is_a_join() {
        // Four squares in the first row; after the first or last of them two in the second,
        // else one; of those after the first queen one has no successor.
        assert_eq!(joins(Board::empty(1)), 0);
        assert_eq!(joins(Board::empty(2)), 1);
        assert_eq!(joins(Board::empty(4)), 3 + 2);
    }
}
