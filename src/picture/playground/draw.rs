//! The board as a drawing, and what can be said of the schedule on it.

use maud::{Markup, html};

use super::board::{Best, Board, calls};
use crate::picture::svg::{Anchor, Px, line, room, svg, ticks, words as text};
use crate::picture::table::table;
use crate::theory::schedule::Assignment;

/// The height of a block.
const BAR: f64 = 34.0;
/// The height of a lane's name, above its blocks.
const NAME: f64 = 20.0;
/// The height of a lane.
const LANE: f64 = NAME + BAR + 8.0;
/// Room above the lanes, for what no schedule is faster than.
const TOP: f64 = 22.0;

/// The work that the board has room for: somewhat more than what is there.
pub fn horizon(board: &Board) -> f64 {
    (board.makespan() as f64).max(board.best().calls() as f64 * 1.15).max(1.0)
}

/// The lane and the place there to which this task is dropped, at this point of a board of this
/// width.
pub fn drop_at(shown: &Board, width: f64, dropped: usize, (x, y): (f64, f64)) -> (usize, usize) {
    let lanes = shown.lanes();
    let lane = ((y - TOP) / LANE).max(0.0) as usize;
    let lane = lane.min(lanes.count() - 1);
    let at = x / width.max(1.0) * horizon(shown);
    let mut end = 0.0;
    let before = lanes.lane(lane).iter().filter(|&&task| {
        let work = shown.work().get(task).map_or(0.0, |work| *work as f64);
        end += work;
        task != dropped && end - work / 2.0 < at
    });
    (lane, before.count())
}

/// The lanes with their blocks. Of the blocks, each can be chosen and moved.
pub fn board(shown: &Board, width: f64) -> Markup {
    let height = height(shown);
    html! {
        svg.lanes width=(Px(width)) height=(Px(height))
            viewBox={ "0 0 " (Px(width)) " " (Px(height)) } role="group"
            aria-label="Your schedule" aria-describedby="playground-keys" {
            (lanes(shown, width, true))
        }
    }
}

/// The same as a picture, of which nothing can be moved.
pub fn still(shown: &Board, width: f64) -> Markup {
    let makespan = calls(shown.makespan());
    let count = shown.lanes().count();
    let label = format!("A schedule of {} tasks in {count} lanes: {makespan}", shown.tasks().len());
    svg(width, height(shown), &label, &lanes(shown, width, false))
}

fn height(shown: &Board) -> f64 {
    TOP + LANE * shown.lanes().count() as f64 + 22.0
}

/// What is drawn of the lanes.
fn lanes(shown: &Board, width: f64, live: bool) -> Markup {
    let horizon = horizon(shown);
    let x = |calls: f64| calls / horizon * (width - 1.0);
    let loads = shown.lanes().loads(shown.work());
    let bottom = TOP + LANE * loads.len() as f64;
    html! {
            @for (tick, calls) in ticks(horizon, (width / 110.0) as usize).enumerate() {
                @let anchor = match tick {
                    0 => Anchor::Start,
                    _ if x(calls) > width - 40.0 => Anchor::End,
                    _ => Anchor::Middle,
                };
                (line("grid", (x(calls), TOP), (x(calls), bottom)))
                (text("tick", (x(calls), bottom + 16.0), anchor, &scale(calls)))
            }
            @for (lane, load) in loads.iter().enumerate() {
                @let top = TOP + LANE * lane as f64;
                g.lane {
                    (text("lane", (0.0, top + 14.0), Anchor::Start,
                        &format!("Lane {}: {}", lane + 1, scale(*load as f64))))
                    rect.ground x="0" y=(Px(top + NAME)) width=(Px(width)) height=(Px(BAR)) {}
                    (blocks(shown, lane, top + NAME, &x, live))
                }
            }
            (bound(shown, x(shown.best().calls() as f64), (width, bottom)))
    }
}

/// The blocks of a lane, in their order.
fn blocks(shown: &Board, lane: usize, top: f64, x: &dyn Fn(f64) -> f64, live: bool) -> Markup {
    let largest = shown.work().iter().copied().max().unwrap_or(1);
    let own = shown.lanes().lane(lane);
    html! {
        @for (place, &task) in own.iter().enumerate() {
            @let (n, work) = (shown.tasks()[task], shown.work()[task]);
            @let start: u64 = own[..place].iter().map(|&before| shown.work()[before]).sum();
            @let end = start + work;
            @let (left, right) = (x(start as f64), x(end as f64));
            @let size = (work as f64 / largest.max(1) as f64 * 4.0).round().min(4.0) as usize;
            @let name = format!("fib({n})");
            @let fits = room(&name) + 8.0 < right - left;
            @let label = format!(
                "{name}, number {} of {} in lane {}, {}", place + 1, own.len(), lane + 1, calls(work)
            );
            g class=[live.then_some("task")] data-task=[live.then_some(task)]
                role=[live.then_some("button")] tabindex=[live.then_some("0")]
                aria-label=[live.then_some(&label)] {
                // What has words of its own says them; its label says the rest.
                @if live && !fits { title { (label) } }
                rect class={ "block size-" (size) } x=(Px(left)) y=(Px(top))
                    width=(Px((right - left).max(2.0))) height=(Px(BAR)) rx="2" {}
                @if fits {
                    (text(&format!("label size-{size}"), (left + 5.0, top + BAR / 2.0 + 4.0),
                        Anchor::Start, &name))
                }
            }
        }
    }
}

