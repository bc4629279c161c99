//! The quiz: six questions about what many expect of parallel programs, asked before the lesson
//! and after it.
//!
//! The questions themselves stand in `www/pages/quiz.html`, where they can be read and printed
//! without any program; here is what a program has to know of them. A test compares the two.

use serde::{Deserialize, Serialize};

use crate::report::{QuizAnswer, When};

/// A question.
#[derive(Debug)]
pub struct Question {
    /// Its id, in the page and in files.
    pub id: &'static str,
    /// What it is about, in a table.
    pub about: &'static str,
    /// The ids of what can be chosen.
    pub options: &'static [&'static str],
    /// Which of them is right.
    pub right: &'static str,
}

/// The questions, in their order.
pub static QUESTIONS: [Question; 6] = [
    Question {
        id: "lock",
        about: "Two threads that compute under one lock",
        options: &["half", "same", "quarter"],
        right: "same",
    },
    Question {
        id: "ceiling",
        about: "Six whole tasks on sixteen cores",
        options: &["sixteen", "six", "less"],
        right: "less",
    },
    Question {
        id: "faster",
        about: "A better relative speed-up, a slower program",
        options: &["higher", "sooner", "neither"],
        right: "sooner",
    },
    Question {
        id: "waiting",
        about: "Five children that wait at once",
        options: &["cores", "computing", "waiting"],
        right: "waiting",
    },
    Question {
        id: "more",
        about: "More threads than cores",
        options: &["faster", "equal", "slower"],
        right: "slower",
    },
    Question {
        id: "idle",
        about: "Three equal tasks on two workers",
        options: &["serial", "indivisible", "bug"],
        right: "indivisible",
    },
];

impl Question {
    /// The question with this id.
    ///
    /// # Examples
    /// ```
    /// use fib_lab::notebook::quiz::{QUESTIONS, Question};
    /// assert!(Question::named(QUESTIONS[0].id).is_some() && Question::named("").is_none());
    /// ```
    pub fn named(id: &str) -> Option<&'static Question> {
        QUESTIONS.iter().find(|question| question.id == id)
    }
}

/// What a visitor has answered, as a browser keeps it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Quiz {
    /// Before the lesson: pairs of a question and what was chosen.
    pub before: Vec<(String, String)>,
    /// After it.
    pub after: Vec<(String, String)>,
    /// Whether the visitor wants the answers in saved files.
    pub in_files: bool,
}

impl Quiz {
    /// When it is to be answered next; nothing once it was answered twice.
    pub fn next(&self) -> Option<When> {
        match (self.before.is_empty(), self.after.is_empty()) {
            (true, _) => Some(When::Before),
            (false, true) => Some(When::After),
            (false, false) => None,
        }
    }

    /// Takes what was chosen. Questions that were left out stay open.
    ///
    /// # Examples
    /// ```
    /// use fib_lab::notebook::quiz::{QUESTIONS, Quiz};
    /// use fib_lab::report::When;
    /// let mut quiz = Quiz::default();
    /// let chosen = vec![(QUESTIONS[0].id.to_owned(), QUESTIONS[0].right.to_owned())];
    /// quiz.take(chosen);
    /// assert_eq!((quiz.next(), quiz.right(When::Before)), (Some(When::After), 1));
    /// ```
    pub fn take(&mut self, chosen: Vec<(String, String)>) {
        match self.next() {
            Some(When::Before) => self.before = chosen,
            Some(When::After) => self.after = chosen,
            None => {}
        }
    }

    fn given(&self, when: When) -> &[(String, String)] {
        match when {
            When::Before => &self.before,
            When::After => &self.after,
        }
    }

    /// What was chosen for a question.
    pub fn chosen(&self, when: When, question: &Question) -> Option<&str> {
        let given = self.given(when).iter().find(|(id, _)| id == question.id)?;
        Some(given.1.as_str())
    }

