//! The quiz as it stands: where it is, and once it was answered twice, before beside after.

use maud::{Markup, html};

use super::table::table;
use crate::notebook::quiz::{QUESTIONS, Quiz};
use crate::report::When;

/// Where the visitor stands, in a sentence.
pub fn stage(quiz: &Quiz) -> &'static str {
    match quiz.next() {
        Some(When::Before) => "Before the lesson: your first answers.",
        Some(When::After) => {
            "Your first answers are kept. Come back after the lesson, and answer once more."
        }
        None => "You have answered before and after. The answers are below each question.",
    }
}

/// What the button says.
pub fn button(quiz: &Quiz) -> &'static str {
    match quiz.next() {
        Some(When::After) => "Compare with my first answers",
        _ => "Keep these answers",
    }
}

/// What can be done with the answers, and before beside after, where there are both.
pub fn compared(quiz: &Quiz) -> Markup {
    let all = QUESTIONS.len();
    let word = |right: bool| if right { "right" } else { "wrong" };
    let mut rows = QUESTIONS.iter().map(|question| {
        let of = |when: When| match quiz.chosen(when, question) {
            Some(chosen) => word(chosen == question.right).to_owned(),
            None => "–".to_owned(),
        };
        vec![question.about.to_owned(), of(When::Before), of(When::After)]
    });
    let headings = ["Question", "Before", "After"];
    html! {
        @if quiz.next().is_none() {
            h2 { "Before and after" }
            p {
                "Before the lesson " (quiz.right(When::Before)) " of " (all) " were right, after it "
                (quiz.right(When::After)) "."
            }
            (table("Before and after", Some("Your answers"), &headings, &mut rows))
        }
        @if quiz.next() != Some(When::Before) {
            p.files {
                label {
                    input type="checkbox" data-in-files checked[quiz.in_files];
                    " Put my answers into the reports that I save from now on, for a teacher who opens \
                     those of a class"
                }
            }
            p.files {
                button.link type="button" data-act="quiz-anew" { "Forget my answers and begin anew" }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notebook::quiz::Question;

    fn answers(answer: fn(&Question) -> &'static str) -> Vec<(String, String)> {
        let pair = |question: &Question| (question.id.to_owned(), answer(question).to_owned());
        QUESTIONS.iter().map(pair).collect()
    }

    #[test]
    fn nothing_is_judged_before_the_second_answers() {
        let mut quiz = Quiz::default();
        assert!(compared(&quiz).into_string().is_empty());
        quiz.take(answers(|question| question.options[0]));
        let between = compared(&quiz).into_string();
        assert!(!between.contains("right") && between.contains("data-in-files"), "{between}");
        assert!(!between.contains("checked"), "it is off by default: {between}");
        quiz.take(answers(|question| question.right));
        let after = compared(&quiz).into_string();
        assert!(after.contains("Before the lesson 0 of 6 were right, after it 6."), "{after}");
    }
}
