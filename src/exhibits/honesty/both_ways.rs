//! Runs that show what the exercises expect, and runs that show the opposite.

use fib_lab::measure::block::Verdict;
use fib_lab::report::{Report, Round};

use crate::{BothWays, run};

pub fn both_ways() -> Vec<BothWays> {
    let rounds = |different: usize, of: usize| {
        let round = |at: usize| {
            let verdict = if at < different { Verdict::Faster } else { Verdict::NoDifference };
            Round { median: 1.0, low: 0.99, high: 1.01, verdict }
        };
        (0..of).map(round).collect()
    };
    let same = |different| Report { rounds: rounds(different, 40), ..run("aa", &[]) };
    let known = |different| Report {
        rounds: rounds(different, 10),
        ..run("known-ratio", &[("ratio", "1.05")])
    };
    vec![[vec![same(1)], vec![same(20)]], [vec![known(10)], vec![known(3)]]]
}
