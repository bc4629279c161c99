//! Lists whose best schedule is a puzzle.

/// A list that has a best schedule which is not the first one that comes to mind.
#[derive(Debug)]
pub struct Puzzle {
    /// What it is called.
    pub name: &'static str,
    /// Its list.
    pub tasks: &'static [u32],
    /// How many lanes it has.
    pub lanes: u32,
    /// What there is to find.
    pub asked: &'static str,
    /// What its best schedule teaches.
    pub taught: &'static str,
}

/// How many puzzles there are.
pub const HOW_MANY: usize = 5;

/// The puzzles, numbered from 1 in addresses.
pub static PUZZLES: [Puzzle; HOW_MANY] = [
    Puzzle {
        name: "Six on two",
        tasks: &[38, 37, 36, 35, 34, 33],
        lanes: 2,
        asked: "Share the six tasks between two lanes so that neither waits for the other.",
        taught: "fib(38) = fib(37) + fib(36): that is why a perfect half exists.",
    },
    Puzzle {
        name: "Six on three",
        tasks: &[38, 37, 36, 35, 34, 33],
        lanes: 3,
        asked: "A third lane is there. How much sooner can the list be done?",
        taught: "fib(38) alone is as long as that. From three lanes on it is 4/φ ≈ 2.47, however many \
                 there are: only a smaller largest task would help.",
    },
    Puzzle {
        name: "Longest first, and wrong",
        tasks: &[36, 36, 35, 35, 35],
        lanes: 2,
        asked: "Longest first puts the two large tasks into different lanes. Can you do better?",
        taught: "The large ones belong together. Longest first needs √5/2 ≈ 1.118 times as long; by \
                 Graham's bound it may need up to 4/3 − 1/(3·2) = 7/6 times on two lanes.",
    },
    Puzzle {
        name: "Nobody idles",
        tasks: &[36, 36, 36, 36, 35, 35, 35, 32],
        lanes: 3,
        asked: "Eight tasks on three lanes: all can end at the same time, but for a few calls.",
        taught: "fib(36) + fib(36) is three times fib(35), and a little more, which is fib(32). Longest \
                 first does not see it, and needs √5/2 ≈ 1.118 times as long.",
    },
    Puzzle {
        name: "Seven of a kind",
        tasks: &[35, 35, 35, 35, 35, 35, 35],
        lanes: 3,
        asked: "Seven equal tasks on three lanes. Is three times as fast possible?",
        taught: "Somebody has to do three of seven, so it is 7/3 ≈ 2.33. Tasks that cannot be divided \
                 leave lanes idle; smaller ones would leave less.",
    },
];
