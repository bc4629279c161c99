//! A rank's part in a program of several, inside its worker.

use std::cell::RefCell;

use crate::exhibits::message_ring::mailbox::{Content, Letter, Ports};
use crate::exhibits::message_ring::{Rank, ring, scatter_gather};
use crate::measure::clock::now_ms;
use crate::runtime::message::post;
use crate::runtime::protocol::{Delivery, Pattern, RankOrder, RankTurn, Reply};
use crate::trace::sample::Mark;

/// Prints a line: it goes to the conductor at once.
pub fn say(text: &str) {
    post(&Reply::Said { at_ms: now_ms(), text: text.to_owned() });
}

/// A rank that is a worker.
struct Here<'a> {
    order: &'a RankOrder,
    ports: &'a Ports,
    turn: RankTurn,
    quiet: bool,
}

impl Rank for Here<'_> {
    fn me(&self) -> u32 {
        self.order.me
    }

    fn of(&self) -> u32 {
        self.order.of
    }

    fn say(&mut self, text: String) {
        if !self.quiet {
            say(&text);
        }
    }

    fn send(&mut self, to: u32, words: &str) -> Result<(), String> {
        self.ports.send(to, &Content::Words(words.to_owned()))
    }

    async fn receive(&mut self, from: i32) -> Result<String, String> {
        let wanted_ms = now_ms();
        let Letter { content, sent_ms } = self.ports.receive(from).await?;
        let Content::Words(words) = content else {
            return Err("bytes came where words were expected".to_owned());
        };
        // What is received was sent by somebody, who has a number.
        let from = u32::try_from(from).unwrap_or_default();
        if !self.quiet {
            let received_ms = now_ms();
            let delivery = Delivery { from, words: words.clone(), sent_ms, wanted_ms, received_ms };
            self.turn.deliveries.push(delivery);
        }
        Ok(words)
    }

    fn note(&mut self, mark: Mark) {
        self.turn.marks.push(mark);
    }
}

/// Runs the rank's part.
pub async fn play(order: &RankOrder, ports: &RefCell<Ports>) -> Result<RankTurn, String> {
    // Connected before the program starts, and not again while it runs.
    let ports = &*ports.borrow();
    let turn = RankTurn { start_ms: now_ms(), ..RankTurn::default() };
    let mut rank = Here { order, ports, turn, quiet: false };
    match &order.pattern {
        Pattern::Ring { rounds, bug } => {
            for round in 0..(*rounds).max(1) {
                let start_ms = now_ms();
                match ring(&mut rank, *bug).await? {
                    Some(token) => rank.turn.token = token,
                    None => {
                        rank.turn.died = true;
                        rank.say("dies".to_owned());
                        break;
                    }
                }
                rank.turn.rounds_ms.push(now_ms() - start_ms);
                if round == 0 {
                    rank.turn.end_ms = now_ms();
                    if order.me == 0 {
                        rank.say(format!("received {}", rank.turn.token.clone()));
                    }
                    // The picture shows the first round; the others are only clocked.
                    rank.quiet = true;
                }
            }
        }
        Pattern::PingPong { bytes, rounds } => {
            let payload = Content::Bytes(vec![0x5A; *bytes as usize]);
            for _ in 0..*rounds {
                let start_ms = now_ms();
                if order.me == 0 {
                    ports.send(1, &payload)?;
                    whole(ports.receive(1).await?, *bytes)?;
                } else {
                    whole(ports.receive(0).await?, *bytes)?;
                    ports.send(0, &payload)?;
                }
                rank.turn.rounds_ms.push(now_ms() - start_ms);
            }
        }
        Pattern::ScatterGather { lists } => {
            rank.turn.token = scatter_gather(&mut rank, lists).await?;
        }
    }
    if rank.turn.end_ms == 0.0 {
        rank.turn.end_ms = now_ms();
    }
    rank.turn.sent = ports.sent();
    Ok(rank.turn)
}

fn whole(letter: Letter, bytes: u32) -> Result<(), String> {
    match letter.content {
        Content::Bytes(got) if got.len() == bytes as usize => Ok(()),
        _ => Err("a message arrived damaged".to_owned()),
    }
}
