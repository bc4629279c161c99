//! A program of ranks, as the conductor sees it: it gives the ranks ports to one another,
//! starts them, and from then on only listens: what a rank prints, for whom it waits, what
//! it ended with.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::pin::pin;

use futures_channel::oneshot;
use futures_util::future::{Either, join_all, select};
use js_sys::Array;
use wasm_bindgen::JsValue;
use web_sys::MessageChannel;

use super::deadlock::stands_still;
use super::played::Played;
use crate::measure::clock::now_ms;
use crate::measure::clock_sync::Alignment;
use crate::report::LogLine;
use crate::runtime::message::text;
use crate::runtime::protocol::{Job, Pattern, RankOrder, Reply};
use crate::runtime::rig::Rig;
use crate::runtime::worker::{Engine, Fault};

/// What is known of the ranks while they run.
struct Watch {
    played: Played,
    stuck: Option<oneshot::Sender<()>>,
}

impl Watch {
    /// Takes what a rank says, and returns what it ended with, once it has.
    fn hear(&mut self, rank: usize, reply: Reply, here: impl Fn(f64) -> f64) -> Option<()> {
        let Played { turns, waits, log, .. } = &mut self.played;
        let mut ended = None;
        match reply {
            Reply::Said { at_ms, text } => {
                log.push(LogLine { worker: rank as u32, at_ms: here(at_ms), text });
            }
            Reply::Waits(waiting) => waits[rank] = Some((waiting, now_ms())),
            Reply::Rank(turn) => {
                turns[rank] = Some(turn);
                waits[rank] = None;
                ended = Some(());
            }
            _ => {}
        }
        if self.stands_still()
            && let Some(stuck) = self.stuck.take()
        {
            // Whoever runs the ranks waits for this.
            let _ = stuck.send(());
        }
        ended
    }

    fn stands_still(&self) -> bool {
        let Played { turns, waits, .. } = &self.played;
        let turns: Vec<_> = turns.iter().map(Option::as_ref).collect();
        let waits: Vec<_> =
            waits.iter().map(|wait| wait.as_ref().map(|(waiting, _)| waiting)).collect();
        stands_still(&turns, &waits)
    }
}

/// Runs a program on the first `of` ranks until all have ended or nothing can happen.
pub async fn play(rig: &Rig, of: u32, pattern: Pattern, ms: u32) -> Result<Played, Fault> {
    let (engines, alignments) = rig.each()?;
    let (sender, stuck) = oneshot::channel();
    let start_ms = now_ms();
    let empty = Played {
        start_ms,
        end_ms: start_ms,
        turns: vec![None; of as usize],
        waits: vec![None; of as usize],
        log: Vec::new(),
    };
    let watch = RefCell::new(Watch { played: empty, stuck: Some(sender) });
    // Rank 0 begins last: when it sends, all others are there.
    let ranks = engines.iter().take(of as usize).enumerate().rev().map(|(rank, engine)| {
        let order = RankOrder { me: rank as u32, of, pattern: pattern.clone() };
        let alignment = alignments.get(rank).copied();
        let watch = &watch;
        async move {
            let here = |ms| alignment.map_or(ms, |alignment: Alignment| alignment.here(ms));
            let job = Job::Rank(order);
            engine.follow(&job, ms, |reply| watch.borrow_mut().hear(rank, reply, here)).await
        }
    });
    {
        let ranks = pin!(join_all(ranks));
        if let Either::Left((ended, _)) = select(ranks, stuck).await {
            ended.into_iter().collect::<Result<Vec<()>, Fault>>()?;
        }
    }
    let mut played = watch.into_inner().played;
    played.end_ms = now_ms();
    for (rank, turn) in played.turns.iter_mut().enumerate() {
        let (Some(turn), Some(alignment)) = (turn, alignments.get(rank)) else { continue };
        turn.start_ms = alignment.here(turn.start_ms);
        turn.end_ms = alignment.here(turn.end_ms);
        for mark in &mut turn.marks {
            mark.start_ms = alignment.here(mark.start_ms);
            mark.end_ms = alignment.here(mark.end_ms);
        }
        for delivery in &mut turn.deliveries {
            let sender = alignments.get(delivery.from as usize).unwrap_or(alignment);
            delivery.sent_ms = sender.here(delivery.sent_ms);
            delivery.wanted_ms = alignment.here(delivery.wanted_ms);
            delivery.received_ms = alignment.here(delivery.received_ms);
        }
    }
    Ok(played)
}

/// Gives every rank a port to its neighbours and to rank 0.
pub async fn connect(engines: &[Engine], ms: u32) -> Result<(), Fault> {
    let of = engines.len();
    let ordered = |a: usize, b: usize| (a.min(b), a.max(b));
    let mut pairs: BTreeSet<(usize, usize)> = BTreeSet::new();
    for rank in 0..of {
        pairs.insert(ordered(rank, (rank + 1) % of));
        pairs.insert(ordered(0, rank));
    }
    let mut ports: Vec<(Vec<u32>, Array)> = (0..of).map(|_| (Vec::new(), Array::new())).collect();
    for (a, b) in pairs.into_iter().filter(|(a, b)| a != b) {
        let channel = MessageChannel::new().map_err(|error| Fault::Broke(text(&error)))?;
        for (one, other, port) in [(a, b, channel.port1()), (b, a, channel.port2())] {
            ports[one].0.push(other as u32);
            ports[one].1.push(&JsValue::from(port));
        }
    }
    let all = engines
        .iter()
        .zip(ports)
        .map(|(engine, (peers, ports))| async move { engine.connect(peers, &ports, ms).await });
    join_all(all).await.into_iter().collect()
}
