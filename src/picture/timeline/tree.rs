//! The tree of a task that split itself, below the lanes: every call where it belongs, with the
//! number of the worker that computed it.

use maud::{Markup, html};

use super::super::svg::{Anchor, Px, line, words as text};
use super::super::words;
use crate::exhibits::card::Lanes;
use crate::trace::{Detail, Event};

/// Trees of more calls or levels come from no run, but from a file; they are not drawn.
const MOST_CALLS: usize = 800;
const MOST_LEVELS: usize = 20;

/// The height of a level, and the largest radius of a call.
const LEVEL: f64 = 24.0;
const LARGEST: f64 = 9.0;
/// Numbers fit into circles of this radius.
const ROOMY: f64 = 7.0;

/// The tree of a timeline.
pub struct Tree<'a> {
    calls: Vec<Call<'a>>,
    leaves: usize,
    levels: usize,
}

struct Call<'a> {
    event: &'a Event,
    parent: Option<usize>,
    level: usize,
    /// Its place from the left, in leaves.
    place: f64,
}

impl<'a> Tree<'a> {
    /// The tree of these events; `None` where they are none. A call comes after the one that it is
    /// a part of.
    pub fn of(events: &'a [Event]) -> Option<Tree<'a>> {
        let mut pieces: Vec<&Event> =
            events.iter().filter(|event| matches!(event.detail, Detail::Piece { .. })).collect();
        let is_tree = pieces.iter().any(|event| event.parent.is_some());
        if !is_tree || pieces.len() > MOST_CALLS {
            return None;
        }
        pieces.sort_unstable_by_key(|event| event.id);
        let mut calls: Vec<Call> = Vec::with_capacity(pieces.len());
        for event in pieces {
            let parent = event
                .parent
                .and_then(|parent| calls.binary_search_by_key(&parent, |call| call.event.id).ok());
            let level = parent.map_or(0, |parent| calls[parent].level + 1);
            calls.push(Call { event, parent, level, place: 0.0 });
        }
        // From the last to the first: a leaf takes the next place, all others stand in the middle
        // above their parts.
        let mut below: Vec<(f64, u32)> = vec![(0.0, 0); calls.len()];
        let mut leaves = 0;
        for at in (0..calls.len()).rev() {
            let (sum, parts) = below[at];
            if parts == 0 {
                leaves += 1;
            }
            calls[at].place = if parts == 0 { -f64::from(leaves) } else { sum / f64::from(parts) };
            if let Some(parent) = calls[at].parent {
                below[parent] = (below[parent].0 + calls[at].place, below[parent].1 + 1);
            }
        }
        for call in &mut calls {
            call.place += f64::from(leaves) + 0.5;
        }
        let levels = calls.iter().map(|call| call.level + 1).max().unwrap_or(0);
        (levels <= MOST_LEVELS).then_some(Tree { calls, leaves: leaves as usize, levels })
    }

    /// How much room it takes below the lanes.
    pub fn height(&self) -> f64 {
        LEVEL * self.levels as f64 + 12.0
    }

    /// Draws it in this width, below `top`; of a replay, the calls that have begun by this moment.
    pub fn drawing(&self, width: f64, top: f64, moment: Option<f64>, lanes: Lanes) -> Markup {
        let across = width / self.leaves.max(1) as f64;
        let radius = (across / 2.0 - 0.5).clamp(1.5, LARGEST);
        let at = |call: &Call| (call.place * across, top + LEVEL * (call.level as f64 + 0.5));
        html! {
            @for call in &self.calls {
                @if let Some(parent) = call.parent.and_then(|parent| self.calls.get(parent)) {
                    (line("grid", at(parent), at(call)))
                }
            }
            @for call in &self.calls {
                @if moment.is_none_or(|now| call.event.start_ms <= now) {
                    @let (x, y) = at(call);
                    @let number = call.event.worker + lanes.first;
                    // Five steps, in turn: neighbours differ, and the number tells.
                    @let class = ["size-0", "size-3", "size-1", "size-4", "size-2"][call.event.worker as usize % 5];
                    g {
                        title { (words::event(call.event)) ": " (lanes.name.to_ascii_lowercase()) " " (number) }
                        circle class={ "block " (class) } cx=(Px(x)) cy=(Px(y)) r=(Px(radius)) {}
                        @if radius >= ROOMY {
                            (text(&format!("label {class}"), (x, y + 4.0), Anchor::Middle, &number.to_string()))
                        }
                    }
                }
            }
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::trace::{Divisible, Kind};

    fn call(id: u32, parent: Option<u32>, size: u32) -> Event {
        let detail = Detail::Piece { of: Divisible::Fib, size, from: None };
        Event { id, parent, ..Event::new(0, Kind::Work, detail, 0.0, 1.0) }
    }

    #[test]
    fn halves_stand_below_their_call_from_left_to_right() {
        // fib(4): its first half is fib(3), which has halves itself.
        let events = [
            call(0, None, 4),
            call(1, Some(0), 3),
            call(2, Some(1), 2),
            call(3, Some(1), 1),
            call(4, Some(0), 2),
        ];
        let tree = Tree::of(&events).unwrap();
        let places: Vec<f64> = tree.calls.iter().map(|call| call.place).collect();
        assert_eq!(places, [1.75, 1.0, 0.5, 1.5, 2.5]);
        assert_eq!((tree.leaves, tree.levels), (3, 3));
    }

    #[test]
    fn pieces_without_a_parent_are_no_tree_and_nonsense_is_drawn_all_the_same() {
        assert!(Tree::of(&[call(0, None, 30)]).is_none());
        let odd = [call(7, Some(9), 3), call(9, Some(9), 3), call(9, Some(7), 3)];
        let drawn = Tree::of(&odd).unwrap().drawing(300.0, 10.0, None, Lanes::WORKERS);
        assert_eq!(drawn.into_string().matches("<circle").count(), 3);
        let chain = |calls: u32| (0..calls).map(|id| call(id, id.checked_sub(1), 3)).collect();
        let [short, long]: [Vec<Event>; 2] = [20, 21].map(chain);
        assert!(Tree::of(&short).is_some() && Tree::of(&long).is_none());
        let wide: Vec<Event> = (0..801).map(|id| call(id, (id > 0).then_some(0), 3)).collect();
        assert!(Tree::of(&wide[..800]).is_some() && Tree::of(&wide).is_none());
    }
}
