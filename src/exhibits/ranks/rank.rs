//! A rank's part in a program of several, inside its worker.

use std::rc::Rc;

use super::mailbox::{Content, Letter, Mailbox};
use super::messages::{Delivery, Pattern, RANK, RankError, RankLog, RankOrder, RankSays};
use super::program::{Rank, ring, scatter_gather};
use crate::measure::clock::now_ms;
use crate::report::LineKind;
use crate::runtime::program::{Call, Here, Program};
use crate::trace::sample::TaskSpan;

/// A rank that is a worker.
struct RealRank<'a> {
    order: &'a RankOrder,
    mailbox: &'a Mailbox,
    here: &'a Here,
    log: RankLog,
    quiet: bool,
}

impl Rank for RealRank<'_> {
    fn me(&self) -> u32 {
        self.order.me
    }

    fn of(&self) -> u32 {
        self.order.of
    }

    fn say(&mut self, text: String) {
        if !self.quiet {
            self.here.say(&RankSays::Line { at_ms: now_ms(), kind: LineKind::Says, text });
        }
    }

    fn send(&mut self, to: u32, words: &str) -> Result<(), RankError> {
        self.mailbox.send(to, &Content::Words(words.to_owned()))
    }

    async fn receive(&mut self, from: i32) -> Result<String, RankError> {
        let wanted_ms = now_ms();
        let Letter { content, sent_ms } = self.mailbox.receive(from, self.here).await?;
        let Content::Words(words) = content else {
            return Err(RankError::Damaged);
        };
        // What is received was sent by somebody, who has a number.
        let from = u32::try_from(from).unwrap_or_default();
        if !self.quiet {
            let received_ms = now_ms();
            let delivery = Delivery { from, words: words.clone(), sent_ms, wanted_ms, received_ms };
            self.log.deliveries.push(delivery);
        }
        Ok(words)
    }

    fn note(&mut self, span: TaskSpan) {
        self.log.spans.push(span);
    }
}

/// A rank, as a program of its engine.
pub struct RankProgram;

impl Program for RankProgram {
    type Input = RankOrder;
    type Output = RankLog;
    type Error = RankError;
    const CALL: Call<RankOrder, RankLog> = RANK;

    async fn run(order: RankOrder, here: Rc<Here>) -> Result<RankLog, RankError> {
        let mailbox = here.kept::<Mailbox>();
        mailbox.open(&here);
        play(&order, &mailbox, &here).await
    }
}

/// Runs a rank's part.
async fn play(order: &RankOrder, mailbox: &Mailbox, here: &Here) -> Result<RankLog, RankError> {
    let log = RankLog { start_ms: now_ms(), ..RankLog::default() };
    let mut rank = RealRank { order, mailbox, here, log, quiet: false };
    match &order.pattern {
        Pattern::Ring { rounds, bug } => {
            for round in 0..(*rounds).max(1) {
                let start_ms = now_ms();
                match ring(&mut rank, *bug).await? {
                    Some(token) => rank.log.token = token,
                    None => {
                        rank.log.died = true;
                        let (kind, text) = (LineKind::Dies, "dies".to_owned());
                        here.say(&RankSays::Line { at_ms: now_ms(), kind, text });
                        break;
                    }
                }
                rank.log.rounds_ms.push(now_ms() - start_ms);
                if round == 0 {
                    rank.log.end_ms = now_ms();
                    if order.me == 0 {
                        rank.say(format!("received {}", rank.log.token.clone()));
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
                    mailbox.send(1, &payload)?;
                    whole(mailbox.receive(1, here).await?, *bytes)?;
                } else {
                    whole(mailbox.receive(0, here).await?, *bytes)?;
                    mailbox.send(0, &payload)?;
                }
                rank.log.rounds_ms.push(now_ms() - start_ms);
            }
        }
        Pattern::ScatterGather { lists } => {
            rank.log.token = scatter_gather(&mut rank, lists).await?;
        }
    }
    if rank.log.end_ms == 0.0 {
        rank.log.end_ms = now_ms();
    }
    rank.log.sent = mailbox.sent();
    Ok(rank.log)
}

fn whole(letter: Letter, bytes: u32) -> Result<(), RankError> {
    match letter.content {
        Content::Bytes(got) if got.len() == bytes as usize => Ok(()),
        _ => Err(RankError::Damaged),
    }
}
