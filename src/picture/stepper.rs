//! The visitor as the scheduler of a few workers that add to one number: what was chosen so
//! far, what it did, and what can still come of it.

use maud::{Markup, html};

use super::table::table;
use super::words;
use crate::theory::interleavings::{MOST_WORKERS, Race, Step};

/// The most additions of each worker that can be chosen: tables stay readable.
pub const MOST_INCREMENTS: u32 = 3;

/// The steps that were chosen, and the state they lead to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Play {
    /// Whose step came, from 0.
    chosen: Vec<usize>,
    /// Every state, from the first to the one that is shown.
    states: Vec<Race>,
}

impl Play {
    /// Before the first step.
    pub fn new(workers: u32, increments: u32) -> Play {
        let start = Race::new(workers, increments.min(MOST_INCREMENTS));
        Play { chosen: Vec::new(), states: vec![start] }
    }

    /// How many workers there are.
    pub fn workers(&self) -> u32 {
        self.race().workers.len() as u32
    }

    /// How many times each adds.
    pub fn increments(&self) -> u32 {
        self.race().increments()
    }

    /// Whose step came, from 0, from the first on.
    pub fn chosen(&self) -> &[usize] {
        &self.chosen
    }

    /// The state that is shown.
    pub fn race(&self) -> &Race {
        // There is always the first.
        &self.states[self.chosen.len()]
    }

    /// Takes the next step of this worker, from 0, and says what it did, or that there is
    /// none.
    pub fn step(&mut self, worker: usize) -> String {
        let Some(after) = self.race().after(worker) else {
            return match worker < self.workers() as usize {
                true => format!("Worker {} is done.", worker + 1),
                false => format!("There is no worker {}.", worker + 1),
            };
        };
        self.states.push(after);
        self.chosen.push(worker);
        let mut said = format!("Step {}: {}.", self.chosen.len(), self.did(self.chosen.len() - 1));
        if self.race().is_over() {
            said.push(' ');
            said.push_str(&self.end());
        }
        said
    }

    /// Takes the last step back, and says so.
    pub fn undo(&mut self) -> String {
        match self.chosen.pop() {
            None => "There is no step to take back.".to_owned(),
            Some(worker) => {
                self.states.truncate(self.chosen.len() + 1);
                format!(
                    "Taken back: worker {} has yet to {}.",
                    worker + 1,
                    self.race().next(worker).map_or("act", Step::name)
                )
            }
        }
    }

    /// What the step at this place did: `worker 2 loads 1`.
    fn did(&self, at: usize) -> String {
        let (Some(&worker), Some(before), Some(after)) =
            (self.chosen.get(at), self.states.get(at), self.states.get(at + 1))
        else {
            return String::new();
        };
        let register = |race: &Race| race.workers.get(worker).and_then(|own| own.register);
        let did = match before.next(worker) {
            Some(Step::Load) => format!("loads {}", before.memory),
            Some(Step::Add) => {
                format!("adds, and has {}", register(after).unwrap_or_default())
            }
            _ if after.memory == before.memory + 1 => format!("stores {}", after.memory),
            _ => {
                let held = before.memory;
                format!("stores {} over the {held} that came meanwhile", after.memory)
            }
        };
        format!("worker {} {did}", worker + 1)
    }

    /// What came of all steps.
    fn end(&self) -> String {
        let (race, start) = (self.race(), &self.states[0]);
        let (memory, expected, smallest) = (race.memory, start.expected(), start.smallest());
        let lost = expected.saturating_sub(memory);
        if memory == smallest {
            format!(
                "All are done: {memory}, the smallest there is. {lost} of {expected} additions are lost."
            )
        } else {
            format!(
                "All are done: {memory} of {expected}. The smallest possible is {smallest}; take steps \
                 back, or start again."
            )
        }
    }

    /// What was found, once the smallest value of a race of the most additions has been
    /// reached: with fewer of them most schedules reach it.
    pub fn solved(&self) -> Option<String> {
        let race = self.race();
        let is_solved = race.is_over()
            && self.increments() == MOST_INCREMENTS
            && race.memory == self.states[0].smallest();
        let order: Vec<String> =
            self.chosen.iter().map(|worker| (worker + 1).to_string()).collect();
        is_solved.then(|| {
            format!(
                "{} workers added {} times each, in the order {}, and left {}.",
                self.workers(),
                self.increments(),
                order.join(" "),
                race.memory
            )
        })
    }
}

/// The words on the button of a worker.
pub fn button(play: &Play, worker: usize) -> String {
    let next = play.race().next(worker).map_or("done", Step::name);
    format!("Worker {}: {next}", worker + 1)
}

/// What stands around the state, and can be pressed.
pub fn shell(play: &Play) -> Markup {
    let choice = |name: &str, label: &str, least: u32, most: u32, chosen: u32| {
        let id = format!("stepper-{name}");
        html! {
            div.control {
                label for=(id) { (label) }
                select id=(id) name=(name) {
                    @for number in least..=most {
                        option value=(number) selected[number == chosen] { (number) }
                    }
                }
            }
        }
    };
    html! {
        div.controls {
            (choice("workers", "Workers", 2, MOST_WORKERS, play.workers()))
            (choice("additions", "Additions by each", 1, MOST_INCREMENTS, play.increments()))
        }
        div.steps role="group" aria-label="Whose step is next?" aria-describedby="stepper-keys" {
            @for worker in 0..MOST_WORKERS as usize {
                button type="button" data-act=(worker + 1) { (button(play, worker)) }
            }
            button type="button" data-act="undo" { "Undo" }
            button type="button" data-act="again" { "Start again" }
        }
        p.help #stepper-keys {
            "Keys, on any of these buttons: a digit takes a step of that worker, u takes one back."
        }
        p.said role="status" {}
        div.state {}
    }
}

