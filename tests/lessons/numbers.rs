//! The numbers in the texts of the lessons: whatever can be computed is, and the text has to
//! say what comes out.

use std::sync::LazyLock;

use fib_lab::analysis::ideal::ideal;
use fib_lab::exhibits;
use fib_lab::fib;
use fib_lab::measure::tail::quantile_limit;
use fib_lab::scheduler::QUANTUM_US;
use fib_lab::theory::interleavings::Race;
use fib_lab::theory::laws::{CHAPTER_TASKS, PHI, SIX_TASK_CEILING};
use fib_lab::theory::one_lock::one_lock;
use fib_lab::theory::schedule::{in_order, makespan, optimum, simulate, work};

use super::{grouped, lesson};

/// What all lessons say, as it is read: without marks, with one space between words.
static TEXT: LazyLock<String> = LazyLock::new(|| {
    let mut read = String::new();
    for card in exhibits::cards() {
        let mut inside = false;
        for letter in lesson(card).replace("&nbsp;", " ").chars() {
            match letter {
                '<' => inside = true,
                '>' => inside = false,
                letter if !inside => read.push(letter),
                _ => {}
            }
        }
    }
    read.split_whitespace().collect::<Vec<_>>().join(" ")
});

#[track_caller]
fn says(part: &str) {
    assert!(TEXT.contains(part), "the lessons do not say: {part}");
}

fn calls(tasks: &[u32]) -> u64 {
    tasks.iter().map(|&n| fib::calls(n)).sum()
}

#[test]
fn the_pool_shares_what_the_lesson_says() {
    let tasks = CHAPTER_TASKS;
    let all = calls(&tasks);
    says(&format!("make {} calls", grouped(all)));
    let slots = simulate(&work(&tasks), 2, &in_order(&tasks));
    let of = |worker| -> Vec<String> {
        let own = slots.iter().filter(|slot| slot.worker == worker);
        own.map(|slot| tasks[slot.task].to_string()).collect()
    };
    let [first, second] = [of(0), of(1)].map(|own| own.join(", "));
    let each = makespan(&slots);
    assert_eq!(2 * each, all, "a perfect half");
    says(&format!("end up with {{{first}}} and {{{second}}}: {} calls each", grouped(each)));
    let limit = all as f64 / each as f64;
    // What the chapter reports.
    let reported = 1.8;
    says(&format!(
        "{limit:.1} is the limit for two workers, and {reported} is {:.0} % of it",
        reported / limit * 100.0
    ));
    let share = calls(&tasks[..1]) as f64 / all as f64 * 100.0;
    says(&format!("fib(38) alone is {share:.0} % of all the work"));
    says(&format!("4/φ ≈ {SIX_TASK_CEILING:.2}"));
    says(&format!("exactly φ ≈ {PHI:.3}"));
    // The table: the best, and claimed in order.
    for (workers, name) in [(2, "2"), (3, "3 or more")] {
        let best = all as f64 / optimum(&work(&tasks), workers).unwrap() as f64;
        let claimed = ideal(&tasks, &in_order(&tasks), workers as u32).speedup;
        says(&format!("{name}{best:.2}{claimed:.2}"));
    }
    for workers in 4..=64 {
        let claimed = ideal(&tasks, &in_order(&tasks), workers).speedup;
        assert!((claimed - SIX_TASK_CEILING).abs() < 1e-4, "{workers}: {claimed}");
    }
}

#[test]
fn the_lock_and_what_splits_cost_what_the_lessons_say() {
    let [once, often] = [1.0, 10.0].map(|holds| one_lock(0.25, holds, 2.0, 0.0));
    says(&format!("{once:.2} for one hold, and up to {often:.2} for ten"));
    // The smallest number of waits of which something can be said with that confidence.
    let enough = (1..100).find(|&of| quantile_limit(&vec![1.0; of], 0.9, 0.95).is_some());
    says(&format!("with 95 % confidence takes {} waits", enough.unwrap()));
    let n = 36;
    says(&format!("fib({n}) is {} splits", grouped((fib::calls(n) - 1) / 2)));
    says(&format!("{} calls of work and {} of span", grouped(fib::calls(n)), n - 1));
    says(&format!("which pieces take less than {QUANTUM_US} µs"));
    says(&format!("by φ ≈ {PHI:.2}"));
    says(&format!("4/φ ≈ {SIX_TASK_CEILING:.2}"));
}

#[test]
fn counting_and_computing_take_as_many_steps_as_the_lessons_say() {
    let n = 36;
    says(&format!("factor of φ ≈ {PHI:.2} with every n"));
    let steps = fib::multiplications(n);
    says(&format!("{n} additions against {steps} multiplications"));
    let outcomes = Race::new(2, 2).outcomes();
    let all: u128 = outcomes.values().sum();
    says(&format!("have {all} interleavings"));
    let of = |value| outcomes[&value];
    says(&format!("{} of them leave 2, {} leave 3, and only {} leave 4", of(2), of(3), of(4)));
    assert_eq!(outcomes.len(), 3);
}
