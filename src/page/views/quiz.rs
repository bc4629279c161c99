//! The quiz: takes the answers, keeps them in this browser, and sets before beside after.

use std::cell::RefCell;

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlInputElement};

use super::storage;
use crate::notebook::quiz::{QUESTIONS, Quiz};
use crate::page::dom::{elements, find, listen, set_hidden, set_markup, set_text};
use crate::picture::quiz as picture;
use crate::report::When;

/// The quiz of the page; it lives as long as the page.
struct Seat {
    place: Element,
    quiz: RefCell<Quiz>,
}

/// Hears what is answered in this place.
pub fn mount(place: Element) {
    let quiz = RefCell::new(storage::quiz());
    let seat: &'static Seat = Box::leak(Box::new(Seat { place, quiz }));
    for name in ["submit", "click", "change"] {
        listen(&seat.place, name, |event| seat.hear(&event));
    }
    seat.draw();
}

impl Seat {
    fn hear(&self, event: &Event) {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let Some(target) = target else { return };
        match event.type_().as_str() {
            "submit" => {
                event.prevent_default();
                self.take();
            }
            "click" if target.get_attribute("data-act").as_deref() == Some("quiz-anew") => {
                self.change(|quiz| *quiz = Quiz::default());
                if let Some(first) = self.inputs().first() {
                    let _ = first.focus();
                }
            }
            "change" if target.has_attribute("data-in-files") => {
                let wanted = target.dyn_ref().is_some_and(HtmlInputElement::checked);
                self.keep(|quiz| quiz.in_files = wanted);
            }
            _ => {}
        }
    }

    fn inputs(&self) -> Vec<HtmlInputElement> {
        let all = elements(self.place.query_selector_all("input[type=radio]"));
        all.filter_map(|input| input.dyn_into().ok()).collect()
    }

    /// Takes what is chosen, if something is chosen everywhere.
    fn take(&self) {
        let chosen: Vec<(String, String)> = self
            .inputs()
            .iter()
            .filter(|input| input.checked())
            .map(|input| (input.name(), input.value()))
            .collect();
        let is_open = |id: &str| chosen.iter().all(|(question, _)| question != id);
        let open = (1..).zip(&QUESTIONS).find(|(_, question)| is_open(question.id));
        if let Some((number, question)) = open {
            self.say(&format!("Question {number} has no answer yet: choose what you would guess."));
            let mut inputs = self.inputs().into_iter();
            if let Some(input) = inputs.find(|input| input.name() == question.id) {
                let _ = input.focus();
            }
            return;
        }
        self.change(|quiz| quiz.take(chosen));
        if let Some(place) = find(&self.place, ".compared") {
            // The button is another one by now, and what it has brought is below.
            let _ = place.focus();
            place.scroll_into_view();
        }
    }

    fn say(&self, sentence: &str) {
        set_text(&self.place, ".error", sentence);
        set_hidden(&self.place, ".error", sentence.is_empty());
    }

    fn keep(&self, change: impl FnOnce(&mut Quiz)) {
        let mut quiz = self.quiz.borrow_mut();
        change(&mut quiz);
        let trouble = storage::keep_quiz(&quiz).err();
        drop(quiz);
        self.say(&trouble.unwrap_or_default());
    }

    fn change(&self, change: impl FnOnce(&mut Quiz)) {
        self.keep(change);
        self.draw();
    }

    /// Draws where the visitor stands: the first answers are not shown when the second are asked
    /// for, and nothing is judged before.
    fn draw(&self) {
        let quiz = self.quiz.borrow();
        let is_over = quiz.next().is_none();
        set_text(&self.place, ".stage", picture::stage(&quiz));
        set_text(&self.place, ".go button", picture::button(&quiz));
        set_hidden(&self.place, ".go", is_over);
        set_markup(&self.place, ".compared", picture::compared(&quiz));
        let over = if is_over { "quiz over" } else { "quiz" };
        self.place.set_class_name(over);
        for input in self.inputs() {
            let question = QUESTIONS.iter().find(|question| question.id == input.name());
            let after = question.and_then(|question| quiz.chosen(When::After, question));
            input.set_checked(after == Some(input.value().as_str()));
            input.set_disabled(is_over);
        }
    }
}