/// Memory, registers, what was done, and what can still come.
pub fn state(play: &Play) -> Markup {
    let race = play.race();
    html! {
        div.memory {
            p { "Memory " strong { (race.memory) } }
            @for (at, worker) in race.workers.iter().enumerate() {
                p {
                    "Register of worker " (at + 1) " "
                    strong { @match worker.register { Some(value) => (value), None => "empty" } }
                }
            }
        }
        (outcomes(race))
        @if !play.chosen.is_empty() { (history(play)) }
    }
}

/// Every final value that is still possible, and in how many ways.
fn outcomes(race: &Race) -> Markup {
    let outcomes = race.outcomes();
    let all: u128 = outcomes.values().sum();
    let grouped = |ways: u128| words::grouped(&ways.to_string());
    let caption = match all {
        1 => "What can still come: one interleaving is left".to_owned(),
        _ => format!("What can still come, of {} interleavings", grouped(all)),
    };
    let mut rows = outcomes.iter().map(|(value, ways)| {
        let share = *ways as f64 / all as f64;
        vec![value.to_string(), grouped(*ways), words::share(share)]
    });
    let headings = ["#Final value", "#Interleavings", "#Share of them"];
    table("What can still come", Some(&caption), &headings, &mut rows)
}

/// Every step so far, with what memory held after it.
fn history(play: &Play) -> Markup {
    let mut rows = (0..play.chosen.len()).map(|at| {
        let memory = play.states.get(at + 1).map_or(0, |race| race.memory);
        vec![(at + 1).to_string(), play.did(at), memory.to_string()]
    });
    let headings = ["#Step", "What it did", "#Memory"];
    table("Steps so far", Some("Steps so far"), &headings, &mut rows)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    fn played(workers: u32, increments: u32, order: &str) -> (Play, Vec<String>) {
        let mut play = Play::new(workers, increments);
        let said = order.bytes().map(|digit| play.step(usize::from(digit - b'1'))).collect();
        (play, said)
    }

    #[test]
    fn the_smallest_value_of_two_workers_can_be_reached_and_is_checked() {
        // Worker 1 loads 0 and waits; worker 2 adds twice; worker 1 stores 1; worker 2 loads it
        // and waits until worker 1 is done.
        let (play, said) = played(2, 3, "122222211211111122");
        assert!(said.last().unwrap().contains("2, the smallest there is. 4 of 6"), "{said:?}");
        let found = play.solved().unwrap();
        assert!(found.contains("1 2 2 2 2 2 2 1 1 2 1 1 1 1 1 1 2 2, and left 2"), "{found}");
        // Before the end nothing is solved, and another end is none either.
        assert_eq!(played(2, 3, "12222221121111112").0.solved(), None);
        let (play, said) = played(2, 3, "111111111222222222");
        assert!(said.last().unwrap().contains("6 of 6. The smallest possible is 2"), "{said:?}");
        assert_eq!(play.solved(), None);
        // With two additions each, three of four schedules reach the smallest.
        assert_eq!(played(2, 2, "122211211122").0.race().memory, 2);
        assert_eq!(played(2, 2, "122211211122").0.solved(), None);
    }

    #[test]
    fn every_step_says_what_it_did() {
        let (mut play, said) = played(2, 1, "12122");
        assert_eq!(said[0], "Step 1: worker 1 loads 0.");
        assert_eq!(said[2], "Step 3: worker 1 adds, and has 1.");
        assert_eq!(said[4], "Step 5: worker 2 stores 1.");
        let last = play.step(0);
        assert!(last.starts_with("Step 6: worker 1 stores 1 over the 1 that came"), "{last}");
        assert_eq!(play.step(0), "Worker 1 is done.");
        assert_eq!(play.step(2), "There is no worker 3.");
    }

    #[test]
    fn a_step_that_is_taken_back_was_never_there() {
        let (mut play, _) = played(2, 2, "1221");
        let before = played(2, 2, "122").0;
        assert_eq!(play.undo(), "Taken back: worker 1 has yet to add.");
        assert_eq!(play, before);
        for _ in 0..3 {
            play.undo();
        }
        assert_eq!(play, Play::new(2, 2));
        assert_eq!(play.undo(), "There is no step to take back.");
    }

    #[test]
    fn the_state_shows_what_can_still_come() {
        let start = state(&Play::new(2, 2)).into_string();
        assert!(start.contains("of 924 interleavings") && !start.contains("Steps so far"));
        let (play, _) = played(2, 2, "11");
        let shown = state(&play).into_string();
        assert!(shown.contains("Steps so far") && shown.contains("worker 1 adds, and has 1"));
        assert!(shown.contains("Register of worker 2 <strong>empty</strong>"), "{shown}");
        // The shell has a button for every worker and every key.
        let shell = shell(&Play::new(2, 2)).into_string();
        for act in ["1", "2", "3", "undo", "again"] {
            assert!(shell.contains(&format!("data-act=\"{act}\"")), "{act}");
        }
    }
}
