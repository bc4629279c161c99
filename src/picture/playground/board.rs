//! The state of the playground: a list, its lanes as the visitor has filled them, and what is
//! best.

use crate::picture::words;
use crate::theory::by_hand::{Lanes, MOST_LANES, MOST_TASKS};
use crate::theory::puzzles::Puzzle;
use crate::theory::schedule::{Assignment, lower_bound, makespan, optimum, plan, simulate, work};

/// How many schedules can be taken back.
const MOST_UNDONE: usize = 200;

/// What no schedule is faster than.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Best {
    /// The best makespan that there is.
    Exact(u64),
    /// To find it would take too long: it is not below this.
    AtLeast(u64),
}

impl Best {
    /// The makespan, in calls.
    pub fn calls(self) -> u64 {
        let (Best::Exact(calls) | Best::AtLeast(calls)) = self;
        calls
    }
}

/// Where a task is sent by the keyboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// To the lane above.
    Up,
    /// To the lane below.
    Down,
    /// Before the task that is before it.
    Earlier,
    /// Behind the task that is behind it.
    Later,
    /// To the end of this lane, from 0.
    Lane(usize),
}

/// A list and its schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Board {
    tasks: Vec<u32>,
    work: Vec<u64>,
    lanes: Lanes,
    best: Best,
    /// The lists and schedules before, the last one last.
    before: Vec<(Vec<u32>, Lanes)>,
}

impl Board {
    /// A board for this list; at most [`MOST_TASKS`] of it, on at most [`MOST_LANES`] lanes.
    /// `lanes` is the text of an address; what it leaves out is in the first lane.
    pub fn new(tasks: &[u32], lanes: u32, text: &str) -> Board {
        let tasks = tasks.get(..MOST_TASKS).unwrap_or(tasks).to_vec();
        let count = (lanes as usize).clamp(1, MOST_LANES);
        let (lanes, _) = Lanes::read(text, tasks.len(), count);
        Board::of(tasks, lanes)
    }

    /// A board with nothing to take back.
    fn of(tasks: Vec<u32>, lanes: Lanes) -> Board {
        let (work, count) = (work(&tasks), lanes.count());
        let best = optimum(&work, count)
            .map_or_else(|| Best::AtLeast(lower_bound(&work, count)), Best::Exact);
        Board { tasks, work, lanes, best, before: Vec::new() }
    }

    /// Becomes another board, which can be taken back as any change can.
    pub fn follow(&mut self, next: Board) {
        if (&self.tasks, &self.lanes) == (&next.tasks, &next.lanes) {
            return;
        }
        let last = std::mem::replace(self, next);
        self.before = last.before;
        self.keep(last.tasks, last.lanes);
    }

    /// The arguments of fib.
    pub fn tasks(&self) -> &[u32] {
        &self.tasks
    }

    /// The work of each task, in calls.
    pub fn work(&self) -> &[u64] {
        &self.work
    }

    /// Who does what.
    pub fn lanes(&self) -> &Lanes {
        &self.lanes
    }

    /// What no schedule is faster than.
    pub fn best(&self) -> Best {
        self.best
    }

    /// All the work there is, in calls.
    pub fn total(&self) -> u64 {
        self.work.iter().sum()
    }

    /// When the last lane ends, in calls.
    pub fn makespan(&self) -> u64 {
        self.lanes.makespan(&self.work)
    }

    /// How many times as fast as one lane a makespan is.
    pub fn speedup(&self, makespan: u64) -> f64 {
        self.total() as f64 / makespan.max(1) as f64
    }

    /// When a pool would be done that hands the list out like this, in calls.
    pub fn by_rule(&self, rule: Assignment) -> u64 {
        let count = self.lanes.count();
        makespan(&simulate(&self.work, count, &plan(&self.work, count, rule, 1)))
    }

    /// Whether no schedule is better than this one.
    pub fn is_best(&self) -> bool {
        self.best == Best::Exact(self.makespan())
    }

    /// Whether this is a puzzle's list on its number of lanes, in any order.
    pub fn is_of(&self, puzzle: &Puzzle) -> bool {
        let mut own = self.tasks.clone();
        own.sort_unstable_by(|a, b| b.cmp(a));
        own == puzzle.tasks && self.lanes.count() == puzzle.lanes as usize
    }

    /// Moves a task to this place of this lane; says what came of it.
    pub fn put(&mut self, task: usize, lane: usize, place: usize) -> String {
        let before = self.lanes.clone();
        if self.lanes.put(task, lane, place) {
            self.keep(self.tasks.clone(), before);
        }
        self.standing(task)
    }

