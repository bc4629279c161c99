//! The tree of a small fib, computed call by call on the workers of a run.

use std::rc::Rc;

use super::tree::{Tree, Visit};
use crate::exhibits::splitting::member::{Absent, pool};
use crate::exhibits::splitting::team::Splitting;
use crate::runtime::engine::Fault;
use crate::runtime::program::{Call, Here, Program};
use crate::trace::{Detail, Divisible, Event, Kind};

/// Computes the tree of this fib call by call, as the one who leads.
pub const GROW: Call<u32, (u64, Vec<Visit>)> = Call::named("fork-join-grow");

/// [`GROW`].
pub struct Grower;

impl Program for Grower {
    type Input = u32;
    type Output = (u64, Vec<Visit>);
    type Error = Absent;
    const CALL: Call<u32, (u64, Vec<Visit>)> = GROW;

    async fn run(n: u32, _: Rc<Here>) -> Result<(u64, Vec<Visit>), Absent> {
        let tree = Tree::new(n);
        let (answer, _) = pool()?.lead(|context| tree.grow(context, n, 0, 0))?;
        Ok((answer, tree.visits()))
    }
}

/// Computes the tree of fib(n) call by call: the answer, and the calls with times since the
/// first began, in the order of the recursion.
pub async fn grow(
    on: &Splitting<'_>,
    workers: u32,
    n: u32,
    timeout_ms: u32,
) -> Result<(u64, Vec<Visit>), Fault> {
    let ((answer, mut visits), _) = on.gather(workers, (&GROW, &n), timeout_ms).await?;
    let (_, alignments) = on.rig.engines()?;
    for visit in &mut visits {
        if let Some(alignment) = alignments.get(visit.worker as usize) {
            visit.start_ms = alignment.here(visit.start_ms);
            visit.end_ms = alignment.here(visit.end_ms);
        }
    }
    let began_ms = visits.first().map_or(0.0, |visit| visit.start_ms);
    for visit in &mut visits {
        visit.start_ms -= began_ms;
        visit.end_ms -= began_ms;
    }
    Ok((answer, visits))
}

/// The calls of a tree, each a part of the one that it is a half of.
pub fn tree_events(visits: &[Visit]) -> Vec<Event> {
    let event = |(id, visit): (u32, &Visit)| {
        let Visit { n, parent, worker, start_ms, end_ms } = *visit;
        let detail = Detail::Piece { of: Divisible::Fib, size: n, from: None };
        let parent = (parent != id).then_some(parent);
        Event { id, parent, ..Event::new(worker, Kind::Work, detail, start_ms, end_ms) }
    };
    (0..).zip(visits).map(event).collect()
}
