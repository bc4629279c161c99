//! A program of ranks, as the conductor sees it: it gives the ranks ports to one another,
//! starts them, and from then on only listens: what a rank prints, for whom it waits, what
//! it ended with.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::pin::pin;

use futures_channel::oneshot;
use futures_util::future::{Either, join_all, select};

use super::deadlock::stands_still;
use super::messages::{Pattern, RANK, RankLog, RankOrder, RankSays};
use super::played::Played;
use crate::measure::clock::now_ms;
use crate::measure::clock_sync::Alignment;
use crate::report::LogLine;
use crate::runtime::engine::{Engine, Fault};
use crate::runtime::ports::{Port, channel};
use crate::runtime::team::Team;

/// What is known of the ranks while they run.
struct Watch {
    played: Played,
    stuck: Option<oneshot::Sender<()>>,
}

impl Watch {
    /// Hears what a rank says; `here` reads its clock.
    fn hear(&mut self, rank: usize, said: RankSays, here: impl Fn(f64) -> f64) {
        let Played { waits, log, .. } = &mut self.played;
        match said {
            RankSays::Line { at_ms, kind, text } => {
                log.push(LogLine { worker: rank as u32, at_ms: here(at_ms), kind, text });
            }
            RankSays::Waits(waiting) => waits[rank] = Some((waiting, now_ms())),
        }
        self.look();
    }

    /// A rank has ended.
    fn end(&mut self, rank: usize, log: RankLog) {
        self.played.turns[rank] = Some(log);
        self.played.waits[rank] = None;
        self.look();
    }

    /// Says once that nothing can happen any more.
    fn look(&mut self) {
        if self.stands_still()
            && let Some(stuck) = self.stuck.take()
        {
            // Whoever runs the ranks waits for this.
            let _ = stuck.send(());
        }
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
pub async fn play(
    team: &Team,
    of: u32,
    pattern: Pattern,
    timeout_ms: u32,
) -> Result<Played, Fault> {
    let (engines, alignments) = team.engines()?;
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
            let hear = |said| watch.borrow_mut().hear(rank, said, here);
            let log = engine.follow(&RANK, &order, timeout_ms, hear).await?;
            watch.borrow_mut().end(rank, log);
            Ok(())
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
        for span in &mut turn.spans {
            span.start_ms = alignment.here(span.start_ms);
            span.end_ms = alignment.here(span.end_ms);
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
pub fn connect(engines: &[Engine]) -> Result<(), Fault> {
    let of = engines.len();
    let ordered = |a: usize, b: usize| (a.min(b), a.max(b));
    let mut pairs: BTreeSet<(usize, usize)> = BTreeSet::new();
    for rank in 0..of {
        pairs.insert(ordered(rank, (rank + 1) % of));
        pairs.insert(ordered(0, rank));
    }
    let mut ways: Vec<Vec<(u32, Port)>> = (0..of).map(|_| Vec::new()).collect();
    for (a, b) in pairs.into_iter().filter(|(a, b)| a != b) {
        let (one, other) = channel()?;
        ways[a].push((b as u32, one));
        ways[b].push((a as u32, other));
    }
    engines.iter().zip(ways).try_for_each(|(engine, ways)| engine.connect(ways))
}
