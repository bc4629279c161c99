//! Recursive halving with work stealing: how rayon's `par_iter` shares a list.
//!
//! A worker that takes a piece of the list halves it, keeps the left half and leaves
//! the right one where others can steal it, as long as the piece was stolen or has
//! splits left (rayon 1.12, `iter/plumbing`: `Splitter`). Own pieces are taken newest
//! first, stolen ones oldest first (Blumofe and Leiserson, "Scheduling multithreaded
//! computations by work stealing", J. ACM 46, 1999).

use std::collections::VecDeque;
use std::ops::Range;

/// The pieces that lie in front of each worker.
#[derive(Clone, Debug)]
pub struct Halving {
    pieces: Vec<VecDeque<Piece>>,
}

#[derive(Clone, Debug)]
struct Piece {
    tasks: Range<usize>,
    splits: usize,
}

impl Halving {
    /// A list of `tasks` tasks that lies whole in front of worker 0.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::theory::halving::Halving;
    /// let mut six = Halving::new(6, 2);
    /// // The other worker has nothing of its own, and steals the right half.
    /// assert_eq!(six.take(1), Some(0..1));
    /// assert_eq!(Halving::new(0, 2).take(0), None);
    /// ```
    pub fn new(tasks: usize, workers: usize) -> Halving {
        let workers = workers.max(1);
        let mut pieces = vec![VecDeque::new(); workers];
        if tasks > 0 {
            pieces[0].push_back(Piece { tasks: 0..tasks, splits: workers });
        }
        Halving { pieces }
    }

    /// The tasks that a free worker takes next; `None` while nobody has a piece to share.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::theory::halving::Halving;
    /// let mut six = Halving::new(6, 2);
    /// assert_eq!(six.take(0), Some(0..1));
    /// assert_eq!(six.take(1), Some(3..4));
    /// ```
    pub fn take(&mut self, worker: usize) -> Option<Range<usize>> {
        let (mut piece, mut stolen) = match self.pieces[worker].pop_back() {
            Some(own) => (own, false),
            None => {
                let victim = self.pieces.iter().position(|pieces| !pieces.is_empty())?;
                (self.pieces[victim].pop_front()?, true)
            }
        };
        while piece.tasks.len() > 1 && (stolen || piece.splits > 0) {
            let threads = self.pieces.len();
            let splits = if stolen { threads.max(piece.splits / 2) } else { piece.splits / 2 };
            let middle = piece.tasks.start + piece.tasks.len() / 2;
            self.pieces[worker].push_back(Piece { tasks: middle..piece.tasks.end, splits });
            piece = Piece { tasks: piece.tasks.start..middle, splits };
            stolen = false;
        }
        Some(piece.tasks)
    }
}