    /// How many answers are right.
    pub fn right(&self, when: When) -> usize {
        let is_right = |question: &&Question| self.chosen(when, question) == Some(question.right);
        QUESTIONS.iter().filter(is_right).count()
    }

    /// The answers as they stand in a file.
    pub fn answers(&self) -> Vec<QuizAnswer> {
        let of = |when: When| {
            self.given(when).iter().map(move |(question, answer)| QuizAnswer {
                when,
                question: question.clone(),
                answer: answer.clone(),
                right: None,
            })
        };
        known(of(When::Before).chain(of(When::After)).collect())
    }
}

/// The answers that this build can ask for, each question once at each time; whether they are
/// right is found anew.
///
/// # Examples
/// ```
/// use fib_lab::notebook::quiz::{QUESTIONS, known};
/// use fib_lab::report::QuizAnswer;
/// let [first, ..] = &QUESTIONS;
/// let answer = |answer: &str| QuizAnswer {
///     question: first.id.to_owned(),
///     answer: answer.to_owned(),
///     right: Some(false),
///     ..QuizAnswer::default()
/// };
/// let read = known(vec![answer("everything"), answer(first.right), answer(first.options[0])]);
/// assert_eq!(read.len(), 1);
/// assert_eq!(read[0].right, Some(true));
/// ```
pub fn known(answers: Vec<QuizAnswer>) -> Vec<QuizAnswer> {
    let mut known: Vec<QuizAnswer> = Vec::new();
    for answer in answers {
        let Some(question) = Question::named(&answer.question) else { continue };
        let is_there = known
            .iter()
            .any(|other| other.when == answer.when && other.question == answer.question);
        if question.options.contains(&answer.answer.as_str()) && !is_there {
            let right = Some(answer.answer == question.right);
            known.push(QuizAnswer { right, ..answer });
        }
    }
    known
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_right_answer_can_be_chosen() {
        for question in &QUESTIONS {
            assert!(question.options.contains(&question.right), "{}", question.id);
        }
    }

    #[test]
    fn it_is_answered_twice_and_then_it_stands() {
        let all = |answer: fn(&Question) -> &'static str| {
            let pair = |question: &Question| (question.id.to_owned(), answer(question).to_owned());
            QUESTIONS.iter().map(pair).collect::<Vec<_>>()
        };
        let mut quiz = Quiz::default();
        quiz.take(all(|question| question.options[0]));
        quiz.take(all(|question| question.right));
        let stood = quiz.clone();
        quiz.take(all(|question| question.options[0]));
        assert_eq!((&quiz, quiz.next()), (&stood, None));
        assert_eq!((quiz.right(When::Before), quiz.right(When::After)), (0, 6));
        assert_eq!(quiz.answers().len(), 12);
        quiz.after.push(("fish".to_owned(), "x".to_owned()));
        assert_eq!(quiz.answers().len(), 12, "what nobody asked is in no file");
    }

    #[cfg(not(target_arch = "wasm32"))]
    #[test]
    fn the_page_asks_what_is_known_here() {
        let page = include_str!("../../www/pages/quiz.html");
        let mut rest = page;
        for question in &QUESTIONS {
            let start = format!("<fieldset data-question=\"{}\">", question.id);
            let (_, after) = rest.split_once(&start).expect(question.id);
            let (own, after) = after.split_once("</fieldset>").unwrap();
            let input = format!("<input type=\"radio\" name=\"{}\" value=\"", question.id);
            let values: Vec<&str> =
                own.split(&input).skip(1).map(|part| part.split_once('"').unwrap().0).collect();
            assert_eq!(values, question.options, "{}", question.id);
            let (answer, after) = after.split_once("</details>").unwrap();
            assert!(answer.contains("<details class=\"answer\">"), "{}", question.id);
            rest = after;
        }
        assert!(!rest.contains("data-question"), "a question that only the page knows");
    }
}
