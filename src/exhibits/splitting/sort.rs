//! Merge sort that splits itself. Its last merge is one piece: no number of workers does better
//! than that allows.

use super::grain::{self, Cut};
use crate::scheduler::{Context, Task, fork};

/// Pieces of up to so many elements are sorted by insertion.
const SMALLEST: usize = 32;

/// What is sorted, and as much memory beside it.
pub struct Piece<'d> {
    /// What is sorted.
    pub data: &'d mut [u32],
    /// As much memory.
    pub other: &'d mut [u32],
    /// Whether the result is to lie in `other`.
    pub over: bool,
}

// [shown
/// Sorts both halves, each into the other memory, and merges them back.
pub fn serial(mut piece: Piece<'_>) {
    if piece.is_small() {
        return piece.insert();
    }
    let (left, right) = piece.halves();
    serial(left);
    serial(right);
    piece.merge();
}

/// The same, where the right half is for whoever has nothing to do.
pub fn split<C: Cut>(context: Context<'_>, mut piece: Piece<'_>, cut: C) {
    if piece.is_small() {
        return piece.insert();
    }
    cut.piece(context, key(piece.data.len()), piece);
}

impl grain::Piece for Piece<'_> {
    type Output = ();

    #[inline(always)]
    fn split<C: Cut>(mut self, context: Context<'_>, cut: C) {
        let (left, right) = self.halves();
        let left = move |context: Context<'_>| split(context, left, cut);
        fork(context, left, Right { piece: right, cut }, |(), ()| ());
        self.merge();
    }

    fn serial(self) {
        serial(self);
    }
}
// shown]

struct Right<'d, C> {
    piece: Piece<'d>,
    cut: C,
}

impl<C: Cut> Task for Right<'_, C> {
    type Output = ();

    #[inline(always)]
    fn run(self, context: Context<'_>) {
        split(context, self.piece, self.cut);
    }

    fn label(&self) -> u32 {
        self.piece.data.len().try_into().unwrap_or(u32::MAX)
    }
}

/// What predicts how long a piece takes: the digits of its length in binary.
pub fn key(length: usize) -> u32 {
    usize::BITS - length.leading_zeros()
}

/// How often a list of this length is split when every piece is that can be.
pub fn joins(length: usize) -> u64 {
    if length <= SMALLEST {
        return 0;
    }
    let left = length / 2;
    let right = length - left;
    // The halves differ by one element at the most.
    let of_right = joins(right);
    1 + of_right + if left == right { of_right } else { joins(left) }
}

impl Piece<'_> {
    fn is_small(&self) -> bool {
        self.data.len() <= SMALLEST
    }

    /// Both halves, which are to be sorted into the other memory.
    fn halves(&mut self) -> (Piece<'_>, Piece<'_>) {
        let middle = self.data.len() / 2;
        let (left, right) = self.data.split_at_mut(middle);
        let (other_left, other_right) = self.other.split_at_mut(middle);
        let over = !self.over;
        (
            Piece { data: left, other: other_left, over },
            Piece { data: right, other: other_right, over },
        )
    }

    /// Sorts a small piece.
    fn insert(&mut self) {
        for at in 1..self.data.len() {
            let mut place = at;
            while place > 0 && self.data[place - 1] > self.data[place] {
                self.data.swap(place - 1, place);
                place -= 1;
            }
        }
        if self.over {
            self.other.copy_from_slice(self.data);
        }
    }

    /// Merges both halves, which lie sorted in the memory that the result does not go to.
    fn merge(&mut self) {
        let (from, to) = match self.over {
            true => (&*self.data, &mut *self.other),
            false => (&*self.other, &mut *self.data),
        };
        let (mut left, mut right) = from.split_at(from.len() / 2);
        for place in to {
            let from_left = match (left.first(), right.first()) {
                (Some(a), Some(b)) => a <= b,
                (a, _) => a.is_some(),
            };
            let side = if from_left { &mut left } else { &mut right };
            if let Some((least, rest)) = side.split_first() {
                (*place, *side) = (*least, rest);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_every_length_are_sorted_into_either_memory() {
        for length in (0..200).chain([1023, 1024, 1025]) {
            for over in [false, true] {
                let mut data: Vec<u32> = (0..length).map(|at| at * 7919 % 1021).collect();
                let mut sorted = data.clone();
                sorted.sort_unstable();
                let mut other = vec![0; data.len()];
                serial(Piece { data: &mut data, other: &mut other, over });
                assert_eq!(if over { other } else { data }, sorted, "{length}");
            }
        }
    }

    #[test]
    fn a_list_is_split_until_all_pieces_are_small() {
        assert_eq!([1, 32, 33, 64, 65, 128].map(joins), [0, 0, 1, 1, 2, 3]);
        assert_eq!(joins(1 << 20), (1 << 15) - 1);
        assert_eq!([1, 2, 3, 1 << 20].map(key), [1, 2, 2, 21]);
    }
}
