//! What ranks run: a ring, and scatter and gather. They know nothing of workers or ports.

use std::hint::black_box;

use super::messages::{Bug, RankError};
use crate::fib;
use crate::measure::clock::now_ms;
use crate::trace::sample::TaskSpan;

/// What a rank can do. Nothing else connects it with the others.
pub trait Rank {
    /// Its number, from 0.
    fn me(&self) -> u32;
    /// How many there are.
    fn of(&self) -> u32;
    /// Prints a line.
    fn say(&mut self, text: String);
    /// Sends a message and goes on.
    fn send(&mut self, to: u32, words: &str) -> Result<(), RankError>;
    /// Waits for the next message from this rank.
    fn receive(&mut self, from: i32) -> impl Future<Output = Result<String, RankError>>;
    /// Notes a task that it computed.
    fn note(&mut self, span: TaskSpan);
}

// [shown
/// A token goes round: each rank appends its name. `None`: the rank died on the way.
pub async fn ring(rank: &mut impl Rank, bug: Bug) -> Result<Option<String>, RankError> {
    let (me, of) = (rank.me(), rank.of());
    let (left, right) = ((me + of - 1) % of, (me + 1) % of);
    if me == 0 {
        match bug {
            Bug::LostFirst => return Ok(None),
            Bug::EveryoneReceives => drop(rank.receive(left as i32).await?),
            _ => {}
        }
        rank.send(right, "P0")?;
        let source = if bug == Bug::SourceMinusOne { -1 } else { left as i32 };
        Ok(Some(rank.receive(source).await?))
    } else {
        let token = rank.receive(left as i32).await?;
        if bug == Bug::LostReply {
            return Ok(None);
        }
        rank.send(right, &format!("{token}P{me}"))?;
        Ok(Some(token))
    }
}

/// Rank 0 scatters lists of tasks, everyone computes, rank 0 gathers the answers.
pub async fn scatter_gather(rank: &mut impl Rank, lists: &[Vec<u32>]) -> Result<String, RankError> {
    if rank.me() == 0 {
        for (other, list) in (0..).zip(lists).skip(1) {
            rank.send(other, &words(list))?;
        }
        let own = lists.first().map(Vec::as_slice).unwrap_or_default();
        let mut answers = vec![compute(rank, own)];
        for other in 1..rank.of() {
            answers.push(rank.receive(other as i32).await?);
        }
        Ok(answers.join(" "))
    } else {
        let list = rank.receive(0).await?;
        let tasks: Vec<u32> = list.split_whitespace().filter_map(|n| n.parse().ok()).collect();
        let answers = compute(rank, &tasks);
        rank.send(0, &answers)?;
        Ok(answers)
    }
}
// shown]

/// Computes the tasks and returns the answers as words.
fn compute(rank: &mut impl Rank, tasks: &[u32]) -> String {
    let mut answers = Vec::with_capacity(tasks.len());
    for &n in tasks {
        let start_ms = now_ms();
        let value = fib::naive(black_box(n));
        rank.note(TaskSpan { task: n, value, start_ms, end_ms: now_ms() });
        answers.push(value);
    }
    words(&answers)
}

fn words(numbers: &[impl ToString]) -> String {
    numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}