    /// Sends a task on its way; says what came of it, or why it cannot go there.
    pub fn send(&mut self, task: usize, way: Way) -> String {
        let Some((lane, place)) = self.lanes.place(task) else { return String::new() };
        let (lane, place) = match way {
            Way::Up if lane == 0 => return "This is the first lane.".to_owned(),
            Way::Up => (lane - 1, usize::MAX),
            Way::Down if lane + 1 == self.lanes.count() => {
                return "This is the last lane.".to_owned();
            }
            Way::Down => (lane + 1, usize::MAX),
            Way::Earlier if place == 0 => return "It is the first of its lane.".to_owned(),
            Way::Earlier => (lane, place - 1),
            Way::Later if place + 1 == self.lanes.lane(lane).len() => {
                return "It is the last of its lane.".to_owned();
            }
            Way::Later => (lane, place + 1),
            Way::Lane(wished) if wished >= self.lanes.count() => {
                return format!("There is no lane {}.", wished + 1);
            }
            Way::Lane(wished) => (wished, usize::MAX),
        };
        self.put(task, lane, place)
    }

    /// Fills the lanes as this rule would; says what came of it.
    pub fn fill(&mut self, rule: Assignment) -> String {
        let count = self.lanes.count();
        let mut lanes = vec![Vec::new(); count];
        for slot in simulate(&self.work, count, &plan(&self.work, count, rule, 1)) {
            lanes[slot.worker].push(slot.task.to_string());
        }
        let text: Vec<String> = lanes.iter().map(|lane| lane.join(".")).collect();
        self.set(Lanes::read(&text.join("_"), self.tasks.len(), count).0)
    }

    /// Puts everything back into the first lane.
    pub fn clear(&mut self) -> String {
        self.set(Lanes::new(self.tasks.len(), self.lanes.count()))
    }

    /// Takes the last change back.
    pub fn undo(&mut self) -> String {
        match self.before.pop() {
            None => "There is nothing to take back.".to_owned(),
            Some((tasks, lanes)) => {
                let rest = std::mem::take(&mut self.before);
                *self = Board { before: rest, ..Board::of(tasks, lanes) };
                format!("Taken back. {}", self.ends())
            }
        }
    }

    /// Whether there is something to take back.
    pub fn can_undo(&self) -> bool {
        !self.before.is_empty()
    }

    fn set(&mut self, lanes: Lanes) -> String {
        let before = std::mem::replace(&mut self.lanes, lanes);
        if before != self.lanes {
            self.keep(self.tasks.clone(), before);
        }
        self.ends()
    }

    fn keep(&mut self, tasks: Vec<u32>, lanes: Lanes) {
        if self.before.len() == MOST_UNDONE {
            self.before.remove(0);
        }
        self.before.push((tasks, lanes));
    }

    /// Where a task is by now, and when all is done.
    fn standing(&self, task: usize) -> String {
        let Some((lane, place)) = self.lanes.place(task) else { return String::new() };
        let (n, of) = (self.tasks[task], self.lanes.lane(lane).len());
        format!("fib({n}) is number {} of {of} in lane {}. {}", place + 1, lane + 1, self.ends())
    }

    /// When all is done, and whether that is best.
    fn ends(&self) -> String {
        let makespan = self.makespan();
        let is = format!("Makespan: {}, {:.2}×", calls(makespan), self.speedup(makespan));
        match self.best {
            Best::Exact(best) if makespan == best => format!("{is}: no schedule is better."),
            best => {
                let over = makespan as f64 / best.calls().max(1) as f64 - 1.0;
                let what = match best {
                    Best::Exact(_) => "the best",
                    Best::AtLeast(_) => "what no schedule is better than",
                };
                format!("{is}, {} longer than {what}.", words::share(over))
            }
        }
    }
}

