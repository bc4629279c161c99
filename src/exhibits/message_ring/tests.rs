//! The programs of the ranks, run by ranks in this very process.

use std::cell::Cell;
use std::rc::Rc;
use std::task::{Context, Waker};

use super::*;
use crate::exhibits::ranks::messages::RankError;
use crate::exhibits::ranks::program::{Rank, ring, scatter_gather};
use crate::trace::sample::TaskSpan;
use futures_channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures_util::StreamExt;
use futures_util::future::join_all;

/// A rank in this very process, for tests of the programs.
struct Here {
    me: u32,
    of: u32,
    to: Vec<UnboundedSender<(u32, String)>>,
    inbox: UnboundedReceiver<(u32, String)>,
    kept: Vec<(u32, String)>,
    /// For whom it waited last.
    waits: Rc<Cell<Option<i32>>>,
}

impl Rank for Here {
    fn me(&self) -> u32 {
        self.me
    }
    fn of(&self) -> u32 {
        self.of
    }
    fn say(&mut self, _: String) {}
    fn note(&mut self, _: TaskSpan) {}
    fn send(&mut self, to: u32, words: &str) -> Result<(), RankError> {
        let _ = self.to[to as usize].unbounded_send((self.me, words.to_owned()));
        Ok(())
    }
    async fn receive(&mut self, from: i32) -> Result<String, RankError> {
        loop {
            if let Some(at) = self.kept.iter().position(|kept| kept.0 as i32 == from) {
                return Ok(self.kept.remove(at).1);
            }
            self.waits.set(Some(from));
            let next = self.inbox.next().await.ok_or(RankError::GivenUp)?;
            self.kept.push(next);
        }
    }
}

fn ranks(of: u32) -> Vec<Here> {
    let (to, inboxes): (Vec<_>, Vec<_>) = (0..of).map(|_| unbounded()).unzip();
    (0..of)
        .zip(inboxes)
        .map(|(me, inbox)| Here {
            me,
            of,
            to: to.clone(),
            inbox,
            kept: Vec::new(),
            waits: Rc::default(),
        })
        .collect()
}

#[test]
fn the_token_is_right_for_every_number_of_ranks() {
    for of in 2..=64 {
        let mut ranks = ranks(of);
        let all = ranks.iter_mut().map(|rank| ring(rank, Bug::None));
        let ended = futures_executor::block_on(join_all(all));
        assert_eq!(ended[0], Ok(Some(token(of))));
    }
    assert_eq!(token(4), "P0P1P2P3");
}

#[test]
fn what_is_scattered_is_gathered_in_the_order_of_the_ranks() {
    let lists = [vec![12, 8], vec![11], vec![]];
    let mut ranks = ranks(3);
    let all = ranks.iter_mut().map(|rank| scatter_gather(rank, &lists));
    let ended = futures_executor::block_on(join_all(all));
    assert_eq!(ended[0], Ok("144 21 89 ".to_owned()));
}

/// Runs a ring with a mistake as far as it gets: for whom each rank then waits; `None`
/// for those that ended.
fn waits(of: u32, bug: Bug) -> Vec<Option<i32>> {
    let mut ranks = ranks(of);
    let waits: Vec<_> = ranks.iter().map(|rank| Rc::clone(&rank.waits)).collect();
    let mut programs: Vec<_> =
        ranks.iter_mut().map(|rank| Some(Box::pin(ring(rank, bug)))).collect();
    let mut context = Context::from_waker(Waker::noop());
    // The token moves on by a rank at least in each of these turns.
    for _ in 0..=of {
        for program in &mut programs {
            if program.as_mut().is_some_and(|it| it.as_mut().poll(&mut context).is_ready()) {
                *program = None;
            }
        }
    }
    let ended = programs.iter().map(Option::is_none);
    waits.iter().zip(ended).map(|(waits, ended)| waits.get().filter(|_| !ended)).collect()
}

#[test]
fn the_four_bugs_leave_the_ranks_waiting_as_the_answers_say() {
    assert_eq!(waits(4, Bug::None), [None; 4]);
    assert_eq!(waits(4, Bug::LostFirst), [None, Some(0), Some(1), Some(2)]);
    assert_eq!(waits(4, Bug::LostReply), [Some(3), None, Some(1), Some(2)]);
    assert_eq!(waits(4, Bug::SourceMinusOne), [Some(-1), None, None, None]);
    assert_eq!(waits(4, Bug::EveryoneReceives), [Some(3), Some(0), Some(1), Some(2)]);
}