/// Where no schedule ends sooner.
fn bound(shown: &Board, at: f64, (width, bottom): (f64, f64)) -> Markup {
    let words = match shown.best() {
        Best::Exact(_) => "the best possible",
        Best::AtLeast(_) => "none is sooner",
    };
    let (x, anchor) = match at + room(words) < width {
        true => (at + 5.0, Anchor::Start),
        false => (at - 5.0, Anchor::End),
    };
    html! {
        (line("bound", (at, 0.0), (at, bottom)))
        (text("bound", (x, 12.0), anchor, words))
    }
}

/// Calls on a scale.
fn scale(calls: f64) -> String {
    match calls {
        calls if calls >= 1e9 => format!("{:.2} G", calls / 1e9),
        calls if calls >= 1e7 => format!("{:.0} M", calls / 1e6),
        calls if calls >= 1e6 => format!("{:.1} M", calls / 1e6),
        calls if calls >= 1e3 => format!("{:.0} k", calls / 1e3),
        calls => format!("{calls:.0}"),
    }
}

/// Your schedule beside others, and what no schedule is faster than.
pub fn facts(shown: &Board) -> Markup {
    let row = |what: &str, makespan: u64| {
        let over = makespan as f64 / shown.best().calls().max(1) as f64;
        vec![
            what.to_owned(),
            calls(makespan),
            format!("{:.2}×", shown.speedup(makespan)),
            format!("{over:.3}"),
        ]
    };
    let best = match shown.best() {
        Best::Exact(_) => "The best possible",
        Best::AtLeast(_) => "No schedule is below",
    };
    let mut rows = [
        row("Yours", shown.makespan()),
        row(best, shown.best().calls()),
        row("As a pool hands it out", shown.by_rule(Assignment::InOrder)),
        row("Longest first", shown.by_rule(Assignment::LongestFirst)),
    ]
    .into_iter();
    let headings = ["Schedule", "#Makespan", "#Speed-up on paper", "#Times the best"];
    html! {
        (table("Schedules of this list", Some("Schedules of this list"), &headings, &mut rows))
        @if matches!(shown.best(), Best::AtLeast(_)) {
            p.note {
                "For a list this long the best schedule would take too long to find. None is below the "
                "larger of the work shared evenly and the largest task."
            }
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn every_block_is_drawn_within_the_board_and_can_be_chosen() {
        let long: Vec<u32> = (0..64).map(|at| 1 + at % 45).collect();
        for (tasks, lanes, text) in
            [(vec![38, 37, 36, 35, 34, 33], 2, "0.4.5_1.2.3"), (long, 16, ""), (vec![1], 1, "")]
        {
            let shown = Board::new(&tasks, lanes, text);
            for width in [288.0, 1200.0] {
                let drawn = board(&shown, width).into_string();
                assert_eq!(drawn.matches("role=\"button\"").count(), tasks.len());
                assert!(!drawn.contains("NaN") && !drawn.contains("=\"-"), "{drawn}");
                let still = still(&shown, width).into_string();
                assert!(still.contains("role=\"img\"") && !still.contains("tabindex"), "{still}");
            }
        }
    }

    #[test]
    fn what_is_dropped_lands_where_it_is_dropped() {
        let shown = Board::new(&[38, 37, 36, 35, 34, 33], 2, "0.4.5_1.2.3");
        let lane = |at: f64| TOP + LANE * at + 30.0;
        assert_eq!(drop_at(&shown, 800.0, 0, (0.0, lane(0.0))), (0, 0));
        assert_eq!(drop_at(&shown, 800.0, 0, (790.0, lane(1.0))), (1, 3));
        // Beyond the board is in its nearest lane.
        assert_eq!(drop_at(&shown, 800.0, 0, (-50.0, -50.0)), (0, 0));
        assert_eq!(drop_at(&shown, 800.0, 0, (9999.0, 9999.0)), (1, 3));
        // Behind the middle of the first block, and before that of the second.
        let first = shown.work()[1] as f64 / horizon(&shown) * 800.0;
        assert_eq!(drop_at(&shown, 800.0, 0, (first * 0.6, lane(1.0))), (1, 1));
        assert_eq!(drop_at(&shown, 800.0, 0, (first * 0.4, lane(1.0))), (1, 0));
        // Behind itself it is where it was.
        assert_eq!(drop_at(&shown, 800.0, 1, (first * 0.9, lane(1.0))), (1, 0));
    }

    #[test]
    fn the_table_sets_the_schedule_beside_the_others() {
        let told = facts(&Board::new(&[36, 36, 35, 35, 35], 2, "0.2.4_1.3")).into_string();
        assert!(told.contains("1.118"), "{told}");
        assert!(told.contains("The best possible"), "{told}");
    }
}