/// A number of calls in words: `96.6 million calls`.
pub fn calls(calls: u64) -> String {
    match calls {
        0..1_000_000 => format!("{} calls", words::grouped(&calls.to_string())),
        1_000_000..1_000_000_000 => format!("{:.1} million calls", calls as f64 / 1e6),
        _ => format!("{:.2} billion calls", calls as f64 / 1e9),
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::theory::puzzles::PUZZLES;

    fn six(lanes: u32, text: &str) -> Board {
        Board::new(&[38, 37, 36, 35, 34, 33], lanes, text)
    }

    #[test]
    fn the_six_tasks_on_two_lanes_have_a_perfect_half() {
        let mut board = six(2, "");
        assert_eq!(board.makespan(), 193_262_530);
        assert_eq!(board.best(), Best::Exact(96_631_265));
        for task in [1, 2] {
            board.send(task, Way::Down);
        }
        assert!(!board.is_best());
        let said = board.send(3, Way::Lane(1));
        assert_eq!(
            said,
            "fib(35) is number 3 of 3 in lane 2. Makespan: 96.6 million calls, 2.00×: no schedule is \
             better."
        );
        assert!(board.is_best() && board.is_of(&PUZZLES[0]) && !board.is_of(&PUZZLES[1]));
        assert_eq!(board.lanes().to_string(), "0.4.5_1.2.3");
    }

    #[test]
    fn a_task_cannot_leave_the_board() {
        let mut board = six(2, "0_1.2.3.4.5");
        for (task, way, said) in [
            (0, Way::Up, "This is the first lane."),
            (5, Way::Down, "This is the last lane."),
            (1, Way::Earlier, "It is the first of its lane."),
            (0, Way::Later, "It is the last of its lane."),
            (0, Way::Lane(2), "There is no lane 3."),
            (99, Way::Up, ""),
        ] {
            let before = board.clone();
            assert_eq!(board.send(task, way), said);
            assert_eq!(board, before, "{said}");
        }
        board.send(5, Way::Earlier);
        assert_eq!(board.lanes().to_string(), "0_1.2.3.5.4");
        board.undo();
        assert_eq!(board, six(2, "0_1.2.3.4.5"));
        assert_eq!(board.undo(), "There is nothing to take back.");
    }

    #[test]
    fn another_list_can_be_taken_back_with_its_schedule() {
        let mut board = six(2, "");
        board.send(1, Way::Down);
        let first = board.clone();
        board.follow(Board::new(&[9, 8, 7], 3, ""));
        assert_eq!((board.tasks(), board.lanes().count()), (&[9, 8, 7][..], 3));
        board.send(2, Way::Lane(2));
        // The same again is no change.
        board.follow(Board::new(&[9, 8, 7], 3, "0.1__2"));
        board.undo();
        board.undo();
        assert_eq!(board, first);
        board.undo();
        assert_eq!(board, six(2, ""));
    }

    #[test]
    fn rules_fill_the_lanes_as_a_pool_would() {
        let mut board = six(2, "");
        board.fill(Assignment::InOrder);
        assert_eq!(board.lanes().to_string(), "0.4.5_1.2.3");
        for rule in [Assignment::InOrder, Assignment::LongestFirst] {
            let mut board = Board::new(&[33, 38, 34, 35, 35, 36, 37], 3, "");
            board.fill(rule);
            assert_eq!(board.makespan(), board.by_rule(rule), "{rule:?}");
            board.clear();
            assert_eq!(board.makespan(), board.total());
        }
    }

    #[test]
    fn every_puzzle_has_the_answer_that_it_teaches() {
        let best = |puzzle: &Puzzle| {
            let board = Board::new(puzzle.tasks, puzzle.lanes, "");
            let Best::Exact(best) = board.best() else { panic!("{} is too large", puzzle.name) };
            let ratio = board.by_rule(Assignment::LongestFirst) as f64 / best as f64;
            (board.speedup(best), ratio, board)
        };
        let [six, three, wrong, nobody, seven] = &PUZZLES;
        assert!((best(six).0 - 2.0).abs() < 1e-9);
        assert!((best(three).0 - crate::theory::laws::SIX_TASK_CEILING).abs() < 1e-6);
        let root = 5f64.sqrt() / 2.0;
        assert!((best(wrong).1 - root).abs() < 1e-3 && best(wrong).1 < 7.0 / 6.0);
        assert!((best(nobody).1 - root).abs() < 1e-3 && best(nobody).0 > 2.999);
        assert!((best(seven).0 - 7.0 / 3.0).abs() < 1e-9);
        // No puzzle begins solved, and each is its own.
        for (at, puzzle) in PUZZLES.iter().enumerate() {
            let board = best(puzzle).2;
            assert!(!board.is_best());
            let of = PUZZLES.iter().position(|other| board.is_of(other));
            assert_eq!(of, Some(at), "{}", puzzle.name);
        }
    }

    #[test]
    fn a_list_too_large_to_search_has_a_bound_and_says_so() {
        let tasks: Vec<u32> = (0..64).map(|at| 20 + at * 7 % 19).collect();
        let mut board = Board::new(&tasks, 15, "");
        let said = board.fill(Assignment::LongestFirst);
        assert!(board.makespan() >= board.best().calls());
        match board.best() {
            Best::Exact(_) if board.is_best() => assert!(said.contains("is better"), "{said}"),
            Best::Exact(_) => assert!(said.contains("than the best"), "{said}"),
            Best::AtLeast(_) => assert!(said.contains("no schedule is better than"), "{said}"),
        }
        // Whatever is asked for, it fits.
        let board = Board::new(&[1; 200], 99, "nonsense");
        assert_eq!((board.tasks().len(), board.lanes().count()), (64, 16));
    }
}
