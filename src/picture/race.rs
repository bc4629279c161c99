//! A race of one worker against all: the same work on two lanes, to scale.

use maud::{Markup, html};

use super::chart::Chart;
use super::embed;
use super::shell::{self, Shell};
use super::svg::{Anchor, Px, svg, words as text};
use super::words;
use crate::exhibits::Front;
use crate::exhibits::card::Question;
use crate::measure::block::Role;
use crate::params::MAX_WORKERS;
use crate::report::Report;
use crate::runtime::capabilities::Backend;

/// The lane of one worker, and the lane of all.
const LANE: f64 = 44.0;
const GAP: f64 = 34.0;
const TOP: f64 = 24.0;

/// Both times of a race.
#[derive(Clone, Copy)]
struct Race {
    workers: u32,
    one_ms: f64,
    all_ms: f64,
}

impl Race {
    /// The race of a report that compares one worker with all and nothing between.
    fn of(report: &Report) -> Option<Race> {
        let is_point = |role: Role| report.arms.iter().any(|arm| arm.role == role);
        let counts = |role: Role| report.arms.iter().find(|arm| arm.role == role)?.x;
        if is_point(Role::Point) {
            return None;
        }
        counts(Role::OneWorker).filter(|p| *p == 1.0)?;
        let workers = counts(Role::Parallel).filter(|p| (2.0..=64.0).contains(p))? as u32;
        let (one_ms, all_ms) =
            (report.median_ms(Role::OneWorker)?, report.median_ms(Role::Parallel)?);
        let sound = |ms: f64| ms.is_finite() && ms > 0.0;
        (sound(one_ms) && sound(all_ms)).then_some(Race { workers, one_ms, all_ms })
    }

    fn names(&self) -> [String; 2] {
        ["One worker".to_owned(), format!("{} workers", self.workers)]
    }
}

/// The two lanes of a report that is a race.
pub fn race(report: &Report) -> Option<Chart> {
    let race = Race::of(report)?;
    let [one, all] = race.names();
    let summary = format!(
        "The same work, to scale: {one} took {}, {all} took {}.",
        words::time(race.one_ms),
        words::time(race.all_ms)
    );
    let label = format!("The race. {summary}");
    Some(Chart {
        class: "chart race-lanes",
        ..Chart::new("The race", &summary, move |width| drawing(Some(race), width, &label))
    })
}

/// Two lanes on which nothing has happened yet.
pub fn empty_lanes(width: f64) -> Markup {
    drawing(None, width, "Two empty lanes: one worker, and all workers.")
}

fn drawing(race: Option<Race>, width: f64, label: &str) -> Markup {
    let room = 96.0;
    let track = (width - room).max(1.0);
    let longest = race.map_or(1.0, |race| race.one_ms.max(race.all_ms));
    let [one, all] =
        race.map_or(["One worker".to_owned(), "All workers".to_owned()], |race| race.names());
    let second = TOP + LANE + GAP;
    let counts = [1, race.map_or(1, |race| race.workers.clamp(1, MAX_WORKERS))];
    let empty = |y: f64, name: &str| {
        html! {
            (text("name", (0.0, y - 8.0), Anchor::Start, name))
            rect.track x="0" y=(Px(y)) width=(Px(track)) height=(Px(LANE)) rx="3" {}
        }
    };
    let runner = |y: f64, count: u32, ms: f64| {
        let long = ms / longest * track;
        // Each worker has its part of the lane; with many of them nothing is left between.
        let each = LANE / f64::from(count);
        let between = if each > 4.0 { 1.5 } else { 0.0 };
        html! {
            g.runner {
                @for worker in 0..count {
                    rect class="block" x="0" width=(Px(long)) height=(Px(each - between))
                        y=(Px(y + f64::from(worker) * each)) rx="1.5" {}
                }
            }
            (text("factor", (long + 8.0, y + LANE / 2.0 + 6.0), Anchor::Start, &words::time(ms)))
        }
    };
    let content = html! {
        (empty(TOP, &one)) (empty(second, &all))
        @if let Some(race) = race {
            // One group, so that both are uncovered at one speed.
            g.runners { (runner(TOP, counts[0], race.one_ms)) (runner(second, counts[1], race.all_ms)) }
        }
    };
    svg(width, second + LANE + 6.0, label, &content)
}

/// The shell of the figure on the front page: a guess and a button, everything else folded.
pub fn race_shell(shell: &Shell) -> Markup {
    let Shell { front, here, isolation, spec, notices } = *shell;
    let threads = here.highest() == Backend::Threads;
    html! {
        (shell::notices(notices))
        form novalidate {
            (prediction(front, here.cores, (front.question)(spec)))
            div.go {
                button.run type="submit" { "Race" }
                button.stop type="button" data-act="stop" aria-disabled="true" { "Stop" }
                progress hidden aria-label="Progress of the run" {}
                span.phase {}
            }
            // Who gets less than threads is told without asking.
            @if !threads { (shell::backend(here, isolation)) }
            details.further {
                summary { "Settings" }
                @if threads { (shell::backend(here, isolation)) }
                div.controls {
                    @for parameter in front.parameters() { (shell::control(front, parameter, spec)) }
                }
            }
        }
        p.spoken role="status" {}
        p.error role="alert" hidden {}
        div.shown tabindex="-1" {}
        p.kept hidden role="status" {}
        (embed::fold())
    }
}

/// The guess: what the browser claims, and what that may be worth.
fn prediction(front: &Front, cores: u32, question: Question) -> Markup {
    let id = format!("{}-prediction", front.name);
    html! {
        div.predict {
            label for=(id) {
                strong.claim {
                    "Your browser claims " (cores) @if cores == 1 { " core" } @else { " cores" } ". "
                }
                span.question { (question.text) }
            }
            input id=(id) type="text" inputmode="decimal" autocomplete="off" placeholder="guess";
            span.unit aria-hidden="true" { (shell::unit(question)) }
        }
    }
}

/// What stands in place of the outcome before there is one: the lanes, and a way to see a race
/// that was recorded.
pub fn before() -> Markup {
    html! {
        div.before {
            div.wide { (empty_lanes(758.0)) }
            div.narrow { (empty_lanes(280.0)) }
            div.cover {
                p { "A race that was recorded on another machine lies under here. Guess first." }
                button.show-me type="button" data-act="show-me" { "Show me" }
            }
        }
    }
}
