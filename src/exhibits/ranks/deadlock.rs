//! When ranks that pass messages stand still: found without any timeout.
//!
//! Whenever a rank begins to wait, or hears while it waits from somebody it does not wait
//! for, it says how many messages it has sent to each rank and how many have arrived. A
//! program stands still when every rank waits or has ended, and everything that was sent
//! to one that waits has arrived there. Each rank's counts are its own and only grow, so
//! a message that could still wake somebody always shows as sent and not arrived.

use super::messages::{RankLog, Waiting};

/// Whether nothing can happen any more. `turns` says what each rank ended with, `waits` for
/// whom each waits; a rank without either is computing. Ranks that all ended do not stand
/// still: they are done.
///
/// # Examples
///
/// ```
/// use fib_lab::exhibits::ranks::deadlock::stands_still;
/// use fib_lab::exhibits::ranks::messages::{RankLog, Waiting};
///
/// let waits = |from, arrived| Some(Waiting { from, sent: Vec::new(), arrived });
/// // Both wait for a message that nobody has sent.
/// assert!(stands_still(&[None, None], &[waits(1, 0).as_ref(), waits(0, 0).as_ref()]));
/// // Rank 0 has ended and has sent rank 1 what it waits for: it is on its way.
/// let ended = RankLog { sent: vec![0, 1], ..RankLog::default() };
/// assert!(!stands_still(&[Some(&ended), None], &[None, waits(0, 0).as_ref()]));
/// ```
pub fn stands_still(turns: &[Option<&RankLog>], waits: &[Option<&Waiting>]) -> bool {
    let sent_to = |to: usize| -> u32 {
        let ended = turns.iter().flatten().map(|turn| &turn.sent);
        let waiting = waits.iter().flatten().map(|waiting| &waiting.sent);
        ended.chain(waiting).filter_map(|sent| sent.get(to)).sum()
    };
    let quiet = |rank: usize| match (turns[rank], waits[rank]) {
        (Some(_), _) => true,
        (None, Some(waiting)) => waiting.arrived == sent_to(rank),
        (None, None) => false,
    };
    waits.iter().any(Option::is_some) && (0..turns.len()).all(quiet)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a rank of the table below does.
    enum Rank {
        /// It waits: for whom, what it has sent to each rank, and how many have arrived.
        Waits(i32, &'static [u32], u32),
        /// It ended, having sent so many to each rank.
        Ended(&'static [u32]),
        Computes,
    }
    use Rank::{Computes, Ended, Waits};

    #[track_caller]
    fn case(ranks: &[Rank], still: bool) {
        let ended: Vec<Option<RankLog>> = ranks
            .iter()
            .map(|rank| match rank {
                Ended(sent) => Some(RankLog { sent: sent.to_vec(), ..RankLog::default() }),
                _ => None,
            })
            .collect();
        let waiting: Vec<Option<Waiting>> = ranks
            .iter()
            .map(|rank| match *rank {
                Waits(from, sent, arrived) => Some(Waiting { from, sent: sent.to_vec(), arrived }),
                _ => None,
            })
            .collect();
        let turns: Vec<_> = ended.iter().map(Option::as_ref).collect();
        let waits: Vec<_> = waiting.iter().map(Option::as_ref).collect();
        assert_eq!(stands_still(&turns, &waits), still);
    }

    #[test]
    fn the_four_bugs_stand_still() {
        let none: &[u32] = &[];
        // The first rank dies before it sends.
        case(&[Ended(none), Waits(0, none, 0), Waits(1, none, 0)], true);
        // Rank 1 dies with the token.
        case(&[Waits(2, &[0, 1], 0), Ended(none), Waits(1, none, 0)], true);
        // The token lies in rank 0's mailbox, and rank 0 waits for nobody that exists.
        case(&[Waits(-1, &[0, 1], 1), Ended(&[0, 0, 1]), Ended(&[1])], true);
        // Everyone receives first.
        case(&[Waits(2, none, 0), Waits(0, none, 0), Waits(1, none, 0)], true);
    }

    #[test]
    fn what_still_goes_on_does_not() {
        let none: &[u32] = &[];
        case(&[Computes, Waits(0, none, 0)], false);
        case(&[Ended(&[0, 1]), Waits(0, none, 0)], false);
        // Rank 1 has told of its wait before it heard; the letter has not arrived by then.
        case(&[Waits(1, &[0, 2], 0), Waits(0, none, 1)], false);
        case(&[Ended(none), Ended(none)], false);
    }
}
